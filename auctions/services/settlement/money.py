"""What comes in for an invoice goes to its lots in their order; what is too much goes back.

Called by the books for every change of a payment, any number of times. Auction rules §12.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.locks import lock_accounts
from artmarket.ledger.models import Payment
from artmarket.ledger.payments.locks import lock_payment
from artmarket.ledger.services.outgoing import ask_refund, in_transit
from artmarket.ledger.services.posting import Leg, post
from catalog.locks import lock_works

from ...engine import settlement as engine
from ...engine.bills import HOUSE_LINES
from ...enums import LotState
from ...locks import lock_lots
from ...models import Invoice, InvoiceReceipt, Lot, Settlement
from ...selectors.costs import buyer_bill_of
from ...settlement_enums import SettlementState, StepKind
from ..aftermath import settle_lot
from .ground import escrow_of, payable, stood_of, write


def take_in(payment: Payment) -> int:
    """Share what a payment brought, and was not shared yet, among the lots of its invoice.

    Returns how much was shared or sent back; repeated, 0. A lot that is paid in full is settled.
    """
    if not payment.received_minor:
        return 0
    return _take_in(payment_id=payment.pk)


@transaction.atomic(durable=True)
def _take_in(*, payment_id: int) -> int:
    invoice_id = Payment.objects.values_list("subject_id", flat=True).get(pk=payment_id)
    invoice = Invoice.objects.select_related("sale", "buyer").get(pk=int(invoice_id))
    lots = invoice.settlements.values_list("lot", "lot__work")
    lock_works(pks=sorted({work for _lot, work in lots}))
    locked = {lot.pk: lot for lot in lock_lots(pks=sorted(lot for lot, _work in lots))}
    payment = Payment.objects.get(pk=payment_id)
    left = fresh = payment.received_minor - shared_of(payment)
    if left <= 0:
        return 0
    now = db_now()
    rows = invoice.settlements.select_related("invoice__buyer").order_by("lot__number")
    for row in rows:
        left -= take(row, locked[row.lot_id], payment, left, now)
    if left:
        _give_back(invoice, payment, left)
    return fresh


def shared_of(payment: Payment) -> int:
    """What of a payment was taken in."""
    rows = InvoiceReceipt.objects.filter(payment=payment)
    return rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def take(row: Settlement, lot: Lot, payment: Payment, left: int, now: datetime) -> int:
    """What one lot takes of it."""
    stood = stood_of(row)
    if not stood.owed or not left:
        return 0
    less = _rebate(row, lot, stood, now)
    if less and stood.paid + left >= stood.total - less >= stood.paid:
        stood = engine.rebate(stood, less)
        row.rebate_minor += less
        write(
            row, stood, StepKind.REBATED, actor=None, at=now, fields=("rebate_minor",), amount=less
        )  # fmt: skip
    stood, taken = engine.receive(stood, left) if stood.owed else (stood, 0)
    if taken:
        InvoiceReceipt.objects.create(
            invoice=row.invoice, payment=payment, settlement=row, amount_minor=taken
        )
        write(
            row, stood, StepKind.PAID, actor=payment.created_by, at=now, amount=taken,
            payment=payment.reference,
        )  # fmt: skip
    if row.state == SettlementState.HELD and not row.owed_minor:
        row.paid_at = now
        row.save(update_fields=["paid_at"])
        if lot.state == LotState.SOLD:
            settle_lot(lot, at=now, actor=payment.created_by, reference=payment.reference)
    return taken


def _rebate(row: Settlement, lot: Lot, stood: engine.Settlement, now: datetime) -> int:
    """How much less the house takes for paying all of it today; nothing after the last day for it,
    or where it was taken off before."""
    if row.rebate_minor or stood.state not in ("invoiced", "part_paid"):
        return 0
    day = now.astimezone(SHANGHAI).date()
    full, early = buyer_bill_of(lot), buyer_bill_of(lot, paid_on=day)
    return full.of(*HOUSE_LINES) - early.of(*HOUSE_LINES)


def _give_back(invoice: Invoice, payment: Payment, amount: int) -> None:
    """What no lot needs: paid too much, or after the contract was cancelled."""
    receipt = InvoiceReceipt.objects.create(
        invoice=invoice, payment=payment, settlement=None, amount_minor=amount
    )
    owed = account(purpose=Purpose.PAYABLE, currency=invoice.currency, party=invoice.buyer)
    lock_payment(pk=payment.pk)
    leaving = in_transit(payment.gateway, payment.currency)
    lock_accounts(pks=[owed.pk, leaving.pk, payment.credit_account_id])
    post(
        actor=None, key=f"settlement:excess:{receipt.pk}", kind="settlement.excess",
        legs=[Leg(debit=payment.credit_account, credit=owed, amount_minor=amount)],
        subject=invoice, memo=invoice.number,
    )  # fmt: skip
    ask_refund(
        actor=None, payment_id=payment.pk, amount_minor=amount, from_account=owed,
        key=f"settlement:excess:{receipt.pk}", reason=invoice.number,
    )  # fmt: skip


def send_back(
    row: Settlement, amount: int, *, skip: int, actor: User | None, legs: list[Leg], why: str
) -> None:
    """Post what makes `amount` the buyer's, then refund it to where it came from.

    `skip` is what went back before: the receipts are used in their order, each fen once. `legs`
    credit the buyer's payable with the amount.
    """
    owed = payable(row, row.invoice.buyer)
    leaving = lock_payments(row)
    lock_accounts(pks={owed.pk, *leaving, *(leg.debit.pk for leg in legs)})
    key = f"settlement:{row.pk}:back:{row.sequence}"
    post(
        actor=actor, key=key, kind="settlement.refund", legs=legs, subject=row, memo=why,
    )  # fmt: skip
    for receipt in row.receipts.select_related("payment").order_by("pk"):
        passed = min(skip, receipt.amount_minor)
        skip -= passed
        part = min(amount, receipt.amount_minor - passed)
        amount -= part
        if part:
            ask_refund(
                actor=actor, payment_id=receipt.payment_id, amount_minor=part, from_account=owed,
                key=f"{key}:{receipt.pk}", reason=why,
            )  # fmt: skip
    assert not amount, "more goes back than came in"  # noqa: S101 - the receipts are what came in


def lock_payments(row: Settlement) -> set[int]:
    """The payments that brought its money, before any account; the accounts through which it
    leaves, by their keys."""
    found = Payment.objects.filter(pk__in=row.receipts.values("payment")).order_by("pk")
    for payment in found:
        lock_payment(pk=payment.pk)
    return {in_transit(payment.gateway, payment.currency).pk for payment in found}


def from_escrow(row: Settlement, amount: int) -> list[Leg]:
    """The leg by which held money becomes the buyer's to get back."""
    return [
        Leg(
            debit=escrow_of(row), credit=payable(row, row.invoice.buyer), amount_minor=amount
        )
    ]  # fmt: skip
