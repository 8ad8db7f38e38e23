"""The gateway's movements against the books: what differs is listed once and repaired by nobody."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Entry, ReconciliationDifference
from artmarket.ledger.services import finishing, reconciliation
from artmarket.ledger.services.payments import ask_refund, run_refund, start_payment
from artmarket.ledger.services.posting import Leg, post
from tests.factories import UserFactory
from tests.ledger.gateway_stage import asked, assert_books_whole, balance, deposit_of

pytestmark = pytest.mark.django_db


def run():
    return reconciliation.reconcile(gateway_name="stripe", until=db_now() + timedelta(hours=1))


def paid(stripe, amount=10_000):
    payment = start_payment(payment_id=asked(amount=amount).pk)
    stripe.pay(payment.page_id)
    return finishing.ask_again(payment.pk)


def differences():
    return list(
        ReconciliationDifference.objects.order_by("pk").values_list(
            "kind", "reference", "gateway_minor", "books_minor"
        )
    )


def test_a_payment_and_its_refund_agree_and_the_fee_is_a_cost(stripe):
    payment = paid(stripe)
    with transaction.atomic():
        refund = ask_refund(
            actor=None, payment_id=payment.pk, amount_minor=2_500,
            from_account=deposit_of(payment.party), key="r", reason="退款",
        )  # fmt: skip
    run_refund(refund.pk)
    for _n in range(3):
        found = run()
        assert (found.found, found.movements) == (0, 2)
    assert found.totals == {"CNY": {"gateway": 7_160, "books": 7_160}}
    assert balance(Purpose.EXPENSE) == 340
    assert_books_whole()


def test_a_dispute_takes_the_money_from_the_payer_and_a_won_one_gives_it_back(stripe):
    payment = paid(stripe)
    row = stripe.dispute(payment.gateway_id)
    from artmarket.ledger.services import webhooks

    about = {"object": "dispute", "id": row["id"], "payment_intent": ""}
    assert webhooks.HANDLERS["dispute"](about) == "done"
    assert balance(Purpose.RECEIVABLE, party=payment.party) == 10_000
    assert run().found == 0
    stripe.close_dispute(row["id"], "won")
    assert webhooks.HANDLERS["dispute"](about) == "done"
    assert balance(Purpose.RECEIVABLE, party=payment.party) == 0
    found = run()
    assert (found.found, found.totals["CNY"]["gateway"]) == (0, found.totals["CNY"]["books"])


def test_money_at_the_gateway_that_is_not_booked_is_listed_once_and_not_booked(stripe):
    payment = start_payment(payment_id=asked().pk)
    stripe.pay(payment.page_id)
    first, second = run(), run()
    movement = stripe.all("balance_transaction")[0]["id"]
    assert (first.found, second.found) == (1, 0)
    assert differences() == [("not_booked", movement, 10_000, 0)]
    assert ReconciliationDifference.objects.get().last_run == second
    assert balance(Purpose.DEPOSIT, party=payment.party) == 0


def test_an_entry_without_a_movement_and_one_of_another_amount_are_listed(stripe):
    payment = paid(stripe)
    charge = stripe.all("charge")[0]["id"]
    cash = account(purpose=Purpose.CLEARING, currency="CNY", gateway="stripe")
    with transaction.atomic():
        post(
            actor=None, key="stripe:ch_invented", kind="payment.received",
            legs=[Leg(debit=cash, credit=deposit_of(payment.party), amount_minor=77)],
        )  # fmt: skip
    stripe.db.execute(
        "UPDATE objects SET body = json_set(body, '$.amount', 9999) WHERE body LIKE ?",
        (f'%"source": "{charge}"%',),
    )
    before = Entry.objects.exclude(key__startswith="stripe:fee:").count()
    assert run().found == 2
    movement = stripe.all("balance_transaction")[0]["id"]
    assert sorted(differences()) == [
        ("not_at_gateway", "stripe:ch_invented", 0, 77),
        ("other_amount", movement, 9_999, 10_000),
    ]
    assert Entry.objects.exclude(key__startswith="stripe:fee:").count() == before


def test_movements_beyond_one_page_are_all_read(stripe):
    payment = paid(stripe)
    charge = stripe.get("payment_intent", payment.gateway_id)["latest_charge"]
    with stripe.writing():
        for _n in range(230):
            stripe.move("adjustment", {"id": charge, "currency": "cny"}, 1)
    found = run()
    assert (found.movements, found.found) == (231, 230)


def test_a_person_closes_a_difference_with_a_reason(stripe):
    start = start_payment(payment_id=asked().pk)
    stripe.pay(start.page_id)
    run()
    row = ReconciliationDifference.objects.get()
    with pytest.raises(NotAllowed):
        reconciliation.close_difference(actor=UserFactory(), difference_id=row.pk, note="查过")
    operator = UserFactory(operator=True)
    with pytest.raises(Invalid):
        reconciliation.close_difference(actor=operator, difference_id=row.pk, note=" ")
    closed = reconciliation.close_difference(actor=operator, difference_id=row.pk, note="查过")
    assert (closed.closed_by, closed.note) == (operator, "查过")
    with pytest.raises(WrongState):
        reconciliation.close_difference(actor=operator, difference_id=row.pk, note="再查")
    assert run().found == 0


def test_the_command_ends_with_1_while_a_difference_is_open(stripe, capsys, monkeypatch):
    monkeypatch.setattr(reconciliation, "SETTLING", timedelta(hours=-1))
    monkeypatch.setattr(
        reconciliation.reconcile, "__kwdefaults__", {"until": None, "settling": timedelta(hours=-1)}
    )
    call_command("reconcile")
    payment = start_payment(payment_id=asked().pk)
    stripe.pay(payment.page_id)
    with pytest.raises(SystemExit):
        call_command("reconcile", gateway="stripe")
    assert "新差异1项" in capsys.readouterr().out
