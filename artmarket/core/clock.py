"""The clock that decides: the database's, because several servers never agree on theirs.

`today()` is the calendar day in Shanghai and serves display and rule lookup only.
"""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import DateTimeField, Func
from django.utils import timezone
from django.utils.dateparse import parse_datetime

SHANGHAI = ZoneInfo("Asia/Shanghai")


def db_now() -> datetime:
    """The database's time now, aware, UTC. Call it inside the lock that it decides."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
        else:
            cursor.execute("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")
        return read_moment(cursor.fetchone()[0])


def read_moment(value: Any) -> datetime:
    """A moment as the database's driver gives it, aware, UTC."""
    moment = value if isinstance(value, datetime) else parse_datetime(str(value))
    assert moment is not None  # noqa: S101 - the database's own format
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


class DbClock(Func):
    """The database's time when the row is read, for a query that decides more than the time.

    Unlike `Now` it does not stand still within a transaction.
    """

    output_field = DateTimeField()
    arity = 0

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return "clock_timestamp()", []

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')", []


def db_today() -> date:
    """The calendar day in Shanghai by the database's clock, where a day decides."""
    return db_now().astimezone(SHANGHAI).date()


def today() -> date:
    """The day in Shanghai, for display and rule lookup."""
    return timezone.now().astimezone(SHANGHAI).date()
