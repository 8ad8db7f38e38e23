"""What a reader asks of the catalogue, and the one address of each such question.

Unknown parameters and values that make no sense are ignored without an error; a cursor that is
no cursor means the first page. Pure: reads no database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Final, Literal, Protocol
from urllib.parse import quote

from artmarket.core.search_tokens import NO_WORDS, TextQuery, parse_query
from catalog.engine.numbers import check_number, is_number

from .facets import facet, facet_names, has_prices

Sort = Literal["relevance", "newest", "oldest", "price_up", "price_down"]
SORTS: Final[tuple[Sort, ...]] = ("relevance", "newest", "oldest", "price_up", "price_down")
PRICE_SORTS: Final = ("price_up", "price_down")
MAX_TEXT: Final = 200
MAX_VALUES: Final = 20
_MAX_KEY: Final = 2**62


class Params(Protocol):
    """What of Django's QueryDict is used."""

    def getlist(self, key: str) -> list[str]: ...

    def get(self, key: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two works: the keys of the last work before it."""

    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One state of the browse page.

    `filters` maps a facet to the values of which a work needs one, sorted. `low` and `high` are
    prices in fen. `page` is only the number that is printed: `cursor` says where it starts.
    """

    text: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    low: int | None = None
    high: int | None = None
    sort: Sort = "newest"
    cursor: Cursor | None = None
    page: int = 1
    terms: TextQuery = field(default=NO_WORDS, compare=False)

    @classmethod
    def make(
        cls,
        text: str = "",
        filters: Mapping[str, Iterable[str]] | None = None,
        *,
        low: int | None = None,
        high: int | None = None,
        sort: str = "",
        cursor: Cursor | None = None,
        page: int = 1,
    ) -> "SearchQuery":
        """A question in canonical form; what is unknown is left out."""
        text = " ".join(text.split())[:MAX_TEXT]
        kept = []
        for name in facet_names():
            known = facet(name)
            values = {v for v in (filters or {}).get(name, ()) if known and known.accepts(v)}
            if values:
                kept.append((name, tuple(sorted(values)[:MAX_VALUES])))
        if low is not None and high is not None and low > high:
            low, high = high, low
        terms = parse_query(text, check_number(text) if is_number(text) else "")
        chosen = _sort(sort, bool(terms))
        if cursor and len(cursor.keys) != (3 if chosen == "relevance" else 2):
            cursor = None
        page = page if cursor and 1 < page < 10**6 else 1
        return cls(text, tuple(kept), low, high, chosen, cursor, page, terms)

    @classmethod
    def read(cls, params: Params) -> "SearchQuery":
        """The question of an address (request.GET)."""
        page = params.get("page") or ""
        return cls.make(
            params.get("q") or "",
            {name: params.getlist(name) for name in facet_names()},
            low=read_yuan(params.get("low")),
            high=read_yuan(params.get("high")),
            sort=params.get("sort") or "",
            cursor=read_cursor(params.get("after")),
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1,
        )

    def params(self) -> list[tuple[str, str]]:
        """Names and values of the address: sorted, defaults left out."""
        found = [(name, value) for name, values in self.filters for value in values]
        if self.text:
            found.append(("q", self.text))
        if self.low is not None:
            found.append(("low", write_yuan(self.low)))
        if self.high is not None:
            found.append(("high", write_yuan(self.high)))
        if self.sort != _sort("", bool(self.terms)):
            found.append(("sort", self.sort))
        if self.cursor:
            found.append(("after", write_cursor(self.cursor)))
            found.append(("page", str(self.page)))
        return sorted(found)

    def encoded(self) -> str:
        """The query string, without its question mark."""
        return "&".join(f"{name}={quote(value, safe='~')}" for name, value in self.params())

    def first_page(self) -> "SearchQuery":
        """The same question from its beginning."""
        return replace(self, cursor=None, page=1)

    def without(self, name: str, value: str | None = None) -> "SearchQuery":
        """The question less one filter value, one filter, the words (`q`) or the `price`."""
        first = self.first_page()
        if name == "price":
            return replace(first, low=None, high=None)
        if name == "q":
            left = dict(first.filters)
            sort = "" if first.sort == "relevance" else first.sort
            return SearchQuery.make("", left, low=first.low, high=first.high, sort=sort)
        filters = {
            n: tuple(v for v in values if value is not None and v != value) if n == name else values
            for n, values in first.filters
        }
        return replace(first, filters=tuple((n, v) for n, v in filters.items() if v))

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked at all."""
        return bool(self.text or self.filters or self.has_price)

    @property
    def has_price(self) -> bool:
        """Whether a price range is asked."""
        return self.low is not None or self.high is not None

    def chosen(self, name: str) -> tuple[str, ...]:
        """The values asked of one facet."""
        return dict(self.filters).get(name, ())


def _sort(asked: str, has_text: bool) -> Sort:
    offered = {"relevance": has_text, "price_up": has_prices(), "price_down": has_prices()}
    if asked in SORTS and offered.get(asked, True):
        return asked  # type: ignore[return-value]
    return "relevance" if has_text else "newest"


def read_cursor(text: str | None) -> Cursor | None:
    """The place that an address names; None when it names none."""
    parts = (text or "").split("~")
    if not 2 <= len(parts) <= 3 or any(len(p) > 20 for p in parts):
        return None
    try:
        keys = tuple(int(p) for p in parts if p.isascii())
    except ValueError:
        return None
    if len(keys) != len(parts) or any(abs(k) > _MAX_KEY for k in keys):
        return None
    return Cursor(keys)


def write_cursor(cursor: Cursor) -> str:
    """A place as an address names it."""
    return "~".join(str(k) for k in cursor.keys)


def read_yuan(text: str | None) -> int | None:
    """Yuan as typed, in fen; None when it is no price."""
    try:
        value = Decimal((text or "").strip().replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 <= value < 10**13:
        return None
    return int(value.scaleb(2).to_integral_value())


def write_yuan(minor: int) -> str:
    """Fen as yuan, without needless zeros."""
    whole, rest = divmod(minor, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)
