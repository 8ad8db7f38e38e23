"""Defects seen in other loan engines, each with the case that shows it is not ours.

Pledge rules §11 names where each was seen.
"""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from auctions.pledges.engine import margin, schedules
from auctions.pledges.engine.collateral import Item, capacity, margin_test, release
from auctions.pledges.engine.day_counts import fraction, isda_parts
from auctions.pledges.engine.events import (
    Charge,
    Closure,
    Disbursement,
    Moratorium,
    Payment,
    Prepayment,
    RateChange,
    Reschedule,
    Reversal,
    WriteOff,
)
from auctions.pledges.engine.parts import Parts
from auctions.pledges.engine.pawn import dead_pawn
from auctions.pledges.engine.replay import difference, replay
from auctions.pledges.engine.schedules import Every
from auctions.pledges.engine.valuation import Price, overlapping, price_on

from .histories import START, day, terms

HALF = Fraction(50)
LENT = Disbursement(sequence=1, effective_on=START, amount=42_000_000)
FIRST_DUE = date(2025, 2, 28)


def paid_plan(loan, events, count):
    """The payments of the first rows of a plan, each on its day."""
    plan = replay(loan, events, on=START).plan
    return [
        Payment(sequence=10 + n, effective_on=row.due_on, amount=row.due)
        for n, row in enumerate(plan[:count])
    ]


def test_a_shortfall_is_cured_by_what_new_works_carry_and_not_by_what_they_cost():
    found = margin_test(1_000_000_00, [Item(800_000_00, HALF)], added=[Item(600_000_00, HALF)])
    assert (found.status, found.shortfall, found.remaining) == (
        "partly_cured",
        600_000_00,
        300_000_00,
    )
    with_cash = margin_test(
        1_000_000_00, [Item(800_000_00, HALF)], cash=250_000_00, added=[Item(700_000_00, HALF)]
    )
    assert (with_cash.status, with_cash.remaining) == ("cured", 0)


def test_each_work_has_an_advance_rate_of_its_own():
    painting, jade, furniture = (
        Item(500_000_00, Fraction(50)), Item(300_000_00, Fraction(60)), Item(400_000_00, Fraction(40)),
    )  # fmt: skip
    assert capacity([painting, jade, furniture]) == 590_000_00


def test_an_expired_price_blocks_and_does_not_count_as_nothing():
    old = Price(500_000_00, date(2024, 1, 1), date(2024, 12, 31))
    found = price_on([old], date(2025, 1, 1))
    assert (found.value, found.blocked) == (None, "expired")
    items = [Item(500_000_00, HALF), Item(found.value, HALF)]
    assert capacity(items) is None
    gone = release(100_000_00, items, [0])
    assert gone.is_blocked and not gone.allowed
    assert release(100_000_00, items, [1]).allowed


def test_a_price_whose_days_enclose_those_of_another_is_refused():
    long = Price(1, date(2025, 1, 1), date(2025, 12, 31))
    within = Price(2, date(2025, 6, 1), date(2025, 6, 30))
    assert overlapping([within, long]) == (long, within)
    with pytest.raises(ValueError):
        price_on([long, within], date(2025, 7, 1))
    after = Price(3, date(2026, 1, 1), date(2026, 12, 31))
    assert overlapping([after, long]) is None


def test_the_exposure_of_a_loan_paid_out_in_part_is_what_was_paid_out():
    loan = terms(limit=100_000_000)
    events = [LENT]
    assert replay(loan, events, on=day(10)).exposure == 42_000_000
    events.append(Disbursement(sequence=2, effective_on=day(10), amount=8_000_000))
    assert replay(loan, events, on=day(10)).exposure == 50_000_000
    state = replay(loan, events, on=FIRST_DUE)
    (row,) = state.demands
    events.append(Payment(sequence=3, effective_on=FIRST_DUE, amount=row.interest + row.principal))
    after = replay(loan, events, on=FIRST_DUE)
    assert after.exposure == 50_000_000 - row.principal
    assert after.conflicts == ()
    events.append(Disbursement(sequence=4, effective_on=day(40), amount=60_000_000))
    assert [c.reason for c in replay(loan, events, on=day(40)).conflicts] == ["above_limit"]


def test_a_margin_call_has_its_whole_life():
    works = [Item(800_000_00, HALF)]
    call = margin.opened(margin_test(1_000_000_00, works), day(0))
    assert (call.state, call.short, call.holds) == ("open", 600_000_00, True)
    call = margin.notify(call, day(1), deadline=lambda on: day(11))
    assert (call.state, call.cure_by) == ("notified", day(11))
    partly = margin.cure(call, margin_test(1_000_000_00, [*works, Item(600_000_00, HALF)]))
    assert (partly.state, partly.remaining, partly.holds) == ("partly_cured", 300_000_00, True)
    cured = margin.cure(partly, margin_test(400_000_00, works))
    assert (cured.state, cured.remaining, cured.holds) == ("cured", 0, False)
    with pytest.raises(margin.Impossible):
        margin.escalate(partly, day(11))
    assert margin.escalate(partly, day(12)).state == "escalated"
    with pytest.raises(margin.Impossible):
        margin.waive(partly, day(2), by=("一", "一"), reason="修复中", until=day(30))
    waived = margin.waive(partly, day(2), by=("一", "二"), reason="修复中", until=day(30))
    assert (waived.state, waived.holds) == ("waived", False)
    assert margin.lapse(waived, day(30)) == waived
    assert margin.lapse(waived, day(31)).state == "open"


def test_the_kinds_of_schedule_cost_what_they_are():
    interest = {
        kind: sum(row.interest for row in replay(terms(kind=kind), [LENT], on=START).plan)
        for kind in ("equal_instalment", "equal_principal", "interest_only", "at_maturity")
    }
    assert interest == {
        "equal_instalment": 2_779_791,
        "equal_principal": 2_730_000,
        "interest_only": 5_040_000,
        "at_maturity": 5_040_000,
    }


def test_a_repayment_changes_the_loan_by_itself_and_nothing_else():
    loan = terms()
    (payment,) = paid_plan(loan, [LENT], 1)
    before = replay(loan, [LENT], on=FIRST_DUE)
    after = replay(loan, [LENT, payment], on=FIRST_DUE)
    step = difference(before, after)
    assert step.paid == Parts(interest=420_000, principal=3_311_649)
    assert step.open == Parts() - step.paid
    assert (step.received, step.charged, step.credit) == (3_731_649, Parts(), 0)
    # What books that follow the differences hold is what the loan owes.
    books = difference(replay(loan, [], on=START), after).open
    assert books == after.open == Parts(principal=38_688_351)


def test_a_backdated_reversal_does_not_undo_a_write_off():
    loan = terms()
    payments = paid_plan(loan, [LENT], 2)
    written = WriteOff(sequence=50, effective_on=day(200))
    late = Reversal(sequence=60, effective_on=day(210), of=payments[1].sequence)
    events = [LENT, *payments, written]
    for number in range(0, 260, 7):
        before = replay(loan, events, on=day(number))
        after = replay(loan, [*events, late], on=day(number))
        in_time = replay(loan, [LENT, payments[0], written], on=day(number))
        assert after == replace(in_time, conflicts=after.conflicts)
        assert after.status == before.status == ("active" if number < 200 else "written_off")
    assert after.totals.written_off.total > before.totals.written_off.total
    assert after.open == Parts()
    accrued = replay(loan, events, on=day(200)).accrued
    assert replay(loan, events, on=day(900)).accrued == accrued


def test_money_paid_in_advance_waits_and_leaves_the_accrual_alone():
    loan = terms()
    early = Payment(sequence=2, effective_on=day(5), amount=10_000_000)
    for number in (5, 20, 28):
        with_it, without = (replay(loan, e, on=day(number)) for e in ([LENT, early], [LENT]))
        assert with_it.accrued == without.accrued
    state = replay(loan, [LENT, early], on=FIRST_DUE)
    assert state.demands[0].unpaid == 0 and state.dpd == 0
    assert state.totals.credit == 10_000_000 - 3_731_649
    second = replay(loan, [LENT, early], on=date(2025, 3, 31))
    assert second.totals.credit == 10_000_000 - 2 * 3_731_649


@pytest.mark.parametrize("extends", [False, True])
@pytest.mark.parametrize("kind", ["interest_only", "at_maturity"])
def test_a_moratorium_loses_no_interest_and_takes_none_twice(kind, extends):
    loan = terms(kind=kind)
    pause = Moratorium(
        sequence=2, effective_on=date(2025, 3, 1), until=date(2025, 6, 1), extends=extends
    )
    for on in (date(2025, 4, 15), date(2025, 6, 1), date(2026, 1, 31)):
        plain, paused = (replay(loan, e, on=on) for e in ([LENT], [LENT, pause]))
        assert paused.accrued == plain.accrued
        assert paused.totals.charged.interest == plain.totals.charged.interest
    plain, during = (replay(loan, e, on=date(2025, 5, 31)) for e in ([LENT], [LENT, pause]))
    before = [row for row in plain.demands if row.due_on < date(2025, 3, 1)]
    assert list(during.demands[: len(before)]) == before  # its start is where it was
    assert not [row for row in during.demands if row.due_on >= date(2025, 3, 1)]
    assert (during.plan[-1].due_on > date(2026, 1, 31)) == extends
    if kind == "interest_only":
        assert during.next_due.due_on == date(2025, 6, 30)
        assert during.next_due.interest == 4 * 420_000  # March to June, once
        assert len(during.plan) == (11 if extends else 8)


def test_a_moratorium_keeps_the_principal_and_the_term():
    pause = Moratorium(sequence=2, effective_on=FIRST_DUE, until=date(2025, 4, 1))
    state = replay(terms(), [LENT, pause], on=FIRST_DUE)
    assert state.demands == ()  # what falls due on its first day is skipped too
    assert [row.due_on for row in state.plan][:2] == [date(2025, 4, 30), date(2025, 5, 31)]
    assert sum(row.principal for row in state.plan) == 42_000_000
    assert state.plan[-1].due_on == date(2026, 1, 31)


def test_a_reschedule_demands_nothing_twice():
    loan = terms()
    anew = Reschedule(
        sequence=5, effective_on=date(2025, 5, 10), count=6, every=Every(months=1),
        folds_arrears=True,
    )  # fmt: skip
    (payment,) = paid_plan(loan, [LENT], 1)
    before = replay(loan, [LENT, payment], on=date(2025, 5, 10))
    after = replay(loan, [LENT, payment, anew], on=date(2025, 5, 10))
    assert before.dpd == 40 and after.dpd == 0
    assert after.open == before.open  # nothing is forgiven, nothing is added
    assert len(after.plan) == 6
    assert after.plan[-1].due_on == date(2025, 11, 10)
    demanded = sum(row.principal for row in after.demands) + sum(r.principal for r in after.plan)
    assert demanded == 42_000_000
    arrears = sum(row.interest - row.interest_paid for row in before.demands)
    assert arrears == 2 * 386_884  # nothing was repaid in between
    end = replay(loan, [LENT, payment, anew], on=date(2025, 12, 1))
    assert sum(row.interest for row in end.demands) + _running(end) == end.totals.charged.interest
    kept = replay(loan, [LENT, payment, replace(anew, folds_arrears=False)], on=date(2025, 5, 10))
    assert kept.dpd == 40 and kept.due == before.due


def _running(state):
    """Interest after maturity, which no row demands."""
    return state.due.interest - sum(r.interest - r.interest_paid for r in state.demands)


def test_a_loan_with_an_open_penalty_is_not_closed():
    loan = terms(count=1)
    (payment,) = paid_plan(loan, [LENT], 1)
    late = replace(payment, effective_on=date(2025, 3, 10))
    closing = Closure(sequence=90, effective_on=date(2025, 3, 10))
    state = replay(loan, [LENT, late, closing], on=date(2025, 3, 10))
    assert state.status == "active"
    assert [c.reason for c in state.conflicts] == ["not_zero"]
    assert state.totals.charged.penalty == 209_195  # 42,420,000 × 18 % × 10 / 365
    rest = Payment(sequence=91, effective_on=date(2025, 3, 10), amount=state.payoff)
    end = replay(loan, [LENT, late, rest, closing], on=date(2025, 4, 1))
    assert (end.status, end.open, end.conflicts) == ("closed", Parts(), ())
    fee = Charge(sequence=92, effective_on=date(2025, 3, 20), amount=1)
    assert replay(loan, [LENT, late, rest, closing, fee], on=date(2025, 4, 1)).status == "active"


def test_actual_actual_is_counted_as_isda_counts_it():
    start, end = date(2023, 12, 12), date(2024, 1, 12)
    assert isda_parts(start, end) == ((20, 365), (11, 366))
    assert fraction("ACT/ACT-ISDA", start, end) == Fraction(20, 365) + Fraction(11, 366)


def test_no_cent_of_an_instalment_is_tuned():
    """The rule: the instalment is rounded once, and the last row takes what that leaves."""
    factors = [Fraction(7, 1200)] * 6
    rows = schedules.equal_instalment(10_000, factors, "HALF_EVEN")
    assert [row.due for row in rows] == [1701] * 5 + [1700]
    assert rows[-1].balance == 0


def test_what_is_over_from_a_dead_pawn_goes_back():
    order = ("costs", "custody", "interest", "penalty", "principal")
    claims = {"costs": 40_000_00, "principal": 420_000_00}
    for appraised in (20_000_00, 600_000_00):
        found = dead_pawn(
            "2020", price=500_000_00, order=order, claims=claims, appraised=appraised,
            own_account_below=30_000_00,
        )  # fmt: skip
        assert (found.own_account, found.shared.surplus) == (False, 40_000_00)


def test_a_prepayment_ends_interest_on_what_it_repays():
    loan = terms(kind="interest_only", convention="ACT/365F")
    half = Prepayment(sequence=2, effective_on=day(10), amount=21_000_000 + 138_082)
    state = replay(loan, [LENT, half], on=day(10))
    assert state.totals.paid == Parts(interest=138_082, principal=21_000_000)
    later = replay(loan, [LENT, half], on=day(20))
    assert later.accrued - state.accrued == Fraction(21_000_000 * 12 * 10, 36500)


@pytest.mark.parametrize("rounding", ["HALF_UP", "HALF_EVEN"])
def test_a_rate_that_changes_on_a_due_date_gives_the_schedule_of_both_rates(rounding):
    loan = terms(rounding=rounding, convention="ACT/360")
    payments = paid_plan(loan, [LENT], 3)
    change = RateChange(sequence=40, effective_on=date(2025, 4, 30), annual=Fraction("10.8"))
    old, new = (
        schedules.period_factors(annual, "ACT/360", START, 12, Every(months=1))
        for annual in (Fraction(12), change.annual)
    )
    rows = schedules.changed_rate(42_000_000, old, new, rounding, after=3)
    state = replay(loan, [LENT, *payments, change], on=date(2025, 4, 30))
    found = [(row.interest, row.principal) for row in (*state.demands, *state.plan)]
    assert found == [(row.interest, row.principal) for row in rows]


def test_after_a_prepayment_instalments_are_smaller_or_fewer():
    loan = terms()
    early = Prepayment(sequence=2, effective_on=FIRST_DUE, amount=3_731_649 + 10_000_000)
    smaller = replay(loan, [LENT, early], on=FIRST_DUE).plan
    early = replace(early, then="fewer_instalments")
    fewer = replay(loan, [LENT, early], on=FIRST_DUE).plan
    assert (len(smaller), len(fewer)) == (11, 9)
    assert {row.due for row in smaller[:-1]} == {2_767_108}
    assert {row.due for row in fewer[:-1]} == {3_731_649}
    assert (
        sum(row.principal for row in smaller) == sum(row.principal for row in fewer) == 28_688_351
    )
    assert sum(row.interest for row in fewer) < sum(row.interest for row in smaller)
