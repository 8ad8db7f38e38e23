"""Figures of worked examples of loans: read exactly, written with their decimals."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from artmarket.core.examples import need
from auctions.engine import tables as sets
from auctions.example_reading import read

from .engine.rounding import Rounding, rounded

CENTS: Final = 100


def exact(given: Mapping[str, Any], key: str) -> Fraction:
    """A figure of a case in whole units, exact. Raises BadCase."""
    text = need(given, key, (str, int, Decimal))
    return read(lambda: sets.fraction(text))


def cents(given: Mapping[str, Any], key: str) -> int:
    """An amount of a case in whole cents. Raises BadCase."""
    text = need(given, key, (str, int, Decimal))
    return read(lambda: sets.parts(text, CENTS))


def money(parts: int) -> str:
    """Cents as an amount with two decimals."""
    return format(Decimal(parts) / CENTS, ".2f")


def decimal(value: Fraction, places: int, rounding: Rounding = "HALF_UP") -> str:
    """A fraction with so many decimals."""
    return format(Decimal(rounded(value * 10**places, rounding)).scaleb(-places), f".{places}f")


def claims_of(given: Mapping[str, Any], key: str) -> dict[str, int]:
    """Named amounts of a case, in cents."""
    named = need(given, key, dict)
    return {name: cents(named, name) for name in named}
