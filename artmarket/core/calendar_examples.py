"""The worked examples of the two calendars, computed from the case's own table of days.

Only counting stands here; families that need a limit of the law are claimed by the rule book.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from artmarket.core import calendars
from artmarket.core.calendars import Calendar
from artmarket.core.examples import BadCase, need, need_day, register


def register_examples() -> None:
    """Claim the families that need no limit of the law."""
    register("day_kind", day_kind)
    register("add_days", add_days)
    register("notice_end", notice_end)
    register("changed_terms", changed_terms)
    register("deadline", deadline)
    register("retention", retention)


def calendar_of(tables: Mapping[str, Any], given: Mapping[str, Any]) -> Calendar:
    """The calendar that a case names, built from the file's table. Raises BadCase."""
    name = need(given, "calendar")
    table = tables.get(name)
    if not isinstance(table, dict):
        raise BadCase(f"the tables hold no calendar {name}")
    return Calendar.of(
        need(table, "years", list),
        _days(table, "holidays"),
        _days(table, "makeup"),
        _days(table, "trading_closed"),
    )


def day_kind(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Whether a day is a working day and a trading day."""
    calendar, day = calendar_of(tables, given), need_day(given, "date")
    return {"working": calendar.is_working(day), "trading": calendar.is_trading(day)}


def add_days(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The n-th day of a kind after a day."""
    calendar, kind = calendar_of(tables, given), _kind(given)
    start, n = need_day(given, "from"), need(given, "n", int)
    return {"date": calendars.add_days(calendar, start, n, kind)}


def notice_end(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The last day of a notice."""
    published, days = need_day(given, "published"), need(given, "days", int)
    return {"last_day": calendars.notice_end(calendar_of(tables, given), published, days)}


def changed_terms(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The last day of a notice whose terms may have changed."""
    changed = given.get("changed_on")
    notice = calendars.changed_terms(
        calendar_of(tables, given),
        published=need_day(given, "published"),
        changed_on=None if changed is None else need_day(given, "changed_on"),
        working_days=need(given, "days", int),
    )
    return {"last_day": notice.last_day, "restarted": notice.restarted}


def deadline(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A deadline after an event, and the working day it rolls to."""
    found = calendars.deadline(
        calendar_of(tables, given),
        event=need_day(given, "event"),
        days=need(given, "days", int),
        kind=_kind(given),
    )
    return {"date": found.day, "rolled": found.rolled}


def retention(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The last day on which a record must be kept."""
    return {"keep_until": calendars.keep_until(need_day(given, "from"), need(given, "years", int))}


def _kind(given: Mapping[str, Any]) -> calendars.DayKind:
    kind = need(given, "kind")
    if kind not in ("working", "trading", "calendar"):
        raise BadCase(f"no kind of day is called {kind}")
    return kind


def _days(table: Mapping[str, Any], key: str) -> list[date]:
    days = table.get(key, [])
    try:
        return [date.fromisoformat(day) for day in days]
    except (TypeError, ValueError) as error:
        raise BadCase(f"{key} of the calendar is no list of days") from error
