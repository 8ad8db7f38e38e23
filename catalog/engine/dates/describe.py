"""EDTF turned into words for people, in Chinese and English.

Says what the EDTF says and no more; an unreadable text gives an empty string. The words as
written by the source are shown beside it by the caller, never replaced by it.
"""

import re
from typing import Final

from catalog.engine.dates.edtf_text import is_edtf

MONTHS_EN: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SEASONS: Final = {
    "21": ("春", "spring"),
    "22": ("夏", "summer"),
    "23": ("秋", "autumn"),
    "24": ("冬", "winter"),
}
_POINT: Final = re.compile(
    r"(?P<sign>-)?(?P<year>\d{2}XX|\d{3}X|\d{4})(?:-(?P<month>\d\d))?(?:-(?P<day>\d\d))?"
    r"(?P<mark>[?~%])?"
)


def describe_date(edtf: str | None, lang: str = "zh") -> str:
    """An EDTF text in words: "1965~" is 约1965年 or "c. 1965".

    Args:
        edtf: EDTF of the kinds `read_date` gives; None or anything else gives "".
        lang: a language code; those beginning with "en" are answered in English.
    """
    if not edtf or not is_edtf(edtf):
        return ""
    english = lang.startswith("en")
    if edtf[0] in "[{":
        return _set(edtf, english)
    if "/" not in edtf:
        return _point(edtf, english)
    start, _, end = edtf.partition("/")
    if start in {"", ".."}:
        words = _point(end, english)
        return (f"before {words}" if english else f"{words}以前") if words else ""
    if end in {"", ".."}:
        words = _point(start, english)
        return (f"after {words}" if english else f"{words}以后") if words else ""
    return _span(start, end, english)


def _set(edtf: str, english: bool) -> str:
    points = [_point(part.strip(), english) for part in edtf[1:-1].split(",")]
    if not all(points):
        return ""
    if edtf[0] == "[":
        return (" or " if english else "或").join(points)
    return (", " if english else "、").join(points)


def _span(start: str, end: str, english: bool) -> str:
    left, right = _POINT.fullmatch(start), _POINT.fullmatch(end)
    if not left or not right:
        return ""
    if left["mark"] == right["mark"]:
        opened, closed = _marks(left["mark"], english)
        first, last = _bare(left, english), _bare(right, english)
        if not english and not left["sign"] and not right["sign"]:
            first = _without_unit(first, last)
        if english and left["sign"] and right["sign"]:
            first = first.removesuffix(" BCE")
        if english and last.endswith(" century") and first.endswith(" century"):
            first = first.removesuffix(" century")
        dash = "–" if english else "—"
        return f"{opened}{first}{dash}{last}{closed}"
    return ("–" if english else "—").join((_point(start, english), _point(end, english)))


def _without_unit(first: str, last: str) -> str:
    """Drop from the first date the unit it shares with the last: 1858—1860年, 19—20世纪."""
    for unit in ("世纪", "年代", "年"):
        bare = first.removesuffix(unit)
        if bare.isdigit() and last.endswith(unit):
            return bare
    return first


def _point(edtf: str, english: bool) -> str:
    match = _POINT.fullmatch(edtf)
    if match is None:
        return ""
    opened, closed = _marks(match["mark"], english)
    return f"{opened}{_bare(match, english)}{closed}"


def _marks(mark: str | None, english: bool) -> tuple[str, str]:
    approximate, doubtful = mark in {"~", "%"}, mark in {"?", "%"}
    opened = ("c. " if english else "约") if approximate else ""
    closed = ("?" if english else "（存疑）") if doubtful else ""
    return opened, closed


def _bare(match: re.Match[str], english: bool) -> str:
    before, digits = bool(match["sign"]), match["year"]
    if digits.endswith("XX"):
        return _century(int(digits[:2]) + 1, before, english)
    if digits.endswith("X"):
        return _decade(int(digits[:3]) * 10, before, english)
    year = int(digits)
    before = before or year == 0
    count = year + 1 if before else year
    if english:
        return _day_en(match, f"{count} BCE" if before else str(count))
    return _day_zh(match, f"公元前{count}年" if before else f"{count}年")


def _century(number: int, before: bool, english: bool) -> str:
    if english:
        suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number not in {11, 12, 13} else 0)
        return f"{number}{suffix or 'th'} century{' BCE' if before else ''}"
    return f"{'公元前' if before else ''}{number}世纪"


def _decade(first: int, before: bool, english: bool) -> str:
    if english:
        return f"{first}s{' BCE' if before else ''}"
    return f"{'公元前' if before else ''}{first}年代"


def _day_en(match: re.Match[str], year: str) -> str:
    if not match["month"]:
        return year
    if match["month"] in _SEASONS:
        return f"{_SEASONS[match['month']][1]} {year}"
    month = MONTHS_EN[int(match["month"]) - 1]
    return f"{int(match['day'])} {month} {year}" if match["day"] else f"{month} {year}"


def _day_zh(match: re.Match[str], year: str) -> str:
    if not match["month"]:
        return year
    if match["month"] in _SEASONS:
        return f"{year}{_SEASONS[match['month']][0]}"
    month = f"{year}{int(match['month'])}月"
    return f"{month}{int(match['day'])}日" if match["day"] else month
