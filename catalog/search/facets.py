"""The facets of the catalogue, and the numbers under which engines keep their values.

The catalogue brings type, material, period, maker and source; apps of higher floors add theirs
in AppConfig.ready. A facet that nobody registered is never shown. Reads no database but for names.
"""

import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.engine import terms
from catalog.engine.dates import PERIODS, period_label

Text = str | Promise
Provider = Callable[[Collection[int]], Mapping[int, Iterable[str]]]
Labels = Callable[[Collection[str]], Mapping[str, Text]]
Prices = Callable[[Collection[int]], Mapping[int, tuple[int, str]]]

_VALUE_BITS: Final = 40
_WORD: Final = 1 << (_VALUE_BITS - 1)  # set in the codes of values that are words
MAX_SHOWN: Final = 12
PRICE_EDGES: Final = tuple(
    yuan * 100
    for yuan in (0, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)
)
"""Lower edges, in fen, of the bars of the price histogram."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet: `labels` names values for people; `values` lists few and fixed ones."""

    name: str
    label: Text
    labels: Labels
    order: int
    values: tuple[str, ...] = ()
    provider: Provider | None = None

    def accepts(self, value: str) -> bool:
        """Whether an address may name this value."""
        if self.values:
            return value in self.values
        return value.isascii() and value.isdigit() and len(value) <= 11 and int(value) < _WORD

    def code(self, value: str) -> int:
        """The number under which an engine keeps the value; the facet's number stands above it."""
        if value.isascii() and value.isdigit() and int(value) < _WORD:
            return _base(self.name) | int(value)
        digest = blake2b(value.encode(), digest_size=8).digest()
        return _base(self.name) | _WORD | (int.from_bytes(digest) % _WORD)


_facets: dict[str, Facet] = {}
_price_sources: list[Prices] = []
HIDDEN: Final = "price"


def register_facet_source(
    name: str,
    provider: Provider | None,
    *,
    label: Text,
    values: Mapping[str, Text] | None = None,
    labels: Labels | None = None,
    order: int = 50,
) -> None:
    """Add a facet.

    Args:
        name: the parameter of the address; permanent.
        provider: from work ids to the values of each work; asked whenever works are indexed.
        label: the heading, lazy Chinese.
        values: the values with their labels, when they are few and fixed.
        labels: a function from values (numbers as text) to labels, for all others.
        order: rank from the top.
    Raises:
        ValueError: two facets whose names share a number (rename one).
    """
    if any(_base(other) == _base(name) for other in _facets if other != name):
        raise ValueError(f"facet {name!r} has the number of another facet")
    known = dict(values or {})
    chosen = labels or (lambda asked: {v: known[v] for v in asked if v in known})
    _facets[name] = Facet(name, label, chosen, order, tuple(known), provider)


def register_price_source(prices: Prices) -> None:
    """Add a source of asking prices: from work ids to (minor units, currency)."""
    if prices not in _price_sources:
        _price_sources.append(prices)


def facets() -> list[Facet]:
    """All facets in their order on the page."""
    return sorted(_facets.values(), key=lambda f: (f.order, f.name))


def facet_names() -> list[str]:
    """The names of all facets, sorted."""
    return sorted(_facets)


def facet(name: str) -> Facet | None:
    """The facet of this name, if somebody registered it."""
    return _facets.get(name)


def has_prices() -> bool:
    """Whether anybody can say what a work costs."""
    return bool(_price_sources)


def outside_values(work_ids: Collection[int]) -> dict[int, list[int]]:
    """Codes that apps of higher floors give to these works."""
    found: dict[int, list[int]] = {}
    for each in _facets.values():
        if each.provider is None:
            continue
        for work_id, values in each.provider(work_ids).items():
            found.setdefault(work_id, []).extend(each.code(v) for v in values)
    return found


def outside_prices(work_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """The lowest asking price of each work that has one."""
    found: dict[int, tuple[int, str]] = {}
    for prices in _price_sources:
        for work_id, price in prices(work_ids).items():
            found[work_id] = min(price, found.get(work_id, price))
    return found


def decode(counts: Mapping[int, int]) -> dict[str, dict[str, int]]:
    """Counts by code as counts by facet and value; codes that no facet knows are left out."""
    names = {_base(name): name for name in (*_facets, HIDDEN)}
    words = {f.code(v): v for f in _facets.values() for v in f.values}
    found: dict[str, dict[str, int]] = {}
    for code, count in counts.items():
        base, value = code >> _VALUE_BITS << _VALUE_BITS, code & ((1 << _VALUE_BITS) - 1)
        name = names.get(base)
        if name is None or (value & _WORD and code not in words):
            continue
        found.setdefault(name, {})[words.get(code, str(value))] = count
    return found


def price_code(minor: int) -> int:
    """The code of the histogram bar in which a price in fen falls."""
    return _base(HIDDEN) | max(i for i, edge in enumerate(PRICE_EDGES) if minor >= edge)


def _base(name: str) -> int:
    return (zlib.crc32(name.encode()) & 0x3FFFFF) << _VALUE_BITS


# ---------------------------------------------------------------- the catalogue's own


def _term_labels(values: Collection[str]) -> dict[str, Text]:
    lang = get_language() or "zh"
    return {v: terms.short_label(v, lang) for v in values if terms.get(v)}


def _period_labels(values: Collection[str]) -> dict[str, Text]:
    return {v: period_label(v, get_language() or "zh") for v in values}


def _artist_labels(values: Collection[str]) -> dict[str, Text]:
    from catalog.models import Artist

    found = Artist.objects.in_bulk([int(v) for v in values])
    return {str(pk): artist.display_name for pk, artist in found.items()}


def register_own() -> None:
    """The facets that the catalogue itself can answer."""
    register_facet_source("type", None, label=_("类别"), labels=_term_labels, order=20)
    register_facet_source("material", None, label=_("材料与技法"), labels=_term_labels, order=30)
    periods = {key: key for key in (*(p.key for p in PERIODS), "unknown")}
    register_facet_source(
        "period", None, label=_("年代"), values=periods, labels=_period_labels, order=40
    )
    register_facet_source("artist", None, label=_("作者"), labels=_artist_labels, order=50)
    register_facet_source(
        "source",
        None,
        label=_("记录来自"),
        values={"registered": _("平台登记"), "museum": _("馆藏公开资料")},
        order=90,
    )


register_own()
