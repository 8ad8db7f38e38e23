"""What a work counts for: prices with their days, appraisals of two firms, the haircut.

No price in force is no value: it blocks and never counts as zero. Periods of prices may not
overlap, not even one within another. 民法典 433; 资产评估法; pledge rules §4.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Literal

from auctions.engine.fees import share

from .rounding import down

Blocked = Literal["no_price", "expired", "not_yet", "too_few_firms", "disagreement"]


@dataclass(frozen=True, slots=True)
class Price:
    """A price and the days on which it holds, both included."""

    value: int
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class Appraisal:
    """A firm's value with its base date and its last day."""

    firm: str
    value: int
    base_on: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class Valued:
    """A value, or why there is none."""

    value: int | None
    blocked: Blocked | None = None


def overlapping(prices: Iterable[Price]) -> tuple[Price, Price] | None:
    """Two prices that hold on one day, or None."""
    ordered = sorted(prices, key=lambda price: (price.valid_from, price.valid_until))
    return next(
        ((a, b) for a, b in combinations(ordered, 2) if b.valid_from <= a.valid_until), None
    )


def price_on(prices: Sequence[Price], on: date) -> Valued:
    """The price in force on a day. Raises ValueError where periods overlap."""
    if overlapping(prices):
        raise ValueError("two prices hold on one day")
    for price in prices:
        if price.valid_from <= on <= price.valid_until:
            return Valued(price.value)
    if not prices:
        return Valued(None, "no_price")
    return Valued(None, "expired" if all(p.valid_until < on for p in prices) else "not_yet")


def eligible_base(
    appraisals: Iterable[Appraisal], on: date, *, least_firms: int, most_apart: Fraction
) -> Valued:
    """The lower value of appraisals in force by different firms.

    Of one firm the latest counts. Blocked where firms are too few, or the lowest lies more than
    `most_apart` percent of the highest below it.
    """
    known = list(appraisals)
    latest: dict[str, Appraisal] = {}
    for appraisal in sorted(known, key=lambda a: a.base_on):
        if appraisal.base_on <= on <= appraisal.valid_until:
            latest[appraisal.firm] = appraisal
    if not known:
        return Valued(None, "no_price")
    if not latest:
        return Valued(None, "expired" if any(a.base_on <= on for a in known) else "not_yet")
    if len(latest) < least_firms:
        return Valued(None, "too_few_firms")
    values = [appraisal.value for appraisal in latest.values()]
    low, high = min(values), max(values)
    if high - low > share(high, most_apart):
        return Valued(None, "disagreement")
    return Valued(low)


def eligible_value(base: int, haircut: Fraction) -> int:
    """What is left of a base after a haircut in percent, rounded down."""
    if not 0 <= haircut <= 100:
        raise ValueError("a haircut lies between 0 and 100 percent")
    return down(share(base, 100 - haircut))
