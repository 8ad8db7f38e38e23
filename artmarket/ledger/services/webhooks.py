"""Messages of Stripe: checked, kept once, and then only a reason to ask how things stand.

A message with a wrong or old signature, or of the other mode (test, live), changes nothing. What
it says of an object is never believed: the object is read again at the gateway, so the order in
which messages come does not matter. 200 is answered after the commit of what came of it.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import stripe
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError

from ..gateways import STRIPE, gateway
from ..models import Payment, Refund, WebhookMessage
from . import disputes, outgoing, payout_accounts
from .settling import apply_facts

TOLERANCE_SECONDS: Final = 300
LIVE: Final = ("sk_live_", "rk_live_")
IGNORED: Final = "ignored"
UNKNOWN: Final = "not one of ours"
DONE: Final = "done"


class BadMessage(DomainError):
    """Not from the gateway, too old, or of another account: nothing is kept of it."""

    code = "bad_message"
    status = 400
    message = _("这条消息没有通过校验。")


def receive(*, body: bytes, signature: str) -> WebhookMessage:
    """Check, keep and work off a message. Raises `BadMessage`, `GatewayUnavailable`, `Busy`.

    A message that was kept and could not be worked off is sent again, or done by the duty.
    """
    message = _keep(_checked(body, signature))
    return message if message.processed_at else work_off(message_id=message.pk)


def _checked(body: bytes, signature: str) -> dict[str, Any]:
    """The event that is signed with one of our secrets, now, in our mode."""
    try:
        event = json.loads(body)
        moment = int(dict(p.split("=", 1) for p in reversed(signature.split(",")))["t"])
        if event["object"] != "event" or not _is_signed(body, signature):
            raise BadMessage()
        is_live = event["livemode"]
        event["id"], event["type"], event["created"], event["data"]["object"]["id"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadMessage() from error
    if abs(db_now().timestamp() - moment) > TOLERANCE_SECONDS:
        raise BadMessage()
    if is_live != settings.STRIPE_SECRET_KEY.startswith(LIVE):
        raise BadMessage()
    return event


def _is_signed(body: bytes, signature: str) -> bool:
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(body, signature, secret)
        except stripe.SignatureVerificationError:
            continue
        return True
    return False


@transaction.atomic(durable=True)
def _keep(event: dict[str, Any]) -> WebhookMessage:
    """Of the message only what it is about: the object may hold names and card digits."""
    about = event["data"]["object"]
    return WebhookMessage.objects.get_or_create(
        gateway=STRIPE, event_id=event["id"],
        defaults={
            "kind": event["type"],
            "created": datetime.fromtimestamp(event["created"], UTC),
            "payload": {
                "object": about.get("object", ""), "id": about["id"],
                "payment_intent": about.get("payment_intent") or "",
            },
        },
    )[0]  # fmt: skip


def work_off(*, message_id: int) -> WebhookMessage:
    """Ask the gateway about what a message names, and write it; outside a transaction.

    Raises `GatewayUnavailable`, `Busy`: then it is to be done again.
    """
    message = WebhookMessage.objects.get(pk=message_id)
    handler = HANDLERS.get(message.payload["object"])
    result = handler(message.payload) if handler else IGNORED
    WebhookMessage.objects.filter(pk=message_id).update(processed_at=db_now(), result=result)
    message.refresh_from_db()
    return message


def work_off_all(limit: int = 200) -> int:
    """Messages that were kept and not worked off; how many are done now. For the duty."""
    pks = WebhookMessage.objects.filter(processed_at=None).order_by("pk")
    done = 0
    for pk in list(pks.values_list("pk", flat=True)[:limit]):
        try:
            work_off(message_id=pk)
        except DomainError:  # next time
            continue
        done += 1
    return done


# ---------------------------------------------------------------- by the kind of object


def _page(about: dict[str, str]) -> str:
    return _apply(gateway(STRIPE).read_page(about["id"]))


def _intent(about: dict[str, str]) -> str:
    return _apply(gateway(STRIPE).read(about["id"]))


def _charge(about: dict[str, str]) -> str:
    if not about["payment_intent"]:
        return UNKNOWN
    return _apply(gateway(STRIPE).read(about["payment_intent"]))


def _apply(facts: Any) -> str:
    pk = _payment(facts.reference)
    if pk is None:
        return UNKNOWN
    apply_facts(payment_id=pk, facts=facts)
    return DONE


def _refund(about: dict[str, str]) -> str:
    facts = gateway(STRIPE).read_refund(about["id"])
    row = Refund.objects.filter(reference=facts.reference, gateway=STRIPE).first()
    if row is None:
        return UNKNOWN
    outgoing.apply_outgoing(row=row, facts=facts)
    return DONE


def _dispute(about: dict[str, str]) -> str:
    facts = gateway(STRIPE).read_dispute(about["id"])
    pk = (
        Payment.objects.filter(gateway=STRIPE, gateway_id=facts.payment_id)
        .values_list("pk")
        .first()
    )
    if not facts.payment_id:
        return UNKNOWN
    if pk is None:  # the dispute came before the payment's own message
        found = _payment(gateway(STRIPE).read(facts.payment_id).reference)
        if found is None:
            return UNKNOWN
        pk = (found,)
    disputes.apply_dispute(payment_id=pk[0], facts=facts)
    return DONE


def _account(about: dict[str, str]) -> str:
    facts = gateway(STRIPE).read_account(about["id"])
    is_ours = payout_accounts.apply_account(gateway_name=STRIPE, facts=facts)
    return DONE if is_ours else UNKNOWN


def _payment(reference: str) -> int | None:
    rows = Payment.objects.filter(reference=reference, gateway=STRIPE)
    return rows.values_list("pk", flat=True).first()


HANDLERS: Final[dict[str, Callable[[dict[str, str]], str]]] = {
    "checkout.session": _page,
    "payment_intent": _intent,
    "charge": _charge,
    "refund": _refund,
    "dispute": _dispute,
    "account": _account,
}
