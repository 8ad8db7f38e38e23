"""Payments' part of a person's data: what he was asked for, paid, got back and was paid out."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.accounts import personal_data
from artmarket.accounts.models import User
from artmarket.accounts.personal_data import Hold

from ..models import BankDetails, Payment, Payout, Receipt, Refund
from .enums import OPEN_PAYMENTS, OutgoingState, PaymentState


def announce() -> None:
    """Register the part; called once at start."""
    personal_data.register("payments", _("付款与退款"), copy=copy, holds=holds, forget=forget)


def copy(user: User) -> Iterable[dict[str, Any]]:
    """Each payment of the person himself with its receipts and refunds, and each payout."""
    sets: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
        (
            "payment", _payments(user),
            ("reference", "purpose", "gateway", "currency", "amount_minor", "received_minor",
             "refunded_minor", "state", "created_at"),
        ),
        (
            "receipt", Receipt.objects.filter(payment__party__user=user),
            ("gateway", "reference", "currency", "amount_minor", "payer_name", "received_on"),
        ),
        (
            "refund", Refund.objects.filter(payment__party__user=user),
            ("reference", "currency", "amount_minor", "state", "reason", "asked_at"),
        ),
        (
            "payout", Payout.objects.filter(party__user=user),
            ("reference", "currency", "amount_minor", "state", "asked_at"),
        ),
    )  # fmt: skip
    for details in BankDetails.objects.filter(party__user=user):
        yield {
            "kind": "bank_details", "holder": details.holder, "bank": details.bank,
            "number": details.number, "entered_at": details.entered_at,
        }  # fmt: skip
    for kind, rows, fields in sets:
        for row in rows.order_by("pk").values(*fields).iterator(chunk_size=1000):
            yield {"kind": kind, **row}


def forget(user: User) -> None:
    """Where he was paid out to; nothing is under way any more."""
    BankDetails.objects.filter(party__user=user).delete()


def holds(user: User) -> Iterable[Hold]:
    """What is under way is ended first; records of transactions are kept."""
    rows = _payments(user)
    under_way = (OutgoingState.ASKED, OutgoingState.SENT)
    is_open = (
        rows.filter(
            state__in=(*OPEN_PAYMENTS, PaymentState.AUTHORISED, PaymentState.PARTLY)
        ).exists()
        or Refund.objects.filter(payment__party__user=user, state__in=under_way).exists()
        or Payout.objects.filter(party__user=user, state__in=under_way).exists()
    )
    if is_open:
        yield Hold(_("你还有没有办完的付款或退款。"), "privacy.copy_and_erasure", blocks=True)
    elif rows.exists() or Payout.objects.filter(party__user=user).exists():
        yield Hold(_("付款与退款的记录"), "retention.customer_records_years", keeps_name=True)


def _payments(user: User) -> Any:
    return Payment.objects.filter(party__user=user)
