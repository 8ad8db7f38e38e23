"""Of which days a report tells: how things stood, and what was known of them when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from artmarket.core.clock import SHANGHAI


@dataclass(frozen=True, slots=True)
class Period:
    """How it stood at the end of `on`, from what was recorded to the end of `known`.

    `since` is the day to which a report compares, or from which it counts. What is recorded later
    with an earlier date changes no report of earlier knowledge.
    """

    on: date
    known: date
    since: date

    def __post_init__(self) -> None:
        if self.known < self.on or self.since > self.on:
            raise ValueError("the days of a report are not in order")

    @classmethod
    def of(cls, on: date, *, known: date | None = None, since: date | None = None) -> "Period":
        """Of one day; as it was known that evening, compared to the day a year before."""
        return cls(on, known or on, since or on - timedelta(days=365))

    @property
    def ends(self) -> datetime:
        """The end of the day, Shanghai; what is before it had happened."""
        return _end(self.on)

    @property
    def cutoff(self) -> datetime:
        """The end of the day of knowledge; what was recorded before it was known."""
        return _end(self.known)

    def earlier(self) -> "Period":
        """The day to which is compared, by the same knowledge."""
        return Period(self.since, self.known, self.since)


def _end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=SHANGHAI)
