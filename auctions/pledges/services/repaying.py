"""What the borrower pays back, and what accrues every night.

A payment counts from the day on which its money came, also when we learn of it later: what had been
posted in the meantime is corrected by the difference. What is more than is owed goes back.
"""

from datetime import date

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_today
from artmarket.core.errors import WrongState
from artmarket.core.events import record_event
from artmarket.ledger.gateways import BANK
from artmarket.ledger.locks import lock_accounts
from artmarket.ledger.models import Payment
from artmarket.ledger.payments.locks import lock_payment
from artmarket.ledger.services.outgoing import ask_refund, in_transit
from artmarket.ledger.services.payments import ask_payment

from ..engine.state import State
from ..enums import LoanEventKind, LoanState
from ..locks import lock_loan, lock_loans
from ..margin_enums import Cause
from ..models import Loan, LoanEvent
from .booking import (
    Books,
    Change,
    change_of,
    chunks,
    in_part,
    is_over,
    legs_of,
    lock_money,
    post_changes,
    reckon,
    remit,
    save_all,
    write_event,
)
from .contracts import close_if_done
from .ground import require
from .lending import check_amount, finish_if_over
from .margin import retest

PURPOSE = "loan"
PURPOSE_EARLY = "loan_early"
_PAYMENTS = (LoanEventKind.PAYMENT, LoanEventKind.PREPAYMENT)


@transaction.atomic(durable=True)
def ask_repayment(
    *, actor: User, loan_id: int, amount_minor: int, gateway: str, key: str, early: bool = False
) -> Payment:
    """The borrower wants to pay an amount; `start_payment` opens its page after the commit.

    Without `early` what is more than is due waits for what falls due next; with it the rest goes
    into the principal (民法典 677). `key` makes it once. Raises `NotAllowed`, `WrongState`,
    `Invalid`, `GatewayNotOffered`.
    """
    loan = lock_loan(pk=loan_id)
    require(actor, "borrow", loan)
    if loan.state != LoanState.ACTIVE:
        raise WrongState(_("这笔贷款现在没有要还的款。"))
    check_amount(amount_minor)
    return ask_payment(
        actor=actor, party=loan.borrower, purpose=PURPOSE_EARLY if early else PURPOSE,
        subject=loan, currency=loan.currency, amount_minor=amount_minor, gateway=gateway,
        credit_account=Books().borrower(loan), key=f"loan:{loan.pk}:in:{key}",
    )  # fmt: skip


def take_in(payment: Payment) -> int:
    """Take in what a payment of a loan brought and was not taken in yet; how much (repeated: 0).

    Called by the books for every change of a payment.
    """
    return _take_in(payment_id=payment.pk) if payment.received_minor else 0


@transaction.atomic(durable=True)
def _take_in(*, payment_id: int) -> int:
    loan_id = Payment.objects.values_list("subject_id", flat=True).get(pk=payment_id)
    loan = lock_loan(pk=int(loan_id))
    payment = lock_payment(pk=payment_id)
    fresh = payment.received_minor - taken_of(payment)
    if fresh <= 0:
        return 0
    events, books = list(loan.events.order_by("number")), Books()
    lock_money(loan, books, others=[in_transit(payment.gateway, payment.currency)])
    today = db_today()
    is_early = payment.purpose == PURPOSE_EARLY
    row = LoanEvent(
        kind=LoanEventKind.PREPAYMENT if is_early else LoanEventKind.PAYMENT,
        effective_on=_value_day(payment, loan, today), amount_minor=fresh, payment=payment,
    )  # fmt: skip
    write_event(loan, events, row, actor=payment.created_by)
    state = reckon(
        loan, events, books, on=today, actor=payment.created_by, kind="loan.repaid"
    )  # fmt: skip
    record_event(
        actor=payment.created_by, action="loan.paid", subject=loan, amount=fresh,
        currency=loan.currency, effective_on=row.effective_on, payment=payment.pk,
    )  # fmt: skip
    if not finish_if_over(loan, is_over(loan, state), actor=payment.created_by):
        retest(loan, cause=Cause.PAYMENT, on=today, actor=payment.created_by)
    _give_back(loan, events, books, state, payment, fresh, today)
    return fresh


def taken_of(payment: Payment) -> int:
    """What of a payment was taken in."""
    rows = LoanEvent.objects.filter(payment=payment, kind__in=_PAYMENTS)
    return rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def _value_day(payment: Payment, loan: Loan, today: date) -> date:
    """The day on which the money came, within the life of the loan."""
    last = payment.receipts.order_by("-pk").values_list("received_on", flat=True).first()
    assert loan.started_on is not None  # noqa: S101 - only loans that were paid out are paid back
    return min(max(last or today, loan.started_on), today)


def _give_back(
    loan: Loan, events: list[LoanEvent], books: Books, state: State, payment: Payment,
    fresh: int, on: date,
) -> None:  # fmt: skip
    """What is left once nothing is owed goes back to where it came from."""
    spare = min(state.totals.credit, fresh)
    if state.open or loan.state == LoanState.ACTIVE or spare <= 0:
        return
    refund = LoanEvent(
        kind=LoanEventKind.REFUND, effective_on=on, amount_minor=spare, payment=payment
    )
    write_event(loan, events, refund, actor=None)
    ask_refund(
        actor=None, payment_id=payment.pk, amount_minor=spare, from_account=books.borrower(loan),
        key=f"loan:{loan.pk}:back:{refund.number}", reason=loan.number,
    )  # fmt: skip
    reckon(loan, events, books, on=on, actor=None, kind="loan.corrected")
    close_if_done(loan, actor=None)


# ------------------------------------------------------------------ every night


def accrue_all(*, most: int = 200_000, part: tuple[int, int] = (0, 1)) -> int:
    """Post what accrued on every loan to today; how many. Safe to call again, and twice at once.

    `part` (n, of) takes the n-th of so many parts, for processes that share the work.
    """
    today, done = db_today(), 0
    rows = in_part(Loan.objects.owing().filter(reckoned_on__lt=today), part)
    for same in chunks(rows.values_list("lender", "pk")[:most]):
        done += _accrue(loan_ids=same, on=today)
    return done


@transaction.atomic(durable=True)
def _accrue(*, loan_ids: list[int], on: date) -> int:
    """Loans of one lender in one entry."""
    loans = [
        loan
        for loan in lock_loans(pks=loan_ids)
        if loan.state == LoanState.ACTIVE and (loan.reckoned_on is None or loan.reckoned_on < on)
    ]
    if not loans:
        return 0
    events = _events_of(loans)
    changes = [change_of(loan, events[loan.pk], on=on) for loan in loans]
    books = Books()
    _lock_all(changes, books)
    post_changes(
        changes, books, actor=None, key=f"loan.accrual:{on.isoformat()}:{loans[0].pk}",
        kind="loan.accrued",
    )  # fmt: skip
    for change in changes:
        if any(change.paid.values()):
            remit(change.loan, books, actor=None)
    save_all(changes)
    for change in changes:
        finish_if_over(change.loan, is_over(change.loan, change.state), actor=None)
    return len(loans)


def _events_of(loans: list[Loan]) -> dict[int, list[LoanEvent]]:
    found: dict[int, list[LoanEvent]] = {loan.pk: [] for loan in loans}
    for row in LoanEvent.objects.filter(loan__in=list(found)).order_by("loan", "number"):
        found[row.loan_id].append(row)
    return found


def _lock_all(changes: list[Change], books: Books) -> None:
    """Every account that the entry and its payouts move."""
    legs = legs_of(changes, books)
    keys = {pk for leg in legs for pk in (leg.debit.pk, leg.credit.pk)}
    for change in changes:
        if any(change.paid.values()):
            loan = change.loan
            keys |= {books.funds(loan.lender, loan.currency).pk}
            keys |= {in_transit(BANK, loan.currency).pk}
    if keys:
        lock_accounts(pks=keys)
