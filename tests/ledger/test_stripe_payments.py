"""A payment by Stripe from being asked for to being refunded, over real HTTP to a loopback server."""

import urllib.request

import pytest
from django.db import transaction

from artmarket.core.errors import WrongState
from artmarket.ledger import hooks
from artmarket.ledger.enums import Purpose
from artmarket.ledger.gateways.base import GatewayNotOffered, GatewayUnavailable
from artmarket.ledger.models import Payment, Payout, PayoutAccount, Receipt, Refund, StrayMoney
from artmarket.ledger.payments.enums import OutgoingState, PaymentState, StrayReason
from artmarket.ledger.services import finishing, payout_accounts
from artmarket.ledger.services.outgoing import MoreThanReceived
from artmarket.ledger.services.payments import (
    NotHeld,
    ask_payout,
    ask_refund,
    cancel_payment,
    capture_payment,
    note_received,
    run_payout,
    run_refund,
    run_wish,
    start_payment,
)
from artmarket.ledger.services.posting import Insufficient, KeyReused
from tests.ledger.gateway_stage import (
    asked,
    assert_books_whole,
    balance,
    deposit_of,
    entries,
    payer,
)

pytestmark = pytest.mark.django_db


def ask(payment_id) -> Payment:
    return finishing.ask_again(payment_id)


def paid(stripe, party=None, amount=10_000, **more) -> Payment:
    payment = start_payment(payment_id=asked(party, amount, **more).pk)
    stripe.pay(payment.page_id)
    return ask(payment.pk)


# ------------------------------------------------------------------------ asking


def test_without_a_key_stripe_is_not_offered():
    with pytest.raises(GatewayNotOffered):
        asked()
    assert not Payment.objects.exists()


def test_the_same_key_gives_the_same_payment_and_other_content_is_refused(stripe):
    party = payer()
    first = asked(party, key="k1")
    assert asked(party, key="k1") == first
    with pytest.raises(KeyReused):
        asked(party, 20_000, key="k1")
    assert Payment.objects.count() == 1


def test_clicking_ten_times_opens_one_page(stripe):
    payment = asked()
    pages = {start_payment(payment_id=payment.pk).page_id for _n in range(10)}
    assert len(pages) == 1
    assert stripe.calls("POST /v1/checkout/sessions") == 1


def test_the_hosted_page_is_clicked_and_the_money_is_booked_once(stripe):
    payment = start_payment(payment_id=asked(amount=12_345).pk)
    opener = urllib.request.build_opener(NoRedirect)
    answer = opener.open(payment.page_url, data=b"do=pay")
    assert answer.status == 303
    assert answer.headers["Location"].endswith(f"/money/back/{payment.reference}/")
    for _n in range(3):
        payment = ask(payment.pk)
    assert (payment.state, payment.received_minor) == (PaymentState.PAID, 12_345)
    assert Receipt.objects.get().credited_minor == 12_345
    assert balance(Purpose.CLEARING, gateway="stripe") == 12_345
    assert balance(Purpose.DEPOSIT, party=payment.party) == 12_345
    assert entries() == 1
    assert_books_whole()


class NoRedirect(urllib.request.HTTPErrorProcessor):
    """The redirect itself is what is looked at."""

    def http_response(self, request, response):
        return response


def test_a_declined_card_leaves_the_page_open(stripe):
    payment = start_payment(payment_id=asked().pk)
    stripe.decline(payment.page_id)
    payment = ask(payment.pk)
    assert (payment.state, payment.received_minor) == (PaymentState.PENDING, 0)
    stripe.pay(payment.page_id)
    assert ask(payment.pk).state == PaymentState.PAID


def test_an_answer_that_got_lost_is_asked_for_again_under_the_same_key(stripe):
    payment = asked()
    stripe.drop_answers = 1
    page = start_payment(payment_id=payment.pk).page_id
    assert page
    assert stripe.calls("POST /v1/checkout/sessions") == 1
    assert len(stripe.all("checkout.session")) == 1


def test_a_gateway_that_is_down_leaves_the_payment_to_be_started_again(stripe):
    payment = asked()
    stripe.fail_next = 3
    with pytest.raises(GatewayUnavailable):
        start_payment(payment_id=payment.pk)
    payment.refresh_from_db()
    assert (payment.state, payment.page_id) == (PaymentState.PENDING, "")
    assert start_payment(payment_id=payment.pk).page_id


def test_a_page_that_is_over_is_followed_by_another_never_two_at_once(stripe):
    payment = start_payment(payment_id=asked().pk)
    first = payment.page_id
    stripe.answer("POST", f"/v1/checkout/sessions/{first}/expire", {}, "by-the-clock")
    payment = start_payment(payment_id=payment.pk)
    assert payment.page_id not in ("", first)
    states = {row["id"]: row["status"] for row in stripe.all("checkout.session")}
    assert states == {first: "expired", payment.page_id: "open"}


@pytest.mark.parametrize(
    ("currency", "minor", "at_stripe"),
    [("CNY", 12_345, 12_345), ("JPY", 12_345, 12_345), ("ISK", 123, 12_300), ("KWD", 1_230, 1_230)],
)
def test_amounts_are_said_in_the_gateways_smallest_unit_and_come_back_in_ours(
    stripe, currency, minor, at_stripe
):
    payment = paid(stripe, amount=minor, currency=currency)
    assert [row["amount_total"] for row in stripe.all("checkout.session")] == [at_stripe]
    assert payment.received_minor == minor
    assert balance(Purpose.CLEARING, gateway="stripe", currency=currency) == minor


# --------------------------------------------------------------- holds and ends


def held(stripe, amount=10_000) -> Payment:
    payment = start_payment(payment_id=asked(amount=amount, is_hold=True).pk)
    stripe.pay(payment.page_id)
    return ask(payment.pk)


def test_a_hold_moves_nothing_until_a_part_is_captured_and_the_rest_is_free(stripe):
    payment = held(stripe)
    assert (payment.state, payment.received_minor, entries()) == (PaymentState.AUTHORISED, 0, 0)
    capture_payment(actor=None, payment_id=payment.pk, amount_minor=4_000)
    for _n in range(3):
        payment = run_wish(payment_id=payment.pk)
    assert (payment.state, payment.received_minor) == (PaymentState.PAID, 4_000)
    assert balance(Purpose.DEPOSIT, party=payment.party) == 4_000
    assert stripe.calls("POST /v1/payment_intents/%/capture") == 1
    assert entries() == 1


def test_a_payment_that_ended_with_a_part_takes_no_more_and_stays_paid(stripe):
    payment = held(stripe)
    capture_payment(actor=None, payment_id=payment.pk, amount_minor=4_000)
    run_wish(payment_id=payment.pk)
    note_received(payment_id=payment.pk, amount_minor=500, gateway_reference="ch_other")
    payment.refresh_from_db()
    assert (payment.state, payment.received_minor) == (PaymentState.PAID, 4_000)
    assert StrayMoney.objects.get().amount_minor == 500


def test_capturing_more_than_is_held_or_another_amount_is_refused(stripe):
    payment = held(stripe)
    with pytest.raises(NotHeld):
        capture_payment(actor=None, payment_id=payment.pk, amount_minor=10_001)
    capture_payment(actor=None, payment_id=payment.pk, amount_minor=4_000)
    with pytest.raises(WrongState):
        capture_payment(actor=None, payment_id=payment.pk, amount_minor=4_001)
    with pytest.raises(WrongState):
        cancel_payment(actor=None, payment_id=payment.pk)


def test_a_lost_answer_to_a_capture_is_finished_by_the_duty_and_captures_once(stripe):
    payment = held(stripe)
    capture_payment(actor=None, payment_id=payment.pk)
    stripe.drop_answers = 3
    with pytest.raises(GatewayUnavailable):
        run_wish(payment_id=payment.pk)
    payment.refresh_from_db()
    assert (payment.state, entries()) == (PaymentState.AUTHORISED, 0)
    finishing.finish()
    finishing.finish()
    payment.refresh_from_db()
    assert (payment.state, payment.wish) == (PaymentState.PAID, "")
    assert entries() == 1
    assert len([r for r in stripe.all("balance_transaction") if r["type"] == "charge"]) == 1


def test_a_hold_that_is_cancelled_is_free_and_cannot_be_captured(stripe):
    payment = held(stripe)
    cancel_payment(actor=None, payment_id=payment.pk)
    payment = run_wish(payment_id=payment.pk)
    assert payment.state == PaymentState.CANCELLED
    with pytest.raises(NotHeld):
        capture_payment(actor=None, payment_id=payment.pk)
    assert [row["status"] for row in stripe.all("payment_intent")] == ["canceled"]
    assert entries() == 0


def test_cancelling_an_open_page_closes_it_at_the_gateway(stripe):
    payment = start_payment(payment_id=asked().pk)
    cancel_payment(actor=None, payment_id=payment.pk)
    payment = run_wish(payment_id=payment.pk)
    assert payment.state == PaymentState.CANCELLED
    assert [row["status"] for row in stripe.all("checkout.session")] == ["expired"]
    assert start_payment(payment_id=payment.pk).state == PaymentState.CANCELLED


def test_whoever_pays_faster_than_we_cancel_has_paid(stripe):
    payment = start_payment(payment_id=asked().pk)
    cancel_payment(actor=None, payment_id=payment.pk)
    stripe.pay(payment.page_id)
    payment = run_wish(payment_id=payment.pk)
    assert (payment.state, payment.wish, payment.received_minor) == (PaymentState.PAID, "", 10_000)


def test_what_comes_beyond_the_sum_is_stray(stripe):
    payment = paid(stripe)
    for _n in range(2):
        note_received(payment_id=payment.pk, amount_minor=3_000, gateway_reference="ch_other")
    payment.refresh_from_db()
    assert payment.received_minor == 10_000
    stray = StrayMoney.objects.get()
    assert (stray.amount_minor, stray.reason) == (3_000, StrayReason.OVERPAID)
    assert balance(Purpose.SUSPENSE) == 3_000
    assert_books_whole()


# ---------------------------------------------------------------- refunds, payouts


def refund(payment, amount, key="r1"):
    with transaction.atomic():
        return ask_refund(
            actor=None, payment_id=payment.pk, amount_minor=amount,
            from_account=deposit_of(payment.party), key=key, reason="退还保证金",
        )  # fmt: skip


def test_refunded_twice_under_one_key_is_refunded_once(stripe):
    payment = paid(stripe)
    rows = {refund(payment, 4_000).pk for _n in range(3)}
    assert len(rows) == 1
    for _n in range(3):
        row = run_refund(rows.copy().pop())
    payment.refresh_from_db()
    assert (row.state, payment.refunded_minor) == (OutgoingState.DONE, 4_000)
    assert len(stripe.all("refund")) == 1
    assert balance(Purpose.DEPOSIT, party=payment.party) == 6_000
    assert balance(Purpose.CLEARING, gateway="stripe") == 6_000
    assert balance(Purpose.CLEARING, gateway="stripe-out") == 0
    assert_books_whole()


def test_refunds_together_are_never_more_than_what_came(stripe):
    payment = paid(stripe)
    refund(payment, 6_000)
    with pytest.raises(MoreThanReceived):
        refund(payment, 4_001, "r2")
    refund(payment, 4_000, "r2")
    assert Refund.objects.count() == 2


def test_money_that_is_in_transit_cannot_be_given_away_a_second_time(stripe):
    payment = paid(stripe)
    refund(payment, 10_000)
    with pytest.raises(Insufficient), transaction.atomic():
        ask_payout(
            actor=None, party=payment.party, currency="CNY", amount_minor=1,
            from_account=deposit_of(payment.party), gateway="bank", key="p", subject=None,
        )  # fmt: skip
    assert not Payout.objects.exists()


def test_a_lost_answer_to_a_refund_is_found_again_by_its_reference(stripe):
    payment = paid(stripe)
    row = refund(payment, 4_000)
    stripe.drop_answers = 3
    with pytest.raises(GatewayUnavailable):
        run_refund(row.pk)
    row.refresh_from_db()
    assert (row.state, row.gateway_id) == (OutgoingState.SENT, "")
    stripe.db.execute("DELETE FROM answers")  # the gateway forgot the key
    row = run_refund(row.pk)
    assert row.state == OutgoingState.DONE
    assert len(stripe.all("refund")) == 1
    assert_books_whole()


def test_a_refund_that_the_gateway_refuses_goes_back_to_its_account(stripe):
    payment = paid(stripe)
    intent = stripe.all("payment_intent")[0]
    stripe.answer(
        "POST", "/v1/refunds", {"payment_intent": intent["id"], "amount": "9000"}, "by-hand"
    )
    row = run_refund(refund(payment, 4_000).pk)
    assert (row.state, row.why_failed) == (OutgoingState.FAILED, "charge_already_refunded")
    payment.refresh_from_db()
    assert (payment.refunded_minor, balance(Purpose.DEPOSIT, party=payment.party)) == (0, 10_000)
    assert balance(Purpose.CLEARING, gateway="stripe-out") == 0
    assert_books_whole()


def connected(stripe, party):
    address = payout_accounts.connect(
        actor=party.user, party=party, gateway_name="stripe", return_url="https://x.invalid/"
    )
    row = PayoutAccount.objects.get()
    assert address.endswith(row.gateway_id)
    return row


def payout(party, amount, key="p1"):
    with transaction.atomic():
        return ask_payout(
            actor=None, party=party, currency="CNY", amount_minor=amount,
            from_account=deposit_of(party), gateway="stripe", key=key, subject=party,
        )  # fmt: skip


def test_a_payout_waits_for_the_account_and_is_paid_once(stripe):
    payment = paid(stripe)
    paid(stripe, amount=90_000)  # so that fees leave enough at the gateway
    row = payout(payment.party, 10_000)
    assert payout(payment.party, 10_000) == row
    assert run_payout(row.pk).state == OutgoingState.ASKED
    account = connected(stripe, payment.party)
    connected(stripe, payment.party)
    assert len(stripe.all("account")) == 1
    assert run_payout(row.pk).state == OutgoingState.ASKED
    stripe.make_ready(account.gateway_id)
    PayoutAccount.objects.update(is_ready=True)
    stripe.drop_answers = 3
    with pytest.raises(GatewayUnavailable):
        run_payout(row.pk)
    stripe.db.execute("DELETE FROM answers")
    for _n in range(3):
        row = run_payout(row.pk)
    assert row.state == OutgoingState.DONE
    assert len(stripe.all("transfer")) == 1
    assert balance(Purpose.CLEARING, gateway="stripe") == 90_000
    assert_books_whole()


# ------------------------------------------------------------------------ telling


@pytest.mark.django_db(transaction=True)
def test_who_asked_is_told_after_the_commit_and_again_until_he_took_it_in(stripe, monkeypatch):
    told = []

    def handler(payment):
        told.append((payment.state, payment.received_minor))
        if len(told) == 1:
            raise RuntimeError("killed between commit and notification")

    monkeypatch.setitem(hooks._handlers, "deposit", handler)
    payment = paid(stripe)
    assert told == [(PaymentState.PAID, 10_000)]
    assert Payment.objects.untold().get() == payment
    finishing.finish()
    finishing.finish()
    assert told == [(PaymentState.PAID, 10_000)] * 2
    assert not Payment.objects.untold().exists()
