"""Revaluation of a category, and what is watched until it runs out."""

from datetime import timedelta
from decimal import Decimal

import pytest

from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from auctions.models import Notice
from auctions.pledges import margin_citations as citations
from auctions.pledges.margin_enums import Watched
from auctions.pledges.models import RevaluationAnswer
from auctions.pledges.selectors.margin_watch import counts_of, covered_until, watch_list
from auctions.pledges.selectors.standing import items_on, standing_of
from auctions.pledges.services import applications, custody, margin_revaluing
from auctions.pledges.services.applications import Policy
from auctions.pledges.services.custody import Step, confirm_step
from auctions.pledges.services.margin_revaluing import SamePerson
from auctions.pledges.services.margin_watch import tell_watch
from auctions.pledges.valuing import appraisals_of
from tests.pledges import stages
from tests.pledges.stages import ELIGIBLE, LOW

pytestmark = pytest.mark.django_db


def propose(made, cut="20", days=0, **changes):
    values = {
        "actor": made.clerk, "lender_id": made.lender.pk, "category": "*",
        "cut_pct": Decimal(cut), "from_on": db_today() + timedelta(days=days),
        "source": "春拍成交价指数",
    }  # fmt: skip
    return margin_revaluing.propose_revaluation(**(values | changes))


def eligible(made, days: int = 0):
    items = items_on(made.loan)
    appraised = appraisals_of([i.work_id for i in items], lender=made.lender, currency="CNY")
    on = db_today() + timedelta(days=days)
    return standing_of(made.loan, items, appraised, exposure=0, on=on).eligible


def test_a_revaluation_is_proposed_by_one_and_confirmed_by_another():
    made = stages.delivered()
    with pytest.raises(NotAllowed):
        propose(made, actor=made.owner)
    for wrong in (
        {"cut": "0"}, {"cut": "100"}, {"days": -1}, {"source": " "}, {"category": "nothing"},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            propose(made, **wrong)
    row = propose(made, actor=made.boss)
    with pytest.raises(SamePerson) as refusal:
        margin_revaluing.confirm_revaluation(actor=made.boss, revaluation_id=row.pk)
    assert refusal.value.rule == citations.REVALUATION
    with pytest.raises(NotAllowed):  # not an administrator of the lender
        margin_revaluing.confirm_revaluation(actor=made.clerk, revaluation_id=row.pk)
    assert eligible(made) == ELIGIBLE  # one person changes nothing
    row = propose(made)
    margin_revaluing.refuse_revaluation(actor=made.boss, revaluation_id=row.pk, note="来源不足")
    with pytest.raises(WrongState):
        margin_revaluing.confirm_revaluation(actor=made.boss, revaluation_id=row.pk)
    assert eligible(made) == ELIGIBLE
    assert RevaluationAnswer.objects.get().note == "来源不足"


def test_revaluations_multiply_from_their_days_and_leave_newer_appraisals_alone():
    made = stages.delivered()
    for cut, days in (("20", 0), ("10", 3)):
        row = propose(made, cut, days)
        margin_revaluing.confirm_revaluation(actor=made.boss, revaluation_id=row.pk)
    assert eligible(made, -1) == ELIGIBLE
    assert eligible(made) == LOW * 80 // 100 * 38 // 100
    assert eligible(made, 3) == LOW * 72 // 100 * 38 // 100
    # Another category touches nothing here.
    row = propose(made, "50", category="jade")
    margin_revaluing.confirm_revaluation(actor=made.boss, revaluation_id=row.pk)
    assert eligible(made) == LOW * 80 // 100 * 38 // 100
    # Two new appraisals after all of it: they count whole.
    institutions = {a.appraiser.institution for a in made.work.valuations.all()}
    for of in institutions:
        stages.appraise(made.work, LOW // 2, of, days=0)
    assert eligible(made) == LOW // 2 * 38 // 100
    assert eligible(made, 3) == LOW // 2 * 90 // 100 * 38 // 100


def test_policies_cover_without_a_gap_only():
    made = stages.applied()
    today = db_today()
    (first,) = made.work.pledge_insurances.all()

    def policy(start, end):
        return applications.record_insurance(
            actor=made.clerk, lender_id=made.lender.pk, work_id=made.work.pk,
            policy=Policy("人保", f"P{start}", 1000, today + timedelta(start), today + timedelta(end)),
        )  # fmt: skip

    joined, apart = policy(201, 300), policy(302, 400)
    assert covered_until([first], today) == today + timedelta(200)
    assert covered_until([apart, joined, first], today) == today + timedelta(300)
    assert covered_until([first], today + timedelta(250)) == today + timedelta(200)
    assert covered_until([], today) is None


def test_what_runs_out_is_listed_and_told_once_for_each_threshold():
    made = stages.delivered()
    today = db_today()
    assert watch_list(made.lender, on=today) == []
    assert tell_watch() == 0
    kept = counts_of(made.custodian, on=today)
    assert [(h.pk, day) for h, day in kept] == [(made.holding.pk, today + timedelta(days=90))]
    soon = today + timedelta(days=85)  # the count is due in 5 days, nothing else within 60
    (due,) = watch_list(made.lender, on=soon)
    assert (due.kind, due.days_left, due.due_on) == (Watched.COUNT, 5, kept[0][1])
    for _n in range(2):
        with stages.days_ago(-85):
            tell_watch()
    told = Notice.objects.filter(kind="loan", facts__kind="count")
    assert [row.user_id for row in told.filter(facts__to="lender")] == [made.boss.pk]
    assert told.filter(facts__to="borrower").count() == 0
    # Counted by two: the next day moves.
    custody.record_count(actor=made.keeper, holding_id=made.holding.pk, step=Step(result="present"))
    confirm_step(actor=made.second, holding_id=made.holding.pk, agrees=True)
    assert counts_of(made.custodian, on=today)[0][1] == today + timedelta(days=90)
    # Insurance ends in 200 days: after 195 the last threshold was passed, for both sides.
    for _n in range(2):
        with stages.days_ago(-195):
            tell_watch()
    ends = Notice.objects.filter(kind="loan", facts__kind="insurance")
    assert {(row.user_id, row.facts["to"]) for row in ends} == {
        (made.boss.pk, "lender"), (made.owner.pk, "borrower"),
    }  # fmt: skip
    assert {row.key.rpartition(":")[2] for row in ends} == {"7"}


def test_a_work_without_a_valid_value_stands_first_in_the_list():
    made = stages.delivered()
    later = db_today() + timedelta(days=250)
    rows = watch_list(made.lender, on=later)
    assert [(row.kind, row.due_on is None, row.is_over) for row in rows] == [
        (Watched.APPRAISAL, True, True), (Watched.COUNT, False, True),
        (Watched.INSURANCE, False, True),
    ]  # fmt: skip
    assert rows[0].why == "expired"
