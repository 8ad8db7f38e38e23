"""What a visitor reads of registering: the panel of an event, his own bookings, one of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from django.urls import reverse
from django.utils.translation import gettext as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.money import Money
from auctions.models import Notice, NoticeKind
from auctions.notices.wording import Words, words_of

from ..booking import terms
from ..booking.forms import BookingForm
from ..booking.wording import programme_title
from ..enums import BookingMode, BookingState, ProgrammeState, SessionState, WaitingMode
from ..models import Booking, Programme, Session, TicketType
from ..models.bookings import BookingQuerySet
from ..services.telling import prefix
from .programmes import pages_of
from .waiting import Line, Place, line_of

State = Literal["open", "waiting", "full", "closed", "cancelled"]
MOST_DATES: Final = 60
OPEN: Final = ("open", "waiting")
LOW: Final = 5
"""From how few places on they are a warning."""


@dataclass(frozen=True, slots=True)
class DateSeats:
    """One date as it can be booked: places left (None: without limit), people who wait."""

    session: Session
    state: State
    seats_left: int | None
    waiting: int
    words: str
    kind: str

    @property
    def can_book(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class OwnBooking:
    """One of the reader's own bookings; `place` where it waits."""

    booking: Booking
    place: Place | None
    kind: str

    @property
    def title(self) -> str:
        return programme_title(self.booking.programme)


@dataclass(frozen=True, slots=True)
class Panel:
    """What an event's page says of registering: `form` for who may fill it in, else `why_not`."""

    programme: Programme
    rows: tuple[DateSeats, ...]
    types: tuple[TicketType, ...]
    price: str
    own: tuple[OwnBooking, ...] = ()
    form: BookingForm | None = None
    why_not: str = ""
    needs_sign_in: bool = False
    needs_approval: bool = False
    book_url: str = ""
    more: int = field(default=0)

    @property
    def can_book(self) -> bool:
        return any(row.can_book for row in self.rows) and not self.why_not


def panel_for(
    programme: Programme,
    user: Any,
    *,
    now: datetime,
    form: BookingForm | None = None,
    session: str = "",
) -> Panel:
    """The panel of a programme for a reader (signed in or not); eight queries at most.

    `form` a bound form to show in place of an empty one, `session` the uuid of the date that is
    chosen in an empty one.
    """
    why_not = _why_not(programme)
    types = tuple(programme.ticket_types.filter(is_offered=True))
    if programme.booking == BookingMode.NONE or programme.state == ProgrammeState.DRAFT:
        return Panel(programme, (), types, "", why_not=why_not)
    line = line_of(programme, now=now)
    coming = programme.sessions.filter(ends_at__gt=now).order_by("starts_at", "pk")
    sessions = list(coming[: MOST_DATES + 1])
    rows = tuple(_date(programme, line, row, types, now) for row in sessions[:MOST_DATES])
    if not why_not and not any(row.can_book for row in rows):
        why_not = _("没有可以报名的日期。")
    signed_in = bool(user and user.is_authenticated)
    if form is None and signed_in and not why_not:
        form = BookingForm(
            programme=programme, dates=rows, types=types, reader=user, session=session
        )  # fmt: skip
    return Panel(
        programme, rows, types, price_words(types),
        own=_own(line, user, sessions) if signed_in else (),
        form=form,
        why_not=why_not,
        needs_sign_in=not signed_in and not why_not,
        needs_approval=programme.booking == BookingMode.APPROVAL,
        book_url=reverse("cms:book", args=[programme.uuid]),
        more=max(len(sessions) - MOST_DATES, 0),
    )  # fmt: skip


def _why_not(programme: Programme) -> str:
    if programme.state == ProgrammeState.CANCELLED:
        return _("这个活动已经取消。")
    if programme.booking == BookingMode.NONE:
        return _("这个活动不用报名，直接来就行。")
    if programme.state == ProgrammeState.DRAFT:
        return _("还没有开放报名。")
    return _("报名已经停止。") if programme.state == ProgrammeState.CLOSED else ""


def _date(
    programme: Programme, line: Line, session: Session, types: Sequence[TicketType], now: datetime
) -> DateSeats:
    left = _most([line.left(session.pk, row.pk) for row in types])
    waiting = line.people(session.pk)
    if session.state == SessionState.CANCELLED or programme.state == ProgrammeState.CANCELLED:
        return DateSeats(session, "cancelled", None, 0, _("取消"), "neutral")
    if terms.cut_off(programme, session) <= now or programme.state != ProgrammeState.OPEN:
        return DateSeats(session, "closed", left, waiting, _("报名截止"), "neutral")
    if not types:
        return DateSeats(session, "closed", 0, waiting, _("没有可以报的票"), "neutral")
    if left is None:
        return DateSeats(session, "open", None, waiting, _("名额充足"), "ok")
    if left:
        kind = "warn" if left <= LOW else "ok"
        return DateSeats(session, "open", left, waiting, _("余%(n)s个名额") % {"n": left}, kind)
    is_longer = waiting < terms.most_waiting(programme)
    if programme.waiting != WaitingMode.OFF and is_longer:
        words = _("满员，候补%(n)s人") % {"n": waiting} if waiting else _("满员，可候补")
        return DateSeats(session, "waiting", 0, waiting, words, "warn")
    return DateSeats(session, "full", 0, waiting, _("满员"), "live")


def _most(left: Sequence[int | None]) -> int | None:
    """The most that one of the ticket types has left; None: without limit."""
    return None if None in left else max((n for n in left if n is not None), default=0)


def price_words(types: Sequence[TicketType]) -> str:
    """What it costs: free, a price, or from a price on."""
    prices = sorted({(row.price_minor, row.currency) for row in types})
    if not prices:
        return ""
    least = str(Money(*prices[0])) if prices[0][0] else _("免费")
    return least if len(prices) == 1 else _("%(price)s起") % {"price": least}


def _own(line: Line, user: User, sessions: Sequence[Session]) -> tuple[OwnBooking, ...]:
    rows = Booking.objects.live().filter(user=user, programme=line.programme)
    by_key = {row.pk: row for row in sessions}
    found = []
    for booking in rows.filter(session__in=by_key).order_by("session__starts_at", "pk"):
        booking.session = by_key[booking.session_id]
        found.append(OwnBooking(booking, line.place_of(booking), state_kind(booking)))
    return tuple(found)


def state_kind(booking: Booking) -> str:
    """The kind of the pill of a booking's state."""
    if booking.state == BookingState.CONFIRMED:
        return "ok"
    waits = (BookingState.OFFERED, BookingState.TO_PAY)
    return "live" if booking.state in waits else "warn" if booking.is_live else "neutral"


# ------------------------------------------------------------------ the visitor's own


def bookings_of(user: User) -> BookingQuerySet:
    """All bookings of a person, with what they are for; those to come first by their pages."""
    rows = Booking.objects.filter(user=user)
    return rows.select_related("programme__place", "session__room", "ticket_type", "payment")


def own_lists(user: User, *, limit: int = 100) -> tuple[list[OwnBooking], list[OwnBooking]]:
    """What is to come, soonest first, and what is over, newest first."""
    now = db_now()
    rows = bookings_of(user)
    coming = rows.live().filter(session__ends_at__gt=now).order_by("session__starts_at", "pk")
    over = rows.exclude(pk__in=coming.values("pk")).order_by("-session__starts_at", "-pk")
    lines: dict[int, Line] = {}
    shown = []
    for booking in coming[:limit]:
        place = None
        if booking.state == BookingState.WAITING:
            key = booking.programme_id
            lines.setdefault(key, line_of(booking.programme, now=now))
            place = lines[key].place_of(booking)
        shown.append(OwnBooking(booking, place, state_kind(booking)))
    return shown, [OwnBooking(row, None, state_kind(row)) for row in over[:limit]]


def history_of(booking: Booking) -> list[tuple[Notice, Words]]:
    """What its visitor was told of a booking, oldest first, and how it reads now."""
    rows = Notice.objects.filter(
        user=booking.user_id, kind=NoticeKind.EVENT, key__startswith=prefix(booking)
    )
    return [(row, words_of(row)) for row in rows.order_by("pk")]


def page_url(programme: Programme) -> str:
    """The address of the page that tells of a programme, in the reader's language where there is
    one, or ""."""
    page = pages_of([programme.pk]).get(programme.pk)
    return str(page.get_url() or "") if page is not None else ""
