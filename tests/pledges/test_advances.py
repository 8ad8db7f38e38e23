"""Auction advances: lent on the low estimate, kept by the house, paid first out of the owner's sale;
and whatever ends the sale brings the pledge back and lets the advance fall due."""

from datetime import timedelta

import pytest

from artmarket.accounts.services.parties import party_of_organisation
from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.ledger.models import Payout
from auctions.models import Consignment, Lot
from auctions.pledges import papers
from auctions.pledges.models import AdvanceProceeds, Application, PledgeSuspension
from auctions.pledges.panels import panels_of
from auctions.pledges.refusals import AboveCapacity, NotEligible
from auctions.pledges.selectors.advance import open_contracts
from auctions.pledges.services import advances as services
from auctions.pledges.services import (
    auctioning,
    defaulting,
    realising,
    securing,
)
from auctions.pledges.services.advances import AdvanceOwed
from auctions.pledges.services.watching import take_snapshots
from auctions.selectors.statements import statements_of
from auctions.services import consignments, sales
from auctions.services.settlement.undoing import refund_lot
from catalog.models import Encumbrance
from catalog.services import encumbrances
from catalog.services.encumbrances import Encumbered
from catalog.services.title import current_shares
from tests.catalog.factories import person
from tests.factories import MembershipFactory
from tests.pledges import advances, stages
from tests.pledges.clocks import days_ago
from tests.pledges.stages import LENT, YUAN

pytestmark = pytest.mark.django_db
LOW = advances.LOW


def owner_of(made):
    return [share.party_id for share in current_shares(made.work)]


def test_from_the_contract_with_the_house_to_the_lender_paid_first():
    made = advances.accepted(150_000, 300_000)
    assert made.loan.contract["advance"]["share"] == 50
    assert made.item.base_minor == made.item.eligible_minor == LOW
    assert (made.item.valuations, made.item.advance_pct) == ([], 50)
    owed = made.loan.owed_minor
    assert owed == LENT + LENT // 100  # principal, and the fee of one percent
    # the owner is the consignor; the lot has the one lock, for the lender
    (lock,) = Encumbrance.objects.live()
    lender = party_of_organisation(made.lender.organisation)
    assert (lock.kind, lock.holder_id) == ("sale", lender.pk)
    assert made.lot.consignor_id == made.party.pk
    assert advances.faults() == []
    made.row = advances.release_settlement(actor=None, settlement_id=made.row.pk)
    stages.fresh(made)
    row = AdvanceProceeds.objects.get()
    net = row.received_minor
    assert net == made.row.hammer_minor * 95 // 100  # less the commission of the house
    assert row.surplus_minor == net - owed and row.deficiency_minor == 0
    assert sum(row.paid.values()) == owed
    to_lender = Payout.objects.filter(party=lender).values_list("amount_minor", flat=True)
    to_owner = Payout.objects.filter(party=made.party).values_list("amount_minor", flat=True)
    assert sum(to_lender) == owed
    assert sorted(to_owner) == sorted([LENT, row.surplus_minor])
    assert stages.of_lender(made)["book"] == stages.of_lender(made)["receivable"] == 0
    assert stages.payable_of(made.party) == 0
    (panel,) = [p for name, p in panels_of(made.loan, is_lender=True) if "advance" in name]
    assert panel["proceeds"][0]["taken"].minor == owed and len(panel["works"]) == 1
    (statement,) = statements_of(made.consignment)
    assert statement.passed_on is not None and statement.passed_on.minor == owed
    # title moved, the loan is paid, nothing lies on the work, the contract is fulfilled
    assert owner_of(made) == [made.invoice.buyer_id]
    assert (made.loan.state, made.item.state) == ("repaid", "leaving")
    assert not Encumbrance.objects.live().exists()
    assert PledgeSuspension.objects.get().end == "sold"
    assert Consignment.objects.get().state == "ended"
    assert advances.faults() == []
    stages.release(made, made.item)
    stages.fresh(made)
    assert (made.item.state, made.loan.state) == ("released", "closed")
    assert advances.faults() == []


def test_what_the_sale_does_not_bring_stays_owed():
    made = advances.released(40_000, 60_000)
    row = AdvanceProceeds.objects.get()
    assert row.surplus_minor == 0
    assert row.deficiency_minor == made.loan.owed_minor > 0
    assert made.loan.open_minor("cost") == 0
    assert (made.loan.state, made.item.state) == ("active", "leaving")
    assert advances.faults() == []
    stages.pay(made, made.loan.owed_minor, early=True)
    assert made.loan.state == "repaid"
    assert advances.faults() == []


def test_no_more_than_half_the_low_estimate_is_lent_and_no_contract_is_no_value():
    made = advances.consigned()
    assert [row.pk for row in open_contracts(made.party)] == [made.consignment.pk]
    advances.apply(made)
    with pytest.raises(AboveCapacity) as refused:
        advances.offer(made, LENT + 1)
    assert refused.value.data["capacity"] == LENT
    # nothing lies on the work yet: the owner leaves the house, and there is no value any more
    consignments.end_consignment(
        actor=made.owner, consignment_id=made.consignment.pk, reason="不卖了"
    )
    with pytest.raises(NotEligible) as refused:
        advances.offer(made)
    assert refused.value.rule == "pledge.low_estimate_share"
    with pytest.raises(Invalid) as refused:
        advances.apply(made, amount=LENT - YUAN)
    assert "works" in refused.value.fields
    assert Application.objects.count() == 1
    # a contract without an estimate carries nothing either
    row = advances.consign(made, made.work, low=None)
    with pytest.raises(Invalid):
        advances.apply(made, amount=LENT - YUAN)
    consignments.end_consignment(actor=made.owner, consignment_id=row.pk, reason="没有估价")
    # somebody of the house works for the lender: the value would be his own
    advances.consign(made, made.work)
    advances.apply(made, amount=LENT - YUAN)
    MembershipFactory(organisation=made.house, user=made.clerk)
    with pytest.raises(NotEligible) as refused:
        advances.offer(made)
    assert refused.value.rule == "lending.advance"


def test_while_it_is_owed_the_owner_stays_and_nothing_else_moves_the_work():
    made = advances.active()
    (lock,) = Encumbrance.objects.live()
    assert (lock.kind, made.item.encumbrance_id) == ("pledge", lock.pk)
    with pytest.raises(AdvanceOwed) as refused:
        consignments.end_consignment(
            actor=made.owner, consignment_id=made.consignment.pk, reason="不卖了"
        )
    assert refused.value.rule == "lending.advance"
    with pytest.raises(NotAllowed):
        encumbrances.take_encumbrance(
            actor=person("registrar"), work_id=made.work.pk, kind="pledge", reference="x"
        )
    with pytest.raises(WrongState):
        securing.propose_work(actor=made.owner, loan_id=made.loan.pk, work_id=made.work.pk)
    advances.lot_added(made)
    assert Encumbrance.objects.live().get().kind == "sale"
    with pytest.raises(Encumbered):
        encumbrances.take_encumbrance(
            actor=person("registrar"), work_id=made.work.pk, kind="pledge", reference="x"
        )
    for move in (
        lambda: securing.release_work(actor=made.boss, item_id=made.item.pk, reason="x"),
        lambda: consignments.end_consignment(
            actor=made.owner, consignment_id=made.consignment.pk, reason="x"
        ),
    ):
        with pytest.raises(WrongState):
            move()
    # its value is that of the estimate as before, and the night keeps it
    assert take_snapshots() == 1
    kept = made.loan.snapshots.get()
    assert (kept.eligible_minor, kept.blocked) == (LOW, "")
    assert advances.faults() == []
    text = papers.gathered(made.loan)
    assert any(made.house.name in value for _name, value in text.facts)


@pytest.mark.parametrize("end", ["burned", "withdrawn", "undone"])
def test_without_a_sale_the_pledge_is_back_and_the_advance_falls_due(end):
    if end == "burned":
        made = advances.hammered(2_000, reserve=300_000)
    elif end == "withdrawn":
        made = advances.on_sale(advances.active())
        sales.withdraw_lot(actor=made.house.boss, lot_id=made.lot.pk, reason="图录有误")
    else:
        made = advances.paid(2_000, 3_000)
        refund_lot(actor=made.house.boss, settlement_id=made.row.pk, reason="标的有误")
    stages.fresh(made)
    (lock,) = Encumbrance.objects.live()
    assert (lock.kind, made.item.encumbrance_id) == ("pledge", lock.pk)
    assert (made.item.state, owner_of(made)) == ("pledged", [made.party.pk])
    assert PledgeSuspension.objects.get().end == "restored"
    assert not AdvanceProceeds.objects.exists()
    before = made.loan.matures_on
    assert services.fall_due() == 1
    assert services.fall_due() == 0
    stages.fresh(made)
    row = advances.named(made)
    assert row.came_back_on == db_today() and row.event.kind == "reschedule"
    assert made.loan.matures_on == db_today() + timedelta(days=30) < before
    assert made.loan.next_due_on == made.loan.matures_on
    assert made.loan.next_due_minor == LENT + stages.interest(LENT, 30)
    assert advances.faults() == []
    # the contract with the house stands: another sale is open to it, unless it burned the value
    value = LOW * 70 // 100 if end == "burned" else LOW
    found = securing._assessed(made.loan, made.work, made.item.liquidity, db_today())
    assert found.valued.value.base == value
    if end != "undone":
        advances.lot_added(made)
        assert Encumbrance.objects.live().get().kind == "sale"
        assert PledgeSuspension.objects.count() == 2
        assert advances.faults() == []


def test_who_repays_before_the_hammer_keeps_his_lot_and_its_price():
    made = advances.on_sale(advances.active())
    stages.pay(made, made.loan.owed_minor, early=True)
    assert (made.loan.state, made.item.state) == ("repaid", "pledged")  # its lot has the lock
    assert advances.faults() == []
    sales.withdraw_lot(actor=made.house.boss, lot_id=made.lot.pk, reason="图录有误")
    stages.fresh(made)
    assert made.item.state == "leaving" and services.fall_due() == 0
    stages.release(made, made.item)
    assert stages.fresh(made).loan.state == "closed"
    assert not Encumbrance.objects.live().exists()
    # nothing is owed: the owner may leave
    consignments.end_consignment(
        actor=made.owner, consignment_id=made.consignment.pk, reason="不卖了"
    )
    assert advances.faults() == []


def test_who_repays_after_the_hammer_has_the_whole_price():
    made = advances.accepted(150_000, 300_000)
    stages.pay(made, made.loan.owed_minor, early=True)
    made.row = advances.release_settlement(actor=None, settlement_id=made.row.pk)
    stages.fresh(made)
    row = AdvanceProceeds.objects.get()
    assert row.event is None and row.surplus_minor == row.received_minor
    assert (made.loan.state, made.item.state) == ("repaid", "leaving")
    assert advances.faults() == []


def test_a_house_that_ends_its_contract_blocks_the_value_and_the_lender_sells_in_the_end():
    made = advances.active(realisation=("auction", "court"))
    consignments.end_consignment(
        actor=made.house.boss, consignment_id=made.consignment.pk, reason="真伪存疑"
    )
    assert services.fall_due() == 1
    stages.fresh(made)
    found = securing._assessed(made.loan, made.work, made.item.liquidity, db_today())
    assert found.valued.value is None and found.valued.blocked == "no_estimate"
    assert take_snapshots() == 1
    kept = made.loan.snapshots.get()
    assert (kept.eligible_minor, kept.blocked) == (None, "no_value")
    with days_ago(-40):
        row = defaulting.give_notice(actor=made.clerk, loan_id=made.loan.pk)
    with days_ago(-80):
        row = defaulting.declare_default(actor=made.boss, default_id=row.pk)
        case = realising.open_case(actor=made.boss, default_id=row.pk)
    step = case.disposals.get().steps.get()
    with pytest.raises(NotAllowed):
        auctioning.consign_pledge(actor=made.owner, step_id=step.pk, house_id=made.house.pk)
    auctioning.consign_pledge(actor=made.boss, step_id=step.pk, house_id=made.house.pk)
    assert Consignment.objects.filter(state="offered").count() == 1


def test_the_lender_that_sells_by_his_power_ends_the_contract_of_the_owner():
    made = advances.lot_added(advances.active(realisation=("auction", "court")))
    with days_ago(-400):
        row = defaulting.give_notice(actor=made.clerk, loan_id=made.loan.pk)
    with days_ago(-440):
        row = defaulting.declare_default(actor=made.boss, default_id=row.pk)
        with pytest.raises(WrongState):  # the owner's lot is still in a sale
            realising.open_case(actor=made.boss, default_id=row.pk)
    sales.withdraw_lot(actor=made.house.boss, lot_id=made.lot.pk, reason="图录有误")
    with days_ago(-440):
        case = realising.open_case(actor=made.boss, default_id=row.pk)
    step = case.disposals.get().steps.get()
    with pytest.raises(WrongState):  # the owner's contract gives no lot any more
        advances.lot_added(made)
    auctioning.consign_pledge(actor=made.boss, step_id=step.pk, house_id=made.house.pk)
    made.consignment.refresh_from_db()
    assert made.consignment.state == "ended"
    assert Lot.objects.count() == 1
