"""An auctioned pledge through the ordinary auction and settlement: who is paid first, whose the work
is, and that whatever ends its lot without a sale brings the pledge back."""

import json

import pytest

from artmarket.core.errors import NotAllowed, WrongState
from artmarket.ledger.models import Payout
from auctions.enums import Bar
from auctions.models import Consignment, Lot, Recourse
from auctions.pledges.models import Distribution, PledgeSuspension
from auctions.pledges.services import auctioning, realising, redeeming, securing
from auctions.pledges.services.custody import WrongState as CustodyState
from auctions.pledges.services.custody import record_departure
from auctions.selectors.bars import barred_lots
from auctions.services import consignments, payment, sales
from auctions.services.cancelling import cancel_sale
from auctions.services.settlement.claims import (
    answer_claim,
    decide_claim,
    raise_claim,
    record_return,
)
from auctions.services.settlement.undoing import refund_lot
from catalog.models import Encumbrance, LogQueued
from catalog.services import encumbrances
from catalog.services.encumbrances import Encumbered
from catalog.services.title import current_shares
from tests.auctions import aftermath, settling
from tests.auctions import factories as auction
from tests.catalog.factories import person
from tests.factories import MembershipFactory, UserFactory
from tests.pledges import disposals, stages
from tests.pledges.stages import LENT, YUAN

pytestmark = pytest.mark.django_db


def owner_of(made):
    return [share.party_id for share in current_shares(made.work)]


def told_of(made) -> list[str]:
    """What the public log was told of the work's lock and title, in its order."""
    rows = LogQueued.objects.filter(text__contains=str(made.work.number)).order_by("pk")
    kinds = (json.loads(text)["kind"] for text in rows.values_list("text", flat=True))
    return [kind for kind in kinds if kind.startswith(("encumbrance.", "title."))]


def test_a_sold_pledge_pays_the_lender_first_and_the_owner_gets_the_rest():
    made = disposals.paid(150_000, 200_000)
    owed = made.loan.owed_minor
    disposals.release(made)
    row = made.step.distribution
    net = row.received_minor
    assert row.price_minor == made.row.hammer_minor == row.deducted_minor + net
    assert row.deducted_minor == row.price_minor * 5 // 100  # the house's commission
    assert sum(row.paid.values()) == owed and row.deficiency_minor == 0
    assert row.surplus_minor == net - owed
    # the lender has all that he is owed on its way to him, the owner the rest, nobody more
    lender = disposals.lender_party(made)
    to_lender = Payout.objects.filter(party=lender).values_list("amount_minor", flat=True)
    to_owner = Payout.objects.filter(party=made.party).values_list("amount_minor", flat=True)
    assert sum(to_lender) == owed
    assert sorted(to_owner) == sorted([LENT, row.surplus_minor])
    assert stages.of_lender(made)["book"] == stages.of_lender(made)["receivable"] == 0
    assert stages.payable_of(made.party) == 0
    # title moved, the loan is paid, the case over, and the log has each step of the lock
    assert owner_of(made) == [made.invoice.buyer_id]
    assert made.loan.state == "repaid" and made.case.state == "closed"
    assert made.case.surplus_minor == row.surplus_minor and made.case.deficiency_minor == 0
    assert made.loan.defaults.get().state == "settled"
    assert disposals.ways(made) == [("auction", "done")]
    assert told_of(made)[-5:] == [
        "encumbrance.taken",  # the pledge, at delivery
        "encumbrance.released", "encumbrance.taken",  # it gives way to the lot
        "title.moved", "encumbrance.released",
    ]  # fmt: skip
    assert not Encumbrance.objects.live().exists()
    assert made.item.state == "leaving"
    assert disposals.faults(made) == []
    # the custodian's record ends the loan
    stages.release(made, made.item)
    stages.fresh(made)
    assert (made.item.state, made.loan.state) == ("released", "closed")
    assert disposals.faults(made) == []


def test_what_is_short_stays_a_claim():
    made = disposals.released(40_000, 50_000)
    row = made.step.distribution
    assert row.surplus_minor == 0 and row.deficiency_minor == made.loan.owed_minor > 0
    assert made.case.state == "closed" and made.case.deficiency_minor == made.loan.owed_minor
    # costs, interest and penalty are paid before any principal
    assert made.loan.open_minor("cost") == made.loan.open_minor("interest") == 0
    assert made.loan.open_minor("penalty") == 0
    assert made.loan.principal_minor == row.deficiency_minor
    assert made.loan.state == "active" and made.item.state == "leaving"
    with pytest.raises(WrongState):
        securing.keep_work(actor=made.boss, item_id=made.item.pk)
    assert disposals.faults(made) == []
    stages.pay(made, made.loan.owed_minor, early=True)
    assert made.loan.state == "repaid"
    assert disposals.faults(made) == []


def test_while_a_lot_has_the_lock_nothing_else_moves_the_work_and_the_lender_cannot_bid():
    made = disposals.on_sale()
    (lock,) = Encumbrance.objects.live()
    assert (lock.kind, lock.work_id) == ("sale", made.work.pk)
    assert lock.holder_id == disposals.lender_party(made).pk
    assert made.step.state == "selling" and made.item.state == "pledged"
    assert PledgeSuspension.objects.get().sale_id == lock.pk
    with pytest.raises(Encumbered):
        encumbrances.take_encumbrance(
            actor=person("registrar"), work_id=made.work.pk, kind="pledge", reference="x"
        )
    with pytest.raises(CustodyState):
        record_departure(actor=made.keeper, holding_id=made.holding.pk, step=stages.step())
    with pytest.raises(WrongState):
        securing.release_work(actor=made.boss, item_id=made.item.pk, reason="x")
    for move in (
        lambda: realising.fail_step(actor=made.boss, step_id=made.step.pk, reason="x"),
        lambda: auctioning.end_consignment(actor=made.boss, step_id=made.step.pk, reason="x"),
    ):
        with pytest.raises(WrongState):
            move()
    # neither the lender's people, nor the owner, nor somebody of the platform
    clerk = auction.bidder(made.sale)
    MembershipFactory(organisation=made.lender.organisation, user=clerk.user)
    assert barred_lots(clerk) == {1: Bar.HOLDER}
    assert barred_lots(auction.consignor_paddle(made.sale, made.lot)) == {1: Bar.CONSIGNOR}
    assert barred_lots(auction.bidder(made.sale)) == {}
    assert disposals.faults(made) == []


def test_a_burned_lot_restores_the_pledge_lowers_what_is_expected_and_opens_the_next_way():
    made = disposals.hammered(2_000, reserve=100_000)
    expected = stages.LOW
    assert made.lot.state == "below_reserve"
    (lock,) = Encumbrance.objects.live()
    assert (lock.kind, lock.holder_id) == ("pledge", disposals.lender_party(made).pk)
    assert made.item.encumbrance_id == lock.pk and made.item.state == "pledged"
    row = PledgeSuspension.objects.get()
    assert (row.end, row.restored_id) == ("restored", lock.pk)
    assert (made.disposal.burned, made.disposal.expected_minor) == (1, expected * 70 // 100)
    assert disposals.ways(made) == [("auction", "failed"), ("court", "open")]
    assert Consignment.objects.get().state == "ended"
    assert disposals.faults(made) == []


@pytest.mark.parametrize("end", ["withdrawn", "cancelled", "unpaid", "undone"])
def test_whatever_ends_a_lot_without_a_sale_restores_the_pledge(end):
    if end == "withdrawn":
        made = disposals.on_sale()
        sales.withdraw_lot(actor=made.house.boss, lot_id=made.lot.pk, reason="图录有误")
    elif end == "cancelled":
        made = disposals.on_sale()
        cancel_sale(actor=made.house.boss, sale_id=made.sale.pk, reason="场地停电")
    elif end == "unpaid":
        made = disposals.hammered(2_000, 3_000)
        aftermath.hammered_long_ago(made.lot)
        payment.declare_default(actor=made.house.boss, lot_id=made.lot.pk, reason="逾期未付")
        disposals.fresh(made)
        assert made.step.state == "selling"  # the house still has it for a second chance
        assert disposals.faults(made) == []
        payment.release_work(actor=made.house.boss, lot_id=made.lot.pk, reason="无人承接")
    else:
        made = disposals.paid(2_000, 3_000)
        refund_lot(actor=made.house.boss, settlement_id=made.row.pk, reason="标的有误")
    disposals.fresh(made)
    (lock,) = Encumbrance.objects.live()
    assert (lock.kind, made.item.encumbrance_id) == ("pledge", lock.pk)
    assert disposals.ways(made) == [("auction", "failed"), ("court", "open")]
    assert (made.disposal.burned, owner_of(made)) == (0, [made.party.pk])
    assert not Distribution.objects.exists()
    assert disposals.faults(made) == []
    # another try is the lender's to make, and only once nothing else is open
    with pytest.raises(WrongState):
        realising.try_again(actor=made.boss, disposal_id=made.disposal.pk, way="auction")
    realising.fail_step(actor=made.boss, step_id=made.step.pk, reason="法院不受理")
    realising.try_again(actor=made.boss, disposal_id=made.disposal.pk, way="auction")
    disposals.fresh(made)
    disposals.consign(made)
    disposals.lot_added(made)
    assert Encumbrance.objects.live().get().kind == "sale"
    assert disposals.faults(made) == []


def test_who_pays_everything_before_the_hammer_has_his_work_back():
    made = disposals.on_sale()
    stages.pay(made, made.loan.owed_minor, early=True)
    assert made.loan.state == "repaid"
    assert made.item.state == "pledged"  # its lot still has the lock
    assert redeeming.stop_redeemed() == 1
    assert redeeming.stop_redeemed() == 0
    disposals.fresh(made)
    assert Lot.objects.get(pk=made.lot.pk).state == "withdrawn"
    assert (made.item.state, made.case.state) == ("leaving", "stopped")
    assert disposals.ways(made) == [("auction", "stopped")]
    assert disposals.faults(made) == []
    stages.release(made, made.item)
    assert stages.fresh(made).loan.state == "closed"
    assert owner_of(made) == [made.party.pk] and not Encumbrance.objects.live().exists()


def test_who_pays_after_the_hammer_has_the_whole_price():
    made = disposals.paid(150_000, 200_000)
    stages.pay(made, made.loan.owed_minor, early=True)
    assert redeeming.stop_redeemed() == 0
    disposals.release(made)
    row = made.step.distribution
    assert row.event is None and row.surplus_minor == row.received_minor
    assert made.case.state == "closed"
    assert owner_of(made) == [made.invoice.buyer_id]
    assert disposals.faults(made) == []


def test_the_owner_neither_ends_nor_agrees_to_what_the_lender_consigned():
    made = disposals.opened()
    stranger = auction.house()
    MembershipFactory(organisation=stranger, user=made.clerk)
    with pytest.raises(NotAllowed) as refused:
        auctioning.consign_pledge(actor=made.boss, step_id=made.step.pk, house_id=stranger.pk)
    assert refused.value.rule == "pledge.pre_acquirer"
    with pytest.raises(NotAllowed):
        auctioning.consign_pledge(
            actor=made.owner, step_id=made.step.pk, house_id=auction.house().pk
        )
    disposals.consign(made)
    with pytest.raises(NotAllowed):
        consignments.end_consignment(
            actor=made.owner, consignment_id=made.step.consignment_id, reason="不卖了"
        )
    auctioning.end_consignment(actor=made.boss, step_id=made.step.pk, reason="条件太差")
    disposals.consign(made)
    assert made.step.state == "open" and Encumbrance.objects.live().get().kind == "pledge"
    # paid before there is a lot: the contract with the house ends, the work goes back
    stages.pay(made, made.loan.owed_minor, early=True)
    assert redeeming.stop_redeemed() == 1
    disposals.fresh(made)
    assert (made.case.state, made.item.state) == ("stopped", "leaving")
    assert disposals.faults(made) == []


def test_a_sale_undone_after_its_release_leaves_the_lender_what_he_was_paid():
    made = disposals.released(150_000, 200_000)
    row, lender = made.step.distribution, disposals.lender_party(made)
    got = sum(Payout.objects.filter(party=lender).values_list("amount_minor", flat=True))
    claim = raise_claim(
        actor=made.buyer, settlement_id=made.row.pk, kind="authenticity", words="伪作"
    )
    answer_claim(actor=made.house.boss, claim_id=claim.pk, words="请裁定")
    decide_claim(
        actor=UserFactory(operator=True), claim_id=claim.pk, decision="uphold", reasons="鉴定为伪"
    )
    settling.fund(300_000 * YUAN)
    record_return(actor=made.house.boss, claim_id=claim.pk, proof="退件")
    disposals.fresh(made)
    # what went to the lender and to the owner is the owner's to give back, as every seller's
    owed = Recourse.objects.get(side="seller")
    assert (owed.party_id, owed.amount_minor) == (made.party.pk, row.received_minor)
    after = Payout.objects.filter(party=lender).values_list("amount_minor", flat=True)
    assert sum(after) == got and made.loan.state == "repaid"
    assert owner_of(made) == [made.party.pk]
    assert disposals.faults(made) == []
