"""What happens, when, and whether there is room: read for pages, feeds and the desk alike.

HTML, calendar files and structured data name the same dates because all of them ask here. Every
function says how many queries it takes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from django.db.models import Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import get_language
from wagtail.models import Page

from artmarket.core.clock import SHANGHAI

from ..enums import BookingMode, ProgrammeState, SessionState, StepFree
from ..models import EventPage, ExhibitionPage, Place, Programme, Room, Session, TicketType
from .seats import offered_types, seats_in, seats_left

Status = Literal["scheduled", "moved", "cancelled", "full", "ended"]


@dataclass(frozen=True, slots=True)
class DateRow:
    """One date for a page. `seats_left` None: no limit, or one does not book."""

    session: Session
    seats_left: int | None
    is_full: bool
    is_next: bool


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a programme: those that come (the next first), those that are over, those
    that were cancelled and would still come. `next` is the first of `coming`."""

    next: DateRow | None
    coming: list[DateRow]
    past: list[DateRow]
    cancelled: list[DateRow]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader of the list asks for; days are Shanghai's, both included.

    `place`, `series` keys (a place counts with what is part of it), `craft` of `enums.Craft`,
    `kind` of `enums.ProgrammeKind`, the others: only those that are so.
    """

    first: date | None = None
    until: date | None = None
    place: int | None = None
    series: int | None = None
    craft: str = ""
    kind: str = ""
    free: bool = False
    children: bool = False
    step_free: bool = False
    online: bool = False


@dataclass(frozen=True, slots=True)
class ListRow:
    """A programme of a list: its page in the reader's language (else in the source's), where it
    stands, its next date."""

    programme: Programme
    page: Any
    status: Status
    next: DateRow | None


def status_of(programme: Programme, now: datetime) -> Status:
    """Where a programme stands: cancelled, ended, full (every date that comes is), moved (the
    next date is not the one that was planned), or as scheduled. At most three queries."""
    return statuses([programme], now)[programme.pk]


def statuses(programmes: Collection[Programme], now: datetime) -> dict[int, Status]:
    """`status_of` for many: three queries for all of them."""
    keys = [row.pk for row in programmes]
    coming: dict[int, list[Session]] = {key: [] for key in keys}
    rows = _held(Session.objects.filter(programme__in=keys, ends_at__gt=now))
    for session in rows.order_by("starts_at", "pk"):
        coming[session.programme_id].append(session)
    booked = {row.pk for row in programmes if row.booking != BookingMode.NONE}
    left = seats_left([s.pk for key, found in coming.items() if key in booked for s in found])
    return {
        row.pk: _status(row, coming[row.pk], left if row.pk in booked else {}, now)
        for row in programmes
    }


def _status(
    programme: Programme, coming: Sequence[Session], left: dict[int, int | None], now: datetime
) -> Status:
    if programme.state == ProgrammeState.CANCELLED:
        return "cancelled"
    if not coming:
        # Dates that would still come, all cancelled: there is nothing to go to.
        is_over = programme.ends_at is not None and programme.ends_at <= now
        is_planned = programme.ends_at is None
        return "ended" if is_over else "scheduled" if is_planned else "cancelled"
    if left and all(left.get(row.pk) == 0 for row in coming):
        return "full"
    return "moved" if coming[0].state == SessionState.MOVED else "scheduled"


def sessions_of(programme: Programme, *, now: datetime) -> Dates:
    """All dates of a programme, in order, with the places left. Three queries."""
    rows = list(
        programme.sessions.select_related("room__place").order_by("starts_at", "pk")
    )  # fmt: skip
    coming = [row for row in rows if row.ends_at > now and row.state != SessionState.CANCELLED]
    is_booked = programme.booking != BookingMode.NONE
    left = seats_left([row.pk for row in coming]) if is_booked else {}
    dated = [date_row(row, left, is_next=n == 0) for n, row in enumerate(coming)]
    past = [row for row in rows if row.ends_at <= now]
    gone = [row for row in rows if row.ends_at > now and row.state == SessionState.CANCELLED]
    return Dates(
        next=dated[0] if dated else None,
        coming=dated,
        past=[date_row(row, {}) for row in past],
        cancelled=[date_row(row, {}) for row in gone],
    )


def date_row(session: Session, left: dict[int, int | None], *, is_next: bool = False) -> DateRow:
    """A session with what `seats_left` found of it."""
    n = left.get(session.pk)
    return DateRow(session, n, n == 0, is_next)


def upcoming(filters: Filters, *, now: datetime) -> QuerySet[Programme]:
    """Programmes that are public and not over, the next date first; for pages of a list.

    Public is what has a live page and is no draft. With a time window, the order is that of the
    first date in it, which each has as `next_start`.
    """
    window = _held(Session.objects.filter(programme=OuterRef("pk"), ends_at__gt=now))
    if filters.first:
        window = window.filter(ends_at__gt=_midnight(filters.first))
    if filters.until:
        window = window.filter(starts_at__lt=_midnight(filters.until + timedelta(days=1)))
    first = window.order_by().values("programme").annotate(first=Min("starts_at"))
    rows = Programme.objects.filter(ends_at__gt=now).exclude(state=ProgrammeState.DRAFT)
    rows = _narrowed(rows, filters).annotate(next_start=Subquery(first.values("first")))
    if filters.first or filters.until:
        rows = rows.filter(Exists(window))
    # What few rows show is read after the order is found, not joined to all of them before.
    rooms = Prefetch("room", Room.objects.select_related("place"))
    return rows.prefetch_related("place", rooms).order_by(
        F("next_start").asc(nulls_last=True), "starts_at", "pk"
    )


def list_rows(programmes: Sequence[Programme], *, now: datetime) -> list[ListRow]:
    """What the list shows of a page of `upcoming`. At most six queries, however many there are."""
    starts = {row.pk: row.next_start for row in programmes}  # type: ignore[attr-defined]
    dates = _held(Session.objects.filter(programme__in=starts, starts_at__in=starts.values()))
    sessions: dict[int, Session] = {}
    for next_one in dates.filter(ends_at__gt=now).select_related("room__place").order_by("pk"):
        if next_one.starts_at == starts[next_one.programme_id]:
            sessions.setdefault(next_one.programme_id, next_one)
    rows = Session.objects.filter(pk__in=[row.pk for row in sessions.values()])
    booked = [row.pk for row in programmes if row.booking != BookingMode.NONE]
    types = offered_types(TicketType.objects.filter(programme__in=booked))
    left = seats_in(rows.filter(programme__in=booked), types)
    # Whether the other dates are full too is asked only of those whose next one is.
    maybe = [key for key, seats in left.items() if 0 in seats.values()]
    full = _all_full(maybe, types, now) if maybe else set()
    pages = pages_of([row.pk for row in programmes])
    found = []
    for row in programmes:
        session = sessions.get(row.pk)
        coming = [session] if session else []
        status: Status = "full" if row.pk in full else _status(row, coming, {}, now)
        next_row = date_row(session, left.get(row.pk, {}), is_next=True) if session else None
        found.append(ListRow(row, pages.get(row.pk), status, next_row))
    return found


def _all_full(
    programmes: Collection[int], types: Mapping[int, Sequence[int]], now: datetime
) -> set[int]:
    """Which of these have no place in any date that comes. One query."""
    coming = _held(Session.objects.filter(programme__in=programmes, ends_at__gt=now))
    found = seats_in(coming, types)
    return {key for key, seats in found.items() if all(left == 0 for left in seats.values())}


def pages_of(keys: Collection[int]) -> dict[int, Any]:
    """The live page of each programme: in the reader's language, else in another. Two queries."""
    language = get_language() or ""
    found: dict[int, Any] = {}
    for kind in (EventPage, ExhibitionPage):
        rows = kind.objects.live().filter(programme__in=keys).select_related("locale", "picture")
        for page in rows.order_by("pk"):
            old = found.get(page.programme_id)
            if old is None or page.locale.language_code == language:
                found[page.programme_id] = page
    return found


def _narrowed(rows: QuerySet[Programme], filters: Filters) -> QuerySet[Programme]:
    rows = rows.filter(_on_a_page(filters))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.place:
        rows = rows.filter(place__in=_with_parts(filters.place))
    if filters.free:
        paid = TicketType.objects.filter(
            programme=OuterRef("pk"), is_offered=True, price_minor__gt=0
        )
        rows = rows.filter(~Exists(paid))
    if filters.children:
        rows = rows.filter(is_for_children=True)
    if filters.online:
        rows = rows.filter(is_online=True)
    if filters.step_free:
        unknown = Q(room=None) | Q(room__step_free=StepFree.UNKNOWN)
        rows = rows.filter(
            Q(room__step_free=StepFree.YES) | (unknown & Q(place__step_free=StepFree.YES))
        )
    return rows


def _on_a_page(filters: Filters) -> Q:
    """A live page tells of it; of this series and craft, where these are asked for."""
    pages: dict[str, Any] = {"programme": OuterRef("pk"), "live": True}
    if filters.craft:
        pages["craft"] = filters.craft
    of_series = {"series__translation_key": _key_of(filters.series)} if filters.series else {}
    found = Q(Exists(EventPage.objects.filter(**pages, **of_series)))
    if not filters.series:
        found |= Q(Exists(ExhibitionPage.objects.filter(**pages)))
    return found


def _key_of(page: int) -> Any:
    return Page.objects.filter(pk=page).values("translation_key")[:1]


def _with_parts(place: int) -> QuerySet[Place]:
    """The place and what lies in it, two levels down: district, street, house."""
    return Place.objects.filter(
        Q(pk=place) | Q(part_of=place) | Q(part_of__part_of=place)
    )  # fmt: skip


def _held(rows: QuerySet[Session]) -> QuerySet[Session]:
    return rows.exclude(state=SessionState.CANCELLED)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI)
