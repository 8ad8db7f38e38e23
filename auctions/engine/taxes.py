"""Taxes and duties as proposals: income tax of a seller, stamp duty, cash that is looked into.

The rates are handed in, from the rule book; whoever withholds decides. Amounts in the smallest
unit, rounded once, half up. 国税发〔2007〕38号; 印花税法; listings rules §7 and §8.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from .fees import half_up, share

IncomeCase = Literal["no_cost_proof", "no_cost_proof_repatriated_relic", "gain", "own_manuscript"]
INCOME_CASES: tuple[str, ...] = get_args(IncomeCase)


@dataclass(frozen=True, slots=True)
class IncomeRates:
    """Percentages by case. Of an author's own work `fixed` is free up to a price of `fixed_upto`,
    and `free_share` percent of the price above."""

    gain: Fraction
    no_cost_proof: Fraction
    relic: Fraction
    manuscript: Fraction
    fixed: int
    fixed_upto: int
    free_share: Fraction


@dataclass(frozen=True, slots=True)
class CashDay:
    """The cash that one person paid in a day."""

    total: int
    needs_diligence: bool


def income_tax(
    rates: IncomeRates,
    case: IncomeCase,
    *,
    sale: int | Fraction,
    cost: int | Fraction = 0,
    expenses: int | Fraction = 0,
) -> int:
    """The income tax on a sale; `cost` and `expenses` count only where the gain is taxed.

    A loss bears no tax and makes none good.
    """
    if case == "gain":
        return half_up(share(max(Fraction(sale) - cost - expenses, Fraction(0)), rates.gain))
    if case == "own_manuscript":
        return half_up(share(taxable_of_author(rates, sale), rates.manuscript))
    return half_up(share(sale, rates.no_cost_proof if case == "no_cost_proof" else rates.relic))


def taxable_of_author(rates: IncomeRates, sale: int | Fraction) -> Fraction:
    """What of an author's price is taxed: a fixed part or a share of it is free."""
    if sale <= rates.fixed_upto:
        return max(Fraction(sale) - rates.fixed, Fraction(0))
    return share(sale, 100 - rates.free_share)


def duty(amount: int | Fraction, percent: Fraction) -> int:
    """Stamp duty on the amount of a contract."""
    return half_up(share(amount, percent))


def cash_of_day(amounts: Iterable[int | Fraction], limit: int) -> CashDay:
    """Single or summed over the day, cash from the limit on is looked into."""
    total = sum((Fraction(amount) for amount in amounts), Fraction(0))
    return CashDay(half_up(total), total >= limit)
