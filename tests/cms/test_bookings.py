"""Registering: who gets a place, on what conditions, who may cancel until when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from artmarket import rulebook
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from cms.booking.refusals import Full, LeaveTooLate, NotOpen, TooLate, TooMany, WaitingFull
from cms.enums import BookingState, SessionState
from cms.models import Booking, Quota
from cms.services import bookings, forgetting, seats, sessions
from cms.services.quotas import counted
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
    visitor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole():
    yield
    assert_whole()


def test_a_free_place_is_confirmed_at_once_with_a_ticket_for_each_person():
    session = bookable(size=30)
    made = book(session, places=3)
    assert made.state == BookingState.CONFIRMED
    assert taken(session) == 3
    assert list(made.tickets.values_list("number", flat=True)) == [1, 2, 3]
    assert news(made) == ["confirmed"]
    event = Event.objects.about(made).get()
    assert event.action == "cms.booking_confirmed"
    assert "王一" not in str((event.before, event.after, event.data))


def test_the_same_key_is_the_same_booking():
    session, user = bookable(), visitor()
    first = book(session, user, key="once")
    again = book(session, user, key="once", places=4, name="别人")
    assert again.pk == first.pk
    assert taken(session) == 1
    assert news(first) == ["confirmed"]


def test_a_booking_takes_from_every_quota_that_it_touches_and_from_no_other():
    programme = ProgrammeFactory()
    session, other = (
        SessionFactory(programme=programme),
        SessionFactory(
            programme=programme,
            starts_at=timezone.now() + timedelta(days=9),
        ),
    )
    adult, child = TicketTypeFactory(programme=programme), TicketTypeFactory(programme=programme)
    room = QuotaFactory(programme=programme, sessions=[session], size=10)
    workshop = QuotaFactory(programme=programme, sessions=[session, other], size=10)
    children = QuotaFactory(
        programme=programme, sessions=[session], ticket_types=[child], size=10
    )  # fmt: skip
    elsewhere = QuotaFactory(programme=programme, sessions=[other], size=10)
    book(session, places=2, ticket_type=adult)
    book(session, places=1, ticket_type=child)
    quotas = {row.pk: row.taken for row in Quota.objects.all()}
    assert quotas == {room.pk: 3, workshop.pk: 3, children.pk: 1, elsewhere.pk: 0}
    assert counted() == quotas


def test_a_full_quota_of_one_ticket_type_does_not_close_the_others():
    session = bookable(size=10)
    child = TicketTypeFactory(programme=session.programme)
    QuotaFactory(programme=session.programme, sessions=[session], ticket_types=[child], size=1)
    book(session, ticket_type=child)
    assert book(session, ticket_type=child).state == BookingState.WAITING
    assert book(session).state == BookingState.CONFIRMED


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"places": 0}, "places"),
        ({"places": 11}, "places"),
        ({"name": "  "}, "name"),
        ({"name": "长" * 81}, "name"),
        ({"phone": "1" * 31}, "phone"),
        ({"need": "话" * 201}, "need"),
        ({"consent": False}, "consent"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(given, field):
    session = bookable()
    with pytest.raises(Invalid) as refused:
        book(session, **given)
    assert list(refused.value.fields) == [field]
    assert not Booking.objects.exists()


def test_an_age_limit_must_be_confirmed():
    session = bookable()
    session.programme.ticket_types.update(min_age=12)
    with pytest.raises(Invalid) as refused:
        book(session)
    assert list(refused.value.fields) == ["meets_age"]
    assert book(session, meets_age=True).state == BookingState.CONFIRMED


def test_one_person_has_one_booking_of_a_session_and_is_led_to_it():
    session, user = bookable(), visitor()
    first = book(session, user)
    with pytest.raises(TooMany) as refused:
        book(session, user)
    assert refused.value.data["booking"] == str(first.uuid)
    bookings.cancel(actor=user, booking_id=first.pk)
    assert book(session, user).state == BookingState.CONFIRMED


def test_a_programme_may_allow_larger_groups_than_the_rule():
    session = bookable(people_per_booking=25)
    assert book(session, places=25).places == 25


@pytest.mark.parametrize(
    "trait", [{"draft": True}, {"closed": True}, {"cancelled": True}, {"unbooked": True}]
)
def test_nobody_registers_for_what_is_not_open(trait):
    with pytest.raises(NotOpen):
        book(bookable(**trait))


def test_nobody_registers_for_a_cancelled_or_ended_session_or_after_the_cut_off():
    session = bookable()
    session.state = SessionState.CANCELLED
    session.save()
    with pytest.raises(NotOpen):
        book(session)
    with pytest.raises(NotOpen):
        book(set_start(bookable(), hours=-3))
    with pytest.raises(TooLate) as refused:
        book(set_start(bookable(), minutes=29))
    assert refused.value.rule == "events.booking_cut_off_minutes"
    assert book(set_start(bookable(), minutes=31)).state == BookingState.CONFIRMED


def test_a_ticket_of_another_programme_is_refused():
    session = bookable()
    with pytest.raises(WrongState):
        book(session, ticket_type=TicketTypeFactory())


def test_full_without_a_waiting_list_is_refused():
    session = bookable(size=1, waiting="off")
    book(session)
    with pytest.raises(Full):
        book(session)
    assert taken(session) == 1


def test_the_waiting_list_has_its_own_size():
    session = bookable(size=1, waiting_size=2)
    book(session)
    assert book(session, places=2).state == BookingState.WAITING
    with pytest.raises(WaitingFull):
        book(session)


def test_a_quota_without_size_is_never_full():
    session = bookable(size=None)
    filled(session, 12)
    assert taken(session) == 12


# ------------------------------------------------------------------ approval


def test_what_is_approved_holds_its_places_meanwhile():
    session = bookable(size=2, booking="approval")
    asked = book(session, places=2)
    assert (asked.state, taken(session)) == (BookingState.ASKED, 2)
    assert not asked.tickets.exists()
    bookings.decide(actor=planner(), booking_id=asked.pk, approve=True)
    assert state(asked) == BookingState.CONFIRMED
    assert asked.tickets.count() == 2
    assert news(asked) == ["asked", "confirmed"]


def test_a_refusal_has_a_reason_and_frees_the_places():
    session = bookable(size=2, booking="approval")
    asked = book(session, places=2)
    with pytest.raises(Invalid):
        bookings.decide(actor=planner(), booking_id=asked.pk, approve=False, reason=" ")
    bookings.decide(actor=planner(), booking_id=asked.pk, approve=False, reason="只限本校学生")
    assert (state(asked), taken(session)) == (BookingState.REFUSED, 0)
    assert asked.reason == "只限本校学生"
    with pytest.raises(WrongState):
        bookings.decide(actor=planner(), booking_id=asked.pk, approve=True)


def test_only_the_bureau_decides_and_never_its_own():
    session, own = bookable(booking="approval"), planner()
    asked = book(session, own)
    for somebody in (visitor(), own):
        with pytest.raises(NotAllowed):
            bookings.decide(actor=somebody, booking_id=asked.pk, approve=True)


# ------------------------------------------------------------------ cancel, change


def test_a_visitor_cancels_until_the_cut_off():
    session = bookable()
    made = book(session, places=2)
    bookings.cancel(actor=made.user, booking_id=made.pk)
    assert (state(made), taken(session)) == (BookingState.CANCELLED, 0)
    bookings.cancel(actor=made.user, booking_id=made.pk)  # again: nothing
    assert news(made) == ["confirmed", "cancelled"]
    late = book(session)
    set_start(session, minutes=20)
    with pytest.raises(LeaveTooLate):
        bookings.cancel(actor=late.user, booking_id=late.pk)


def test_of_a_session_that_was_moved_he_may_leave_until_it_begins():
    session = bookable()
    made = book(session)
    session.previous_start, session.state = session.starts_at, SessionState.MOVED
    session.save()
    set_start(session, minutes=20)
    bookings.cancel(actor=made.user, booking_id=made.pk)
    assert state(made) == BookingState.CANCELLED


def test_nobody_else_cancels_but_the_bureau_with_a_reason():
    made = book(bookable())
    with pytest.raises(NotAllowed):
        bookings.cancel(actor=visitor(), booking_id=made.pk)
    with pytest.raises(Invalid):
        bookings.cancel(actor=planner(), booking_id=made.pk)
    bookings.cancel(actor=planner(), booking_id=made.pk, reason="场地漏水")
    assert state(made) == BookingState.CANCELLED
    assert news(made) == ["confirmed", "called_off"]


def test_the_number_of_people_can_be_changed_within_the_room():
    session = bookable(size=4)
    made = book(session, places=2)
    bookings.change_places(actor=made.user, booking_id=made.pk, places=4)
    assert (taken(session), made.tickets.count()) == (4, 4)
    bookings.change_places(actor=made.user, booking_id=made.pk, places=1)
    assert (taken(session), made.tickets.count()) == (1, 1)
    book(session, places=3)
    with pytest.raises(Full):
        bookings.change_places(actor=made.user, booking_id=made.pk, places=2)
    assert made.tickets.count() == 1


def test_more_people_do_not_pass_those_who_wait():
    session = bookable(size=4)
    made, _other = book(session, places=1), book(session, places=2)
    waits = book(session, places=3)
    assert waits.state == BookingState.WAITING
    with pytest.raises(Full):
        bookings.change_places(actor=made.user, booking_id=made.pk, places=2)


# ------------------------------------------------------------------ what planning does


def test_cancelling_a_session_cancels_its_bookings_and_tells_why(
    django_capture_on_commit_callbacks,
):
    session = bookable(size=10)
    made, waits = book(session, places=10), book(session)
    with django_capture_on_commit_callbacks(execute=True):
        sessions.cancel_session(
            actor=planner(), session_id=session.pk, note="台风", note_en="Typhoon"
        )
    assert [state(made), state(waits)] == [BookingState.CANCELLED] * 2
    assert made.reason == "台风"
    assert news(made) == ["confirmed", "called_off"]
    run()
    assert news(waits) == ["waiting", "called_off"]


def test_moving_a_session_and_raising_its_quota_by_the_desk(django_capture_on_commit_callbacks):
    session, actor = bookable(size=1), planner()
    made, waits = book(session), book(session)
    start = session.starts_at + timedelta(days=1)
    with django_capture_on_commit_callbacks(execute=True):
        sessions.move_session(
            actor=actor, session_id=session.pk, starts_at=start, ends_at=start + timedelta(hours=1)
        )
    assert news(made) == ["confirmed", "moved"]
    with django_capture_on_commit_callbacks(execute=True):
        seats.resize_quotas(actor=actor, programme_id=session.programme_id, size=2)
    assert state(waits) == BookingState.CONFIRMED


def test_a_missed_cancellation_is_found_by_the_job():
    session = bookable()
    made = book(session)
    session.programme.state = "cancelled"
    session.programme.cancel_reason = "台风"
    session.programme.save()
    assert "called off 1" in run()
    assert state(made) == BookingState.CANCELLED
    assert "called off 0" in run()


def test_what_took_place_before_an_event_is_cancelled_stays_as_it_was():
    session = bookable()
    made = book(session)
    set_start(session, days=-3)
    session.programme.state = "cancelled"
    session.programme.save()
    run()
    assert state(made) == BookingState.CONFIRMED


def test_a_moved_session_is_told_once_with_both_dates():
    session = bookable()
    made = book(session)
    old = session.starts_at
    session.previous_start, session.state = old, SessionState.MOVED
    session.starts_at, session.ends_at = old + timedelta(days=1), old + timedelta(days=1, hours=1)
    session.sequence = 1
    session.save()
    late = book(session)  # who registers afterwards knows it
    run()
    run()
    assert news(made) == ["confirmed", "moved"]
    assert news(late) == ["confirmed"]
    facts = made.user.notices.get(facts__news="moved").facts
    assert facts["old"] == old.isoformat()
    assert facts["starts_at"] == session.starts_at.isoformat()


# ------------------------------------------------------------------ personal data


def test_what_was_typed_is_forgotten_after_its_term():
    kept, gone = book(bookable()), book(bookable())
    months = rulebook.get("events.retention_months")
    set_start(gone.session, days=-31 * months - 3)
    assert forgetting.forget_due() == 1
    assert forgetting.forget_due() == 0
    for row in (kept, gone):
        row.refresh_from_db()
    assert (gone.name, gone.phone, gone.need, gone.places) == ("", "", "", 1)
    assert gone.forgotten_at is not None
    assert (kept.name, kept.forgotten_at) == ("王一", None)


def test_a_reminder_comes_once_the_day_before():
    session = bookable()
    made = book(session)
    assert "reminded 0" in run()
    set_start(session, hours=23)
    Booking.objects.update(created_at=timezone.now() - timedelta(days=5))
    assert "reminded 1" in run()
    assert "reminded 0" in run()
    assert news(made) == ["confirmed", "reminder"]
