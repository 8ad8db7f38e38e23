"""Default: what it rests on, the notice and its term; and the class of a loan with its changes."""

from datetime import timedelta

import pytest

from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from auctions.pledges.models import ClassChange, LoanDefault
from auctions.pledges.services import classing, defaulting, realising, repaying
from auctions.pledges.services.defaulting import NoGround, TermRuns
from tests.pledges import disposals, stages
from tests.pledges.clocks import days_ago

pytestmark = pytest.mark.django_db


def test_a_default_needs_a_ground_a_notice_and_a_term_that_was_not_used():
    made = stages.active(back=20)
    repaying.accrue_all()
    with pytest.raises(NoGround):
        defaulting.give_notice(actor=made.clerk, loan_id=made.loan.pk)
    first_due = stages.fresh(made).loan.next_due_on
    with days_ago(-30):
        repaying.accrue_all()
        with pytest.raises(NotAllowed):
            defaulting.give_notice(actor=made.owner, loan_id=made.loan.pk)
        row = defaulting.give_notice(actor=made.clerk, loan_id=made.loan.pk, words="首期未付")
        assert (row.ground, row.state) == ("overdue", "noticed")
        assert row.overdue_days == (db_today() + timedelta(days=30) - first_due).days
        due = made.loan.contract["plan"][0]["interest"]
        assert row.overdue_minor == due
        with pytest.raises(WrongState):
            defaulting.give_notice(actor=made.clerk, loan_id=made.loan.pk)
        with pytest.raises(TermRuns) as refused:
            defaulting.declare_default(actor=made.boss, default_id=row.pk)
        assert refused.value.rule == "pledge.realisation_days"
    with days_ago(-46):
        with pytest.raises(NotAllowed):
            defaulting.declare_default(actor=made.clerk, default_id=row.pk)
        with pytest.raises(WrongState):
            realising.open_case(actor=made.boss, default_id=row.pk)
        row = defaulting.declare_default(actor=made.boss, default_id=row.pk)
        assert (row.state, row.declared_by) == ("declared", made.boss)
        row = defaulting.withdraw_default(actor=made.boss, default_id=row.pk, reason="双方另行约定")
        assert row.state == "withdrawn"
        assert defaulting.give_notice(actor=made.clerk, loan_id=made.loan.pk).pk != row.pk


def test_who_makes_good_in_time_is_not_in_default():
    made = disposals.noticed()
    assert defaulting.cure_all() == 0
    stages.pay(made, made.loan.overdue_minor + stages.LENT // 100 + 100_000)
    with pytest.raises(NoGround):
        defaulting.declare_default(actor=made.boss, default_id=made.default.pk)
    assert defaulting.cure_all() == 1
    assert LoanDefault.objects.get().state == "cured"


def test_who_repays_everything_ends_a_default_that_was_declared():
    made = disposals.declared()
    stages.pay(made, made.loan.owed_minor, early=True)
    row = LoanDefault.objects.get()
    assert (made.loan.state, row.state) == ("repaid", "settled")
    with pytest.raises(WrongState):
        realising.open_case(actor=made.boss, default_id=row.pk)
    assert stages.faults() == []


def test_the_class_follows_the_days_gets_worse_by_facts_and_better_after_observation():
    made = stages.active(back=20)
    repaying.accrue_all()
    assert classing.classify_all() == 0
    with pytest.raises(NotAllowed):
        classing.find_fact(actor=made.owner, loan_id=made.loan.pk, at_least="doubtful", words="x")
    with pytest.raises(Invalid):
        classing.find_fact(actor=made.clerk, loan_id=made.loan.pk, at_least="normal", words="x")
    fact = classing.find_fact(
        actor=made.clerk, loan_id=made.loan.pk, at_least="special_mention", words="借款人被起诉"
    )
    assert stages.fresh(made).loan.five_class == "special_mention"
    repaying.accrue_all()
    with days_ago(-115):  # 105 days past the first instalment
        repaying.accrue_all()
        assert stages.fresh(made).loan.five_class == "substandard"  # by the books, at once
        assert classing.classify_all() == 1
        assert classing.classify_all() == 0
        classing.end_fact(actor=made.boss, finding_id=fact.pk, reason="撤诉")
        assert stages.fresh(made).loan.five_class == "substandard"
        stages.pay(made, made.loan.overdue_minor + made.loan.owed_minor // 10)
    # paid up: still as bad, and watched from that day on
    with days_ago(-116):
        repaying.accrue_all()
        assert classing.classify_all() == 1
        last = ClassChange.objects.order_by("-number").first()
        assert (last.after, last.better_since is not None) == ("substandard", True)
    kept = list(ClassChange.objects.order_by("number").values_list("before", "after"))
    assert kept == [
        ("normal", "special_mention"), ("special_mention", "substandard"),
        ("substandard", "substandard"),
    ]  # fmt: skip
    assert stages.faults() == []
