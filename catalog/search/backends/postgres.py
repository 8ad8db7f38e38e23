"""Search in PostgreSQL: one GIN index over words and facet codes answers both.

Words are `tsvector` literals made here, never by `to_tsvector`: the cut is ours. The index and
its statistics come from the migration of the projection.
"""

from collections.abc import Collection, Sequence
from math import ceil
from typing import Any

from django.db import connection

from artmarket.core.search_tokens import GAP, Phrase, Term, TextQuery
from catalog.search.documents import Entry

from .base import TABLE, Condition, SqlBackend, Summary, Where

MOST_CODES = 500
"""Codes that are counted out to us, the most frequent ones: nobody shows more."""
WINDOW = 1.5
"""How many times more works than asked for the window of the newest should hold."""
_COLUMNS = "work_id, order_key, year_key, price_minor, currency, facets, head, tokens"


class PostgresBackend(SqlBackend):
    """The engine of production."""

    def condition(self, where: Where) -> Condition:
        conditions: list[str] = []
        params: list[object] = []
        if where.terms:
            asked = tsquery(where.terms)
            conditions.append(
                "head @@ %s::tsquery" if where.level == "head" else "tokens @@ %s::tsquery"
            )
            params.append(asked)
            if where.level == "rest":
                conditions.append("NOT head @@ %s::tsquery")
                params.append(asked)
        for group in where.groups:
            conditions.append("facets && %s::bigint[]")
            params.append(list(group))
        return conditions, params

    def summary(self, where: Where, cap: int) -> Summary:
        conditions, params = self.full_condition(where)
        since = self._since(conditions, params, cap) if where.terms else None
        found = self._summary(conditions, params, cap, since)
        if since is not None and found.total <= cap:
            found = self._summary(conditions, params, cap, None)
        return found

    def _summary(
        self, conditions: list[str], params: list[Any], cap: int, since: int | None
    ) -> Summary:
        if since is not None:
            conditions, params = [*conditions, "order_key >= %s"], [*params, since]
        rows = self.rows(
            f"WITH newest AS MATERIALIZED (SELECT facets FROM {TABLE} {self.where_sql(conditions)}"  # noqa: S608
            " ORDER BY order_key DESC, work_id DESC LIMIT %s)"
            " SELECT NULL, count(*) FROM newest UNION ALL (SELECT code, count(*)"
            " FROM newest, unnest(facets) AS code GROUP BY code ORDER BY 2 DESC, 1 LIMIT %s)",
            [*params, cap + 1, MOST_CODES],
        )
        total = next(n for code, n in rows if code is None)
        return Summary(total, {code: min(n, cap) for code, n in rows if code is not None})

    def _since(self, conditions: list[str], params: list[Any], cap: int) -> int | None:
        """An order key above which, by the planner's statistics, more than `cap` works match.

        It lets two indexes share the work: one knows the words, the other what is new. None when
        so few match that all may be looked at, or when the table has no statistics yet.
        """
        plan = self.rows(
            f"EXPLAIN (FORMAT JSON) SELECT 1 FROM {TABLE} {self.where_sql(conditions)}",  # noqa: S608
            params,
        )[0][0][0]["Plan"]
        share = WINDOW * cap / max(plan["Plan Rows"], 1)
        if share > 0.5:
            return None
        bounds = self.rows(
            "SELECT histogram_bounds::text::bigint[] FROM pg_stats WHERE schemaname ="
            " current_schema() AND tablename = %s AND attname = 'order_key'",
            [TABLE],
        )
        if not bounds or not bounds[0][0]:
            return None
        return bounds[0][0][-1 - max(1, ceil(share * (len(bounds[0][0]) - 1)))]

    def texts(self, entry: Entry) -> tuple[str, ...]:
        return tsvector(entry.head), tsvector([*entry.head, GAP, *entry.body])

    def write(self, entries: Sequence[Entry], *, fresh: bool) -> None:
        rows = [columns(entry, entry.text or self.texts(entry)) for entry in entries]
        if fresh:
            copying = f"COPY {TABLE} ({_COLUMNS}) FROM STDIN"
            with (
                connection.cursor() as cursor,
                connection.wrap_database_errors,
                cursor.copy(copying) as copy,
            ):
                for row in rows:
                    copy.write_row(row)
            return
        updated = ", ".join(f"{name} = EXCLUDED.{name}" for name in _COLUMNS.split(", ")[1:])
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {TABLE} ({_COLUMNS}) SELECT a, b, c, d, e, f::bigint[], g::tsvector,"  # noqa: S608
                " h::tsvector FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::bigint[],"
                " %s::text[], %s::text[], %s::text[], %s::text[]) AS t(a, b, c, d, e, f, g, h)"
                f" ON CONFLICT (work_id) DO UPDATE SET {updated}",
                [list(column) for column in zip(*rows, strict=True)],
            )

    def delete(self, work_ids: Collection[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE work_id = ANY(%s)", [list(work_ids)])  # noqa: S608


def columns(entry: Entry, texts: tuple[str, ...]) -> tuple[int | str | None, ...]:
    """One row as PostgreSQL reads it from text, in the order of the table's columns."""
    return (
        entry.work_id,
        entry.order_key,
        entry.year_key,
        entry.price_minor,
        entry.currency,
        "{" + ",".join(map(str, entry.facets)) + "}",
        *texts,
    )


def tsvector(pieces: Sequence[str]) -> str:
    """The literal of a field. Only pieces that stand in phrases carry positions."""
    plain = "' '".join(dict.fromkeys(pieces))
    if plain.isascii() and ":" not in plain and GAP not in pieces:
        return f"'{plain}'" if plain else ""
    places: dict[str, list[str]] = {}
    for position, piece in enumerate(pieces, start=1):
        if piece == GAP:
            continue
        if piece.isascii() and piece[1:2] != ":":
            places.setdefault(piece, [])
        else:
            places.setdefault(piece, []).append(str(position))
    return " ".join(
        f"'{piece}':{','.join(found)}" if found else f"'{piece}'" for piece, found in places.items()
    )


def tsquery(query: TextQuery) -> str:
    """The query as PostgreSQL writes it."""
    words = " & ".join(_term(term) for term in query.terms)
    if not query.number:
        return words
    return f"'n:{query.number}' | ({words})" if words else f"'n:{query.number}'"


def _term(term: Term) -> str:
    ways = [_phrase(way) for way in term.ways]
    if term.parts:
        ways.append("(" + " & ".join(_term(part) for part in term.parts) + ")")
    return "(" + " | ".join(ways) + ")"


def _phrase(phrase: Phrase) -> str:
    quoted = [f"'{piece}'" for piece in phrase.pieces]
    if phrase.prefix:
        quoted[-1] += ":*"
    return quoted[0] if len(quoted) == 1 else "(" + " <-> ".join(quoted) + ")"
