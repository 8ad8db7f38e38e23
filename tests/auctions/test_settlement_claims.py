"""Claims: who says what until when, who decides, and where the money of an undone sale comes from."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from appraisal.services import cases
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.ledger.models import Payout, Refund
from artmarket.ledger.services.outgoing import confirm_outgoing
from artmarket.ledger.services.posting import Insufficient
from auctions.audit import audit_lots
from auctions.enums import LotState
from auctions.models import ClaimStatement, SettlementClaim
from auctions.services.settlement.claims import (
    add_statement,
    answer_claim,
    decide_claim,
    drop_unreturned,
    escalate_claim,
    name_case,
    raise_claim,
    record_return,
    withdraw_claim,
)
from auctions.services.settlement.handing_over import accept_lot, lapse_inspection
from auctions.services.settlement.releasing import release_settlement
from catalog.models import Encumbrance
from catalog.services.encumbrances import Encumbered, live_encumbrance
from catalog.services.title import current_shares
from tests.appraisal import stages
from tests.auctions import judging
from tests.auctions.aftermath import sold
from tests.auctions.factories import fresh, house, refusal_of
from tests.auctions.settling import (
    COMMISSION,
    HAMMER,
    TOTAL,
    accepted,
    agree,
    books,
    claimed,
    days_ago,
    delivered,
    dispatched,
    fail,
    fund,
    out,
    paid,
    released,
)

pytestmark = pytest.mark.django_db


def faults():
    return [fault for audit in audit_lots() for fault in audit.faults]


def claims(made, kind="condition", **more):
    given = {"actor": made.buyer, "words": "画心有新裂。"} | more
    return raise_claim(settlement_id=made.row.pk, kind=kind, **given)


def decides(made, decision, **more):
    given = {"actor": made.operator, "reasons": "对照交付报告"} | more
    return decide_claim(claim_id=made.claim.pk, decision=decision, **given)


def state(made):
    made.row.refresh_from_db()
    return made.row.state


# ------------------------------------------------------------------ raising one


def test_a_claim_holds_the_money_and_names_whose_turn_it_is():
    made = delivered()
    claim = claims(made)
    assert (claim.state, claim.next_actor, state(made)) == ("open", "seller", "claimed")
    assert claim.due_at == claim.made_at + timedelta(days=5)
    with pytest.raises(WrongState):
        release_settlement(actor=None, settlement_id=made.row.pk)
    with pytest.raises(WrongState):
        accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    days_ago(made.row, 30)
    assert lapse_inspection(settlement_id=made.row.pk) is False


def test_who_may_claim_and_how():
    made = delivered()
    for actor in (made.seller, made.boss, made.operator, made.people[1].user):
        with pytest.raises(NotAllowed):
            claims(made, actor=actor)
    assert set(refusal_of(lambda: claims(made, "dream")).fields) == {"kind"}
    assert set(refusal_of(lambda: claims(made, words=" ")).fields) == {"words"}
    claims(made)
    with pytest.raises(WrongState):
        claims(made)
    assert SettlementClaim.objects.count() == 1


def test_what_can_be_claimed_until_when():
    for made, kind in ((paid(), "condition"), (delivered(), "not_received")):
        with pytest.raises(WrongState) as refusal:
            claims(made, kind)
        assert refusal.value.rule == "settlement.claims"
    late = delivered()
    days_ago(late.row, 7)
    with pytest.raises(WrongState) as refusal:
        claims(late)
    assert refusal.value.rule == "settlement.inspection_days"
    assert claims(late, "authenticity").state == "open"
    later = accepted()
    with pytest.raises(WrongState):
        claims(later)
    assert claims(later, "defect").state == "open"
    over = released()
    days_ago(over.row, 366)
    with pytest.raises(WrongState) as refusal:
        claims(over, "authenticity")
    assert refusal.value.rule == "settlement.guarantee_days"


# ------------------------------------------------------------------ both sides


def test_both_sides_are_heard_and_nothing_said_is_changed():
    made = delivered()
    made.claim = claims(made)
    with pytest.raises(NotAllowed):
        answer_claim(actor=house().boss, claim_id=made.claim.pk, words="x")
    add_statement(actor=made.buyer, claim_id=made.claim.pk, words="附照片")
    add_statement(actor=made.seller, claim_id=made.claim.pk, words="发运时完好")
    claim = answer_claim(actor=made.boss, claim_id=made.claim.pk, words="见报告")
    assert (claim.state, claim.next_actor) == ("answered", "platform")
    assert [row.side for row in claim.statements.all()] == ["buyer", "buyer", "seller", "seller"]
    with pytest.raises(WrongState):
        answer_claim(actor=made.boss, claim_id=made.claim.pk, words="再答")
    with pytest.raises(DatabaseError), transaction.atomic():
        ClaimStatement.objects.update(words="改")


def test_who_is_silent_is_not_waited_for():
    made = delivered()
    claim = claims(made)
    assert escalate_claim(claim_id=claim.pk) is False
    SettlementClaim.objects.update(due_at=db_now())
    assert escalate_claim(claim_id=claim.pk) is True
    assert escalate_claim(claim_id=claim.pk) is False
    claim.refresh_from_db()
    assert (claim.state, claim.next_actor) == ("answered", "platform")
    assert made.row.steps.get(kind="answered").data["is_silent"] is True


def test_a_claim_that_is_taken_back_lets_the_sale_go_on():
    made = claimed()
    with pytest.raises(NotAllowed):
        withdraw_claim(actor=made.seller, claim_id=made.claim.pk)
    withdraw_claim(actor=made.buyer, claim_id=made.claim.pk)
    assert state(made) == "accepted"
    assert release_settlement(actor=None, settlement_id=made.row.pk).state == "released"


def test_a_case_of_the_same_work_can_be_named():
    made = claimed("authenticity")
    with pytest.raises(Invalid):
        name_case(actor=made.boss, claim_id=made.claim.pk, case_id=0)
    other = claimed()
    with pytest.raises(WrongState):
        name_case(actor=other.boss, claim_id=other.claim.pk, case_id=0)


def test_a_claim_of_a_fake_is_examined_under_the_lock_of_its_sale():
    made = claimed("authenticity")
    case = stages.paid(made.lot.work)
    with pytest.raises(Encumbered):
        judging.begin(case)
    name_case(actor=made.operator, claim_id=made.claim.pk, case_id=case.pk)
    cases.begin_examination(actor=case.accepted_by, case_id=case.pk)
    assert stages.fresh(case).custody is None
    assert live_encumbrance(made.lot.work) == fresh(made.lot).encumbrance
    with pytest.raises(WrongState):
        decides(made, "uphold")
    judging.end(case, "300404282")
    decides(made, "uphold")
    record_return(actor=made.boss, claim_id=made.claim.pk, proof="收到退件")
    assert (state(made), out()) == ("refunded", {"refund": TOTAL})
    assert live_encumbrance(made.lot.work) is None
    assert faults() == []


def test_the_case_of_a_claim_that_was_taken_back_does_not_begin():
    made = claimed("authenticity")
    case = stages.paid(made.lot.work)
    name_case(actor=made.operator, claim_id=made.claim.pk, case_id=case.pk)
    withdraw_claim(actor=made.buyer, claim_id=made.claim.pk)
    with pytest.raises(Encumbered):
        judging.begin(case)


# ------------------------------------------------------------------ decided


def test_only_the_platform_decides_and_only_what_was_answered():
    made = claimed()
    for actor in (made.buyer, made.seller, made.boss):
        with pytest.raises(NotAllowed):
            decides(made, "reject", actor=actor)
    assert set(refusal_of(lambda: decides(made, "reject", reasons=" ")).fields) == {"reasons"}
    open_one = delivered()
    open_one.claim = claims(open_one)
    with pytest.raises(WrongState) as refusal:
        decides(open_one, "reject")
    assert refusal.value.rule == "settlement.answer_days"


def test_a_rejected_claim_releases_the_money():
    made = claimed()
    claim = decides(made, "reject")
    assert (claim.state, claim.next_actor, claim.due_at, state(made)) == (
        "rejected", "", None, "accepted",
    )  # fmt: skip
    release_settlement(actor=None, settlement_id=made.row.pk)
    assert books() == {"clearing:bank": TOTAL, "clearing:bank-out": -TOTAL}
    with pytest.raises(WrongState):
        decides(made, "uphold")


def test_a_reduction_is_paid_by_the_seller_alone():
    made = claimed()
    most = HAMMER - COMMISSION
    for amount in (0, -1, most + 1):
        with pytest.raises(Invalid):
            decides(made, "reduce", refund_minor=amount)
    claim = decides(made, "reduce", refund_minor=500_00)
    assert (claim.state, claim.refund_minor, state(made)) == ("reduced", 500_00, "accepted")
    agree(made)
    release_settlement(actor=None, settlement_id=made.row.pk)
    assert out() == {
        f"payout:{made.row.seller_id}": most - 500_00,
        f"payout:{made.sale.house.party.pk}": TOTAL - most,
        "refund": 500_00,
    }
    agree(made)


def test_an_upheld_claim_is_refunded_when_the_work_is_back():
    made = claimed()
    claim = decides(made, "uphold")
    assert (claim.state, claim.next_actor, state(made)) == ("upheld", "buyer", "claimed")
    assert claim.due_at - claim.decided_at == timedelta(days=14)
    assert not Refund.objects.exists()
    with pytest.raises(NotAllowed):
        record_return(actor=made.buyer, claim_id=claim.pk, proof="寄回")
    claim = record_return(actor=made.boss, claim_id=claim.pk, proof="收到退件")
    assert (claim.state, claim.refund_minor, claim.decided_by) == (
        "refunded", TOTAL, made.operator,
    )  # fmt: skip
    again = record_return(actor=made.boss, claim_id=claim.pk, proof="收到退件")
    assert again.state == "refunded"
    assert (state(made), out()) == ("refunded", {"refund": TOTAL})
    lot = fresh(made.lot)
    assert (lot.state, lot.winner) == (LotState.RESCINDED, None)
    assert [share.party_id for share in current_shares(lot.work)] == [made.row.seller_id]
    assert not Encumbrance.objects.live().filter(work=lot.work).exists()
    assert faults() == []
    agree(made)


def test_a_work_that_never_came_is_refunded_at_once():
    made = claimed("not_received", dispatched)
    claim = decides(made, "uphold")
    assert (claim.state, state(made), out()) == ("refunded", "refunded", {"refund": TOTAL})
    agree(made)


def test_a_work_that_never_came_and_the_claim_fails_is_still_on_its_way():
    made = claimed("not_received", dispatched)
    decides(made, "reject")
    assert state(made) == "dispatched"


def test_a_work_that_does_not_come_back_ends_the_claim_by_a_person():
    made = claimed()
    claim = decides(made, "uphold")
    with pytest.raises(WrongState):
        drop_unreturned(actor=made.operator, claim_id=claim.pk, reasons="没有寄回")
    SettlementClaim.objects.update(due_at=db_now())
    with pytest.raises(NotAllowed):
        drop_unreturned(actor=made.boss, claim_id=claim.pk, reasons="没有寄回")
    drop_unreturned(actor=made.operator, claim_id=claim.pk, reasons="没有寄回")
    assert state(made) == "accepted"


# ------------------------------------------------------------------ after the release


def test_after_the_release_the_fund_pays_and_title_goes_back():
    made = claimed("authenticity", released)
    assert state(made) == "released"
    decides(made, "uphold")
    with pytest.raises(Insufficient):
        record_return(actor=made.boss, claim_id=made.claim.pk, proof="收到退件")
    assert (state(made), Refund.objects.count()) == ("released", 0)
    fund(5000_00)
    record_return(actor=made.boss, claim_id=made.claim.pk, proof="收到退件")
    assert (state(made), made.row.compensated_minor, made.row.refunded_minor) == (
        "refunded", TOTAL, 0,
    )  # fmt: skip
    assert books()["guarantee"] == 5000_00 - TOTAL
    assert out()["refund"] == TOTAL
    shares = current_shares(made.lot.work)
    assert [share.party_id for share in shares] == [made.row.seller_id]
    assert shares[0].from_event.corrects == made.row.title_event
    assert fresh(made.lot).state == LotState.RESCINDED
    assert faults() == []
    agree(made)
    again = record_return(actor=made.boss, claim_id=made.claim.pk, proof="收到退件")
    assert (again.state, Refund.objects.count()) == ("refunded", 1)


def test_what_a_failed_payout_left_with_the_platform_is_used_before_the_fund():
    made = claimed("authenticity", released)
    decides(made, "uphold")
    fund(5000_00)
    back = HAMMER - COMMISSION
    fail(Payout.objects.get(party=made.row.seller))
    record_return(actor=made.boss, claim_id=made.claim.pk, proof="收到退件")
    assert books()["guarantee"] == 5000_00 - (TOTAL - back)
    assert "payable" not in books()
    assert [of.side for of in made.row.recourses.all()] == ["house"]


def test_after_the_release_the_price_is_not_reduced():
    made = claimed("defect", released)
    with pytest.raises(WrongState):
        decides(made, "reduce", refund_minor=100)
    decides(made, "reject")
    assert state(made) == "released"


def test_the_refund_ends_at_the_bank():
    made = claimed()
    decides(made, "uphold")
    record_return(actor=made.boss, claim_id=made.claim.pk, proof="收到退件")
    confirm_outgoing(actor=made.operator, row=Refund.objects.get(), bank_reference="B1")
    assert books() == {}


def test_the_lot_of_a_refunded_sale_is_free_for_another():
    made = claimed()
    decides(made, "uphold")
    record_return(actor=made.boss, claim_id=made.claim.pk, proof="收到退件")
    later = sold(of_house=made.sale.house)
    assert later.lot.state == LotState.SOLD
