"""How much stands on one name: borrower, artist, category, appraiser, custodian, buyer.

A limit is a share of the lender's capital or an amount; equal to it is within. 典当管理办法 44;
商业银行法 39; pledge rules §2, §10.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from auctions.engine.fees import share

from .rounding import down

Dimension = Literal[
    "borrower", "artist", "category", "appraiser", "custodian", "pre_acquirer", "collateral_kind"
]


@dataclass(frozen=True, slots=True)
class Exposure:
    """An amount that stands on a name in one dimension."""

    dimension: Dimension
    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many percent of the capital, or a fixed amount, on any one name."""

    dimension: Dimension
    percent: Fraction | None = None
    amount: int | None = None

    def most(self, capital: int) -> int:
        """The limit as an amount, rounded down; the lower where both are set."""
        found = [self.amount] if self.amount is not None else []
        if self.percent is not None:
            found.append(down(share(capital, self.percent)))
        if not found:
            raise ValueError("a limit says no figure")
        return min(found)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands on a name against its limit."""

    dimension: Dimension
    name: str
    amount: int
    most: int

    @property
    def is_within(self) -> bool:
        return self.amount <= self.most


def fits(outstanding: int | Fraction, new: int | Fraction, most: int | Fraction) -> bool:
    """Whether a new amount keeps to a limit beside what stands."""
    return outstanding + new <= most


def measure(
    exposures: Iterable[Exposure], limits: Iterable[Limit], capital: int
) -> tuple[Standing, ...]:
    """What stands on each name that a limit watches, the fullest first."""
    sums: dict[tuple[Dimension, str], int] = {}
    for each in exposures:
        key = (each.dimension, each.name)
        sums[key] = sums.get(key, 0) + each.amount
    found = [
        Standing(dimension, name, amount, limit.most(capital))
        for limit in limits
        for (dimension, name), amount in sums.items()
        if dimension == limit.dimension
    ]
    return tuple(sorted(found, key=lambda s: (s.most - s.amount, s.dimension, s.name)))
