"""What the law and the rule book allow a lender, as the engine reads it.

The cap on private lending follows the lender's kind and the one-year LPR of the day of the contract
(法释〔2020〕17号 25, 法释〔2020〕27号 1); the limit on one borrower its kind and capital.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.db.models import F, Sum

from artmarket import rulebook
from artmarket.accounts.models import Party

from . import citations
from .engine.classification import Bucket
from .engine.concentration import Limit, fits
from .engine.rate_cap import Cap
from .enums import LIVE_LOANS, Liquidity
from .models import Lender, Loan
from .models.loans import CHARGED, PAID
from .refusals import AboveLimit

CAP_RULE: Final = "pledge.rate_cap_multiple"
LPR: Final = "pledge.lpr_1y"
CAPPED: Final = "pledge.capped_lenders"
CLASS_FLOOR: Final = "pledge.class_floor"
LTV: Final = "pledge.ltv"
HAIRCUTS: Final = "pledge.haircuts"
HAIRCUT_LIQUIDITY: Final = "pledge.haircut_liquidity"
HAIRCUT_LONG: Final = "pledge.haircut_long_term"
LONG_TERM_MONTHS: Final = 12


def cap_of(lender: Lender, *, on: date) -> Fraction | None:
    """The highest all-in rate in percent a year for this lender; None: no cap binds it."""
    cap = Cap(
        Fraction(rulebook.get(CAP_RULE, on=on)), frozenset(rulebook.get(CAPPED, on=on))
    )
    return cap.most(lender.kind, Fraction(rulebook.get(LPR, on=on)))


def require_below_limit(lender: Lender, borrower: Party, new_minor: int, *, on: date) -> None:
    """One borrower's principal stays within his share of the lender's capital.

    Read under the lock of the lender. Raises `AboveLimit`.
    """
    shares: Mapping[str, int] = rulebook.get(citations.ONE_BORROWER, on=on)
    if lender.kind not in shares:
        return
    most = Limit("borrower", percent=Fraction(shares[lender.kind])).most(lender.capital_minor)
    owed = F(CHARGED["principal"]) - F(PAID["principal"])
    rows = Loan.objects.filter(
        lender__organisation=lender.organisation_id, borrower=borrower, state__in=LIVE_LOANS
    )
    standing = rows.aggregate(sum=Sum(owed))["sum"] or 0
    if not fits(standing, new_minor, most):
        raise AboveLimit(most=most, standing=standing)


def buckets(*, on: date) -> tuple[Bucket, ...]:
    """The classes by days past due, in the order of their days."""
    floors: Mapping[str, int] = rulebook.get(CLASS_FLOOR, on=on)
    return tuple(Bucket(days, code) for code, days in sorted(floors.items(), key=lambda x: x[1]))


def least_haircut(category: str, liquidity: str, months: int, *, on: date) -> Decimal:
    """The haircut in percent below which no product goes; an unknown category has the highest."""
    by_category: Mapping[str, int] = rulebook.get(HAIRCUTS, on=on)
    by_liquidity: Mapping[str, int] = rulebook.get(HAIRCUT_LIQUIDITY, on=on)
    cut = by_category.get(category, max(by_category.values()))
    cut += by_liquidity[Liquidity(liquidity)]
    if months > LONG_TERM_MONTHS:
        cut += rulebook.get(HAIRCUT_LONG, on=on)
    return Decimal(min(cut, 100))


def ltv_lines(*, on: date) -> tuple[int, int, int]:
    """The lines above which no product sets its own: initial, margin, liquidation, in percent."""
    lines: Mapping[str, int] = rulebook.get(LTV, on=on)
    return lines["initial"], lines["margin"], lines["liquidation"]
