"""Simple interest, penalty on what is overdue, and the payoff within a period.

Interest bears no interest. 民法典 670, 676, 677; pledge rules §7.
"""

from datetime import date
from fractions import Fraction

from auctions.engine.fees import share

from .day_counts import span_days
from .rounding import Rounding, rounded


def simple_interest(
    principal: int | Fraction,
    annual: Fraction,
    days: int,
    *,
    basis: int,
    rounding: Rounding = "HALF_UP",
) -> int:
    """Interest of so many days at `annual` percent over a year of `basis` days."""
    return rounded(_for_days(principal, annual, days, basis), rounding)


def penalty(
    overdue: int | Fraction,
    annual: Fraction,
    days_late: int,
    *,
    basis: int,
    rounding: Rounding = "HALF_UP",
) -> int:
    """The penalty on an overdue amount; nothing is due on what is not overdue."""
    return rounded(_for_days(overdue, annual, max(days_late, 0), basis), rounding)


def payoff_in_period(
    balance: int | Fraction,
    annual: Fraction,
    *,
    start: date,
    end: date,
    on: date,
    rounding: Rounding = "HALF_EVEN",
) -> int:
    """The interest to a day within a monthly period: a twelfth of the rate, by the days elapsed.

    Raises ValueError for a day outside the period.
    """
    if not start <= on <= end or start == end:
        raise ValueError("the day of payoff lies outside the period")
    elapsed = Fraction(span_days(start, on), span_days(start, end))
    return rounded(share(balance, annual) / 12 * elapsed, rounding)


def _for_days(amount: int | Fraction, annual: Fraction, days: int, basis: int) -> Fraction:
    if basis < 1 or days < 0:
        raise ValueError("a term has no negative length")
    return share(amount, annual) * days / basis
