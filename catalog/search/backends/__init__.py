"""The search engine of this installation: the database's own, or the one the settings name."""

from functools import cache

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from .base import Backend, Key, Level, Order, Summary, Where

__all__ = ["Backend", "Key", "Level", "Order", "Summary", "Where", "get_backend"]

_OWN = {
    "postgresql": "catalog.search.backends.postgres.PostgresBackend",
    "sqlite": "catalog.search.backends.sqlite.SqliteBackend",
}


def get_backend() -> Backend:
    """The engine: SEARCH_BACKEND (a dotted path) or the one of the default database."""
    return _make(getattr(settings, "SEARCH_BACKEND", "") or _OWN[connection.vendor])


@cache
def _make(path: str) -> Backend:
    return import_string(path)()
