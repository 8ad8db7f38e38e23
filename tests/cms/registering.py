"""What tests of registering share: book as a visitor, let the duties run, read the news."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from auctions.models import Notice, NoticeKind
from cms.booking import tasks
from cms.booking.audit import accounts_hold, booking_faults
from cms.models import Booking, Quota, Session
from cms.services import bookings
from tests.factories import UserFactory

_keys = count(1)


def visitor(**given):
    return UserFactory(**given)


def book(session: Session, user=None, places: int = 1, **given) -> Booking:
    """Register as `user` (somebody new) for a session, with its first ticket type."""
    ticket_type = given.pop("ticket_type", None) or session.programme.ticket_types.first()
    values = {"name": "王一", "phone": "13800000000", "key": f"key-{next(_keys)}", "consent": True}
    return bookings.book(
        actor=user or visitor(), session_id=session.pk, ticket_type_id=ticket_type.pk,
        places=places, **(values | given),
    )  # fmt: skip


def filled(session: Session, people: int = 30) -> list[Booking]:
    """So many people, each with a booking of his own."""
    return [book(session) for _n in range(people)]


def taken(session: Session) -> int:
    return Quota.objects.get(sessions=session).taken


def state(booking: Booking) -> str:
    booking.refresh_from_db()
    return booking.state


def run() -> str:
    """One run of the job."""
    return tasks.keep_moving()


def news(booking: Booking) -> list[str]:
    """What its visitor was told, in order."""
    rows = Notice.objects.filter(
        user=booking.user, kind=NoticeKind.EVENT, key__startswith=f"booking:{booking.pk}:"
    )
    return [row.facts["news"] for row in rows.order_by("pk")]


def set_start(session: Session, **before) -> Session:
    """Put a session so that it begins in so much time (`hours=2`; negative: it has begun)."""
    length = session.ends_at - session.starts_at
    session.starts_at = timezone.now() + timedelta(**before)
    session.ends_at = session.starts_at + length
    session.original_start = session.starts_at
    session.save(update_fields=["starts_at", "ends_at", "original_start"])
    session.bookings.update(known_start=session.starts_at)
    return session


def assert_whole() -> None:
    """Quotas are the sums of their bookings, and the books hold the tickets' money."""
    assert [*booking_faults(), *accounts_hold()] == []
