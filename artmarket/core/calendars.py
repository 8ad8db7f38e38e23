"""Working days and trading days: two calendars, one set of holiday facts.

Pure but for the reading of its own data file. A day in a year whose holidays are not announced is
an error, never a guess. Facts: the yearly holiday notices of the State Council and the closures
of the exchanges; counting rules: rules for listings, sections 2, 3 and 10.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import DomainError

DayKind = Literal["working", "trading", "calendar"]
DATA_DIR: Final = Path(__file__).parent / "data"
_DAY: Final = timedelta(days=1)


class CalendarNotCovered(DomainError):
    """The holidays of that year are not announced, so its days cannot be counted."""

    code = "calendar_not_covered"
    message = _("这一年的放假安排还没有公布，期限算不出来。")
    hint = _("等放假安排公布、日历更新以后再办。")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The facts of one country: years known, days off, weekend days worked, exchange closures."""

    years: frozenset[int]
    holidays: frozenset[date]
    makeup: frozenset[date]
    trading_closed: frozenset[date]

    @classmethod
    def of(
        cls,
        years: Iterable[int],
        holidays: Iterable[date],
        makeup: Iterable[date] = (),
        trading_closed: Iterable[date] = (),
    ) -> "Calendar":
        """A calendar from any collections of years and days."""
        return cls(
            frozenset(years), frozenset(holidays), frozenset(makeup), frozenset(trading_closed)
        )

    def require(self, day: date) -> None:
        """Raises CalendarNotCovered when the year of the day is not known."""
        if day.year not in self.years:
            raise CalendarNotCovered(year=day.year, years=sorted(self.years))

    def is_working(self, day: date) -> bool:
        """Whether offices work: a make-up day, or a weekday that is no holiday."""
        self.require(day)
        return day in self.makeup or (day.weekday() < 5 and day not in self.holidays)

    def is_trading(self, day: date) -> bool:
        """Whether exchanges trade: a weekday, no holiday, no closure; never a make-up day."""
        self.require(day)
        return day.weekday() < 5 and day not in self.holidays and day not in self.trading_closed

    def counts(self, day: date, kind: DayKind) -> bool:
        """Whether a day is one of its kind; every day is a calendar day."""
        if kind == "calendar":
            return True
        return self.is_working(day) if kind == "working" else self.is_trading(day)


@cache
def china() -> Calendar:
    """The platform's own calendar, from `data/calendar_cn.toml`."""
    return read_calendar(DATA_DIR / "calendar_cn.toml")


def read_calendar(path: Path) -> Calendar:
    """A calendar file: per year the stretches off, the make-up days, the exchange closures.

    Raises ValueError when a day stands under the wrong year or a make-up day is a weekday.
    """
    years: list[int] = []
    holidays: set[date] = set()
    makeup: set[date] = set()
    closed: set[date] = set()
    for table in tomllib.loads(path.read_text(encoding="utf-8"))["year"]:
        facts = _days_of(table)
        for day in frozenset().union(*facts):
            if day.year != table["year"]:
                raise ValueError(f"{path.name}: {day} stands under {table['year']}")
        if any(day.weekday() < 5 for day in facts[1]):
            raise ValueError(f"{path.name}: a make-up day of {table['year']} is a weekday")
        years.append(table["year"])
        holidays |= facts[0]
        makeup |= facts[1]
        closed |= facts[2]
    return Calendar.of(years, holidays, makeup, closed)


def _days_of(table: Mapping[str, Any]) -> tuple[set[date], set[date], set[date]]:
    off: set[date] = set()
    for stretch in table["off"]:
        day = stretch["first"]
        while day <= stretch["last"]:
            off.add(day)
            day += _DAY
    return off, set(table.get("makeup", ())), set(table.get("trading_closed", ()))


def add_days(calendar: Calendar, start: date, n: int, kind: DayKind) -> date:
    """The n-th day of its kind after `start`; `start` itself is day 0 and never counts.

    Raises CalendarNotCovered, ValueError for a negative n.
    """
    if n < 0:
        raise ValueError("a period has no negative length")
    if kind == "calendar":
        return start + n * _DAY
    calendar.require(start)
    day = start
    while n:
        day += _DAY
        n -= calendar.counts(day, kind)
    return day


def next_working(calendar: Calendar, day: date) -> date:
    """The day itself when it is a working day, else the next one (民法典 203)."""
    while not calendar.is_working(day):
        day += _DAY
    return day


@dataclass(frozen=True, slots=True)
class Gap:
    earliest: date
    allowed: bool


def same_item_gap(calendar: Calendar, *, traded: date, next_trade: date, trading_days: int) -> Gap:
    """Whether the same item may change hands again: `trading_days` after the last trade, both ways.

    Source: 国办发〔2012〕37号.
    """
    earliest = add_days(calendar, traded, trading_days, "trading")
    return Gap(earliest, next_trade >= earliest)


def notice_end(calendar: Calendar, published: date, working_days: int) -> date:
    """The last day of a public notice; the day of publication does not count.

    The notice runs to the end of this day. Source: 企业国有产权交易操作规则 (2009) 17, 18.
    """
    return add_days(calendar, published, working_days, "working")


@dataclass(frozen=True, slots=True)
class Notice:
    last_day: date
    restarted: bool


def changed_terms(
    calendar: Calendar, *, published: date, changed_on: date | None, working_days: int
) -> Notice:
    """The end of a notice whose terms may have changed: a change starts the count again.

    Source: 企业国有产权交易操作规则 (2009) 19. Raises ValueError for a change before publication.
    """
    if changed_on is not None and changed_on < published:
        raise ValueError("the terms changed before they were published")
    return Notice(
        notice_end(calendar, changed_on or published, working_days), changed_on is not None
    )


def extension(
    calendar: Calendar,
    *,
    published: date,
    working_days: int,
    announced: bool,
    each: int,
    times: int,
    least: int,
) -> tuple[date, ...]:
    """The ends of the first period of a notice and of each extension, in working days.

    It is extended only if that was announced at first and each extension has `least` days or
    more; else it ends by itself. Source: 企业国有产权交易操作规则 (2009) 20.
    """
    ends = [notice_end(calendar, published, working_days)]
    if announced and each >= least:
        for _time in range(times):
            ends.append(notice_end(calendar, ends[-1], each))
    return tuple(ends)


@dataclass(frozen=True, slots=True)
class AuctionNotice:
    earliest_sale: date
    ok: bool


def auction_notice(
    *, published: date, sale: date, display_days: int, least_notice: int, least_display: int
) -> AuctionNotice:
    """Whether a sale was announced and its lots shown long enough, in calendar days.

    Counted as day of the sale less day of the notice. Source: 拍卖法 45, 48.
    """
    earliest = published + least_notice * _DAY
    return AuctionNotice(earliest, sale >= earliest and display_days >= least_display)


@dataclass(frozen=True, slots=True)
class Deadline:
    day: date
    rolled: date


def deadline(calendar: Calendar, *, event: date, days: int, kind: DayKind) -> Deadline:
    """A deadline so many days after an event, and the working day it rolls to (民法典 203)."""
    day = add_days(calendar, event, days, kind)
    return Deadline(day, next_working(calendar, day))


def keep_until(start: date, years: int) -> date:
    """The last day on which a record must be kept; 29 February becomes 28 in common years."""
    if years < 0:
        raise ValueError("a term has no negative length")
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        if start.year + years > date.max.year:
            raise
        return start.replace(year=start.year + years, day=28)
