"""Append-only tables: the database itself refuses updates and deletes, on both engines.

Used by migrations; `TRUNCATE` (the test suite's flush on PostgreSQL) is not affected.
"""

from collections.abc import Sequence

from django.db import migrations

PG_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END;
$$ LANGUAGE plpgsql;
"""


def create_statements(vendor: str, table: str) -> list[str]:
    """The SQL that makes `table` append-only on this engine ('postgresql' or 'sqlite')."""
    if vendor == "postgresql":
        return [
            PG_FUNCTION,
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change();",
        ]
    return [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are append-only'); END;"
        for verb in ("update", "delete")
    ]


def drop_statements(vendor: str, table: str) -> list[str]:
    """The SQL that takes the protection away again (reverse migration, SQLite test flush)."""
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table};"]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{verb};" for verb in ("update", "delete")]


def append_only(table: str) -> migrations.RunPython:
    """A migration operation that makes `table` append-only."""

    def forwards(apps, schema_editor) -> None:
        for statement in create_statements(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, params=None)

    def backwards(apps, schema_editor) -> None:
        for statement in drop_statements(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, params=None)

    return migrations.RunPython(forwards, backwards)


def frozen_statements(vendor: str, table: str, columns: Sequence[str]) -> list[str]:
    """The SQL by which these columns of `table` never change once the row is there."""
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    when = " OR ".join(f'OLD."{name}" {differs} NEW."{name}"' for name in columns)
    if vendor == "postgresql":
        return [
            PG_FUNCTION,
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({when}) EXECUTE FUNCTION refuse_change();",
        ]
    return [
        f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are append-only'); END;"
    ]


def frozen(table: str, *columns: str) -> migrations.RunPython:
    """A migration operation that freezes columns of `table`; the others may still change."""

    def forwards(apps, schema_editor) -> None:
        for statement in frozen_statements(schema_editor.connection.vendor, table, columns):
            schema_editor.execute(statement, params=None)

    def backwards(apps, schema_editor) -> None:
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen{on};", params=None)

    return migrations.RunPython(forwards, backwards)
