"""The worked examples of classes, caps, collateral, allocation and loss."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from artmarket.core.examples import BadCase, need, need_day, register

from . import rule_values
from .engine import classification, collateral, loss, rate_cap
from .engine.allocation import allocate
from .engine.classification import Bucket
from .engine.collateral import Item
from .example_values import CENTS, cents, claims_of, decimal, exact, money

_FAMILIES: Final = (
    "classification", "rate_cap", "net_principal", "margin", "drawable", "release", "allocation",
    "lgd",
)  # fmt: skip


def register_examples() -> None:
    """Claim these families."""
    for family in _FAMILIES:
        register(family, globals()[f"of_{family}"])


def of_classification(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Days past due and the bucket they fall into."""
    table = need(tables, need(given, "table"), dict)
    dpd = classification.days_past_due(need_day(given, "due"), need_day(given, "as_of"))
    try:
        buckets = [Bucket(int(days), str(code)) for days, code in need(table, "rows", list)]
        return {"dpd": dpd, "bucket": classification.bucket_of(buckets, dpd)}
    except (TypeError, ValueError) as problem:
        raise BadCase(f"the buckets cannot be read: {problem}") from problem


def of_rate_cap(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the cap binds a lender, and whether interest and fees keep to it."""
    table = need(tables, "lender_caps", dict)
    capped, others = need(table, "capped", list), need(table, "not_capped", list)
    lender = need(given, "lender")
    if lender not in (*capped, *others):
        raise BadCase(f"there is no lender {lender}")
    cap = rate_cap.Cap(rule_values.rate_cap().multiple, frozenset(capped))
    found = rate_cap.rates_within(
        cap,
        lender,
        exact(given, "lpr_1y"),
        interest=exact(given, "interest_pct"),
        fees=exact(given, "fees_pct"),
    )
    most = None if found.most is None else decimal(found.most, 2)
    return {"cap_applies": found.applies, "max_pct": most, "within": found.within}


def of_net_principal(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was really lent."""
    try:
        lent = rate_cap.net_principal(cents(given, "stated"), cents(given, "deducted_in_advance"))
    except ValueError as problem:
        raise BadCase(str(problem)) from problem
    return {"principal": money(lent)}


def of_margin(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A shortfall, and what cash and added works leave of it."""
    found = collateral.margin_test(
        cents(given, "exposure"),
        _items(given, "items"),
        cash=cents(given, "cure_cash"),
        added=_items(given, "cure_items"),
    )
    return {
        "status": found.status,
        "capacity": _known(found.capacity),
        "shortfall": _known(found.shortfall),
        "cured": _known(found.cured),
        "remaining": _known(found.remaining),
    }


def of_drawable(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The most that may still be paid out."""
    most = collateral.drawable(
        cents(given, "exposure"),
        _items(given, "items"),
        sanctioned=None if given.get("sanctioned") is None else cents(given, "sanctioned"),
    )
    return {"blocked": most is None, "max_disbursal": _known(most)}


def of_release(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Whether works may go."""
    try:
        found = collateral.release(
            cents(given, "exposure"), _items(given, "items"), need(given, "release", list)
        )
    except ValueError as problem:
        raise BadCase(str(problem)) from problem
    return {
        "blocked": found.is_blocked,
        "capacity_after": _known(found.capacity),
        "allowed": found.allowed,
    }


def of_allocation(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What a payment pays."""
    due = claims_of(given, "due")
    try:
        shared = allocate(cents(given, "amount"), need(given, "order", list), due)
    except ValueError as problem:
        raise BadCase(str(problem)) from problem
    return {
        "paid": {name: money(amount) for name, amount in shared.paid.items()},
        "unapplied": money(shared.unapplied),
    }


def of_lgd(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The loss when a pledge is sold."""
    found = loss.loss_given_default(
        exact(given, "debt") * CENTS,
        exact(given, "value") * CENTS,
        shock=exact(given, "shock_pct"),
        haircut=exact(given, "haircut_pct"),
        cost=exact(given, "cost_pct"),
    )
    return {
        "recovery": money(found.recovery),
        "loss": money(found.loss),
        "lgd_pct": decimal(found.percent, 2),
    }


def _items(given: Mapping[str, Any], key: str) -> list[Item]:
    """Rows of [value or null, advance in percent]."""
    return [_item(row) for row in need(given, key, list)]


def _item(row: Sequence[Any]) -> Item:
    if not isinstance(row, list) or len(row) != 2:
        raise BadCase("an item is not a value and an advance rate")
    value, advance = row
    named = {"value": value, "advance": advance}
    return Item(None if value is None else cents(named, "value"), exact(named, "advance"))


def _known(amount: int | None) -> str | None:
    return None if amount is None else money(amount)
