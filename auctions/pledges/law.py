"""What the law and the rule book allow a lender: the rate, one borrower's share, the haircut.

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

from . import citations, rule_values
from .engine.concentration import Limit, fits
from .enums import LIVE_LOANS, LenderClass
from .models import Lender, Loan
from .models.loans import CHARGED, PAID
from .refusals import AboveLimit

CAP_RULE: Final = rule_values.RATE_CAP
LONG_TERM_MONTHS: Final = 12


def cap_of(lender: Lender, *, on: date) -> Fraction | None:
    """The highest all-in rate in percent a year for this lender; None: no cap binds it."""
    return rule_values.rate_cap(on=on).most(lender.kind, rule_values.lpr(on=on))


def require_below_limit(lender: Lender, borrower: Party, new_minor: int, *, on: date) -> None:
    """One borrower's principal stays within his share of the lender's capital.

    Read under the lock of the lender. Raises `AboveLimit`.
    """
    found = one_borrower(lender.kind, on=on)
    if found is None:
        return
    percent, rule = found
    most = Limit("borrower", percent=percent).most(lender.capital_minor)
    owed = F(CHARGED["principal"]) - F(PAID["principal"])
    rows = Loan.objects.filter(
        lender__organisation=lender.organisation_id, borrower=borrower, state__in=LIVE_LOANS
    )
    standing = rows.aggregate(sum=Sum(owed))["sum"] or 0
    if not fits(standing, new_minor, most):
        raise AboveLimit(rule=rule, most=most, standing=standing)


def one_borrower(kind: str, *, on: date) -> tuple[Fraction, str] | None:
    """What one borrower may owe a lender of a kind, in percent of its capital, with the rule that
    says so; None: the law gives no figure."""
    if kind == LenderClass.PAWNSHOP:
        return rule_values.pawn_limit("same_person", on=on), rule_values.PAWN_LIMITS
    shares: Mapping[str, int] = rulebook.get(citations.ONE_BORROWER, on=on)
    return (Fraction(shares[kind]), citations.ONE_BORROWER) if kind in shares else None


def least_haircut(category: str, liquidity: str, months: int, *, on: date) -> Decimal:
    """The haircut in percent below which no product goes; an unknown category has the highest."""
    known: Mapping[str, int] = rulebook.get(rule_values.HAIRCUTS, on=on)
    if category not in known:
        category = max(known, key=lambda code: known[code])
    cut = rule_values.haircut(category, liquidity, is_long_term=months > LONG_TERM_MONTHS, on=on)
    return Decimal(cut.numerator) / Decimal(cut.denominator)
