"""`search`: one question, one page. Pages, the API, exports and the benchmark all ask here.

Counts and facets look at the newest works up to a cap; nothing is skipped by counting (keyset
paging). Only public works have entries, so no reader sees more than the public.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from .backends import Key, Order, Summary, Where, get_backend
from .facets import HIDDEN, MAX_SHOWN, PRICE_EDGES, Facet, Text, decode, facet, facets, has_prices
from .query import PRICE_SORTS, Cursor, SearchQuery
from .snapshot import read_snapshot

CAP: Final = 1_000
"""Of the newest works so many are counted, and looked at for the facets."""
PAGE_SIZE: Final = 24
NEIGHBOURS: Final = 3
"""Numbered pages offered before and after the current one."""

Place = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """How many works; when capped, at least so many."""

    n: int
    is_capped: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet."""

    value: str
    label: Text
    count: int | None
    checked: bool


@dataclass(frozen=True, slots=True)
class FacetView:
    """One facet as the page shows it."""

    name: str
    label: Text
    options: list[Option]


@dataclass(frozen=True, slots=True)
class PageLink:
    """One numbered page."""

    number: int
    query: SearchQuery
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition in force: its name, and the question without it."""

    name: str
    label: Text
    without: SearchQuery


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was found. `guilty`: the conditions without any one of which something is found."""

    query: SearchQuery
    work_ids: list[int]
    total: Total
    facets: list[FacetView]
    histogram: list[tuple[int, int]]
    active: list[Filter]
    pages: list[PageLink]
    guilty: list[Filter]

    @property
    def number(self) -> int:
        """The number of this page."""
        return next((p.number for p in self.pages if p.is_current), 1)

    @property
    def previous(self) -> SearchQuery | None:
        """The page before this one."""
        return self._neighbour(-1)

    @property
    def next(self) -> SearchQuery | None:
        """The page after this one."""
        return self._neighbour(+1)

    def _neighbour(self, step: int) -> SearchQuery | None:
        wanted = self.number + step
        return next((p.query for p in self.pages if p.number == wanted), None)


def search(query: SearchQuery, *, page_size: int = PAGE_SIZE) -> SearchPage:
    """The page of works that a question asks for, with counts, facets and neighbours."""
    ahead = _places(query, query.cursor and query.cursor.keys, page_size * (NEIGHBOURS + 1) + 1)
    summary = _summary(query)
    active = active_filters(query)
    return SearchPage(
        query=query,
        work_ids=[place[-1] for place in ahead[:page_size]],
        total=_total(query, summary),
        facets=_facet_views(query, summary),
        histogram=_histogram(query, summary),
        active=active,
        pages=_pages(query, ahead, page_size),
        guilty=_guilty(active) if not summary.total else [],
    )


def matching_ids(query: SearchQuery, *, batch: int = 500) -> Iterator[int]:
    """Every work that a question finds, in its order (for exports): batch after batch."""
    at = None
    while places := _places(query, at, batch):
        yield from (place[-1] for place in places)
        at = places[-1]


def value_counts(name: str, values: Collection[str]) -> dict[str, int]:
    """Public works with each of these values of a facet, as the page that asks nothing counts.

    Values without works are left out. Zero stands for a value that has works, too rare among very
    many to have been counted.
    """
    known = facet(name)
    if known is None:
        return {}
    summary = _summary(SearchQuery())
    counts = decode(summary.counts).get(name, {})
    found = {v: counts[v] for v in values if v in counts}
    if summary.total > CAP:
        rare = (v for v in values if v not in found)
        found |= {v: 0 for v in rare if get_backend().exists(Where(groups=((known.code(v),),)))}
    return found


def where_of(query: SearchQuery, *, leave_out: str = "") -> Where:
    """The question as engines read it, without one facet if asked."""
    groups = [
        tuple(known.code(value) for value in values)
        for name, values in query.filters
        if name != leave_out and (known := facet(name))
    ]
    return Where(
        terms=query.terms,
        groups=tuple(groups),
        low=None if leave_out == HIDDEN else query.low,
        high=None if leave_out == HIDDEN else query.high,
        priced=query.sort in PRICE_SORTS,
    )


# ----------------------------------------------------------------------- places


def _places(
    query: SearchQuery, at: Place | None, limit: int, *, backwards: bool = False
) -> list[Place]:
    """Sort keys with work ids, from a place on."""
    backend = get_backend()
    where = where_of(query)
    if query.sort != "relevance":
        key: Key | None = (at[0], at[1]) if at else None
        return list(backend.keys(where, query.sort, key, backwards=backwards, limit=limit))
    found: list[Place] = []
    for tier, level in ((1, "rest"), (0, "head")) if backwards else ((0, "head"), (1, "rest")):
        if at and (tier > at[0] if backwards else tier < at[0]):
            continue
        start = (at[1], at[2]) if at and at[0] == tier else None
        order: Order = "newest"
        rows = backend.keys(
            where.at(level), order, start, backwards=backwards, limit=limit - len(found)
        )
        found += [(tier, *row) for row in rows]
        if len(found) >= limit:
            break
    return found


def _pages(query: SearchQuery, ahead: list[Place], size: int) -> list[PageLink]:
    """Numbered links around the current page; their addresses are places, never offsets."""
    before: list[Place] = []
    if query.cursor:
        # From the cursor itself: the work that it names is the last one of the page before.
        first = _places(query, query.cursor.keys, size * NEIGHBOURS, backwards=True)
        before = [query.cursor.keys, *first]
    whole = len(before) <= size * NEIGHBOURS
    pages_before = -(-len(before) // size) if whole else NEIGHBOURS
    number = pages_before + 1 if whole else max(query.page, NEIGHBOURS + 2)
    links = []
    if not whole:
        links.append(PageLink(1, query.first_page()))
    for back in range(pages_before, 0, -1):
        last = before[back * size] if len(before) > back * size else None
        links.append(PageLink(number - back, _at(query, last, number - back)))
    links.append(PageLink(number, replace(query, page=number), is_current=True))
    for step in range(1, NEIGHBOURS + 1):
        if len(ahead) > step * size:
            links.append(PageLink(number + step, _at(query, ahead[step * size - 1], number + step)))
    return links


def _at(query: SearchQuery, last: Place | None, number: int) -> SearchQuery:
    if last is None or number < 2:
        return query.first_page()
    return replace(query, cursor=Cursor(tuple(last)), page=number)


# ----------------------------------------------------------------------- facets


def _summary(query: SearchQuery, *, leave_out: str = "") -> Summary:
    """Count and facets of the question, or of what is left without one facet."""
    where = where_of(query, leave_out=leave_out)
    if where == Where():
        kept = read_snapshot()
        if kept and kept.total > CAP:
            return kept
    return get_backend().summary(where, CAP)


def _total(query: SearchQuery, summary: Summary) -> Total:
    """The count as far as it is worth knowing."""
    if summary.total != CAP + 1:
        return Total(summary.total)
    if kept := _kept_total(query):
        return Total(kept)
    return Total(CAP, is_capped=True)


def _kept_total(query: SearchQuery) -> int | None:
    """The count of one value alone, as it was when everything was counted last."""
    groups = where_of(query).groups
    if (
        query.terms
        or query.has_price
        or query.sort in PRICE_SORTS
        or [len(g) for g in groups] != [1]
    ):
        return None
    kept = read_snapshot()
    return kept.counts.get(groups[0][0]) if kept else None


def _facet_views(query: SearchQuery, summary: Summary) -> list[FacetView]:
    counts = decode(summary.counts)
    views = []
    for each in facets():
        chosen = query.chosen(each.name)
        found = counts.get(each.name, {})
        if chosen:  # its other values are alternatives: count as if it were not chosen
            wider = _summary(query, leave_out=each.name)
            found = decode(wider.counts).get(each.name, {})
        options = _options(each, found, chosen)
        if options:
            views.append(FacetView(each.name, each.label, options))
    return views


def _options(each: Facet, counts: dict[str, int], chosen: tuple[str, ...]) -> list[Option]:
    if each.values:
        values = [v for v in each.values if v in counts or v in chosen]
    else:
        top = sorted(counts, key=lambda v: (-counts[v], v))[:MAX_SHOWN]
        values = [*(v for v in chosen if v not in top), *top]
    labels = each.labels(values) if values else {}
    return [Option(v, labels[v], counts.get(v, 0), v in chosen) for v in values if v in labels]


def _histogram(query: SearchQuery, summary: Summary) -> list[tuple[int, int]]:
    """(Lower edge in fen, works) of each bar; empty while nothing has a price."""
    if not has_prices():
        return []
    counts = decode(summary.counts).get(HIDDEN, {})
    if query.has_price:
        wider = _summary(query, leave_out=HIDDEN)
        counts = decode(wider.counts).get(HIDDEN, {})
    if not counts:
        return []
    return [(edge, counts.get(str(i), 0)) for i, edge in enumerate(PRICE_EDGES)]


# --------------------------------------------------------------- conditions in force


def active_filters(query: SearchQuery) -> list[Filter]:
    """Every condition in force, with the question that is left when it is dropped."""
    found = []
    if query.text:
        found.append(Filter("q", f"“{query.text}”", query.without("q")))
    for name, values in query.filters:
        known = facet(name)
        if known is None:
            continue
        labels = known.labels(values)
        found += [
            Filter(name, labels.get(value, value), query.without(name, value)) for value in values
        ]
    if query.has_price:
        found.append(Filter(HIDDEN, "", query.without(HIDDEN)))
    return found


def _guilty(active: list[Filter]) -> list[Filter]:
    """The conditions of which dropping a single one finds something; none if it takes more."""
    if len(active) < 2:
        return []
    return [each for each in active if get_backend().exists(where_of(each.without))]
