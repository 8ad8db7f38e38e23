"""The bookings' part of a person's data: what he registered for, what was told at the door.

What he typed is forgotten after `events.retention_months`, or with his account; that somebody came
stays as a number. Paid tickets are kept in the books by their own rules.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.accounts import personal_data
from artmarket.accounts.models import User
from artmarket.accounts.personal_data import Hold
from artmarket.core.clock import db_now

from ..models import Booking
from ..services.forgetting import forget_person
from . import citations


def announce() -> None:
    """Register the part; called once at start."""
    personal_data.register("bookings", _("活动报名"), copy=copy, holds=holds, forget=forget)


def copy(user: User) -> Iterable[dict[str, Any]]:
    """Every registration of the person, with what he typed and when his tickets were read."""
    rows = Booking.objects.filter(user=user).select_related("programme", "session", "ticket_type")
    for row in rows.prefetch_related("tickets").order_by("pk"):
        yield {
            "booking": str(row.uuid),
            "event": row.programme.title,
            "starts_at": row.session.starts_at,
            "ticket": row.ticket_type.name,
            "state": row.state,
            "places": row.places,
            "name": row.name,
            "phone": row.phone,
            "need": row.need,
            "language": row.language,
            "price_minor": row.price_minor,
            "currency": row.currency,
            "consent_at": row.consent_at,
            "created_at": row.created_at,
            "tickets_read_at": [ticket.checked_in_at for ticket in row.tickets.all()],
        }


def holds(user: User) -> Iterable[Hold]:
    """What is still to come is cancelled first: its place is free then, its price paid back."""
    live = Booking.objects.live().filter(user=user, session__ends_at__gt=db_now())
    if live.exists():
        words = _("你还有没开始的活动报名，请先取消。")
        yield Hold(words, citations.ERASURE, blocks=True)


def forget(user: User) -> None:
    """What the person typed."""
    forget_person(user.pk)
