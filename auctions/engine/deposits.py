"""What a bidder deposits (保证金) before he is let in, by the rule of a sale.

A percentage is rounded up to the smallest unit. Auction rules §8.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .fees import share

Basis = Literal["none", "fixed", "opening", "limit"]
Deed = Literal["default", "completed"]
Forfeit = Literal["none", "claim", "whole"]


@dataclass(frozen=True, slots=True)
class Record:
    """What a bidder did before: lots won of this house, defaults that stand against him."""

    won: int = 0
    strikes: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """When a deposit goes back: so many hours after the sale, or so many working days."""

    hours: int = 0
    working_days: int = 0


@dataclass(frozen=True, slots=True)
class HighValue:
    """Lots with a low estimate from so much on are let in apart, for a deposit of their own."""

    floor: int
    amount: int


@dataclass(frozen=True, slots=True)
class DepositRule:
    """The rule of a sale.

    `amount` of a fixed deposit; `percent` of the lowest opening price or of the bid limit.
    `newcomer_amount`, or so many times the amount (`newcomer_fold`), for whoever never won;
    `per_strike` and `per_deal` more or less for each default and each deal, within `least` and
    `most`. `term` None: the platform's; so `counts` (the deposit counts against the price) and
    `forfeit` (what a default costs: nothing, what is owed for it, or the whole).
    """

    basis: Basis = "none"
    amount: int = 0
    percent: Fraction = Fraction(0)
    newcomer_amount: int | None = None
    newcomer_fold: Fraction = Fraction(1)
    per_strike: int = 0
    per_deal: int = 0
    least: int = 0
    most: int | None = None
    high_value: HighValue | None = None
    term: Term | None = None
    counts: bool | None = None
    forfeit: Forfeit | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a deposit is kept after a default, for whom; `back` goes back."""

    house: int = 0
    seller: int = 0
    back: int = 0


def keep(way: Forfeit, held: int, *, costs: int, shortfall: int) -> Kept:
    """A default is paid out of `held`: the house's `costs`, then the seller's `shortfall`.

    By the whole, what is left over goes to the seller too (judicial: to the debts it was sold
    for). Amounts are what is still owed; 法释〔2016〕18号 24, 拍卖法 39.
    """
    if way == "none":
        return Kept(back=held)
    house = min(held, costs)
    seller = held - house if way == "whole" else min(held - house, shortfall)
    return Kept(house, seller, held - house - seller)


def due(rule: DepositRule, *, record: Record, lowest_opening: int | None, limit: int | None) -> int:
    """What is due in the smallest unit; a basis that is not there (no lot, no limit) counts 0."""
    if rule.basis == "none":
        return 0
    basis = {"opening": lowest_opening, "limit": limit}.get(rule.basis)
    amount = rule.amount if rule.basis == "fixed" else _up(share(basis or 0, rule.percent))
    if not record.won:
        fold = _up(amount * rule.newcomer_fold)
        amount = fold if rule.newcomer_amount is None else rule.newcomer_amount
    return _within(rule, amount + record.strikes * rule.per_strike + record.won * rule.per_deal)


def after_deeds(rule: DepositRule, deeds: Iterable[Deed]) -> int:
    """A fixed deposit after defaults and deals in their order, within its bounds at every step.

    Unlike `due`, which counts, it forgets what lay beyond a bound: after many defaults the first
    deal lowers the deposit.
    """
    amount = _within(rule, rule.amount)
    for deed in deeds:
        step = rule.per_strike if deed == "default" else rule.per_deal
        amount = _within(rule, amount + step)
    return amount


def is_high_value(rule: DepositRule, low_estimate: int | None) -> bool:
    """Whether a lot is let in separately."""
    return bool(rule.high_value and low_estimate and low_estimate >= rule.high_value.floor)


def _within(rule: DepositRule, amount: int) -> int:
    amount = max(amount, rule.least)
    return amount if rule.most is None else min(amount, rule.most)


def _up(value: Fraction) -> int:
    """The next whole number."""
    return -(-value.numerator // value.denominator)
