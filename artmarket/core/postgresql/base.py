"""Django's own but for three things that each request would pay for (ADR 0007)."""

import select
from datetime import UTC
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations
from psycopg.adapt import Loader
from psycopg.pq import Format


class _PlannedCursor(base.CursorMixin, psycopg.RawCursor):  # type: ignore[misc, name-defined]
    """Values travel beside the words, whose places are $1, $2, …"""


_Instant: Any = psycopg.adapters.get_loader(base.TIMESTAMPTZ_OID, Format.TEXT)


class _UtcLoader(Loader):
    """The driver's own reading of an instant; Django's goes through Python for each."""

    timezone = UTC

    def __init__(self, oid: int, context: Any = None) -> None:
        super().__init__(oid, context)
        self._read = self.load = _Instant(oid, context).load  # type: ignore[method-assign]

    def load(self, data: Any) -> Any:
        return self._read(data)


class _Operations(DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """The words for the log; the driver keeps none of a statement whose plan it keeps."""
        return super().last_executed_query(cursor, sql, params) or sql


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]
    """One connection."""

    ops_class = _Operations

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        if self.timezone is UTC:
            connection.adapters.register_loader("timestamptz", _UtcLoader)
        return connection

    def is_usable(self) -> bool:
        """Whether the server still listens, asked before the first statement of a request.

        A server that ended or hung up has said so: its words, or the end, wait to be read. Only
        then is it asked with a statement, which Django sends every time.
        """
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return not waiting.poll(0) or bool(super().is_usable())

    def planned_cursor(self) -> Any:
        """A cursor whose statements are planned once a connection and kept, where they may be.

        Django's own puts values into the words, so that every statement is planned anew.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(_PlannedCursor(self.connection))  # type: ignore[attr-defined]
