"""Deposits at the same moment: clicks, messages and questions, taking and setting free.

Each with its control where a lock decides: without it, it goes wrong.
"""

import json
import threading

import pytest

from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Payment, Refund
from artmarket.ledger.payments.enums import PaymentState
from artmarket.ledger.services import finishing, webhooks
from artmarket.ledger.services.payments import start_payment
from auctions import tasks
from auctions.deposit_audit import deposit_faults
from auctions.enums import PaddleState
from auctions.models import Deposit, DepositMovement, Paddle
from auctions.services import deposit_money, deposit_paying, deposits
from auctions.services.deposit_paying import capture_hold, pay_deposit
from tests.auctions.factories import begun
from tests.auctions.registrations import deposit_of, fixed, over, pay, register
from tests.concurrency.racing import race
from tests.ledger.conftest import stripe  # noqa: F401 - a fixture
from tests.ledger.gateway_stage import assert_books_whole, balance
from tests.ledger.stripe_account import signature

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def provider(request):
    return request.getfixturevalue("stripe")


@pytest.fixture
def paddle():
    sale = begun(deposit=fixed(1000), approval="automatic")
    made = register(sale)
    made.sale = sale  # whose house has its `boss` at hand
    return made


def asked(paddle, way="stripe") -> Payment:
    return pay_deposit(actor=paddle.user, deposit_id=deposit_of(paddle).pk, way=way)


def proved(paddle, held: int) -> None:
    assert balance(Purpose.DEPOSIT, party=paddle.party) == held
    assert list(deposit_faults()) == []
    assert_books_whole()


def click(paddle):
    return start_payment(payment_id=asked(paddle).pk)


def test_eight_clicks_make_one_payment_with_one_page(paddle, provider):
    results = race(*[lambda: click(paddle)] * 8)
    assert {getattr(row, "pk", row) for row in results} == {Payment.objects.get().pk}
    assert len(provider.all("checkout.session")) == 1


def test_without_the_lock_two_clicks_make_two_payments_or_a_refusal(paddle, provider, monkeypatch):
    everybody = threading.Barrier(2, timeout=30)

    def unlocked(deposit_id):
        found = Deposit.objects.get(pk=deposit_id)
        everybody.wait()
        return found.paddle, found

    with monkeypatch.context() as patch:
        patch.setattr(deposit_money, "fresh", unlocked)
        # One by card, one by transfer: neither sees the other, and both stay open.
        results = race(lambda: asked(paddle), lambda: asked(paddle, "bank"))
    is_wrong = [row for row in results if not isinstance(row, Payment)]
    assert is_wrong or Payment.objects.filter(state=PaymentState.CREATED).count() == 2


def test_a_message_and_questions_at_once_count_it_once_and_admit_once(paddle, provider):
    payment = click(paddle)
    provider.pay(payment.page_id)
    body = json.dumps(provider.all("event", type="payment_intent.succeeded")[0])

    def receive():
        return webhooks.receive(body=body.encode(), signature=signature(body))

    results = race(*[receive] * 4, *[lambda: finishing.ask_again(payment.pk)] * 4)
    assert not [row for row in results if isinstance(row, Exception)]
    finishing.finish()
    assert deposit_of(paddle).received_minor == 1000_00
    assert DepositMovement.objects.count() == 1
    assert Paddle.objects.get(pk=paddle.pk).state == PaddleState.APPROVED
    proved(paddle, 1000_00)


def test_paid_at_the_desk_and_on_the_page_at_once_one_of_them_goes_back(paddle, provider):
    payment = click(paddle)

    def on_the_page():
        provider.pay(payment.page_id)
        return finishing.ask_again(payment.pk)

    race(on_the_page, lambda: pay(paddle.sale, paddle))
    for _round in range(2):
        finishing.finish()
    deposit = deposit_of(paddle)
    assert deposit.held_minor == 1000_00
    assert len(provider.all("refund")) == Refund.objects.count() <= 1
    proved(paddle, 1000_00)


def test_released_by_eight_at_once_it_is_refunded_once(paddle, provider):
    payment = click(paddle)
    provider.pay(payment.page_id)
    finishing.ask_again(payment.pk)
    over(paddle.sale)
    deposit = deposit_of(paddle)
    race(
        *[tasks.release_deposits] * 4,
        *[lambda: deposits.release_ended(deposit_id=deposit.pk)] * 4,
    )
    race(*[finishing.finish] * 4)
    deposit.refresh_from_db()
    assert (deposit.released_minor, deposit.returned_minor) == (1000_00, 1000_00)
    assert len(provider.all("refund")) == Refund.objects.count() == 1
    proved(paddle, 0)


def held(paddle, provider) -> Payment:
    payment = start_payment(payment_id=asked(paddle, "hold").pk)
    provider.pay(payment.page_id)
    return finishing.ask_again(payment.pk)


def test_taken_and_set_free_at_once_it_is_one_of_both(paddle, provider, monkeypatch):
    payment, deposit = held(paddle, provider), deposit_of(paddle)
    over(paddle.sale)
    monkeypatch.setattr(deposit_paying, "owes", lambda _paddle: True)  # so that both may
    race(
        *[lambda: capture_hold(deposit_id=deposit.pk)] * 4,
        *[lambda: deposits.release_ended(deposit_id=deposit.pk)] * 4,
    )
    race(*[finishing.finish] * 4)
    payment.refresh_from_db()
    deposit.refresh_from_db()
    assert payment.state in (PaymentState.PAID, PaymentState.CANCELLED)
    came = payment.received_minor
    assert (deposit.received_minor, deposit.frozen_minor) == (came, 0)
    assert came in (0, 1000_00)
    tasks.release_deposits()
    finishing.finish()
    deposit.refresh_from_db()
    assert deposit.returned_minor == came
    proved(paddle, 0)
