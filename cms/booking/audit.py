"""Prove seats and ticket money: quotas from their bookings, tickets, the books from the payments.

Reads only. `manage.py audit_bookings` runs all of it, `audit_ledger` what is about money.
"""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count, F, Q, Sum

from artmarket.ledger.audit import Fault
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Payment, Refund
from artmarket.ledger.payments.enums import OutgoingState, PaymentState

from ..enums import HOLDING_SEATS, BookingState
from ..models import Booking, Quota, Ticket
from ..services.quotas import counted
from ..services.ticket_money import PURPOSE

_ALIVE = (OutgoingState.ASKED, OutgoingState.SENT, OutgoingState.DONE)


def booking_faults() -> Iterator[str]:
    """All that does not hold of quotas, bookings and tickets."""
    sums = counted()
    for quota in Quota.objects.order_by("pk").iterator(chunk_size=1000):
        if quota.taken != sums.get(quota.pk, 0):
            yield f"quota {quota.pk}: taken {quota.taken}, its bookings {sums.get(quota.pk, 0)}"
        if quota.size is not None and quota.taken > quota.size:
            yield f"quota {quota.pk}: taken {quota.taken} of {quota.size}"
    confirmed = Booking.objects.filter(state=BookingState.CONFIRMED)
    for booking in confirmed.annotate(made=Count("tickets")).exclude(made=F("places")):
        yield f"booking {booking.pk}: {booking.places} places, {booking.made} tickets"
    read = Ticket.objects.annotate(
        firsts=Count("readings", filter=Q(readings__is_first=True))
    ).filter(
        Q(checked_in_at__isnull=False, firsts=0) | Q(checked_in_at__isnull=True, firsts__gt=0)
    )  # fmt: skip
    for ticket in read:
        yield f"ticket {ticket}: read {ticket.checked_in_at}, first readings {ticket.firsts}"
    yield from _unpaid()


def _unpaid() -> Iterator[str]:
    """Confirmed paid bookings without a payment that brought their price."""
    paid = Booking.objects.filter(state=BookingState.CONFIRMED, price_minor__gt=0)
    wrong = paid.exclude(payment__state=PaymentState.PAID)
    for booking in wrong.order_by("pk"):
        yield f"booking {booking.pk}: confirmed and not paid"


def accounts_hold() -> Iterator[Fault]:
    """Accounts for tickets that do not hold what came for tickets less what went back."""
    held: dict[tuple[int | None, str], int] = defaultdict(int)
    came = Payment.objects.filter(purpose=PURPOSE).order_by()
    for row in came.values("credit_account__party", "currency").annotate(s=Sum("received_minor")):
        held[row["credit_account__party"], row["currency"]] += row["s"]
    back = Refund.objects.filter(from_account__purpose=Purpose.TICKETS, state__in=_ALIVE)
    sums = back.order_by().values("from_account__party", "currency").annotate(s=Sum("amount_minor"))
    for party, currency, amount in sums.values_list("from_account__party", "currency", "s"):
        held[party, currency] -= amount
    rows = Account.objects.filter(purpose=Purpose.TICKETS)
    balances = {(row.party_id, row.currency): row.balance_minor for row in rows}
    for key in sorted({*held, *balances}, key=str):
        if held.get(key, 0) != balances.get(key, 0):
            words = f"{balances.get(key, 0)}, its tickets {held.get(key, 0)}"
            yield Fault("tickets", f"party {key[0]} {key[1]}", words)


def places_held() -> int:
    """How many places bookings hold, of all programmes."""
    rows = Booking.objects.filter(state__in=HOLDING_SEATS)
    return rows.aggregate(sum=Sum("places"))["sum"] or 0
