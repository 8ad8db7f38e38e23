"""What follows a release, at once: one holder, one receipt, one replacement; with a control."""

import threading

import pytest

from artmarket.accounts.services.parties import party_of
from artmarket.core.errors import Busy, DomainError, WrongState
from artmarket.ledger import hooks
from artmarket.ledger.audit import audit
from artmarket.ledger.models import Entry, Payment, Payout, Refund
from artmarket.ledger.services import sending_again
from artmarket.ledger.services.payments import note_received
from artmarket.ledger.services.sending_again import give_up, send_again
from auctions.models import RecourseReceipt, ResaleRight
from auctions.services.settlement.late_failures import take_in_failure
from auctions.services.settlement.recourse import pay_recourse, take_in
from auctions.services.settlement.resale import name_holder
from tests.auctions.settling import (
    TOTAL,
    agree,
    books,
    fail,
    faults,
    released,
    resale_right,
)
from tests.auctions.test_recourse import HOUSE, SELLER, undone
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401
from tests.concurrency.test_settlement_races import insistent
from tests.factories import UserFactory
from tests.ledger.failing import came, payout

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MANY = 8
FUND = 10_000_00


@pytest.fixture
def _nobody_is_told(monkeypatch):
    """The commit of a payment tells nobody: the tests do, many times at once."""
    monkeypatch.delitem(hooks._handlers, "recourse")


def test_several_holders_at_once_are_one(settings):
    due = resale_right(settings)
    made = released()
    right = ResaleRight.objects.get()
    heirs = [party_of(UserFactory()) for _n in range(4)]

    def named(heir):
        return insistent(
            lambda: name_holder(
                actor=made.operator, right_id=right.pk, party_id=heir.pk, basis="公证书"
            )
        )

    results = race(*(named(heir) for heir in heirs * 2))
    done = [r for r in results if isinstance(r, ResaleRight)]
    assert all(isinstance(r, ResaleRight | WrongState) for r in results)
    assert {r.holder_id for r in done} == {ResaleRight.objects.get().holder_id}
    paid = Payout.objects.filter(party__in=heirs)
    assert list(paid.values_list("amount_minor", flat=True)) == [due]
    assert faults() == []


@pytest.mark.usefixtures("_nobody_is_told")
def test_a_payment_of_a_recourse_that_is_told_many_times_is_taken_once():
    made = undone()
    payment = pay_recourse(
        actor=made.seller, recourse_id=made.owed["seller"].pk, gateway="bank", key="k"
    )
    note_received(payment_id=payment.pk, amount_minor=SELLER, gateway_reference="once")
    payment = Payment.objects.get(pk=payment.pk)
    results = race(*[insistent(lambda: take_in(payment))] * MANY)
    assert sorted(results) == [0] * (MANY - 1) + [SELLER]
    assert (RecourseReceipt.objects.count(), books()["guarantee"]) == (1, FUND - HOUSE)
    assert faults() == []
    agree(made)


@pytest.mark.usefixtures("_nobody_is_told")
def test_two_payments_of_all_at_once_leave_one_and_send_one_back():
    made = undone()
    payments = [
        pay_recourse(
            actor=made.seller, recourse_id=made.owed["seller"].pk, gateway="bank", key=key,
            amount_minor=amount,
        )
        for key, amount in (("a", None), ("b", SELLER - 1))
    ]  # fmt: skip
    for payment in payments:
        note_received(
            payment_id=payment.pk, amount_minor=payment.amount_minor,
            gateway_reference=payment.reference,
        )  # fmt: skip
    fresh = [Payment.objects.get(pk=payment.pk) for payment in payments]
    race(*(insistent(lambda row=row: take_in(row)) for row in fresh))
    made.owed["seller"].refresh_from_db()
    back = Refund.objects.filter(payment__in=payments)
    assert made.owed["seller"].open_minor == 0
    assert sum(back.values_list("amount_minor", flat=True)) == SELLER - 1
    assert books()["guarantee"] == FUND - HOUSE
    assert faults() == []


@pytest.mark.usefixtures("_nobody_is_told")
def test_a_failure_after_the_undoing_and_a_payment_at_once_count_each_fen_once():
    made = undone()
    payment = pay_recourse(
        actor=made.seller, recourse_id=made.owed["seller"].pk, gateway="bank", key="k"
    )
    note_received(payment_id=payment.pk, amount_minor=SELLER, gateway_reference="once")
    payment = Payment.objects.get(pk=payment.pk)
    row = Payout.objects.get(party=made.row.seller)
    fail(row)
    race(
        *[insistent(lambda: take_in(payment))] * 3,
        *[insistent(lambda: take_in_failure(payout_id=row.pk))] * 3,
    )
    made.owed["seller"].refresh_from_db()
    assert (made.owed["seller"].open_minor, RecourseReceipt.objects.count()) == (0, 2)
    again = Payout.objects.filter(subject_kind="auctions.recourse")
    refunded = Refund.objects.filter(payment=payment)
    out = [*again.values_list("amount_minor", flat=True)]
    out += refunded.values_list("amount_minor", flat=True)
    assert out == [SELLER]
    assert books()["guarantee"] == FUND - (TOTAL - SELLER)
    assert faults() == []


def test_eight_people_who_send_it_again_send_it_once():
    operator = UserFactory(operator=True)
    row = give_up(actor=operator, row=payout(came().party), reason="账号不存在")
    results = race(
        *[insistent(lambda: send_again(actor=operator, row=row, reason="账号已改"))] * MANY
    )
    assert {type(r) for r in results} == {Payout}
    assert (len({r.pk for r in results}), Payout.objects.count()) == (1, 2)
    assert list(audit()) == []


def test_without_the_lock_the_books_refuse_a_second_replacement(monkeypatch):
    """The control: with the lock off, all find nothing that replaces it."""
    operator = UserFactory(operator=True)
    row = give_up(actor=operator, row=payout(came(amount=12_000).party), reason="账号不存在")
    everybody = threading.Barrier(3, timeout=30)

    def unlocked(known):
        found = Payout.objects.get(pk=known.pk)
        everybody.wait()
        return found

    monkeypatch.setattr(sending_again, "locked", unlocked)
    results = race(*[lambda: send_again(actor=operator, row=row, reason="账号已改")] * 3)
    refused = [r for r in results if isinstance(r, Exception)]
    assert len(refused) == 2
    assert not [r for r in refused if isinstance(r, DomainError) and isinstance(r, Busy)]
    assert Payout.objects.filter(replaces=row).count() == 1
    assert Entry.objects.filter(key__startswith="payout:again:").count() == 1
    assert list(audit()) == []
