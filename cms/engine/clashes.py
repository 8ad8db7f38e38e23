"""Two sessions in one room at one time: found and shown, not forbidden.

Times are half-open: one session may begin at the moment in which another ends. Events rules §2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

SlotFault = Literal["ends_before_start", "too_long"]


class SlotError(ValueError):
    """A time that no session can have; `code` says why."""

    def __init__(self, code: SlotFault, words: str) -> None:
        super().__init__(f"{code}: {words}")
        self.code: SlotFault = code


@dataclass(frozen=True, slots=True)
class Slot:
    """A time in a room. `room` None: no room of ours, so it clashes with nothing."""

    key: int
    room: int | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Clash:
    """Two slots, by their keys, that share a moment in a room. `first` begins no later."""

    first: int
    second: int
    room: int


def check_slot(starts_at: datetime, ends_at: datetime, *, longest: timedelta | None = None) -> None:
    """Refuse a time that ends at or before its start, or is longer than `longest` (None: any).

    Raises:
        SlotError: "ends_before_start" or "too_long".
    """
    if ends_at <= starts_at:
        raise SlotError("ends_before_start", f"{starts_at} to {ends_at}")
    if longest is not None and ends_at - starts_at > longest:
        raise SlotError("too_long", f"{ends_at - starts_at} is more than {longest}")


def clashes(slots: Iterable[Slot]) -> list[Clash]:
    """Every pair of slots that share a moment in a room.

    In order of the later start, then of the earlier one; slots that start together in order of
    their end, then key. A slot without length holds no moment. Takes O(n log n + k) for n slots
    and k clashes.
    """
    running: dict[int, list[Slot]] = {}
    found: list[Clash] = []
    for slot in sorted(slots, key=lambda each: (each.starts_at, each.ends_at, each.key)):
        if slot.room is None or slot.ends_at <= slot.starts_at:
            continue
        # What ended is looked at for the last time here, what runs on is a clash.
        still = [each for each in running.get(slot.room, ()) if each.ends_at > slot.starts_at]
        found += [Clash(each.key, slot.key, slot.room) for each in still]
        running[slot.room] = [*still, slot]
    return found
