"""Pawn (典当): fees, terms, redemption, renewal, and what follows a dead pawn (绝当).

典当管理办法 36–44 (2005) and 银保监办发〔2020〕38号. Rates and terms are arguments, they stand in
the rule book. Pledge rules §2.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from auctions.engine.instalments import months_after

from .rounding import down
from .waterfall import Distribution, distribute

Standing = Literal["in_term", "grace", "dead"]
Realisation = Literal["2005", "2020"]


@dataclass(frozen=True, slots=True)
class FeeRule:
    """The monthly fee in permille; at least so many days are charged, a month is taken as so many
    days."""

    permille: Fraction
    least_days: int
    month_days: int


@dataclass(frozen=True, slots=True)
class FeeCap:
    """The days that are charged, and the most that may be charged for them."""

    days: int
    most: int


@dataclass(frozen=True, slots=True)
class Redemption:
    """The last day to redeem, the first day of a dead pawn, and how it stands on the day asked."""

    until: date
    dead_from: date
    standing: Standing


@dataclass(frozen=True, slots=True)
class Renewal:
    """Whether a renewal is allowed, from when its term counts, and how long it may be."""

    allowed: bool
    start: date
    latest_maturity: date


@dataclass(frozen=True, slots=True)
class DeadPawn:
    """What the price of a dead pawn pays; `own_account`: the pawnshop keeps the difference."""

    own_account: bool
    shared: Distribution


def fee_cap(principal: int | Fraction, days: int, rule: FeeRule) -> FeeCap:
    """The most that may be charged for so many days, rounded down (38)."""
    if days < 0:
        raise ValueError("a term has no negative length")
    charged = max(days, rule.least_days)
    return FeeCap(
        charged, down(Fraction(principal) * rule.permille / 1000 * charged / rule.month_days)
    )


def latest_maturity(start: date, months: int) -> date:
    """The last day a term may end (36)."""
    return months_after(start, months)


def redemption(
    maturity: date, on: date, *, grace_days: int, roll: Callable[[date], date] | None = None
) -> Redemption:
    """Until when a pawn is redeemed (40).

    `roll` moves a last day that falls on a rest day (民法典 203); None counts plainly.
    """
    until = maturity + timedelta(days=grace_days)
    if roll is not None:
        until = roll(until)
    standing: Standing = "dead"
    if on <= until:
        standing = "in_term" if on <= maturity else "grace"
    return Redemption(until, until + timedelta(days=1), standing)


def renewal(
    maturity: date,
    *,
    on: date,
    new_maturity: date,
    charges_paid: bool,
    grace_days: int,
    most_months: int,
    roll: Callable[[date], date] | None = None,
) -> Renewal:
    """Whether a pawn is renewed (39): asked in time, earlier charges paid, not too long.

    The new term counts from the old maturity.
    """
    latest = months_after(maturity, most_months)
    asked = redemption(maturity, on, grace_days=grace_days, roll=roll).standing != "dead"
    fits = maturity < new_maturity <= latest
    return Renewal(asked and charges_paid and fits, maturity, latest)


def dead_pawn(
    rule: Realisation,
    *,
    price: int,
    order: Sequence[str],
    claims: Mapping[str, int],
    appraised: int,
    own_account_below: int,
) -> DeadPawn:
    """What follows when a pawn is dead and sold.

    2020 (银保监办发〔2020〕38号): surplus to the pledgor, deficiency owed, whatever its value. 2005
    (43): below a value the pawnshop sells for its own account, gain and loss alike.
    """
    shared = distribute(price, order, claims)
    if rule == "2005" and appraised < own_account_below:
        return DeadPawn(True, Distribution(shared.paid, 0, 0))
    return DeadPawn(False, shared)
