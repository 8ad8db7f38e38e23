"""Closing a month: in order, once, only what is over, only sound books; what it keeps."""

import hashlib
from datetime import date, timedelta

import pytest
from django.db import connection

from artmarket.core.clock import db_today
from artmarket.core.errors import NotAllowed, WrongState
from artmarket.core.models import Event
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Period
from artmarket.ledger.months import last_day, month_after, month_of
from artmarket.ledger.selectors.trial import next_month, rows_of, trial_balance
from artmarket.ledger.services.periods import Unsound, close_period
from artmarket.ledger.services.posting import Leg, PeriodClosed
from tests.factories import UserFactory
from tests.ledger.factories import (
    balance,
    clearing,
    months_ago,
    of,
    paid_in,
    party,
    put,
    revenue,
    take_back,
)

pytestmark = pytest.mark.django_db


def test_months_follow_each_other():
    assert month_after(date(2026, 12, 31)) == date(2027, 1, 1)
    assert month_after(date(2026, 1, 1)) == date(2026, 2, 1)
    assert last_day(date(2028, 2, 1)) == date(2028, 2, 29)
    assert month_of(date(2026, 11, 28)) == date(2026, 11, 1)


def test_nothing_is_closed_before_something_was_booked(operator):
    assert next_month(db_today()) is None
    with pytest.raises(WrongState):
        close_period(actor=operator, month=months_ago(1))
    assert not Period.objects.exists()


def test_this_month_is_not_over(operator):
    paid_in(party(), 5)
    assert next_month(db_today()) is None
    with pytest.raises(WrongState):
        close_period(actor=operator, month=month_of(db_today()))


def test_months_are_closed_in_order_and_what_they_hold_is_kept(operator):
    buyer = party()
    paid_in(buyer, 1000, booked_on=months_ago(3))
    put(Leg(of(buyer), revenue(), 300), booked_on=last_day(months_ago(2)))
    paid_in(buyer, 50)
    with pytest.raises(WrongState):
        close_period(actor=operator, month=months_ago(2))
    first = close_period(actor=operator, month=months_ago(3))
    assert [(r.purpose, r.currency, r.debit_minor, r.credit_minor) for r in rows_of(first)] == [
        (Purpose.CLEARING, "CNY", 1000, 0), (Purpose.ESCROW, "CNY", 0, 1000),
    ]  # fmt: skip
    assert first.totals["entries"] == 1
    told = "".join(f"{pk}:1000\n" for pk in sorted((clearing().pk, of(buyer).pk)))
    assert first.totals["balances"] == hashlib.sha256(told.encode()).hexdigest()
    second = close_period(actor=operator, month=months_ago(2))
    assert [(r.purpose, r.balance_minor) for r in rows_of(second)] == [
        (Purpose.CLEARING, 1000), (Purpose.ESCROW, 700), (Purpose.REVENUE, 300),
    ]  # fmt: skip
    assert second.totals["entries"] == 2
    assert next_month(db_today()) == months_ago(1)


def test_a_month_without_entries_is_closed_too(operator):
    paid_in(party(), 1000, booked_on=months_ago(2))
    first = close_period(actor=operator, month=months_ago(2))
    second = close_period(actor=operator, month=months_ago(1))
    assert first.totals == second.totals


def test_closed_again_it_changes_nothing_and_tells_once(operator):
    paid_in(party(), 1000, booked_on=months_ago(1))
    first = close_period(actor=operator, month=months_ago(1))
    assert close_period(actor=operator, month=months_ago(1)) == first
    event = Event.objects.get(action="ledger.period_closed")
    assert event.after == {"month": months_ago(1).isoformat(), "entries": 1}
    assert event.actor == operator


@pytest.mark.parametrize("role", ["registrar", "buyer", "bureau"])
def test_only_an_operator_closes(role):
    paid_in(party(), 1000, booked_on=months_ago(1))
    with pytest.raises(NotAllowed):
        close_period(actor=UserFactory(**{role: True}), month=months_ago(1))
    assert not Period.objects.exists()


def test_books_that_do_not_prove_themselves_are_not_closed(operator):
    paid_in(party(), 1000, booked_on=months_ago(1))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE ledger_account SET balance_minor = 999 WHERE id = {clearing().pk}")
    with pytest.raises(Unsound) as refused:
        close_period(actor=operator, month=months_ago(1))
    assert refused.value.data["accounts"] == [f"account {clearing().pk}"]
    assert not Period.objects.exists()


def test_what_is_wrong_in_a_closed_month_is_taken_back_in_an_open_one(operator):
    buyer = party()
    wrong = paid_in(buyer, 1000, booked_on=months_ago(1))
    close_period(actor=operator, month=months_ago(1))
    with pytest.raises(PeriodClosed):
        paid_in(buyer, 5, booked_on=last_day(months_ago(1)))
    assert take_back(wrong).booked_on == db_today()
    assert balance(of(buyer)) == 0


def test_the_trial_balance_of_a_day_stops_at_its_end():
    buyer, today = party(), db_today()
    yesterday = today - timedelta(days=1)
    paid_in(buyer, 1000, booked_on=yesterday)
    put(Leg(of(buyer), revenue(), 300))
    put(Leg(clearing("EUR"), of(buyer, currency="EUR"), 7))
    then = trial_balance(yesterday)
    assert [(r.purpose, r.debit_minor, r.credit_minor) for r in then] == [
        (Purpose.CLEARING, 1000, 0), (Purpose.ESCROW, 0, 1000),
    ]  # fmt: skip
    now = trial_balance()
    assert [(r.currency, r.purpose, r.debit_balance_minor, r.credit_balance_minor) for r in now] == [
        ("CNY", Purpose.CLEARING, 1000, 0), ("CNY", Purpose.ESCROW, 0, 700),
        ("CNY", Purpose.REVENUE, 0, 300),
        ("EUR", Purpose.CLEARING, 7, 0), ("EUR", Purpose.ESCROW, 0, 7),
    ]  # fmt: skip
    assert trial_balance(yesterday - timedelta(days=1)) == []
