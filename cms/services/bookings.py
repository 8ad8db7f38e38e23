"""Register for a session, change, cancel, accept an offered place, decide what was asked.

A booking takes its places from every quota that its session and ticket type touch, in one
transaction under the locks of the programme and its quotas: of two requests for the last seat one
gets it. A form that is sent twice is one booking. Events rules §2, §7, §9.
"""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.errors import Invalid, NotAllowed, Text, WrongState
from artmarket.ledger.models import Payment
from artmarket.ledger.payments.enums import OPEN_PAYMENTS, PaymentState
from artmarket.ledger.payments.locks import lock_payment

from ..booking import citations, terms
from ..booking.refusals import Full, LeaveTooLate, NotOpen, TooLate, TooMany, WaitingFull
from ..engine.seats import Wanted
from ..enums import (
    LIVE_BOOKINGS,
    BookingMode,
    BookingNews,
    BookingState,
    ProgrammeState,
    SessionState,
    WaitingMode,
)
from ..models import Booking, Programme, Session, TicketType
from . import ticket_money, tickets
from .booking_states import end, first_state, held_booking, move, record, settle
from .quotas import Held, hold
from .telling import tell
from .waiting import wake

MAX_REASON = 300
MAX_KEY = 64
NEWCOMER = 0
"""The key of a wish that has no row yet; rows begin with 1."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """What a visitor says of himself: `need` is the help that he needs, `meets_age` that all who
    come are as old as is asked; `consent` that we may use it for this registration."""

    name: str
    phone: str = ""
    need: str = ""
    language: str = "zh-hans"
    meets_age: bool = False
    consent: bool = False


@transaction.atomic(durable=True)
def book(
    *,
    actor: User,
    session_id: int,
    ticket_type_id: int,
    places: int,
    name: str,
    key: str,
    consent: bool,
    phone: str = "",
    need: str = "",
    language: str = "zh-hans",
    meets_age: bool = False,
) -> Booking:
    """Register for a session: confirmed, to be paid, asked for, or in the waiting list.

    `places` is how many people come, `key` the form's own; the others see `Visitor`. The same key
    gives the booking that stands. Raises `Invalid` (fields), `NotOpen`, `TooLate`, `TooMany`,
    `Full`, `WaitingFull`, `WrongState` (no such session or ticket), `Busy`.
    """
    if not 0 < len(key) <= MAX_KEY:
        raise Invalid(_("表单不完整，请重新打开报名页。"), code="bad_key")
    known = Session.objects.filter(pk=session_id).values_list("programme", flat=True).first()
    if known is None:
        raise WrongState()
    held = hold(known)
    standing = Booking.objects.filter(user=actor, key=key).first()
    if standing is not None:
        return standing
    session = Session.objects.get(pk=session_id)
    ticket_type = TicketType.objects.filter(pk=ticket_type_id, programme=known).first()
    if ticket_type is None or not ticket_type.is_offered:
        raise WrongState(_("这种票现在不能报。"))
    require_open(held, session)
    visitor = Visitor(name, phone, need, language, meets_age, consent)
    _check_fields(held.programme, ticket_type, places, visitor)
    _check_person(actor, session)
    booking = _row(held, session, ticket_type, actor, places, visitor, key)
    try:
        with transaction.atomic():
            _enter(held, booking, actor)
    except IntegrityError:  # the same key for another programme, at the same moment
        standing = Booking.objects.filter(user=actor, key=key).first()
        if standing is None:
            raise
        return standing
    return booking


def require_open(held: Held, session: Session) -> None:
    """Raises `NotOpen`, `TooLate`."""
    programme = held.programme
    if programme.state == ProgrammeState.CANCELLED:
        raise NotOpen(_("这个活动已经取消。"))
    if programme.booking == BookingMode.NONE:
        raise NotOpen(_("这个活动不用报名，直接来就行。"))
    if programme.state != ProgrammeState.OPEN:
        raise NotOpen()
    if session.state == SessionState.CANCELLED:
        raise NotOpen(_("这一场已经取消。"))
    if session.ends_at <= held.now:
        raise NotOpen(_("这一场已经结束。"))
    if terms.cut_off(programme, session) <= held.now:
        raise TooLate()


def _check_fields(
    programme: Programme, ticket_type: TicketType, places: int, visitor: Visitor
) -> None:
    wrong: dict[str, Text] = {}
    most = terms.most_people(programme)
    if not 0 < places <= most:
        words = ngettext_lazy("一次最多报%(n)d人。", "一次最多报%(n)d人。", most)
        wrong["places"] = words % {"n": most}
    if not 0 < len(visitor.name.strip()) <= _longest("name"):
        wrong["name"] = _("请写联系人，不超过80个字。")
    if len(visitor.phone.strip()) > _longest("phone"):
        wrong["phone"] = _("电话太长。")
    if len(visitor.need.strip()) > _longest("need"):
        wrong["need"] = _("请写短一些，不超过200个字。")
    if terms.age_limits(programme, ticket_type) != (None, None) and not visitor.meets_age:
        wrong["meets_age"] = _("请确认来的人都符合年龄要求。")
    if not visitor.consent:
        wrong["consent"] = _("要报名，请先同意使用这些信息。")
    if wrong:
        raise Invalid(fields=wrong, rule=citations.PEOPLE if "places" in wrong else None)


def _longest(name: str) -> int:
    field: Any = Booking._meta.get_field(name)
    return int(field.max_length)


def _check_person(actor: User, session: Session) -> None:
    most = rulebook.get(citations.BOOKINGS)
    rows = Booking.objects.live().filter(user=actor, session=session)
    if rows.count() >= most:
        raise TooMany(booking=str(rows.values_list("uuid", flat=True).first()))


def _row(
    held: Held, session: Session, ticket_type: TicketType, actor: User, places: int,
    visitor: Visitor, key: str,
) -> Booking:  # fmt: skip
    return Booking(
        programme=held.programme, session=session, ticket_type=ticket_type, user=actor,
        state=BookingState.WAITING, queued_at=held.now, places=places,
        name=visitor.name.strip(), phone=visitor.phone.strip(), need=visitor.need.strip(),
        language=visitor.language, price_minor=ticket_type.price_minor * places,
        currency=ticket_type.currency, key=key, consent_at=held.now,
        known_start=session.starts_at,
    )  # fmt: skip


def _enter(held: Held, booking: Booking, actor: User) -> None:
    """Write a new booking with its places, or at the end of the line where there is one."""
    wish = Wanted(NEWCOMER, booking.places, held.keys_of(booking))
    if not held.is_next(wish, held.line()):
        _join(held, booking, actor)
        return
    state = first_state(held, booking)
    held.take(held.keys_of(booking), booking.places)
    booking.state, booking.queued_at = state, None
    if state == BookingState.TO_PAY:
        booking.offer_until = terms.pay_until(held.programme, booking.session, held.now)
    booking.save()
    record(booking, f"cms.booking_{state}", actor=actor)
    if state == BookingState.CONFIRMED:
        tickets.issue(booking)
        tell(booking, BookingNews.CONFIRMED)
    elif state == BookingState.TO_PAY:
        ticket_money.ask(booking, actor=actor)
        tell(booking, BookingNews.TO_PAY, until=booking.offer_until)
    else:
        tell(booking, BookingNews.ASKED)


def _join(held: Held, booking: Booking, actor: User) -> None:
    """Raises `Full`, `WaitingFull`."""
    if held.programme.waiting == WaitingMode.OFF:
        raise Full()
    people = Booking.objects.in_line().filter(session=booking.session)
    waiting = people.aggregate(sum=Sum("places"))["sum"] or 0
    if waiting + booking.places > terms.most_waiting(held.programme):
        raise WaitingFull()
    booking.save()
    record(booking, "cms.booking_waiting", actor=actor)
    tell(booking, BookingNews.WAITING)


# ------------------------------------------------------------------ by the visitor


@transaction.atomic(durable=True)
def cancel(*, actor: User, booking_id: int, reason: str = "") -> Booking:
    """End a booking: its visitor until the cut-off, the bureau with a reason at any time.

    A paid ticket is refunded in full. Repeated, it changes nothing. Raises `NotAllowed`,
    `LeaveTooLate`, `WrongState` (over, refused, somebody came), `Invalid` (no reason).
    """
    held, booking = held_booking(booking_id)
    is_own = actor.has_perm("cms.own_booking", booking)
    if not is_own and not actor.has_perm("cms.handle_bookings"):
        raise NotAllowed()
    if booking.state == BookingState.CANCELLED:
        return booking
    if booking.tickets.filter(checked_in_at__isnull=False).exists():
        raise WrongState(_("已经有人签到，不能再取消。"))
    if is_own:
        _require_leave(held, booking)
        in_time = held.now < terms.cut_off(held.programme, booking.session)
        end(
            held, booking, BookingState.CANCELLED, BookingNews.CANCELLED, actor=actor,
            because="in_time" if in_time else "moved",
        )  # fmt: skip
    else:
        words, news = require_reason(reason), BookingNews.CALLED_OFF
        end(
            held, booking, BookingState.CANCELLED, news, actor=actor, reason=words,
            decided_by=actor, because="refused",
        )  # fmt: skip
    wake(held.programme.pk)
    return booking


def require_reason(reason: str) -> str:
    """The reason that a visitor reads. Raises `Invalid`."""
    words = " ".join(reason.split())
    if not 0 < len(words) <= MAX_REASON:
        raise Invalid(fields={"reason": _("请写明理由，报名的人会看到。")})
    return words


def _require_leave(held: Held, booking: Booking) -> None:
    """A confirmed place is given up in time; whatever else, until the session begins."""
    is_confirmed = booking.state == BookingState.CONFIRMED
    late = (
        not terms.may_leave(held.programme, booking.session, held.now)
        if is_confirmed
        else booking.session.starts_at <= held.now
    )
    if late:
        raise LeaveTooLate()


@transaction.atomic(durable=True)
def change_places(*, actor: User, booking_id: int, places: int) -> Booking:
    """Come with more or fewer people. A paid ticket is cancelled and booked anew instead.

    Who waits and wants more stands at the end of the line again. Raises `NotAllowed`, `Invalid`
    (how many), `LeaveTooLate`, `Full`, `WrongState`.
    """
    held, booking = held_booking(booking_id)
    if not actor.has_perm("cms.own_booking", booking):
        raise NotAllowed()
    if booking.state not in LIVE_BOOKINGS or booking.state == BookingState.OFFERED:
        raise WrongState()
    if terms.is_paid(booking) and booking.state != BookingState.WAITING:
        raise WrongState(_("付费的票不能改人数；请取消后重新报名，已付的款全额退回。"))
    if not terms.may_leave(held.programme, booking.session, held.now):
        raise LeaveTooLate()
    most = terms.most_people(held.programme)
    if not 0 < places <= most:
        words = ngettext_lazy("一次最多报%(n)d人。", "一次最多报%(n)d人。", most)
        raise Invalid(fields={"places": words % {"n": most}}, rule=citations.PEOPLE)
    if places != booking.places:
        _change(held, booking, places, actor)
    return booking


def _change(held: Held, booking: Booking, places: int, actor: User) -> None:
    more, keys = places - booking.places, held.keys_of(booking)
    if booking.state == BookingState.WAITING:
        if more > 0:
            booking.queued_at = held.now
    elif more > 0:
        if not held.is_next(Wanted(NEWCOMER, more, keys), held.line()):
            raise Full(_("没有那么多空位，人数没有改。"))
        held.take(keys, more)
    else:
        held.give_back(keys, -more)
    booking.price_minor = booking.ticket_type.price_minor * places
    booking.places, booking.changed_at = places, held.now
    booking.save(update_fields=["places", "price_minor", "queued_at", "changed_at"])
    record(booking, "cms.booking_changed", actor=actor)
    if booking.state == BookingState.CONFIRMED:
        tickets.issue(booking)
    wake(held.programme.pk)


@transaction.atomic(durable=True)
def accept_offer(*, actor: User, booking_id: int) -> Booking:
    """Take an offered place: confirmed, or to be paid. Repeated, it changes nothing.

    Raises `NotAllowed`, `WrongState` (nothing offered, or no longer).
    """
    held, booking = held_booking(booking_id)
    if not actor.has_perm("cms.own_booking", booking):
        raise NotAllowed()
    if booking.state in (BookingState.CONFIRMED, BookingState.TO_PAY):
        return booking
    if booking.state != BookingState.OFFERED or (booking.offer_until or held.now) <= held.now:
        raise WrongState(_("这个空位已经过期，给了下一位。"), rule=citations.WAITING_OFFER)
    _require_on(held, booking)
    settle(held, booking, actor=actor)
    return booking


def _require_on(held: Held, booking: Booking) -> None:
    """Nothing more is confirmed or paid of what was cancelled. Raises `NotOpen`."""
    if held.programme.state == ProgrammeState.CANCELLED:
        raise NotOpen(_("这个活动已经取消。"))
    if booking.session.state == SessionState.CANCELLED:
        raise NotOpen(_("这一场已经取消。"))


@transaction.atomic(durable=True)
def pay(*, actor: User, booking_id: int, gateway: str) -> Payment:
    """Choose how to pay a ticket; start the payment after the commit.

    Raises `NotAllowed`, `WrongState` (nothing to pay), `Invalid` (way), `GatewayNotOffered`.
    """
    held, booking = held_booking(booking_id)
    if not actor.has_perm("cms.own_booking", booking):
        raise NotAllowed()
    if booking.state != BookingState.TO_PAY or (booking.offer_until or held.now) <= held.now:
        raise WrongState(_("这个报名现在没有要付的款。"))
    _require_on(held, booking)
    return ticket_money.ask(booking, actor=actor, gateway=gateway)


# ------------------------------------------------------------------ by the bureau


@transaction.atomic(durable=True)
def decide(*, actor: User, booking_id: int, approve: bool, reason: str = "") -> Booking:
    """Approve what was asked, or refuse it with a reason; nobody decides his own.

    Raises `NotAllowed`, `WrongState` (nothing to decide), `Invalid` (no reason).
    """
    held, booking = held_booking(booking_id)
    if not actor.has_perm("cms.handle_bookings") or booking.user_id == actor.pk:
        raise NotAllowed()
    if booking.state != BookingState.ASKED:
        raise WrongState()
    if approve:
        _require_on(held, booking)
        booking.decided_by = actor
        booking.save(update_fields=["decided_by"])
        settle(held, booking, actor=actor)
        return booking
    words = require_reason(reason)
    news = BookingNews.REFUSED
    end(held, booking, BookingState.REFUSED, news, actor=actor, reason=words, decided_by=actor)
    wake(held.programme.pk)
    return booking


# ------------------------------------------------------------------ by the books


def take_in(payment: Payment) -> bool:
    """A payment changed: confirm what is paid, send back what came for nothing.

    Called by the books after their commit, any number of times; whether something changed.
    """
    if payment.subject_kind != Booking._meta.label_lower or not payment.received_minor:
        return False
    return _take_in(booking_id=int(payment.subject_id), payment_id=payment.pk)


@transaction.atomic(durable=True)
def _take_in(*, booking_id: int, payment_id: int) -> bool:
    held, booking = held_booking(booking_id)
    payment = lock_payment(pk=payment_id)
    if booking.state == BookingState.TO_PAY:
        if payment.state != PaymentState.PAID:
            return False  # a part; the rest may come until the term is over
        move(held, booking, BookingState.CONFIRMED, actor=payment.created_by, payment=payment)
        ticket_money.drop_open(booking)
        tell(booking, BookingNews.CONFIRMED)
        return True
    if payment.state in OPEN_PAYMENTS:
        return False
    keep = booking.payment if booking.state == BookingState.CONFIRMED else None
    sent = ticket_money.send_back(
        booking, actor=None, reason=booking.programme.title, keep=keep
    )  # fmt: skip
    if sent:
        key = f"refund:{payment.pk}:{payment.refunds.count()}"
        tell(
            booking, BookingNews.REFUNDED, key=key, refund_minor=sent, currency=booking.currency
        )  # fmt: skip
    return bool(sent)
