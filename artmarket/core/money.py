"""Money: an integer of the smallest unit with an ISO 4217 currency. No floats, ever.

Printing is Babel's; reading a person's input is exact or refused.
"""

from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .errors import Invalid

BABEL_LOCALES = {"zh-hans": "zh_Hans_CN", "en": "en"}
MAX_MINOR = 10**15


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` units (fen, cents) of `currency`."""

    minor: int
    currency: str = "CNY"

    def __str__(self) -> str:
        return self.words()

    @property
    def amount(self) -> Decimal:
        """The amount in whole units, exact."""
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def words(self, language: str | None = None) -> str:
        """The amount as people read it (¥13,500), without decimals when there are none."""
        locale = BABEL_LOCALES.get(language or get_language() or "zh-hans", "en")
        digits = get_currency_precision(self.currency)
        whole = self.minor % 10**digits == 0
        pattern = "¤#,##0" if whole else "¤#,##0." + "0" * digits
        return format_currency(
            self.amount, self.currency, format=pattern, locale=locale, currency_digits=False
        )


def parse_money(text: str, currency: str = "CNY") -> Money:
    """Read "13,500" or "13500.50" exactly; raises `Invalid` with words otherwise."""
    cleaned = text.strip().translate({ord(c): None for c in ",，¥￥ "})
    try:
        value = Decimal(cleaned)
        minor = value.scaleb(get_currency_precision(currency))
    except ArithmeticError:  # not a figure, or one like 1e999999
        raise Invalid(_("请填写金额，例如13,500。"), code="bad_amount") from None
    is_exact = value.is_finite() and minor == minor.to_integral_value()
    if not is_exact or bool(minor) != bool(value) or not 0 <= minor <= MAX_MINOR:
        raise Invalid(_("金额不能为负，最多到分。"), code="bad_amount")
    return Money(int(minor), currency)
