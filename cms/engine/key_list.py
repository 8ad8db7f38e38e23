"""Which enterprises are on the bureau's list of key enterprises on a given day.

A listing has a first and a last day, both included, so that the list of any day can be told again.
Crafts rules §9.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

ListFault = Literal["ends_before_start", "overlap", "too_many"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One period of an enterprise on the list. `until_day` None: until further notice."""

    key: int
    from_day: date
    until_day: date | None


class ListError(ValueError):
    """A list that cannot be; `code` says why, `day` is the first day on which it shows.

    `keys` are the enterprises of that day: the one whose period is at fault, or all that would be
    on the list.
    """

    def __init__(self, code: ListFault, day: date, keys: tuple[int, ...]) -> None:
        super().__init__(f"{code}: {day}: {', '.join(map(str, keys))}")
        self.code: ListFault = code
        self.day = day
        self.keys = keys


def on_day(entries: Iterable[Entry], day: date) -> list[int]:
    """The enterprises on the list of a day, by key."""
    return sorted(
        {
            entry.key
            for entry in entries
            if entry.from_day <= day and (entry.until_day is None or day <= entry.until_day)
        }
    )


def check_entries(entries: Iterable[Entry], size: int) -> None:
    """Refuse a list that is wrong on any day.

    Args:
        entries: all periods of all enterprises.
        size: how many enterprises the list holds at most.
    Raises:
        ListError: "ends_before_start"; else "overlap", two periods of one enterprise share a day;
            else "too_many", more than `size` are listed. Of several faults of a kind the earliest.
    """
    kept = list(entries)
    _check_periods(kept)
    changes: dict[date, int] = defaultdict(int)
    for entry in kept:
        changes[entry.from_day] += 1
        if entry.until_day is not None and entry.until_day < date.max:
            changes[entry.until_day + timedelta(days=1)] -= 1
    listed = 0
    for day in sorted(changes):
        listed += changes[day]
        if listed > size:
            raise ListError("too_many", day, tuple(on_day(kept, day)))


def _check_periods(entries: list[Entry]) -> None:
    """Each period has a day, and shares none with another of its enterprise."""
    backwards = [e for e in entries if e.until_day is not None and e.until_day < e.from_day]
    if backwards:
        first = min(backwards, key=lambda e: (e.from_day, e.key))
        raise ListError("ends_before_start", first.from_day, (first.key,))
    ordered = sorted(entries, key=lambda e: (e.key, e.from_day, e.until_day or date.max))
    shared = [
        (later.from_day, later.key)
        for earlier, later in pairwise(ordered)
        if earlier.key == later.key and later.from_day <= (earlier.until_day or date.max)
    ]
    if shared:
        day, key = min(shared)
        raise ListError("overlap", day, (key,))
