"""The desk: cash and transfers that a person records, and money without an owner that he decides.

Each record names its proof; a proof is used once. Cash of a day over the limit is listed for due
diligence by `receipts`, whoever records it.
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from ..books import account
from ..enums import Purpose
from ..gateways import BANK, DESK, MANUAL
from ..models import Payment, Receipt, StrayMoney
from ..payments.enums import PaymentState, StrayState
from ..payments.locks import lock_payment, lock_stray
from . import diligence
from .bank import is_name_of
from .posting import Leg, post
from .receipts import Arrival, book, clearing, entry_key
from .telling import tell_after_commit

MAX_NOTE = 300


@transaction.atomic(durable=True)
def record_at_desk(
    *,
    actor: User,
    payment_id: int,
    amount_minor: int,
    receipt_number: str,
    is_cash: bool,
    payer_name: str,
    received_on: date | None = None,
) -> Receipt:
    """A person took cash (into the desk's box) or saw a transfer (on the bank's account).

    Raises `NotAllowed`, `Invalid` (number, day, amount, who paid), `WrongState` (another way of
    paying, cancelled, paid already), `ReferenceUsed`.
    """
    _require(actor)
    payment = lock_payment(pk=payment_id)
    number, payer = receipt_number.strip()[:100], payer_name.strip()[:160]
    missing = {
        name: words
        for name, words, is_there in (
            ("receipt_number", _("请写明收据或凭证号。"), number),
            ("payer_name", _("请写明付款人。"), payer),
            ("amount", _("请填写收到的金额。"), amount_minor > 0),
            ("received_on", _("收到日期不能晚于今天。"), (received_on or db_today()) <= db_today()),
        )
        if not is_there
    }
    if missing:
        raise Invalid(fields=missing)
    gateway = DESK if is_cash else BANK
    is_standing = Receipt.objects.filter(gateway=gateway, reference=number).exists()
    if payment.gateway not in MANUAL or (
        not is_standing and payment.state in (PaymentState.CANCELLED, PaymentState.PAID)
    ):
        raise WrongState(_("这笔付款已经付清、取消，或者在别处支付。"))
    arrival = Arrival(
        gateway=gateway, reference=number, currency=payment.currency, amount_minor=amount_minor,
        payer_name=payer, received_on=received_on, is_cash=is_cash,
    )  # fmt: skip
    receipt = book(actor=actor, payment=payment, arrival=arrival)
    if not is_standing and not is_name_of(payer, payment.party):
        record_event(actor=actor, action="payment.other_payer", subject=payment, receipt=receipt.pk)
    return receipt


@transaction.atomic(durable=True)
def assign_stray(*, actor: User, stray_id: int, reference: str, note: str) -> Payment:
    """The money belongs to the payment of this reference: credit it there, all of it.

    Raises `NotAllowed`, `Invalid` (no such payment, other currency, more than is due, no reason),
    `WrongState` (decided already).
    """
    _require(actor)
    words = _words(note)
    found = Payment.objects.filter(reference=_compact(reference)).values_list("pk").first()
    if found is None:
        raise Invalid(fields={"reference": _("没有这个付款编号。")})
    payment, stray = lock_payment(pk=found[0]), _open_stray(stray_id)
    is_over = payment.state in (PaymentState.CANCELLED, PaymentState.PAID)
    if is_over or payment.currency != stray.currency or stray.amount_minor > payment.due_minor:
        raise Invalid(fields={"reference": _("这笔付款已取消、币种不同，或者应付余额不够。")})
    entry = post(
        actor=actor, key=f"stray:{stray.pk}", kind="stray.assigned", subject=payment,
        legs=[
            Leg(
                debit=account(purpose=Purpose.SUSPENSE, currency=stray.currency),
                credit=payment.credit_account, amount_minor=stray.amount_minor,
            )
        ],
    )  # fmt: skip
    before = {"state": payment.state, "received": payment.received_minor}
    payment.received_minor += stray.amount_minor
    payment.state = PaymentState.PARTLY if payment.due_minor else PaymentState.PAID
    payment.changed_at = db_now()
    payment.save(update_fields=["received_minor", "state", "changed_at"])
    stray.payment = payment
    _decide(actor, stray, StrayState.ASSIGNED, entry, words)
    record_event(
        actor=actor, action="payment.received", subject=payment, before=before,
        after={"state": payment.state, "received": payment.received_minor}, stray=stray.pk,
    )  # fmt: skip
    diligence.look_at(party_id=payment.party_id, receipt=stray.receipt)
    tell_after_commit(payment)
    return payment


@transaction.atomic(durable=True)
def return_stray(*, actor: User, stray_id: int, proof: str, note: str) -> StrayMoney:
    """A person sent the money back to where it came from; `proof` is the reference of that.

    Raises `NotAllowed`, `Invalid`, `WrongState` (decided already), `KeyReused` (used proof).
    """
    _require(actor)
    words, number = _words(note), proof.strip()[:100]
    if not number:
        raise Invalid(fields={"proof": _("请写明退回的凭证号。")})
    stray = _open_stray(stray_id)
    gateway = stray.receipt.gateway
    entry = post(
        actor=actor, key=entry_key(gateway, number), kind="stray.returned", subject=stray,
        legs=[
            Leg(
                debit=account(purpose=Purpose.SUSPENSE, currency=stray.currency),
                credit=clearing(gateway, stray.currency), amount_minor=stray.amount_minor,
            )
        ],
    )  # fmt: skip
    _decide(actor, stray, StrayState.RETURNED, entry, words)
    return stray


def _require(actor: User) -> None:
    if not actor.has_perm("ledger.handle_payments"):
        raise NotAllowed()


def _words(note: str) -> str:
    words = note.strip()[:MAX_NOTE]
    if not words:
        raise Invalid(fields={"note": _("请写明理由。")})
    return words


def _compact(reference: str) -> str:
    return "".join(c for c in reference.upper() if c.isalnum())


def _open_stray(pk: int) -> StrayMoney:
    stray = lock_stray(pk=pk)
    if stray.state != StrayState.OPEN:
        raise WrongState(_("这笔款已经处理。"))
    return stray


def _decide(actor: User, stray: StrayMoney, state: StrayState, entry: object, words: str) -> None:
    stray.state, stray.settled_by, stray.note = state, entry, words  # type: ignore[assignment]
    stray.decided_by, stray.decided_at = actor, db_now()
    stray.save(update_fields=["payment", "state", "settled_by", "note", "decided_by", "decided_at"])
    record_event(
        actor=actor, action=f"stray.{state.value}", subject=stray,
        before={"state": StrayState.OPEN}, after={"state": state}, note=words,
        payment=stray.payment_id, amount=stray.amount_minor,
    )  # fmt: skip
