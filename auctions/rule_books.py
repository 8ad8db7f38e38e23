"""Rule sets of the database as the engine reads them.

A version never changes, so each is read once a process.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from babel.numbers import get_currency_precision
from django.db import DatabaseError

from .engine import tables
from .engine.approval import ApprovalRule
from .engine.bidding import Rules
from .engine.bills import PlatformTerms
from .engine.closing import ClosingPolicy
from .engine.deposits import DepositRule
from .engine.fees import PremiumTerms, ResaleRight
from .engine.ladder import Ladder
from .engine.seller_fees import SellerTerms
from .engine.storage import StorageTerms
from .enums import RuleKind
from .models import Lot, RuleSet, Sale

_DATA: Final = Path(__file__).parent / "migrations" / "data"
PUBLISHED: Final = (
    _DATA / "rule_sets.json", _DATA / "deposit_rules.json", _DATA / "cost_rules.json",
)  # fmt: skip


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


@lru_cache(maxsize=256)
def deposit(pk: int, unit: int) -> DepositRule:
    """What bidders deposit."""
    return tables.deposit(_body(pk), unit)


@lru_cache(maxsize=256)
def approval(pk: int) -> ApprovalRule:
    """How registrations are approved."""
    return tables.approval(_body(pk))


@lru_cache(maxsize=256)
def seller(pk: int, unit: int) -> SellerTerms:
    """A seller's commission."""
    return tables.seller(_body(pk), unit)


@lru_cache(maxsize=256)
def storage(pk: int, unit: int) -> StorageTerms:
    """What keeping a sold lot costs."""
    return tables.storage(_body(pk), unit)


@lru_cache(maxsize=256)
def platform(pk: int) -> PlatformTerms:
    """The platform's fee."""
    return tables.platform(_body(pk))


@lru_cache(maxsize=256)
def resale(pk: int, unit: int) -> ResaleRight:
    """A scheme of the artist's resale right."""
    return tables.resale(_body(pk), unit)


def storage_of(sale: Sale) -> StorageTerms:
    """The rule of a sale; a sale without one keeps for nothing."""
    if sale.storage_id is None:
        return StorageTerms()
    return storage(sale.storage_id, parts_of(sale.currency))


def platform_of(sale: Sale) -> PlatformTerms:
    """The fee of a sale; a sale without one pays none."""
    return PlatformTerms() if sale.platform_id is None else platform(sale.platform_id)


def deposit_of(sale: Sale) -> DepositRule:
    """The rule of a sale; a sale without one asks for nothing."""
    if sale.deposit_id is None:
        return DepositRule()
    return deposit(sale.deposit_id, parts_of(sale.currency))


def approval_of(sale: Sale) -> ApprovalRule:
    """The rule of a sale; a sale without one is decided by hand."""
    return ApprovalRule() if sale.approval_id is None else approval(sale.approval_id)


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


class UnknownRuleSet(LookupError):
    """No rule set has this name."""


def named_ladder(name: str, unit: int) -> Ladder:
    """The newest ladder of a name. Raises `UnknownRuleSet`.

    Before the tables are made, the published sets that they begin with are read from their file.
    """
    try:
        found = RuleSet.objects.newest(RuleKind.LADDER, name)
        body = found.body if found else None
    except DatabaseError:
        body = published_body(RuleKind.LADDER, name)
    if body is None:
        raise UnknownRuleSet(name)
    return tables.ladder(body, unit)


def published_body(kind: str, name: str) -> dict[str, Any] | None:
    """A set as it was published with the product, from its file; no database is asked."""
    rows = (row for path in PUBLISHED for row in json.loads(path.read_text(encoding="utf-8")))
    return next((row["body"] for row in rows if (row["kind"], row["name"]) == (kind, name)), None)


def forget() -> None:
    """Read everything anew: for tests, where keys come back."""
    for reader in (
        ladder, closing, premium, deposit, approval, seller, storage, platform, resale,
    ):  # fmt: skip
        reader.cache_clear()


def _body(pk: int) -> dict[str, object]:
    body: dict[str, object] = RuleSet.objects.values_list("body", flat=True).get(pk=pk)
    return body
