"""Bounds of judicial sales, and the floor below which an owner's approval is needed.

Amounts in the smallest unit; a bound is rounded half up and what is offered is compared with the
rounded bound, so that the answer never contradicts the figure that it prints. 法释〔2016〕18号
Arts 10, 17, 26; 拍卖变卖规定 29 for the commission; 32号令 Art. 18 for state property.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .fees import Tier, half_up, marginal, share


@dataclass(frozen=True, slots=True)
class DepositBounds:
    """Between what a deposit must lie, both ends included."""

    least: int
    most: int

    def hold(self, deposit: int | Fraction) -> bool:
        """Whether a deposit lies within."""
        return self.least <= deposit <= self.most


def commission(tiers: Sequence[Tier], price: int | Fraction) -> int:
    """The most that a buyer pays in a judicial sale, by slices of the price."""
    return half_up(marginal(tiers, price))


def deposit_bounds(start: int | Fraction, *, least: Fraction, most: Fraction) -> DepositBounds:
    """The bounds of the deposit, in percent of the starting price."""
    return DepositBounds(half_up(share(start, least)), half_up(share(start, most)))


def least_start(base: int | Fraction, percent: Fraction) -> int:
    """The least starting price.

    `base` is the appraisal in the first round, the first starting price in the second.
    """
    return half_up(share(base, percent))


def consent_limit(appraisal: int | Fraction, percent: Fraction) -> int:
    """The floor price below which the approving body must agree in writing; at it none is asked."""
    return half_up(share(appraisal, percent))
