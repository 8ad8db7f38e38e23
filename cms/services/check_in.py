"""At the door: a ticket is read, once it lets somebody in; readings made offline come in later.

Every reading of a ticket of ours is a row that is never changed (`CheckIn`), named by the device
(`reading`): brought in twice, it counts nobody twice. Of two doors that read the same ticket one
lets in. Events rules §2.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import NotAllowed, WrongState
from artmarket.core.events import record_event

from ..booking import terms
from ..engine.tickets import TicketError
from ..enums import BookingState, ReadingResult, SessionState
from ..locks import lock_booking
from ..models import Booking, CheckIn, Session, Ticket
from . import tickets

MOST_READINGS = 5_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the door says: `ticket` where it is one of ours, `first_at` when it was read first."""

    result: ReadingResult
    ticket: Ticket | None = None
    first_at: datetime | None = None

    @property
    def lets_in(self) -> bool:
        return self.result == ReadingResult.VALID


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a device: its own name for it, the code, when it was."""

    reading: uuid.UUID
    code: str
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of readings brought in: let in now, known before, not valid (with the result)."""

    counted: int
    repeated: int
    refused: tuple[tuple[Reading, ReadingResult], ...]


def read_ticket(
    *,
    actor: User,
    session_id: int,
    code: str,
    reading: uuid.UUID,
    read_at: datetime | None = None,
    is_offline: bool = False,
) -> Answer:
    """Read a ticket at the door of a session; the same reading again gives the same answer.

    `read_at` is now unless a device says when it was. Raises `NotAllowed`, `WrongState` (no such
    session), `Busy`.
    """
    session = _session(actor, session_id)
    return _read(actor, session, code, reading, read_at, is_offline)


def merge(*, actor: User, session_id: int, readings: Iterable[Reading]) -> Merged:
    """Bring in what a device read offline, in order of time, each in a transaction of its own.

    Repeated, it counts nobody twice. Raises `NotAllowed`, `WrongState`.
    """
    session = _session(actor, session_id)
    counted, repeated, refused = 0, 0, []
    for one in sorted(readings, key=lambda row: row.read_at)[:MOST_READINGS]:
        if CheckIn.objects.filter(reading=one.reading).exists():
            repeated += 1
            continue
        answer = _read(actor, session, one.code, one.reading, one.read_at, True)
        if answer.lets_in:
            counted += 1
        else:
            refused.append((one, answer.result))
    return Merged(counted, repeated, tuple(refused))


def look(*, actor: User, code: str, session: Session | None = None) -> Answer:
    """What the door would say, without reading it: for a link that is opened. Raises `NotAllowed`.

    `session` None: that of the ticket.
    """
    found = _find(code)
    if isinstance(found, ReadingResult):
        return Answer(found)
    if not actor.has_perm("cms.work_at_door", found.booking.programme):
        raise NotAllowed()
    return _judge(found, session or found.booking.session, db_now())


def _session(actor: User, session_id: int) -> Session:
    session = Session.objects.select_related("programme__organiser").filter(pk=session_id).first()
    if session is None:
        raise WrongState()
    if not actor.has_perm("cms.work_at_door", session.programme):
        raise NotAllowed()
    return session


@transaction.atomic(durable=True)
def _read(
    actor: User, session: Session, code: str, reading: uuid.UUID, read_at: datetime | None,
    is_offline: bool,
) -> Answer:  # fmt: skip
    found = _find(code)
    if isinstance(found, ReadingResult):
        return Answer(found)
    lock_booking(pk=found.booking_id)
    ticket = Ticket.objects.select_related("booking__session", "booking__ticket_type").get(
        pk=found.pk
    )
    now = db_now()
    moment = min(read_at or now, now)
    standing = CheckIn.objects.filter(reading=reading).first()
    if standing is not None and standing.ticket_id == ticket.pk:
        result = ReadingResult.VALID if standing.is_first else ReadingResult.USED
        return Answer(result, ticket, ticket.checked_in_at)
    answer = _judge(ticket, session, moment)
    if standing is None and answer.result in (ReadingResult.VALID, ReadingResult.USED):
        _write(actor, ticket, session, reading, moment, answer.lets_in, is_offline)
        return Answer(answer.result, ticket, ticket.checked_in_at)
    return answer


def _find(code: str) -> Ticket | ReadingResult:
    """The ticket of a code (or of an address that ends with one), or what is wrong with it."""
    plain = code.strip().rstrip("/").rsplit("/", 1)[-1]
    try:
        booking, number = tickets.read(plain)
    except TicketError as error:
        return ReadingResult(error.code)
    rows = Ticket.objects.select_related("booking__session", "booking__programme__organiser")
    found = rows.filter(booking__uuid=booking, number=number).first()
    if found is not None:
        return found
    # It was ours: the booking was made smaller, or never confirmed.
    exists = Booking.objects.filter(uuid=booking).exists()
    return ReadingResult.CANCELLED if exists else ReadingResult.FORGED


def _judge(ticket: Ticket, session: Session, moment: datetime) -> Answer:
    booking = ticket.booking
    if booking.session_id != session.pk:
        result = ReadingResult.OTHER_SESSION
    elif booking.state != BookingState.CONFIRMED:
        is_over = booking.state in (BookingState.CANCELLED, BookingState.EXPIRED)
        result = ReadingResult.CANCELLED if is_over else ReadingResult.NOT_CONFIRMED
    elif session.state == SessionState.CANCELLED:
        result = ReadingResult.CANCELLED
    elif ticket.checked_in_at is not None:
        result = ReadingResult.USED
    elif moment < terms.check_in_from(session):
        result = ReadingResult.TOO_EARLY
    elif moment > session.ends_at:
        result = ReadingResult.OVER
    else:
        result = ReadingResult.VALID
    return Answer(result, ticket, ticket.checked_in_at)


def _write(
    actor: User, ticket: Ticket, session: Session, reading: uuid.UUID, moment: datetime,
    is_first: bool, is_offline: bool,
) -> None:  # fmt: skip
    CheckIn.objects.create(
        reading=reading, ticket=ticket, session=session, by=actor, read_at=moment,
        is_first=is_first, is_offline=is_offline,
    )  # fmt: skip
    if not is_first:
        return
    ticket.checked_in_at, ticket.checked_in_by = moment, actor
    ticket.save(update_fields=["checked_in_at", "checked_in_by"])
    record_event(
        actor=actor, action="cms.ticket_read", subject=ticket, after={"at": moment},
        session=session.pk, booking=ticket.booking_id, number=ticket.number, offline=is_offline,
    )  # fmt: skip
