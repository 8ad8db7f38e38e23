"""Roundings: which one is a setting of the product, and each sum is rounded once, at its end."""

from fractions import Fraction
from typing import Literal

from auctions.engine.fees import half_up

Rounding = Literal["HALF_UP", "HALF_EVEN", "DOWN", "UP"]


def rounded(value: Fraction, rounding: Rounding) -> int:
    """A fraction of the smallest unit as a whole number.

    DOWN and UP go towards smaller and larger numbers; amounts here are never negative.
    """
    if rounding == "HALF_UP":
        return half_up(value)
    if rounding == "HALF_EVEN":
        return round(value)
    return down(value) if rounding == "DOWN" else -(-value.numerator // value.denominator)


def down(value: Fraction) -> int:
    """The whole number at or below: the rounding of caps and of collateral."""
    return value.numerator // value.denominator
