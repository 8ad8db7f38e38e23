"""One bill for the buyer and one for the seller of a lot, line by line.

Every place that tells what a lot costs or brings makes it here. Each line is rounded once by the
rule that it comes from, and the total is the sum of the lines. Amounts in the smallest unit, signed
as their reader sees them: a buyer adds up, of a seller's hammer price is taken off.
Auction rules §3 to §5 and §12.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, Self

from .fees import (
    PremiumTerms,
    ResaleRight,
    exact_premium,
    half_up,
    overhead,
    royalty,
    share,
    vat_on,
    vat_within,
)
from .seller_fees import SellerTerms, commission, guarantee_fee, premium_rebate, success_fee

Code = Literal[
    "hammer", "premium", "overhead", "vat", "vat_within", "royalty", "platform", "shipping",
    "insurance", "storage", "early", "commission", "success", "guarantee", "rebate", "tax",
    "reduction",
]  # fmt: skip
Payer = Literal["buyer", "seller"]
HOUSE_LINES: tuple[Code, ...] = ("premium", "overhead", "vat")
# What else of a buyer's bill is the house's, and what it takes of the seller's.
AFTER_LINES: tuple[Code, ...] = ("shipping", "insurance", "storage", "early")
OF_SELLER_LINES: tuple[Code, ...] = ("commission", "success", "guarantee", "rebate")


@dataclass(frozen=True, slots=True)
class Line:
    """One amount. `counts` False: it stands within another line and is told, not added."""

    code: Code
    amount: int
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Bill:
    """The lines in the order in which they are read."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        """What the buyer pays, or the seller gets."""
        return sum(line.amount for line in self.lines if line.counts)

    def of(self, *codes: Code) -> int:
        """The sum of these lines; 0 for a line that is not there."""
        return sum(line.amount for line in self.lines if line.code in codes)

    def with_lines(self, *more: Line) -> "Bill":
        """The bill with what came later; a line at 0 is left out."""
        return Bill((*self.lines, *(line for line in more if line.amount)))

    def rows(self) -> list[list[Any]]:
        """The lines as they are kept: code, amount, whether it counts."""
        return [[line.code, line.amount, line.counts] for line in self.lines]

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[Any]]) -> Self:
        """A bill that was kept, read again."""
        return cls(tuple(Line(code, amount, counts) for code, amount, counts in rows))


@dataclass(frozen=True, slots=True)
class PlatformTerms:
    """The platform's own fee, in percent of the hammer price, from each side."""

    buyer: Fraction = Fraction(0)
    seller: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class ResaleTerms:
    """A resale right in force for a lot and who bears it. No terms: none is due."""

    right: ResaleRight
    payer: Payer = "buyer"


@dataclass(frozen=True, slots=True)
class BuyerTerms:
    """What a buyer of a sale pays besides the hammer price."""

    premium: PremiumTerms
    platform: PlatformTerms = field(default_factory=PlatformTerms)
    resale: ResaleTerms | None = None


@dataclass(frozen=True, slots=True)
class Extras:
    """What is only known after the sale, in the smallest unit; None: not asked for."""

    shipping: int | None = None
    insurance: int | None = None
    storage: int | None = None


NO_EXTRAS = Extras()


def buyer_bill(
    hammer: int,
    terms: BuyerTerms,
    *,
    has_priority: bool = False,
    paid_after_days: int | None = None,
    extras: Extras = NO_EXTRAS,
) -> Bill:
    """What a buyer pays in all at a hammer price.

    `has_priority`: he left a written bid early enough; `paid_after_days`: the day of payment,
    counted from the hammer, where an early payment is cheaper. A line that the terms can't have is
    left out, one that they have is there even at 0.
    """
    return Bill(tuple(_buyer_lines(hammer, terms, has_priority, paid_after_days, extras)))


def _buyer_lines(
    hammer: int, terms: BuyerTerms, has_priority: bool, paid_after_days: int | None, extras: Extras
) -> Iterator[Line]:
    of_house = terms.premium
    exact = exact_premium(
        of_house, hammer, has_priority=has_priority, paid_after_days=paid_after_days
    )
    due = half_up(exact)
    yield Line("hammer", hammer)
    yield Line("premium", due)
    if of_house.vat_included is not None:
        yield Line("vat_within", vat_within(exact, of_house.vat_included), counts=False)
    if of_house.overhead:
        yield Line("overhead", overhead(of_house, hammer))
    if of_house.vat_on_top is not None:
        yield Line("vat", vat_on(due, of_house.vat_on_top))
    if terms.resale is not None and terms.resale.payer == "buyer":
        yield Line("royalty", royalty(terms.resale.right, hammer))
    if terms.platform.buyer:
        yield Line("platform", half_up(share(hammer, terms.platform.buyer)))
    for code in ("shipping", "insurance", "storage"):
        amount = getattr(extras, code)
        if amount is not None:
            yield Line(code, amount)


def seller_bill(
    hammer: int,
    terms: SellerTerms,
    *,
    high_estimate: int | None = None,
    premium: PremiumTerms | None = None,
    is_guaranteed: bool = False,
    platform: PlatformTerms | None = None,
    resale: ResaleTerms | None = None,
    tax: int | None = None,
) -> Bill:
    """What the seller gets of a hammer price.

    `premium` is the table of the sale, for a rebate of it; `tax` the proposal of income tax that is
    withheld. The total may be negative: then the seller owes.
    """
    lines = [Line("hammer", hammer), Line("commission", -commission(terms, hammer))]
    if terms.success:
        lines.append(Line("success", -success_fee(terms, hammer, high_estimate)))
    if is_guaranteed:
        lines.append(Line("guarantee", -guarantee_fee(terms, hammer)))
    if premium is not None and terms.rebate:
        lines.append(Line("rebate", premium_rebate(terms, premium, hammer)))
    if resale is not None and resale.payer == "seller":
        lines.append(Line("royalty", -royalty(resale.right, hammer)))
    if platform is not None and platform.seller:
        lines.append(Line("platform", -half_up(share(hammer, platform.seller))))
    if tax is not None:
        lines.append(Line("tax", -tax))
    return Bill(tuple(lines))
