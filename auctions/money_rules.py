"""What the rule book says of taxes, instalments and cash, as the engine reads it.

Amounts in the smallest unit; a day without a version is refused (`RuleNotInForce`).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from artmarket import rulebook

from . import citations
from .engine.fees import ResaleLimits
from .engine.instalments import Limits
from .engine.taxes import IncomeRates

FEN = 100  # these rules are written in whole yuan
CENTS = 100  # and that of the resale right in whole euros


def income_rates(*, on: date | None = None) -> IncomeRates:
    """The rates of income tax on a sale in yuan, in force on a day (today if none is given)."""
    author: Mapping[str, int] = rulebook.get(citations.INCOME_TAX_AUTHOR, on=on)
    free: Mapping[str, int] = rulebook.get(citations.INCOME_TAX_AUTHOR_FREE, on=on)
    return IncomeRates(
        gain=Fraction(rulebook.get(citations.INCOME_TAX_GAIN, on=on)),
        no_cost_proof=Fraction(rulebook.get(citations.INCOME_TAX_NO_COST, on=on)),
        relic=Fraction(rulebook.get(citations.INCOME_TAX_RELIC, on=on)),
        manuscript=Fraction(author["rate"]),
        fixed=free["fixed"] * FEN,
        fixed_upto=free["fixed_upto"] * FEN,
        free_share=Fraction(author["free_share"]),
    )


def instalment_limits(*, on: date | None = None) -> Limits:
    """How a price may be paid in parts."""
    return Limits(
        least_first=Fraction(rulebook.get(citations.INSTALMENT_FIRST, on=on)),
        most_months=rulebook.get(citations.INSTALMENT_MONTHS, on=on),
    )


def cash_limit(*, on: date | None = None) -> int:
    """The cash of a day, in fen, from which due diligence is done."""
    limit: Decimal = rulebook.get(citations.CASH_DAY, on=on)
    return int(limit * FEN)


def resale_limits(*, on: date | None = None) -> ResaleLimits:
    """What frees a sale of the artist's resale right; the price in cents of the euro."""
    below: Decimal = rulebook.get(citations.RESALE_FIRST_BELOW, on=on)
    return ResaleLimits(
        term_years=rulebook.get(citations.RESALE_TERM, on=on),
        first_years=rulebook.get(citations.RESALE_FIRST_YEARS, on=on),
        first_below=int(below * CENTS),
    )


def priority_notice(*, on: date | None = None) -> timedelta:
    """How long before a sale a written bid must have come to earn the priority rate."""
    return timedelta(hours=rulebook.get(citations.PRIORITY_HOURS, on=on))


def percent_of(rule_id: str, key: str = "", *, on: date | None = None) -> Fraction:
    """A percentage of the rule book, or that of a key where the rule is a table."""
    value: Any = rulebook.get(rule_id, on=on)
    return Fraction(value[key] if key else value)
