"""The values of a provenance: parties, events, passages, and the whole reading.

Nothing is parsed here. None means "not stated"; every passage keeps its exact slice, so that
joining the slices gives the text back. Rules: registry rules, section 3.
"""

from dataclasses import dataclass
from typing import Literal

Pair = tuple[str | None, str | None]
"""Earliest and latest point as EDTF; None is not known."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its words; `certain` is false after a question mark."""

    name: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who received, passed on or acted. `born` and `died` are EDTF."""

    name: str
    certain: bool = True
    born: str | None = None
    died: str | None = None
    is_artist: bool = False
    place: Place | None = None
    kin: "Kin | None" = None
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class Kin:
    """What the party is to somebody else: `type` "son", `of` the parent."""

    type: str
    of: Party


@dataclass(frozen=True, slots=True)
class Occasion:
    """A named sale, fair or show."""

    name: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Price:
    """What was paid: `currency` and `amount` (digits without commas), or only `text`."""

    currency: str | None = None
    amount: str | None = None
    text: str | None = None
    as_written: str | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """When it was acquired and parted with; None for a pair that is not stated."""

    acquired: Pair | None = None
    parted: Pair | None = None

    def __bool__(self) -> bool:
        return self.acquired is not None or self.parted is not None


@dataclass(frozen=True, slots=True)
class Event:
    """One change of hands, or one stay. With `unparsed` only `direct` stands beside it."""

    certain: bool = True
    method: str | None = None
    party: Party | None = None
    buyer_agent: Party | None = None
    seller_agent: Party | None = None
    previous: Party | None = None
    occasion: Occasion | None = None
    where: Place | None = None
    dates: Dates = Dates()
    lot: str | None = None
    price: Price | None = None
    unsold: bool = False
    in_trade: bool = False
    ongoing: bool = False
    gap: bool = False
    remark: str | None = None
    note: str | None = None
    cites: tuple[str, ...] = ()
    unparsed: str | None = None
    direct: bool = False


PassageKind = Literal["event", "remark", "label", "sections", "space"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the text: `slice` is its exact words, `start` its offset in characters.

    `failed_at` is the offset in the whole text where reading stopped, None when it was read.
    """

    slice: str
    start: int
    kind: PassageKind
    event: Event | None = None
    failed_at: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A note or a citation: its key and its words."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Authority:
    """A name and the address of its record; None where no record was found."""

    name: str
    uri: str | None


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal named in a Chinese record: its reading, 白文 or 朱文, and whose it is."""

    text: str
    style: str | None
    role: str


@dataclass(frozen=True, slots=True)
class Inscription:
    """An inscription word for word, with the words of its date."""

    type: str
    text: str
    date_text: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """A publication that names the work."""

    title: str
    publisher: str | None = None
    date: str | None = None
    page: str | None = None
    figure: str | None = None


@dataclass(frozen=True, slots=True)
class Exhibition:
    """A show in which the work hung."""

    title: str
    venue: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """A whole text as read. `passages` cover it without gap or overlap."""

    passages: tuple[Passage, ...]
    notes: tuple[Entry, ...] = ()
    citations: tuple[Entry, ...] = ()
    authorities: tuple[Authority, ...] = ()
    seals: tuple[Seal, ...] = ()
    inscriptions: tuple[Inscription, ...] = ()
    literature: tuple[Citation, ...] = ()
    exhibitions: tuple[Exhibition, ...] = ()

    @property
    def text(self) -> str:
        """The text as it was given."""
        return "".join(passage.slice for passage in self.passages)

    @property
    def events(self) -> tuple[Event, ...]:
        """The events in the order of the text."""
        return tuple(passage.event for passage in self.passages if passage.event is not None)

    @property
    def is_read(self) -> bool:
        """Whether every event was read."""
        return all(event.unparsed is None for event in self.events)
