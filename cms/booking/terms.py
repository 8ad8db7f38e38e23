"""The limits and terms of registering: those of the programme, else those of the rule book.

Moments are aware; minutes and hours come from the rules. Reads the rule book, never the database.
Events rules §2.
"""

from datetime import datetime, timedelta

from artmarket import rulebook

from ..enums import SessionState
from ..models import Booking, Programme, Session
from . import citations


def cut_off(programme: Programme, session: Session) -> datetime:
    """Until when one may register for a session, or cancel."""
    own = programme.cut_off_minutes
    return session.starts_at - timedelta(
        minutes=rulebook.get(citations.CUT_OFF) if own is None else own
    )


def most_people(programme: Programme) -> int:
    """How many people one booking may be for."""
    return programme.people_per_booking or int(rulebook.get(citations.PEOPLE))


def most_waiting(programme: Programme) -> int:
    """How many people may wait for one session."""
    own = programme.waiting_size
    return int(rulebook.get(citations.WAITING_SIZE)) if own is None else own


def offer_until(programme: Programme, session: Session, now: datetime) -> datetime:
    """Until when a place that became free is kept for the one whose turn it is."""
    hours = rulebook.get(citations.WAITING_OFFER)
    return min(now + timedelta(hours=hours), _end_of_terms(programme, session, now))


def is_short(programme: Programme, session: Session, now: datetime) -> bool:
    """Whether less time is left than an offer has."""
    full = now + timedelta(hours=rulebook.get(citations.WAITING_OFFER))
    return offer_until(programme, session, now) < full


def pay_until(programme: Programme, session: Session, now: datetime) -> datetime:
    """Until when a ticket has to be paid."""
    hours = rulebook.get(citations.PAYMENT)
    return min(now + timedelta(hours=hours), _end_of_terms(programme, session, now))


def may_leave(programme: Programme, session: Session, now: datetime) -> bool:
    """Whether its visitor may cancel now: until the cut-off; of a session that was moved, until it
    begins, because he agreed to another time."""
    is_moved = session.state == SessionState.MOVED
    return now < (session.starts_at if is_moved else cut_off(programme, session))


def check_in_from(session: Session) -> datetime:
    """From when tickets of a session are read."""
    return session.starts_at - timedelta(minutes=rulebook.get(citations.CHECK_IN))


def age_limits(*rows: object) -> tuple[int | None, int | None]:
    """The least and the greatest age that all of these (programme, ticket type) allow."""
    least = [age for row in rows if (age := getattr(row, "min_age", None)) is not None]
    most = [age for row in rows if (age := getattr(row, "max_age", None)) is not None]
    return max(least, default=None), min(most, default=None)


def is_paid(booking: Booking) -> bool:
    """Whether this booking costs something."""
    return booking.price_minor > 0


def can_be_given(programme: Programme, booking: Booking, now: datetime) -> bool:
    """Whether one of the waiting can still get places: a paid one while he can pay them."""
    return not is_paid(booking) or now < cut_off(programme, booking.session)


def _end_of_terms(programme: Programme, session: Session, now: datetime) -> datetime:
    """Terms end with the cut-off; one that begins after it, when the session does."""
    end = cut_off(programme, session)
    return end if now < end else session.starts_at
