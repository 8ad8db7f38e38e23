"""Book what came in: once for its reference, to the payment it is for, the rest into suspense.

All ways of money lead here: the gateway's answer, the bank's line, the receipt at the desk. What
is more than was asked for, or came for nothing we know, is listed for a person (`StrayMoney`).
"""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import DomainError
from artmarket.core.events import record_event

from ..books import account
from ..enums import Purpose
from ..models import Account, Payment, Receipt, StrayMoney
from ..payments.enums import PaymentState, StrayReason
from . import diligence
from .posting import Leg, post
from .telling import tell_after_commit


class ReferenceUsed(DomainError):
    """The same receipt, line or charge was booked for something else."""

    code = "reference_used"
    message = _("这个收款凭证已经用于另一笔款。")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Money that came: `amount_minor` at `gateway`, once for `reference`.

    `is_final` says that no more will come (a hold of which a part was taken).
    """

    gateway: str
    reference: str
    currency: str
    amount_minor: int
    payer_name: str = ""
    received_on: date | None = None
    is_cash: bool = False
    is_final: bool = False


def clearing(gateway: str, currency: str) -> Account:
    """What we have at a gateway."""
    return account(purpose=Purpose.CLEARING, currency=currency, gateway=gateway)


def entry_key(gateway: str, reference: str) -> str:
    """The key of the entry that books this object of a gateway."""
    return f"{gateway}:{reference}"


def book(*, actor: User | None, payment: Payment, arrival: Arrival) -> Receipt:
    """Credit the locked payment, in the caller's transaction; what is too much is stray.

    Repeated with the same reference it changes nothing. Raises `ReferenceUsed`.
    """
    standing = _standing(arrival, payment)
    if standing is not None:
        return standing
    why = _why(payment, arrival)
    credited = 0 if why else min(arrival.amount_minor, payment.due_minor)
    receipt = _write(actor, payment, arrival, credited, why or StrayReason.OVERPAID)
    before = {"state": payment.state, "received": payment.received_minor}
    payment.received_minor += credited
    if credited:
        is_whole = payment.due_minor == 0 or arrival.is_final
        payment.state = PaymentState.PAID if is_whole else PaymentState.PARTLY
    payment.changed_at = db_now()
    payment.save(update_fields=["received_minor", "state", "changed_at"])
    record_event(
        actor=actor, action="payment.received", subject=payment, before=before,
        after={"state": payment.state, "received": payment.received_minor},
        receipt=receipt.pk, amount=arrival.amount_minor, currency=arrival.currency,
    )  # fmt: skip
    diligence.look_at(party_id=payment.party_id, receipt=receipt)
    tell_after_commit(payment)
    return receipt


def book_stray(
    *, actor: User | None, arrival: Arrival, reason: str, payment: Payment | None = None
) -> Receipt:
    """Money that belongs to no payment that we know; `payment` is a guess for the person."""
    return _standing(arrival, None) or _write(actor, None, arrival, 0, reason, guess=payment)


def _why(payment: Payment, arrival: Arrival) -> str:
    """Why nothing of it can be credited; a payment that is whole takes no more, "" if it can."""
    if arrival.currency != payment.currency:
        return StrayReason.OTHER_CURRENCY
    if payment.state == PaymentState.CANCELLED:
        return StrayReason.ENDED
    return StrayReason.OVERPAID if payment.state == PaymentState.PAID else ""


def _standing(arrival: Arrival, payment: Payment | None) -> Receipt | None:
    row = Receipt.objects.filter(gateway=arrival.gateway, reference=arrival.reference).first()
    if row is None:
        return None
    is_same = (row.amount_minor, row.currency) == (arrival.amount_minor, arrival.currency)
    if not is_same or row.payment_id != (payment.pk if payment else None):
        raise ReferenceUsed(gateway=arrival.gateway, reference=arrival.reference)
    return row


def _write(
    actor: User | None, payment: Payment | None, arrival: Arrival, credited: int, reason: str,
    guess: Payment | None = None,
) -> Receipt:  # fmt: skip
    """The entry, the receipt, and the stray rest."""
    cash = clearing(arrival.gateway, arrival.currency)
    rest = arrival.amount_minor - credited
    legs = []
    if credited:
        assert payment is not None  # noqa: S101 - only a payment is credited
        legs.append(Leg(debit=cash, credit=payment.credit_account, amount_minor=credited))
    if rest:
        suspense = account(purpose=Purpose.SUSPENSE, currency=arrival.currency)
        legs.append(Leg(debit=cash, credit=suspense, amount_minor=rest))
    entry = post(
        actor=actor, key=entry_key(arrival.gateway, arrival.reference), kind="payment.received",
        legs=legs, subject=payment,
    )  # fmt: skip
    try:
        with transaction.atomic():
            receipt = Receipt.objects.create(
                payment=payment, entry=entry, gateway=arrival.gateway,
                reference=arrival.reference, currency=arrival.currency,
                amount_minor=arrival.amount_minor, credited_minor=credited,
                is_cash=arrival.is_cash, payer_name=arrival.payer_name[:160],
                received_on=arrival.received_on or db_today(), by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise ReferenceUsed(gateway=arrival.gateway, reference=arrival.reference) from error
    if rest:
        stray = StrayMoney.objects.create(
            receipt=receipt, payment=payment or guess, currency=arrival.currency,
            amount_minor=rest, reason=reason,
        )  # fmt: skip
        record_event(
            actor=actor, action="stray.opened", subject=stray, after={"reason": reason},
            amount=rest, currency=arrival.currency, receipt=receipt.pk,
        )  # fmt: skip
    return receipt
