"""What the bureau’s desk shows of plans: the list, dates of a plan, a calendar with clashes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from artmarket.core.clock import SHANGHAI
from artmarket.core.errors import Invalid

from ..engine.clashes import Clash, Slot, clashes
from ..engine.recurrence import Planned
from ..enums import LIVE_BOOKINGS, ProgrammeState, SessionState
from ..models import Programme, Quota, Session
from ..services.sessions import missing_dates
from ..services.slots import Occupied, Wanted, occupied, told_of, when_words
from .programmes import pages_of

LISTS = ("coming", "draft", "over", "cancelled", "all")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter of the list of programmes."""

    show: str = "coming"
    kind: str = ""
    place: int | None = None
    words: str = ""


def programmes(asked: Asked, *, now: datetime) -> QuerySet[Programme]:
    """The programmes of a filter, those that begin next first; what is over, latest first."""
    rows = Programme.objects.select_related("place", "room")
    over = Q(ends_at__lte=now)
    match asked.show:
        case "draft":
            rows = rows.filter(state=ProgrammeState.DRAFT)
        case "over":
            rows = rows.filter(over)
        case "cancelled":
            rows = rows.filter(state=ProgrammeState.CANCELLED)
        case "coming":
            live = (ProgrammeState.OPEN, ProgrammeState.CLOSED)
            rows = rows.filter(Q(ends_at__gt=now) | Q(ends_at=None), state__in=live)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.place:
        rows = rows.filter(Q(place=asked.place) | Q(place__part_of=asked.place))
    if asked.words:
        rows = rows.filter(Q(title__icontains=asked.words) | Q(title_en__icontains=asked.words))
    if asked.show in ("over", "cancelled", "all"):
        return rows.order_by(F("starts_at").desc(nulls_first=True), "-pk")
    return rows.order_by(F("starts_at").asc(nulls_first=True), "pk")


@dataclass(frozen=True, slots=True)
class ListedProgramme:
    """A row of the desk's list."""

    programme: Programme
    next: Session | None
    dates: int
    bookings: int
    page: Any


def listed(rows: Sequence[Programme], *, now: datetime) -> list[ListedProgramme]:
    """What the desk's list shows of these programmes. Six queries."""
    keys = [row.pk for row in rows]
    coming = Session.objects.filter(ends_at__gt=now).exclude(state=SessionState.CANCELLED)
    dates = dict(
        coming.filter(programme__in=keys)
        .order_by()
        .values_list("programme")
        .annotate(n=Count("pk"))
    )
    first = coming.filter(programme=OuterRef("pk")).order_by("starts_at", "pk")
    following = dict(
        Programme.objects.filter(pk__in=keys).values_list("pk", Subquery(first.values("pk")[:1]))
    )
    sessions = Session.objects.in_bulk([key for key in following.values() if key])
    booked = dict(
        Programme.objects.filter(pk__in=keys)
        .annotate(n=Count("bookings", filter=Q(bookings__state__in=LIVE_BOOKINGS)))
        .values_list("pk", "n")
    )
    pages = pages_of(keys)
    return [
        ListedProgramme(
            row, sessions.get(following[row.pk]), dates.get(row.pk, 0), booked.get(row.pk, 0),
            pages.get(row.pk),
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A session on the desk: its places and whether they pass what its room holds."""

    session: Session
    quotas: list[Quota]
    bookings: int
    is_past: bool
    is_over_capacity: bool


def session_rows(programme: Programme, *, now: datetime) -> list[PlannedRow]:
    """All sessions of a programme with their quotas. Three queries."""
    rows = (
        programme.sessions.select_related("room__place")
        .annotate(n=Count("bookings", filter=Q(bookings__state__in=LIVE_BOOKINGS)))
        .prefetch_related("quotas")
        .order_by("starts_at", "pk")
    )
    found = []
    for row in rows:
        quotas = list(row.quotas.all())
        capacity = row.room.capacity if row.room else None
        over = capacity is not None and any((q.size or 0) > capacity for q in quotas)
        found.append(PlannedRow(row, quotas, row.n, row.ends_at <= now, over))
    return found


def unplanned(programme: Programme, *, now: datetime) -> list[str]:
    """Dates of the rule that no session stands for, in words. One query, two where it repeats."""
    if not programme.rule or programme.state == ProgrammeState.CANCELLED:
        return []
    try:
        rows = missing_dates(programme, now=now)
    except Invalid:
        return []
    return [when_words(row.starts_at, row.ends_at) for row in rows]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would plan: each date in words, and the clash of its room, if it has one."""

    dates: list[tuple[str, str]]
    clashes: int


def preview(planned: Sequence[Planned], *, programme: Programme) -> Preview:
    """The dates of a rule before they are stored. One or two queries.

    Dates that stand already are looked at as they stand: a session of the programme itself is no
    clash where it is the same date.
    """
    own = dict(programme.sessions.values_list("original_start", "pk"))
    room = programme.room_id
    wanted = [Wanted(own.get(p.original_start), room, p.starts_at, p.ends_at) for p in planned]
    stays = {one.key for one in wanted}
    gone = [
        key
        for key, is_exception in programme.sessions.values_list("pk", "is_exception")
        if key not in stays and not is_exception
    ]
    taken: dict[datetime, Occupied] = {
        one.wanted.starts_at: one for one in occupied(wanted, without=gone)
    }
    dates = [
        (
            when_words(one.starts_at, one.ends_at),
            told_of(taken[one.starts_at])["words"] if one.starts_at in taken else "",
        )
        for one in wanted
    ]
    return Preview(dates, len(taken))


@dataclass(slots=True)
class Entry:
    """A session in the calendar. `hours` as they are on its day; `clashes` with these titles."""

    session: Session
    title: str
    hours: str
    clashes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar; `more` sessions than are shown."""

    day: date
    is_in_month: bool
    is_today: bool
    entries: list[Entry]
    more: int


@dataclass(frozen=True, slots=True)
class Collision:
    """Two sessions that share a moment in a room."""

    room: str
    first: Entry
    second: Entry
    when: str


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """Weeks of days, and every clash in them."""

    weeks: list[list[Day]]
    collisions: list[Collision]


def month_span(day: date) -> tuple[date, date]:
    """The whole weeks, Monday to Sunday, in which the month of this day lies."""
    first = day.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def week_span(day: date) -> tuple[date, date]:
    """Monday to Sunday."""
    first = day - timedelta(days=day.weekday())
    return first, first + timedelta(days=6)


def day_span(day: date) -> tuple[date, date]:
    """The day itself."""
    return day, day


SPANS: Final = {"month": month_span, "week": week_span, "day": day_span}
SHOWN_A_DAY: Final = {"month": 6, "week": 30, "day": None}


def calendar_of(
    first: date, last: date, *, today: date, month: int = 0, place: int | None = None,
    room: int | None = None, most: int | None = None,
) -> CalendarPage:  # fmt: skip
    """What takes place from `first` to `last` (days in Shanghai, both included), week by week.

    Cancelled sessions are shown and clash with nothing. `month`: days of other months are marked;
    0: none is. `most`: so many sessions of each day are shown and the others counted, but every
    clash is. Two queries.
    """
    begin = datetime.combine(first, time(), tzinfo=SHANGHAI)
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=SHANGHAI)
    rows = Session.objects.filter(starts_at__lt=end, ends_at__gt=begin)
    if room:
        rows = rows.filter(room=room)
    elif place:
        rows = rows.filter(
            Q(room__place=place) | Q(room=None, programme__place=place)
            | Q(room__place__part_of=place)
        )  # fmt: skip
    # Thousands may be in a month: each is read as little as clashes need, what is shown whole.
    brief = list(
        rows.order_by("starts_at", "pk").values_list(
            "pk", "room_id", "starts_at", "ends_at", "state"
        )
    )
    found = clashes(
        Slot(key, where, starts_at, ends_at)
        for key, where, starts_at, ends_at, state in brief
        if state != SessionState.CANCELLED
    )
    of_day: dict[date, list[int]] = defaultdict(list)
    for key, _where, starts_at, ends_at, _state in brief:
        for day in _days(starts_at, ends_at, first, last):
            of_day[day].append(key)
    clashing = {key for clash in found for key in (clash.first, clash.second)}
    shown = {day: _shown(keys, clashing, most) for day, keys in of_day.items()}
    entries = _entries({key for keys in shown.values() for key in keys} | clashing)
    collisions = [_told(clash, entries) for clash in found]
    days = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        mine = [_on(entries[key], day) for key in shown.get(day, ())]
        more = len(of_day[day]) - len(mine)
        days.append(Day(day, month in (0, day.month), day == today, mine, more))
    return CalendarPage([days[n : n + 7] for n in range(0, len(days), 7)], collisions)


def _shown(keys: list[int], clashing: set[int], most: int | None) -> list[int]:
    """The first so many of a day, and all that clash, in the order of the day."""
    if most is None or len(keys) <= most:
        return keys
    return [key for n, key in enumerate(keys) if n < most or key in clashing]


def _entries(keys: set[int]) -> dict[int, Entry]:
    rows = Session.objects.filter(pk__in=keys).select_related("programme", "room__place")
    return {row.pk: Entry(row, row.programme.name, "") for row in rows}


def _told(clash: Clash, entries: dict[int, Entry]) -> Collision:
    """A clash in words; either entry is told the title of the other."""
    first, second = entries[clash.first], entries[clash.second]
    first.clashes.append(second.title)
    second.clashes.append(first.title)
    until = min(first.session.ends_at, second.session.ends_at)
    return Collision(
        str(second.session.room), first, second, when_words(second.session.starts_at, until)
    )


def _on(entry: Entry, day: date) -> Entry:
    return Entry(entry.session, entry.title, _hours(entry.session, day), entry.clashes)


def _days(starts_at: datetime, ends_at: datetime, first: date, last: date) -> list[date]:
    """The days on which a session is, within the calendar."""
    begin = max(starts_at.astimezone(SHANGHAI).date(), first)
    end = min((ends_at - timedelta(microseconds=1)).astimezone(SHANGHAI).date(), last)
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]


def _hours(session: Session, day: date) -> str:
    """`10:00–11:30`; where it begins or ends on another day, that side stays open."""
    start, end = session.starts_at.astimezone(SHANGHAI), session.ends_at.astimezone(SHANGHAI)
    left = f"{start:%H:%M}" if start.date() == day else ""
    right = f"{end:%H:%M}" if end.date() == day else ""
    return f"{left}–{right}"
