"""What stands in a person's own calendar: the sessions that he has places in, or hopes for."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.utils import timezone

from artmarket.accounts.models import User

from ..engine.ics import Status
from ..enums import BookingState
from ..models import Booking, CalendarAddress, Session
from ..services.calendar_addresses import digest_of
from .published import is_cancelled

KEPT: Final = timedelta(days=90)
"""How long a session stays in the calendar after it was."""
MOST: Final = 500
SHOWN: Final = (
    BookingState.ASKED, BookingState.OFFERED, BookingState.TO_PAY, BookingState.CONFIRMED,
    BookingState.WAITING,
)  # fmt: skip


def owner_of(secret: str) -> User | None:
    """Whose calendar has this secret in its address; None where nobody's has."""
    rows = CalendarAddress.objects.select_related("user").filter(user__is_active=True)
    address = rows.filter(digest=digest_of(secret)).first()
    return address.user if address else None


def own_sessions(user: User) -> tuple[list[Session], Mapping[int, Status]]:
    """The person's sessions in the order of time, and which of them are not certain yet. One query.

    What he gave up himself is gone; what was cancelled by the organiser stays, so that calendars
    learn of it.
    """
    since = timezone.now() - KEPT
    rows = (
        Booking.objects.filter(user=user, session__ends_at__gte=since)
        .filter(state__in=(*SHOWN, BookingState.CANCELLED))
        .select_related(
            "session__programme__place", "session__programme__room__place", "session__room__place"
        )
        .order_by("session__starts_at", "session_id")[:MOST]
    )
    sessions: dict[int, Session] = {}
    statuses: dict[int, Status] = {}
    for booking in rows:
        session = booking.session
        if booking.state == BookingState.CANCELLED and not is_cancelled(session):
            continue
        sessions[session.pk] = session
        if booking.state == BookingState.CONFIRMED:
            statuses[session.pk] = "CONFIRMED"
        else:
            statuses.setdefault(session.pk, "TENTATIVE")
    return list(sessions.values()), statuses
