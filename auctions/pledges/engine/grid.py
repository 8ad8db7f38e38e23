"""The periods of a loan, by which interest accrues day by day.

A period of "30/360" bears its months of the year however many days it has, so each of its days
bears an equal share; other conventions count their days. Parts of a period always add up to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .day_counts import Convention, fraction
from .schedules import Every, period_fraction


@dataclass(frozen=True, slots=True)
class Grid:
    """Periods of equal length from an anchor on, without end in either direction."""

    anchor: date
    every: Every
    convention: Convention

    def edge(self, number: int) -> date:
        """The end of the period of that number; that of number 0 is the anchor."""
        return self.every.after(self.anchor, number)

    def number_at(self, day: date) -> int:
        """The number of the last edge at or before a day."""
        if self.every.months:
            months = (day.year - self.anchor.year) * 12 + day.month - self.anchor.month
            number = months // self.every.months
        else:
            number = (day - self.anchor).days // self.every.days
        while self.edge(number) > day:
            number -= 1
        while self.edge(number + 1) <= day:
            number += 1
        return number

    def edges_within(self, start: date, end: date) -> tuple[date, ...]:
        """The edges from a day (included) to another (excluded)."""
        number = self.number_at(start)
        number += self.edge(number) < start
        found = []
        while (day := self.edge(number)) < end:
            found.append(day)
            number += 1
        return tuple(found)

    def fraction(self, start: date, end: date) -> Fraction:
        """The part of a year between two days."""
        by_period = self.convention == "ACT/ACT-PERIOD" or (
            self.convention == "30/360" and self.every.months
        )
        if not by_period or start >= end:
            return fraction(self.convention, start, end)
        total = Fraction(0)
        for opens, closes in self._periods(start, end):
            whole = period_fraction(self.convention, opens, closes, self.every)
            days = (min(end, closes) - max(start, opens)).days
            total += whole * Fraction(days, (closes - opens).days)
        return total

    def _periods(self, start: date, end: date) -> Iterator[tuple[date, date]]:
        number = self.number_at(start)
        while (opens := self.edge(number)) < end:
            yield opens, self.edge(number + 1)
            number += 1
