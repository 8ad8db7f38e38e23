"""Months, by their first day."""

from datetime import date, timedelta

_MORE_THAN_A_MONTH = timedelta(days=32)


def month_of(day: date) -> date:
    """The first day of this day's month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=1) + _MORE_THAN_A_MONTH).replace(day=1)


def last_day(month: date) -> date:
    """The last day of this month."""
    return month_after(month) - timedelta(days=1)
