"""Places, programmes with their sessions, ticket types and quotas, and the pages that tell of them.

Rows are written straight, without the services: a test of one service does not lean on another.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import factory
from django.utils import timezone
from wagtail.models import Locale

from artmarket.core.clock import SHANGHAI
from cms.enums import PlaceKind, ProgrammeKind, ProgrammeState
from cms.models import (
    EventIndexPage,
    EventPage,
    ExhibitedWork,
    ExhibitionPage,
    HomePage,
    Place,
    Programme,
    Quota,
    Room,
    Session,
    TicketType,
)
from cms.setup import set_up_site
from tests.factories import UserFactory


def planner(**given: Any):
    """Somebody of the bureau, who plans."""
    return UserFactory(bureau=True, **given)


def at(day: int, hour: int = 10, minute: int = 0, *, month: int = 3, year: int = 2027) -> datetime:
    """A moment in Shanghai, of March 2027 where nothing else is said."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


class PlaceFactory(factory.django.DjangoModelFactory):
    """A venue with a point and an address."""

    class Meta:
        model = Place

    class Params:
        museum = factory.Trait(kind=PlaceKind.MUSEUM)

    kind = PlaceKind.VENUE
    name = factory.Sequence(lambda n: f"会馆{n}")
    name_en = factory.Sequence(lambda n: f"Hall {n}")
    address = "潍坊市潍城区胡家牌坊街49号"
    address_en = "49 Hujia Paifang Street, Weicheng, Weifang"
    latitude = "36.709000"
    longitude = "119.101000"


class RoomFactory(factory.django.DjangoModelFactory):
    """A room for thirty."""

    class Meta:
        model = Room

    place = factory.SubFactory(PlaceFactory)
    name = factory.Sequence(lambda n: f"{n}号厅")
    name_en = factory.Sequence(lambda n: f"Room {n}")
    capacity = 30


class ProgrammeFactory(factory.django.DjangoModelFactory):
    """An event that is open for bookings, in a room of its own, without sessions."""

    class Meta:
        model = Programme

    class Params:
        draft = factory.Trait(state=ProgrammeState.DRAFT)
        closed = factory.Trait(state=ProgrammeState.CLOSED)
        cancelled = factory.Trait(state=ProgrammeState.CANCELLED, cancel_reason="台风")
        exhibition = factory.Trait(kind=ProgrammeKind.EXHIBITION)
        unbooked = factory.Trait(booking="none")

    kind = ProgrammeKind.EVENT
    state = ProgrammeState.OPEN
    title = factory.Sequence(lambda n: f"风筝课{n}")
    title_en = factory.Sequence(lambda n: f"Kite class {n}")
    room = factory.SubFactory(RoomFactory)
    place = factory.LazyAttribute(lambda row: row.room.place if row.room else None)


class SessionFactory(factory.django.DjangoModelFactory):
    """An hour and a half in the programme's room; `starts_at` defaults to a week from now."""

    class Meta:
        model = Session

    class Params:
        minutes = 90

    programme = factory.SubFactory(ProgrammeFactory)
    room = factory.LazyAttribute(lambda row: row.programme.room)
    starts_at = factory.LazyFunction(
        lambda: timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=7)
    )
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + timedelta(minutes=row.minutes))
    original_start = factory.LazyAttribute(lambda row: row.starts_at)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        row = super()._create(model_class, *args, **kwargs)
        whole = row.programme
        whole.starts_at = min(filter(None, (whole.starts_at, row.starts_at)))
        whole.ends_at = max(filter(None, (whole.ends_at, row.ends_at)))
        whole.save(update_fields=["starts_at", "ends_at"])
        return row


class TicketTypeFactory(factory.django.DjangoModelFactory):
    """A free ticket; `price_minor` in the smallest unit makes it a paid one."""

    class Meta:
        model = TicketType

    class Params:
        paid = factory.Trait(price_minor=3000, name="成人票", name_en="Adult")

    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"票种{n}")
    name_en = factory.Sequence(lambda n: f"Ticket {n}")


class QuotaFactory(factory.django.DjangoModelFactory):
    """Thirty places; of `sessions` (all of the programme's by default), for every ticket type."""

    class Meta:
        model = Quota
        skip_postgeneration_save = True

    programme = factory.SubFactory(ProgrammeFactory)
    name = "座位"
    name_en = "Seats"
    size = 30

    @factory.post_generation
    def sessions(self, create: bool, rows: Iterable[Session] | None, **_kwargs: Any) -> None:
        self.sessions.set(self.programme.sessions.all() if rows is None else rows)

    @factory.post_generation
    def ticket_types(self, create: bool, rows: Iterable[TicketType] | None, **_kw: Any) -> None:
        self.ticket_types.set(rows or ())


class ExhibitedWorkFactory(factory.django.DjangoModelFactory):
    """A work in an exhibition, without a loan; `work` must be given."""

    class Meta:
        model = ExhibitedWork

    programme = factory.SubFactory(ProgrammeFactory, exhibition=True)
    order = factory.Sequence(int)


def bookable(*, size: int | None = 30, price_minor: int = 0, **given: Any) -> Session:
    """A session that can be booked: an open programme, one ticket type, one quota of `size`.

    `given`: `starts_at` of the session, everything else of the programme.
    """
    when = {"starts_at": given.pop("starts_at")} if "starts_at" in given else {}
    row: Session = SessionFactory(programme=ProgrammeFactory(**given), **when)
    TicketTypeFactory(programme=row.programme, price_minor=price_minor)
    QuotaFactory(programme=row.programme, size=size, sessions=[row])
    return row


def event_index(language: str = "zh-hans") -> EventIndexPage:
    """The list of what happens in this language, made with the site where it is missing."""
    set_up_site()
    locale = Locale.objects.get(language_code=language)
    found = EventIndexPage.objects.filter(locale=locale).first()
    if found is None and language == "zh-hans":
        found = EventIndexPage(title="展览与活动", slug="whats-on", locale=locale)
        HomePage.objects.get(locale=locale).add_child(instance=found)
    elif found is None:
        found = event_index().copy_for_translation(locale)
        found.title = found.draft_title = "What’s on"
        found.save_revision().publish()
        found.refresh_from_db()
    return found


def event_page(programme: Programme | None = None, **given: Any) -> EventPage | ExhibitionPage:
    """The live Chinese page of a programme (a new one where none is given)."""
    whole = programme or ProgrammeFactory()
    kind = ExhibitionPage if whole.kind == ProgrammeKind.EXHIBITION else EventPage
    values = {"title": whole.title, "slug": f"programme-{whole.pk}", "summary": "一句话。"} | given
    parent = event_index()
    page = kind(programme=whole, locale=parent.locale, **values)
    parent.add_child(instance=page)
    return page


def in_english(page: Any, title: str = "") -> Any:
    """The live English page of the same thing."""
    english = event_index("en").locale
    made = page.copy_for_translation(english, copy_parents=True)
    made.title = made.draft_title = title or f"English {page.pk}"
    made.save_revision().publish()
    made.refresh_from_db()
    return made
