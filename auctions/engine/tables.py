"""Rule sets as they are written down, read into what the engine uses.

Amounts and percentages stand as decimal text in whole units; `unit` is how many parts (cents) make
one. Everything that is wrong raises TableProblem with words.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from .approval import ApprovalRule
from .bills import PlatformTerms
from .closing import ClosingPolicy
from .deposits import DepositRule, HighValue, Term
from .fees import PremiumTerms, ResaleRight, Tier
from .ladder import Ladder, LadderProblem, PercentStep
from .seller_fees import SellerTerms
from .storage import StorageTerms


class TableProblem(ValueError):
    """A table that cannot be read; the text says why."""


def parts(text: Any, unit: int) -> int:
    """An amount in parts of the unit, exact."""
    try:
        value = Decimal(text) * unit
    except (InvalidOperation, TypeError, ValueError) as error:
        raise TableProblem(f"{text} is not an amount") from error
    if not value.is_finite() or value != value.to_integral_value():
        raise TableProblem(f"{text} has too many decimals")
    return int(value)


def fraction(text: Any) -> Fraction:
    """A rate, exact."""
    try:
        return Fraction(text)
    except (ValueError, TypeError, ZeroDivisionError) as error:
        raise TableProblem(f"{text} is not a number") from error


def ladder(table: Mapping[str, Any], unit: int) -> Ladder:
    """`rows` of [from, step] or `percent_floor` [percent, unit, least], `first_rung`, and
    `valid_up_to`, the last published price."""
    percent = None
    if table.get("percent_floor"):
        share, step, least = _items(table, "percent_floor", 3)
        percent = PercentStep(fraction(share), parts(step, unit), parts(least, unit))
    top = table.get("valid_up_to")
    try:
        return Ladder(
            rows=tuple((parts(a, unit), parts(b, unit)) for a, b in _pairs(table, "rows")),
            first_rung=parts(table.get("first_rung") or "0", unit),
            published_to=None if top is None else parts(top, unit),
            percent=percent,
        )
    except LadderProblem as problem:
        raise TableProblem(str(problem)) from problem


def closing(table: Mapping[str, Any]) -> ClosingPolicy:
    """`window`, `extension`, `hard_after` in whole seconds, `base`, `scope`, `max_extensions`."""
    base, scope = table.get("base"), table.get("scope")
    if base not in ("bid_time", "old_end") or scope not in ("lot", "group", "later"):
        raise TableProblem("the policy has an unknown base or scope")
    hard_after = table.get("hard_after")
    return ClosingPolicy(
        window=_seconds(table.get("window")),
        extension=_seconds(table.get("extension")),
        base=base,
        scope=scope,
        most=None if table.get("max_extensions") is None else _whole(table["max_extensions"]),
        hard_after=None if hard_after is None else _seconds(hard_after),
    )


def tiers(table: Mapping[str, Any], unit: int) -> tuple[Tier, ...]:
    """Rows of [upper limit or null, percent]."""
    return tuple(
        Tier(None if limit is None else parts(limit, unit), fraction(percent))
        for limit, percent in _pairs(table, "tiers")
    )


def premium(table: Mapping[str, Any], unit: int) -> PremiumTerms:
    """`tiers`, `overhead_pct`, `vat_included_pct`, `vat_on_top_pct`, the `priority_tiers`, and
    `early_payment`: rows of [days after the hammer, percent]."""
    included, on_top = table.get("vat_included_pct"), table.get("vat_on_top_pct")
    early = tuple((_whole(d), fraction(pct)) for d, pct in _pairs(table, "early_payment"))
    if [day for day, _rate in early] != sorted({day for day, _rate in early}):
        raise TableProblem("the days of early payment do not rise")
    return PremiumTerms(
        _whole_tiers(table, unit),
        overhead=fraction(table.get("overhead_pct") or 0),
        vat_included=None if included is None else fraction(included),
        vat_on_top=None if on_top is None else fraction(on_top),
        priority=_whole_tiers({"tiers": table["priority_tiers"]}, unit)
        if table.get("priority_tiers")
        else (),
        early=early,
    )


def seller(table: Mapping[str, Any], unit: int) -> SellerTerms:
    """`tiers`, `free_above`, `success_pct`, `guarantee_pct`; a `rebate` with `above` and `pct`."""
    free, rebate = table.get("free_above"), table.get("rebate") or {}
    if rebate and not {"above", "pct"} <= rebate.keys():
        raise TableProblem("the rebate has no limit or no percentage")
    return SellerTerms(
        _whole_tiers(table, unit),
        free_above=None if free is None else parts(free, unit),
        success=fraction(table.get("success_pct") or 0),
        guarantee=fraction(table.get("guarantee_pct") or 0),
        rebate_above=parts(rebate["above"], unit) if rebate else None,
        rebate=fraction(rebate.get("pct") or 0),
    )


def storage(table: Mapping[str, Any], unit: int) -> StorageTerms:
    """`per_month` for a lot, `free_days`, and the length of a month in `month_days`."""
    days = _whole(table.get("month_days", 30))
    if not days:
        raise TableProblem("a month has no days")
    return StorageTerms(
        parts(table.get("per_month") or 0, unit), _whole(table.get("free_days", 0)), days
    )


def platform(table: Mapping[str, Any]) -> PlatformTerms:
    """`buyer_pct` and `seller_pct` of the hammer price."""
    return PlatformTerms(
        fraction(table.get("buyer_pct") or 0), fraction(table.get("seller_pct") or 0)
    )


def resale(table: Mapping[str, Any], unit: int) -> ResaleRight:
    """`tiers`, `threshold`, `cap`."""
    if table.get("threshold") is None or table.get("cap") is None:
        raise TableProblem("the scheme has no threshold or no cap")
    return ResaleRight(
        _whole_tiers(table, unit), parts(table["threshold"], unit), parts(table["cap"], unit)
    )


def deposit(table: Mapping[str, Any], unit: int) -> DepositRule:
    """`basis` (none, fixed, opening, limit), `amount` or `percent`, and what else the rule has."""
    basis = table.get("basis")
    if basis not in ("none", "fixed", "opening", "limit"):
        raise TableProblem("the deposit has an unknown basis")
    needed = {"fixed": "amount", "opening": "percent", "limit": "percent"}.get(basis)
    if needed and table.get(needed) is None:
        raise TableProblem(f"the deposit has no {needed}")
    newcomer, high = table.get("newcomer") or {}, table.get("high_value")
    own, most, term = newcomer.get("amount"), table.get("most"), table.get("return")
    if table.get("forfeit") not in (None, "none", "claim", "whole"):
        raise TableProblem("the deposit is forfeited in an unknown way")
    if table.get("counts") not in (None, True, False):
        raise TableProblem("a deposit counts against the price or it does not")
    return DepositRule(
        basis=basis,
        amount=parts(table.get("amount") or 0, unit),
        percent=fraction(table.get("percent") or 0),
        newcomer_amount=None if own is None else parts(own, unit),
        newcomer_fold=fraction(newcomer.get("fold") or 1),
        per_strike=parts(table.get("per_strike") or 0, unit),
        per_deal=parts(table.get("per_deal") or 0, unit),
        least=parts(table.get("least") or 0, unit),
        most=None if most is None else parts(most, unit),
        high_value=high and HighValue(parts(high["floor"], unit), parts(high["amount"], unit)),
        term=term and Term(_whole(term.get("hours", 0)), _whole(term.get("working_days", 0))),
        counts=table.get("counts"),
        forfeit=table.get("forfeit"),
    )


def approval(table: Mapping[str, Any]) -> ApprovalRule:
    """`way` (hand, automatic), `limit_fold`, `most_strikes`."""
    if table.get("way") not in ("hand", "automatic"):
        raise TableProblem("the approval has an unknown way")
    fold = table.get("limit_fold")
    return ApprovalRule(
        is_automatic=table["way"] == "automatic",
        limit_fold=None if fold is None else _whole(fold),
        most_strikes=_whole(table.get("most_strikes", 0)),
    )


def _whole_tiers(table: Mapping[str, Any], unit: int) -> tuple[Tier, ...]:
    """Tiers that hold for every price."""
    found = tiers(table, unit)
    if not found or found[-1].limit is not None:
        raise TableProblem("the last tier must be without limit")
    return found


def _pairs(table: Mapping[str, Any], key: str) -> list[Any]:
    rows = table.get(key) or []
    if not isinstance(rows, list) or any(not isinstance(r, list) or len(r) != 2 for r in rows):
        raise TableProblem(f"{key} are not pairs")
    return rows


def _items(table: Mapping[str, Any], key: str, count: int) -> list[Any]:
    items = table[key]
    if not isinstance(items, list) or len(items) != count:
        raise TableProblem(f"{key} has not {count} items")
    return items


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TableProblem(f"{value} is not a whole number")
    return value


def _seconds(value: Any) -> timedelta:
    return timedelta(seconds=_whole(value))
