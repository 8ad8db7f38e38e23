"""What the bureau and the door read: a session's bookings with their reasons, who came."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from artmarket.accounts.models import Membership, User

from ..booking.permissions import is_bureau
from ..enums import HOLDING_SEATS, BookingState, SessionState
from ..models import Booking, Programme, Session, Ticket
from .bookings import state_kind
from .waiting import Line, Place, line_of

DOOR_BEFORE: Final = timedelta(hours=36)
DOOR_AFTER: Final = timedelta(hours=12)
_ORDER: Final = {
    BookingState.ASKED: 0,
    BookingState.WAITING: 1,
    BookingState.OFFERED: 2,
    BookingState.TO_PAY: 3,
    BookingState.CONFIRMED: 4,
}


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A booking at the desk; `place` where it waits, `came` how many of its people."""

    booking: Booking
    place: Place | None
    came: int
    kind: str

    @property
    def can_decide(self) -> bool:
        return self.booking.state == BookingState.ASKED

    @property
    def can_promote(self) -> bool:
        return self.booking.state == BookingState.WAITING

    @property
    def can_cancel(self) -> bool:
        return self.booking.is_live and not self.came


def sessions_with_counts(programme: Programme) -> "QuerySet[Session]":
    """The sessions of a programme with `held` places, `waits` people and `came` people."""
    held = Q(bookings__state__in=HOLDING_SEATS)
    waits = Q(bookings__state=BookingState.WAITING)
    rows = programme.sessions.annotate(
        held=Coalesce(Sum("bookings__places", filter=held), 0),
        waits=Coalesce(Sum("bookings__places", filter=waits), 0),
        asked=Count("bookings", filter=Q(bookings__state=BookingState.ASKED)),
    )
    return rows.order_by("starts_at", "pk")


def desk_rows(programme: Programme, session: Session, *, now: datetime) -> list[DeskRow]:
    """The bookings of a session: what is to be decided, the line in its order, the rest."""
    line = line_of(programme, now=now)
    rows = [_row(line, booking) for booking in _bookings(programme).filter(session=session)]
    return sorted(rows, key=_rank)


def all_rows(programme: Programme, *, now: datetime) -> list[DeskRow]:
    """The bookings of all sessions of a programme, in the order of the sessions, for a file."""
    line = line_of(programme, now=now)
    rows = _bookings(programme).order_by("session__starts_at", "session", "pk")
    return [_row(line, booking) for booking in rows]


def _bookings(programme: Programme) -> "QuerySet[Booking]":
    came = Count("tickets", filter=Q(tickets__checked_in_at__isnull=False))
    rows = Booking.objects.filter(programme=programme).annotate(came=came)
    return rows.select_related("user", "ticket_type", "session", "payment")


def _row(line: Line, booking: Booking) -> DeskRow:
    came: int = booking.came  # type: ignore[attr-defined]  # annotated
    return DeskRow(booking, line.place_of(booking), came, state_kind(booking))


def _rank(row: DeskRow) -> tuple[int, datetime, int]:
    booking = row.booking
    moment = booking.queued_at if booking.state == BookingState.WAITING else booking.created_at
    return (
        _ORDER.get(BookingState(booking.state), 9), moment or booking.created_at, booking.pk,
    )  # fmt: skip


# ------------------------------------------------------------------ the door


def door_programmes(user: User) -> "QuerySet[Programme]":
    """At whose doors this person works: the bureau at all, others at those of their house."""
    rows = Programme.objects.all()
    if is_bureau(user):
        return rows
    own = Membership.objects.filter(user=user, ended_at__isnull=True)
    return rows.filter(organiser__in=own.values("organisation"), organiser__is_active=True)


def door_sessions(user: User, *, now: datetime) -> "QuerySet[Session]":
    """Sessions of these days with confirmed bookings, the soonest first, with `expected` people
    and those that `came`."""
    rows = Session.objects.filter(
        programme__in=door_programmes(user), starts_at__lte=now + DOOR_BEFORE,
        ends_at__gte=now - DOOR_AFTER,
    ).exclude(state=SessionState.CANCELLED)  # fmt: skip
    confirmed = Q(bookings__state=BookingState.CONFIRMED)
    read = confirmed & Q(bookings__tickets__checked_in_at__isnull=False)
    rows = rows.annotate(
        expected=Count("bookings__tickets", filter=confirmed, distinct=True),
        came=Count("bookings__tickets", filter=read, distinct=True),
    )
    return rows.select_related("programme__place", "room").order_by("starts_at", "pk")


def tickets_of(session: Session) -> "QuerySet[Ticket]":
    """The tickets that let somebody into a session, by name."""
    rows = Ticket.objects.filter(booking__session=session, booking__state=BookingState.CONFIRMED)
    rows = rows.select_related("booking__ticket_type")
    return rows.order_by("booking__name", "booking", "number")


def door_counts(session: Session) -> tuple[int, int]:
    """How many are expected, and how many came."""
    counts = tickets_of(session).aggregate(
        expected=Count("pk"), came=Count("pk", filter=Q(checked_in_at__isnull=False))
    )
    return counts["expected"], counts["came"]
