"""Refunds and payouts: what is asked for leaves its account at once and waits in transit.

So nothing is paid out twice, whatever is clicked or replayed: the books give the money only once,
the row is sent under one idempotency key, and the gateway's object ends it once. What a gateway
refuses for good goes back to the account it came from. At the bank and the desk a person sends it
and confirms. A refund goes back to its payment and nowhere else.
"""

import secrets
from typing import Any

from django.db import models, transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Party, User
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from ..engine.references import PAYOUT, REFUND, SPACE, make_reference
from ..gateways import MANUAL, STRIPE, gateway
from ..gateways.base import GatewayRefused, OutgoingFacts, OutgoingOrder, Progress
from ..locks import lock_accounts
from ..models import Account, Entry, Outgoing, Payment, Payout, PayoutAccount, Refund
from ..payments.enums import OutgoingState
from ..payments.locks import lock_payment, lock_payout, lock_refund
from .disputes import taken_back
from .posting import KeyReused, Leg, post
from .receipts import clearing, entry_key
from .telling import tell_after_commit

IN_TRANSIT = "-out"
MAX_REASON = 300
_ALIVE = (OutgoingState.ASKED, OutgoingState.SENT, OutgoingState.DONE)


class MoreThanReceived(DomainError):
    """All refunds of a payment together are never more than what it brought."""

    code = "more_than_received"
    message = _("退款合计不能超过这笔付款实际收到的金额。")


class TakenByBank(DomainError):
    """The payer's bank took the money back itself: a refund would pay it twice."""

    code = "taken_by_bank"
    message = _("付款人的银行已经因拒付争议收回这笔款，不能再退。")
    hint = _("争议了结、银行把款退回以后才能退款。")


def in_transit(gateway_name: str, currency: str) -> Account:
    """Money on its way out through a gateway: it left its account and is not gone yet."""
    return clearing(f"{gateway_name}{IN_TRANSIT}", currency)


@transaction.atomic
def ask_refund(
    *,
    actor: User | None,
    payment_id: int,
    amount_minor: int,
    from_account: Account,
    key: str,
    reason: str,
) -> Refund:
    """Send a part or all of a payment back, out of `from_account`; joins the caller's transaction.

    The same key with the same content gives the refund that stands. Raises `MoreThanReceived`,
    `TakenByBank`, `Insufficient`, `Invalid` (no reason), `KeyReused`.
    """
    payment = lock_payment(pk=payment_id)
    wanted = {
        "payment_id": payment.pk, "amount_minor": amount_minor, "currency": payment.currency,
        "from_account_id": from_account.pk, "gateway": payment.gateway,
    }  # fmt: skip
    standing = Refund.objects.filter(idempotency_key=key).first()
    if standing is not None:
        return _same(standing, wanted)
    words = reason.strip()[:MAX_REASON]
    if not words:
        raise Invalid(fields={"reason": _("请写明退款的理由。")})
    if amount_minor <= 0 or asked_back(payment) + amount_minor > payment.received_minor:
        raise MoreThanReceived(received=payment.received_minor)
    if asked_back(payment) + taken_back(payment) + amount_minor > payment.received_minor:
        raise TakenByBank()
    row = Refund(
        **wanted, idempotency_key=key, reason=words, asked_by=actor,
        reference=make_reference(REFUND, secrets.randbelow(SPACE)),
    )  # fmt: skip
    return _ask(actor, row, from_account)


def asked_back(payment: Payment) -> int:
    """All refunds of a payment that are done or under way."""
    alive = payment.refunds.filter(state__in=_ALIVE)
    return alive.aggregate(sum=Sum("amount_minor"))["sum"] or 0


@transaction.atomic
def ask_payout(
    *,
    actor: User | None,
    party: Party,
    currency: str,
    amount_minor: int,
    from_account: Account,
    gateway: str,
    key: str,
    subject: models.Model | None,
) -> Payout:
    """Pay a party out of `from_account`; joins the caller's transaction.

    The same key with the same content gives the payout that stands. Raises `Insufficient`,
    `Invalid` (gateway), `KeyReused`.
    """
    wanted = {
        "party_id": party.pk, "amount_minor": amount_minor, "currency": currency,
        "from_account_id": from_account.pk, "gateway": gateway,
        "subject_kind": subject._meta.label_lower if subject else "",
        "subject_id": str(subject.pk) if subject else "",
    }  # fmt: skip
    standing = Payout.objects.filter(idempotency_key=key).first()
    if standing is not None:
        return _same(standing, wanted)
    if amount_minor <= 0 or gateway not in {STRIPE, *MANUAL}:
        raise Invalid(_("付款金额或渠道不对。"), code="bad_payout")
    row = Payout(
        **wanted, idempotency_key=key, asked_by=actor,
        reference=make_reference(PAYOUT, secrets.randbelow(SPACE)),
    )  # fmt: skip
    return _ask(actor, row, from_account)


def _same(standing: Any, wanted: dict[str, Any]) -> Any:
    if any(getattr(standing, name) != value for name, value in wanted.items()):
        raise KeyReused(key=standing.idempotency_key)
    return standing


def _ask(actor: User | None, row: Any, from_account: Account) -> Any:
    """Move the money into transit and write the row; the entry's key makes both happen once."""
    kind = kind_of(row)
    post(
        actor=actor, key=f"{kind}:{row.idempotency_key}", kind=f"{kind}.asked", memo=row.reason,
        legs=[
            Leg(
                debit=from_account, credit=in_transit(row.gateway, row.currency),
                amount_minor=row.amount_minor,
            )
        ],
    )  # fmt: skip
    row.save()
    record_event(
        actor=actor, action=f"{kind}.asked", subject=row, after={"state": row.state},
        amount=row.amount_minor, currency=row.currency, gateway=row.gateway, reason=row.reason,
    )  # fmt: skip
    return row


def kind_of(row: Outgoing) -> str:
    """The word for it in keys and events."""
    return "refund" if isinstance(row, Refund) else "payout"


# --------------------------------------------------------------------- send


def run_refund(refund_id: int) -> Refund:
    """Send a refund, or ask how far it is; outside a transaction, as often as one likes.

    Raises `GatewayUnavailable`; the duty tries again.
    """
    row = Refund.objects.select_related("payment").get(pk=refund_id)
    order = OutgoingOrder(
        reference=row.reference, key=f"refund:{row.reference}", currency=row.currency,
        amount_minor=row.amount_minor, payment_id=row.payment.gateway_id,
    )  # fmt: skip
    return _run(row, order)


def run_payout(payout_id: int) -> Payout:
    """Send a payout; outside a transaction, as often as one likes.

    One whose party has no connected account that is ready waits. Raises `GatewayUnavailable`.
    """
    row = Payout.objects.get(pk=payout_id)
    to = PayoutAccount.objects.filter(party=row.party_id, gateway=row.gateway, is_ready=True)
    account_id = to.values_list("gateway_id", flat=True).first()
    if row.gateway not in MANUAL and not account_id:
        return row
    order = OutgoingOrder(
        reference=row.reference, key=f"payout:{row.reference}", currency=row.currency,
        amount_minor=row.amount_minor, to=account_id or "",
    )  # fmt: skip
    return _run(row, order)


def _run(row: Any, order: OutgoingOrder) -> Any:
    if row.gateway in MANUAL or row.state in (OutgoingState.DONE, OutgoingState.FAILED):
        return row
    at = gateway(row.gateway)
    row = _mark_sent(row)
    if row.state != OutgoingState.SENT:
        return row
    try:
        if isinstance(row, Refund):
            facts = at.read_refund(row.gateway_id) if row.gateway_id else at.refund(order)
        else:
            facts = at.pay_out(order)
    except GatewayRefused as refused:
        return _refused(row, str(refused.data.get("reason") or refused.code))
    return apply_outgoing(row=row, facts=facts)


@transaction.atomic(durable=True)
def _mark_sent(row: Any) -> Any:
    """The intent, before the call: what is SENT may have been done."""
    row = locked(row)
    if row.state == OutgoingState.ASKED:
        row.state = OutgoingState.SENT
    row.checked_at = db_now()
    row.save(update_fields=["state", "checked_at"])
    return row


@transaction.atomic(durable=True)
def _refused(row: Any, why: str) -> Any:
    """The gateway will never do it: the money goes back to where it was."""
    row = locked(row)
    if row.state == OutgoingState.SENT and not row.gateway_id:
        give_back(row, why)
    return row


@transaction.atomic(durable=True)
def apply_outgoing(*, row: Any, facts: OutgoingFacts) -> Any:
    """Write what the gateway says of a refund or payout; once done it is booked once."""
    row = locked(row)
    if (facts.reference, facts.amount_minor, facts.currency) != (
        row.reference, row.amount_minor, row.currency,
    ):  # fmt: skip
        raise WrongState(code="other_payment", said=facts.reference)
    if row.state == OutgoingState.FAILED:
        return row
    if not row.gateway_id:
        row.gateway_id = facts.gateway_id
        row.save(update_fields=["gateway_id"])
    cash, transit = clearing(row.gateway, row.currency), in_transit(row.gateway, row.currency)
    lock_accounts(pks=[cash.pk, transit.pk, row.from_account_id])
    if facts.progress != Progress.SENT and row.state != OutgoingState.DONE:
        _done(None, row)
    if facts.progress == Progress.FAILED:  # it had left the gateway all the same
        _came_back(row, facts.why)
    return row


def locked(row: Any) -> Any:
    """A refund with its payment locked before it, or a payout."""
    if isinstance(row, Payout):
        return lock_payout(pk=row.pk)
    payment = lock_payment(pk=row.payment_id)
    fresh = lock_refund(pk=row.pk)
    fresh.payment = payment
    return fresh


def _done(actor: User | None, row: Any) -> Entry:
    """It left the gateway."""
    entry = post(
        actor=actor, key=entry_key(row.gateway, row.gateway_id), kind=f"{kind_of(row)}.done",
        legs=[
            Leg(
                debit=in_transit(row.gateway, row.currency),
                credit=clearing(row.gateway, row.currency), amount_minor=row.amount_minor,
            )
        ],
    )  # fmt: skip
    _end(actor, row, OutgoingState.DONE, "")
    _count(row, row.amount_minor)
    return entry


def give_back(row: Any, why: str, *, actor: User | None = None) -> None:
    """It never left: back to the account it came from; the row is `locked`."""
    post(
        actor=actor, key=f"{kind_of(row)}:{row.idempotency_key}:failed",
        kind=f"{kind_of(row)}.failed",
        legs=[
            Leg(
                debit=in_transit(row.gateway, row.currency), credit=row.from_account,
                amount_minor=row.amount_minor,
            )
        ],
    )  # fmt: skip
    _end(actor, row, OutgoingState.FAILED, why)


def _came_back(row: Any, why: str) -> None:
    """It had left, and the receiving bank sent it back."""
    post(
        actor=None, key=entry_key(row.gateway, f"{row.gateway_id}:failed"),
        kind=f"{kind_of(row)}.failed",
        legs=[
            Leg(
                debit=clearing(row.gateway, row.currency), credit=row.from_account,
                amount_minor=row.amount_minor,
            )
        ],
    )  # fmt: skip
    _end(None, row, OutgoingState.FAILED, why)
    _count(row, -row.amount_minor)


def _end(actor: User | None, row: Any, state: OutgoingState, why: str) -> None:
    before, row.state, row.done_at, row.why_failed = row.state, state, db_now(), why[:200]
    row.save(update_fields=["state", "done_at", "why_failed"])
    record_event(
        actor=actor, action=f"{kind_of(row)}.{state.value}", subject=row,
        before={"state": before}, after={"state": state}, amount=row.amount_minor,
        currency=row.currency, why=row.why_failed,
    )  # fmt: skip


def _count(row: Any, change: int) -> None:
    """The sum of refunds on the payment, and the news to whoever asked for it."""
    if isinstance(row, Refund):
        payment = row.payment
        payment.refunded_minor += change
        payment.changed_at = db_now()
        payment.save(update_fields=["refunded_minor", "changed_at"])
        tell_after_commit(payment)


@transaction.atomic(durable=True)
def confirm_outgoing(*, actor: User, row: Refund | Payout, bank_reference: str) -> Entry:
    """A person sent a refund or payout at the bank or the desk; the reference names the proof.

    Raises `NotAllowed`, `WrongState` (done, or a gateway's), `Invalid`, `KeyReused`.
    """
    if not actor.has_perm("ledger.handle_payments"):
        raise NotAllowed()
    words = bank_reference.strip()[:100]
    if not words:
        raise Invalid(fields={"reference": _("请写明付款凭证号。")})
    return confirm_locked(actor=actor, row=row, bank_reference=words)


def confirm_locked(*, actor: User | None, row: Refund | Payout, bank_reference: str) -> Entry:
    """`confirm_outgoing` in the caller's transaction, without its checks of the person."""
    fresh = locked(row)
    if fresh.gateway not in MANUAL or fresh.state not in (
        OutgoingState.ASKED, OutgoingState.SENT,
    ):  # fmt: skip
        raise WrongState()
    fresh.gateway_id = bank_reference
    with transaction.atomic():
        fresh.save(update_fields=["gateway_id"])
    return _done(actor, fresh)
