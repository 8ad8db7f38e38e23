"""A loan of the database as the engine reads it: terms, events, and how it stands on a day.

What is owed follows from the contract and the events, and from nothing else that is stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from auctions.engine.instalments import months_after

from .engine import events as e
from .engine.rate_cap import Flow, all_in_rate
from .engine.replay import replay
from .engine.schedules import Every
from .engine.state import Planned, State
from .enums import LoanEventKind, Part
from .models import Loan, LoanEvent, ProductVersion


def terms_from(given: Mapping[str, Any], *, start: date, limit: int | None = None) -> e.Terms:
    """The terms of a contract as data (`terms_data`), beginning on a day."""
    return e.Terms(
        kind=given["schedule"],
        annual=Fraction(given["annual_pct"]),
        convention=given["day_count"],
        start=start,
        count=given["months"] // given["every_months"],
        every=Every(months=given["every_months"]),
        order=tuple(given["allocation"]),
        rounding=given["rounding"],
        penalty_annual=Fraction(given["penalty_pct"]),
        grace_days=given["grace_days"],
        limit=limit,
    )


def terms_data(version: ProductVersion, *, months: int) -> dict[str, Any]:
    """What of a version decides what a loan of so many months owes, as it stands in a contract."""
    return {
        "annual_pct": f"{version.annual_pct.normalize():f}",
        "penalty_pct": f"{version.penalty_pct.normalize():f}",
        "origination_pct": f"{version.origination_pct.normalize():f}",
        "day_count": version.day_count,
        "schedule": version.schedule,
        "every_months": version.every_months,
        "months": months,
        "rounding": version.rounding,
        "grace_days": version.grace_days,
        "allocation": list(version.allocation),
    }


def terms_of(loan: Loan) -> e.Terms:
    """The terms of a loan that was paid out."""
    assert loan.started_on is not None  # noqa: S101 - a constraint
    return terms_from(loan.contract["terms"], start=loan.started_on, limit=loan.limit_minor)


def maturity(start: date, months: int) -> date:
    """The last day of a loan of so many months."""
    return months_after(start, months)


def event_of(row: LoanEvent) -> e.Event:
    """An event of the log for the engine."""
    known: dict[str, Any] = {"sequence": row.number, "effective_on": row.effective_on}
    match row.kind:
        case LoanEventKind.DISBURSEMENT:
            return e.Disbursement(amount=row.amount_minor, **known)
        case LoanEventKind.PAYMENT:
            return e.Payment(amount=row.amount_minor, **known)
        case LoanEventKind.PREPAYMENT:
            order = row.data.get("order")
            return e.Prepayment(
                amount=row.amount_minor, order=tuple(order) if order else None, **known
            )
        case LoanEventKind.REFUND:
            return e.Refund(amount=row.amount_minor, **known)
        case LoanEventKind.CHARGE:
            return e.Charge(amount=row.amount_minor, part="cost", **known)
        case LoanEventKind.RESCHEDULE:
            return _reschedule(row.data, known)
        case LoanEventKind.REVERSAL:
            return e.Reversal(of=row.data["of"], **known)
    raise ValueError(f"the engine knows no {row.kind}")


def _reschedule(data: Mapping[str, Any], known: Mapping[str, Any]) -> e.Reschedule:
    """A renewal in months at its own rate; an advance that falls due in days keeps the rate, and
    what was due stays due."""
    if "every_days" in data:
        every = Every(days=data["every_days"])
        return e.Reschedule(count=data["count"], every=every, **known)
    return e.Reschedule(
        count=data["count"], every=Every(months=data["every_months"]),
        annual=Fraction(data["annual_pct"]), folds_arrears=True, **known,
    )  # fmt: skip


def stand(loan: Loan, events: Iterable[LoanEvent], *, on: date) -> State:
    """How a loan stands at the end of a day."""
    return replay(terms_of(loan), [event_of(row) for row in events], on=on)


def plan_of(terms: e.Terms, principal: int) -> tuple[Planned, ...]:
    """The rows of a loan that is paid out whole on its first day."""
    first = e.Disbursement(sequence=1, effective_on=terms.start, amount=principal)
    return replay(terms, [first], on=terms.start).plan


def all_in(terms: e.Terms, principal: int, fee: int, plan: Sequence[Planned]) -> Fraction:
    """What a loan costs in percent a year with its fee, which is charged on the first day."""
    flows = [Flow(terms.start, principal)]
    if fee:
        flows.append(Flow(terms.start, -fee))
    flows += [Flow(row.due_on, -row.due) for row in plan if row.due]
    return all_in_rate(flows)


def by_part(parts: Any) -> dict[str, int]:
    """The engine's parts by the names of their columns."""
    return {part.value: getattr(parts, part.value) for part in Part}
