"""The money of paid tickets: asked for, taken in, sent back; under the lock of the booking.

What comes stands on the account for tickets (TICKETS) of the organiser, or of the platform where
there is none, and leaves it by a refund to its payment and nowhere else. Money for a booking that
has ended, or that came twice, goes back by itself.
"""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.accounts.services.parties import party_of, party_of_organisation
from artmarket.core.errors import Invalid
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.gateways import offered
from artmarket.ledger.models import Account, Payment
from artmarket.ledger.payments.enums import OPEN_PAYMENTS, OutgoingState, PaymentState
from artmarket.ledger.payments.locks import lock_payment
from artmarket.ledger.services.outgoing import TakenByBank, ask_refund, asked_back
from artmarket.ledger.services.payments import ask_payment, cancel_payment

from ..models import Booking, Programme

PURPOSE: Final = "ticket"


def account_of(programme: Programme, currency: str) -> Account:
    """Where the money for tickets stands until it is settled or goes back."""
    organiser = programme.organiser
    party = party_of_organisation(organiser) if organiser else None
    return account(purpose=Purpose.TICKETS, currency=currency, party=party)


def payments_of(booking: Booking) -> QuerySet[Payment]:
    """What was asked for a booking, by whatever way, in order."""
    return Payment.objects.asked_for(PURPOSE, booking).order_by("pk")


def ask(booking: Booking, *, actor: User | None, gateway: str = "") -> Payment:
    """Ask for the price of a locked booking by one way; "": the first that is offered.

    The same way again, while nobody has paid it, is the same payment; another takes its place.
    Raises `Invalid` (no such way), `GatewayNotOffered`.
    """
    ways = offered(booking.currency)
    way = gateway or ways[0]
    if way not in ways:
        raise Invalid(fields={"gateway": _("请选一种付款方式。")})
    standing = booking.payment
    if standing is not None and standing.state in OPEN_PAYMENTS and not standing.wish:
        if standing.gateway == way:
            return standing
        drop_open(booking)
    booking.payment = ask_payment(
        actor=actor, party=party_of(booking.user), purpose=PURPOSE, subject=booking,
        currency=booking.currency, amount_minor=booking.price_minor, gateway=way,
        credit_account=account_of(booking.programme, booking.currency),
        key=f"ticket:{booking.pk}:{payments_of(booking).count() + 1}",
    )  # fmt: skip
    booking.save(update_fields=["payment"])
    return booking.payment


def drop_open(booking: Booking) -> None:
    """Do not take what nobody has paid yet."""
    for row in payments_of(booking).filter(state__in=OPEN_PAYMENTS, wish=""):
        payment = lock_payment(pk=row.pk)
        if payment.state in OPEN_PAYMENTS and not payment.wish:
            cancel_payment(actor=None, payment_id=payment.pk)


def paid_by(booking: Booking) -> Payment | None:
    """The payment that brought all of the price, or None; locks nothing."""
    return payments_of(booking).filter(state=PaymentState.PAID).first()


def send_back(
    booking: Booking, *, actor: User | None, reason: str, keep: Payment | None = None
) -> int:
    """Refund what the payments of a booking brought, but for `keep`; how much is asked for now.

    What the payer's bank took back itself is not paid twice, and a refund that failed waits for a
    person, who sends it again. Safe to call again.
    """
    total = 0
    for row in payments_of(booking).filter(received_minor__gt=0):
        if keep is not None and row.pk == keep.pk:
            continue
        payment = lock_payment(pk=row.pk)
        rest = payment.received_minor - asked_back(payment)
        if rest <= 0 or payment.refunds.filter(state=OutgoingState.FAILED).exists():
            continue
        try:
            ask_refund(
                actor=actor, payment_id=payment.pk, amount_minor=rest,
                from_account=payment.credit_account,
                key=f"ticket:{booking.pk}:{payment.pk}:{payment.refunds.count() + 1}",
                reason=reason or payment.reference,
            )  # fmt: skip
        except TakenByBank:
            continue
        total += rest
    return total
