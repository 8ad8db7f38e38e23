"""What every test shares: the engine it runs on, and SQLite's way of emptying tables."""

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation

from artmarket.core.triggers import create_statements, drop_statements

APPEND_ONLY = ("core_event", "catalog_registrynumber")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `postgres` are not part of a run on SQLite."""
    if connection.vendor == "postgresql":
        return
    deselected = [i for i in items if i.get_closest_marker("postgres")]
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        items[:] = [i for i in items if not i.get_closest_marker("postgres")]


@pytest.fixture(autouse=True, scope="session")
def _flush_past_append_only_triggers():
    """On SQLite a flush deletes row by row, which the append-only triggers rightly refuse."""
    if connection.vendor != "sqlite":
        yield
        return
    operations = type(connection.ops)
    original = operations.sql_flush

    def sql_flush(self, style, tables, **options):
        statements = original(self, style, tables, **options)
        guarded = [t for t in APPEND_ONLY if t in tables]
        before = [s for t in guarded for s in drop_statements("sqlite", t)]
        after = [s for t in guarded for s in create_statements("sqlite", t)]
        return before + statements + after

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = original


@pytest.fixture(autouse=True)
def _source_language():
    """Every test begins in Chinese: a request to an English page leaves its language behind."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.deactivate()
