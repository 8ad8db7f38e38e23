"""What a consignor pays for a sale: commission by slices, success fee, guarantee, rebate.

A schedule is agreed in the consignment; without an agreement the law's cap holds (拍卖法 56).
Percentages are exact, amounts the smallest unit, each sum rounded once, half up, at its end; the
cap is rounded down, because it is the most that may be taken. Auction rules §4.
"""

from dataclasses import dataclass
from fractions import Fraction

from .fees import PremiumTerms, Tier, half_up, marginal, share


@dataclass(frozen=True, slots=True)
class SellerTerms:
    """A seller's schedule.

    `tiers` bear on slices of the hammer price, but above `free_above` no commission is due at all.
    `success` percent of the hammer where it is over the high estimate; `guarantee` percent where
    the house guarantees a minimum; `rebate` percent of the buyer's premium go back to the seller
    where the hammer is over `rebate_above`.
    """

    tiers: tuple[Tier, ...]
    free_above: int | None = None
    success: Fraction = Fraction(0)
    guarantee: Fraction = Fraction(0)
    rebate_above: int | None = None
    rebate: Fraction = Fraction(0)


def flat(percent: Fraction) -> SellerTerms:
    """One rate on the whole hammer, as most consignments have it."""
    return SellerTerms((Tier(None, percent),))


def commission(terms: SellerTerms, hammer: int | Fraction) -> int:
    """The seller's commission on a hammer price."""
    if terms.free_above is not None and hammer > terms.free_above:
        return 0
    return half_up(marginal(terms.tiers, hammer))


def success_fee(
    terms: SellerTerms, hammer: int | Fraction, high_estimate: int | Fraction | None
) -> int:
    """What is due besides where the hammer is over the high estimate; exactly at it nothing."""
    if high_estimate is None or hammer <= high_estimate:
        return 0
    return half_up(share(hammer, terms.success))


def guarantee_fee(terms: SellerTerms, hammer: int | Fraction) -> int:
    """What a guaranteed minimum costs the seller."""
    return half_up(share(hammer, terms.guarantee))


def premium_rebate(terms: SellerTerms, premium: PremiumTerms, hammer: int | Fraction) -> int:
    """The part of the buyer's premium that goes back to the seller."""
    if terms.rebate_above is None or hammer <= terms.rebate_above:
        return 0
    return half_up(marginal(premium.tiers, hammer) * terms.rebate / 100)


def cap_each_side(price: int | Fraction, percent: Fraction) -> int:
    """The most that each side owes where nothing was agreed, rounded down (拍卖法 56)."""
    exact = share(price, percent)
    return exact.numerator // exact.denominator
