"""What a hammer price costs besides: buyer's premium, overhead, VAT, artist's resale right.

Percentages are exact fractions, amounts whole numbers of the smallest unit, and a sum is rounded
once, half up, at its end. Auction rules §3 and §5; resale right: Directive 2001/84/EC Art. 4.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Literal

Exemption = Literal["first_resale", "term_over", "below_threshold"]


@dataclass(frozen=True, slots=True)
class Tier:
    """So many percent of the slice up to a limit; a price equal to it lies wholly within."""

    limit: int | None
    percent: Fraction


@dataclass(frozen=True, slots=True)
class PremiumTerms:
    """The buyer's premium of a house.

    `overhead` percent are due on the whole hammer besides; `vat_included` says that the tiers
    already hold VAT of so many percent, `vat_on_top` that so many are due on the premium besides.
    `priority` are the tiers of whoever left a written bid early enough; `early` are flat rates for
    who pays within so many days of the hammer, the shortest first.
    """

    tiers: tuple[Tier, ...]
    overhead: Fraction = Fraction(0)
    vat_included: Fraction | None = None
    vat_on_top: Fraction | None = None
    priority: tuple[Tier, ...] = ()
    early: tuple[tuple[int, Fraction], ...] = ()


@dataclass(frozen=True, slots=True)
class ResaleRight:
    """A scheme of the artist's resale right; `cap` is the most that is due."""

    tiers: tuple[Tier, ...]
    threshold: int
    cap: int


@dataclass(frozen=True, slots=True)
class ResaleLimits:
    """What frees a sale: years after the artist's death; years and price after he sold it."""

    term_years: int
    first_years: int
    first_below: int


@dataclass(frozen=True, slots=True)
class WrittenBid:
    """A binding written bid and when it came."""

    at: datetime
    amount: int


def half_up(value: Fraction) -> int:
    """The nearest whole number, a half upwards."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def share(amount: int | Fraction, percent: Fraction) -> Fraction:
    """So many percent of an amount, exact."""
    return Fraction(amount) * percent / 100


def marginal(tiers: Sequence[Tier], amount: int | Fraction) -> Fraction:
    """The sum over the slices, exact."""
    total, floor = Fraction(0), Fraction(0)
    for tier in tiers:
        top = (
            Fraction(amount) if tier.limit is None else min(Fraction(amount), Fraction(tier.limit))
        )
        if top > floor:
            total += share(top - floor, tier.percent)
            floor = top
    return total


def premium(terms: PremiumTerms, hammer: int) -> int:
    """The buyer's premium on a hammer price, with the VAT that its tiers may hold."""
    return half_up(marginal(terms.tiers, hammer))


def rate_after_days(terms: PremiumTerms, days: int) -> Fraction | None:
    """The flat rate for who paid so many days after the hammer; None: the tiers hold."""
    return next((rate for last, rate in terms.early if days <= last), None)


def exact_premium(
    terms: PremiumTerms,
    hammer: int | Fraction,
    *,
    has_priority: bool = False,
    paid_after_days: int | None = None,
) -> Fraction:
    """The premium before rounding, at the lowest rate that the buyer earned."""
    found = [marginal(terms.tiers, hammer)]
    if has_priority and terms.priority:
        found.append(marginal(terms.priority, hammer))
    rate = None if paid_after_days is None else rate_after_days(terms, paid_after_days)
    if rate is not None:
        found.append(share(hammer, rate))
    return min(found)


def overhead(terms: PremiumTerms, hammer: int) -> int:
    """What is due on the whole hammer beside the premium."""
    return half_up(share(hammer, terms.overhead))


def vat_on(amount: int, percent: Fraction) -> int:
    """VAT on top of a rounded amount."""
    return half_up(share(amount, percent))


def vat_within(exact: Fraction, percent: Fraction) -> int:
    """The VAT that an amount already holds."""
    return half_up(exact - exact / (1 + percent / 100))


def has_priority(
    bids: Iterable[WrittenBid], *, low_estimate: int, sale_start: datetime, notice: timedelta
) -> bool:
    """Whether the winner's premium is the priority rate.

    One written bid at the low estimate or above, at least `notice` before the sale, is enough and
    is not lost by later bids (Phillips, Sep 2025).
    """
    latest = sale_start - notice
    return any(bid.amount >= low_estimate and bid.at <= latest for bid in bids)


def rate_by_payment(
    steps: Iterable[tuple[date | None, Fraction]], paid_on: date
) -> Fraction | None:
    """The flat rate for a day of payment: the first step whose last day is not yet over."""
    return next((rate for last, rate in steps if last is None or paid_on <= last), None)


def royalty(right: ResaleRight, price: int | Fraction, *, threshold: int | None = None) -> int:
    """What is due to the artist; nothing below the threshold."""
    if price < (right.threshold if threshold is None else threshold):
        return 0
    return min(half_up(marginal(right.tiers, price)), right.cap)


def is_term_over(death_year: int, sale_year: int, *, term_years: int) -> bool:
    """Whether the right ended: so many years after the year of the artist's death."""
    return sale_year > death_year + term_years


def exemption(
    right: ResaleRight,
    price: int,
    *,
    limits: ResaleLimits,
    bought_from_artist: bool,
    years_held: Fraction,
    death_year: int | None,
    sale_year: int,
) -> Exemption | None:
    """Why nothing is due, the first reason that applies.

    Bought from the artist a short while ago and sold for little; the artist dead for longer than
    the term; the price below the threshold.
    """
    is_soon = bought_from_artist and years_held < limits.first_years
    if is_soon and price < limits.first_below:
        return "first_resale"
    if death_year is not None and is_term_over(death_year, sale_year, term_years=limits.term_years):
        return "term_over"
    return "below_threshold" if price < right.threshold else None
