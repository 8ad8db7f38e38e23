"""Day counts: which part of a year lies between two days.

The first day is in, the last one out. ACT/ACT-ISDA splits at each New Year: the part in a leap year
counts over 366 days, so that 12 December to 12 January is 20 and 11 days (ISDA 2006 §4.16(b); not
the 19 and 12 of other engines). Pledge rules §7, §11.
"""

from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Literal

Convention = Literal[
    "30/360", "30E/360", "ACT/360", "ACT/364", "ACT/365F", "ACT/ACT-ISDA", "ACT/ACT-PERIOD"
]
THIRTY: Final = frozenset({"30/360", "30E/360"})
_BASES: Final = {"ACT/360": 360, "ACT/364": 364, "ACT/365F": 365}


def days(convention: Convention, start: date, end: date) -> int:
    """The days between two days as the convention counts them. Raises ValueError when they are
    in the wrong order."""
    if end < start:
        raise ValueError("a period ends before it starts")
    if convention not in THIRTY:
        return (end - start).days
    months = (end.year - start.year) * 12 + end.month - start.month
    return 30 * months + min(end.day, 30) - min(start.day, 30)


def fraction(convention: Convention, start: date, end: date) -> Fraction:
    """The part of a year between two days, exact.

    "30/360" counts as 30E/360 here; a schedule in whole months takes its months instead. Under
    ACT/ACT-PERIOD the year is that in which the period starts.
    """
    counted = days(convention, start, end)
    if convention in THIRTY:
        return Fraction(counted, 360)
    if convention in _BASES:
        return Fraction(counted, _BASES[convention])
    if convention == "ACT/ACT-PERIOD":
        return Fraction(counted, year_length(start.year))
    return sum((Fraction(n, length) for n, length in isda_parts(start, end)), Fraction(0))


def isda_parts(start: date, end: date) -> tuple[tuple[int, int], ...]:
    """The days in each calendar year and that year's length, in order."""
    parts, day = [], start
    while day < end:
        until = min(end, date(day.year + 1, 1, 1)) if day.year < date.max.year else end
        parts.append(((until - day).days, year_length(day.year)))
        day = until
    return tuple(parts)


def span_days(start: date, end: date, *, both_ends: bool = False) -> int:
    """The calendar days between two days; with `both_ends` the last one counts too."""
    return days("ACT/365F", start, end) + both_ends


def year_length(year: int) -> int:
    """365 or 366."""
    return 365 + (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))


def day_after(day: date, count: int) -> date:
    """The day so many calendar days later."""
    return day + timedelta(days=count)
