"""Two nights at once, and a cure against the escalation of the same call."""

from datetime import timedelta
from decimal import Decimal

import pytest

from artmarket.core.calendars import Calendar
from artmarket.core.clock import db_today
from artmarket.ledger.models import Payment
from auctions.pledges.margin_enums import CallState, CallStep
from auctions.pledges.models import LoanPosting, MarginCall, MarginStep, Snapshot
from auctions.pledges.services import margin_acts, margin_revaluing, repaying
from auctions.pledges.services.watching import take_snapshots
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401
from tests.concurrency.test_pledge_races import insistent
from tests.pledges import stages
from tests.pledges.clocks import days_ago

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MANY = 8


def short(**changes):
    """A loan at its limit, whose works are worth 60 % less from tomorrow on."""
    made = stages.active(amount=stages.CAPACITY, origination_pct=Decimal(0), **changes)
    row = margin_revaluing.propose_revaluation(
        actor=made.clerk, lender_id=made.lender.pk, category="*", cut_pct=Decimal(60),
        from_on=db_today() + timedelta(days=1), source="指数",
    )  # fmt: skip
    margin_revaluing.confirm_revaluation(actor=made.boss, revaluation_id=row.pk)
    return made


def night():
    done = repaying.accrue_all(), take_snapshots()
    return (*done, margin_acts.run_calls())


def test_many_nights_at_once_are_one_night():
    short()
    with days_ago(-1):
        results = race(*[insistent(night)] * MANY)
    assert not [r for r in results if isinstance(r, Exception)]
    assert sum(r[0] for r in results) == 1
    assert sum(r[1] for r in results) == 1
    assert Snapshot.objects.count() == 1
    assert LoanPosting.objects.filter(part="interest").count() == 1
    assert MarginCall.objects.count() == 1
    assert MarginStep.objects.count() == 1
    assert stages.faults() == []


def test_a_cure_against_the_escalation_ends_as_cured(monkeypatch):
    monkeypatch.setattr(margin_acts, "china", lambda: Calendar.of(range(2020, 2100), ()))
    made = short()
    with days_ago(-1):
        night()
        call = margin_acts.notify(actor=made.clerk, call_id=MarginCall.objects.get().pk)
    late = (db_today() - call.cure_by).days - 1
    amount = stages.CAPACITY * 7 // 10
    payment = repaying.ask_repayment(
        actor=made.owner, loan_id=made.loan.pk, amount_minor=amount, gateway="bank", key="cure",
        early=True,
    )  # fmt: skip

    def arrives():
        stages.note_received(
            payment_id=payment.pk, amount_minor=amount, gateway_reference=f"cure{payment.pk}"
        )
        return repaying.take_in(Payment.objects.get(pk=payment.pk))

    with days_ago(late):
        results = race(insistent(arrives), *[insistent(margin_acts.run_calls)] * MANY)
    assert not [r for r in results if isinstance(r, Exception)]
    call.refresh_from_db()
    assert (call.state, call.remaining_minor) == (CallState.CURED, 0)
    assert call.steps.filter(kind=CallStep.ESCALATED).count() <= 1
    assert call.steps.filter(kind=CallStep.CURED).count() == 1
    assert stages.faults() == []
