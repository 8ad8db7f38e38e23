"""Paying in parts: how large the first part is, and what the rules allow.

Amounts in the smallest unit; the first part is rounded half up and the last takes the rest, so that
the parts always make the price. 32号令 Art. 28; listings rules §4.
"""

from dataclasses import dataclass
from fractions import Fraction

from .fees import half_up, share


@dataclass(frozen=True, slots=True)
class Limits:
    """The first part at least so many percent, the rest within so many months."""

    least_first: Fraction
    most_months: int


@dataclass(frozen=True, slots=True)
class Split:
    """A price in two parts."""

    first: int
    rest: int


def split(price: int | Fraction, first_percent: Fraction) -> Split:
    """The first part and the rest."""
    first = half_up(share(price, first_percent))
    return Split(first, half_up(Fraction(price) - first))


def is_allowed(limits: Limits, *, first_percent: Fraction, months: int) -> bool:
    """Whether the parts are allowed; the agreed percentage counts, not the rounded amount."""
    return limits.least_first <= first_percent <= 100 and 0 <= months <= limits.most_months


def parts(rest: int, count: int) -> tuple[int, ...]:
    """The rest in so many parts, equal but for the last cent; the later ones are the smaller.

    Raises ValueError for fewer than one part.
    """
    if count < 1:
        raise ValueError("a rest has at least one part")
    each, over = divmod(rest, count)
    return tuple(each + (n < over) for n in range(count))
