"""A work's provenance as a reader may see it: its periods, its gaps, what was not read.

One selector for every page. Reads; never writes: a text that is not stored as periods yet, such
as a museum's, is read on the spot.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from artmarket import rulebook
from artmarket.core.punctuation import joined, listed

from .engine.provenance import Event, Flag
from .engine.provenance.disclosure import public_event
from .models import ProvenancePeriod, Work
from .provenance_rows import (
    LONGEST_RULE,
    WINDOWS_RULE,
    disclosure_of,
    event_of,
    gaps_of,
    periods_of,
    public_text,
    read_text,
    windows_for,
)
from .provenance_words import (
    REASON_WORDS,
    dates_words,
    method_words,
    party_words,
    price_words,
    source_words,
)

MOST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class ShownGap:
    """A question to research: through which windows it is seen, and why it is asked."""

    windows: str
    reason: str
    weight: int
    between: bool
    """It lies between the period before it and the next one."""


@dataclass(frozen=True, slots=True)
class ShownPeriod:
    """One period in the reader's words. Empty texts are not known, or not for this reader."""

    position: int
    holder: str
    how: str
    when: str
    machine_date: str
    where: str
    source: str
    price: str
    numbers: str
    notes: tuple[str, ...]
    said: str
    certain: bool
    is_direct: bool
    is_custody: bool
    is_read: bool
    words: str
    """The curator's own words; the only content of a passage that was not read."""
    stopped_at: int
    """Where reading stopped, in characters of `words`."""
    is_shown: bool
    is_private: bool
    """Something of it is kept from the public."""
    gaps: tuple[ShownGap, ...] = ()

    @property
    def line(self) -> str:
        """How it came, from whom, where, under which number, for how much."""
        return joined(filter(None, (self.how, self.source, self.where, self.numbers, self.price)))

    @property
    def read_words(self) -> str:
        """Of a passage that was not read, the words before the place where reading stopped."""
        return self.words[: self.stopped_at]

    @property
    def unread_words(self) -> str:
        """And the words from that place on."""
        return self.words[self.stopped_at :]


@dataclass(frozen=True, slots=True)
class ShownProvenance:
    """What `provenance_of` gives. `text` is the original for those who may read all of it."""

    is_full: bool
    text: str
    public: str
    periods: tuple[ShownPeriod, ...] = ()
    gaps: tuple[ShownGap, ...] = ()
    """Questions to the whole provenance rather than to a place in it."""
    left_out: int = 0
    number: int = 0
    """Which version of the text is stored as these periods; 0 when none is."""
    rows: tuple[ProvenancePeriod, ...] = field(default=(), repr=False)

    @property
    def unread(self) -> tuple[ShownPeriod, ...]:
        """The passages that were not read."""
        return tuple(period for period in self.periods if not period.is_read)

    def __bool__(self) -> bool:
        return bool(self.periods or self.text)


EMPTY: Final = ShownProvenance(True, "", "")


def provenance_of(
    work: Work,
    reader: Any,
    *,
    private: bool | None = None,
    most: int = MOST_SHOWN,
    with_public: bool = False,
) -> ShownProvenance:
    """The provenance of a work for this reader. At most one query besides the permission's.

    Args:
        work: with its attributions, best prefetched.
        reader: who looks.
        private: whether he may see private data, when the caller knows already.
        most: how many periods at most.
        with_public: whether to say in `public` what everybody reads.
    """
    if not work.provenance_text:
        return EMPTY
    if private is None:
        private = reader.has_perm("catalog.view_private", work)
    full = private or work.is_open_data
    if len(work.provenance_text) > rulebook.get(LONGEST_RULE):
        return ShownProvenance(full, work.provenance_text if full else "", "")
    return shown(
        work,
        work.provenance_text,
        stored_periods(work),
        full=full,
        most=most,
        with_public=with_public,
    )


def stored_periods(work: Work) -> list[ProvenancePeriod]:
    """The periods of the current text; read on the spot where none are stored of this text."""
    rows = list(
        ProvenancePeriod.objects.filter(text__work=work, text__superseded_by=None)
        .select_related("text", "said_in__author")
        .order_by("position")
    )
    if rows and rows[0].text.text == work.provenance_text:
        return rows
    return periods_of(read_text(work.provenance_text))


def public_provenance(work: Work) -> str:
    """The provenance as text for everybody, in the language it is written in."""
    if work.is_open_data:
        return work.provenance_text
    return work.provenance_public


def shown(
    work: Work,
    text: str,
    rows: Sequence[ProvenancePeriod],
    *,
    full: bool,
    most: int = MOST_SHOWN,
    with_public: bool = False,
) -> ShownProvenance:
    """These periods in words, with the gaps among them. No query if attributions are prefetched."""
    events = [event_of(row) for row in rows]
    rules = disclosure_of(work)
    places: dict[int, list[ShownGap]] = {}
    whole: list[ShownGap] = []
    for place, gap in _gaps(work, gaps_of(work, events)):
        (whole if place is None else places.setdefault(place, [])).append(gap)
    periods = []
    for row, event in zip(rows, events, strict=True):
        told = event if full or row.is_shown else public_event(event, rules)
        is_private = not work.is_open_data and public_event(event, rules) != event
        periods.append(
            _period(
                row,
                told,
                gaps=tuple(places.get(row.position, ())),
                is_private=is_private,
                open_words=full or row.is_shown,
                open_sources=full,
            )
        )
    return ShownProvenance(
        is_full=full,
        text=text if full else "",
        public=public_text(text, rows, rules) if with_public else "",
        periods=tuple(periods[:most]),
        gaps=tuple(whole),
        left_out=max(0, len(periods) - most),
        number=rows[0].text.number if rows and rows[0].text_id else 0,
        rows=tuple(rows),
    )


def _period(
    row: ProvenancePeriod,
    event: Event,
    *,
    gaps: tuple[ShownGap, ...],
    is_private: bool,
    open_words: bool,
    open_sources: bool,
) -> ShownPeriod:
    # What a text rests upon may name others than this period does.
    notes = (event.remark, row.footnote, *row.citations) if open_words else ()
    return ShownPeriod(
        position=row.position,
        holder=party_words(event.party),
        how=method_words(event.method or ""),
        when=dates_words(event.dates, ongoing=event.ongoing),
        machine_date=_machine_date(event),
        where=event.where.name if event.where else "",
        source=source_words(event),
        price=price_words(event.price),
        numbers=event.lot or "",
        notes=tuple(note for note in notes if note),
        said=_said(row) if open_sources else "",
        certain=event.certain and (event.party is None or event.party.certain),
        is_direct=row.is_direct,
        is_custody=row.failed_at is None and not row.moves_title,
        is_read=event.unparsed is None,
        words=row.words.strip() if open_words else "",
        stopped_at=_stopped_at(row),
        is_shown=row.is_shown,
        is_private=is_private,
        gaps=gaps,
    )


def _stopped_at(row: ProvenancePeriod) -> int:
    """Leading blanks are not shown, so they do not count."""
    if row.failed_at is None:
        return 0
    blanks = len(row.words) - len(row.words.lstrip())
    return max(0, row.failed_at - row.start - blanks)


def _said(row: ProvenancePeriod) -> str:
    """Who stands behind the words, and upon what."""
    if row.said_in_id is None:
        return ""
    author = row.said_in.author
    return joined(filter(None, (row.said_in.source, author.display_name if author else "")))


def _machine_date(event: Event) -> str:
    """The acquisition for <time>; empty unless it is one plain year, month or day."""
    first, last = event.dates.acquired or (None, None)
    plain = first is not None and first == last and first.replace("-", "").isdigit()
    return first or "" if plain and first and not first.startswith("-") else ""


def _gaps(work: Work, flags: Iterable[Flag]) -> Iterable[tuple[int | None, ShownGap]]:
    """Flags of one place and reason together, each with its place among the periods."""
    weights = {window.name: window.weight for window in windows_for(work)}
    together: dict[tuple[int | None, str, bool], list[str | None]] = {}
    flags = list(flags)
    unread = {flag.events[0] for flag in flags if flag.reason == "unread"}
    for flag in flags:
        if flag.reason == "doubtful" and flag.events[0] in unread:
            continue  # that it was not read says so already
        whole = flag.reason in {"no_dates", "begins_after"}
        between = flag.reason == "gap"
        place = None if whole else flag.events[0 if between else -1]
        together.setdefault((place, flag.reason, between), []).append(flag.window)
    for (place, reason, between), codes in together.items():
        named = [code for code in codes if code]
        yield (
            place,
            ShownGap(
                windows=listed(window_words(code) for code in named),
                reason=str(REASON_WORDS[reason]),
                weight=max((weights.get(code, 0) for code in named), default=5),
                between=between,
            ),
        )


def window_words(code: str) -> str:
    """A window's name as the rule book has it."""
    words = rulebook.rule_of(WINDOWS_RULE).labels.get(code)
    return rulebook.in_language(words) if words else code
