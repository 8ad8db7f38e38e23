"""Whether a valuation may be signed: methods, figures, base date, validity. Registry rules §5.

Amounts are whole numbers of the smallest unit of one currency.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Method(StrEnum):
    """How a value is found."""

    MARKET = "market"  # 市场法
    COST = "cost"  # 成本法
    INCOME = "income"  # 收益法


class ValuationFault(StrEnum):
    """What is wrong with a valuation."""

    TOO_FEW_METHODS = "too_few_methods"
    SAME_METHOD = "same_method"
    NOT_POSITIVE = "not_positive"
    NOT_ORDERED = "not_ordered"
    OUTSIDE_METHODS = "outside_methods"
    NO_COMPARABLES = "no_comparables"
    BASE_AFTER_SIGNING = "base_after_signing"
    BASE_TOO_OLD = "base_too_old"
    VALID_TOO_LONG = "valid_too_long"


@dataclass(frozen=True, slots=True)
class Range:
    """Low, point and high."""

    low: int
    point: int
    high: int


@dataclass(frozen=True, slots=True)
class Approach:
    """One method with its figures; `comparables` counts the sales it rests on."""

    method: Method
    range: Range
    comparables: int = 0


@dataclass(frozen=True, slots=True)
class ValuationRule:
    """At least `methods` different methods; a market value rests on `comparables` sales; the base
    date is at most `base_days` before signing, and the value holds at most `valid_days` from it."""

    methods: int = 2
    comparables: int = 3
    base_days: int = 365
    valid_days: int = 365


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of the whole (`method` None) or of one method."""

    code: ValuationFault
    method: Method | None = None


def valuation_faults(
    rule: ValuationRule,
    approaches: Sequence[Approach],
    final: Range,
    *,
    base: date,
    valid_until: date,
    signed: date,
) -> list[Fault]:
    """Everything that keeps a valuation from being signed; [] where nothing does.

    The final figures lie within what the methods span: whoever leaves it values by another method,
    which he then has to name.
    """
    faults: list[Fault] = []
    methods = [approach.method for approach in approaches]
    if len(set(methods)) < rule.methods:
        faults.append(Fault(ValuationFault.TOO_FEW_METHODS))
    twice = sorted({method for method in methods if methods.count(method) > 1})
    faults += [Fault(ValuationFault.SAME_METHOD, method) for method in twice]
    for approach in approaches:
        faults += [Fault(code, approach.method) for code in _figures(approach.range)]
        if approach.method == Method.MARKET and approach.comparables < rule.comparables:
            faults.append(Fault(ValuationFault.NO_COMPARABLES, approach.method))
    faults += [Fault(code) for code in _figures(final)]
    if approaches and not _is_within(final, [approach.range for approach in approaches]):
        faults.append(Fault(ValuationFault.OUTSIDE_METHODS))
    if base > signed:
        faults.append(Fault(ValuationFault.BASE_AFTER_SIGNING))
    elif signed - base > timedelta(days=rule.base_days):
        faults.append(Fault(ValuationFault.BASE_TOO_OLD))
    if not base <= valid_until <= base + timedelta(days=rule.valid_days):
        faults.append(Fault(ValuationFault.VALID_TOO_LONG))
    return faults


def _figures(range_: Range) -> list[ValuationFault]:
    if range_.low <= 0:
        return [ValuationFault.NOT_POSITIVE]
    is_ordered = range_.low <= range_.point <= range_.high
    return [] if is_ordered else [ValuationFault.NOT_ORDERED]


def _is_within(final: Range, ranges: Sequence[Range]) -> bool:
    return min(r.low for r in ranges) <= final.low and final.high <= max(r.high for r in ranges)
