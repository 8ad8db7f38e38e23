"""A gateway's smallest unit beside ours: most currencies agree, some do not.

We count in the precision of CLDR (Babel). Stripe counts JPY in yen and KWD in thousandths of
which the last place must be 0, but ISK and UGX, which have no decimals any more, in hundredths.
Pure: no call, no clock. Source: Stripe's page on currencies, "zero-decimal", "three-decimal" and
"special cases".
"""

from typing import Final

from babel.numbers import get_currency_precision

STRIPE_ZERO: Final = frozenset(
    {
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    }
)
STRIPE_THREE: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
STRIPE_WHOLE: Final = frozenset({"ISK", "UGX"})
"""Two places at Stripe, both always 0."""


class NotRepresentable(ValueError):
    """The amount cannot be said exactly in the other unit."""


def stripe_places(currency: str) -> int:
    """Decimal places of Stripe's smallest unit of this currency."""
    if currency in STRIPE_ZERO:
        return 0
    return 3 if currency in STRIPE_THREE else 2


def to_stripe(minor: int, currency: str) -> int:
    """Our smallest unit in Stripe's. Raises `NotRepresentable` instead of rounding."""
    amount = _scaled(minor, stripe_places(currency) - get_currency_precision(currency), currency)
    if currency in STRIPE_THREE and amount % 10:
        raise NotRepresentable(f"{minor} {currency}: the last place must be 0")
    if currency in STRIPE_WHOLE and amount % 100:
        raise NotRepresentable(f"{minor} {currency}: whole units only")
    return amount


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's smallest unit in ours. Raises `NotRepresentable` instead of rounding."""
    return _scaled(amount, get_currency_precision(currency) - stripe_places(currency), currency)


def _scaled(amount: int, places: int, currency: str) -> int:
    if places >= 0:
        return amount * 10**places
    whole, rest = divmod(amount, 10**-places)
    if rest:
        raise NotRepresentable(f"{amount} {currency} is not a whole number of the other unit")
    return whole
