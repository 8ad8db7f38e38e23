"""A settlement at once: released once, refunded once, and never both. Each with its control."""

import threading

import pytest

from artmarket.core.errors import Busy, DomainError, WrongState
from artmarket.ledger.models import Entry, Payment, Payout, Refund
from artmarket.ledger.services.payments import note_received
from auctions.audit import audit_lots
from auctions.enums import LotState
from auctions.models import (
    BuyerDefault,
    Invoice,
    InvoiceReceipt,
    Lot,
    Settlement,
    SettlementClaim,
    SettlementStep,
)
from auctions.services.payment import declare_default
from auctions.services.settlement import ground
from auctions.services.settlement.claims import decide_claim, raise_claim, record_return
from auctions.services.settlement.handing_over import accept_lot, lapse_inspection
from auctions.services.settlement.invoicing import issue_invoice, pay_invoice
from auctions.services.settlement.money import take_in
from auctions.services.settlement.releasing import release_settlement
from auctions.services.settlement.undoing import refund_lot
from catalog.models import TitleEvent
from tests.auctions.aftermath import hammered_long_ago, sold
from tests.auctions.factories import fresh
from tests.auctions.settling import (
    TOTAL,
    _invoiced,
    accepted,
    agree,
    books,
    claimed,
    days_ago,
    delivered,
    fund,
    invoiced,
    out,
    paid,
    pay,
    released,
)
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 3
MANY = 16


def faults():
    return [fault for audit in audit_lots() for fault in audit.faults]


def row_of(made):
    made.row = Settlement.objects.get(pk=made.row.pk)
    return made.row


def insistent(call):
    """Whoever is told that somebody is at it tries again, as people and duties do."""

    def run():
        for _n in range(40):
            try:
                return call()
            except Busy:
                continue
        return call()

    return run


# ------------------------------------------------------------------ invoice, payment


def test_sixteen_invoices_at_once_are_one():
    made = sold()
    paddle = made.people[0]
    results = race(
        *[
            insistent(
                lambda: issue_invoice(actor=made.boss, sale_id=made.sale.pk, paddle_id=paddle.pk)
            )
        ]
        * MANY
    )
    assert {type(r) for r in results} == {Invoice}
    assert (Invoice.objects.count(), Settlement.objects.count()) == (1, 1)


def test_a_payment_that_is_told_sixteen_times_is_taken_once():
    made = invoiced()
    payment = pay(made, tells=False)
    results = race(*[insistent(lambda: take_in(payment))] * MANY)
    assert sorted(r for r in results if r) in ([], [TOTAL])  # the commit told it already, perhaps
    assert InvoiceReceipt.objects.count() == 1
    assert (row_of(made).paid_minor, made.row.state) == (TOTAL, "held")
    assert SettlementStep.objects.filter(kind="paid").count() == 1
    assert faults() == []
    agree(made)


def test_two_payments_of_all_at_once_leave_one_and_send_one_back():
    made = invoiced()
    payments = [
        pay_invoice(
            actor=made.buyer, invoice_id=made.invoice.pk, gateway=gateway, key=gateway
        )
        for gateway in ("bank", "desk")
    ]  # fmt: skip

    def arrives(payment, n):
        def run():
            note_received(payment_id=payment.pk, amount_minor=TOTAL, gateway_reference=f"race{n}")
            return insistent(lambda: take_in(Payment.objects.get(pk=payment.pk)))()

        return insistent(run)

    results = race(*(arrives(payment, n) for n, payment in enumerate(payments)))
    assert not [r for r in results if isinstance(r, Exception)]
    assert (row_of(made).paid_minor, out()) == (TOTAL, {"refund": TOTAL})
    agree(made)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_payment_and_a_default_at_once_leave_one_of_both(_round):
    made = sold()
    hammered_long_ago(made.lot)
    made.lot = fresh(made.lot)
    _invoiced(made)
    payment = pay_invoice(
        actor=made.buyer, invoice_id=made.invoice.pk, gateway="bank", key="k"
    )  # fmt: skip

    def pays():
        note_received(payment_id=payment.pk, amount_minor=TOTAL, gateway_reference="race")
        return take_in(Payment.objects.get(pk=payment.pk))

    declared, _paid = race(
        insistent(lambda: declare_default(actor=made.boss, lot_id=made.lot.pk, reason="逾期未付")),
        insistent(pays),
    )
    take_in(Payment.objects.get(pk=payment.pk))
    if isinstance(declared, BuyerDefault):
        assert (row_of(made).state, out()) == ("defaulted", {"refund": TOTAL})
        assert fresh(made.lot).state == LotState.DEFAULTED
    else:
        assert isinstance(declared, WrongState)
        assert (row_of(made).state, out()) == ("held", {})
        assert fresh(made.lot).state == LotState.SETTLED
    assert faults() == []
    agree(made)


# ------------------------------------------------------------------ release


def test_sixteen_releases_at_once_are_one():
    made = accepted()
    results = race(
        *[insistent(lambda: release_settlement(actor=None, settlement_id=made.row.pk))] * MANY
    )
    assert {type(r) for r in results} == {Settlement}
    assert Entry.objects.filter(kind="settlement.release").count() == 1
    assert (Payout.objects.count(), TitleEvent.objects.filter(basis="auction").count()) == (2, 1)
    assert books() == {"clearing:bank": TOTAL, "clearing:bank-out": -TOTAL}
    assert faults() == []
    agree(made)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_release_and_a_claim_at_once_leave_the_money_in_one_place(_round):
    made = accepted()
    let_go, claim = race(
        insistent(lambda: release_settlement(actor=None, settlement_id=made.row.pk)),
        insistent(
            lambda: raise_claim(
                actor=made.buyer, settlement_id=made.row.pk, kind="authenticity", words="疑伪"
            )
        ),
    )
    assert isinstance(claim, SettlementClaim)  # a guarantee is claimed before or after
    if isinstance(let_go, Settlement):
        assert (row_of(made).state, made.row.held_minor) == ("released", 0)
    else:
        assert isinstance(let_go, WrongState)
        assert (row_of(made).state, made.row.held_minor) == ("claimed", TOTAL)
        assert not Payout.objects.exists()
    agree(made)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_clock_and_a_claim_at_once_are_one_of_both(_round):
    made = delivered()
    days_ago(made.row, 7)
    lapsed, claim = race(
        insistent(lambda: lapse_inspection(settlement_id=made.row.pk)),
        insistent(
            lambda: raise_claim(
                actor=made.buyer, settlement_id=made.row.pk, kind="condition", words="破损"
            )
        ),
    )
    assert (lapsed, type(claim)) == (True, WrongState)
    assert row_of(made).state == "accepted"


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_accepted_and_claimed_at_once_is_one_of_both(_round):
    made = delivered()
    yes, claim = race(
        insistent(lambda: accept_lot(actor=made.buyer, settlement_id=made.row.pk)),
        insistent(
            lambda: raise_claim(
                actor=made.buyer, settlement_id=made.row.pk, kind="condition", words="破损"
            )
        ),
    )
    assert isinstance(yes, Settlement) != isinstance(claim, SettlementClaim)
    assert row_of(made).state == ("accepted" if isinstance(yes, Settlement) else "claimed")


# ------------------------------------------------------------------ refunds


def test_sixteen_refunds_of_a_lot_are_one():
    made = paid()
    results = race(
        *[insistent(lambda: refund_lot(actor=made.boss, settlement_id=made.row.pk, reason="受潮"))]
        * MANY
    )
    assert sum(isinstance(r, Settlement) for r in results) == 1
    assert sum(isinstance(r, WrongState) for r in results) == MANY - 1
    assert (Refund.objects.count(), out()) == (1, {"refund": TOTAL})
    assert faults() == []
    agree(made)


def test_sixteen_returns_of_a_work_after_the_release_refund_once():
    made = claimed("authenticity", released)
    decide_claim(actor=made.operator, claim_id=made.claim.pk, decision="uphold", reasons="伪")
    fund(2 * TOTAL)
    results = race(
        *[insistent(lambda: record_return(actor=made.boss, claim_id=made.claim.pk, proof="退件"))]
        * MANY
    )
    assert {type(r) for r in results} == {SettlementClaim}
    assert (Refund.objects.count(), books()["guarantee"]) == (1, TOTAL)
    agree(made)


def test_several_decisions_at_once_are_one():
    made = claimed()

    def decides(decision):
        return insistent(
            lambda: decide_claim(
                actor=made.operator, claim_id=made.claim.pk, decision=decision, reasons="x",
                refund_minor=100_00,
            )
        )  # fmt: skip

    results = race(*(decides(d) for d in ("reject", "reduce", "uphold") * 2))
    assert sum(isinstance(r, SettlementClaim) for r in results) == 1
    assert all(isinstance(r, SettlementClaim | WrongState) for r in results)
    agree(made)


# ------------------------------------------------------------------ the control


def test_without_the_lock_the_books_refuse_a_second_release(monkeypatch):
    """The control: with the lock of work and lot off, all read an accepted settlement."""
    made = accepted()
    everybody = threading.Barrier(3, timeout=30)

    def unlocked(lot_id):
        lot = Lot.objects.select_related("sale").get(pk=lot_id)
        everybody.wait()
        return lot

    monkeypatch.setattr(ground, "lock_with_work", unlocked)
    monkeypatch.setattr(ground, "lock_parties", lambda *, pks: [])
    results = race(
        *[lambda: release_settlement(actor=None, settlement_id=made.row.pk)] * 3
    )  # fmt: skip
    done = [r for r in results if isinstance(r, Settlement)]
    refused = [r for r in results if isinstance(r, Exception)]
    assert (len(done), len(refused)) == (1, 2)
    assert not [r for r in refused if isinstance(r, DomainError) and r.code == "not_allowed"]
    assert Entry.objects.filter(kind="settlement.release").count() == 1
    agree(made)
