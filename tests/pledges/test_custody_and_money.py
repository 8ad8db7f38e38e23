"""What custody, payment out and release refuse, and what they write."""

import pytest

from appraisal.condition.reads import NoReport
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.ledger.models import Entry, Payout
from auctions.pledges import citations
from auctions.pledges.models import Holding
from auctions.pledges.refusals import (
    AboveCapacity,
    NotEligible,
    NotFunded,
    NoValue,
)
from auctions.pledges.services import (
    applications,
    custody,
    lending,
    securing,
)
from auctions.pledges.services.custody import OnePerson, Step, TagDiffers, confirm_step
from catalog.models import Encumbrance
from catalog.services import encumbrances
from catalog.services.encumbrances import Encumbered
from tests.appraisal.conditions import handed_over
from tests.catalog.factories import person, registered
from tests.factories import MembershipFactory
from tests.pledges import stages
from tests.pledges.stages import LENT, LOW

pytestmark = pytest.mark.django_db


def missing(refusal) -> dict[str, str]:
    """Code and rule of what the works lack."""
    return {
        check["code"]: check["rule"]
        for row in refusal.value.data["works"]
        for check in row["checks"]
    }


# ------------------------------------------------------------------ custody


def test_one_person_cannot_confirm_what_he_recorded():
    made = stages.arrived()
    with pytest.raises(OnePerson) as refusal:
        confirm_step(actor=made.keeper, holding_id=made.holding.pk, agrees=True)
    assert refusal.value.rule == citations.TWO_PERSONS
    assert not Encumbrance.objects.exists()


def test_without_a_condition_report_nothing_is_taken_in():
    made = stages.signed()
    holding = custody.record_arrival(
        actor=made.keeper, item_id=made.item.pk, custodian_id=made.custodian.pk, receipt="CD-X",
        step=stages.step(),
    )  # fmt: skip
    with pytest.raises(NoReport):
        confirm_step(actor=made.second, holding_id=holding.pk, agrees=True)
    assert not Encumbrance.objects.exists()


def test_a_work_that_was_disputed_meanwhile_does_not_enter_the_pledge():
    made = stages.arrived()
    encumbrances.take_encumbrance(
        actor=person("registrar"), work_id=made.work.pk, kind="dispute", reference="异议"
    )
    with pytest.raises(Encumbered):
        confirm_step(actor=made.second, holding_id=made.holding.pk, agrees=True)
    stages.fresh(made)
    assert (made.item.state, Encumbrance.objects.live().count()) == ("agreed", 1)


def test_without_insurance_nothing_is_taken_in():
    made = stages.arrived()
    applications.end_insurance(
        actor=made.clerk, insurance_id=made.work.pledge_insurances.get().pk, reason="退保"
    )
    with pytest.raises(NotEligible) as refusal:
        confirm_step(actor=made.second, holding_id=made.holding.pk, agrees=True)
    assert missing(refusal) == {"insurance": citations.INSURANCE}


def test_the_borrowers_own_organisation_keeps_nothing():
    """法释〔2020〕28号 55: a keeper who acts for the pledgor makes no pledge."""
    made = stages.signed()
    MembershipFactory(organisation=made.custodian.organisation, user=made.owner, admin=True)
    with pytest.raises(NotAllowed) as refusal:
        stages.arrive(made, made.item)
    assert (refusal.value.code, refusal.value.rule) == ("pledgor_keeps", citations.CUSTODIAN)
    assert not Holding.objects.exists()


def test_a_custodian_of_another_lender_keeps_nothing():
    made, other = stages.signed(), stages.market()
    handed_over(made.work, purpose="pledge", examined_on=db_today())
    with pytest.raises(WrongState):
        custody.record_arrival(
            actor=other.keeper, item_id=made.item.pk, custodian_id=other.custodian.pk,
            receipt="CD-Y", step=stages.step(),
        )  # fmt: skip


def test_a_refused_arrival_leaves_the_work_free():
    made = stages.arrived()
    confirm_step(actor=made.second, holding_id=made.holding.pk, agrees=False, note="画框不符")
    made.holding.refresh_from_db()
    stages.fresh(made)
    assert (made.holding.state, made.item.state) == ("refused", "agreed")
    assert not Encumbrance.objects.exists()
    again = stages.arrive(made, made.item)
    confirm_step(actor=made.second, holding_id=again.pk, agrees=True)
    assert stages.fresh(made).item.state == "pledged"
    assert stages.faults() == []


def test_the_tag_on_the_work_is_read():
    from appraisal.models import Tag, TagBinding
    from tests.catalog.factories import ImageFactory

    made = stages.signed()
    desk = person("registrar")
    tag = Tag.objects.create(
        kind="seal", number="S-77", token="A" * 16, state="bound", made_by=desk
    )
    TagBinding.objects.create(
        tag=tag, work=made.work, place="背面", photograph=ImageFactory(uploaded_by=desk),
        attached_by=desk, confirmed_by=person("registrar"), confirmed_at=db_now(),
    )  # fmt: skip
    with pytest.raises(TagDiffers):
        stages.arrive(made, made.item)
    custody.record_arrival(
        actor=made.keeper, item_id=made.item.pk, custodian_id=made.custodian.pk, receipt="CD-T",
        step=stages.step(tag="S-77"),
    )  # fmt: skip
    tag.state, tag.ended_at, tag.end_reason = "broken", db_now(), "拆过"
    tag.save()
    assert Holding.objects.get().events.get().tag == "S-77"


def test_a_missing_work_has_no_value_and_blocks_a_payment():
    made = stages.funded()
    custody.record_count(actor=made.keeper, holding_id=made.holding.pk, step=Step(result="missing"))
    confirm_step(actor=made.second, holding_id=made.holding.pk, agrees=True)
    with pytest.raises(WrongState) as refusal:
        lending.disburse(actor=made.boss, loan_id=made.loan.pk)
    assert refusal.value.rule == citations.CUSTODIAN
    assert not Payout.objects.exists()


def test_nothing_leaves_before_the_lender_lets_it_go():
    made = stages.active()
    handed_over(made.work, purpose="outgoing", examined_on=db_today())
    with pytest.raises(WrongState) as refusal:
        custody.record_departure(actor=made.keeper, holding_id=made.holding.pk, step=Step())
    assert refusal.value.rule == citations.RETURN


def test_a_pledged_work_is_refused_every_other_way():
    made = stages.active()
    for kind in ("sale", "listing", "pledge", "loan_out"):
        with pytest.raises((Encumbered, NotAllowed)):
            encumbrances.take_encumbrance(
                actor=person("registrar"), work_id=made.work.pk, kind=kind, reference="x"
            )
    with pytest.raises(NotAllowed):
        encumbrances.release_encumbrance(
            actor=person("registrar"), encumbrance_id=made.item.encumbrance_id, reason="手工"
        )
    assert Encumbrance.objects.live().get().pk == made.item.encumbrance_id


# ------------------------------------------------------------------ money


def test_nothing_is_paid_out_before_the_works_are_delivered():
    made = stages.signed()
    stages.fund(made, LENT)
    with pytest.raises(WrongState) as refusal:
        lending.disburse(actor=made.boss, loan_id=made.loan.pk)
    assert refusal.value.rule == citations.DELIVERY
    assert not Payout.objects.exists()


def test_nothing_is_paid_out_that_the_lender_has_not_brought():
    made = stages.delivered()
    stages.fund(made, LENT - 1)
    with pytest.raises(NotFunded) as refusal:
        lending.disburse(actor=made.boss, loan_id=made.loan.pk)
    assert refusal.value.data["missing"] == 1
    assert not Payout.objects.exists()
    assert stages.fresh(made).loan.state == "agreed"


def test_what_borrowers_owe_a_lender_is_not_his_cash():
    """The claim on the first borrower does not fund a second loan."""
    made = stages.active()
    stages.fund(made, 1)
    with pytest.raises(Invalid):
        lending.disburse(actor=made.boss, loan_id=made.loan.pk, amount_minor=1)
    from auctions.pledges.services.booking import Books, at_hand

    assert at_hand(made.lender, "CNY", Books()) == 1


def test_policies_that_cover_less_than_the_loan_are_not_enough():
    made = stages.funded()
    old = made.work.pledge_insurances.get()
    stages.insured(made, made.work, LENT - 1)
    applications.end_insurance(actor=made.clerk, insurance_id=old.pk, reason="换保")
    with pytest.raises(NotEligible) as refusal:
        lending.disburse(actor=made.boss, loan_id=made.loan.pk)
    assert refusal.value.code == "underinsured"


def test_only_the_lenders_administrator_pays_out():
    made = stages.funded()
    for actor in (made.owner, made.clerk, made.keeper):
        with pytest.raises(NotAllowed):
            lending.disburse(actor=actor, loan_id=made.loan.pk)
    assert Entry.objects.filter(kind="loan.disbursed").count() == 0


# ------------------------------------------------------------------ release


def test_a_work_goes_only_while_the_others_carry_the_loan():
    made = stages.active(works=2, amount=stages.CAPACITY)
    with pytest.raises(AboveCapacity) as refusal:  # the fee is owed besides
        securing.release_work(actor=made.boss, item_id=made.item.pk, reason="换展")
    assert refusal.value.rule == citations.RELEASE_LTV
    stages.pay(made, stages.CAPACITY // 2, early=True)
    item = securing.release_work(actor=made.boss, item_id=made.item.pk, reason="换展")
    assert item.state == "leaving"
    with pytest.raises((AboveCapacity, WrongState)):
        securing.release_work(actor=made.boss, item_id=made.items[1].pk, reason="换展")
    stages.release(made, item)
    assert stages.fresh(made).loan.state == "active"
    assert stages.faults() == []


def test_a_work_without_a_value_blocks_the_release_of_another():
    made = stages.active(works=2)
    with stages.days_ago(-300), pytest.raises(NoValue) as refusal:
        securing.release_work(actor=made.boss, item_id=made.item.pk, reason="换展")
    assert refusal.value.data["works"] == {made.works[1].pk: "expired"}


def test_a_substitute_counts_from_its_delivery_on():
    made = stages.active(amount=stages.CAPACITY)
    work = registered(made.owner)
    stages.certificate(work, made.owner)
    stages.appraise(work, 2 * LOW)
    stages.appraise(work, 2 * LOW)
    stages.examined(made, work)
    item = securing.propose_work(actor=made.owner, loan_id=made.loan.pk, work_id=work.pk)
    assert item.state == "proposed"
    item = securing.agree_work(actor=made.boss, item_id=item.pk, liquidity="medium")
    with pytest.raises(AboveCapacity):
        securing.release_work(actor=made.boss, item_id=made.item.pk, reason="置换")
    stages.deliver(made, item)
    securing.release_work(actor=made.boss, item_id=made.item.pk, reason="置换")
    stages.release(made, made.items[0])
    stages.fresh(made)
    assert [row.state for row in made.items] == ["released", "pledged"]
    assert stages.faults() == []
