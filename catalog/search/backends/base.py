"""What a search engine must be able to do, and what the two SQL engines share.

Another engine (an index outside the database) is one more class with the methods of `Backend`,
named by the setting SEARCH_BACKEND. Nobody but this package speaks to an engine.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Protocol

from django.db import connection

from artmarket.core.search_tokens import NO_WORDS, TextQuery
from catalog.search.documents import Entry

Order = Literal["newest", "oldest", "price_up", "price_down"]
Level = Literal["head", "all", "rest"]
Key = tuple[int, int]
TABLE: Final = "catalog_searchentry"
# Order → (column, runs downwards).
ORDERS: Final[dict[Order, tuple[str, bool]]] = {
    "newest": ("order_key", True),
    "oldest": ("year_key", False),
    "price_up": ("price_minor", False),
    "price_down": ("price_minor", True),
}


@dataclass(frozen=True, slots=True)
class Where:
    """Which works: words, one of each group of facet codes, a price range in fen.

    `level` says where the words stand: "all" anywhere, "head" all in title, maker or number,
    "rest" anywhere but not all in the head. `priced` asks for works with a price.
    """

    terms: TextQuery = NO_WORDS
    groups: tuple[tuple[int, ...], ...] = ()
    low: int | None = None
    high: int | None = None
    priced: bool = False
    level: Level = "all"

    def at(self, level: Level) -> "Where":
        """The same works with their words at another level."""
        return replace(self, level=level)


@dataclass(frozen=True, slots=True)
class Summary:
    """How many works (at most cap + 1), and how many of the newest `cap` have each code."""

    total: int
    counts: dict[int, int]


class Backend(Protocol):
    """One search engine."""

    def keys(
        self, where: Where, order: Order, after: Key | None, *, backwards: bool, limit: int
    ) -> list[Key]:
        """(sort key, work id) of the next works after a place, in the order of the page.

        With `backwards` the works before the place, the nearest first.
        """
        ...

    def summary(self, where: Where, cap: int) -> Summary:
        """Count and facet counts, both over the newest `cap` works at most."""
        ...

    def exists(self, where: Where) -> bool:
        """Whether any work is found."""
        ...

    def newer(self, where: Where, after: int, until: int | None, cap: int) -> int:
        """How many works with an order key above `after` and up to `until`, at most `cap`."""
        ...

    def texts(self, entry: Entry) -> tuple[str, ...]:
        """The columns of words as they are written; needs no database."""
        ...

    def write(self, entries: Sequence[Entry], *, fresh: bool) -> None:
        """Put entries in place of older ones; `fresh` promises that there are none."""
        ...

    def delete(self, work_ids: Collection[int]) -> None:
        """Forget works."""
        ...

    def indexed(self, work_ids: Collection[int]) -> set[int]:
        """Which of these works have an entry."""
        ...


Condition = tuple[list[str], list[Any]]


class SqlBackend:
    """Reads that differ only in the condition between the engines."""

    def condition(self, where: Where) -> Condition:
        """SQL conditions, to be joined by AND, and their parameters."""
        raise NotImplementedError

    def keys(
        self, where: Where, order: Order, after: Key | None, *, backwards: bool, limit: int
    ) -> list[Key]:
        column, downwards = ORDERS[order]
        downwards ^= backwards
        conditions, params = self.full_condition(where)
        if column == "price_minor":
            conditions.append("price_minor IS NOT NULL")
        if after:
            conditions.append(f"({column}, work_id) {'<' if downwards else '>'} (%s, %s)")
            params += after
        way = "DESC" if downwards else "ASC"
        return self.rows(
            f"SELECT {column}, work_id FROM {TABLE} {self.where_sql(conditions)}"  # noqa: S608
            f" ORDER BY {column} {way}, work_id {way} LIMIT %s",
            [*params, limit],
        )

    def exists(self, where: Where) -> bool:
        conditions, params = self.full_condition(where)
        sql = f"SELECT 1 FROM {TABLE} {self.where_sql(conditions)} LIMIT 1"  # noqa: S608
        return bool(self.rows(sql, params))

    def newer(self, where: Where, after: int, until: int | None, cap: int) -> int:
        conditions, params = self.full_condition(where)
        conditions.append("order_key > %s")
        params.append(after)
        if until is not None:
            conditions.append("order_key <= %s")
            params.append(until)
        inner = self.where_sql(conditions)
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {TABLE} {inner} LIMIT %s) AS found"  # noqa: S608
        return self.rows(sql, [*params, cap])[0][0]

    def indexed(self, work_ids: Collection[int]) -> set[int]:
        if not work_ids:
            return set()
        marks = ", ".join(["%s"] * len(work_ids))
        sql = f"SELECT work_id FROM {TABLE} WHERE work_id IN ({marks})"  # noqa: S608
        return {row[0] for row in self.rows(sql, list(work_ids))}

    def full_condition(self, where: Where) -> Condition:
        """The engine's condition and the price."""
        conditions, params = self.condition(where)
        if where.priced:
            conditions.append("price_minor IS NOT NULL")
        if where.low is not None or where.high is not None:
            conditions.append("currency = 'CNY'")
        if where.low is not None:
            conditions.append("price_minor >= %s")
            params.append(where.low)
        if where.high is not None:
            conditions.append("price_minor <= %s")
            params.append(where.high)
        return conditions, params

    @staticmethod
    def where_sql(conditions: Sequence[str]) -> str:
        """A WHERE clause, or nothing."""
        return "WHERE " + " AND ".join(conditions) if conditions else ""

    @staticmethod
    def rows(sql: str, params: Sequence[Any]) -> list[Any]:
        """Run one query."""
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()
