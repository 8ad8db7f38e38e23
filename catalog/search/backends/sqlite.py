"""Search in SQLite: an FTS5 table with the same pieces as on PostgreSQL.

`catalog_searchtext` has one row a work (rowid = work id) with the columns head, body, facets; the
`ascii` tokenizer takes every character beyond ASCII as part of a word, so Extension B is safe.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from django.db import connection

from artmarket.core.search_tokens import Phrase, Term, TextQuery
from catalog.search.documents import Entry

from .base import TABLE, Condition, SqlBackend, Summary, Where

TEXT_TABLE = "catalog_searchtext"
CREATE = (
    f"CREATE VIRTUAL TABLE {TEXT_TABLE} USING fts5(head, body, facets, "
    "tokenize = \"ascii tokenchars ':-_'\")"
)
DROP = f"DROP TABLE IF EXISTS {TEXT_TABLE}"


class SqliteBackend(SqlBackend):
    """The embedded engine."""

    def condition(self, where: Where) -> Condition:
        groups = [
            "facets : (" + " OR ".join(f"f{code}" for code in group) + ")" for group in where.groups
        ]
        words = match_query(where.terms) if where.terms else ""
        columns = "head" if where.level == "head" else "{head body}"
        parts = [*([f"{columns} : ({words})"] if words else []), *groups]
        if not parts:
            return [], []
        found = f"work_id IN (SELECT rowid FROM {TEXT_TABLE} WHERE {TEXT_TABLE} MATCH %s)"  # noqa: S608
        conditions, params = [found], [" AND ".join(parts)]
        if where.level == "rest" and words:
            conditions.append(found.replace(" IN ", " NOT IN ", 1))
            params.append(f"head : ({words})")
        return conditions, list(params)

    def summary(self, where: Where, cap: int) -> Summary:
        conditions, params = self.full_condition(where)
        rows = self.rows(
            f"SELECT facets FROM {TABLE} {self.where_sql(conditions)}"  # noqa: S608
            " ORDER BY order_key DESC, work_id DESC LIMIT %s",
            [*params, cap + 1],
        )
        counts = Counter(code for (codes,) in rows if codes for code in codes.split(","))
        return Summary(len(rows), {int(code): min(n, cap) for code, n in counts.items()})

    def texts(self, entry: Entry) -> tuple[str, ...]:
        return " ".join(entry.head), " ".join(entry.body)

    def write(self, entries: Sequence[Entry], *, fresh: bool) -> None:
        if not fresh:
            self.delete([entry.work_id for entry in entries])
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (work_id, order_key, year_key, price_minor, currency, facets)"  # noqa: S608
                " VALUES (%s, %s, %s, %s, %s, %s)",
                [
                    (
                        *(e.work_id, e.order_key, e.year_key, e.price_minor, e.currency),
                        ",".join(map(str, e.facets)),
                    )
                    for e in entries
                ],
            )
            cursor.executemany(
                f"INSERT OR REPLACE INTO {TEXT_TABLE} (rowid, head, body, facets)"  # noqa: S608
                " VALUES (%s, %s, %s, %s)",
                [
                    (
                        *(e.work_id, *(e.text or self.texts(e))),
                        " ".join(f"f{code}" for code in e.facets),
                    )
                    for e in entries
                ],
            )

    def delete(self, work_ids: Collection[int]) -> None:
        rows = [(work_id,) for work_id in work_ids]
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE work_id = %s", rows)  # noqa: S608
            cursor.executemany(f"DELETE FROM {TEXT_TABLE} WHERE rowid = %s", rows)  # noqa: S608


def match_query(query: TextQuery) -> str:
    """The words as FTS5 writes them."""
    words = " AND ".join(_term(term) for term in query.terms)
    if not query.number:
        return words
    return f'"n:{query.number}" OR ({words})' if words else f'"n:{query.number}"'


def _term(term: Term) -> str:
    ways = [_phrase(way) for way in term.ways]
    if term.parts:
        ways.append("(" + " AND ".join(_term(part) for part in term.parts) + ")")
    return "(" + " OR ".join(ways) + ")"


def _phrase(phrase: Phrase) -> str:
    quoted = '"' + " ".join(phrase.pieces) + '"'
    return quoted + " *" if phrase.prefix else quoted
