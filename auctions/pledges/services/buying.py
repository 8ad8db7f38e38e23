"""A work is sold without an auction: title moves, the price goes to the loan, the surplus back.

All in one transaction, once, under the locks of parties, work, loan and accounts. What does not
come to that goes back to who paid it. Pledge rules §9; 民法典 436.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.locks import lock_parties
from artmarket.accounts.models import User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import WrongState
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.gateways import BANK
from artmarket.ledger.locks import lock_accounts
from artmarket.ledger.models import Account, Payment, Refund
from artmarket.ledger.payments.enums import OutgoingState
from artmarket.ledger.payments.locks import lock_payment
from artmarket.ledger.services.outgoing import ask_payout, ask_refund, in_transit
from artmarket.ledger.services.payments import ask_payment
from artmarket.ledger.services.posting import Leg, post
from catalog.enums import TitleBasis
from catalog.services import title

from ..enums import LoanState, Realisation
from ..models import DisposalStep, Distribution, Loan
from ..realisation_enums import COMMITMENT_MOVES, CommitmentState, StepState
from .booking import Books, require_funded
from .distributing import Proceeds, accounts_of, distribute, payoff_today
from .ground import require
from .realising import lock_step

PURPOSE = "disposal"


@dataclass(frozen=True, slots=True)
class Sold:
    """Who recorded the sale of a step and who checked it, on which basis title moves."""

    recorded_by: User
    checked_by: User
    basis: TitleBasis
    documents: str


@transaction.atomic(durable=True)
def ask_price(*, actor: User, step_id: int, gateway: str, key: str) -> Payment:
    """The buyer of a work wants to pay its price; `start_payment` opens the page after the commit.

    `key` makes it once. Raises `NotAllowed`, `WrongState` (nothing to pay), `GatewayNotOffered`.
    """
    step, loan = lock_step(step_id)
    require(actor, "buy_pledge", step)
    if step.state != StepState.AWAITING or loan.state != LoanState.ACTIVE:
        raise WrongState(_("现在没有要付的价款。"))
    assert step.buyer is not None and step.price_minor is not None  # noqa: S101 - it awaits it
    return ask_payment(
        actor=actor, party=step.buyer, purpose=PURPOSE, subject=step, currency=loan.currency,
        amount_minor=step.price_minor, gateway=gateway, credit_account=_money_of(step, loan),
        key=f"disposal:{step.pk}:in:{key}",
    )  # fmt: skip


def take_in(payment: Payment) -> int:
    """Take in what a buyer paid: with the whole price the sale is carried out; what is too much, or
    came when there was nothing to buy any more, goes back. How much moved (repeated: 0).

    Called by the books for every change of a payment.
    """
    return _take_in(payment_id=payment.pk) if payment.received_minor else 0


@transaction.atomic(durable=True)
def _take_in(*, payment_id: int) -> int:
    step_id = int(Payment.objects.values_list("subject_id", flat=True).get(pk=payment_id))
    known = DisposalStep.objects.values_list("buyer", "disposal__case__loan__borrower")
    lock_parties(pks=sorted({pk for pk in known.get(pk=step_id) if pk is not None}))
    step, loan = lock_step(step_id)
    payment = lock_payment(pk=payment_id)
    books, money = Books(), _money_of(step, loan)
    leaving = {in_transit(way, loan.currency).pk for way in (BANK, payment.gateway)}
    lock_accounts(pks={*leaving, *(row.pk for row in accounts_of(loan, books, money))})
    price = step.price_minor or 0
    is_waiting = step.state == StepState.AWAITING and loan.state == LoanState.ACTIVE
    moved = 0
    if is_waiting and _unspent(payment, step) >= price:
        step.facts = {**step.facts, "payment": payment.pk}
        step.save(update_fields=["facts"])
        _carry_out(step, loan, books, money, payment)
        moved = price
    spare = _unspent(payment, step)
    is_partial = is_waiting and not moved
    if spare > 0 and not is_partial:
        ask_refund(
            actor=None, payment_id=payment.pk, amount_minor=spare, from_account=money,
            key=f"disposal:{step.pk}:back:{payment.pk}:{payment.received_minor}",
            reason=loan.number,
        )  # fmt: skip
        moved += spare
    return moved


def _unspent(payment: Payment, step: DisposalStep) -> int:
    """What of a payment is neither the price of the sale nor on its way back."""
    back = Refund.objects.filter(payment=payment).exclude(state=OutgoingState.FAILED)
    spent = sum(back.values_list("amount_minor", flat=True))
    if step.facts.get("payment") == payment.pk:
        spent += step.price_minor or 0
    return payment.received_minor - spent


def _carry_out(
    step: DisposalStep, loan: Loan, books: Books, money: Account, payment: Payment
) -> None:
    """The price becomes the borrower's, and what of it is the lender's goes to him."""
    assert step.agreed_by is not None and payment.created_by is not None  # noqa: S101 - awaited
    assert step.price_minor is not None  # noqa: S101 - a constraint
    sold = Sold(
        step.agreed_by, payment.created_by, TitleBasis.PURCHASE,
        f"{loan.number} / {payment.reference}",
    )  # fmt: skip
    move_title(step, loan, sold)
    post(
        actor=payment.created_by, key=f"disposal:{step.pk}:price", kind="disposal.price",
        legs=[
            Leg(debit=money, credit=books.borrower(loan), amount_minor=step.price_minor)
        ],
        subject=loan, memo=loan.number,
    )  # fmt: skip
    row = distribute(loan, step, Proceeds(step.price_minor), books, actor=payment.created_by)
    pay_surplus(loan, step, row, books, actor=payment.created_by)
    use_commitment(step, actor=payment.created_by)


# ------------------------------------------------------------------ without money coming in


def set_off(step: DisposalStep, loan: Loan, sold: Sold, *, actor: User) -> Distribution:
    """The lender takes the work at the agreed price (折价): set off against the debt; a surplus is
    paid from his money here. In the caller's transaction, which holds parties, work and loan.

    Raises `NotFunded` (he has not the surplus here), `Encumbered`.
    """
    assert step.price_minor is not None  # noqa: S101 - it was agreed
    books = Books()
    lock_for_sale(loan, books)
    surplus = max(step.price_minor - payoff_today(loan, step), 0)
    require_funded(loan, surplus, books)
    move_title(step, loan, sold)
    if surplus:
        post(
            actor=actor, key=f"disposal:{step.pk}:surplus", kind="disposal.set_off",
            legs=[
                Leg(
                    debit=books.funds(loan.lender, loan.currency), credit=books.borrower(loan),
                    amount_minor=surplus,
                )
            ],
            subject=loan, memo=loan.number,
        )  # fmt: skip
    row = distribute(
        loan, step, Proceeds(step.price_minor, is_outside=True), books, actor=actor
    )  # fmt: skip
    pay_surplus(loan, step, row, books, actor=actor)
    return row


def lock_for_sale(loan: Loan, books: Books) -> None:
    """Every account that a sale without a payment moves."""
    leaving = in_transit(BANK, loan.currency)
    lock_accounts(pks={leaving.pk, *(row.pk for row in accounts_of(loan, books))})


def move_title(step: DisposalStep, loan: Loan, sold: Sold) -> None:
    """The buyer becomes the owner, under the pledge's own lock, which ends at the departure."""
    assert step.buyer is not None  # noqa: S101 - a sale has one
    item = step.disposal.item
    step.title_event = title.transfer_for_module(
        recorded_by=sold.recorded_by, checked_by=sold.checked_by, work_id=item.work_id,
        encumbrance_id=item.encumbrance_id, basis=sold.basis, shares=[title.Share(step.buyer)],
        documents=sold.documents,
    )  # fmt: skip
    step.save(update_fields=["title_event"])


def pay_surplus(
    loan: Loan, step: DisposalStep, row: Distribution, books: Books, *, actor: User | None
) -> None:
    """What is the pledgor's is sent to him (多退)."""
    if row.surplus_minor:
        ask_payout(
            actor=actor, party=loan.borrower, currency=loan.currency,
            amount_minor=row.surplus_minor, from_account=books.borrower(loan), gateway=BANK,
            key=f"disposal:{step.pk}:surplus", subject=step,
        )  # fmt: skip


def use_commitment(step: DisposalStep, *, actor: User | None) -> None:
    """A forward purchase was carried out."""
    row = step.commitment
    if step.way != Realisation.PRE_ACQUIRER or row is None:
        return
    if CommitmentState.USED in COMMITMENT_MOVES[row.state]:
        row.state, row.ended_at = CommitmentState.USED, db_now()
        row.save(update_fields=["state", "ended_at"])


def _money_of(step: DisposalStep, loan: Loan) -> Account:
    """The buyer's money on its way in: his until the sale is carried out."""
    assert step.buyer is not None  # noqa: S101 - who pays is the buyer
    return account(purpose=Purpose.PAYABLE, currency=loan.currency, party=step.buyer)


def overdue_steps(most: int = 500) -> list[int]:
    """Sales whose buyer let his time pass."""
    rows = DisposalStep.objects.filter(state=StepState.AWAITING, pay_until__lt=db_today())
    return list(rows.order_by("pk").values_list("pk", flat=True)[:most])
