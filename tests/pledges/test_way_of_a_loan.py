"""The way of a loan, step by step: what each step writes, and what it does not."""

from datetime import timedelta

import pytest

from artmarket.core.clock import db_today
from artmarket.core.errors import WrongState
from artmarket.core.models import Event
from artmarket.ledger.models import Entry, Payout
from auctions.pledges.models import Loan, PledgeItem
from auctions.pledges.refusals import NotFunded
from auctions.pledges.services import lending, repaying
from auctions.pledges.services.watching import take_snapshots
from catalog.models import Encumbrance, LogQueued
from tests.pledges import stages
from tests.pledges.stages import LENT, interest

pytestmark = pytest.mark.django_db


def test_an_offer_states_its_whole_cost_and_what_it_rests_on():
    made = stages.offered()
    offer = made.offer
    assert (offer.principal_minor, offer.months) == (LENT, 12)
    assert (offer.eligible_minor, offer.capacity_minor) == (stages.ELIGIBLE, stages.CAPACITY)
    assert offer.fee_minor == LENT // 100
    assert sum(row["interest"] for row in offer.plan) == offer.interest_minor
    assert sum(row["principal"] for row in offer.plan) == LENT
    assert len(offer.plan) == 12 and offer.plan[-1]["balance"] == 0
    assert 9 < offer.all_in_pct < 10  # 8 % and a fee of 1 % on a year
    (found,) = offer.assessment
    assert [check["code"] for check in found["checks"] if not check["is_met"]] == []
    assert {check["code"] for check in found["checks"]} >= {
        "title", "free", "authenticity", "registry", "value", "insurance", "gate_relic",
        "gate_stolen",
    }  # fmt: skip
    assert not Encumbrance.objects.exists()


def test_an_accepted_offer_is_a_contract_that_both_sign_and_no_pledge_yet():
    made = stages.signed()
    loan = made.loan
    assert loan.state == "agreed" and loan.signed_at is not None
    assert loan.contract["principal"] == LENT and loan.contract["realisation"] == [
        "discount", "auction", "court",
    ]  # fmt: skip
    assert {row.side for row in loan.signatures.all()} == {"borrower", "lender"}
    assert made.item.state == "agreed" and made.item.pledged_at is None
    assert not Encumbrance.objects.exists()
    assert not Entry.objects.exists()


def test_the_pledge_arises_when_the_second_person_confirms_the_arrival():
    made = stages.arrived()
    assert not Encumbrance.objects.exists()
    told = LogQueued.objects.count()
    stages.confirm_step(actor=made.second, holding_id=made.holding.pk, agrees=True)
    stages.fresh(made)
    lock = Encumbrance.objects.get()
    assert (lock.kind, lock.work_id) == ("pledge", made.work.pk)
    assert lock.holder.organisation_id == made.lender.organisation_id
    assert (made.item.state, made.item.encumbrance_id) == ("pledged", lock.pk)
    assert made.item.pledged_at == lock.taken_at
    assert LogQueued.objects.count() == told + 1
    assert made.item.holdings.get().state == "kept"
    assert made.item.holdings.get().report_in.purpose == "pledge"


def test_what_is_paid_out_is_the_principal_and_the_books_follow():
    made = stages.active()
    loan = made.loan
    assert (loan.state, loan.principal_minor) == ("active", LENT)
    assert (loan.started_on, loan.charged_cost_minor) == (db_today(), LENT // 100)
    out = Payout.objects.get()
    assert (out.amount_minor, out.party_id) == (LENT, made.party.pk)
    assert stages.payable_of(made.party) == 0
    assert stages.of_lender(made) == {
        "payable": LENT + LENT // 100, "book": LENT, "receivable": LENT // 100,
    }  # fmt: skip
    assert stages.cash() == 0
    assert stages.faults() == []


def test_interest_accrues_by_the_day_and_a_night_twice_is_one():
    made = stages.active(back=20)
    assert repaying.accrue_all() == 1
    stages.fresh(made)
    assert made.loan.charged_interest_minor == interest(LENT, 20)
    assert repaying.accrue_all() == 0
    assert Entry.objects.filter(kind="loan.accrued").count() == 1
    assert stages.of_lender(made)["book"] == LENT
    assert stages.faults() == []


def test_a_payment_goes_to_costs_then_interest_and_on_to_the_lender():
    made = stages.active(back=40)
    repaying.accrue_all()
    stages.fresh(made)
    due = made.loan.contract["plan"][0]
    stages.pay(made, LENT // 100 + due["interest"])
    loan = made.loan
    assert (loan.paid_cost_minor, loan.paid_principal_minor) == (LENT // 100, 0)
    assert loan.paid_interest_minor == due["interest"]
    assert loan.paid_penalty_minor == 0
    assert loan.remitted_minor == LENT // 100 + due["interest"]
    to_lender = Payout.objects.exclude(party=made.party).get()
    assert to_lender.amount_minor == loan.remitted_minor
    assert stages.faults() == []


def test_a_late_row_bears_a_penalty_and_days_past_due():
    made = stages.active(back=45)
    repaying.accrue_all()
    stages.fresh(made)
    assert made.loan.overdue_days in (14, 15, 16, 17)  # by the length of the month
    assert made.loan.overdue_minor == made.loan.contract["plan"][0]["interest"]
    assert made.loan.charged_penalty_minor > 0
    assert made.loan.five_class == "normal"


def test_what_is_paid_beyond_what_is_due_waits_as_credit():
    made = stages.active(back=5)
    stages.pay(made, LENT // 100 + 50_00)
    assert made.loan.credit_minor == 50_00
    assert stages.payable_of(made.party) == 50_00
    assert made.loan.paid_minor == LENT // 100
    assert stages.faults() == []


def test_a_payment_that_came_earlier_counts_from_its_day():
    """Backdated: what had accrued meanwhile is corrected to the fen."""
    made = stages.active(back=20)
    repaying.accrue_all()
    assert stages.fresh(made).loan.charged_interest_minor == interest(LENT, 20)
    half, fee = LENT // 2, LENT // 100
    stages.pay_on(made, half, db_today() - timedelta(days=10), early=True)
    left = LENT - (half - fee - interest(LENT, 10))  # costs and interest of ten days come first
    exact = 2 * 8 * 10 * (LENT + left) + 36_500
    assert made.loan.charged_interest_minor == exact // 73_000
    assert made.loan.charged_interest_minor < interest(LENT, 20)
    assert made.loan.principal_minor == left
    assert made.loan.postings.filter(kind="charged", part="interest", amount_minor__lt=0).exists()
    assert stages.faults() == []


def test_a_payment_today_leaves_what_accrued():
    made = stages.active(back=20)
    repaying.accrue_all()
    stages.fresh(made)
    stages.pay(made, LENT // 2, early=True)
    assert made.loan.charged_interest_minor == interest(LENT, 20)


def test_paid_back_the_works_may_go_and_what_was_too_much_goes_back():
    made = stages.active(back=3)
    repaying.accrue_all()
    stages.fresh(made)
    owed = made.loan.owed_minor
    payment = stages.pay(made, owed + 77_00, early=True)
    assert (made.loan.state, made.loan.owed_minor, made.loan.credit_minor) == ("repaid", 0, 0)
    assert made.item.state == "leaving"
    assert payment.refunds.get().amount_minor == 77_00
    assert stages.of_lender(made) == {"payable": 0, "book": 0, "receivable": 0}
    assert stages.faults() == []


def test_with_the_last_work_fetched_the_pledge_ends_and_the_loan_is_closed():
    made = stages.closed()
    assert made.loan.state == "closed" and made.loan.ended_at is not None
    assert made.item.state == "released"
    lock = Encumbrance.objects.get()
    assert lock.released_at is not None and made.loan.number in lock.release_reason
    holding = made.item.holdings.get()
    assert (holding.state, holding.report_out.purpose) == ("gone", "outgoing")
    actions = set(Event.objects.about(made.loan).values_list("action", flat=True))
    assert {
        "loan.drawn_up", "loan.signed", "loan.agreed", "loan.disbursed", "loan.paid",
        "loan.repaid", "loan.closed",
    } <= actions  # fmt: skip
    assert stages.faults() == []


def test_a_revolving_loan_is_drawn_again_and_ended_by_the_borrower():
    made = stages.active(product_kind="revolving", origination_pct=0)
    stages.pay(made, LENT, early=True)
    assert (made.loan.state, made.loan.principal_minor) == ("active", 0)
    stages.fund(made, LENT // 2)
    lending.disburse(actor=made.boss, loan_id=made.loan.pk, amount_minor=LENT // 2)
    stages.fresh(made)
    assert made.loan.principal_minor == LENT // 2
    stages.pay(made, LENT // 2, early=True)
    lending.end_revolving(actor=made.owner, loan_id=made.loan.pk)
    assert stages.fresh(made).loan.state == "repaid"
    assert stages.faults() == []


def test_a_loan_in_parts_owes_interest_on_what_was_paid_out_only():
    """Exposure is what was paid out and not paid back, never what was planned."""
    made = stages.funded(back=10, origination_pct=0)
    with stages.days_ago(10):
        lending.disburse(actor=made.boss, loan_id=made.loan.pk, amount_minor=LENT // 4)
    repaying.accrue_all()
    stages.fresh(made)
    assert made.loan.principal_minor == LENT // 4
    assert made.loan.charged_interest_minor == interest(LENT // 4, 10)


def test_each_day_keeps_how_a_loan_stands():
    made = stages.active(back=2)
    repaying.accrue_all()
    assert take_snapshots() == 1
    row = made.loan.snapshots.get()
    stages.fresh(made)
    assert (row.exposure_minor, row.eligible_minor) == (made.loan.owed_minor, stages.ELIGIBLE)
    assert (row.capacity_minor, row.blocked) == (stages.CAPACITY, "")
    assert int(row.ltv_pct * 10_000) == -(-made.loan.owed_minor * 1_000_000 // stages.ELIGIBLE)
    assert take_snapshots() == 0


def test_an_expired_value_blocks_the_snapshot_and_is_no_zero():
    made = stages.active(back=2)
    repaying.accrue_all()
    with stages.days_ago(-300):
        assert repaying.accrue_all() == 1
        assert take_snapshots() == 1
    row = made.loan.snapshots.get()
    assert (row.blocked, row.eligible_minor, row.ltv_pct) == ("no_value", None, None)
    assert row.items == [{"work": made.work.pk, "blocked": "expired"}]


def test_nothing_is_left_over_when_a_loan_was_cancelled_before_it_was_paid_out():
    made = stages.delivered()
    stages.contracts.cancel_loan(actor=made.owner, loan_id=made.loan.pk, reason="不借了")
    stages.fresh(made)
    assert (made.loan.state, made.item.state) == ("cancelled", "leaving")
    stages.release(made, made.item)
    assert PledgeItem.objects.get().state == "released"
    assert Encumbrance.objects.live().count() == 0
    assert Loan.objects.get().charged_principal_minor == 0
    assert stages.faults() == []


def test_a_cost_that_was_charged_by_mistake_never_was():
    made = stages.active(origination_pct=0)
    lending.charge_cost(
        actor=made.boss, loan_id=made.loan.pk, amount_minor=300_00, reason="库房保管费"
    )
    row = lending.charge_cost(
        actor=made.boss, loan_id=made.loan.pk, amount_minor=500_00, reason="误记"
    )
    stages.pay(made, 300_00)
    lending.take_back_charge(
        actor=made.boss, loan_id=made.loan.pk, number=row.number, reason="误记，撤销"
    )
    stages.fresh(made)
    assert (made.loan.charged_cost_minor, made.loan.paid_cost_minor) == (300_00, 300_00)
    with pytest.raises(WrongState):
        lending.take_back_charge(
            actor=made.boss, loan_id=made.loan.pk, number=row.number, reason="再撤"
        )
    assert stages.faults() == []


def test_a_cost_that_was_paid_and_sent_on_comes_back_out_of_the_lenders_cash():
    made = stages.active(origination_pct=0)
    row = lending.charge_cost(
        actor=made.boss, loan_id=made.loan.pk, amount_minor=500_00, reason="误记"
    )
    stages.pay(made, 500_00)
    with pytest.raises(NotFunded):
        lending.take_back_charge(
            actor=made.boss, loan_id=made.loan.pk, number=row.number, reason="撤销"
        )
    stages.fund(made, 500_00)
    lending.take_back_charge(
        actor=made.boss, loan_id=made.loan.pk, number=row.number, reason="撤销"
    )
    stages.fresh(made)
    assert (made.loan.paid_minor, made.loan.credit_minor) == (0, 500_00)
    assert stages.payable_of(made.party) == 500_00
    assert stages.faults() == []


def test_a_lender_withdraws_his_cash_and_not_what_borrowers_owe_him():
    made = stages.active()
    stages.fund(made, 100_00)
    with pytest.raises(NotFunded) as refusal:
        lending.withdraw(actor=made.boss, lender_id=made.lender.pk, amount_minor=100_01, key="a")
    assert refusal.value.data["missing"] == 1
    out = [
        lending.withdraw(actor=made.boss, lender_id=made.lender.pk, amount_minor=100_00, key="a")
        for _twice in range(2)
    ]
    assert out[0].pk == out[1].pk
    assert stages.of_lender(made)["payable"] == LENT + LENT // 100
    assert stages.faults() == []
