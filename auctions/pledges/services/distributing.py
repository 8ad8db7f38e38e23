"""What a realised work brought goes to the loan in the order of the contract (变现款的清偿顺序).

The money stands on the borrower's payable; what the loan takes is an event of it, posted as every
other, and sent on to the lender. The surplus is the pledgor's, what is short stays owed: 民法典
438. A price that is set off, or came outside the platform, is booked against what the lender is
owed by us. Pledge rules §9.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from artmarket.accounts.models import User
from artmarket.core.clock import db_now, db_today
from artmarket.core.events import record_event
from artmarket.ledger.models import Account
from artmarket.ledger.services.posting import Leg, post
from auctions.models import Settlement

from .. import reckoning
from ..engine.parts import PARTS
from ..engine.state import State
from ..enums import ItemState, LoanEventKind, LoanState, WaterfallStep
from ..models import DisposalStep, Distribution, Loan, LoanEvent
from ..realisation_enums import DisposalState, StepState
from .booking import STANDS, Books, change_of, post_changes, reckon, write_event
from .contracts import let_go
from .disposal_states import close_case_if_done, end_disposal, end_step
from .lending import finish_if_over


@dataclass(frozen=True, slots=True)
class Proceeds:
    """What a work brought: its price, what was kept of it on the way, what is left.

    `is_outside`: the lender has it already (set off, or paid to him by a court), and only what the
    loan takes; else it stands on the borrower's payable. Smallest unit.
    """

    price: int
    deducted: int = 0
    is_outside: bool = False
    settlement: Settlement | None = None

    @property
    def received(self) -> int:
        return self.price - self.deducted


def parts_in_order(waterfall: Sequence[str]) -> tuple[str, ...]:
    """The parts of a loan in the order of a waterfall: costs of realisation and of custody are both
    costs of the loan, at the place of the first of them."""
    names = {WaterfallStep.COSTS: "cost", WaterfallStep.CUSTODY: "cost"}
    found = [names.get(WaterfallStep(code), code) for code in waterfall]
    return tuple(dict.fromkeys([*found, *PARTS]))


def payoff_today(loan: Loan, step: DisposalStep) -> int:
    """All that a locked loan owes at the end of this day, with the costs of a step, in minor."""
    if loan.state != LoanState.ACTIVE:
        return 0
    state = reckoning.stand(loan, list(loan.events.order_by("number")), on=db_today())
    return max(state.open.total + step.costs_minor - state.totals.credit, 0)


def distribute(
    loan: Loan, step: DisposalStep, proceeds: Proceeds, books: Books, *, actor: User | None
) -> Distribution:
    """Share out what a step brought, and end it, its work, and what is over with them.

    Inside the caller's transaction, which holds the work, the loan and every account, and has moved
    title. Sends what the loan took on to the lender; the surplus is paid by the caller.
    """
    today = db_today()
    events = list(loan.events.order_by("number"))
    _charge_costs(loan, step, events, books, on=today, actor=actor)
    before = _stand(loan, events, today)
    order = parts_in_order(loan.contract["waterfall"])
    applied = min(proceeds.received, before.payoff) if loan.state == LoanState.ACTIVE else 0
    event = None
    if applied:
        event = _pay(loan, step, events, books, applied, order, proceeds, on=today, actor=actor)
    after = _stand(loan, events, today) if applied else before
    row = Distribution.objects.create(
        step=step, settlement=proceeds.settlement, event=event, price_minor=proceeds.price,
        deducted_minor=proceeds.deducted, received_minor=proceeds.received, order=list(order),
        owed_before=_by_part(before) | {"credit": before.totals.credit},
        paid={
            part: after.totals.paid.of(part) - before.totals.paid.of(part) for part in PARTS
        },
        owed_after=_by_part(after), surplus_minor=proceeds.received - applied,
        deficiency_minor=after.open.total, is_outside=proceeds.is_outside, day=today,
    )  # fmt: skip
    record_event(
        actor=actor, action="disposal.distributed", subject=step, loan=loan.pk,
        price=row.price_minor, deducted=row.deducted_minor, paid=row.paid,
        surplus=row.surplus_minor, deficiency=row.deficiency_minor, currency=loan.currency,
    )  # fmt: skip
    _end(loan, step, row, actor=actor)
    return row


def _stand(loan: Loan, events: Sequence[LoanEvent], on: date) -> State:
    return reckoning.stand(loan, events, on=on)


def _by_part(state: State) -> dict[str, Any]:
    return {part: state.open.of(part) for part in PARTS}


def _charge_costs(
    loan: Loan, step: DisposalStep, events: list[LoanEvent], books: Books, *, on: date,
    actor: User | None,
) -> None:  # fmt: skip
    """What the lender advanced for the sale is secured by the pledge (民法典 389)."""
    if not step.costs_minor or loan.state != LoanState.ACTIVE:
        return
    row = LoanEvent(
        kind=LoanEventKind.CHARGE, effective_on=on, amount_minor=step.costs_minor,
        data={"why": step.costs_for, "step": step.pk},
    )  # fmt: skip
    write_event(loan, events, row, actor=actor)
    reckon(loan, events, books, on=on, actor=actor, kind="loan.charged", sends=False)


def _pay(
    loan: Loan, step: DisposalStep, events: list[LoanEvent], books: Books, amount: int,
    order: Sequence[str], proceeds: Proceeds, *, on: date, actor: User | None,
) -> LoanEvent:  # fmt: skip
    """The event by which the loan takes its part; what the lender has already is not sent again."""
    if proceeds.is_outside:
        post(
            actor=actor, key=f"disposal:{step.pk}:set_off", kind="disposal.set_off",
            legs=[
                Leg(
                    debit=books.funds(loan.lender, loan.currency), credit=books.borrower(loan),
                    amount_minor=amount,
                )
            ],
            subject=loan, memo=loan.number,
        )  # fmt: skip
    row = LoanEvent(
        kind=LoanEventKind.PREPAYMENT, effective_on=on, amount_minor=amount,
        data={"order": list(order), "why": "realisation", "step": step.pk},
    )  # fmt: skip
    write_event(loan, events, row, actor=actor)
    if not proceeds.is_outside:
        reckon(loan, events, books, on=on, actor=actor, kind="loan.realised")
        return row
    change = change_of(loan, events, on=on)
    post_changes(
        [change], books, actor=actor, key=f"loan:{loan.pk}:{loan.sequence}:{on.isoformat()}",
        kind="loan.realised", subject=loan,
    )  # fmt: skip
    loan.remitted_minor += amount
    loan.save(update_fields=[*STANDS, "sequence", "remitted_minor"])
    return row


def _end(loan: Loan, step: DisposalStep, row: Distribution, *, actor: User | None) -> None:
    """The step is done, the work sold and on its way; with the debt everything else ends."""
    disposal = step.disposal
    case, item = disposal.case, disposal.item
    end_step(step, StepState.DONE, "", actor=actor)
    end_disposal(disposal, DisposalState.SOLD, actor=actor)
    case.surplus_minor += row.surplus_minor
    case.save(update_fields=["surplus_minor"])
    if item.state == ItemState.PLEDGED:
        let_go(item, str(step.get_way_display()), actor=actor, at=db_now())
    if loan.state == LoanState.ACTIVE and not loan.owed_minor:
        finish_if_over(loan, True, actor=actor)
        case.refresh_from_db()
        case.loan = loan
    close_case_if_done(case, loan, actor=actor)


def accounts_of(loan: Loan, books: Books, *others: Account) -> Iterable[Account]:
    """Every account that a distribution and the payouts after it may move."""
    parts = [books.owed(loan, part) for part in ("principal", "interest")]
    return [*parts, books.funds(loan.lender, loan.currency), books.borrower(loan), *others]
