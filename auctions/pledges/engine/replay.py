"""A loan as a fold over its dated events: one deterministic state on any day.

Recorded late is as good as recorded in time: the state depends on the days on which events count,
never on the order in which they became known, but for two of one kind on one day. The difference
between two replays is what the books must still be told. Pledge rules §7, §11.
"""

from collections.abc import Iterable
from datetime import date

from .events import (
    Charge,
    Closure,
    Conflict,
    Disbursement,
    Event,
    Moratorium,
    Payment,
    Prepayment,
    RateChange,
    Refund,
    Reschedule,
    Terms,
    Waiver,
    WriteOff,
    in_order,
)
from .fold import Fold
from .state import State, Totals


def replay(terms: Terms, events: Iterable[Event], *, on: date, known: int | None = None) -> State:
    """The loan at the end of a day.

    `known`: as it was seen when only the events up to this number had been recorded. Raises
    ValueError where two events have one number.
    """
    standing, conflicts = in_order(events, known)
    fold = Fold(terms)
    fold.conflicts.extend(conflicts)
    for event in standing:
        if event.effective_on > on:
            break
        fold.reach(event.effective_on, demands=not isinstance(event, Moratorium))
        _apply(fold, event)
        fold.settle()
    fold.reach(on)
    return fold.state(on)


def payoff(terms: Terms, events: Iterable[Event], on: date) -> int:
    """What ends the loan on a day: principal, interest so far, penalty and fees, less credit."""
    return replay(terms, events, on=on).payoff


def conflicts_of(terms: Terms, events: Iterable[Event], new: Event) -> tuple[Conflict, ...]:
    """What stands against recording an event: its own conflict and those it gives to later ones."""
    known = list(events)
    last = max([new.effective_on, *(event.effective_on for event in known)])
    before = set(replay(terms, known, on=last).conflicts)
    return tuple(c for c in replay(terms, [*known, new], on=last).conflicts if c not in before)


def difference(before: State, after: State) -> Totals:
    """What is to be posted so that books which follow `before` follow `after`.

    Of one day before and after a backdated event it is the correction; of one day and the next it
    is what accrued and happened in between. Every sum can be below zero.
    """
    return after.totals - before.totals


def _apply(fold: Fold, event: Event) -> None:
    """Let an event take effect on its day."""
    match event:
        case Disbursement():
            fold.disburse(event.amount)
            if fold.is_written_off:
                fold.note(event, "written_off")
            elif fold.terms.limit is not None and fold.open.principal > fold.terms.limit:
                fold.note(event, "above_limit")
        case Payment() | Prepayment():
            fold.received += event.amount
            fold.credit += event.amount
            if isinstance(event, Prepayment):
                fold.repay_early(event.then, event.order)
        case Refund():
            if fold.refund(event.amount):
                fold.note(event, "more_than_credit")
        case Charge():
            if event.part == "cost":
                fold.fees += event.amount
            else:
                fold.penalties += event.amount
        case Waiver():
            if fold.waive(event.part, event.amount):
                fold.note(event, "more_than_owed")
        case RateChange():
            fold.change_rate(event.annual, event.penalty_annual)
        case Moratorium():
            fold.suspend(event)
        case Reschedule():
            fold.reschedule(event)
        case WriteOff():
            _write_off(fold, event)
        case Closure():
            _close(fold, event)


def _write_off(fold: Fold, event: WriteOff) -> None:
    if not fold.open:
        fold.note(event, "nothing_owed")
    else:
        fold.write_off()


def _close(fold: Fold, event: Closure) -> None:
    if fold.open or fold.credit:
        fold.note(event, "not_zero")
    else:
        fold.is_closed = True
