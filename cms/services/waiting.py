"""The waiting list that promotes by itself, and what else time does to bookings.

Who comes next is said by `engine.seats`, in order of time. A free place is confirmed at once; one
that costs something, or that the bureau gives by hand, is offered for a while and then goes to the
next. Every step runs after each change and again by a duty; repeated, it changes nothing. Events
rules §2.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, NotAllowed, WrongState

from .. import hooks
from ..booking import terms
from ..booking.refusals import Full
from ..enums import (
    LIVE_BOOKINGS,
    BookingMode,
    BookingNews,
    BookingState,
    ProgrammeState,
    SessionState,
    WaitingMode,
)
from ..locks import lock_booking
from ..models import Booking, Programme, Quota, Session
from . import ticket_money
from .booking_states import ROW, end, held_booking, move, settle
from .quotas import Held, hold
from .telling import tell

log = structlog.get_logger(__name__)
AT_ONCE = 500
MOST = 10_000


def wake(programme_id: int) -> None:
    """Let the list move once this transaction is committed; what fails then, the duty repeats."""

    def call() -> None:
        promote(programme_id=programme_id)

    transaction.on_commit(call, robust=True)


@transaction.atomic(durable=True)
def promote(*, programme_id: int) -> list[int]:
    """Give free places of a programme to those whose turn it is; the keys of their bookings.

    Nothing where the bureau promotes by hand, or the programme is cancelled.
    """
    held = hold(programme_id)
    programme = held.programme
    if programme.waiting != WaitingMode.AUTOMATIC or programme.state == ProgrammeState.CANCELLED:
        return []
    line = [row for row in held.line() if terms.can_be_given(programme, row, held.now)]
    turns = held.turns(line)
    for pk in turns:
        _give(held, Booking.objects.select_related(*ROW).get(pk=pk), actor=None)
    return turns


def _give(held: Held, booking: Booking, *, actor: User | None) -> None:
    """One of the waiting gets places: to be approved, confirmed, or offered for a while."""
    programme = held.programme
    by_hand = actor is not None
    is_short = terms.is_short(programme, booking.session, held.now)
    if programme.booking == BookingMode.APPROVAL and not by_hand:
        move(held, booking, BookingState.ASKED, actor=actor)
        tell(booking, BookingNews.ASKED)
    elif terms.is_paid(booking) or (by_hand and not is_short):
        until = terms.offer_until(programme, booking.session, held.now)
        move(
            held, booking, BookingState.OFFERED, actor=actor, offer_until=until, decided_by=actor
        )  # fmt: skip
        tell(booking, BookingNews.OFFERED, until=until)
    else:
        settle(held, booking, actor=actor, news=BookingNews.PROMOTED)


@transaction.atomic(durable=True)
def promote_by_hand(*, actor: User, booking_id: int) -> Booking:
    """The bureau gives one of the waiting his places, whoever else waits; there must be room.

    Raises `NotAllowed` (also for one's own), `WrongState` (does not wait, too late), `Full`.
    """
    held, booking = held_booking(booking_id)
    if not actor.has_perm("cms.handle_bookings") or booking.user_id == actor.pk:
        raise NotAllowed()
    if booking.state != BookingState.WAITING or booking.session.starts_at <= held.now:
        raise WrongState()
    is_off = booking.session.state == SessionState.CANCELLED
    if is_off or not terms.can_be_given(held.programme, booking, held.now):
        raise WrongState()
    blocked = held.blocking(held.touching.wanted(booking))
    if blocked:
        raise Full(_("名额不够，不能递补。"), hint="", quotas=blocked)
    _give(held, booking, actor=actor)
    return booking


# ------------------------------------------------------------------ what time does


@transaction.atomic(durable=True)
def expire(*, booking_id: int) -> bool:
    """End what was not accepted, paid, decided or reached in time; False where it is not time."""
    held, booking = held_booking(booking_id)
    is_due = booking.offer_until is not None and booking.offer_until <= held.now
    has_begun = booking.session.starts_at <= held.now
    if booking.state == BookingState.TO_PAY and is_due:
        if ticket_money.paid_by(booking):
            return False  # paid in the last moment: the books tell it
        news = BookingNews.UNPAID
    elif booking.state == BookingState.OFFERED and is_due:
        news = BookingNews.OFFER_OVER
    elif booking.state in (BookingState.WAITING, BookingState.ASKED) and has_begun:
        news = BookingNews.LINE_OVER
    else:
        return False
    end(held, booking, BookingState.EXPIRED, news, actor=None)
    wake(held.programme.pk)
    return True


def due_for_expiry(limit: int = AT_ONCE) -> list[int]:
    """Bookings whose time is over."""
    now = db_now()
    open_terms = Q(
        state__in=(BookingState.OFFERED, BookingState.TO_PAY), offer_until__lte=now
    )  # fmt: skip
    begun = Q(state__in=(BookingState.WAITING, BookingState.ASKED), session__starts_at__lte=now)
    rows = Booking.objects.filter(open_terms | begun).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def due_for_promotion(limit: int = AT_ONCE) -> list[int]:
    """Programmes in which somebody waits and the list moves by itself."""
    rows = Booking.objects.filter(
        state=BookingState.WAITING, programme__waiting=WaitingMode.AUTOMATIC,
        session__starts_at__gt=db_now(),
    )  # fmt: skip
    keys = rows.exclude(programme__state=ProgrammeState.CANCELLED).order_by("programme")
    return list(keys.values_list("programme", flat=True).distinct()[:limit])


# ------------------------------------------------------------------ what planning does


@transaction.atomic(durable=True)
def call_off(*, booking_id: int) -> bool:
    """End a booking of what was cancelled, with a full refund; False where nothing was."""
    held, booking = held_booking(booking_id)
    programme, session = held.programme, booking.session
    is_off = programme.state == ProgrammeState.CANCELLED and session.ends_at > held.now
    is_off |= session.state == SessionState.CANCELLED
    if not is_off or booking.state not in LIVE_BOOKINGS:
        return False
    end(
        held, booking, BookingState.CANCELLED, BookingNews.CALLED_OFF, actor=None,
        reason=programme.cancel_reason or session.note,
        reason_en=programme.cancel_reason_en or session.note_en, because="cancelled",
    )  # fmt: skip
    return True


def due_for_calling_off(limit: int = AT_ONCE, **only: Any) -> list[int]:
    """Live bookings of what was cancelled; `only` narrows them to a session or programme."""
    off = Q(session__state=SessionState.CANCELLED) | Q(
        programme__state=ProgrammeState.CANCELLED, session__ends_at__gt=db_now()
    )
    rows = Booking.objects.live().filter(off, **only).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def tell_moved(*, booking_id: int) -> bool:
    """Tell a visitor that his session is at another time than he knows; both times are named."""
    lock_booking(pk=booking_id)
    booking = Booking.objects.select_related(*ROW).get(pk=booking_id)
    session, known = booking.session, booking.known_start
    if booking.state not in LIVE_BOOKINGS or known in (None, session.starts_at):
        return False
    tell(booking, BookingNews.MOVED, key=f"moved:{session.sequence}", old=known)
    booking.known_start = session.starts_at
    booking.save(update_fields=["known_start"])
    return True


def due_for_moving(limit: int = AT_ONCE, **only: Any) -> list[int]:
    """Live bookings whose visitors know another start than the session's."""
    start = F("session__starts_at")
    rows = Booking.objects.live().filter(Q(known_start__lt=start) | Q(known_start__gt=start))
    rows = rows.filter(session__ends_at__gt=db_now(), **only).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


# ------------------------------------------------------------------ listening to planning


def on_programme_cancelled(_actor: Any, programme: Programme) -> None:
    """End every booking of a programme that is being cancelled, once it is."""
    _after_commit(partial(_call_off_all, programme=programme.pk))


def on_session_changed(
    actor: Any, session: Session, change: hooks.Change, before: dict[str, Any]
) -> None:
    """Once the change is made: end the bookings of a cancelled session, tell those of a moved one,
    and let the list move: a later time may be before the cut-off again."""
    if change == "cancelled":
        _after_commit(partial(_call_off_all, session=session.pk))
    else:
        _after_commit(partial(_tell_all, session=session.pk))
    wake(session.programme_id)


def on_quota_raised(_actor: Any, quota: Quota) -> None:
    """There may be room for somebody who waits."""
    wake(quota.programme_id)


def _after_commit(call: Callable[[], object]) -> None:
    """What is missed here, the duty does."""

    def run() -> None:  # a partial has no name, and Django's report of a failure wants one
        call()

    transaction.on_commit(run, robust=True)


def _call_off_all(**only: Any) -> None:
    """One after the other; what fails, the duty repeats."""
    for pk in due_for_calling_off(limit=MOST, **only):
        try:
            call_off(booking_id=pk)
        except DomainError:
            log.warning("booking_not_called_off", booking=pk, exc_info=True)


def _tell_all(**only: Any) -> None:
    for pk in due_for_moving(limit=MOST, **only):
        tell_moved(booking_id=pk)
