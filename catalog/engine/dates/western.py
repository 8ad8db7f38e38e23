"""Dates in English words and in figures, as curators write them.

Reads one date or one span; remarks around it ("printed 1960") are taken off before, in
`reading`. A two-digit year, an unknown month or a day and month that could be either order are
refused. Vectors: registry, group dates, origins reference and project.
"""

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from catalog.engine.dates.eras import PERIODS_EN
from catalog.engine.dates.values import (
    Point,
    century_point,
    day_point,
    decade_point,
    month_point,
    narrowed,
    spanned,
    year_point,
    years_point,
)

_MONTH_NAMES: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
MONTHS: Final = {name: i for i, name in enumerate(_MONTH_NAMES, 1)} | {
    name[:3]: i for i, name in enumerate(_MONTH_NAMES, 1)
}
MONTHS["sept"] = 9

_SEASONS: Final = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}

_MONTH: Final = r"(?P<month>[a-z]+)\.?"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>\d{1,4})"
_ERA: Final = r"(?:\s*(?P<era>bce|b\.c\.e\.|bc|b\.c\.|ce|c\.e\.|ad|a\.d\.))?"
_CENTURY: Final = rf"(?P<n>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:century|cent\.|c\.){_ERA}"
_PART: Final = (
    r"(?P<part>early(?:\s*-?\s*to\s*-?\s*|\s*-\s*)mid(?:dle)?|mid(?:dle)?(?:\s*-?\s*to\s*-?\s*|"
    r"\s*-\s*)late|early|mid(?:dle)?|later?|end of|beginning of|turn of|"
    r"(?:(?:first|second|last|1st|2nd) half|(?:first|second|third|fourth|last|1st|2nd|3rd|4th) "
    r"quarter)(?: of)?)[\s-]*(?:the )?"
)
_PLAIN: Final = re.compile(r"\d{4}(?:-\d\d){0,2}")
_CIRCA: Final = re.compile(
    r"(?:circa|about|around|approximately|approx\.?|ca\.?|ci\.|c[.,]|c)(?=[\s\d?])\s*"
)
_DOUBT: Final = re.compile(r"(?:possibly|probably|perhaps|maybe|\?)\s*")
_DOUBT_AFTER: Final = re.compile(r"\s*(?:\(\s*(?:\?|circa|ca\.?|c\.)\s*\)|\?)$")


def read_western(text: str) -> Point | None:
    """One date, span or choice of two.

    Args:
        text: lower case, single blanks, every dash a hyphen.
    Returns:
        The point with its marks, or None if any word is left unread.
    """
    text = text.strip()
    return (
        _open(text)
        or _marked(text)
        or _choice(text)
        or _between(text)
        or _range(text)
        or _period_name(text)
    )


def _marked(text: str) -> Point | None:
    """One date with marks before and after it."""
    bare, certain, approximate = _strip_marks(text)
    point = _single(bare)
    if point is None:
        return None
    return replace(point, certain=certain, approximate=approximate)


def _strip_marks(text: str) -> tuple[str, bool, bool]:
    certain, approximate = True, False
    while True:
        if match := _CIRCA.match(text):
            text, approximate = text[match.end() :], True
        elif match := _DOUBT.match(text):
            text, certain = text[match.end() :], False
        elif match := _DOUBT_AFTER.search(text):
            text = text[: match.start()].rstrip()
            certain, approximate = ("?" not in match[0]) and certain, "c" in match[0] or approximate
        else:
            return text.strip(), certain, approximate


def _single(text: str) -> Point | None:
    text = text.removeprefix("the ").strip()
    for pattern, build in _FORMS:
        match = pattern.fullmatch(text)
        point = build(match) if match else None
        if point is not None:
            return point
    return None


def _astronomical(year: int, era: str | None) -> int | None:
    if era and era.startswith("b"):
        return 1 - year if year else None
    return year


def _year(match: re.Match[str]) -> Point | None:
    digits, era = match["year"], match["era"]
    if len(digits) < 3 and not era:
        return None
    year = _astronomical(int(digits), era)
    return None if year is None else year_point(year)


def _decade(match: re.Match[str]) -> Point | None:
    point = decade_point(int(match["year"]))
    part = match["part"]
    return narrowed(point, _share(part)) if point and part else point


def _century(match: re.Match[str]) -> Point | None:
    era = match["era"] or ""
    point = century_point(int(match["n"]), era.startswith("b"))
    if point is None or not match["part"]:
        return point
    pair = re.split(r"\s*-?\s*to\s*-?\s*|\s*-\s*", match["part"].strip(" -"))
    if len(pair) == 2:
        first, last = (narrowed(point, _share(part)) for part in pair)
        return replace(first, last=last.last, qualifier=f"{first.qualifier}-{last.qualifier}")
    return narrowed(point, _share(match["part"]))


def _share(words: str) -> str:
    words = words.strip(" -").removesuffix(" of")
    if words.startswith("mid"):
        return "mid"
    if words in {"early", "beginning", "turn"}:
        return "early"
    if words in {"late", "later", "end"}:
        return "late"
    which, _, unit = words.partition(" ")
    number = _ORDINALS.get(which) or int(which[0])
    if unit == "half":
        return "first-half" if number == 1 else "second-half"
    return f"quarter-{number}"


def _month(match: re.Match[str]) -> Point | None:
    return _dated(match, None)


def _day(match: re.Match[str]) -> Point | None:
    return _dated(match, int(match["day"]))


def _dated(match: re.Match[str], day: int | None) -> Point | None:
    month = MONTHS.get(match["month"])
    year = _astronomical(int(match["year"]), match["era"])
    if month is None or year is None:
        return None
    if day is not None and len(match["year"]) < 3 and not match["era"]:
        return None
    return month_point(year, month) if day is None else day_point(year, month, day)


def _season(match: re.Match[str]) -> Point | None:
    year = int(match["year"])
    text = f"{year:04d}-{_SEASONS[match['season']]}"
    return Point(text, (year, 1, 1), (year, 12, 31))


def _figures(match: re.Match[str]) -> Point | None:
    """Day and month in figures around slashes: refused when either order would do."""
    first, second, year = int(match["a"]), int(match["b"]), int(match["year"])
    if first > 12:
        return day_point(year, second, first)
    if second > 12 or first == second:
        return day_point(year, first, second)
    return None


def _year_first(match: re.Match[str]) -> Point | None:
    return day_point(int(match["year"]), int(match["m"]), int(match["d"]))


def _year_month(match: re.Match[str]) -> Point | None:
    year, month = int(match["year"]), int(match["m"])
    if match["sep"] != "-":
        return month_point(year, month)
    # "1924-10" can only be a month; "1904-05" may be two years and is asked about.
    if not 1 <= month <= 12 or (len(match["m"]) == 2 and month > year % 100):
        return None
    return month_point(year, month) if len(match["m"]) == 2 else None


_FORMS: Final = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (rf"(?:a\.?d\.? ?)?{_YEAR}{_ERA}", _year),
        (rf"(?:{_PART})?(?P<year>\d{{2,3}}0)'?s(?: (?:ad|ce))?", _decade),
        (rf"(?:{_PART})?{_CENTURY}", _century),
        (rf"{_MONTH},? {_YEAR}{_ERA}", _month),
        (rf"{_MONTH} ?{_DAY},? ?(?<!\d){_YEAR}{_ERA}", _day),
        (rf"{_DAY} {_MONTH},? {_YEAR}{_ERA}", _day),
        (r"(?P<season>spring|summer|autumn|fall|winter)(?: of)?,? (?P<year>\d{4})", _season),
        (r"(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<year>\d{4})", _figures),
        (
            r"(?P<year>\d{4})([-./])(?P<m>\d{1,2})\2(?P<d>\d{1,2})"
            r"(?:t[\d:.]+)?(?:z|[+-]\d\d:?\d\d)?",
            _year_first,
        ),
        (r"(?P<year>\d{4})(?P<sep>[-.])(?P<m>\d{1,2})", _year_month),
        (r"(?P<m>\d{1,2})(?P<sep>[/.])(?P<year>\d{4})", _year_month),
    )
)


def _open(text: str) -> Point | None:
    """A date with one open side: after, before, or later, no earlier than."""
    for pattern, side in _OPEN:
        if match := pattern.fullmatch(text):
            point = _marked(match["rest"]) or _range(match["rest"])
            if point is None or point.edtf.endswith("/..") or point.edtf.startswith("../"):
                return None
            return replace(point, edtf=_open_edtf(point, side), qualifier=side)
    return None


_OPEN: Final = (
    (
        re.compile(
            r"(?:after|post-?|not before|no earlier than|not earlier than|since) ?(?P<rest>.+)"
        ),
        "after",
    ),
    (re.compile(r"(?P<rest>.+?) (?:or|and) (?:later|after)"), "after"),
    (
        re.compile(
            r"(?:before|by|pre-?|not after|no later than|not later than|prior to) ?(?P<rest>.+)"
        ),
        "before",
    ),
    (re.compile(r"(?P<rest>.+?) (?:or|and) (?:earlier|before)"), "before"),
)


def _open_edtf(point: Point, side: str) -> str:
    year = point.first[0] if side == "after" else point.last[0]
    text = point.marked
    if not _PLAIN.fullmatch(point.edtf) and not point.edtf.startswith("-"):
        text = year_point(year).edtf + point.mark
    return f"{text}/.." if side == "after" else f"../{text}"


def _choice(text: str) -> Point | None:
    """Two or more dates of which one, or each, is meant."""
    for word, brackets in ((" or ", "[]"), (" and ", "{}"), (" & ", "{}"), (", ", "{}")):
        sides = text.split(word)
        if len(sides) < 2 or text.startswith("between ") or text.startswith("spring and"):
            continue
        unit = re.search(r" (?:century|bce?)\b.*$", sides[-1])
        if unit and word == " or ":
            left, right = _marked(sides[0] + unit[0]), _marked(sides[-1])
            return spanned(left, right) if len(sides) == 2 and left and right else None
        found = [point for side in sides if (point := _marked(side)) and _is_plain(point)]
        if len(found) < len(sides) or any(a.first >= b.first for a, b in pairwise(found)):
            continue
        if any(point.mark for point in found):
            return spanned(found[0], found[-1])
        edtf = brackets[0] + ",".join(point.edtf for point in found) + brackets[1]
        return Point(edtf, found[0].first, found[-1].last)
    return None


def _is_plain(point: Point) -> bool:
    return point.last[0] > 99 and bool(_PLAIN.fullmatch(point.edtf))


def _between(text: str) -> Point | None:
    if match := re.fullmatch(r"after (.+), before (.+)", text):
        text = f"between {match[1]} and {match[2]}"
    match = re.fullmatch(
        r"(?:some ?time )?(?:between|from) (.+?) (?:and|to|until|through) (.+)", text
    )
    if match is None:
        return None
    left, right = _marked(match[1]), _marked(match[2])
    return spanned(left, right) if left and right else None


def _range(text: str) -> Point | None:
    """Two dates joined by a hyphen, a slash, "to" or "until"; the second may be shortened."""
    bare, certain, approximate = _strip_marks(text)
    for match in re.finditer(r" ?(?:-+|/| to | until | through ) ?", bare):
        left, right = bare[: match.start()].strip(), bare[match.end() :].strip()
        ends = _ends(left, right) if left and right else None
        if ends is not None:
            start, end = (_also(point, certain, approximate) for point in ends)
            return spanned(start, end)
    return None


def _also(point: Point, certain: bool, approximate: bool) -> Point:
    return replace(
        point,
        certain=point.certain and certain,
        approximate=point.approximate or approximate,
    )


def _ends(left: str, right: str) -> tuple[Point, Point] | None:
    month = re.fullmatch(r"([a-z]+\.?) \d{1,2}", left)
    if month and re.fullmatch(r"\d{1,2},? \d{4}", right):
        right = f"{month[1]} {right}"
    end = _marked(right) or _shortened(left, right)
    start = _start(left, right)
    if end is None or start is None:
        return None
    if (start.first, start.last) > (end.first, end.last):
        end = _shortened(left, right)
        if end is None:
            return None
    return start, end


def _start(left: str, right: str) -> Point | None:
    """The left date, with the unit and era it shares with the right one."""
    era = re.search(r"\b(bce?|b\.c\.|ce|ad)\??$", right)
    before = bool(era and era[1].startswith("b"))
    unit = re.search(r" century\b.*$", right)
    tries = [left]
    if unit and "century" not in left:
        tries = [left + unit[0], left + " century"]
    elif era and not re.search(r"(bce?|b\.c\.|ce|ad)$", left):
        tries = [f"{left} {era[1]}", left] if before else [left, f"{left} {era[1]}"]
    elif re.fullmatch(r"\d{1,2}", left) and re.fullmatch(r"\d{2,3}", right):
        tries = [f"{left} ce"]
    month = re.fullmatch(r"([a-z]+\.? \d{1,2}|[a-z]+\.?|\d{1,2} [a-z]+\.?)", left)
    year = re.search(r"\d{4}$", right)
    if month and year:
        tries = [f"{left} {year[0]}", *tries]
    return next((point for each in tries if (point := _marked(each))), None)


def _shortened(left: str, right: str) -> Point | None:
    """The second of "1855-65", "1858-9", "1850s-60s"."""
    year = re.search(r"(\d{4})(s?)\??$", left)
    tail = re.fullmatch(r"(\d{1,3})(s?)", right)
    if year is None or tail is None:
        return None
    whole = int(year[1][: -len(tail[1])] + tail[1])
    if whole <= int(year[1]):
        return None
    point = decade_point(whole) if tail[2] else year_point(whole)
    month = len(tail[1]) == 2 and 1 <= int(tail[1]) <= 12 and not year[2]
    if point and month:
        return replace(point, ambiguous=True, candidates=(f"{year[1]}-{tail[1]}",))
    return point


def _period_name(text: str) -> Point | None:
    """A dynasty, reign or period by its English name: "late Qing dynasty", "Meiji period"."""
    bare, certain, approximate = _strip_marks(text)
    match = re.fullmatch(
        rf"(?:{_PART})?(?P<name>[a-z ]+?)(?: (?:dynasty|period|era|reign|dynasties))*", bare
    )
    era = PERIODS_EN.get(match["name"]) if match else None
    if match is None or era is None:
        return None
    point = replace(years_point(era.first, era.last), calendar=era.calendar)
    if match["part"]:
        point = narrowed(point, _share(match["part"]))
    return replace(point, certain=certain, approximate=approximate)
