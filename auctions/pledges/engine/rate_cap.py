"""The cap on private lending: four times the one-year LPR of the day of the contract.

Whether it binds depends on the lender's licence: seven licensed kinds are outside it (法释〔2020〕
27号 1). Interest and all fees count together, and principal is only what was really paid out (法释
〔2020〕17号 25–29; 民法典 670, 680). Pledge rules §1, §7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from .day_counts import Convention, fraction

_STEPS: Final = 10_000  # the rate is found to a ten-thousandth of a percent
_HIGHEST: Final = 1_000_000  # percent a year


class NoRate(ValueError):
    """No rate fits these flows; the text says why."""


@dataclass(frozen=True, slots=True)
class Cap:
    """So many times the LPR, for lenders of these licences."""

    multiple: Fraction
    capped: frozenset[str]

    def most(self, lender: str, lpr: Fraction) -> Fraction | None:
        """The highest rate in percent a year; None: not bound."""
        return self.multiple * lpr if lender in self.capped else None


@dataclass(frozen=True, slots=True)
class CapTest:
    """Whether the cap binds, how high it is, and whether a contract keeps to it."""

    applies: bool
    most: Fraction | None
    within: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """Money of a day: above zero to the borrower, below zero from him. Fees are flows too."""

    on: date
    amount: int


def rates_within(
    cap: Cap, lender: str, lpr: Fraction, *, interest: Fraction, fees: Fraction
) -> CapTest:
    """Test rates in percent a year; interest and fees count together."""
    most = cap.most(lender, lpr)
    return CapTest(most is not None, most, most is None or interest + fees <= most)


def net_principal(stated: int, deducted_in_advance: int) -> int:
    """The principal of a loan: what was paid out.

    Raises ValueError where more was kept than lent.
    """
    if not 0 <= deducted_in_advance <= stated:
        raise ValueError("more is deducted than is lent")
    return stated - deducted_in_advance


def all_in_rate(flows: Sequence[Flow], convention: Convention = "ACT/365F") -> Fraction:
    """The rate in percent a year at which the flows come to nothing, to a ten-thousandth.

    Simple interest by days: a payment takes the interest first, then principal, and unpaid interest
    bears none, as the cap is counted. The smallest such rate at which the borrower has not paid too
    much is given. Raises NoRate where there is no lending, or it is not paid back.
    """
    if not any(flow.amount > 0 for flow in flows):
        raise NoRate("nothing was lent")
    if _left(flows, Fraction(0), convention) > 0:
        raise NoRate("less comes back than was lent")
    low, high = 0, _HIGHEST * _STEPS
    if _left(flows, Fraction(high, _STEPS), convention) < 0:
        raise NoRate("no rate is high enough")
    while low < high:
        middle = (low + high) // 2
        if _left(flows, Fraction(middle, _STEPS), convention) >= 0:
            high = middle
        else:
            low = middle + 1
    return Fraction(low, _STEPS)


def within_cap(flows: Sequence[Flow], most: Fraction, convention: Convention = "ACT/365F") -> bool:
    """Whether flows keep to a rate, but for the rounding of a cent in each payment."""
    payments = sum(flow.amount < 0 for flow in flows)
    return _left(flows, most, convention) >= -payments


def _left(flows: Sequence[Flow], annual: Fraction, convention: Convention) -> Fraction:
    """What is owed after the last flow at a rate; below zero: paid too much."""
    principal = interest = Fraction(0)
    last: date | None = None
    for flow in sorted(flows, key=lambda f: (f.on, -f.amount)):
        if last is not None and principal > 0:
            interest += principal * annual / 100 * fraction(convention, last, flow.on)
        last = flow.on
        if flow.amount > 0:
            principal += flow.amount
        else:
            of_interest = min(interest, Fraction(-flow.amount))
            interest -= of_interest
            principal -= -flow.amount - of_interest
    return principal + interest
