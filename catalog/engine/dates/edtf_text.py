"""What an EDTF text says: whether it is one, and its earliest and latest day.

Uses the PyPI package `edtf` as the judge; a season counts as its whole year, because the
hemisphere and the side of the new year are not stated. Never widens a doubtful date.
"""

import math
import time
from dataclasses import dataclass
from functools import lru_cache

import edtf

Day = tuple[int, int, int]
"""Year (astronomical: 0 is 1 BCE), month, day."""


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
    try:
        parsed = edtf.parse_edtf(text)
        earliest, latest = _edges(parsed, text)
    except Exception:
        # The parser's own exceptions and its inner failures mean the same here: not EDTF.
        return None
    return EdtfBounds(earliest, latest, year_of(earliest), year_of(latest))


def is_edtf(text: str) -> bool:
    """Whether the text is EDTF with sound bounds (a reversed interval is not)."""
    bounds = edtf_bounds(text)
    if bounds is None:
        return False
    if bounds.year_from is None or bounds.year_to is None:
        return True
    return bounds.year_from <= bounds.year_to


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
