"""Margin calls through the services: opened, notified, cured, escalated, waived, and what holds.

The figures of other engines' defects (pledge rules §8, §11): a loan of 1,000,000 on works that
carry it exactly; a revaluation by 60 % leaves 800,000 at 50 %, so that 600,000 are short.
"""

from datetime import timedelta
from decimal import Decimal

import pytest

from artmarket.core.calendars import Calendar, CalendarNotCovered, deadline
from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from auctions.models import Notice
from auctions.notices.wording import words_of
from auctions.pledges import margin_citations as citations
from auctions.pledges.margin_enums import CallState, CallStep, Cause
from auctions.pledges.models import Lender, MarginCall, MarginStep, Snapshot
from auctions.pledges.selectors import default_grounds
from auctions.pledges.selectors.margin_test import test_of as reckon_margin
from auctions.pledges.selectors.realisation import troubled
from auctions.pledges.selectors.standing import items_on
from auctions.pledges.services import (
    custody,
    defaulting,
    lending,
    margin_acts,
    margin_revaluing,
    securing,
)
from auctions.pledges.services.custody import Step, confirm_step
from auctions.pledges.services.margin import CallHolds
from auctions.pledges.services.margin_acts import OneSigner
from auctions.pledges.services.repaying import accrue_all
from auctions.pledges.services.watching import take_snapshots
from auctions.pledges.valuing import appraisals_of
from tests.catalog.factories import registered
from tests.pledges import stages
from tests.pledges.clocks import days_ago

pytestmark = pytest.mark.django_db
YUAN = 100
LENT = 1_000_000 * YUAN
BASE = 5_000_000 * YUAN


CALENDAR = Calendar.of(range(2020, 2100), ())
"""Weekends only, for all years: the holidays of the next one are announced late."""


@pytest.fixture(autouse=True)
def known_years(monkeypatch):
    monkeypatch.setattr(margin_acts, "china", lambda: CALENDAR)


@pytest.fixture
def dear(monkeypatch):
    """Works worth 5,000,000: a haircut of 60 % leaves 2,000,000, which carry 1,000,000."""
    monkeypatch.setattr(stages, "LOW", BASE)
    monkeypatch.setattr(stages, "HIGH", BASE)


def lent(**changes):
    """The loan of the example, paid out today without a fee."""
    rows = [
        {"category": "*", "liquidity": kind, "haircut_pct": "0", "advance_pct": rate}
        for kind, rate in (("high", "60"), ("medium", "50"), ("low", "40"))
    ]
    return stages.active(
        amount=LENT, origination_pct=Decimal(0), valuing=rows, annual_pct=Decimal(8), **changes
    )


def revalue(made, cut: int = 60):
    row = margin_revaluing.propose_revaluation(
        actor=made.clerk, lender_id=made.lender.pk, category="*", cut_pct=Decimal(cut),
        from_on=db_today(), source="春拍成交价指数",
    )  # fmt: skip
    margin_revaluing.confirm_revaluation(actor=made.boss, revaluation_id=row.pk)
    return row


def called(**changes):
    """Revalued: 600,000 are short, and the call is open."""
    made = lent(**changes)
    made.revaluation = revalue(made)
    made.call = MarginCall.objects.get(loan=made.loan)
    return made


def notified(**changes):
    made = called(**changes)
    made.call = margin_acts.notify(actor=made.clerk, call_id=made.call.pk)
    return made


def add_work(made, base: int, liquidity: str = "medium"):
    """Another work of the borrower is delivered for the loan."""
    work = registered(made.owner)
    stages.certificate(work, made.owner)
    for _n in range(2):
        stages.appraise(work, base, days=0)
    stages.examined(made, work)
    item = securing.propose_work(actor=made.owner, loan_id=made.loan.pk, work_id=work.pk)
    item = securing.agree_work(actor=made.boss, item_id=item.pk, liquidity=liquidity)
    stages.deliver(made, item)
    return item


def now(made) -> MarginCall:
    made.call.refresh_from_db()
    return made.call


def night() -> None:
    accrue_all()
    take_snapshots()
    margin_acts.run_calls()


# ------------------------------------------------------------------ the defects


def test_added_works_count_after_their_advance_rate_and_cash_clears_the_rest(dear):
    made = notified()
    call = made.call
    assert (call.short_minor, call.exposure_minor, call.eligible_minor, call.capacity_minor) == (
        600_000 * YUAN, LENT, 800_000 * YUAN, 400_000 * YUAN,
    )  # fmt: skip
    # 600,000 of value after the haircut of 60 %: their market value is 1,500,000.
    add_work(made, 1_500_000 * YUAN)
    assert (now(made).state, made.call.remaining_minor) == (
        CallState.PARTLY_CURED, 300_000 * YUAN,
    )  # fmt: skip
    stages.pay(made, 250_000 * YUAN, early=True)
    assert (now(made).state, made.call.remaining_minor) == (CallState.PARTLY_CURED, 50_000 * YUAN)
    # 100,000 more at 50 %, as in the example of 250,000 cash and 700,000 of works.
    add_work(made, 250_000 * YUAN)
    assert (now(made).state, made.call.remaining_minor) == (CallState.CURED, 0)
    assert made.call.ended_at is not None
    assert [(s.kind, s.cause) for s in made.call.steps.all()] == [
        (CallStep.OPENED, Cause.REVALUATION), (CallStep.NOTIFIED, Cause.ACT),
        (CallStep.RETESTED, Cause.DELIVERY), (CallStep.RETESTED, Cause.PAYMENT),
        (CallStep.CURED, Cause.DELIVERY),
    ]  # fmt: skip
    night()
    assert MarginCall.objects.count() == 1
    assert stages.faults() == []


def test_each_work_carries_by_its_own_rate(dear):
    """frappe/lending has one rate for all securities of a loan."""
    made = lent(works=3)
    for item, liquidity in zip(made.items, ("medium", "high", "low"), strict=True):
        item.liquidity = liquidity
    items = items_on(made.loan)
    for item, liquidity in zip(items, ("medium", "high", "low"), strict=True):
        item.liquidity = liquidity
    appraised = appraisals_of([item.work_id for item in items], lender=made.lender, currency="CNY")
    found = reckon_margin(made.loan, items, appraised, exposure=LENT, on=db_today())
    values = []
    for item in items:
        one = reckon_margin(made.loan, [item], appraised, exposure=LENT, on=db_today())
        assert one.eligible is not None
        values.append((one.eligible, one.capacity))
    rates = [100 * capacity / eligible for eligible, capacity in values]
    assert rates == [50, 60, 40]
    assert found.capacity == sum(capacity for _eligible, capacity in values)


def test_an_expired_value_blocks_and_neither_opens_nor_cures(dear):
    made = notified()
    later = -300
    with days_ago(later):
        take = accrue_all()
        assert take == 1
        take_snapshots()
        taken = Snapshot.objects.get(loan=made.loan)
        assert (taken.blocked, taken.ltv_pct, taken.eligible_minor) == ("no_value", None, None)
        assert (now(made).state, made.call.remaining_minor) == (
            CallState.NOTIFIED, 600_000 * YUAN,
        )  # fmt: skip
    assert made.call.sequence == 2


def test_without_a_value_no_call_is_opened_with_a_zero(dear):
    made = lent()
    with days_ago(-300):
        accrue_all()
        take_snapshots()
    assert Snapshot.objects.get(loan=made.loan).blocked == "no_value"
    assert not MarginCall.objects.exists()


# ------------------------------------------------------------------ opened


def test_the_night_opens_one_call_and_a_second_night_none(dear):
    made = lent()
    take_snapshots()
    assert not MarginCall.objects.exists()
    with days_ago(-1):
        revaluation = margin_revaluing.propose_revaluation(
            actor=made.clerk, lender_id=made.lender.pk, category="*", cut_pct=Decimal(60),
            from_on=db_today() + timedelta(days=2), source="指数",
        )  # fmt: skip
        margin_revaluing.confirm_revaluation(actor=made.boss, revaluation_id=revaluation.pk)
        night()
        assert not MarginCall.objects.exists()  # it begins tomorrow
    for _n in range(2):
        with days_ago(-2):
            night()
    call = MarginCall.objects.get()
    assert (call.state, call.opened_on) == (CallState.OPEN, db_today() + timedelta(days=2))
    assert call.steps.get().cause == Cause.NIGHT
    with days_ago(-3):
        night()
    call.refresh_from_db()
    # A day's interest more is missing; what it was opened with stays.
    step = call.steps.get(number=2)
    assert (step.kind, step.cause) == (CallStep.RETESTED, Cause.NIGHT)
    assert call.remaining_minor > call.short_minor
    assert MarginCall.objects.count() == 1
    assert Snapshot.objects.count() == 4


def test_a_work_that_a_count_misses_opens_a_call_at_once(dear):
    made = lent(works=2)
    holding = made.holdings[0]
    for result in ("present", "missing"):
        custody.record_count(actor=made.keeper, holding_id=holding.pk, step=Step(result=result))
        assert MarginCall.objects.count() == 0  # nobody has confirmed it
        confirm_step(actor=made.second, holding_id=holding.pk, agrees=True)
        assert MarginCall.objects.count() == 0  # the other one carries the loan alone
        assert MarginStep.objects.count() == 0
    other = made.holdings[1]
    custody.record_count(actor=made.keeper, holding_id=other.pk, step=Step(result="damaged"))
    confirm_step(actor=made.second, holding_id=other.pk, agrees=True)
    call = MarginCall.objects.get()
    assert (call.short_minor, call.eligible_minor) == (LENT, 0)
    opened = call.steps.get()
    assert (opened.cause, sorted(opened.data["lost"])) == (
        Cause.COUNT, sorted(work.pk for work in made.works),
    )  # fmt: skip
    # New appraisals of the damaged work count; the missing one carries nothing until it is found.
    for _n in range(2):
        stages.appraise(made.works[1], BASE // 2, days=0)
    night()
    call.refresh_from_db()
    assert (call.state, call.remaining_minor) == (CallState.OPEN, LENT // 2)
    custody.record_count(actor=made.keeper, holding_id=holding.pk, step=Step(result="present"))
    confirm_step(actor=made.second, holding_id=holding.pk, agrees=True)
    call.refresh_from_db()
    assert call.state == CallState.CURED
    assert stages.faults() == []


# ------------------------------------------------------------------ notice, days, end


def test_the_notice_is_delivered_to_the_inbox_with_its_day(dear, monkeypatch):
    made = called()
    with pytest.raises(NotAllowed):
        margin_acts.notify(actor=made.owner, call_id=made.call.pk)
    lender_news = Notice.objects.get(kind="loan", user=made.boss)
    assert made.loan.number in words_of(lender_news).title
    assert not Notice.objects.filter(kind="loan", user=made.owner).exists()
    with monkeypatch.context() as unknown, pytest.raises(CalendarNotCovered):
        unknown.setattr(margin_acts, "china", lambda: Calendar.of([2000], ()))
        margin_acts.notify(actor=made.clerk, call_id=made.call.pk)
    assert now(made).state == CallState.OPEN
    call = margin_acts.notify(actor=made.clerk, call_id=made.call.pk)
    last = deadline(CALENDAR, event=db_today(), days=10, kind="calendar").rolled
    assert (call.state, call.cure_by) == (CallState.NOTIFIED, last)
    notice = Notice.objects.get(kind="loan", user=made.owner)
    step = call.steps.get(kind=CallStep.NOTIFIED)
    assert step.data["people"] == [made.owner.pk]
    assert step.data["delivered_at"] == call.delivered_at.isoformat()
    said = words_of(notice)
    assert "600,000" in said.text
    assert said.path == f"/loans/{made.loan.number}/margin/"
    assert notice.mail in ("waiting", "sent")
    with pytest.raises(WrongState):
        margin_acts.notify(actor=made.clerk, call_id=call.pk)


def test_after_its_days_a_call_is_escalated_once_and_can_still_be_cured(dear):
    made = notified()
    assert not default_grounds.escalated_call(made.loan)
    with days_ago((db_today() - made.call.cure_by).days):
        night()
        assert now(made).state == CallState.NOTIFIED  # the last day is still his
    for _n in range(2):
        with days_ago((db_today() - made.call.cure_by).days - 1):
            night()
    assert now(made).state == CallState.ESCALATED
    assert made.call.steps.filter(kind=CallStep.ESCALATED).count() == 1
    told = Notice.objects.filter(kind="loan", facts__step="escalated")
    assert set(told.values_list("user", flat=True)) == {made.owner.pk, made.boss.pk}
    # what nobody met is a ground of default, and the lender's desk lists the loan
    assert made.loan in troubled(Lender.objects.filter(pk=made.lender.pk), on=db_today())
    default = defaulting.give_notice(actor=made.clerk, loan_id=made.loan.pk)
    assert (default.ground, default.overdue_minor) == ("margin", 0)
    stages.pay(made, 700_000 * YUAN, early=True)
    assert now(made).state == CallState.CURED
    assert defaulting.cure_all() == 1


def test_paying_all_back_ends_the_call(dear):
    made = called()
    stages.pay(made, made.loan.owed_minor, early=True)
    assert made.loan.state == "repaid"
    assert now(made).state == CallState.CURED
    assert made.call.steps.last().cause == Cause.END
    for item in made.items:
        stages.release(made, item)
    assert stages.fresh(made).loan.state == "closed"
    assert stages.faults() == []


# ------------------------------------------------------------------ holds


def test_while_a_call_holds_nothing_is_paid_out_and_nothing_leaves(dear):
    made = lent(works=2, product_kind="revolving")
    leaving = made.items[1]
    securing.release_work(actor=made.boss, item_id=leaving.pk, reason="换展")
    revalue(made)
    made.call = MarginCall.objects.get()
    with pytest.raises(CallHolds) as refusal:
        lending.disburse(actor=made.boss, loan_id=made.loan.pk, amount_minor=YUAN)
    assert refusal.value.rule == citations.HOLDS
    with pytest.raises(CallHolds):
        securing.release_work(actor=made.boss, item_id=made.items[0].pk, reason="换展")
    with pytest.raises(CallHolds):
        stages.depart(made, leaving)
    # What was let go comes back into the security: 1,600,000 at 50 % leave 200,000.
    securing.keep_work(actor=made.boss, item_id=leaving.pk)
    assert (now(made).state, made.call.remaining_minor) == (CallState.OPEN, 200_000 * YUAN)


# ------------------------------------------------------------------ waiver


def test_a_waiver_takes_two_people_a_reason_and_an_end_and_lapses(dear):
    made = notified()
    until = db_today() + timedelta(days=5)
    pk = made.call.pk
    with pytest.raises(NotAllowed):
        margin_acts.propose_waiver(actor=made.owner, call_id=pk, reason="等新评估", until=until)
    with pytest.raises(Invalid):
        margin_acts.propose_waiver(actor=made.clerk, call_id=pk, reason=" ", until=until)
    with pytest.raises(Invalid):
        margin_acts.propose_waiver(actor=made.clerk, call_id=pk, reason="等", until=db_today())
    margin_acts.propose_waiver(actor=made.clerk, call_id=pk, reason="等新评估", until=until)
    proposal = margin_acts.waiver_signatures(now(made))[0]
    assert made.call.state == CallState.NOTIFIED  # one person waives nothing
    with pytest.raises(OneSigner) as refusal:
        margin_acts.sign_waiver(actor=made.clerk, call_id=pk, number=proposal.number)
    assert refusal.value.rule == citations.WAIVER_PEOPLE
    with pytest.raises(WrongState):
        margin_acts.sign_waiver(actor=made.boss, call_id=pk, number=proposal.number - 1)
    margin_acts.sign_waiver(actor=made.boss, call_id=pk, number=proposal.number)
    assert now(made).state == CallState.WAIVED
    waived = made.call.steps.get(kind=CallStep.WAIVED)
    assert waived.data["people"] == [made.clerk.pk, made.boss.pk]
    assert Event.objects.filter(action="margin.waived", object_id=str(pk)).exists()
    with days_ago(-5):
        night()
        assert now(made).state == CallState.WAIVED
    for _n in range(2):
        with days_ago(-6):
            night()
    call = now(made)
    assert (call.state, call.cure_by, call.delivered_at) == (CallState.OPEN, None, None)
    assert made.call.steps.filter(kind=CallStep.LAPSED).count() == 1
    assert margin_acts.waiver_signatures(call) == []
    with days_ago(-6):
        assert margin_acts.notify(actor=made.boss, call_id=pk).state == CallState.NOTIFIED
    assert stages.faults() == []


def test_a_waived_call_that_becomes_whole_is_cured(dear):
    made = called()
    margin_acts.propose_waiver(
        actor=made.clerk, call_id=made.call.pk, reason="等款", until=db_today() + timedelta(days=9)
    )
    proposal = margin_acts.waiver_signatures(now(made))[0]
    margin_acts.sign_waiver(actor=made.boss, call_id=made.call.pk, number=proposal.number)
    stages.pay(made, 100_000 * YUAN, early=True)
    assert now(made).state == CallState.WAIVED
    stages.pay(made, 500_000 * YUAN, early=True)
    assert now(made).state == CallState.CURED
    assert stages.faults() == []
