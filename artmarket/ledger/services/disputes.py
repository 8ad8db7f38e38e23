"""A payer's bank takes money back, and perhaps returns it: booked as claims against the payer.

Each movement at the gateway is one entry under its own id, so an event that comes again, or late,
books nothing twice. Whether to contest a dispute is decided at the gateway's own pages.
"""

from typing import Final

from django.db import transaction
from django.db.models import QuerySet, Sum

from artmarket.core.clock import db_now
from artmarket.core.events import record_event

from ..books import account
from ..enums import Purpose
from ..gateways.base import DisputeFacts
from ..locks import lock_accounts
from ..models import ChargeDispute, Payment
from ..payments.locks import lock_payment
from .posting import Leg, post
from .receipts import clearing, entry_key

CLOSED: Final = frozenset({"won", "lost", "warning_closed"})
OURS: Final = frozenset({"won", "warning_closed"})
"""How a dispute ends with the money still, or again, with us."""


def standing_disputes() -> QuerySet[ChargeDispute]:
    """Those by which money is gone or may go: not decided, or lost."""
    return ChargeDispute.objects.exclude(status__in=OURS)


def taken_back(payment: Payment) -> int:
    """What a payer's bank took back of a payment, or may; an inquiry takes nothing."""
    rows = standing_disputes().filter(payment=payment).exclude(status__startswith="warning_")
    return rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0


@transaction.atomic(durable=True)
def apply_dispute(*, payment_id: int, facts: DisputeFacts) -> ChargeDispute:
    """Write a dispute as it stands at the gateway; a closed one is not opened again."""
    payment = lock_payment(pk=payment_id)
    row, is_new = ChargeDispute.objects.get_or_create(
        gateway=payment.gateway, gateway_id=facts.gateway_id,
        defaults={
            "payment": payment, "currency": facts.currency, "amount_minor": facts.amount_minor,
            "status": facts.status, "reason": facts.reason, "evidence_due": facts.evidence_due,
        },
    )  # fmt: skip
    before = None if is_new else row.status
    if not is_new and row.status not in CLOSED:
        row.status, row.evidence_due = facts.status, facts.evidence_due
    if row.status in CLOSED and row.closed_at is None:
        row.closed_at = db_now()
    row.save(update_fields=["status", "evidence_due", "closed_at"])
    if row.status != before:
        record_event(
            actor=None, action="dispute.changed", subject=row, before={"status": before},
            after={"status": row.status}, payment=payment.pk, amount=row.amount_minor,
            currency=row.currency,
        )  # fmt: skip
    _book(payment, facts)
    return row


def _book(payment: Payment, facts: DisputeFacts) -> None:
    """What the bank took is claimed from the payer; what it gives back ends the claim."""
    cash = clearing(payment.gateway, facts.currency)
    claim = account(purpose=Purpose.RECEIVABLE, currency=facts.currency, party=payment.party)
    lock_accounts(pks=[cash.pk, claim.pk])
    for movement, amount in facts.movements.items():
        if not amount:
            continue
        debit, credit = (claim, cash) if amount < 0 else (cash, claim)
        post(
            actor=None, key=entry_key(payment.gateway, movement), kind="dispute.moved",
            legs=[Leg(debit=debit, credit=credit, amount_minor=abs(amount))], subject=payment,
        )  # fmt: skip
