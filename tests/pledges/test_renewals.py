"""A loan is renewed by both, before its end, from its old maturity on, once nothing is overdue."""

from decimal import Decimal

import pytest

from artmarket.core.clock import db_today
from artmarket.core.errors import NotAllowed, WrongState
from auctions.pledges import citations, reckoning
from auctions.pledges.refusals import AboveCap
from auctions.pledges.services import renewals, repaying
from tests.pledges import stages
from tests.pledges.stages import LENT

pytestmark = pytest.mark.django_db


def offered(**changes):
    made = stages.active(months=1, back=20, origination_pct=Decimal(0), **changes)
    repaying.accrue_all()
    made.renewal = renewals.offer_renewal(actor=made.boss, loan_id=made.loan.pk, months=2)
    return stages.fresh(made)


def test_a_renewed_loan_falls_due_later_and_counts_from_its_old_maturity():
    made = offered()
    old = made.loan.matures_on
    loan = renewals.accept_renewal(actor=made.owner, renewal_id=made.renewal.pk)
    assert loan.matures_on == reckoning.maturity(old, 2)
    event = loan.events.get(kind="reschedule")
    assert (event.effective_on, event.data["count"]) == (old, 2)
    events = list(loan.events.order_by("number"))
    state = reckoning.stand(loan, events, on=old)
    assert [row.principal for row in state.plan] == [0, LENT]
    assert state.plan[-1].due_on == loan.matures_on
    assert state.dpd == 0
    assert stages.faults() == []


def test_the_borrower_answers_and_nobody_else():
    made = offered()
    with pytest.raises(NotAllowed):
        renewals.accept_renewal(actor=made.boss, renewal_id=made.renewal.pk)
    assert renewals.decline_renewal(actor=made.owner, renewal_id=made.renewal.pk).event is None
    with pytest.raises(WrongState):
        renewals.accept_renewal(actor=made.owner, renewal_id=made.renewal.pk)


def test_what_is_overdue_is_paid_first():
    made = stages.active(months=2, back=40, origination_pct=Decimal(0))
    repaying.accrue_all()
    renewal = renewals.offer_renewal(actor=made.boss, loan_id=made.loan.pk, months=1)
    with pytest.raises(WrongState) as refusal:
        renewals.accept_renewal(actor=made.owner, renewal_id=renewal.pk)
    assert refusal.value.rule == citations.RENEWAL
    stages.fresh(made)
    stages.pay(made, made.loan.overdue_minor + made.loan.charged_penalty_minor)
    loan = renewals.accept_renewal(actor=made.owner, renewal_id=renewal.pk)
    assert loan.matures_on > db_today()


def test_no_renewal_after_the_end():
    made = offered()
    with stages.days_ago(-40), pytest.raises(WrongState):
        renewals.accept_renewal(actor=made.owner, renewal_id=made.renewal.pk)


def test_a_renewal_keeps_to_the_cap():
    made = stages.active(kind="private", months=1, back=5, origination_pct=Decimal(0))
    with pytest.raises(AboveCap):
        renewals.offer_renewal(
            actor=made.boss, loan_id=made.loan.pk, months=1, annual_pct=Decimal("12.5")
        )
