"""Move a booking from one state to another: its row, its places, its tickets, its event, its news.

The only writer of `Booking.state`. Each function runs in the caller's transaction, which holds the
programme and its quotas (`quotas.hold`) and the booking.
"""

from typing import Any

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.errors import WrongState
from artmarket.core.events import record_event

from ..booking import citations, terms
from ..enums import BOOKING_MOVES, HOLDING_SEATS, BookingMode, BookingNews, BookingState
from ..locks import lock_booking
from ..models import Booking
from . import ticket_money, tickets
from .quotas import Held, hold
from .telling import tell

ROW = ("session", "ticket_type", "user", "payment", "programme__organiser")


def held_booking(booking_id: int) -> tuple[Held, Booking]:
    """A booking, fresh, under the locks of its programme, its quotas and itself.

    Raises `WrongState` (there is none), `Busy`.
    """
    programme_id = Booking.objects.filter(pk=booking_id).values_list("programme", flat=True).first()
    if programme_id is None:
        raise WrongState()
    held = hold(programme_id)
    lock_booking(pk=booking_id)
    return held, Booking.objects.select_related(*ROW).get(pk=booking_id)


def move(
    held: Held, booking: Booking, state: BookingState, *, actor: User | None, **columns: Any
) -> None:
    """Write the state, take or give back the places, and record it.

    Raises `WrongState` (no such move), `Full` (a move that takes places, and there are none).
    """
    before = BookingState(booking.state)
    if state not in BOOKING_MOVES[before]:
        raise WrongState()
    had, has = before in HOLDING_SEATS, state in HOLDING_SEATS
    if has and not had:
        held.take(held.keys_of(booking), booking.places)
    elif had and not has:
        held.give_back(held.keys_of(booking), booking.places)
    values = {"state": state, "offer_until": None, "changed_at": held.now, **columns}
    for name, value in values.items():
        setattr(booking, name, value)
    booking.save(update_fields=list(values))
    record(booking, f"cms.booking_{state}", actor=actor, before=before)
    if state == BookingState.CONFIRMED:
        tickets.issue(booking)


def record(booking: Booking, action: str, *, actor: User | None, before: str = "") -> None:
    """One event about a booking; nothing of what its visitor typed."""
    record_event(
        actor=actor, action=action, subject=booking,
        before={"state": before} if before else {}, after={"state": booking.state},
        session=booking.session_id, programme=booking.programme_id, places=booking.places,
    )  # fmt: skip


def settle(
    held: Held, booking: Booking, *, actor: User | None, news: BookingNews = BookingNews.CONFIRMED
) -> None:
    """A booking that gets its places for good: confirmed, or to be paid first."""
    if not terms.is_paid(booking):
        move(held, booking, BookingState.CONFIRMED, actor=actor)
        tell(booking, news)
        return
    until = terms.pay_until(held.programme, booking.session, held.now)
    move(held, booking, BookingState.TO_PAY, actor=actor, offer_until=until)
    ticket_money.ask(booking, actor=actor)
    tell(booking, BookingNews.TO_PAY, until=until)


def first_state(held: Held, booking: Booking) -> BookingState:
    """What a booking that gets places is at first."""
    if held.programme.booking == BookingMode.APPROVAL:
        return BookingState.ASKED
    return BookingState.TO_PAY if terms.is_paid(booking) else BookingState.CONFIRMED


def end(
    held: Held,
    booking: Booking,
    state: BookingState,
    news: BookingNews,
    *,
    actor: User | None,
    reason: str = "",
    reason_en: str = "",
    because: str = "",
    **columns: Any,
) -> None:
    """A booking ends: its places are free, nothing more is taken for it, money goes back.

    `reason` is what the visitor reads, and in English where somebody wrote it (`reason_en`).
    `because` is the case of the rule of refunds; "": nothing was sold yet, all goes back.
    """
    move(held, booking, state, actor=actor, reason=reason, **columns)
    sent = 0
    if terms.is_paid(booking):
        ticket_money.drop_open(booking)
        words = reason or booking.programme.title
        if not because or because in rulebook.get(citations.REFUND):
            sent = ticket_money.send_back(booking, actor=actor, reason=words)
    tell(
        booking, news, reason=reason, reason_en=reason_en, refund_minor=sent,
        currency=booking.currency,
    )  # fmt: skip
