"""Between tests that commit: empty what is not empty, and put back what migrations had filled.

Django empties every table and puts the rows back one by one, by way of JSON; with hundreds of tables
that takes longer than most tests. Here the database keeps its own copy of what the migrations filled.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model


def copy_of(table: str) -> str:
    """Where the rows are kept; on PostgreSQL out of the sight of whoever lists the tables."""
    return f'kept."{table}"' if connection.vendor == "postgresql" else f'"kept_{table}"'


def keep_rows() -> Callable[[], None]:
    """Copy what the migrations filled, inside the database.

    Returns:
        What puts it back into empty tables.
    """
    models = {m._meta.db_table: m for m in apps.get_models(include_auto_created=True)}
    kept = filled(sorted(models))
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE")
            cursor.execute("CREATE SCHEMA kept")
        for table in kept:  # a database that outlives the run has a copy already
            cursor.execute(f"DROP TABLE IF EXISTS {copy_of(table)}")
            cursor.execute(f'CREATE TABLE {copy_of(table)} AS SELECT * FROM "{table}"')

    def put_back() -> None:
        ContentType.objects.clear_cache()
        with transaction.atomic(), connection.cursor() as cursor:
            for table in kept:
                columns = _columns(models[table])
                cursor.execute(
                    f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM {copy_of(table)}'
                )

    return put_back


def filled(tables: list[str]) -> list[str]:
    """Those of `tables` that have a row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f'EXISTS (SELECT 1 FROM "{table}")' for table in tables)
        )
        return [table for table, has in zip(tables, cursor.fetchone(), strict=True) if has]


def empty_only_what_is_filled(sql_flush: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Django's statements for only the tables that have rows, past triggers that would refuse."""

    def statements(operations: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        if connection.vendor == "sqlite":
            tables = filled(tables)
            before, after = _refusals(tables)
            return before + sql_flush(operations, style, tables, **options) + after
        if not _may_set_triggers_aside():
            return sql_flush(operations, style, tables, **options)
        return [
            "SET LOCAL session_replication_role = replica",
            *(f'DELETE FROM "{table}"' for table in filled(tables)),
            "SET LOCAL session_replication_role = DEFAULT",
        ]

    return statements


def _columns(model: type[Model]) -> str:
    fields = model._meta.local_concrete_fields
    return ", ".join(f'"{field.column}"' for field in fields if not field.generated)


def _refusals(tables: list[str]) -> tuple[list[str], list[str]]:
    """What drops, and what makes again, the triggers of SQLite by which rows refuse to go."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, tbl_name, sql FROM sqlite_master"
            " WHERE type = 'trigger' AND sql LIKE '%%RAISE(ABORT%%'",
            [],
        )
        found = [(name, sql) for name, table, sql in cursor.fetchall() if table in tables]
    return [f'DROP TRIGGER "{name}"' for name, _sql in found], [sql for _name, sql in found]


def _may_set_triggers_aside() -> bool:
    """Whether this PostgreSQL's user is its superuser, as in the cluster that the tests start."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])
