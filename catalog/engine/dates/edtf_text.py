"""What an EDTF text says: whether it is one, and its earliest and latest day.

The PyPI package `edtf` is the judge. The plain forms, nearly all there are, are read here with
the same result in a thousandth of the time (a test compares the two). A season counts as its
whole year: the hemisphere and the side of the new year are not stated.
"""

import calendar
import math
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import edtf

Day = tuple[int, int, int]
"""Year (astronomical: 0 is 1 BCE), month, day."""


_PLAIN: Final = re.compile(
    r"(?P<year>-?\d{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d\d))?)?(?P<mark>[?~%])?"
)
_MASKED: Final = re.compile(r"(?P<sign>-)?(?P<digits>\d{2}XX|\d{3}X)(?P<mark>[?~%])?")


@dataclass(frozen=True)
class EdtfBounds:
    """First and last possible day ('YYYY-MM-DD') and year; None on an open or unknown side."""

    earliest: str | None
    latest: str | None
    year_from: int | None
    year_to: int | None


def iso_day(day: Day) -> str:
    """'YYYY-MM-DD' with four digits for the year and a sign before the common era."""
    return f"{year_text(day[0])}-{day[1]:02d}-{day[2]:02d}"


def year_text(year: int) -> str:
    """An astronomical year as EDTF writes it: 0 is '0000', 221 BCE is '-0220'."""
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"


def year_of(day: str | None) -> int | None:
    """The astronomical year of an ISO day."""
    return None if day is None else int(day[:-6])


@lru_cache(maxsize=8192)
def edtf_bounds(text: str) -> EdtfBounds | None:
    """Earliest and latest day of an EDTF text.

    Args:
        text: EDTF of level 0, 1 or 2.
    Returns:
        The bounds, or None when the text is not EDTF.
    """
    plain = _plain_edges(text)
    if plain is not None:
        return _bounds(*plain)
    return _judged(text)


def _judged(text: str) -> EdtfBounds | None:
    """What the package says."""
    try:
        earliest, latest = _edges(edtf.parse_edtf(text), text)
    except Exception:
        # The parser's own exceptions and its inner failures mean the same here: not EDTF.
        return None
    return _bounds(earliest, latest)


def _bounds(earliest: str | None, latest: str | None) -> EdtfBounds:
    return EdtfBounds(earliest, latest, year_of(earliest), year_of(latest))


def is_edtf(text: str) -> bool:
    """Whether the text is EDTF with sound bounds (a reversed interval is not)."""
    bounds = edtf_bounds(text)
    if bounds is None:
        return False
    if bounds.year_from is None or bounds.year_to is None:
        return True
    return bounds.year_from <= bounds.year_to


def days_in_month(year: int, month: int) -> int:
    """Length of a month in the proleptic Gregorian calendar, for any astronomical year."""
    # The cycle repeats every 400 years, which keeps the library inside its range.
    return calendar.monthrange(year % 400 + 2000, month)[1]


def _plain_edges(text: str) -> tuple[str | None, str | None] | None:
    """The edges of a date or interval in a plain form; None leaves it to the package."""
    start, slash, end = text.partition("/")
    if not slash:
        return _point_edges(text)
    if start == ".." or end == "..":
        known = _PLAIN.fullmatch(end if start == ".." else start)
        edges = _point_edges(known[0]) if known else None
        if edges is None:
            return None
        return (None, edges[1]) if start == ".." else (edges[0], None)
    masked = [side for side in (start, end) if "X" in side]
    if masked and any(re.search(r"[?~%]|^-\d*X", side) for side in (start, end)):
        return None  # The package refuses some of these; let it say which.
    first, last = _point_edges(start), _point_edges(end)
    return (first[0], last[1]) if first and last else None


def _point_edges(text: str) -> tuple[str, str] | None:
    if match := _MASKED.fullmatch(text):
        size = 100 if match["digits"].endswith("XX") else 10
        near = int(match["digits"].rstrip("X")) * size
        if not match["sign"]:
            return iso_day((near, 1, 1)), iso_day((near + size - 1, 12, 31))
        return (iso_day((-near - size + 1, 1, 1)), iso_day((-near, 12, 31))) if near else None
    match = _PLAIN.fullmatch(text)
    if match is None or match["year"] == "-0000":
        return None
    year, month = int(match["year"]), int(match["month"] or 1)
    if match["day"]:
        day = int(match["day"])
        if not 1 <= day <= days_in_month(year, month):
            return None
        return iso_day((year, month, day)), iso_day((year, month, day))
    if match["month"]:
        return iso_day((year, month, 1)), iso_day((year, month, days_in_month(year, month)))
    return iso_day((year, 1, 1)), iso_day((year, 12, 31))


def _edges(parsed: edtf.EDTFObject, text: str) -> tuple[str | None, str | None]:
    if isinstance(parsed, edtf.Season):
        year = int(text[:-3])
        return iso_day((year, 1, 1)), iso_day((year, 12, 31))
    if "/" in text:
        start, _, end = text.partition("/")
        return _open_or(start, 0), _open_or(end, 1)
    return _day(parsed.lower_strict()), _day(parsed.upper_strict())


def _open_or(side: str, edge: int) -> str | None:
    if side in {"", ".."}:
        return None
    return _edges(edtf.parse_edtf(side), side)[edge]


def _day(value: time.struct_time | float) -> str | None:
    if isinstance(value, float) or math.isinf(value[0]):
        return None
    return iso_day((value[0], value[1], value[2]))
