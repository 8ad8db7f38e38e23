"""Many rows into one table at once: COPY on PostgreSQL, one prepared statement on SQLite.

Values are written as the columns hold them: no defaults, no validation, no signals; constraints
of the database stay the last check. Keys are drawn before, so that children can name them.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models

# ruff: noqa: S608 - every name in these statements is a model's own

Row = Sequence[Any]


def draw_keys(model: type[models.Model], n: int) -> list[int]:
    """The next `n` primary keys. On SQLite the running transaction holds the only write lock."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, model._meta.pk.column, n],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(  # the table's name is the model's own
            "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0),"
            f" coalesce((SELECT max(id) FROM {connection.ops.quote_name(table)}), 0))",
            [table],
        )
        last = cursor.fetchone()[0]
    return list(range(last + 1, last + 1 + n))


def insert(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows whose values stand in the order of `fields`; other columns must have defaults.

    Raises Django's database errors, like every other write.
    """
    listed = list(rows)
    if not listed:
        return
    names = [connection.ops.quote_name(model._meta.get_field(name).column) for name in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"COPY {table} ({', '.join(names)}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                for row in listed:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(names))
        adapted = [tuple(map(connection.ops.adapt_unknown_value, row)) for row in listed]
        cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", adapted)


def insert_missing(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> None:
    """As `insert`; rows that a unique constraint has already are left out without a word."""
    listed = list(rows)
    if not listed:
        return
    columns = [model._meta.get_field(name) for name in fields]
    names = ", ".join(connection.ops.quote_name(column.column) for column in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{column.rel_db_type(connection)}[]" for column in columns)
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})"
                " ON CONFLICT DO NOTHING",
                [list(values) for values in zip(*listed, strict=True)],
            )
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", listed)


@lru_cache(maxsize=16)
def blank(model: type[models.Model]) -> dict[str, Any]:
    """The model's own defaults by field, as columns hold them; the database's left out."""
    return {
        f.name: f.get_db_prep_save(f.get_default(), connection)
        for f in model._meta.concrete_fields
        if not f.primary_key and not f.has_db_default()
    }
