"""Puts the district's people on a running platform: `python -m tests.browser.district_stage`.

Answers each line of JSON of its input with one that begins with `ANSWER`, as `money_stage` does.
People have the password of `tests.factories`, and its authenticator where their role asks for one.
"""

import os
import time
from typing import Any

import django

from tests.browser.money_stage import _begin_counting_anew, answer_lines


def begin(language: str) -> dict:
    """Everybody who meets about an event, a hall for it, and a work of the registry to show.

    The editor may approve what others write, so that only the rule of two people is in his way.
    """
    from cms.models import EventIndexPage
    from tests.cms.editing import approver, editor, publisher
    from tests.cms.factories import RoomFactory
    from tests.factories import UserFactory

    writer = editor(approver=True, language=language)
    chief, boss = approver(language=language), publisher(language=language)
    _speak(writer, chief, boss, language=language)
    room = RoomFactory()
    visitors = [UserFactory(language=language) for _n in range(4)]
    index = EventIndexPage.objects.get(locale__language_code=language)
    return {
        "editor": writer.email, "editor_name": writer.display_name, "approver": chief.email,
        "approver_name": chief.display_name, "publisher": boss.email,
        "door": UserFactory(bureau=True, language=language).email,
        "visitors": [one.email for one in visitors], "index": index.pk,
        "place": room.place_id, "room": room.pk, "hall": str(room.place), **_work(language),
    }  # fmt: skip


def _speak(*people: Any, language: str) -> None:
    """The editor's own setting of the content system, as a person makes it on its account page."""
    from wagtail.users.models import UserProfile

    for one in people:
        profile = UserProfile.get_for_user(one)
        profile.preferred_language = language
        profile.save()


def _work(language: str) -> dict:
    """A registered work that everybody may see, and how it is called in a language."""
    from django.utils.translation import override

    from catalog.enums import WorkState
    from catalog.models import Work
    from tests.catalog.factories import registered

    rows = Work.objects.public().filter(state=WorkState.REGISTERED).order_by("pk")
    work = rows.first() or registered()
    with override(language):
        return {"number": work.number, "work": work.display_title}


def shown() -> dict:
    """A session whose door is open, with bookings: the demonstration buyer's, and one that waits."""
    from datetime import timedelta

    from django.utils import timezone

    from artmarket.accounts.models import User
    from artmarket.core.demo import address
    from cms.services.tickets import code_of
    from tests.cms.factories import bookable
    from tests.cms.registering import book

    buyer = User.objects.get(email=address("buyer"))
    row = bookable(size=1, starts_at=timezone.now() + timedelta(minutes=50))
    seat = book(row, buyer, key=f"shown-{row.pk}")
    book(row, key=f"waits-{row.pk}")
    return {
        "door": row.pk, "programme": row.programme_id, "event_uuid": str(row.programme.uuid),
        "quota": row.quotas.get().pk, "booking": str(seat.uuid), "ticket": code_of(seat, 1),
    }  # fmt: skip


def hour_comes(page: int) -> dict:
    """The hour for which the page was approved is past; nothing else is touched.

    The database's clock cannot be moved under a running platform.
    """
    from datetime import timedelta

    from django.utils import timezone
    from wagtail.models import Page, Revision

    row = Page.objects.get(pk=page)
    approved = row.revisions.exclude(approved_go_live_at=None).get()
    ago = timezone.now() - timedelta(seconds=1)
    content = approved.content | {"go_live_at": ago.isoformat()}
    Revision.objects.filter(pk=approved.pk).update(approved_go_live_at=ago, content=content)
    return {"live": row.live}


def audit() -> dict:
    """What the command of proof prints, and with which code it ends."""
    import io

    from django.core.management import call_command

    out, code = io.StringIO(), 0
    try:
        call_command("audit_bookings", stdout=out)
    except SystemExit as end:
        code = int(end.code or 0)
    return {"code": code, "said": out.getvalue().strip()}


def main() -> None:
    """Do what the input asks, line by line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings.local")
    django.setup()
    _begin_counting_anew()
    from tests.cms.factories import PlaceFactory, RoomFactory

    for one in (PlaceFactory, RoomFactory):
        one.reset_sequence(time.time_ns() // 1000)
    acts = {do.__name__: do for do in (begin, shown, hour_comes, audit)}
    answer_lines(acts)


if __name__ == "__main__":
    main()
