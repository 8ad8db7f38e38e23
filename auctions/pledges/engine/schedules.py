"""Repayment schedules: what falls due when, in interest and principal.

Interest is rounded in each row, the last row clears the balance, and its due follows from that:
no cent is tuned elsewhere. Equal instalments (等额本息), equal principal (等额本金), interest first
and principal at the end (先息后本), all at the end (到期一次还本付息). Pledge rules §7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Literal, assert_never

from auctions.engine.instalments import months_after

from .day_counts import Convention, fraction
from .rounding import Rounding, rounded

Kind = Literal["equal_instalment", "equal_principal", "interest_only", "at_maturity"]


@dataclass(frozen=True, slots=True)
class Every:
    """The length of a period: so many months, or so many days."""

    months: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        if (self.months > 0) == (self.days > 0) or min(self.months, self.days) < 0:
            raise ValueError("a period is in months or in days")

    def after(self, start: date, count: int) -> date:
        """The day so many periods after a start; months keep its day, cut to the month's end."""
        if self.months:
            return months_after(start, count * self.months)
        return start + count * timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Row:
    """One instalment, and the principal that is left after it."""

    interest: int
    principal: int
    balance: int

    @property
    def due(self) -> int:
        return self.interest + self.principal


def due_dates(start: date, count: int, every: Every) -> tuple[date, ...]:
    """The ends of so many periods after a start."""
    return tuple(every.after(start, number) for number in range(1, count + 1))


def month_ends(first: date, count: int) -> tuple[date, ...]:
    """The last days of so many months, beginning with that of `first`."""
    return tuple(
        months_after(first.replace(day=1), n + 1) - timedelta(days=1) for n in range(count)
    )


def period_fraction(convention: Convention, start: date, end: date, every: Every) -> Fraction:
    """The part of a year that one whole period is; "30/360" takes its months."""
    if convention == "30/360" and every.months:
        return Fraction(every.months, 12)
    return fraction(convention, start, end)


def period_factors(
    annual: Fraction, convention: Convention, start: date, count: int, every: Every
) -> tuple[Fraction, ...]:
    """What one unit of principal bears in each period, `annual` in percent a year."""
    edges = (start, *due_dates(start, count, every))
    return tuple(
        annual / 100 * period_fraction(convention, a, b, every) for a, b in pairwise(edges)
    )


# ------------------------------------------------------------------ the four kinds


def build(
    kind: Kind, principal: int, factors: Sequence[Fraction], rounding: Rounding
) -> tuple[Row, ...]:
    """The rows of a schedule of one kind, one for each factor. Raises ValueError without any."""
    if kind == "equal_instalment":
        return equal_instalment(principal, factors, rounding)
    if kind == "equal_principal":
        return equal_principal(principal, factors, rounding)
    if kind == "interest_only":
        return interest_only(principal, factors, rounding)
    if kind == "at_maturity":
        return at_maturity(principal, factors, rounding)
    assert_never(kind)


def instalment(principal: int, factors: Sequence[Fraction], rounding: Rounding) -> int:
    """The equal instalment: P·Π(1+fᵢ)/S with S₁ = 1, Sᵢ = Sᵢ₋₁·(1+fᵢ)+1, rounded."""
    if not factors:
        raise ValueError("a schedule has no periods")
    grown, sums = Fraction(1), Fraction(0)
    for factor in factors:
        grown *= 1 + factor
        sums = sums * (1 + factor) + 1
    return rounded(principal * grown / sums, rounding)


def equal_instalment(
    principal: int, factors: Sequence[Fraction], rounding: Rounding, *, fixed: int | None = None
) -> tuple[Row, ...]:
    """Equal instalments, or those of a `fixed` amount; the last row clears the balance.

    A row pays no more than is left and never lends again: it repays nothing where its interest
    alone is more than the instalment.
    """
    each = instalment(principal, factors, rounding) if fixed is None else fixed
    rows, balance = [], principal
    for number, factor in enumerate(factors, start=1):
        interest = rounded(balance * factor, rounding)
        part = balance if number == len(factors) else min(max(each - interest, 0), balance)
        balance -= part
        rows.append(Row(interest, part, balance))
    return tuple(rows)


def equal_principal(
    principal: int, factors: Sequence[Fraction], rounding: Rounding
) -> tuple[Row, ...]:
    """Equal parts of principal, rounded down; the last row takes the rest."""
    if not factors:
        raise ValueError("a schedule has no periods")
    part = principal // len(factors)
    parts = [part] * (len(factors) - 1)
    return _rows(principal, [*parts, principal - sum(parts)], factors, rounding)


def interest_only(
    principal: int, factors: Sequence[Fraction], rounding: Rounding
) -> tuple[Row, ...]:
    """Interest each period on the whole principal, which is due at the end."""
    if not factors:
        raise ValueError("a schedule has no periods")
    return _rows(principal, [0] * (len(factors) - 1) + [principal], factors, rounding)


def at_maturity(principal: int, factors: Sequence[Fraction], rounding: Rounding) -> tuple[Row, ...]:
    """Interest and principal in one sum at the end; interest bears no interest."""
    if not factors:
        raise ValueError("a schedule has no periods")
    interest = rounded(principal * sum(factors, Fraction(0)), rounding)
    empty = Row(0, 0, principal)
    return (*[empty] * (len(factors) - 1), Row(interest, principal, 0))


def _rows(
    principal: int, parts: Sequence[int], factors: Sequence[Fraction], rounding: Rounding
) -> tuple[Row, ...]:
    rows, balance = [], principal
    for part, factor in zip(parts, factors, strict=True):
        interest = rounded(balance * factor, rounding)
        balance -= part
        rows.append(Row(interest, part, balance))
    return tuple(rows)


# ------------------------------------------------------------------ changes and other rules


def changed_rate(
    principal: int,
    old: Sequence[Fraction],
    new: Sequence[Fraction],
    rounding: Rounding,
    *,
    after: int,
) -> tuple[Row, ...]:
    """Equal instalments whose rate changes after so many rows.

    `old` and `new` are the factors of all periods at either rate; what is left after the change is
    scheduled anew over the periods that remain.
    """
    if not 0 <= after < len(old) or len(old) != len(new):
        raise ValueError("the rate changes outside the schedule")
    kept = equal_instalment(principal, old, rounding)[:after]
    left = kept[-1].balance if kept else principal
    return (*kept, *equal_instalment(left, new[after:], rounding))


@dataclass(frozen=True, slots=True)
class ExactRow:
    """A row whose amounts are not rounded."""

    interest: Fraction
    principal: Fraction
    balance: Fraction


@dataclass(frozen=True, slots=True)
class WholeUnitPlan:
    """Instalments in whole units of the currency."""

    instalment: int
    rows: tuple[ExactRow, ...]

    @property
    def interest(self) -> Fraction:
        return sum((row.interest for row in self.rows), Fraction(0))


def whole_unit_plan(
    principal: Fraction,
    annual: Fraction,
    *,
    count: int | None = None,
    fixed: int | None = None,
    longest: int = 1200,
) -> WholeUnitPlan:
    """Monthly instalments rounded up to a whole unit, or of a fixed amount.

    Amounts in whole units here. Interest is a twelfth of the annual rate and not rounded; the last
    row is cut to what is left. Raises ValueError where both or neither of `count` and `fixed` are
    given, or where the loan is not repaid within `longest` rows.
    """
    factor = annual / 1200
    if (count is None) == (fixed is None):
        raise ValueError("a plan has a number of rows or a fixed instalment")
    if fixed is None:
        exact = _exact_instalment(principal, factor, count or 0)
        fixed = rounded(exact, "UP")
    rows: list[ExactRow] = []
    balance = principal
    while balance > 0:
        interest = balance * factor
        if interest >= fixed or len(rows) == longest:
            raise ValueError("the instalment does not repay the loan")
        part = min(fixed - interest, balance)
        balance -= part
        rows.append(ExactRow(interest, part, balance))
    return WholeUnitPlan(fixed, tuple(rows))


def _exact_instalment(principal: Fraction, factor: Fraction, count: int) -> Fraction:
    if count < 1:
        raise ValueError("a schedule has no periods")
    if not factor:
        return principal / count
    grown = (1 + factor) ** count
    return principal * factor * grown / (grown - 1)


def total_interest(rows: Sequence[Row]) -> int:
    """The interest of all rows."""
    return sum(row.interest for row in rows)
