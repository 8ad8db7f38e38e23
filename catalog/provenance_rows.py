"""A provenance text as rows: read by the grammar, nothing written.

The same reading serves what is stored and what is only shown, such as the records of museums,
whose texts are read when somebody looks. Registry rules, section 3.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils import translation

from artmarket import rulebook

from .engine.dates import describe_date, edtf_bounds
from .engine.provenance import (
    Event,
    Flag,
    Passage,
    Provenance,
    Window,
    as_structure,
    event_from_structure,
    find_gaps,
    is_chinese_text,
    moves_title,
    read_document,
    read_record,
)
from .engine.provenance.disclosure import Disclosure, public_event
from .engine.provenance.labelled import LABELS
from .engine.provenance.values import Pair
from .enums import AttributionStatus, CitationKind, InscriptionKind, SealStyle
from .models import ProvenancePeriod, Work
from .provenance_words import line_of, price_words

WINDOWS_RULE: Final = "catalog.provenance_windows"
LONGEST_RULE: Final = "catalog.provenance_longest"
_STYLES: Final = {"白文": SealStyle.BAIWEN, "朱文": SealStyle.ZHUWEN}
_KINDS: Final = {
    "题识": InscriptionKind.INSCRIPTION,
    "款识": InscriptionKind.SIGNATURE,
    "题跋": InscriptionKind.COLOPHON,
}


def language_of(text: str) -> str:
    """The language a provenance is written in: "zh" or "en"."""
    return "zh" if is_chinese_text(text) else "en"


def read_text(text: str) -> Provenance:
    """The text as read by the grammar of its language; joined, its passages are the text."""
    return read_record(text) if language_of(text) == "zh" else read_document(text)


# ------------------------------------------------------------------ periods


def periods_of(reading: Provenance) -> list[ProvenancePeriod]:
    """The events of a reading as unsaved rows, in the order of the text."""
    notes = {entry.key: entry.text for entry in reading.notes}
    cited = {entry.key: entry.text for entry in reading.citations}
    told = [passage for passage in reading.passages if passage.event is not None]
    return [_period(n, passage, notes, cited) for n, passage in enumerate(told)]


def _period(
    position: int, passage: Passage, notes: dict[str, str], cited: dict[str, str]
) -> ProvenancePeriod:
    event = passage.event
    assert event is not None  # noqa: S101 - the caller leaves out passages without an event
    first, last = years_of(event)
    acquired, parted = event.dates.acquired or (None, None), event.dates.parted or (None, None)
    sources = [event.previous, event.seller_agent, event.buyer_agent]
    return ProvenancePeriod(
        position=position,
        start=passage.start,
        words=passage.slice,
        failed_at=passage.failed_at,
        why=passage.why[:200],
        certain=event.certain and (event.party is None or event.party.certain),
        is_direct=event.direct,
        method=event.method or "",
        moves_title=event.unparsed is None and not event.unsold and moves_title(event.method),
        party_words=event.party.name if event.party else "",
        source_words="; ".join(party.name for party in sources if party),
        place=_place(event),
        acquired_from=acquired[0] or "",
        acquired_to=acquired[1] or "",
        parted_from=parted[0] or "",
        parted_to=parted[1] or "",
        year_from=first,
        year_to=last,
        stock_numbers=event.lot or "",
        price_words=price_words(event.price),
        footnote=notes.get(event.note or "", ""),
        citations=[cited[key] for key in event.cites if key in cited],
        as_read=as_structure(event),
    )


def event_of(period: ProvenancePeriod) -> Event:
    """The event of a row, as the reader gave it."""
    return event_from_structure(period.as_read)


def years_of(event: Event) -> tuple[int | None, int | None]:
    """The first and the last year that the dates of an event allow."""
    years = [
        year
        for pair in (event.dates.acquired, event.dates.parted)
        for year in _years(pair)
        if year is not None
    ]
    return (min(years), max(years)) if years else (None, None)


def _years(pair: Pair | None) -> Iterable[int | None]:
    for point in pair or ():
        bounds = edtf_bounds(point) if point else None
        for day in (bounds.earliest, bounds.latest) if bounds else ():
            yield int(day[:-6]) if day else None


def _place(event: Event) -> str:
    if event.where:
        return event.where.name
    return event.party.place.name if event.party and event.party.place else ""


# ------------------------------------------------------------------ labelled parts


@dataclass(frozen=True, slots=True)
class LabelledParts:
    """What stands beside the provenance in the same text, as the catalogue keeps it."""

    citations: tuple[tuple[str, str], ...]
    """Kind and text of each."""
    inscriptions: tuple[dict[str, Any], ...]
    """Values of `Inscription`, without work, ref and position."""


def labelled_parts(reading: Provenance) -> LabelledParts:
    """著录, 展览, 钤印 and 题识 of a reading."""
    literature = (
        (
            CitationKind.LITERATURE.value,
            "，".join(
                filter(
                    None,
                    (
                        f"《{row.title}》",
                        row.publisher,
                        _year_words(row.date),
                        f"第{row.page}页" if row.page else "",
                        f"图{row.figure}" if row.figure else "",
                    ),
                )
            ),
        )
        for row in reading.literature
    )
    shows = (
        (
            CitationKind.EXHIBITION.value,
            "，".join(filter(None, (row.title, row.venue, _year_words(row.date)))),
        )
        for row in reading.exhibitions
    )
    seals = (
        {
            "kind": (
                InscriptionKind.SEAL if row.role == "artist" else InscriptionKind.COLLECTOR_SEAL
            ).value,
            "text": row.text,
            "style": _STYLES[row.style].value if row.style in _STYLES else "",
        }
        for row in reading.seals
    )
    written = (
        {
            "kind": _KINDS[row.type].value,
            "text": row.text,
            "date_text": (row.date_text or "")[:120],
        }
        for row in reading.inscriptions
    )
    return LabelledParts(
        tuple(dict.fromkeys((*literature, *shows))),
        tuple({(row["kind"], row["text"]): row for row in (*seals, *written)}.values()),
    )


def _year_words(edtf: str | None) -> str:
    return describe_date(edtf, "zh") if edtf else ""


# ------------------------------------------------------------------ what the public reads


def disclosure_of(work: Work) -> Disclosure:
    """The rules of today and the names of the work's makers. Reads its attributions."""
    names = {
        name
        for opinion in work.attributions.all()
        if opinion.status == AttributionStatus.CURRENT
        for name in (opinion.artist.name, opinion.artist.name_en)
        if name
    }
    return Disclosure(
        frozenset(rulebook.get("catalog.provenance_public_parties")),
        frozenset(rulebook.get("catalog.provenance_hidden")),
        frozenset(names),
    )


def public_text(text: str, periods: Sequence[ProvenancePeriod], rules: Disclosure) -> str:
    """The text as the public may read it, in its own language.

    A period that the owner shows keeps its exact words; any other is told from its structure, so
    that no word comes out that was not looked at. Labelled parts and footnotes are left out.
    """
    reading = read_text(text)
    rows = iter(periods)
    pieces: list[str] = []
    english = language_of(text) == "en"
    with translation.override("en" if english else "zh-hans"):
        for passage in reading.passages:
            if passage.event is None:
                if passage.kind == "label" and _opens_events(passage):
                    pieces.append(passage.slice)
                continue
            row = next(rows, None)
            if row is not None and row.is_shown:
                pieces.append(passage.slice)
            else:
                event = public_event(passage.event, rules)
                pieces.append(line_of(event) + _MARKS[event.direct, english])
    return "".join(pieces).strip()


_MARKS: Final = {
    (True, True): "; ",
    (False, True): ". ",
    (True, False): "；",
    (False, False): "。",
}


def _opens_events(passage: Passage) -> bool:
    return LABELS.get(passage.slice.strip(" \t\r\n：:"), "events") == "events"


# ------------------------------------------------------------------ gaps


def windows_for(work: Work) -> tuple[Window, ...]:
    """The windows of the rule book through which this work is looked at, named by their codes.

    A work made after a window was never in it; one made after an open window began is not looked
    at through that one.
    """
    found = []
    for code, row in rulebook.get(WINDOWS_RULE).items():
        first, last = row["first"], row.get("last")
        if work.year_from is not None and work.year_from > (last or first).year:
            continue
        found.append(
            Window(
                code,
                first.isoformat(),
                last.isoformat() if last else None,
                row.get("regions", ()),
                row.get("elsewhere", ()),
                row["weight"],
            )
        )
    return tuple(found)


def gaps_of(work: Work, events: Sequence[Event]) -> tuple[Flag, ...]:
    """The questions that the windows of the rule book put to this provenance."""
    return find_gaps(events, windows_for(work)) if events else ()
