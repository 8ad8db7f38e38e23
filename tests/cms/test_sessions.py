"""Sessions: a rule and its dates, exceptions that stay, rooms that hold one thing at a time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from wagtail.models import Revision

from artmarket.core.clock import SHANGHAI
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from cms import hooks, tasks
from cms.enums import BookingState, SessionState
from cms.models import Booking, Programme, Quota, Session
from cms.selectors.programmes import sessions_of
from cms.services import sessions
from cms.services.slots import RoomTaken
from tests.cms.factories import (
    ProgrammeFactory,
    QuotaFactory,
    RoomFactory,
    SessionFactory,
    TicketTypeFactory,
    event_page,
    planner,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def soon(days: int = 7, hour: int = 10) -> datetime:
    """A whole hour in Shanghai, some days from now."""
    day = datetime.now(SHANGHAI) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def planned(programme=None, *, rule="FREQ=WEEKLY;COUNT=10", first=None, minutes=90):
    """A programme with the dates of this rule."""
    whole = programme or ProgrammeFactory()
    result = sessions.set_rule(
        actor=planner(), programme_id=whole.pk, rule=rule, first_start=first or soon(),
        length_minutes=minutes,
    )  # fmt: skip
    whole.refresh_from_db()
    return whole, result


def booked(session, *, state=BookingState.CONFIRMED):
    """Somebody's place in a session."""
    user = UserFactory()
    return Booking.objects.create(
        programme=session.programme, session=session, user=user, state=state, places=1,
        ticket_type=TicketTypeFactory(programme=session.programme), key=str(user.pk),
        consent_at=datetime.now(UTC), queued_at=datetime.now(UTC),
    )  # fmt: skip


def rows_of(programme):
    return list(programme.sessions.order_by("original_start"))


@pytest.fixture
def told(monkeypatch):
    """What those who keep bookings are told."""
    heard = []
    monkeypatch.setattr(
        hooks, "_on_session",
        [lambda actor, row, change, before: heard.append((row.pk, change, before))],
    )  # fmt: skip
    return heard


# ------------------------------------------------------------------ the rule


def test_ten_dates_and_one_cancelled_are_nine_dates_that_come():
    whole, result = planned()
    assert (result.added, result.dropped, result.changed, result.orphaned) == (10, 0, 0, [])
    rows = rows_of(whole)
    first = soon()
    assert [row.starts_at for row in rows] == [first + timedelta(weeks=n) for n in range(10)]
    assert {row.ends_at - row.starts_at for row in rows} == {timedelta(minutes=90)}
    sessions.cancel_session(actor=planner(), session_id=rows[3].pk, note="停电", note_en="No power")
    dates = sessions_of(whole, now=datetime.now(UTC))
    assert len(dates.coming) == 9
    assert [row.session for row in dates.cancelled] == [rows[3]]
    assert dates.next == dates.coming[0] and dates.next.is_next
    assert not any(row.is_next for row in dates.coming[1:])


def test_a_rule_is_stored_in_one_way_of_writing():
    whole, _result = planned(rule="rrule:count=3;freq=weekly;interval=1")
    assert whole.rule == "FREQ=WEEKLY;COUNT=3"


def test_begin_and_end_of_the_programme_follow_from_its_sessions():
    whole, _result = planned(rule="FREQ=DAILY;COUNT=3", first=soon(3))
    assert (whole.starts_at, whole.ends_at) == (
        soon(3), soon(5) + timedelta(minutes=90),
    )  # fmt: skip
    last = rows_of(whole)[-1]
    sessions.cancel_session(actor=planner(), session_id=last.pk, note="停电")
    whole.refresh_from_db()
    assert whole.ends_at == soon(4) + timedelta(minutes=90)


def test_a_rule_repeats_rightly_over_a_years_end():
    first = datetime(datetime.now().year, 12, 22, 9, 30, tzinfo=SHANGHAI)
    whole, _result = planned(
        ProgrammeFactory(draft=True), rule="FREQ=WEEKLY;COUNT=4", first=first
    )  # fmt: skip
    days = [row.starts_at.astimezone(SHANGHAI) for row in rows_of(whole)]
    assert [(d.month, d.day, d.hour, d.minute) for d in days] == [
        (12, 22, 9, 30), (12, 29, 9, 30), (1, 5, 9, 30), (1, 12, 9, 30),
    ]  # fmt: skip
    assert [d.year - first.year for d in days] == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("every monday", "rule_unreadable"),
        ("FREQ=HOURLY;COUNT=2", "rule_unsupported"),
        ("FREQ=DAILY", "rule_endless"),
        ("FREQ=DAILY;UNTIL=20000101", "rule_before_start"),
        ("FREQ=DAILY;COUNT=9000", None),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused_beside_its_field(rule, code):
    whole = ProgrammeFactory()
    if code is None:  # as many as the horizon lets in: fewer than the most
        assert planned(whole, rule=rule)[1].added < 400
        return
    with pytest.raises(Invalid) as refused:
        planned(whole, rule=rule)
    assert refused.value.code == code
    assert list(refused.value.fields) == ["rule"]
    whole.refresh_from_db()
    assert (whole.rule, whole.sessions.count()) == ("", 0)


def test_only_the_bureau_plans():
    whole = ProgrammeFactory()
    for user in (UserFactory(), UserFactory(registrar=True), UserFactory(operator=True)):
        with pytest.raises(NotAllowed):
            sessions.set_rule(
                actor=user, programme_id=whole.pk, rule="", first_start=soon(), length_minutes=60
            )
    assert whole.sessions.count() == 0


def test_planning_the_same_rule_again_changes_nothing():
    whole, _result = planned()
    before = list(whole.sessions.order_by("pk").values_list("pk", "sequence", "changed_at"))
    _whole, again = planned(whole)
    assert (again.added, again.dropped, again.changed) == (0, 0, 0)
    after = list(whole.sessions.order_by("pk").values_list("pk", "sequence", "changed_at"))
    assert after == before


def test_a_new_rule_keeps_what_people_changed_or_booked_and_tells_of_it():
    whole, _result = planned()
    rows = rows_of(whole)
    sessions.move_session(
        actor=planner(), session_id=rows[1].pk, starts_at=soon(15, 14), ends_at=soon(15, 16)
    )
    booked(rows[2])
    booked(rows[3], state=BookingState.CANCELLED)
    _whole, result = planned(whole, first=soon(8))
    assert (result.added, result.dropped) == (10, 7)
    assert {row.pk for row in result.orphaned} == {rows[1].pk, rows[2].pk, rows[3].pk}
    assert whole.sessions.count() == 13
    moved = Session.objects.get(pk=rows[1].pk)
    assert (moved.state, moved.starts_at) == (SessionState.MOVED, soon(15, 14))
    assert moved.previous_start == rows[1].starts_at


def test_what_was_kept_is_not_told_of_again():
    whole, _result = planned()
    booked(rows_of(whole)[2])
    planned(whole, first=soon(8))
    _whole, again = planned(whole, first=soon(8), rule="FREQ=WEEKLY;COUNT=9")
    assert again.orphaned == []


def test_what_has_begun_stays_when_the_rule_changes():
    past = SessionFactory(starts_at=datetime.now(UTC) - timedelta(days=3))
    whole = past.programme
    planned(whole, rule="FREQ=DAILY;COUNT=2", first=soon())
    assert whole.sessions.count() == 3
    assert whole.sessions.order_by("starts_at").first() == past


def test_a_longer_length_goes_to_every_coming_date_and_is_told(told):
    whole, _result = planned()
    rows = rows_of(whole)
    sessions.cancel_session(actor=planner(), session_id=rows[0].pk, note="停电")
    told.clear()
    _whole, result = planned(whole, minutes=120)
    assert (result.changed, result.added, result.dropped) == (9, 0, 0)
    fresh = rows_of(whole)
    assert [row.ends_at - row.starts_at for row in fresh] == [
        timedelta(minutes=90), *[timedelta(minutes=120)] * 9,
    ]  # fmt: skip
    assert [row.sequence for row in fresh] == [1] * 10
    assert {change for _pk, change, _before in told} == {"moved"} and len(told) == 9


def test_without_a_rule_what_is_planned_stays():
    whole, _result = planned()
    _whole, result = planned(whole, rule="")
    assert (result.added, result.dropped) == (0, 0)
    assert whole.sessions.count() == 10
    assert whole.rule == ""


def test_each_date_has_a_quota_of_its_own_as_large_as_its_room():
    whole, _result = planned()
    assert Quota.objects.filter(programme=whole, size=30).count() == 10
    assert all(row.quotas.count() == 1 for row in whole.sessions.all())
    other, _result = planned(ProgrammeFactory(seats=12))
    assert set(other.quotas.values_list("size", flat=True)) == {12}
    free, _result = planned(ProgrammeFactory(unbooked=True))
    assert not free.quotas.exists()


def test_dropped_dates_take_their_quotas_with_them():
    whole, _result = planned()
    planned(whole, rule="FREQ=WEEKLY;COUNT=4")
    assert (whole.sessions.count(), whole.quotas.count()) == (4, 4)


def test_planning_is_in_the_event_table():
    whole, _result = planned()
    event = Event.objects.filter(action="cms.rule_set").get()
    assert (event.object_id, event.after["rule"]) == (str(whole.pk), "FREQ=WEEKLY;COUNT=10")
    assert event.data["added"] == 10


# ------------------------------------------------------------------ rooms


def test_two_programmes_cannot_have_one_room_at_one_time():
    whole, _result = planned(rule="FREQ=WEEKLY;COUNT=3")
    other = ProgrammeFactory(room=whole.room, title="年画展", title_en="Prints")
    with pytest.raises(RoomTaken) as refused:
        planned(other, rule="FREQ=WEEKLY;COUNT=5", first=soon(7, 11))
    error = refused.value
    assert len(error.data["clashes"]) == 3
    assert error.rule == "planning.whole_series"
    assert whole.title in str(error) and str(whole.room) in str(error)
    other.refresh_from_db()
    assert (other.sessions.count(), other.rule, other.quotas.count()) == (0, "", 0)


def test_the_clash_is_named_in_english_too():
    whole, _result = planned(rule="FREQ=WEEKLY;COUNT=1")
    with translation.override("en"), pytest.raises(RoomTaken) as refused:
        sessions.add_session(
            actor=planner(), programme_id=ProgrammeFactory(room=whole.room).pk,
            starts_at=soon(7, 11), ends_at=soon(7, 12), room_id=whole.room.pk,
        )  # fmt: skip
    (clash,) = refused.value.data["clashes"]
    assert clash["title"] == whole.title_en
    assert whole.room.name_en in clash["words"]


def test_a_programme_clashes_with_itself_too():
    whole = ProgrammeFactory()
    with pytest.raises(RoomTaken) as refused:
        planned(whole, rule="FREQ=DAILY;COUNT=3", minutes=25 * 60)
    assert len(refused.value.data["clashes"]) == 2
    assert whole.sessions.count() == 0


def test_one_may_begin_when_another_ends_and_where_one_is_cancelled():
    first = SessionFactory(starts_at=soon(7, 10), minutes=60)
    second = ProgrammeFactory(room=first.room)
    add = {"actor": planner(), "programme_id": second.pk, "room_id": first.room.pk}
    made = sessions.add_session(**add, starts_at=soon(7, 11), ends_at=soon(7, 12))
    assert made.is_exception
    with pytest.raises(RoomTaken):
        sessions.add_session(**add, starts_at=soon(7, 9), ends_at=soon(7, 11))
    sessions.cancel_session(actor=planner(), session_id=first.pk, note="停电")
    sessions.add_session(**add, starts_at=soon(7, 9), ends_at=soon(7, 11))


def test_without_a_room_nothing_clashes():
    online = ProgrammeFactory(room=None, is_online=True)
    other = ProgrammeFactory(room=None, is_online=True)
    planned(online)
    planned(other)
    assert Session.objects.count() == 20


@pytest.mark.parametrize(
    ("hours", "code"), [(0, "ends_before_start"), (-1, "ends_before_start"), (73, "too_long")]
)
def test_a_time_that_no_session_can_have_is_refused(hours, code):
    whole = ProgrammeFactory()
    with pytest.raises(Invalid) as refused:
        sessions.add_session(
            actor=planner(), programme_id=whole.pk, starts_at=soon(),
            ends_at=soon() + timedelta(hours=hours),
        )  # fmt: skip
    assert refused.value.code == code
    assert list(refused.value.fields) == ["ends_at"]
    assert not whole.sessions.exists()


def test_the_same_start_twice_is_refused():
    row = SessionFactory(starts_at=soon())
    with pytest.raises(Invalid):
        sessions.add_session(
            actor=planner(), programme_id=row.programme.pk, starts_at=soon(),
            ends_at=soon(7, 12), room_id=RoomFactory().pk,
        )  # fmt: skip


# ------------------------------------------------------------------ exceptions


def test_a_moved_date_shows_the_old_one(told):
    row = SessionFactory(starts_at=soon(7, 10))
    moved = sessions.move_session(
        actor=planner(), session_id=row.pk, starts_at=soon(8, 14), ends_at=soon(8, 15), note="布展",
    )  # fmt: skip
    moved.refresh_from_db()
    assert (moved.state, moved.previous_start) == (SessionState.MOVED, soon(7, 10))
    assert (moved.starts_at, moved.original_start) == (soon(8, 14), soon(7, 10))
    assert (moved.sequence, moved.is_exception, moved.note) == (1, True, "布展")
    (heard,) = told
    assert heard[:2] == (row.pk, "moved") and heard[2]["starts_at"] == soon(7, 10)


def test_moving_into_a_taken_room_changes_nothing(told):
    row = SessionFactory(starts_at=soon(7, 10))
    SessionFactory(starts_at=soon(8, 10), room=row.room)
    with pytest.raises(RoomTaken):
        sessions.move_session(
            actor=planner(), session_id=row.pk, starts_at=soon(8, 11), ends_at=soon(8, 12)
        )
    row.refresh_from_db()
    assert (row.starts_at, row.sequence, told) == (soon(7, 10), 0, [])


def test_another_room_and_back(told):
    whole, _result = planned(rule="FREQ=WEEKLY;COUNT=2")
    row, hall = rows_of(whole)[0], RoomFactory()
    changed = sessions.change_room(actor=planner(), session_id=row.pk, room_id=hall.pk)
    assert (changed.room, changed.is_exception, changed.sequence) == (hall, True, 1)
    back = sessions.restore_session(actor=planner(), session_id=row.pk)
    back.refresh_from_db()
    assert (back.room, back.is_exception, back.sequence) == (whole.room, False, 2)
    assert [change for _pk, change, _before in told] == ["room", "restored"]


def test_a_cancelled_date_can_be_restored_unless_its_room_is_taken_now():
    whole, _result = planned(rule="FREQ=WEEKLY;COUNT=2")
    row = rows_of(whole)[0]
    sessions.cancel_session(actor=planner(), session_id=row.pk, note="停电")
    other = SessionFactory(starts_at=row.starts_at, room=row.room)
    with pytest.raises(RoomTaken):
        sessions.restore_session(actor=planner(), session_id=row.pk)
    sessions.cancel_session(actor=planner(), session_id=other.pk, note="停电")
    back = sessions.restore_session(actor=planner(), session_id=row.pk)
    back.refresh_from_db()
    assert (back.state, back.note, back.previous_start) == (SessionState.SCHEDULED, "", None)


def test_what_has_begun_or_is_cancelled_is_not_changed():
    past = SessionFactory(starts_at=datetime.now(UTC) - timedelta(minutes=5))
    gone = SessionFactory(state=SessionState.CANCELLED)
    for row in (past, gone):
        with pytest.raises(WrongState):
            sessions.cancel_session(actor=planner(), session_id=row.pk, note="停电")
        with pytest.raises(WrongState):
            sessions.move_session(
                actor=planner(), session_id=row.pk, starts_at=soon(), ends_at=soon(7, 12)
            )


def test_a_cancellation_needs_its_reason():
    row = SessionFactory()
    with pytest.raises(Invalid) as refused:
        sessions.cancel_session(actor=planner(), session_id=row.pk, note=" ")
    assert list(refused.value.fields) == ["note"]


def test_every_change_of_a_date_raises_the_programmes_sequence():
    whole, _result = planned(rule="FREQ=WEEKLY;COUNT=2")
    before = whole.sequence
    sessions.cancel_session(actor=planner(), session_id=rows_of(whole)[0].pk, note="停电")
    whole.refresh_from_db()
    assert whole.sequence == before + 1


# ------------------------------------------------------------------ pages and the night


def test_publishing_an_old_draft_changes_no_session():
    whole, _result = planned(rule="FREQ=WEEKLY;COUNT=3")
    page = event_page(whole)
    old = page.save_revision()
    Revision.objects.filter(pk=old.pk).update(created_at=datetime.now(UTC) - timedelta(days=10))
    rows = rows_of(whole)
    sessions.move_session(
        actor=planner(), session_id=rows[0].pk, starts_at=soon(9), ends_at=soon(9, 12)
    )
    sessions.cancel_session(actor=planner(), session_id=rows[2].pk, note="停电")
    facts = ("starts_at", "ends_at", "state", "sequence", "previous_start", "changed_at")
    before = list(whole.sessions.order_by("pk").values_list(*facts))
    times = Programme.objects.values_list("starts_at", "ends_at", "sequence").get(pk=whole.pk)
    Revision.objects.get(pk=old.pk).publish()
    assert list(whole.sessions.order_by("pk").values_list(*facts)) == before
    assert Programme.objects.values_list("starts_at", "ends_at", "sequence").get(
        pk=whole.pk
    ) == times  # fmt: skip


def test_the_night_plans_what_the_horizon_has_come_to():
    whole, _result = planned(rule="FREQ=WEEKLY;COUNT=6")
    gone = rows_of(whole)[-2:]
    for row in gone:  # as if the horizon had not reached them yet
        row.quotas.all().delete()
        row.delete()
    assert tasks.extend_recurring() == "2 added, 0 blocked, 0 refused"
    assert whole.sessions.count() == 6
    assert whole.quotas.count() == 6
    assert tasks.extend_recurring() == "0 added, 0 blocked, 0 refused"


def test_the_night_leaves_out_a_date_whose_room_is_taken_and_tries_again():
    whole, _result = planned(rule="FREQ=WEEKLY;COUNT=6")
    gone = rows_of(whole)[-2:]
    for row in gone:
        row.quotas.all().delete()
        row.delete()
    other = SessionFactory(starts_at=gone[0].starts_at, room=whole.room)
    assert tasks.extend_recurring() == "1 added, 1 blocked, 0 refused"
    sessions.cancel_session(actor=planner(), session_id=other.pk, note="停电")
    assert tasks.extend_recurring() == "1 added, 0 blocked, 0 refused"


def test_the_night_brings_back_no_cancelled_date_and_plans_nothing_that_is_cancelled():
    whole, _result = planned(rule="FREQ=WEEKLY;COUNT=3")
    sessions.cancel_session(actor=planner(), session_id=rows_of(whole)[0].pk, note="停电")
    Programme.objects.filter(pk=ProgrammeFactory(cancelled=True).pk).update(
        rule="FREQ=DAILY;COUNT=3", first_start=soon()
    )
    assert tasks.extend_recurring() == "0 added, 0 blocked, 0 refused"
    assert Session.objects.count() == 3


def test_a_session_that_shares_a_quota_leaves_it_to_the_others():
    whole, _result = planned(rule="FREQ=WEEKLY;COUNT=3")
    shared = QuotaFactory(programme=whole, size=80)
    planned(whole, rule="FREQ=WEEKLY;COUNT=1")
    assert list(shared.sessions.all()) == list(whole.sessions.all())
