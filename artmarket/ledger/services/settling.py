"""What a gateway says of a payment, written under the payment's lock and never backwards.

An answer that is older than what is known changes nothing: receipts are booked once, a state is
left only for a later one.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.core.clock import db_now
from artmarket.core.events import record_event

from ..gateways.base import AtGateway, GatewayError, PaymentFacts
from ..models import Payment
from ..payments.enums import OPEN_PAYMENTS, PaymentState, Wish
from ..payments.locks import lock_payment
from .receipts import Arrival, book
from .telling import tell_after_commit


class OtherPayment(GatewayError):
    """The gateway answered for another payment than the one that was asked about."""

    code = "other_payment"
    message = _("支付机构的答复与这笔付款不符，没有入账。")


@transaction.atomic(durable=True)
def apply_facts(*, payment_id: int, facts: PaymentFacts) -> Payment:
    """Write what the gateway says now. Raises `OtherPayment`, `ReferenceUsed`."""
    payment = lock_payment(pk=payment_id)
    if (facts.reference, facts.currency) != (payment.reference, payment.currency):
        raise OtherPayment(payment=payment.reference, said=facts.reference)
    payment.checked_at = db_now()
    _keep_page(payment, facts)
    if facts.status == AtGateway.PAID:
        _paid(payment, facts)
    elif facts.status == AtGateway.AUTHORISED and payment.state in OPEN_PAYMENTS:
        payment.gateway_id = facts.payment_id
        _move(payment, PaymentState.AUTHORISED)
    elif facts.status in (AtGateway.EXPIRED, AtGateway.CANCELLED):
        _ended(payment, facts)
    payment.save(
        update_fields=[
            "checked_at", "page_id", "page_url", "gateway_id", "attempt", "state", "wish",
            "changed_at",
        ]
    )  # fmt: skip
    return payment


def _keep_page(payment: Payment, facts: PaymentFacts) -> None:
    """The page that was opened; an answer about an older page is not of this attempt."""
    if payment.state in OPEN_PAYMENTS and facts.status == AtGateway.OPEN and facts.page_id:
        if not payment.page_id:
            payment.page_id = facts.page_id
        if payment.page_id == facts.page_id:
            payment.page_url = facts.page_url or payment.page_url


def _paid(payment: Payment, facts: PaymentFacts) -> None:
    payment.gateway_id = payment.gateway_id or facts.payment_id
    arrival = Arrival(
        gateway=payment.gateway, reference=facts.receipt, currency=facts.currency,
        amount_minor=facts.received_minor, is_final=True,
    )  # fmt: skip
    book(actor=None, payment=payment, arrival=arrival)
    payment.wish, payment.page_url = "", ""


def _ended(payment: Payment, facts: PaymentFacts) -> None:
    """A page or a hold is over and nothing was taken."""
    is_this = (facts.page_id and facts.page_id == payment.page_id) or (
        facts.payment_id and facts.payment_id == payment.gateway_id
    )
    if payment.state == PaymentState.AUTHORISED:
        if is_this:
            payment.wish = ""
            _move(payment, PaymentState.CANCELLED)
    elif payment.state in OPEN_PAYMENTS:
        if is_this and payment.wish == Wish.CANCEL:
            payment.wish, payment.page_url = "", ""
            _move(payment, PaymentState.CANCELLED)
        elif is_this:
            payment.page_id = payment.page_url = ""
            payment.attempt += 1  # the payer may open another page


def _move(payment: Payment, state: PaymentState) -> None:
    before, payment.state, payment.changed_at = payment.state, state, db_now()
    record_event(
        actor=None, action=f"payment.{state.value}", subject=payment, before={"state": before},
        after={"state": state},
    )  # fmt: skip
    tell_after_commit(payment)
