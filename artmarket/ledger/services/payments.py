"""Ask for a payment, open its page, take or free what is held; the row first, the call after.

A payment is written before its gateway is called, the call is made outside any transaction with a
key that names this payment and step, and the answer is written under its lock. Facts of a gateway
are applied monotonically: an older answer that comes late changes nothing. Whoever calls `ask_*`,
`capture_*` and `cancel_*` has checked that his actor may; `finishing` repeats what a crash left.
"""

import secrets

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Party, User
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, WrongState
from artmarket.core.events import record_event

from ..engine.references import PAYMENT, SPACE, make_reference, printed
from ..gateways import MANUAL, gateway, offered
from ..gateways.base import AtGateway, GatewayNotOffered, PaymentFacts, PaymentOrder
from ..models import Account, Entry, Payment
from ..payments.enums import OPEN_PAYMENTS, PaymentState, Wish
from ..payments.locks import lock_payment
from .outgoing import ask_payout, ask_refund, run_payout, run_refund
from .posting import KeyReused
from .receipts import Arrival, book
from .settling import apply_facts
from .telling import tell_after_commit

__all__ = [
    "apply_facts",
    "ask_payment",
    "ask_payout",
    "ask_refund",
    "cancel_payment",
    "capture_payment",
    "note_received",
    "run_payout",
    "run_refund",
    "run_wish",
    "start_payment",
]
MAX_KEY = 100


class NotHeld(DomainError):
    """Only what is held can be captured, and not more than that."""

    code = "not_held"
    message = _("这笔款没有冻结，或者扣款超过冻结的金额。")


def ask_payment(
    *,
    actor: User | None,
    party: Party,
    purpose: str,
    subject: models.Model,
    currency: str,
    amount_minor: int,
    gateway: str,
    credit_account: Account,
    key: str,
    is_hold: bool = False,
) -> Payment:
    """Ask a party for a sum, in the caller's transaction; what comes goes to `credit_account`.

    The same key with the same content gives the payment that stands. Raises `GatewayNotOffered`,
    `Invalid` (amount, account of another currency), `KeyReused`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a payment is asked for in the transaction of its cause")
    wanted = {
        "party_id": party.pk, "purpose": purpose, "subject_kind": subject._meta.label_lower,
        "subject_id": str(subject.pk), "currency": currency, "amount_minor": amount_minor,
        "gateway": gateway, "credit_account_id": credit_account.pk, "is_hold": is_hold,
    }  # fmt: skip
    standing = Payment.objects.filter(idempotency_key=key).first()
    if standing is None:
        if amount_minor <= 0 or credit_account.currency != currency or not 0 < len(key) <= MAX_KEY:
            raise Invalid(_("付款金额、币种或编号不对。"), code="bad_payment")
        if gateway not in (*offered(currency, is_hold=is_hold), *([] if is_hold else MANUAL)):
            raise GatewayNotOffered(gateway=gateway)
        standing, is_new = Payment.objects.get_or_create(
            idempotency_key=key,
            defaults=wanted | {"created_by": actor, "reference": _free_reference()},
        )
        if is_new:
            record_event(
                actor=actor, action="payment.asked", subject=standing,
                after={"state": standing.state}, amount=amount_minor, currency=currency,
                purpose=purpose, gateway=gateway,
            )  # fmt: skip
            return standing
    if any(getattr(standing, name) != value for name, value in wanted.items()):
        raise KeyReused(key=key)
    return standing


def _free_reference() -> str:
    while True:
        reference = make_reference(PAYMENT, secrets.randbelow(SPACE))
        if not Payment.objects.filter(reference=reference).exists():
            return reference


# --------------------------------------------------------------------- pay


def start_payment(*, payment_id: int) -> Payment:
    """Open the page on which the payer pays; called outside a transaction, as often as one likes.

    At most one page of a payment is open at a time: a second is opened only when the gateway says
    that the first is over and unpaid. Bank and desk only become pending. Raises `GatewayError`.
    """
    payment = _begin(payment_id)
    if payment.state != PaymentState.PENDING or payment.gateway in MANUAL or payment.wish:
        return payment
    if payment.page_id:
        facts = gateway(payment.gateway).read_page(payment.page_id)
        payment = apply_facts(payment_id=payment_id, facts=facts)
        if payment.page_id or payment.state != PaymentState.PENDING:
            return payment
    return apply_facts(payment_id=payment_id, facts=_open_page(payment))


@transaction.atomic(durable=True)
def _begin(payment_id: int) -> Payment:
    payment = lock_payment(pk=payment_id)
    if payment.state == PaymentState.CREATED and not payment.wish:
        payment.state = PaymentState.PENDING
        payment.save(update_fields=["state"])
        record_event(
            actor=None, action="payment.started", subject=payment,
            before={"state": PaymentState.CREATED}, after={"state": payment.state},
        )  # fmt: skip
    return payment


def _open_page(payment: Payment) -> PaymentFacts:
    """The same attempt gives the same page, whoever asks."""
    path = reverse("payment_back", args=[payment.reference])  # the same in every language
    return gateway(payment.gateway).open_page(
        PaymentOrder(
            reference=payment.reference,
            key=f"{payment.reference}:page:{payment.attempt}",
            currency=payment.currency,
            amount_minor=payment.amount_minor,
            words=f"{settings.WAGTAIL_SITE_NAME} {printed(payment.reference)}",
            return_url=settings.SITE_URL.rstrip("/") + path,
            is_hold=payment.is_hold,
        )
    )


@transaction.atomic(durable=True)
def note_received(
    *, payment_id: int, amount_minor: int, gateway_reference: str, actor: User | None = None
) -> Entry:
    """Money came in for a payment: book it, once for its reference at the payment's gateway.

    What is more than was asked for goes into suspense. Raises `ReferenceUsed`, `Invalid`.
    """
    payment = lock_payment(pk=payment_id)
    if amount_minor <= 0 or not gateway_reference.strip():
        raise Invalid(_("请填写收到的金额和凭证号。"), code="bad_receipt")
    arrival = Arrival(
        gateway=payment.gateway, reference=gateway_reference.strip(), currency=payment.currency,
        amount_minor=amount_minor,
    )  # fmt: skip
    return book(actor=actor, payment=payment, arrival=arrival).entry


# ----------------------------------------------------------- capture, cancel


@transaction.atomic
def capture_payment(
    *, actor: User | None, payment_id: int, amount_minor: int | None = None
) -> Payment:
    """Take what is held, all or a part (the rest is set free); the gateway is called later.

    Joins the caller's transaction; `run_wish` or the duty makes the call. Repeated, it changes
    nothing. Raises `NotHeld`, `WrongState` (to be cancelled, or another amount was said).
    """
    payment = lock_payment(pk=payment_id)
    amount = payment.amount_minor if amount_minor is None else amount_minor
    if payment.wish == Wish.CAPTURE or payment.state == PaymentState.PAID:
        if payment.capture_minor != amount:
            raise WrongState()
        return payment
    if payment.wish:
        raise WrongState()
    if payment.state != PaymentState.AUTHORISED or not 0 < amount <= payment.amount_minor:
        raise NotHeld()
    return _wish(actor, payment, Wish.CAPTURE, amount)


@transaction.atomic
def cancel_payment(*, actor: User | None, payment_id: int) -> Payment:
    """Do not take it any more, or set free what is held; the gateway is called later.

    Joins the caller's transaction; `run_wish` or the duty makes the call. A payment of which
    something came in is refunded instead. Raises `WrongState`.
    """
    payment = lock_payment(pk=payment_id)
    if payment.state == PaymentState.CANCELLED or payment.wish == Wish.CANCEL:
        return payment
    if payment.wish or payment.state not in (*OPEN_PAYMENTS, PaymentState.AUTHORISED):
        raise WrongState(_("钱已经到账，只能退款。"))
    if payment.gateway in MANUAL or payment.state == PaymentState.CREATED:
        before = payment.state
        payment.state, payment.changed_at = PaymentState.CANCELLED, db_now()
        payment.save(update_fields=["state", "changed_at"])
        record_event(
            actor=actor, action="payment.cancelled", subject=payment, before={"state": before},
            after={"state": payment.state},
        )  # fmt: skip
        tell_after_commit(payment)
        return payment
    return _wish(actor, payment, Wish.CANCEL, None)


def _wish(actor: User | None, payment: Payment, wish: Wish, amount: int | None) -> Payment:
    payment.wish, payment.capture_minor = wish, amount
    payment.save(update_fields=["wish", "capture_minor"])
    record_event(
        actor=actor, action=f"payment.{wish.value}_asked", subject=payment, after={"wish": wish},
        amount=amount,
    )  # fmt: skip
    return payment


def run_wish(*, payment_id: int) -> Payment:
    """Have the gateway capture or cancel what was wished; outside a transaction, again and again.

    Raises `GatewayError`; after `GatewayUnavailable` the wish stays and the duty repeats it.
    """
    payment = Payment.objects.get(pk=payment_id)
    at = gateway(payment.gateway) if payment.wish else None
    if at is None:
        return payment
    key = f"{payment.reference}:{payment.wish}"
    if payment.wish == Wish.CAPTURE:
        assert payment.capture_minor is not None  # noqa: S101 - `_wish` set it
        facts = at.capture(payment.gateway_id, payment.capture_minor, payment.currency, key=key)
    elif payment.state == PaymentState.AUTHORISED:
        facts = at.cancel(payment.gateway_id, key=key)
    else:
        if not payment.page_id:  # opened perhaps, and its answer was lost
            payment = apply_facts(payment_id=payment_id, facts=_open_page(payment))
        facts = at.close_page(payment.page_id, key=f"{key}:{payment.attempt}")
        if facts.status == AtGateway.AUTHORISED:  # the payer was faster than we
            facts = at.cancel(facts.payment_id, key=key)
    return apply_facts(payment_id=payment_id, facts=facts)
