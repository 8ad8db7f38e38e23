"""Lists of the district under many pages and sessions: `python -m tests.bench_district`.

Needs DATABASE_URL of an empty, migrated PostgreSQL. Makes BENCH_DISTRICT_PAGES (default 10,000)
pages of events in Chinese, as many programmes with five sessions each (50,000), and asks every
list that the public and the bureau have, first page, a late page and filtered, BENCH_ASKED (40)
times each through the whole stack of a request. Beside it, in the same run, the plain SQL of the
next sessions. Ends with an error when a list needs more than 200 ms in its slowest twentieth.
"""

import json
import os
import random
import statistics
import tempfile
import time
from datetime import datetime, timedelta
from typing import Any

PAGES = int(os.environ.get("BENCH_DISTRICT_PAGES", "10000"))
SESSIONS_EACH = 5
ASKED = int(os.environ.get("BENCH_ASKED", "40"))
LIMIT_MS = 200.0
PLACES, ROOMS_EACH, CHUNK = 40, 5, 2000
# What the programmes are about: a search for one of them finds one in eight.
CRAFTS = (
    ("风筝扎制", "Kite making"), ("年画拓印", "Woodblock prints"), ("仿古铜翻砂", "Bronze casting"),
    ("剪纸", "Paper cutting"), ("泥塑", "Clay figures"), ("核雕", "Nut carving"),
    ("嵌银", "Silver inlay"), ("布玩具", "Cloth toys"),
)  # fmt: skip
PLAIN = """
SELECT s.id, s.starts_at, p.title FROM cms_session s JOIN cms_programme p ON p.id = s.programme_id
WHERE s.ends_at > now() AND s.state <> 'cancelled' AND p.state = 'open'
ORDER BY s.starts_at, s.id LIMIT 24
"""


def main() -> None:
    """Make the pages and ask the lists."""
    with tempfile.TemporaryDirectory(prefix="artmarket-district-") as folder:
        os.environ.setdefault("VAR_DIR", folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "artmarket.settings.local"
        os.environ["DEMO"] = "1"  # the editors' second factor is another bench's business
        import django

        django.setup()
        from artmarket.core.memory import settle

        settle()  # as every process that serves
        _measure()


def _measure() -> None:
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["*"]
    began = time.perf_counter()
    index = _make(random.Random(8))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    made = time.perf_counter() - began
    print(f"made {PAGES} pages, {PAGES * SESSIONS_EACH} sessions in {made:.0f} s", flush=True)
    plain = _plain()
    slow = []
    for who, name, address in _lists(index):
        p50, p95, queries = _ask(who, address)
        print(
            f"{who:<8} {name:<34} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  {queries:3d} queries  "
            f"{p50 / plain:7.1f} × plain SQL",
            flush=True,
        )
        if p95 >= LIMIT_MS:
            slow.append(f"{name} {p95:.0f} ms")
    print(f"plain SQL of the next sessions: p50 {plain:.2f} ms")
    if slow:
        raise SystemExit(f"slower than {LIMIT_MS:.0f} ms: {', '.join(slow)}")


def _lists(index: Any) -> list[tuple[str, str, str]]:
    from django.urls import reverse

    from cms.models import DistrictPage, Place, Programme

    day = (datetime.now() + timedelta(days=30)).date().isoformat()
    district = DistrictPage.objects.live().first()
    events = f"/{index.slug}/"
    place = Place.objects.order_by("pk").first()
    programme = Programme.objects.order_by("pk").first()
    explorer = reverse("wagtailadmin_explore", args=[index.pk])
    programmes = reverse("cms:programmes")
    return [
        ("visitor", "home", "/"),
        ("visitor", "district", district.url if district else "/"),
        ("visitor", "events", events),
        ("visitor", "events, a late page", f"{events}?page=200"),
        ("visitor", "events from a day on", f"{events}?from={day}"),
        ("visitor", "events at a place", f"{events}?place={place.pk}"),
        ("visitor", "events, free, without steps", f"{events}?free=1&step_free=1"),
        ("visitor", "search of pages", reverse("catalog:browse") + "?q=风筝"),
        ("editor", "explorer", explorer),
        ("editor", "explorer, a late page", f"{explorer}?p=150"),
        ("editor", "search in the admin", reverse("wagtailadmin_pages:search") + "?q=风筝"),
        ("editor", "programmes", programmes),
        ("editor", "programmes, a late page", f"{programmes}?page=150"),
        ("editor", "calendar", reverse("cms:bureau_calendar")),
        (
            "editor",
            "bookings of a programme",
            reverse("cms:programme_bookings", args=[programme.pk]),
        ),
    ]


def _ask(who: str, address: str) -> tuple[float, float, int]:
    """p50 and p95 in milliseconds, and the queries of one answer."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    if who == "editor":
        client.force_login(_editor())
    for _ in range(3):
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, (address, answer.status_code)
    took = []
    for _ in range(ASKED):
        began = time.perf_counter()
        client.get(address, follow=True)
        took.append((time.perf_counter() - began) * 1000)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(address, follow=True)
    return statistics.median(took), statistics.quantiles(took, n=20)[-1], len(asked)


def _plain() -> float:
    from django.db import connection

    took = []
    with connection.cursor() as cursor:
        for _ in range(ASKED + 3):
            began = time.perf_counter()
            cursor.execute(PLAIN)
            cursor.fetchall()
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[3:])


def _editor() -> Any:
    from artmarket.accounts.models import User

    return User.objects.get(email="bench@demo.artmarket.example")


def _make(dice: random.Random) -> Any:
    """The district with its pages; returns the index of events."""
    from artmarket.accounts.services.roles import sync_cms_group
    from cms.groups import share_out
    from cms.models import EventIndexPage, Place, Room
    from cms.setup import set_up_site
    from tests.factories import UserFactory

    set_up_site()
    editor = UserFactory(email="bench@demo.artmarket.example", bureau=True)
    sync_cms_group(editor)
    share_out()
    places = Place.objects.bulk_create(
        Place(
            kind="venue", name=f"场馆{n}", name_en=f"Venue {n}", step_free=dice.choice(["yes", "no"]),
            latitude=f"36.{n:06d}", longitude=f"119.{n:06d}",
        )
        for n in range(PLACES)
    )  # fmt: skip
    rooms = Room.objects.bulk_create(
        Room(place=place, name=f"第{n}厅", name_en=f"Hall {n}", capacity=60)
        for place in places
        for n in range(ROOMS_EACH)
    )
    index = EventIndexPage.objects.filter(locale__language_code="zh-hans").get()
    programmes = _programmes(dice, rooms)
    _sessions(dice, programmes)
    _pages(index, programmes)
    return index


def _programmes(dice: random.Random, rooms: list[Any]) -> list[Any]:
    from django.utils import timezone

    from cms.models import Programme, TicketType

    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    taken: set[tuple[int, int, int]] = set()
    programmes = []
    for n in range(PAGES):
        room = rooms[n % len(rooms)]
        craft, craft_en = CRAFTS[n % len(CRAFTS)]
        day, hour = _free_slot(dice, room.pk, taken)
        start = now + timedelta(days=day, hours=hour)
        programmes.append(
            Programme(
                kind="event", state="open", title=f"{craft}第{n}期", title_en=f"{craft_en} {n}",
                place_id=room.place_id, room=room, first_start=start, starts_at=start,
                ends_at=start + timedelta(days=4 * 7, minutes=90),
            )
        )  # fmt: skip
    programmes = Programme.objects.bulk_create(programmes, CHUNK)
    TicketType.objects.bulk_create(
        (
            TicketType(programme=p, name="普通票", name_en="Standard", price_minor=n % 3 * 1000)
            for n, p in enumerate(programmes)
        ),
        CHUNK,
    )
    return programmes


def _free_slot(dice: random.Random, room: int, taken: set[tuple[int, int, int]]) -> tuple[int, int]:
    """A day and an hour whose weekly dates clash with none in the room: clashes are refused."""
    while True:
        day, hour = dice.randrange(-300, 300), 2 * dice.randrange(5)
        dates = {(room, day + 7 * week, hour) for week in range(SESSIONS_EACH)}
        if not dates & taken:
            taken |= dates
            return day, hour


def _sessions(dice: random.Random, programmes: list[Any]) -> None:
    from cms.models import Quota, Session

    sessions = Session.objects.bulk_create(
        (
            Session(
                programme=p, room_id=p.room_id, starts_at=start, original_start=start,
                ends_at=start + timedelta(minutes=90),
            )
            for p in programmes
            for start in (p.first_start + timedelta(weeks=w) for w in range(SESSIONS_EACH))
        ),
        CHUNK,
    )  # fmt: skip
    quotas = Quota.objects.bulk_create(
        (
            Quota(programme_id=s.programme_id, name="名额", name_en="Places", size=60,
                  taken=dice.choice([0, 10, 59, 60]))
            for s in sessions
        ),
        CHUNK,
    )  # fmt: skip
    link = Quota.sessions.through
    link.objects.bulk_create(
        (link(quota_id=q.pk, session_id=s.pk) for q, s in zip(quotas, sessions, strict=True)),
        CHUNK,
    )


def _pages(index: Any, programmes: list[Any]) -> None:
    """Pages as Wagtail's tree keeps them, written in bulk; each is published and searched."""
    import uuid

    from django.contrib.contenttypes.models import ContentType
    from django.core.management import call_command
    from django.utils import timezone
    from wagtail.models import Page

    from cms.models import EventPage

    now = timezone.now()
    kind = ContentType.objects.get_for_model(EventPage)
    first = index.numchild
    rows = Page.objects.bulk_create(
        (
            Page(
                path=EventPage._get_path(index.path, index.depth + 1, first + n + 1),
                depth=index.depth + 1, numchild=0, title=p.title, draft_title=p.title,
                slug=f"bench-{n}", url_path=f"{index.url_path}bench-{n}/", content_type=kind,
                live=True, locale_id=index.locale_id, translation_key=uuid.uuid4(),
                first_published_at=now, last_published_at=now, latest_revision_created_at=now,
            )
            for n, p in enumerate(programmes)
        ),
        CHUNK,
    )  # fmt: skip
    body = json.dumps([{"type": "text", "value": "<p>从选材到做完。</p>"}])
    for page, programme in zip(rows, programmes, strict=True):
        EventPage(
            page_ptr_id=page.pk, summary="从选材到做完，一天学会。", programme=programme, body=body
        ).save_base(raw=True, force_insert=True)
    Page.objects.filter(pk=index.pk).update(numchild=first + len(rows))
    call_command("update_index", verbosity=0)


if __name__ == "__main__":
    main()
