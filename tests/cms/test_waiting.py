"""The waiting list: positions with their reason, promotion by itself, offers that run out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from artmarket.core.errors import NotAllowed, WrongState
from cms.booking.refusals import Full
from cms.enums import BookingState
from cms.models import Booking, Quota
from cms.selectors.waiting import line_of
from cms.services import bookings, waiting
from tests.cms.factories import (
    ProgrammeFactory,
    QuotaFactory,
    SessionFactory,
    TicketTypeFactory,
    bookable,
    planner,
)
from tests.cms.registering import (
    assert_whole,
    book,
    filled,
    news,
    run,
    set_start,
    state,
    taken,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole():
    yield
    assert_whole()


def place(booking: Booking):
    return line_of(booking.programme, now=timezone.now()).place_of(booking)


def over(booking: Booking) -> None:
    """The term of an offer or a payment has run out."""
    Booking.objects.filter(pk=booking.pk).update(offer_until=timezone.now() - timedelta(minutes=1))


def test_person_31_of_30_waits_at_position_1_and_a_cancellation_promotes_within_one_run():
    session = bookable(size=30)
    thirty = filled(session)
    assert taken(session) == 30
    last = book(session)
    assert last.state == BookingState.WAITING
    found = place(last)
    assert found.position == 1
    assert [quota.name for quota in found.blocked] == ["座位"]
    assert found.why == "等名额：座位（30/30）"
    bookings.cancel(actor=thirty[7].user, booking_id=thirty[7].pk)
    assert "promoted 1" in run()
    assert (state(last), taken(session)) == (BookingState.CONFIRMED, 30)
    assert last.tickets.count() == 1
    assert news(last) == ["waiting", "promoted"]
    assert "promoted 0" in run()


def test_a_cancellation_promotes_after_its_commit_without_waiting_for_the_job(
    django_capture_on_commit_callbacks,
):
    session = bookable(size=1)
    first, second = book(session), book(session)
    with django_capture_on_commit_callbacks(execute=True):
        bookings.cancel(actor=first.user, booking_id=first.pk)
    assert state(second) == BookingState.CONFIRMED


def test_a_paid_place_is_offered_for_a_while_and_then_goes_to_the_next():
    session = bookable(size=1, price_minor=3000)
    first, second, third = book(session), book(session), book(session)
    assert (first.state, second.state) == (BookingState.TO_PAY, BookingState.WAITING)
    bookings.cancel(actor=first.user, booking_id=first.pk)
    run()
    assert (state(second), state(third)) == (BookingState.OFFERED, BookingState.WAITING)
    in_a_day = timezone.now() + timedelta(hours=24)
    assert abs(second.offer_until - in_a_day) < timedelta(minutes=2)
    assert place(third).position == 1
    over(second)
    assert "expired 1, promoted 1" in run()
    assert (state(second), state(third)) == (BookingState.EXPIRED, BookingState.OFFERED)
    assert news(second) == ["waiting", "offered", "offer_over"]
    with pytest.raises(WrongState):
        bookings.accept_offer(actor=second.user, booking_id=second.pk)
    bookings.accept_offer(actor=third.user, booking_id=third.pk)
    bookings.accept_offer(actor=third.user, booking_id=third.pk)
    assert state(third) == BookingState.TO_PAY
    assert taken(session) == 1


def test_an_offer_never_lasts_beyond_the_cut_off():
    session = bookable(size=1, price_minor=3000)
    first, second = book(session), book(session)
    set_start(session, hours=3)
    bookings.cancel(actor=first.user, booking_id=first.pk)
    run()
    assert state(second) == BookingState.OFFERED
    assert second.offer_until == session.starts_at - timedelta(minutes=30)


def test_who_needs_two_places_holds_the_one_back_from_those_behind_him():
    session = bookable(size=2)
    one, _other = book(session), book(session)
    pair, single = book(session, places=2), book(session)
    bookings.cancel(actor=one.user, booking_id=one.pk)
    run()
    assert (state(pair), state(single)) == (BookingState.WAITING, BookingState.WAITING)
    assert book(session).state == BookingState.WAITING  # nor does a newcomer pass
    bookings.cancel(actor=pair.user, booking_id=pair.pk)
    run()
    assert state(single) == BookingState.CONFIRMED


def test_who_waits_for_one_quota_does_not_hold_back_those_of_another():
    programme = ProgrammeFactory()
    first = SessionFactory(programme=programme)
    second = SessionFactory(programme=programme, starts_at=first.starts_at + timedelta(days=1))
    TicketTypeFactory(programme=programme)
    QuotaFactory(programme=programme, sessions=[first], size=1)
    QuotaFactory(programme=programme, sessions=[second], size=1)
    one, two = book(first), book(second)
    waits_first, waits_second = book(first), book(second)
    assert place(waits_second).position == 1
    bookings.cancel(actor=two.user, booking_id=two.pk)
    run()
    assert state(waits_second) == BookingState.CONFIRMED
    assert (state(one), state(waits_first)) == (BookingState.CONFIRMED, BookingState.WAITING)


def test_a_quota_that_rises_promotes_in_order():
    session = bookable(size=1)
    book(session)
    line = [book(session) for _n in range(3)]
    assert [place(row).position for row in line] == [1, 2, 3]
    quota = Quota.objects.get()
    quota.size = 3
    quota.save()
    assert place(line[0]).why == "名额已经空出"
    run()
    assert [state(row) for row in line] == [
        BookingState.CONFIRMED, BookingState.CONFIRMED, BookingState.WAITING,
    ]  # fmt: skip


def test_in_manual_mode_the_bureau_promotes_whom_it_chooses_while_there_is_room():
    session = bookable(size=1, waiting="manual")
    first, second, third = book(session), book(session), book(session)
    with pytest.raises(Full):
        waiting.promote_by_hand(actor=planner(), booking_id=third.pk)
    bookings.cancel(actor=first.user, booking_id=first.pk)
    run()
    assert (state(second), state(third)) == (BookingState.WAITING, BookingState.WAITING)
    assert book(session).state == BookingState.WAITING  # the free place is not for newcomers
    with pytest.raises(NotAllowed):
        waiting.promote_by_hand(actor=third.user, booking_id=third.pk)
    waiting.promote_by_hand(actor=planner(), booking_id=third.pk)
    assert (state(third), state(second)) == (BookingState.OFFERED, BookingState.WAITING)
    bookings.accept_offer(actor=third.user, booking_id=third.pk)
    assert state(third) == BookingState.CONFIRMED
    assert news(third) == ["waiting", "offered", "confirmed"]


def test_by_hand_a_free_place_is_confirmed_at_once_when_less_time_is_left_than_an_offer_has():
    session = bookable(size=1, waiting="manual")
    first, second = book(session), book(session)
    set_start(session, hours=5)
    bookings.cancel(actor=first.user, booking_id=first.pk)
    waiting.promote_by_hand(actor=planner(), booking_id=second.pk)
    assert state(second) == BookingState.CONFIRMED


def test_with_approval_the_next_one_is_asked_for():
    session = bookable(size=1, booking="approval")
    first, second = book(session), book(session)
    assert (first.state, second.state) == (BookingState.ASKED, BookingState.WAITING)
    bookings.decide(actor=planner(), booking_id=first.pk, approve=False, reason="名额留给学校")
    run()
    assert state(second) == BookingState.ASKED


def test_the_list_ends_when_the_session_begins():
    session = bookable(size=1)
    first, second = book(session), book(session)
    set_start(session, minutes=-5)
    assert "expired 1" in run()
    assert (state(first), state(second)) == (BookingState.CONFIRMED, BookingState.EXPIRED)
    assert news(second) == ["waiting", "line_over"]


def test_more_people_of_one_who_waits_put_him_at_the_end_and_fewer_do_not():
    session = bookable(size=3)
    book(session, places=3)
    first, second = book(session, places=2), book(session, places=2)
    bookings.change_places(actor=first.user, booking_id=first.pk, places=1)
    assert (place(first).position, place(second).position) == (1, 2)
    bookings.change_places(actor=first.user, booking_id=first.pk, places=2)
    assert (place(first).position, place(second).position) == (2, 1)
