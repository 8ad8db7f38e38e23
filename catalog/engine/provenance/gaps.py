"""Gaps in a provenance, seen through windows of time in which much was taken.

A flag asks for research; it never says "stolen" and never blocks alone. What cannot be decided
counts as flagged. A window is clear when one holder certainly held from before to after. The
windows are data. Registry rules, section 3.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from catalog.engine.dates import edtf_bounds
from catalog.engine.provenance.methods import is_kind_of, moves_title
from catalog.engine.provenance.values import Event, Pair

Reason = Literal[
    "no_dates",
    "begins_after",
    "gap",
    "transfer_inside",
    "acquisition_across_start",
    "unread",
    "doubtful",
    "taken",
]
_TAKEN: Final = ("theft", "looting", "confiscation", "forced_sale", "illegal_extraction")
_ARTISTS: Final = frozenset({"the artist", "artist", "作者", "画家本人", "作者本人"})
_Day = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time to look at.

    `first` and `last` are ISO days, `last` None when it goes on. `regions` are names of places
    where it counts, none for everywhere; `elsewhere` are names known to lie outside. `weight`
    orders windows for people, higher first.
    """

    name: str
    first: str
    last: str | None
    regions: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Flag:
    """A question to research. `window` is its name, None for a taking outside all windows;
    `events` are positions in the provenance."""

    window: str | None
    reason: Reason
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Stay:
    """The days of one holder; None is not known."""

    index: int
    event: Event
    acquired_from: _Day | None
    acquired_to: _Day | None
    parted_from: _Day | None
    parted_to: _Day | None

    @property
    def is_dated(self) -> bool:
        return bool(self.event.dates)

    @property
    def definite(self) -> tuple[_Day | None, _Day | None]:
        """First and last day on which the holder certainly had it."""
        dates = self.event.dates
        if dates.acquired and dates.parted and dates.acquired[1] == dates.parted[0]:
            bounds = edtf_bounds(dates.acquired[1] or "")
            exact = dates.acquired[0] == dates.acquired[1] == dates.parted[1]
            if bounds and not exact:
                return _day(bounds.earliest), _day(bounds.latest)
        start, end = self.acquired_to, self.parted_from
        if start is None or end is None:
            return start or end, end or start
        return (start, end) if start <= end else (None, None)

    @property
    def is_open(self) -> bool:
        """Whether nothing says that it was parted with."""
        return self.event.ongoing or self.event.dates.parted is None


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


EUROPE: Final = _names(
    """Albania Austria Belarus Belgium Bulgaria Croatia Czechoslovakia Denmark Estonia Europe
    Finland France Germany Greece Hungary Italy Latvia Lithuania Luxembourg Netherlands Norway
    Poland Romania Russia Serbia Slovakia Slovenia Ukraine Yugoslavia 奥地利 比利时 捷克
    丹麦 法国 德国 希腊 匈牙利 意大利 荷兰 挪威 波兰 俄罗斯 苏联"""
)
OVERSEAS: Final = _names(
    """Argentina Australia Brazil Canada China Japan Mexico USA 中国 日本 美国 加拿大 AL AK AZ AR CA
    CO CT DC FL GA HI IA IL IN KS KY LA MA MD ME MI MN MO MS MT NC NE NH NJ NM NV NY OH OK OR PA RI
    SC SD TN TX UT VA VT WA WI WV WY"""
)
WINDOWS: Final = (
    Window("1933-1945", "1933-01-30", "1945-05-08", EUROPE, OVERSEAS, weight=5),
    Window("1937-1945", "1937-07-07", "1945-09-02", weight=4),
    Window("1966-1976", "1966-05-16", "1976-10-06", weight=4),
    Window("1970-", "1970-11-14", None, weight=2),
    Window("1840-1949", "1840-01-01", "1949-09-30", weight=1),
)
"""The windows to look at unless a house names its own. The days are the customary ones."""


def find_gaps(events: Sequence[Event], windows: Sequence[Window]) -> tuple[Flag, ...]:
    """The flags of a provenance, window by window in the order given.

    Args:
        events: in the order of the text, oldest first.
        windows: the stretches of time to look at.
    Returns:
        Flags in order of window, reason and event; takings without later restitution last when
        they fall into no window.
    """
    stays = [
        _stay(index, event)
        for index, event in enumerate(events)
        if not event.unsold and (event.unparsed is not None or moves_title(_known(event)))
    ]
    taken = list(_takings(events))
    flags: list[Flag] = []
    for window in windows:
        if not _is_clear(stays, window):
            flags += _open_questions(stays, window)
        flags += [
            Flag(window.name, "taken", (stay.index,))
            for stay in taken
            if _possibly_inside(stay, window)
        ]
    seen = {flag.events[0] for flag in flags if flag.reason == "taken"}
    return (
        *flags,
        *(Flag(None, "taken", (stay.index,)) for stay in taken if stay.index not in seen),
    )


def _known(event: Event) -> str | None:
    # A taking moves no title, but whoever took it held it.
    return None if is_kind_of(event.method, *_TAKEN) else event.method


def _open_questions(stays: Sequence[_Stay], window: Window) -> Iterator[Flag]:
    first, last = _edges(window)
    everyone = tuple(stay.index for stay in stays)
    dated = [stay for stay in stays if stay.is_dated]
    if not dated:
        yield Flag(window.name, "no_dates", everyone)
        return
    known = [day for stay in dated for day in _days(stay)]
    if last is not None and known and min(known) > last:
        yield Flag(window.name, "begins_after", (stays[0].index,))
    for stay, following in pairwise(stays):
        if not stay.event.direct and _gap_overlaps(stay, following, first, last):
            yield Flag(window.name, "gap", (stay.index, following.index))
    for position, stay in enumerate(stays):
        if stay.event.unparsed is not None:
            yield Flag(window.name, "unread", (stay.index,))
        elif _possibly_inside(stay, window) and _in_region(stay.event, window):
            if position:
                before = stays[position - 1].index
                yield Flag(window.name, "transfer_inside", (before, stay.index))
            elif not _begins(stay.event):
                yield Flag(window.name, "transfer_inside", (stay.index,))
        if not _is_certain(stay.event) and _possibly_overlaps(stay, first, last):
            yield Flag(window.name, "doubtful", (stay.index,))
        if stay.is_dated and _across_start(stay, first):
            yield Flag(window.name, "acquisition_across_start", (stay.index,))


def _is_clear(stays: Sequence[_Stay], window: Window) -> bool:
    """Whether one holder certainly held from before the window to after it."""
    first, last = _edges(window)
    for position, stay in enumerate(stays):
        start, end = stay.definite
        if not _is_certain(stay.event) or stay.event.in_trade:
            continue
        if start is None or start >= first:
            continue
        if last is not None and end is not None and end > last:
            return True
        if position == len(stays) - 1 and stay.is_open and stay.event.dates.acquired:
            return True
    return False


def _gap_overlaps(stay: _Stay, following: _Stay, first: _Day, last: _Day | None) -> bool:
    """Whether nobody is known to have held it at some time within the window."""
    begins, ends = stay.definite[1], following.definite[0]
    if ends is not None and ends <= first:
        return False
    return last is None or begins is None or begins < last


def _possibly_inside(stay: _Stay, window: Window) -> bool:
    """Whether the acquisition may fall into the window; undated counts."""
    first, last = _edges(window)
    earliest, latest = stay.acquired_from, stay.acquired_to or stay.parted_to
    if latest is not None and latest < first:
        return False
    return last is None or earliest is None or earliest <= last


def _begins(event: Event) -> bool:
    """Whether the thing came into being with this event, so that nobody had it before."""
    party = event.party
    made = party is not None and (party.is_artist or party.name.casefold() in _ARTISTS)
    return made or is_kind_of(event.method, "origin")


def _is_certain(event: Event) -> bool:
    return event.unparsed is None and event.certain and (event.party is None or event.party.certain)


def _possibly_overlaps(stay: _Stay, first: _Day, last: _Day | None) -> bool:
    begins, ends = stay.acquired_from, stay.parted_to
    return (last is None or begins is None or begins <= last) and (ends is None or ends >= first)


def _across_start(stay: _Stay, first: _Day) -> bool:
    """Whether it is open if the holder had it before the window began or not."""
    if stay.event.dates.acquired is None:
        return stay.parted_to is None or stay.parted_to >= first
    earliest, latest = stay.acquired_from, stay.acquired_to
    return (earliest is None or earliest < first) and (latest is None or latest >= first)


def _in_region(event: Event, window: Window) -> bool:
    """Whether it happened in a listed region; a place that is not known counts."""
    if not window.regions:
        return True
    places = [
        place.name
        for place in (
            event.where,
            event.party.place if event.party else None,
            event.previous.place if event.previous else None,
            event.seller_agent.place if event.seller_agent else None,
        )
        if place is not None
    ]
    names = {name.strip().casefold() for place in places for name in place.split(",")}
    if names & {region.casefold() for region in window.regions}:
        return True
    return not places or not names & {region.casefold() for region in window.elsewhere}


def _takings(events: Sequence[Event]) -> Iterator[_Stay]:
    """Takings that no later restitution answers."""
    for index, event in enumerate(events):
        later = any(is_kind_of(after.method, "restitution") for after in events[index + 1 :])
        if is_kind_of(event.method, *_TAKEN) and not later:
            yield _stay(index, event)


def _stay(index: int, event: Event) -> _Stay:
    acquired = _range(event.dates.acquired)
    parted = _range(event.dates.parted)
    return _Stay(index, event, *acquired, *parted)


def _range(pair: Pair | None) -> tuple[_Day | None, _Day | None]:
    if pair is None:
        return None, None
    first, last = (edtf_bounds(side) if side else None for side in pair)
    return _day(first.earliest if first else None), _day(last.latest if last else None)


def _days(stay: _Stay) -> Iterator[_Day]:
    days = (stay.acquired_from, stay.acquired_to, stay.parted_from, stay.parted_to)
    return (day for day in days if day is not None)


def _edges(window: Window) -> tuple[_Day, _Day | None]:
    first = _day(window.first)
    if first is None:
        raise ValueError(f"the window {window.name} has no beginning")
    return first, _day(window.last)


def _day(day: str | None) -> _Day | None:
    if day is None:
        return None
    year, month, number = day[:-6], day[-5:-3], day[-2:]
    return int(year), int(month), int(number)
