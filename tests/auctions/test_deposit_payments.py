"""Deposits through the gateways: held, charged, transferred; admitted, given back, never twice."""

import json
from datetime import timedelta

import pytest

from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Entry, Payment, Refund
from artmarket.ledger.payments.enums import PaymentState
from artmarket.ledger.services import finishing, webhooks
from artmarket.ledger.services.outgoing import confirm_outgoing
from artmarket.ledger.services.payments import note_received, start_payment
from artmarket.ledger.services.telling import tell
from auctions import tasks
from auctions.deposit_audit import accounts_hold, deposit_faults
from auctions.enums import PaddleState, SaleState
from auctions.models import DepositMovement, Sale
from auctions.services import deposits
from auctions.services.deposit_paying import can_hold, pay_deposit, ways
from auctions.services.payment import confirm_payment
from tests.auctions.factories import announced, begun, bid
from tests.auctions.registrations import deposit_of, fixed, over, pay, register
from tests.auctions.test_deposits import decide, give_back
from tests.factories import UserFactory
from tests.ledger.conftest import stripe  # noqa: F401 - a fixture
from tests.ledger.gateway_stage import assert_books_whole, balance
from tests.ledger.stripe_account import signature

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _proved_from_the_books():
    """After every test: deposits are what the DEPOSIT accounts hold."""
    yield
    assert [*deposit_faults(), *accounts_hold()] == []
    assert_books_whole()


@pytest.fixture
def provider(request):
    """The loopback Stripe."""
    return request.getfixturevalue("stripe")


@pytest.fixture
def sale():
    """A sale of an hour, with a deposit of 1,000 yuan and admission by rule."""
    return begun(deposit=fixed(1000), approval="automatic")


def asked(paddle, way="stripe", **more) -> Payment:
    deposit = deposit_of(paddle)
    return pay_deposit(actor=more.get("actor", paddle.user), deposit_id=deposit.pk, way=way)


def paid(provider, paddle, way="stripe") -> Payment:
    """The bidder pays on the gateway's page and comes back."""
    payment = start_payment(payment_id=asked(paddle, way).pk)
    provider.pay(payment.page_id)
    return told(finishing.ask_again(payment.pk))


def told(payment) -> Payment:
    """The books tell the sale, as they do after every commit."""
    tell(payment_id=payment.pk)
    payment.refresh_from_db()
    return payment


def worked_off():
    """What the duties do in their next rounds."""
    for _round in range(2):
        tasks.care_for_deposits()
        tasks.release_deposits()
        finishing.finish()


def sums(paddle):
    row = deposit_of(paddle)
    return row.received_minor, row.released_minor, row.returned_minor, row.frozen_minor


def held_of(paddle) -> int:
    return balance(Purpose.DEPOSIT, party=paddle.party)


def state_of(paddle) -> str:
    paddle.refresh_from_db()
    return paddle.state


# ------------------------------------------------------------------ ways to pay


def test_without_a_gateway_only_the_bank_is_offered(sale):
    assert ways(sale) == ["bank"]
    paddle = register(sale)
    with pytest.raises(Invalid):
        asked(paddle, "stripe")
    assert asked(paddle, "bank").gateway == "bank"


def test_a_card_is_held_only_where_the_hold_outlasts_the_sale(sale, provider):
    assert ways(sale) == ["hold", "stripe", "bank"]
    long = announced(deposit=fixed(1000))
    ends = db_now() + timedelta(days=6, minutes=1)
    long.lots.update(ends_at=ends, first_end=ends)
    assert not can_hold(long)
    assert ways(long) == ["stripe", "bank"]
    ends -= timedelta(minutes=5)
    long.lots.update(ends_at=ends, first_end=ends)
    assert can_hold(long)


def test_a_hold_admits_moves_no_money_and_is_set_free_after_the_sale(sale, provider):
    paddle = register(sale)
    payment = paid(provider, paddle, "hold")
    assert payment.state == PaymentState.AUTHORISED
    assert sums(paddle) == (0, 0, 0, 1000_00)
    assert state_of(paddle) == PaddleState.APPROVED
    assert not Entry.objects.exists()
    over(sale)
    worked_off()
    payment.refresh_from_db()
    assert payment.state == PaymentState.CANCELLED
    told(payment)
    assert sums(paddle) == (0, 0, 0, 0)
    assert not Refund.objects.exists()
    assert not Entry.objects.exists()
    assert tasks.release_deposits() == "released 0, failed 0"


def test_what_is_charged_is_booked_admits_and_is_refunded_after_the_sale(sale, provider):
    paddle = register(sale)
    payment = paid(provider, paddle)
    assert (payment.state, held_of(paddle)) == (PaymentState.PAID, 1000_00)
    assert state_of(paddle) == PaddleState.APPROVED
    over(sale)
    worked_off()
    told(payment)
    assert sums(paddle) == (1000_00, 1000_00, 1000_00, 0)
    assert (held_of(paddle), len(provider.all("refund"))) == (0, 1)
    worked_off()
    assert (Refund.objects.count(), len(provider.all("refund"))) == (1, 1)


def test_a_transfer_in_two_parts_is_whole_with_the_second(sale):
    paddle = register(sale)
    payment = asked(paddle, "bank")
    note_received(payment_id=payment.pk, amount_minor=400_00, gateway_reference="B1")
    told(payment)
    assert (sums(paddle)[0], state_of(paddle)) == (400_00, PaddleState.PENDING)
    note_received(payment_id=payment.pk, amount_minor=600_00, gateway_reference="B2")
    told(payment)
    assert (sums(paddle)[0], state_of(paddle)) == (1000_00, PaddleState.APPROVED)
    assert held_of(paddle) == 1000_00


def test_the_desk_books_what_it_confirms_and_what_it_hands_out(sale):
    paddle = register(sale)
    deposit = pay(sale, paddle, 300, reference="R 1")
    pay(sale, paddle, 700, reference="R 2")
    assert held_of(paddle) == 1000_00
    assert balance(Purpose.CLEARING, gateway="desk") == 1000_00
    over(sale)
    tasks.release_deposits()
    give_back(sale, deposit, 500, reference="B1")
    assert sums(paddle) == (1000_00, 1000_00, 500_00, 0)
    give_back(sale, deposit, 500, reference="B2")
    assert sums(paddle) == (1000_00, 1000_00, 1000_00, 0)
    assert (held_of(paddle), balance(Purpose.CLEARING, gateway="desk")) == (0, 0)


def test_the_desk_does_not_hand_out_what_a_gateway_took(sale, provider):
    paddle = register(sale)
    paid(provider, paddle)
    over(sale)
    tasks.release_deposits()
    with pytest.raises(WrongState):
        give_back(sale, deposit_of(paddle), 1000)


def test_a_transfer_goes_back_when_somebody_confirms_that_it_was_sent(sale):
    paddle = register(sale)
    payment = asked(paddle, "bank")
    note_received(payment_id=payment.pk, amount_minor=1000_00, gateway_reference="B1")
    told(payment)
    over(sale)
    worked_off()
    refund = Refund.objects.get()
    confirm_outgoing(actor=UserFactory(operator=True), row=refund, bank_reference="OUT1")
    told(payment)
    assert sums(paddle) == (1000_00, 1000_00, 1000_00, 0)


# ------------------------------------------------------------------ once


def test_the_same_way_again_is_the_same_payment_and_another_takes_its_place(sale, provider):
    paddle = register(sale)
    first = asked(paddle)
    assert asked(paddle) == first
    other = asked(paddle, "bank")
    first.refresh_from_db()
    assert (first.state, other.gateway) == (PaymentState.CANCELLED, "bank")
    assert Payment.objects.count() == 2


def test_who_has_paid_is_not_asked_again_even_before_the_sale_was_told(sale, provider):
    paddle = register(sale)
    payment = start_payment(payment_id=asked(paddle).pk)
    provider.pay(payment.page_id)
    finishing.ask_again(payment.pk)
    with pytest.raises(WrongState):
        asked(paddle)
    assert Payment.objects.count() == 1


def test_what_is_paid_twice_goes_back_by_itself(sale, provider):
    paddle = register(sale)
    payment = start_payment(payment_id=asked(paddle).pk)
    pay(sale, paddle)  # at the desk, while the page is open
    provider.pay(payment.page_id)
    finishing.finish()
    payment.refresh_from_db()
    told(payment)
    assert deposit_of(paddle).held_minor == 1000_00
    refund = Refund.objects.get()
    assert (refund.payment, refund.amount_minor) == (payment, 1000_00)


def test_a_message_that_comes_twice_counts_once(sale, provider):
    paddle = register(sale)
    payment = start_payment(payment_id=asked(paddle).pk)
    provider.pay(payment.page_id)
    body = json.dumps(provider.all("event", type="payment_intent.succeeded")[0])
    for _n in range(2):
        webhooks.receive(body=body.encode(), signature=signature(body))
        told(payment)
    assert sums(paddle) == (1000_00, 0, 0, 0)
    assert DepositMovement.objects.count() == 1


def test_only_the_party_that_bids_pays(sale):
    paddle = register(sale)
    for actor in (UserFactory(), sale.house.boss, UserFactory(operator=True)):
        with pytest.raises(NotAllowed):
            asked(paddle, "bank", actor=actor)


def test_nothing_is_asked_for_once_the_sale_is_over_and_open_payments_end(sale):
    paddle, late = register(sale), register(sale)
    payment = asked(paddle, "bank")
    Sale.objects.filter(pk=sale.pk).update(state=SaleState.CANCELLED, ended_at=db_now())
    with pytest.raises(WrongState):
        asked(late, "bank")
    assert tasks.care_for_deposits() == "captured 0, dropped 1, applied 0, failed 0"
    payment.refresh_from_db()
    assert payment.state == PaymentState.CANCELLED


def test_what_comes_after_the_end_goes_straight_back(sale, provider):
    paddle = register(sale)
    payment = start_payment(payment_id=asked(paddle).pk)
    Sale.objects.filter(pk=sale.pk).update(state=SaleState.CANCELLED, ended_at=db_now())
    provider.pay(payment.page_id)
    told(finishing.ask_again(payment.pk))
    assert state_of(paddle) == PaddleState.PENDING
    worked_off()
    told(payment)
    assert sums(paddle) == (1000_00, 1000_00, 1000_00, 0)


# ------------------------------------------------------------------ holds that are needed


def test_the_hold_of_a_buyer_is_taken_and_stays_until_he_paid(sale, provider):
    winner, loser = register(sale), register(sale)
    held, free = paid(provider, winner, "hold"), paid(provider, loser, "hold")
    bid(sale.lots.get(), loser, 2000)
    bid(sale.lots.get(), winner, 5000)
    over(sale)
    worked_off()
    for payment in (held, free):
        told(Payment.objects.get(pk=payment.pk))
    assert sums(winner) == (1000_00, 0, 0, 0)
    assert sums(loser) == (0, 0, 0, 0)
    assert held_of(winner) == 1000_00
    confirm_payment(actor=sale.house.boss, lot_id=sale.lots.get().pk, reference="R1")
    worked_off()
    told(held)
    assert sums(winner) == (1000_00, 1000_00, 1000_00, 0)


def test_a_hold_that_runs_out_while_the_sale_goes_on_is_taken(sale, provider, monkeypatch):
    paddle = register(sale)
    payment = paid(provider, paddle, "hold")
    assert tasks.care_for_deposits() == "captured 0, dropped 0, applied 0, failed 0"
    monkeypatch.setattr("auctions.services.deposit_paying._life", lambda: timedelta(seconds=-1))
    assert tasks.care_for_deposits() == "captured 1, dropped 0, applied 0, failed 0"
    finishing.finish()
    told(payment)
    assert sums(paddle) == (1000_00, 0, 0, 0)
    assert state_of(paddle) == PaddleState.APPROVED


def test_a_hold_that_was_lost_is_due_again(sale, provider):
    paddle = register(sale)
    payment = paid(provider, paddle, "hold")
    provider.answer("POST", f"/v1/payment_intents/{payment.gateway_id}/cancel", {}, "lost")
    told(finishing.ask_again(payment.pk))
    assert sums(paddle) == (0, 0, 0, 0)
    assert deposit_of(paddle).missing_minor == 1000_00


def test_suspended_is_not_forfeited(sale, provider):
    paddle = register(sale)
    payment = paid(provider, paddle)
    decide(sale, paddle, "suspended", note="扰乱秩序")
    over(sale)
    worked_off()
    told(payment)
    assert sums(paddle) == (1000_00, 1000_00, 1000_00, 0)


# ------------------------------------------------------------------ refunds that fail


def test_a_refund_that_came_back_waits_for_a_person_and_is_sent_once_more(sale, provider):
    paddle = register(sale)
    payment = paid(provider, paddle)
    over(sale)
    worked_off()
    told(payment)
    provider.fail_refund(provider.all("refund")[0]["id"])
    body = json.dumps(provider.all("event", type="refund.failed")[0])
    webhooks.receive(body=body.encode(), signature=signature(body))
    told(payment)
    assert sums(paddle) == (1000_00, 1000_00, 0, 0)
    worked_off()
    assert Refund.objects.count() == 1
    deposits.refund_again(actor=sale.house.boss, deposit_id=deposit_of(paddle).pk)
    with pytest.raises(WrongState):
        deposits.refund_again(actor=sale.house.boss, deposit_id=deposit_of(paddle).pk)
    finishing.finish()
    told(payment)
    assert sums(paddle) == (1000_00, 1000_00, 1000_00, 0)
    assert Refund.objects.count() == 2


# ------------------------------------------------------------------ proofs


def test_the_audit_finds_money_that_no_deposit_explains(sale):
    paddle = register(sale)
    pay(sale, paddle)
    Account.objects.filter(purpose=Purpose.DEPOSIT).update(balance_minor=999_99)
    assert len(list(deposit_faults())) == len(list(accounts_hold())) == 1
    Account.objects.filter(purpose=Purpose.DEPOSIT).update(balance_minor=1000_00)
