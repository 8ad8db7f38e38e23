"""The values the readers pass around: a point in time as read, and the finished reading.

Nothing is parsed here. Marks follow EDTF: `?` doubtful, `~` approximate, `%` both; none of
them widens the bounds (vectors of the registry, group dates).
"""

from dataclasses import dataclass, replace

from catalog.engine.dates.edtf_text import Day, days_in_month, is_edtf, iso_day, year_of, year_text


@dataclass(frozen=True)
class DateReading:
    """What a text says about a date.

    `edtf` None with `candidates` means: offer these, choose none. `earliest` and `latest` are
    ISO days with astronomical years, None on an open side. `qualifier` names the part of a
    century, decade or dynasty the bounds were narrowed to. `remark` holds words that were
    understood as no part of the date ("printed 1960").
    """

    edtf: str | None
    earliest: str | None = None
    latest: str | None = None
    certain: bool = True
    approximate: bool = False
    qualifier: str | None = None
    calendar: str | None = None
    ambiguous: bool = False
    candidates: tuple[str, ...] = ()
    contradiction: bool = False
    remark: str = ""

    @property
    def year_from(self) -> int | None:
        """Astronomical year of `earliest`."""
        return year_of(self.earliest)

    @property
    def year_to(self) -> int | None:
        """Astronomical year of `latest`."""
        return year_of(self.latest)


@dataclass(frozen=True)
class Point:
    """One bare date without its marks: EDTF text and the first and last day it covers."""

    edtf: str
    first: Day
    last: Day
    certain: bool = True
    approximate: bool = False
    qualifier: str | None = None
    calendar: str | None = None
    ambiguous: bool = False
    candidates: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """The EDTF mark for doubt and approximation."""
        if self.certain:
            return "~" if self.approximate else ""
        return "%" if self.approximate else "?"

    @property
    def marked(self) -> str:
        """The EDTF text with its mark; a bare interval carries the mark on both ends."""
        return "/".join(part + self.mark for part in self.edtf.split("/"))


def year_point(year: int) -> Point:
    """A whole year, astronomical."""
    return Point(year_text(year), (year, 1, 1), (year, 12, 31))


def years_point(first: int, last: int) -> Point:
    """An interval of whole years, astronomical, or the one year if they are equal."""
    if first == last:
        return year_point(first)
    return Point(f"{year_text(first)}/{year_text(last)}", (first, 1, 1), (last, 12, 31))


def month_point(year: int, month: int) -> Point | None:
    """A whole month, or None if there is no such month."""
    if not 1 <= month <= 12:
        return None
    text = f"{year_text(year)}-{month:02d}"
    return Point(text, (year, month, 1), (year, month, days_in_month(year, month)))


def day_point(year: int, month: int, day: int) -> Point | None:
    """A day, or None if there is no such day (proleptic Gregorian calendar)."""
    if not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        return None
    date: Day = (year, month, day)
    return Point(iso_day(date), date, date)


def century_point(number: int, before: bool) -> Point | None:
    """A century by its digits: the 19th is 18XX; the first before the common era, which no
    digit mask can say, is an interval."""
    if number < 1 or number > 99:
        return None
    if not before:
        first = (number - 1) * 100
        return Point(f"{number - 1:02d}XX", (first, 1, 1), (first + 99, 12, 31))
    if number == 1:
        return years_point(-99, 0)
    last = -(number - 1) * 100
    return Point(f"-{number - 1:02d}XX", (last - 99, 1, 1), (last, 12, 31))


def decade_point(first: int) -> Point | None:
    """The decade beginning with `first`; the first of a century may mean the whole century."""
    if first % 10 or not 0 < first < 10000:
        return None
    text = f"{first // 10:03d}X"
    return Point(text, (first, 1, 1), (first + 9, 12, 31), ambiguous=first % 100 == 0)


def narrowed(point: Point, part: str) -> Point:
    """The point with its bounds drawn to a named part of it.

    Args:
        point: a span of whole years.
        part: early, mid, late (thirds: 00-33, 34-66, 67-99 of a hundred), first-half,
            second-half, or quarter-1 to quarter-4.
    """
    start, end = _SHARES[part]
    first, length = point.first[0], point.last[0] - point.first[0] + 1
    return replace(
        point,
        first=(first + -(-start * length // 100), 1, 1),
        last=(first + -(-end * length // 100) - 1, 12, 31),
        qualifier=part,
    )


def spanned(left: Point, right: Point) -> Point | None:
    """The interval from the one to the other, or None when it would run backwards."""
    if left.first > right.first or left.last > right.last:
        return None
    text = _interval(left, right)
    if text is None:
        return None
    return Point(
        text,
        left.first,
        right.last,
        certain=left.certain and right.certain,
        approximate=left.approximate or right.approximate,
        calendar=left.calendar if left.calendar == right.calendar else None,
        ambiguous=left.ambiguous or right.ambiguous,
        candidates=right.candidates,
    )


def reading(point: Point) -> DateReading:
    """The reading of one point, marks written."""
    text = point.edtf if "/" in point.edtf and _has_marks(point.edtf) else point.marked
    return DateReading(
        text,
        iso_day(point.first),
        iso_day(point.last),
        certain=point.certain,
        approximate=point.approximate,
        qualifier=point.qualifier,
        calendar=point.calendar,
        ambiguous=point.ambiguous,
        candidates=point.candidates,
    )


def _interval(left: Point, right: Point) -> str | None:
    start, end = left.marked, right.marked
    if "/" in start:
        start = start.partition("/")[0]
    if "/" in end:
        end = end.partition("/")[2]
    if not is_edtf(f"{start}/{end}"):
        # Masked digits and marks do not combine inside an interval: write the years.
        start = year_text(left.first[0]) + left.mark
        end = year_text(right.last[0]) + right.mark
    return f"{start}/{end}" if is_edtf(f"{start}/{end}") else None


def _has_marks(text: str) -> bool:
    return any(mark in text for mark in "?~%")


_SHARES = {
    "early": (0, 34),
    "mid": (34, 67),
    "late": (67, 100),
    "first-half": (0, 50),
    "second-half": (50, 100),
    "quarter-1": (0, 25),
    "quarter-2": (25, 50),
    "quarter-3": (50, 75),
    "quarter-4": (75, 100),
}
