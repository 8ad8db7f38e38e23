"""Seats at the same moment: the last one goes to one; each race with its control without the lock."""

import random
from itertools import count
from uuid import uuid4

import pytest
from django.db.models import Sum
from django.utils import timezone

from artmarket.core.errors import DomainError
from cms.booking.audit import booking_faults
from cms.enums import HOLDING_SEATS, BookingState
from cms.models import Booking, CheckIn, Programme, Quota
from cms.selectors.waiting import line_of
from cms.services import bookings, check_in, quotas, tickets, waiting
from tests.cms.factories import bookable, planner
from tests.cms.registering import book, set_start, visitor
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 5
_keys = count(1)


def booking(session, user=None, *, key="", places=1):
    """A call that registers, with everything made before the race."""
    user, ticket_type = user or visitor(), session.programme.ticket_types.get()
    key = key or f"race-{next(_keys)}"
    return lambda: bookings.book(
        actor=user, session_id=session.pk, ticket_type_id=ticket_type.pk, places=places,
        name="王一", key=key, consent=True,
    )  # fmt: skip


def taken(session) -> int:
    return Quota.objects.get(sessions=session).taken


def held(session) -> int:
    rows = Booking.objects.filter(session=session, state__in=HOLDING_SEATS)
    return rows.aggregate(sum=Sum("places"))["sum"] or 0


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_visitors_at_the_last_seat_one_is_confirmed_and_one_waits_first(_round):
    session = bookable(size=30)
    book(session, places=10)
    book(session, places=10)
    book(session, places=9)
    results = race(booking(session), booking(session))
    assert sorted(row.state for row in results) == [BookingState.CONFIRMED, BookingState.WAITING]
    waits = next(row for row in results if row.state == BookingState.WAITING)
    assert line_of(waits.programme, now=timezone.now()).place_of(waits).position == 1
    assert (taken(session), held(session)) == (30, 30)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_double_submit_is_one_booking(_round):
    session, user = bookable(size=30), visitor()
    results = race(*(booking(session, user, key="same") for _n in range(4)))
    assert len({row.pk for row in results}) == 1
    assert (Booking.objects.count(), taken(session)) == (1, 1)


def test_one_key_for_two_programmes_at_once_is_one_booking():
    first, second, user = bookable(), bookable(), visitor()
    results = race(booking(first, user, key="same"), booking(second, user, key="same"))
    assert len({row.pk for row in results}) == 1
    assert taken(first) + taken(second) == 1


def test_without_the_locks_the_last_seat_is_sold_twice(monkeypatch):
    """The control: with the locks off, both read the same free seat."""
    monkeypatch.setattr(quotas, "lock_programme", lambda *, pk: Programme.objects.get(pk=pk))
    monkeypatch.setattr(
        quotas, "lock_quotas", lambda *, pks: list(Quota.objects.filter(pk__in=pks))
    )
    broken = 0
    for _round in range(10):
        session = bookable(size=1)
        results = race(*(booking(session) for _n in range(4)))
        confirmed = [r for r in results if getattr(r, "state", "") == BookingState.CONFIRMED]
        broken += len(confirmed) > 1
    assert broken
    assert list(booking_faults())


def test_any_mix_of_booking_changing_and_cancelling_keeps_the_sums():
    session = bookable(size=12)
    people = [visitor() for _n in range(8)]
    dice = random.Random(20261129)

    def busy(user, seed):
        own = random.Random(seed)

        def work():
            for _step in range(8):
                live = Booking.objects.live().filter(user=user, session=session).first()
                try:
                    if live is None:
                        booking(session, user, places=own.randint(1, 4))()
                    elif own.random() < 0.4:
                        places = own.randint(1, 4)
                        bookings.change_places(actor=user, booking_id=live.pk, places=places)
                    else:
                        bookings.cancel(actor=user, booking_id=live.pk)
                except DomainError:
                    continue
                assert Quota.objects.get(sessions=session).taken <= 12
            return "done"

        return work

    results = race(*(busy(user, dice.random()) for user in people))
    assert results == ["done"] * len(people)
    assert taken(session) == held(session) <= 12
    assert list(booking_faults()) == []


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_seat_that_becomes_free_is_promoted_once_whoever_runs(_round):
    session = bookable(size=1)
    first = book(session)
    line = [book(session) for _n in range(3)]
    bookings.cancel(actor=first.user, booking_id=first.pk)
    race(*(lambda: waiting.promote(programme_id=session.programme_id) for _n in range(4)))
    states = [Booking.objects.get(pk=row.pk).state for row in line]
    assert states == [BookingState.CONFIRMED, BookingState.WAITING, BookingState.WAITING]
    assert list(booking_faults()) == []


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_doors_that_read_one_ticket_one_lets_in(_round):
    session = bookable(cut_off_minutes=0)
    made = book(session)
    set_start(session, minutes=30)
    code, actor = tickets.code_of(made, 1), planner()

    def reading():
        return check_in.read_ticket(
            actor=actor, session_id=session.pk, code=code, reading=uuid4()
        ).result

    assert sorted(race(reading, reading, reading)) == ["used", "used", "valid"]
    assert CheckIn.objects.filter(is_first=True).count() == 1


def test_without_the_lock_two_doors_run_into_the_constraint(monkeypatch):
    """The control: only the database stands between the two."""
    monkeypatch.setattr(check_in, "lock_booking", lambda *, pk: Booking.objects.get(pk=pk))
    failed = 0
    for _round in range(10):
        session = bookable(cut_off_minutes=0)
        made = book(session)
        set_start(session, minutes=30)
        code, actor, pk = tickets.code_of(made, 1), planner(), session.pk

        def reading(actor=actor, pk=pk, code=code):
            return check_in.read_ticket(actor=actor, session_id=pk, code=code, reading=uuid4())

        results = race(reading, reading, reading)
        failed += any(isinstance(r, Exception) for r in results)
    assert failed
