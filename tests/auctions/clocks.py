"""The database's clock put at a moment, for one test: its own functions of time are covered."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from artmarket.core.clock import SHANGHAI
from auctions.models import Lot, Sale
from tests.auctions.factories import announced, bidder

SQLITE_FORM = "%Y-%m-%d %H:%M:%f"


class DatabaseClock:
    """Stands still where it is put; what the process believes is another matter."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def put(self, moment: datetime) -> None:
        self.moment = moment.astimezone(UTC)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT set_config('test.clock', %s, true)", [str(self.moment)])

    def cover(self) -> None:
        if connection.vendor == "sqlite":
            connection.connection.create_function("strftime", -1, self._strftime)
            return
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS test_clock")
            for name in ("clock_timestamp", "statement_timestamp"):
                cursor.execute(
                    f"CREATE FUNCTION test_clock.{name}() RETURNS timestamptz LANGUAGE sql"
                    " AS $$ SELECT current_setting('test.clock')::timestamptz $$"
                )
            cursor.execute("SET LOCAL search_path = test_clock, public, pg_catalog")

    def uncover(self) -> None:
        """On PostgreSQL the end of the test's transaction does it.

        A function that was covered cannot be taken away again while the connection lives: another
        database answers for it.
        """
        if connection.vendor == "sqlite":
            other = sqlite3.connect(":memory:", check_same_thread=False)

            def strftime(*asked: str) -> str:
                marks = ", ".join("?" * len(asked))
                return other.execute(f"SELECT strftime({marks})", asked).fetchone()[0]

            connection.connection.create_function("strftime", -1, strftime)

    def _strftime(self, form: str, *asked: str) -> str:
        assert (form, *(word.lower() for word in asked)) == (SQLITE_FORM, "now")
        return f"{self.moment:%Y-%m-%d %H:%M:}{self.moment.second + self.moment.microsecond / 1e6:06.3f}"


@pytest.fixture
def clock(db):
    """clock.put(moment)"""
    made = DatabaseClock()
    made.put(made.moment)
    made.cover()
    yield made
    made.uncover()


def shanghai(*parts: int) -> datetime:
    """A moment by its year, month, day, hour … in Shanghai."""
    return datetime(*parts, tzinfo=SHANGHAI)


def ending(ends_at: datetime, *, lots: int = 1, bidders: int = 1, **changes):
    """A sale whose lots end at this moment after a day of bidding, and its bidders."""
    sale = announced(lots=lots, **changes)
    people = [bidder(sale) for _n in range(bidders)]
    Sale.objects.filter(pk=sale.pk).update(opens_at=ends_at - timedelta(days=1), closes_at=ends_at)
    Lot.objects.filter(sale=sale).update(first_end=ends_at, ends_at=ends_at)
    sale.refresh_from_db()
    return sale, people
