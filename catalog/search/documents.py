"""A work as a text to be found: what of it is searched, and under which facets it stands.

Whoever already holds the values (the importer) fills `WorkDocument` itself; everybody else lets
`read_documents` fetch them. Purchase data, provenance and owners are never part of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from artmarket.core.search_tokens import pieces
from catalog.engine import terms
from catalog.engine.dates import period_of
from catalog.enums import AttributionStatus, TermUse, WorkState
from catalog.models import ArtistName, Attribution, Inscription, SourceRecord, Work, WorkTerm

from .facets import facet, price_code

SEARCHED_STATES: Final = (WorkState.REGISTERED, WorkState.RECORDED)
BY_THE_MAKER: Final = ("autograph", "300404269")
"""Opinions under which a work stands in its maker's facet: autograph, and attributed to."""
YEAR_UNKNOWN: Final = 99_999


@dataclass(slots=True)
class WorkDocument:
    """What the search needs of one public work; empty values are fine.

    `ordered_at`: registered_at, else created_at. `makers`: every name in every script, and the
    words as written. `artist_ids`: makers it stands under (autograph, attributed to).
    `types`, `materials`: AAT numbers; their labels in both languages are added here.
    `words`: medium, subject, place, description, inscriptions, ids of the source.
    """

    work_id: int
    ordered_at: datetime
    titles: Sequence[str] = ()
    makers: Sequence[str] = ()
    words: Sequence[str] = ()
    number: str = ""
    artist_ids: Sequence[int] = ()
    types: Sequence[str] = ()
    materials: Sequence[str] = ()
    year_from: int | None = None
    year_to: int | None = None
    is_museum: bool = False


@dataclass(slots=True)
class Entry:
    """One row of the projection, ready to be written."""

    work_id: int
    order_key: int
    year_key: int
    price_minor: int | None
    currency: str
    facets: list[int]
    head: list[str]
    body: list[str]
    text: tuple[str, ...] = ()
    """What the engine writes of head and body, when it was made ahead (`Backend.texts`)."""


def build_entry(
    document: WorkDocument,
    codes: Iterable[int] = (),
    price: tuple[int, str] | None = None,
) -> Entry:
    """Cut one work into pieces; `codes` and `price` come from apps of higher floors."""
    own = _own_codes(document)
    if price and price[1] == "CNY":
        own.add(price_code(price[0]))
    year = document.year_from if document.year_from is not None else document.year_to
    return Entry(
        work_id=document.work_id,
        order_key=order_key(document.ordered_at),
        year_key=YEAR_UNKNOWN if year is None else year,
        price_minor=price[0] if price else None,
        currency=price[1] if price else "",
        facets=sorted(own.union(codes)),
        head=pieces([*document.titles, *document.makers], document.number),
        body=pieces([*_term_words((*document.types, *document.materials)), *document.words]),
    )


def order_key(moment: datetime) -> int:
    """Microseconds since 1970; the newest registration has the greatest."""
    return round(moment.timestamp() * 1_000_000)


def _own_codes(document: WorkDocument) -> set[int]:
    return {
        *(_code("type", t) for t in document.types),
        *(_code("material", t) for t in document.materials),
        *(_code("period", p) for p in period_of(document.year_from, document.year_to)),
        *(_code("artist", str(a)) for a in document.artist_ids),
        _code("source", "museum" if document.is_museum else "registered"),
    }


@lru_cache(maxsize=16_384)
def _code(name: str, value: str) -> int:
    known = facet(name)
    assert known is not None  # noqa: S101 - the catalogue's own facets
    return known.code(value)


@lru_cache(maxsize=8_192)
def _term_words(ids: tuple[str, ...]) -> tuple[str, ...]:
    found = [terms.get(i) for i in ids]
    return tuple(label for term in found if term for label in (term.en, term.zh))


# ------------------------------------------------------------ reading what is stored


def read_documents(work_ids: Collection[int]) -> list[WorkDocument]:
    """The documents of those of these works that the public may see. Six queries."""
    works = list(
        Work.objects.public()
        .filter(pk__in=work_ids, state__in=SEARCHED_STATES)
        .only(
            *("number", "state", "title", "title_en", "subject", "description", "description_en"),
            *("medium_text", "features", "place_made", "credit", "year_from", "year_to"),
            *("registered_at", "created_at", "is_open_data", "date_text"),
        )
    )
    ids = [work.pk for work in works]
    makers, artists = _makers(ids)
    used = _terms(ids)
    inscriptions: dict[int, list[str]] = defaultdict(list)
    for work_id, text in Inscription.objects.filter(work__in=ids).values_list("work_id", "text"):
        inscriptions[work_id].append(text)
    sources = dict(SourceRecord.objects.filter(work__in=ids).values_list("work_id", "source_id"))
    return [
        WorkDocument(
            work_id=work.pk,
            ordered_at=work.registered_at or work.created_at,
            titles=(work.title, work.title_en),
            makers=makers[work.pk],
            words=(
                *(work.medium_text, work.subject, work.place_made, work.date_text),
                *(work.description, work.description_en, work.features),
                *((work.credit,) if work.is_open_data else ()),
                *inscriptions[work.pk],
                sources.get(work.pk, ""),
            ),
            number=work.number or "",
            artist_ids=artists[work.pk],
            types=used[work.pk, True],
            materials=used[work.pk, False],
            year_from=work.year_from,
            year_to=work.year_to,
            is_museum=work.is_open_data,
        )
        for work in works
    ]


def _makers(ids: Collection[int]) -> tuple[dict[int, list[str]], dict[int, list[int]]]:
    """Names to be found by, and artists to stand under, by work."""
    names: dict[int, list[str]] = defaultdict(list)
    artists: dict[int, list[int]] = defaultdict(list)
    rows = list(
        Attribution.objects.filter(work__in=ids, status=AttributionStatus.CURRENT).values_list(
            "work_id", "artist_id", "term", "as_written", "artist__name", "artist__name_en"
        )
    )
    other: dict[int, list[str]] = defaultdict(list)
    for artist_id, text in ArtistName.objects.filter(artist__in={r[1] for r in rows}).values_list(
        "artist_id", "text"
    ):
        other[artist_id].append(text)
    for work_id, artist_id, term, written, name, name_en in rows:
        names[work_id] += [name, name_en, written, *other[artist_id]]
        if term in BY_THE_MAKER:
            artists[work_id].append(artist_id)
    return names, artists


def _terms(ids: Collection[int]) -> dict[tuple[int, bool], list[str]]:
    """AAT numbers by work; True marks the types."""
    used: dict[tuple[int, bool], list[str]] = defaultdict(list)
    rows = WorkTerm.objects.filter(work__in=ids).values_list("work_id", "use", "term_id")
    for work_id, use, term_id in rows:
        used[work_id, use == TermUse.TYPE].append(term_id)
    return used
