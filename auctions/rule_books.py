"""Rule sets of the database as the engine reads them.

A version never changes, so each is read once a process.
"""

from functools import lru_cache

from babel.numbers import get_currency_precision

from .engine import tables
from .engine.bidding import Rules
from .engine.closing import ClosingPolicy
from .engine.fees import PremiumTerms
from .engine.ladder import Ladder
from .models import Lot, RuleSet


def parts_of(currency: str) -> int:
    """How many of the smallest unit make one whole (100 fen)."""
    return int(10 ** get_currency_precision(currency))


@lru_cache(maxsize=256)
def ladder(pk: int, unit: int) -> Ladder:
    """A ladder in the smallest unit of a currency."""
    return tables.ladder(_body(pk), unit)


@lru_cache(maxsize=256)
def closing(pk: int) -> ClosingPolicy:
    """How bids near the end extend a lot."""
    return tables.closing(_body(pk))


@lru_cache(maxsize=256)
def premium(pk: int, unit: int) -> PremiumTerms:
    """The buyer's premium."""
    return tables.premium(_body(pk), unit)


def rules_of(lot: Lot) -> Rules:
    """What a lot is sold by; its sale must be at hand."""
    sale = lot.sale
    return Rules(
        ladder(sale.ladder_id, parts_of(sale.currency)),
        lot.opening_minor,
        lot.reserve_minor,
        sale.reserve_policy,  # type: ignore[arg-type]
        sale.step_mode,  # type: ignore[arg-type]
        sale.off_ladder,  # type: ignore[arg-type]
        sale.way,  # type: ignore[arg-type]
        closing=closing(sale.closing_id),
        confirm_above=sale.confirm_above,
    )


def forget() -> None:
    """Read everything anew: for tests, where keys come back."""
    for reader in (ladder, closing, premium):
        reader.cache_clear()


def _body(pk: int) -> dict[str, object]:
    body: dict[str, object] = RuleSet.objects.values_list("body", flat=True).get(pk=pk)
    return body
