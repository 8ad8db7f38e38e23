"""What happens to a loan: dated events, each with the order in which it was recorded.

`effective_on` says from when it counts, `sequence` when we learned of it. A reversal takes an event
out of the history as if it had never been; an event recorded late counts as if it had come in
time. Amounts in the smallest unit. Pledge rules §7; 民法典 561, 670, 677.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from .day_counts import Convention
from .parts import PARTS, Part
from .rounding import Rounding
from .schedules import Every, Kind

AfterPrepayment = Literal["smaller_instalments", "fewer_instalments"]
Reason = Literal[
    "above_limit", "more_than_credit", "more_than_owed", "not_zero", "nothing_owed",
    "nothing_to_reverse", "written_off",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a contract, frozen when it is signed.

    `annual` and `penalty_annual` in percent a year; the penalty is borne besides the interest, and
    only by what is overdue of the parts in `penalty_on`, from `grace_days` after the due date on.
    `order` shares out payments. `start` begins the first period; `count` periods of `every` follow.
    `limit` is the most principal that may be outstanding (None: no limit).
    """

    kind: Kind
    annual: Fraction
    convention: Convention
    start: date
    count: int
    every: Every
    order: tuple[Part, ...]
    rounding: Rounding = "HALF_UP"
    penalty_annual: Fraction = Fraction(0)
    penalty_convention: Convention = "ACT/365F"
    penalty_on: frozenset[Part] = frozenset({"principal", "interest"})
    grace_days: int = 0
    limit: int | None = None

    def __post_init__(self) -> None:
        if self.count < 1 or self.grace_days < 0 or self.annual < 0 or self.penalty_annual < 0:
            raise ValueError("terms with a number below its least")
        if sorted(self.order) != ["cost", "interest", "penalty", "principal"]:
            raise ValueError("the order of payments does not name each part once")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened on a day, recorded under a number of its own."""

    sequence: int
    effective_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _Amount(Event):
    amount: int

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError("an event moves an amount above zero")


class Disbursement(_Amount):
    """Money paid out to the borrower, in whole or in part; it bears interest from its own day."""

    __slots__ = ()


class Payment(_Amount):
    """Money received: it pays what is due in the order of the contract; the rest waits as credit
    for what falls due next."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepayment(_Amount):
    """Money received to repay early: what is due, interest to the day, then principal (677).

    `order`: that of the parts where it differs from the contract's for payments (the waterfall of
    a realised pledge); None: the contract's.
    """

    then: AfterPrepayment = "smaller_instalments"
    order: tuple[Part, ...] | None = None

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError("an event moves an amount above zero")
        if self.order is not None and sorted(self.order) != sorted(PARTS):
            raise ValueError("the order of a prepayment does not name each part once")


class Refund(_Amount):
    """Credit paid back to the borrower."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChange(Event):
    """A new rate from this day on; None leaves the penalty rate as it is."""

    annual: Fraction
    penalty_annual: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moratorium(Event):
    """Nothing falls due from this day until another (excluded).

    Interest goes on accruing and is demanded once, with the first row after it. With `extends` the
    term grows by the periods skipped, else the rows that remain take their principal.
    """

    until: date
    extends: bool = False

    def __post_init__(self) -> None:
        if self.until <= self.effective_on:
            raise ValueError("a moratorium ends after it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reschedule(Event):
    """The principal that is not yet due is scheduled anew from this day.

    With `folds_arrears` what was due and is unpaid is withdrawn and comes into the new schedule:
    principal as principal, interest as interest with its first row, bearing none itself.
    """

    count: int
    every: Every
    kind: Kind | None = None
    annual: Fraction | None = None
    folds_arrears: bool = False

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError("a schedule has no periods")


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge(_Amount):
    """A fee, or a penalty of a fixed amount, due at once."""

    part: Literal["cost", "penalty"] = "cost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(_Amount):
    """A fee or penalty that is let off (585), at most what is open."""

    part: Literal["cost", "penalty"] = "penalty"


class WriteOff(Event):
    """All that is open is written off; nothing accrues from here on, the claim stays."""

    __slots__ = ()


class Closure(Event):
    """The end of the loan: only where nothing is owed on either side."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal(Event):
    """The event recorded under the number `of` never was; a reversal can be reversed too."""

    of: int


# The order within a day: a moratorium before what falls due, then all else after it.
RANKS: Final[dict[type[Event], int]] = {
    Moratorium: 0, Disbursement: 1, RateChange: 2, Reschedule: 3, Charge: 4, Waiver: 5,
    Payment: 6, Prepayment: 7, Refund: 8, WriteOff: 9, Closure: 10,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conflict:
    """An event that could not do all it says where it now stands, and why.

    Money that moved counts all the same; a closure, waiver or reversal does not.
    """

    sequence: int
    reason: Reason


def in_order(
    events: Iterable[Event], known: int | None = None
) -> tuple[tuple[Event, ...], tuple[Conflict, ...]]:
    """The events that stand, in the order in which they count, and the reversals of nothing.

    `known`: only what was recorded up to this number. Raises ValueError for a number used twice.
    """
    by_number = sorted(events, key=lambda event: event.sequence)
    seen = {event.sequence for event in by_number}
    if len(seen) != len(by_number):
        raise ValueError("two events have one number")
    by_number = [event for event in by_number if known is None or event.sequence <= known]
    void: set[int] = set()
    conflicts = []
    for event in reversed(by_number):
        if not isinstance(event, Reversal) or event.sequence in void:
            continue
        if event.of not in seen or event.of >= event.sequence or event.of in void:
            conflicts.append(Conflict(event.sequence, "nothing_to_reverse"))
        void.add(event.of)
    standing = [
        event
        for event in by_number
        if event.sequence not in void and not isinstance(event, Reversal)
    ]
    standing.sort(key=lambda e: (e.effective_on, RANKS[type(e)], e.sequence))
    return tuple(standing), tuple(conflicts)
