"""The worked examples of loans and pawn, computed by the engine of the real loans.

What a case or its tables do not say stands in the rule book. Amounts are read exactly, also with
parts of a cent where the rule allows it. Formulas: the README of the worked examples.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, get_args

from artmarket.core.examples import BadCase, need, need_day, register

from . import pawn_examples, security_examples
from .engine import accrual, day_counts, schedules
from .engine.day_counts import Convention
from .engine.rounding import Rounding, rounded
from .engine.schedules import Every, Row
from .example_values import CENTS, cents, decimal, exact, money

_FAMILIES: Final = (
    "equal_instalment", "equal_principal", "bullet", "rate_change", "emi_ceil", "due_dates",
    "day_count", "rate_factor", "simple_interest", "penalty", "payoff",
)  # fmt: skip


def register_examples() -> None:
    """Claim every family of loans and pawn."""
    register("external", equal_instalment)
    for family in _FAMILIES:
        register(family, globals()[family])
    security_examples.register_examples()
    pawn_examples.register_examples()


# ------------------------------------------------------------------ schedules


def equal_instalment(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Equal instalments (等额本息)."""
    factors, rounding = _factors(given), _rounding(given)
    principal = cents(given, "principal")
    each = schedules.instalment(principal, factors, rounding)
    rows = schedules.equal_instalment(principal, factors, rounding)
    return {"instalment": money(each)} | _table(rows)


def equal_principal(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Equal parts of principal (等额本金)."""
    found = schedules.equal_principal(cents(given, "principal"), _factors(given), _rounding(given))
    return _table(found)


def bullet(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Interest each period, the principal at the end (先息后本)."""
    found = schedules.interest_only(cents(given, "principal"), _factors(given), _rounding(given))
    return _table(found)


def rate_change(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Equal instalments whose rate changes after some rows."""
    new = {**given, "annual_pct": need(given, "new_pct", (str, int, Decimal))}
    after = need(given, "change_after", int)
    old = _factors(given)
    if not 0 <= after < len(old):
        raise BadCase("change_after lies outside the schedule")
    return _table(
        schedules.changed_rate(
            cents(given, "principal"), old, _factors(new), _rounding(given), after=after
        )
    )


def emi_ceil(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Instalments rounded up to a whole unit, or fixed."""
    try:
        plan = schedules.whole_unit_plan(
            exact(given, "principal"),
            exact(given, "annual_pct"),
            count=None if given.get("n") is None else need(given, "n", int),
            fixed=None if given.get("fixed") is None else _whole(exact(given, "fixed")),
        )
    except ValueError as problem:
        raise BadCase(str(problem)) from problem
    if not plan.rows:
        raise BadCase("there is nothing to repay")

    def shown(row: schedules.ExactRow) -> list[str]:
        return [_units(row.principal), _units(row.interest), _units(row.balance)]

    return {
        "instalment": str(plan.instalment),
        "n": len(plan.rows),
        "total_interest": _units(plan.interest),
        "total_payment": _units(plan.interest + exact(given, "principal")),
        "first_row": shown(plan.rows[0]),
        "last_row": shown(plan.rows[-1]),
    }


def due_dates(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The same day of each month, or the last of each, beginning with the first date."""
    first, count, rule = need_day(given, "first"), need(given, "n", int), need(given, "rule")
    if rule == "month_end":
        return {"dates": schedules.month_ends(first, count)}
    if rule != "same_day":
        raise BadCase("rule is neither same_day nor month_end")
    if count < 1:
        return {"dates": []}
    return {"dates": (first, *schedules.due_dates(first, count - 1, Every(months=1)))}


# ------------------------------------------------------------------ accruals


def day_count(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The days between two days, and the part of a year that they are."""
    start, end = _period(given)
    name = _convention(need(given, "convention"))
    part = day_counts.fraction(name, start, end)
    return {"days": day_counts.days(name, start, end), "fraction": decimal(part, 9)}


def rate_factor(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What one unit bears in each period, half to even at twelve decimals."""
    return {"factors": [decimal(factor, 12, "HALF_EVEN") for factor in _factors(given)]}


def simple_interest(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Interest by days."""
    start, end = _period(given)
    days = day_counts.span_days(start, end, both_ends=need(given, "both_ends", bool))
    interest = accrual.simple_interest(
        exact(given, "principal") * CENTS, exact(given, "annual_pct"), days, basis=_basis(given)
    )
    return {"days": days, "interest": money(interest)}


def penalty(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The penalty on an overdue amount."""
    due = accrual.penalty(
        exact(given, "overdue") * CENTS,
        exact(given, "penalty_pct"),
        need(given, "days_late", int),
        basis=_basis(given),
    )
    return {"penalty": money(due)}


def payoff(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What ends a loan within a monthly period."""
    balance = cents(given, "balance")
    try:
        interest = accrual.payoff_in_period(
            balance,
            exact(given, "annual_pct"),
            start=need_day(given, "period_start"),
            end=need_day(given, "period_end"),
            on=need_day(given, "payoff_on"),
        )
    except ValueError as problem:
        raise BadCase(str(problem)) from problem
    return {"interest": money(interest), "payoff": money(balance + interest)}


# ------------------------------------------------------------------ reading and writing


def _factors(given: Mapping[str, Any]) -> tuple[Fraction, ...]:
    """The factors of a case, as they stand or by rate, day count and dates."""
    listed = given.get("factors")
    if listed is not None:
        found = [exact({"factor": one}, "factor") for one in need(given, "factors", list)]
        if not found:
            raise BadCase("there are no factors")
        return tuple(found)
    count = need(given, "n", int)
    if count < 1:
        raise BadCase("n is below one")
    return schedules.period_factors(
        exact(given, "annual_pct"),
        _convention(need(given, "day_count")),
        need_day(given, "start"),
        count,
        _every(need(given, "every")),
    )


def _every(text: str) -> Every:
    number, _space, unit = text.partition(" ")
    if not number.isdecimal() or int(number) < 1:
        raise BadCase(f"{text} is not a period")
    if unit in ("month", "months"):
        return Every(months=int(number))
    if unit in ("day", "days"):
        return Every(days=int(number))
    raise BadCase(f"{text} is not a period")


def _convention(name: str) -> Convention:
    for known in get_args(Convention):
        if known == name:
            found: Convention = known
            return found
    raise BadCase(f"there is no day count {name}")


def _rounding(given: Mapping[str, Any]) -> Rounding:
    name = need(given, "rounding")
    if name == "HALF_UP":
        return "HALF_UP"
    if name == "HALF_EVEN":
        return "HALF_EVEN"
    raise BadCase(f"there is no rounding {name}")


def _period(given: Mapping[str, Any]) -> tuple[Any, Any]:
    start, end = need_day(given, "from"), need_day(given, "to")
    if end < start:
        raise BadCase("to lies before from")
    return start, end


def _basis(given: Mapping[str, Any]) -> int:
    basis: int = need(given, "basis", int)
    if basis < 1:
        raise BadCase("basis is below one")
    return basis


def _table(rows: tuple[Row, ...]) -> dict[str, Any]:
    return {
        "rows": [
            [money(row.due), money(row.interest), money(row.principal), money(row.balance)]
            for row in rows
        ],
        "total_interest": money(schedules.total_interest(rows)),
    }


def _whole(value: Fraction) -> int:
    if value.denominator != 1:
        raise BadCase("an instalment is a whole unit")
    return value.numerator


def _units(value: Fraction) -> str:
    return str(rounded(value, "HALF_UP"))
