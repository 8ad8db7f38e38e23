"""Refunds and payouts out of what the platform owes a party, and how they fail."""

from itertools import count

from django.db import transaction

from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Payment, PayoutAccount
from artmarket.ledger.services import finishing, payout_accounts
from artmarket.ledger.services.payments import (
    ask_payment,
    ask_payout,
    ask_refund,
    note_received,
    start_payment,
)
from tests.ledger.gateway_stage import payer

_numbers = count(1)


def owed_to(party, currency="CNY"):
    return account(purpose=Purpose.PAYABLE, currency=currency, party=party)


def came(party=None, amount=10_000, *, gateway="bank", stripe=None) -> Payment:
    """A payment that arrived, and is owed to its party."""
    party, n = party or payer(), next(_numbers)
    with transaction.atomic():
        payment = ask_payment(
            actor=None, party=party, purpose="failing", subject=party, currency="CNY",
            amount_minor=amount, gateway=gateway, credit_account=owed_to(party),
            key=f"failing:{n}",
        )  # fmt: skip
    payment = start_payment(payment_id=payment.pk)
    if stripe is None:
        note_received(payment_id=payment.pk, amount_minor=amount, gateway_reference=f"F{n}")
    else:
        stripe.pay(payment.page_id)
        finishing.ask_again(payment.pk)
    return Payment.objects.select_related("party__user").get(pk=payment.pk)


def refund(payment, amount=4_000):
    with transaction.atomic():
        return ask_refund(
            actor=None, payment_id=payment.pk, amount_minor=amount,
            from_account=owed_to(payment.party), key=f"r{next(_numbers)}", reason="退款",
        )  # fmt: skip


def payout(party, amount=4_000, *, gateway="bank"):
    with transaction.atomic():
        return ask_payout(
            actor=None, party=party, currency="CNY", amount_minor=amount,
            from_account=owed_to(party), gateway=gateway, key=f"p{next(_numbers)}", subject=party,
        )  # fmt: skip


def connected(stripe, party, *, is_ready=True) -> PayoutAccount:
    """The party's account at the gateway."""
    payout_accounts.connect(
        actor=party.user, party=party, gateway_name="stripe", return_url="https://x.invalid/"
    )
    row = PayoutAccount.objects.get(party=party)
    if is_ready:
        stripe.make_ready(row.gateway_id)
        PayoutAccount.objects.filter(pk=row.pk).update(is_ready=True)
    return PayoutAccount.objects.get(pk=row.pk)
