"""Payments at the same moment: clicks, messages, statements, two people at one desk.

Each with its control: without the lock it goes wrong.
"""

import json
import threading

import pytest
from django.db import transaction

from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Entry, Payment, Refund, StrayMoney, WebhookMessage
from artmarket.ledger.payments.enums import PaymentState, StrayState
from artmarket.ledger.services import bank, desk, finishing, outgoing, webhooks
from artmarket.ledger.services.payments import ask_refund, capture_payment, start_payment
from tests.concurrency.racing import race
from tests.concurrency.test_payment_crashes import assert_reconciled, moved, paid
from tests.factories import UserFactory
from tests.ledger.conftest import stripe  # noqa: F401 - a fixture
from tests.ledger.gateway_stage import asked, assert_books_whole, balance, deposit_of, stray_money
from tests.ledger.stripe_account import signature
from tests.ledger.test_bank import HEAD, row

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def provider(request):
    """The loopback Stripe, under a name of its own here."""
    return request.getfixturevalue("stripe")


def test_one_message_delivered_eight_times_at_once_books_once(provider):
    payment = start_payment(payment_id=asked().pk)
    provider.pay(payment.page_id)
    body = json.dumps(provider.all("event", type="payment_intent.succeeded")[0])

    def receive():
        return webhooks.receive(body=body.encode(), signature=signature(body))

    results = race(*[receive] * 8)
    assert {type(row) for row in results} == {WebhookMessage}
    assert (WebhookMessage.objects.count(), Entry.objects.count()) == (1, 1)
    assert balance(Purpose.DEPOSIT, party=payment.party) == 10_000


def test_eight_clicks_at_once_on_pay_capture_and_refund_do_each_once(provider):
    payment = asked(is_hold=True)
    race(*[lambda: start_payment(payment_id=payment.pk)] * 8)
    assert len(provider.all("checkout.session")) == 1
    provider.pay(provider.all("checkout.session")[0]["id"])
    finishing.ask_again(payment.pk)
    race(*[lambda: capture_payment(actor=None, payment_id=payment.pk)] * 8)
    race(*[finishing.finish] * 4)
    assert len(moved(provider, "charge")) == 1

    def refund(key):
        with transaction.atomic():
            ask_refund(
                actor=None, payment_id=payment.pk, amount_minor=6_000,
                from_account=deposit_of(payment.party), key=key, reason="退款",
            )  # fmt: skip

    # Under one key it is one; under two keys the second would be more than what came.
    results = race(*[lambda: refund("a")] * 4, *[lambda: refund("b")] * 4)
    assert sum(getattr(r, "code", "") == "more_than_received" for r in results) == 4
    race(*[finishing.finish] * 4)
    assert len(provider.all("refund")) == 1
    assert_reconciled(2)


def test_without_the_lock_two_refunds_are_more_than_what_came(provider, monkeypatch):
    payment = paid(provider)
    paid(provider, party=payment.party)  # the account could bear both
    everybody = threading.Barrier(2, timeout=30)
    asked_back = outgoing.asked_back

    def together(row):
        found = asked_back(row)
        everybody.wait()
        return found

    def refund(key):
        with transaction.atomic():
            return ask_refund(
                actor=None, payment_id=payment.pk, amount_minor=6_000,
                from_account=deposit_of(payment.party), key=key, reason="退款",
            )  # fmt: skip

    with monkeypatch.context() as patch:
        patch.setattr(outgoing, "lock_payment", lambda *, pk: Payment.objects.get(pk=pk))
        patch.setattr(outgoing, "asked_back", together)
        results = race(lambda: refund("a"), lambda: refund("b"))
    assert [type(row) for row in results] == [Refund, Refund]
    assert asked_back(payment) == 12_000 > payment.received_minor


def test_one_statement_taken_in_by_four_at_once_is_booked_once():
    payment = asked(gateway="bank", amount=30_000)
    raw = (HEAD + "".join(row(payment, number=f"B{n}") for n in range(3))).encode()
    results = race(*[lambda: bank.import_statement(actor=None, raw=raw)] * 4)
    assert sum(result.credited for result in results) == 3
    payment.refresh_from_db()
    assert (payment.state, payment.received_minor) == (PaymentState.PAID, 30_000)
    assert Entry.objects.count() == 3
    assert_books_whole()


def two_at_the_desk():
    """Unclear money, and two operators: one assigns it, one sends it back."""
    operators = [UserFactory(operator=True) for _n in range(2)]
    stray, _more = stray_money(), stray_money()  # so that suspense could bear both
    payment = asked(gateway="bank", amount=stray.amount_minor)
    given = {"stray_id": stray.pk, "note": "核对"}
    return stray, (
        lambda: desk.assign_stray(actor=operators[0], reference=payment.reference, **given),
        lambda: desk.return_stray(actor=operators[1], proof="OUT1", **given),
    )


def test_two_people_decide_about_unclear_money_and_one_is_told_that_it_is_done():
    stray, calls = two_at_the_desk()
    results = race(*calls)
    assert sorted(getattr(each, "code", "") for each in results) == ["", "wrong_state"]
    assert StrayMoney.objects.get(pk=stray.pk).state != StrayState.OPEN
    assert balance(Purpose.SUSPENSE) == stray.amount_minor
    assert_books_whole()


def test_without_the_lock_unclear_money_is_given_away_twice(monkeypatch):
    _stray, calls = two_at_the_desk()
    everybody = threading.Barrier(2, timeout=30)

    def unlocked(*, pk):
        found = StrayMoney.objects.get(pk=pk)
        everybody.wait()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(desk, "lock_stray", unlocked)
        race(*calls)
    assert balance(Purpose.SUSPENSE) == 0  # the other stray's money is gone too
