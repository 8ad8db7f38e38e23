"""Calendar months as half-open spans of days, for figures by month; pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One calendar month."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month of a day."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    def moved(self, by: int) -> "Month":
        """So many months later, or earlier where `by` is below zero."""
        place = self.year * 12 + self.month - 1 + by
        return Month(place // 12, place % 12 + 1)

    def starts(self, zone: tzinfo) -> datetime:
        """The first moment of the month in a zone."""
        return datetime.combine(self.first_day, time(), tzinfo=zone)

    def ends(self, zone: tzinfo) -> datetime:
        """The first moment that no longer belongs to it."""
        return self.moved(1).starts(zone)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def last_months(day: date, count: int) -> list[Month]:
    """The last `count` months up to that of the day, the oldest first.

    Raises ValueError for fewer than one.
    """
    if count < 1:
        raise ValueError("at least one month is asked for")
    last = Month.of(day)
    return [last.moved(by) for by in range(1 - count, 1)]
