"""What payments prove of the books, and their part of a person's data."""

from datetime import timedelta

import pytest
from django.db import transaction

from artmarket.core.clock import db_now
from artmarket.ledger.models import Payment, ReconciliationRun, Refund
from artmarket.ledger.payments import audit as payment_audit
from artmarket.ledger.payments import keeping as payment_keeping
from artmarket.ledger.payments.enums import OutgoingState
from artmarket.ledger.services import desk, finishing, reconciliation
from artmarket.ledger.services.payments import ask_refund, run_refund, start_payment
from tests.factories import UserFactory
from tests.ledger.gateway_stage import asked, deposit_of, stray_money

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(stripe):
    payment = start_payment(payment_id=asked().pk)
    stripe.pay(payment.page_id)
    return finishing.ask_again(payment.pk)


def refund(payment, amount=4_000):
    with transaction.atomic():
        return ask_refund(
            actor=None, payment_id=payment.pk, amount_minor=amount,
            from_account=deposit_of(payment.party), key=f"r{amount}", reason="退款",
        )  # fmt: skip


def faults():
    return [fault.check for fault in payment_audit.payments_hold()]


def test_payments_in_every_state_hold(paid, operator):
    run_refund(refund(paid).pk)
    refund(paid, 1_000)
    asked(gateway="bank")
    stray = stray_money()
    other = asked(gateway="bank", amount=stray.amount_minor)
    desk.assign_stray(actor=operator, stray_id=stray.pk, reference=other.reference, note="核对")
    reconciliation.reconcile(gateway_name="stripe", until=db_now() + timedelta(hours=1))
    assert faults() == []


@pytest.mark.parametrize("change", [{"received_minor": 9_999}, {"refunded_minor": 1}])
def test_a_sum_that_was_changed_is_named(paid, change):
    Payment.objects.update(**change)
    assert faults() == ["payment"]


def test_money_in_transit_for_nothing_is_named(paid):
    refund(paid)
    Refund.objects.update(state=OutgoingState.FAILED)
    assert faults() == ["transit"]


def test_something_under_way_without_money_in_transit_is_named(paid):
    run_refund(refund(paid).pk)
    Refund.objects.update(state=OutgoingState.SENT)
    assert sorted(faults()) == ["payment", "transit"]


def test_a_gateway_that_came_to_another_sum_is_named():
    now = db_now()
    for books in (2, 1):
        ReconciliationRun.objects.create(
            gateway="stripe", since=now, until=now, totals={"CNY": {"gateway": 1, "books": books}}
        )
        assert faults() == (["gateway"] if books == 2 else [])


def test_a_person_gets_his_payments_and_nobody_elses(paid):
    run_refund(refund(paid).pk)
    asked(gateway="bank")
    rows = list(payment_keeping.copy(paid.party.user))
    assert [row["kind"] for row in rows] == ["payment", "receipt", "refund"]
    assert rows[0]["reference"] == paid.reference
    assert list(payment_keeping.copy(UserFactory())) == []


def test_what_is_under_way_stops_the_erasure_and_what_is_over_keeps_the_name(paid):
    user = paid.party.user
    assert [hold.blocks for hold in payment_keeping.holds(user)] == [False]
    refund(paid)
    assert [hold.blocks for hold in payment_keeping.holds(user)] == [True]
    assert list(payment_keeping.holds(UserFactory())) == []
