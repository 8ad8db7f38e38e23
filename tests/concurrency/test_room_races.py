"""Two sessions into one room at once: one stands. With a control that fails without the lock."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from artmarket.core.errors import Busy
from cms.locks import lock_quotas
from cms.models import Booking, Room, Session
from cms.services import sessions
from cms.services.slots import RoomTaken
from tests.cms.factories import (
    ProgrammeFactory,
    RoomFactory,
    SessionFactory,
    TicketTypeFactory,
    planner,
)
from tests.concurrency.racing import race
from tests.factories import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 4
START = datetime(2031, 3, 1, 2, tzinfo=UTC)


def adding(room: Room):
    """One more session at the same time in this room, of a programme of its own."""
    by, programme = planner(), ProgrammeFactory(room=room)
    return lambda: sessions.add_session(
        actor=by, programme_id=programme.pk, starts_at=START,
        ends_at=START + timedelta(hours=1), room_id=room.pk,
    )  # fmt: skip


def planning(room: Room, weeks: int = 5):
    """A whole series through this room."""
    by, programme = planner(), ProgrammeFactory(room=room)
    first = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=7)
    return lambda: sessions.set_rule(
        actor=by, programme_id=programme.pk, rule=f"FREQ=WEEKLY;COUNT={weeks}",
        first_start=first, length_minutes=90,
    )  # fmt: skip


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_sessions_that_want_one_room_at_one_time_one_stands(_round):
    room = RoomFactory()
    results = race(*(adding(room) for _ in range(4)))
    assert sum(isinstance(r, Session) for r in results) == 1
    assert sum(isinstance(r, RoomTaken) for r in results) == 3
    assert Session.objects.filter(room=room).count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_series_one_is_planned_whole_and_the_other_not_at_all(_round):
    room = RoomFactory()
    results = race(planning(room), planning(room))
    assert sorted(type(r).__name__ for r in results) == ["Planning", "RoomTaken"]
    assert Session.objects.filter(room=room).count() == 5


def test_without_the_lock_both_would_stand(monkeypatch):
    """The control: both look into the empty room before either is in it."""
    room = RoomFactory()
    both = threading.Barrier(2, timeout=20)
    require = sessions.require_rooms

    def wait(*arguments, **options):
        require(*arguments, **options)
        both.wait()

    monkeypatch.setattr(
        sessions, "lock_rooms", lambda *, pks: list(Room.objects.filter(pk__in=pks))
    )
    monkeypatch.setattr(sessions, "require_rooms", wait)
    results = race(adding(room), adding(room))
    assert all(isinstance(r, Session) for r in results)
    assert Session.objects.filter(room=room).count() == 2


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_moves_into_one_hour_leave_one_there(_round):
    room = RoomFactory()
    rows = [SessionFactory(room=room, starts_at=START + timedelta(days=n + 1)) for n in range(2)]

    def moving(row: Session):
        by = planner()
        return lambda: sessions.move_session(
            actor=by, session_id=row.pk, starts_at=START, ends_at=START + timedelta(hours=1)
        )

    results = race(*(moving(row) for row in rows))
    assert sum(isinstance(r, Session) for r in results) == 1
    assert sum(isinstance(r, RoomTaken) for r in results) == 1
    assert Session.objects.filter(room=room, starts_at=START).count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_session_leaves_its_room_or_another_enters_but_never_both_wrongly(_round):
    """One goes from room to room while another comes in: never two in one."""
    one, two = RoomFactory(), RoomFactory()
    row = SessionFactory(room=one, starts_at=START, programme=ProgrammeFactory(room=one))
    by = planner()
    results = race(
        lambda: sessions.change_room(actor=by, session_id=row.pk, room_id=two.pk), adding(two)
    )
    assert not any(isinstance(r, AssertionError) for r in results)
    assert sum(isinstance(r, Session) for r in results) == 1
    assert sum(isinstance(r, RoomTaken | Busy) for r in results) == 1
    assert Session.objects.filter(room=two).count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_date_that_is_booked_at_the_same_moment_is_not_dropped(_round):
    """Whoever books holds the quota; the rule waits for it, sees the booking and keeps the date."""
    series = planning(RoomFactory())
    series()
    row = Session.objects.order_by("-starts_at").first()
    programme = row.programme
    user, ticket = UserFactory(), TicketTypeFactory(programme=programme)
    quota = row.quotas.get()
    shorter = planner()

    def book():
        with transaction.atomic():
            if not lock_quotas(pks=[quota.pk]):
                return None
            return Booking.objects.create(
                programme=programme, session=row, ticket_type=ticket, user=user,
                state="confirmed", places=1, key="1", consent_at=START,
            )  # fmt: skip

    def shorten():
        return sessions.set_rule(
            actor=shorter, programme_id=programme.pk, rule="FREQ=WEEKLY;COUNT=4",
            first_start=programme.sessions.earliest("starts_at").starts_at, length_minutes=90,
        )  # fmt: skip

    made, planned = race(book, shorten)
    assert not isinstance(planned, Exception)
    assert made is None or isinstance(made, Booking)
    is_there = Session.objects.filter(pk=row.pk).exists()
    assert is_there == isinstance(made, Booking)
    assert len(planned.orphaned) == int(is_there)
