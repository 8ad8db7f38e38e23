"""Opening hours of a place: read from `Place.hours`, told for a day. Pure.

Stored as `{"mon": "09:00-17:00", …}`, two times of a day joined by a comma; a day that is missing
or empty is a day on which the place is closed. Without any day nothing is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Standing = Literal["unknown", "closed_today", "before", "open", "after"]


class HoursError(ValueError):
    """The words are no opening hours; the text names them."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From opening to closing, both on the same day."""

    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"


def read(words: str) -> tuple[Stretch, ...]:
    """The stretches of one day: `09:00-12:00,14:00-17:00`. Raises HoursError."""
    found = []
    for part in filter(None, (piece.strip() for piece in words.split(","))):
        try:
            opens, closes = (time.fromisoformat(end.strip()) for end in part.split("-"))
        except ValueError as error:
            raise HoursError(part) from error
        if opens >= closes:
            raise HoursError(part)
        found.append(Stretch(opens, closes))
    return tuple(found)


def week(hours: Mapping[str, str]) -> list[tuple[int, tuple[Stretch, ...]]]:
    """Monday (0) to Sunday (6) with their stretches; what can't be read counts as closed."""
    return [(number, _lenient(hours.get(day) or "")) for number, day in enumerate(DAYS)]


def on(hours: Mapping[str, str], day: date) -> tuple[Stretch, ...]:
    """The stretches of a day."""
    return _lenient(hours.get(DAYS[day.weekday()]) or "")


def standing(hours: Mapping[str, str], here: datetime) -> Standing:
    """Whether the place is open at a moment of its own time zone."""
    if not hours:
        return "unknown"
    stretches = on(hours, here.date())
    if not stretches:
        return "closed_today"
    now = here.time()
    if any(s.opens <= now < s.closes for s in stretches):
        return "open"
    return "before" if any(now < s.opens for s in stretches) else "after"


def _lenient(words: str) -> tuple[Stretch, ...]:
    try:
        return read(words)
    except HoursError:
        return ()
