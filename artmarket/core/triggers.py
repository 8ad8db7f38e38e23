"""Append-only tables, and rows that freeze: the database itself refuses, on both engines.

Used by migrations. `TRUNCATE` is not affected.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.migrations.operations.base import Operation

PG_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END;
$$ LANGUAGE plpgsql;
"""


class Statements(Operation):
    """A migration operation of SQL that each engine has in its own words.

    It asks for no model: unlike `RunPython` it costs no drawing of all models as they were.

    Args:
        forwards, backwards: the statements for an engine ('postgresql' or 'sqlite').
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self, forwards: Callable[[str], list[str]], backwards: Callable[[str], list[str]]
    ) -> None:
        self.forwards, self.backwards = forwards, backwards

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Leaves the models as they are."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Run what goes forwards."""
        self._run(schema_editor, self.forwards)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Run what goes backwards."""
        self._run(schema_editor, self.backwards)

    def describe(self) -> str:
        """What `migrate --plan` says of it."""
        return "Let the database itself refuse changes"

    def _run(self, schema_editor: Any, statements: Callable[[str], list[str]]) -> None:
        for statement in statements(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)


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
    """The SQL that takes the protection away again (reverse migration)."""
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table};"]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{verb};" for verb in ("update", "delete")]


def append_only(table: str) -> Statements:
    """A migration operation that makes `table` append-only."""
    return Statements(
        lambda vendor: create_statements(vendor, table),
        lambda vendor: drop_statements(vendor, table),
    )


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


def frozen(table: str, *columns: str) -> Statements:
    """A migration operation that freezes columns of `table`; the others may still change."""

    def backwards(vendor: str) -> list[str]:
        on = f" ON {table}" if vendor == "postgresql" else ""
        return [f"DROP TRIGGER IF EXISTS {table}_frozen{on};"]

    return Statements(lambda vendor: frozen_statements(vendor, table, columns), backwards)


PG_FREEZE = """
CREATE OR REPLACE FUNCTION {table}_frozen() RETURNS trigger AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        IF {old} THEN
            RAISE EXCEPTION 'rows of % are frozen', TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    {incoming}
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
"""
PG_FREEZE_INCOMING = """IF TG_OP <> 'DELETE' THEN
        IF {new} THEN
            RAISE EXCEPTION 'rows of % are frozen', TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;"""


def freeze_statements(vendor: str, table: str, when: str, *, incoming: bool) -> list[str]:
    """The SQL that refuses changes of those rows for which `when` holds.

    Args:
        when: an SQL condition over the row `ROW`, of this application's own making.
        incoming: also refuse rows that are put in, or moved, to where it holds.
    """
    old, new = when.replace("ROW.", "OLD."), when.replace("ROW.", "NEW.")
    if vendor == "postgresql":
        more = PG_FREEZE_INCOMING.format(new=new) if incoming else ""
        verbs = "INSERT OR UPDATE OR DELETE" if incoming else "UPDATE OR DELETE"
        return [
            PG_FREEZE.format(table=table, old=old, incoming=more),
            f"CREATE TRIGGER {table}_frozen BEFORE {verbs} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_frozen();",
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are frozen'); END;"
    conditions = {"update": f"{old} OR {new}" if incoming else old, "delete": old}
    if incoming:
        conditions["insert"] = new
    return [
        f"CREATE TRIGGER {table}_frozen_{verb} BEFORE {verb} ON {table} WHEN {condition} {refuse}"
        for verb, condition in conditions.items()
    ]


def thaw_statements(vendor: str, table: str) -> list[str]:
    """The SQL that takes the protection away again."""
    if vendor == "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS {table}_frozen ON {table};",
            f"DROP FUNCTION IF EXISTS {table}_frozen();",
        ]
    verbs = ("insert", "update", "delete")
    return [f"DROP TRIGGER IF EXISTS {table}_frozen_{verb};" for verb in verbs]


def frozen_when(table: str, when: str, *, incoming: bool = False) -> Statements:
    """A migration operation that freezes rows of `table`; see `freeze_statements`."""
    return Statements(
        lambda vendor: freeze_statements(vendor, table, when, incoming=incoming),
        lambda vendor: thaw_statements(vendor, table),
    )
