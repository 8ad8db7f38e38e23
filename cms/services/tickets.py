"""The tickets of a confirmed booking: one a person, with a signed code that says nothing of him.

Codes are made when they are shown and never stored. Their keys are drawn from the platform's keys
for sealed columns, so that a change of those changes these: the newest signs, each is believed.
"""

import hashlib
import hmac
import uuid
from functools import lru_cache

from django.conf import settings

from ..engine import tickets as engine
from ..models import Booking, Ticket

_PURPOSE = b"cms.tickets"


def issue(booking: Booking) -> None:
    """Make the tickets of a locked booking as many as its places; those read at the door stay."""
    numbers = set(booking.tickets.values_list("number", flat=True))
    wanted = set(range(1, booking.places + 1))
    booking.tickets.filter(number__in=numbers - wanted, readings__isnull=True).delete()
    Ticket.objects.bulk_create(
        [Ticket(booking=booking, number=number) for number in sorted(wanted - numbers)]
    )


def code_of(booking: Booking, number: int) -> str:
    """The code of one ticket of a booking; 48 characters."""
    return engine.ticket_code(booking.uuid, number, keys()[0])


def read(code: str) -> tuple[uuid.UUID, int]:
    """The booking and the number of a code. Raises `engine.tickets.TicketError`."""
    return engine.read_ticket(code, keys())


def keys() -> tuple[bytes, ...]:
    """The keys of codes, the newest first."""
    return _drawn(tuple(settings.FIELD_KEYS))


@lru_cache(maxsize=4)
def _drawn(secrets: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).digest() for secret in secrets)
