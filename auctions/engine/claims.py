"""What a buyer owes who did not pay: both commissions of his contract, and the resale's shortfall.

Amounts in the smallest unit. 拍卖法 39; auction rules §11: sold for 100,000 at 5 % and 5 %, resold
for 80,000, makes 30,000.
"""

from dataclasses import dataclass
from fractions import Fraction

from .seller_fees import commission, flat


@dataclass(frozen=True, slots=True)
class Claim:
    """The parts of a claim; `shortfall` None while the work is not sold again."""

    buyer_commission: int
    seller_commission: int
    shortfall: int | None = None

    @property
    def commissions(self) -> int:
        """Both first commissions, each rounded for itself."""
        return self.buyer_commission + self.seller_commission

    @property
    def total(self) -> int:
        """What is owed as far as it is known."""
        return self.commissions + (self.shortfall or 0)

    def after(self, deposit: int) -> int:
        """What is still owed once a deposit is taken for it; what is over goes back."""
        return max(self.total - deposit, 0)


def claim(
    *, hammer: int, buyer_commission: int, seller_commission: int, resold_at: int | None = None
) -> Claim:
    """The claim on a cancelled contract; a resale at the price or above leaves no shortfall."""
    shortfall = None if resold_at is None else max(hammer - resold_at, 0)
    return Claim(buyer_commission, seller_commission, shortfall)


def seller_commission(hammer: int, percent: Fraction) -> int:
    """What the consignor would have paid on a hammer price at one rate, rounded half up."""
    return commission(flat(percent), hammer)
