"""What pledged works carry: each item by its own advance rate, a missing value blocks.

Capacity is the sum over the items, each rounded down. A shortfall is cured by cash and by the
capacity of new works, never by their market value. 民法典 433; pledge rules §4, §6, §8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from auctions.engine.fees import share

from .rounding import down

MarginStatus = Literal["ok", "open", "partly_cured", "cured", "blocked"]
Level = Literal["within", "above_initial", "margin", "liquidation", "blocked"]


@dataclass(frozen=True, slots=True)
class Item:
    """A pledged work: its value (None: there is none in force) and its advance rate in percent."""

    value: int | None
    advance: Fraction


@dataclass(frozen=True, slots=True)
class MarginTest:
    """Capacity against exposure, before and after cures; None where a value is missing."""

    status: MarginStatus
    capacity: int | None
    shortfall: int | None
    cured: int | None
    remaining: int | None


@dataclass(frozen=True, slots=True)
class Release:
    """Whether works may go, and what the rest carries (None: a value is missing)."""

    allowed: bool
    capacity: int | None

    @property
    def is_blocked(self) -> bool:
        return self.capacity is None


@dataclass(frozen=True, slots=True)
class Levels:
    """Loan-to-value in percent: the most at first, then where a call and a sale begin."""

    initial: Fraction
    margin: Fraction
    liquidation: Fraction

    def __post_init__(self) -> None:
        if not 0 < self.initial <= self.margin <= self.liquidation:
            raise ValueError("the levels do not rise")


def capacity(items: Sequence[Item]) -> int | None:
    """What the items carry; None where a value is missing."""
    total = 0
    for item in items:
        if item.value is None:
            return None
        total += down(share(item.value, item.advance))
    return total


def margin_test(
    exposure: int, items: Sequence[Item], *, cash: int = 0, added: Sequence[Item] = ()
) -> MarginTest:
    """The shortfall, and what is left of it after cash and added works.

    A missing value among the items blocks all; one among the added works leaves the shortfall known
    and its cure unknown.
    """
    carried, more = capacity(items), capacity(added)
    if carried is None:
        return MarginTest("blocked", None, None, None, None)
    short = max(0, exposure - carried)
    if more is None:
        return MarginTest("blocked", carried, short, None, None)
    left = max(0, exposure - cash - carried - more)
    status: MarginStatus
    if not short:
        status = "ok"
    elif not left:
        status = "cured"
    else:
        status = "partly_cured" if left < short else "open"
    return MarginTest(status, carried, short, short - left, left)


def drawable(exposure: int, items: Sequence[Item], *, sanctioned: int | None = None) -> int | None:
    """The most that may still be paid out; None where a value is missing."""
    carried = capacity(items)
    if carried is None:
        return None
    return max(0, (carried if sanctioned is None else min(carried, sanctioned)) - exposure)


def release(exposure: int, items: Sequence[Item], positions: Sequence[int]) -> Release:
    """Whether the works at some positions may go: the rest must carry the exposure.

    Raises ValueError for a position that is not there.
    """
    gone = set(positions)
    if not gone <= set(range(len(items))):
        raise ValueError("there is no such item")
    carried = capacity([item for place, item in enumerate(items) if place not in gone])
    return Release(carried is not None and exposure <= carried, carried)


def ltv(exposure: int, values: Sequence[int | None]) -> Fraction | None:
    """Exposure in percent of the values; None where one is missing or all are nil."""
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return Fraction(100 * exposure, total) if total else None


def level(levels: Levels, exposure: int, values: Sequence[int | None]) -> Level:
    """Where a loan stands. Without a value it is blocked; worthless works are at liquidation."""
    if any(value is None for value in values):
        return "blocked"
    if not exposure:
        return "within"
    share_of = ltv(exposure, values)
    if share_of is None or share_of >= levels.liquidation:
        return "liquidation"
    if share_of >= levels.margin:
        return "margin"
    return "above_initial" if share_of > levels.initial else "within"
