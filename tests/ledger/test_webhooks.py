"""Messages of Stripe in any order, twice, late, stale, forged: the books end the same."""

import json
import random
import time
from collections import defaultdict

import pytest
from django.db import transaction
from django.test import Client, RequestFactory

from artmarket.core.models import Event
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.gateways import gateway
from artmarket.ledger.models import (
    ChargeDispute,
    Entry,
    Payment,
    Receipt,
    Refund,
    WebhookMessage,
)
from artmarket.ledger.payments.enums import OutgoingState, PaymentState
from artmarket.ledger.payments.views.machines import stripe_webhook
from artmarket.ledger.services import finishing, webhooks
from artmarket.ledger.services.payments import ask_refund, start_payment
from tests.ledger.gateway_stage import asked, assert_books_whole, books, deposit_of
from tests.ledger.stripe_account import WEBHOOK_SECRET, signature

pytestmark = pytest.mark.django_db
ADDRESS = "/money/webhooks/stripe/"
ORDERS = 500
FORGERIES = ("secret", "body", "old", "future", "mode", "missing", "nonsense", "other_scheme")


def through_the_site(payload, header) -> int:
    return Client().post(
        ADDRESS, payload, content_type="application/json", headers={"Stripe-Signature": header}
    ).status_code  # fmt: skip


def through_the_view(payload, header) -> int:
    """Without the middlewares, for the many."""
    request = RequestFactory().post(
        ADDRESS, payload, content_type="application/json", headers={"Stripe-Signature": header}
    )
    return stripe_webhook(request).status_code


def post(event, *, header=None, body=None, send=through_the_site) -> int:
    payload = json.dumps(event) if body is None else body
    return send(payload, signature(payload) if header is None else header)


def forged(event, how, send=through_the_site) -> int:
    """A message that did not come from the gateway now."""
    payload = json.dumps(event)
    now = int(time.time())
    if how == "secret":
        return post(event, header=signature(payload, secret="whsec_other"), send=send)
    if how == "body":
        return post(
            event, header=signature(payload), body=payload.replace("evt_", "evt_x"), send=send
        )
    if how == "old":
        return post(event, header=signature(payload, at=now - 301 - 5), send=send)
    if how == "future":
        return post(event, header=signature(payload, at=now + 301 + 60), send=send)
    if how == "mode":
        return post(event | {"livemode": True}, send=send)
    if how == "other_scheme":
        return post(event, header=signature(payload).replace("v1=", "v0="), send=send)
    return post(event, header="" if how == "missing" else "t=x,v1=é", send=send)


def everything() -> tuple[int, ...]:
    kinds = (WebhookMessage, Entry, Receipt, ChargeDispute, Event)
    return tuple(kind.objects.count() for kind in kinds)


class Stage:
    """Five payments that end differently, and every version of every object on the way there."""

    def __init__(self, stripe):
        self.stripe, self.at = stripe, gateway("stripe")
        self.versions = defaultdict(list)
        self.payments = [asked(amount=10_000 + n, is_hold=n == 2) for n in range(5)]
        self.pages = [start_payment(payment_id=p.pk).page_id for p in self.payments]
        self.refunded, self.plain, self.held, self.disputed, self.expired = self.pages
        # A digest names accounts by their keys, and undoing does not give keys back.
        account(purpose=Purpose.RECEIVABLE, currency="CNY", party=self.payments[3].party)
        self._refund_that_fails()
        self._play()
        self.events = [[] for _page in self.pages]
        for event in stripe.all("event"):
            self.events[self._whose(event["data"]["object"])].append(event)

    def _refund_that_fails(self):
        """It is booked before the messages come; its refund is asked for and not sent by us."""
        self.stripe.pay(self.refunded)
        payment = finishing.ask_again(self.payments[0].pk)
        with transaction.atomic():
            self.refund = ask_refund(
                actor=None, payment_id=payment.pk, amount_minor=4_000,
                from_account=deposit_of(payment.party), key="r", reason="退款",
            )  # fmt: skip
        asked_for = {
            "payment_intent": payment.gateway_id, "amount": "4000",
            "metadata": {"artmarket_reference": self.refund.reference},
        }  # fmt: skip
        _status, row = self.stripe.answer("POST", "/v1/refunds", asked_for, "elsewhere")
        self.refund_id = row["id"]

    def _play(self):
        self.look()
        self.stripe.pay(self.plain)
        self.stripe.decline(self.disputed)
        self.look()
        self.stripe.pay(self.held)
        self.stripe.pay(self.disputed)
        self.look()
        intent = self.stripe.get("checkout.session", self.held)["payment_intent"]
        self.stripe.answer(
            "POST", f"/v1/payment_intents/{intent}/capture", {"amount_to_capture": "7000"}, "c"
        )
        disputed = self.stripe.get("checkout.session", self.disputed)["payment_intent"]
        dispute = self.stripe.dispute(disputed)
        self.look()
        self.stripe.answer("POST", f"/v1/checkout/sessions/{self.expired}/expire", {}, "e")
        self.stripe.fail_refund(self.refund_id)
        self.stripe.close_dispute(dispute["id"], "won")
        self.look()

    def _whose(self, row):
        """Which of the payments an event is about."""
        if row["object"] == "checkout.session":
            return self.pages.index(row["id"])
        intent = row["id"] if row["object"] == "payment_intent" else row["payment_intent"]
        reference = self.stripe.get("payment_intent", intent)["metadata"]["artmarket_reference"]
        return [payment.reference for payment in self.payments].index(reference)

    def look(self):
        """Keep how everything stands now."""
        for page in self.pages:
            self._see("read_page", page)
        for row in self.stripe.all("payment_intent"):
            self._see("read", row["id"])
        for row in self.stripe.all("dispute"):
            self._see("read_dispute", row["id"])
        self._see("read_refund", self.refund_id)

    def _see(self, name, pk):
        facts = getattr(self.at, name)(pk)
        if facts not in self.versions[name, pk]:
            self.versions[name, pk].append(facts)


class StaleGateway:
    """Answers with any version of an object that ever was: a slow process writes what it read."""

    def __init__(self, stage, chance):
        self.stage, self.chance, self.is_final = stage, chance, False

    def __getattr__(self, name):
        def read(pk):
            known = self.stage.versions[name, pk]
            return known[-1] if self.is_final else self.chance.choice(known)

        return read


def play(stage, pair, chance, monkeypatch) -> dict:
    """One order: a shuffled stream with doubles and forgeries, then each object's last word."""
    at = StaleGateway(stage, chance)
    monkeypatch.setattr(webhooks, "gateway", lambda name: at)
    events = [event for n in pair for event in stage.events[n]]
    stream = [event for event in events for _n in range(chance.choice((0, 1, 1, 2)))]
    chance.shuffle(stream)
    for event in stream:
        if chance.random() < 0.1:
            before = everything()
            assert forged(event, chance.choice(FORGERIES), through_the_view) == 400
            assert everything() == before
        assert post(event, send=through_the_view) == 200
    at.is_final = True
    WebhookMessage.objects.update(processed_at=None)
    for event in chance.sample(events, len(events)):
        assert post(event, send=through_the_view) == 200
    return outcome()


PAID_BEFORE = (PaymentState.PAID, 10_000, 0)
UNHEARD = (PaymentState.PENDING, 0, 0)
ENDS = {
    1: (PaymentState.PAID, 10_001, 0), 2: (PaymentState.PAID, 7_000, 0),
    3: (PaymentState.PAID, 10_003, 0), 4: UNHEARD,
}  # fmt: skip


def outcome() -> dict:
    return {
        "books": books(),
        "entries": sorted(Entry.objects.values_list("key", "digest")),
        "payments": sorted(
            Payment.objects.values_list("pk", "state", "received_minor", "refunded_minor")
        ),
        "refunds": list(Refund.objects.values_list("state", "gateway_id")),
        "disputes": list(ChargeDispute.objects.values_list("status")),
        "messages": WebhookMessage.objects.count(),
    }


def undone(call):
    """Run in a transaction of its own that is undone afterwards; services may be durable in it."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        result = call()
        transaction.set_rollback(True)
    return result


def test_500_orders_end_with_the_same_books_and_forgeries_change_nothing(stripe, monkeypatch):
    stage, expected = Stage(stripe), {}
    for seed in range(ORDERS):
        chance = random.Random(seed)
        pair = tuple(sorted(chance.sample(range(5), 2)))
        found = undone(lambda pair=pair, chance=chance: play(stage, pair, chance, monkeypatch))
        assert found == expected.setdefault(pair, found), (seed, pair)
    assert len(expected) == 10
    for pair, found in expected.items():
        assert found["messages"] == sum(len(stage.events[n]) for n in pair)
        assert [row[1:] for row in found["payments"]] == [
            PAID_BEFORE if n == 0 else ENDS[n] if n in pair else UNHEARD for n in range(5)
        ]
        assert found["disputes"] == ([("won",)] if 3 in pair else [])
        assert found["refunds"] == (
            [(OutgoingState.FAILED, stage.refund_id)] if 0 in pair else [(OutgoingState.ASKED, "")]
        )


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_message_is_answered_400_and_nothing_is_kept(stripe, how):
    payment = start_payment(payment_id=asked().pk)
    stripe.pay(payment.page_id)
    event = stripe.all("event")[0]
    before = everything()
    assert forged(event, how) == 400
    assert everything() == before
    payment.refresh_from_db()
    assert payment.received_minor == 0


def test_a_true_message_books_the_payment_and_keeps_no_particulars(stripe):
    payment = start_payment(payment_id=asked().pk)
    stripe.pay(payment.page_id)
    for event in reversed(stripe.all("event")):
        assert post(event) == 200
    payment.refresh_from_db()
    assert (payment.state, payment.received_minor) == (PaymentState.PAID, 10_000)
    assert {frozenset(m.payload) for m in WebhookMessage.objects.all()} == {
        frozenset({"object", "id", "payment_intent"})
    }
    assert_books_whole()


def test_while_one_secret_takes_the_place_of_another_both_are_good(stripe, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_newer", WEBHOOK_SECRET]
    payment = start_payment(payment_id=asked().pk)
    stripe.pay(payment.page_id)
    assert post(stripe.all("event")[0]) == 200


def test_without_secrets_nothing_is_taken(stripe, settings):
    settings.STRIPE_WEBHOOK_SECRETS = []
    start_payment(payment_id=asked().pk)
    event = {
        "id": "evt_1", "object": "event", "type": "x", "created": 1, "livemode": False,
        "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
    }  # fmt: skip
    assert post(event, header=signature(json.dumps(event), secret="")) == 400


def test_while_the_gateway_is_down_the_message_is_kept_and_the_duty_does_it(stripe):
    payment = start_payment(payment_id=asked().pk)
    stripe.pay(payment.page_id)
    stripe.fail_next = 3
    assert post(stripe.all("event", type="payment_intent.succeeded")[0]) == 503
    assert WebhookMessage.objects.get().processed_at is None
    finishing.finish()
    assert WebhookMessage.objects.get().result == "done"
    payment.refresh_from_db()
    assert payment.state == PaymentState.PAID


def test_an_object_of_somebody_else_on_the_same_account_changes_nothing(stripe):
    payment = start_payment(payment_id=asked().pk)
    stripe.pay(payment.page_id)
    Payment.objects.filter(pk=payment.pk).delete()
    event = stripe.all("event", type="payment_intent.succeeded")[0]
    assert post(event) == 200
    assert WebhookMessage.objects.get().result == webhooks.UNKNOWN
    assert not Entry.objects.exists()


def test_get_is_not_allowed():
    assert Client().get(ADDRESS).status_code == 405
