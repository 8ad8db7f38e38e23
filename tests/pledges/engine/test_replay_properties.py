"""What holds for every history of a loan: nothing is lost, late is as good as in time."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auctions.pledges.engine.events import (
    Closure,
    Disbursement,
    Payment,
    Prepayment,
    Reversal,
    WriteOff,
)
from auctions.pledges.engine.parts import Parts
from auctions.pledges.engine.replay import conflicts_of, difference, payoff, replay
from auctions.pledges.engine.state import Totals

from .histories import START, any_terms, day, histories, recorded_otherwise

days = st.integers(0, 450).map(day)


@given(any_terms, histories(), days)
def test_money_is_neither_made_nor_lost(terms, events, on):
    state = replay(terms, events, on=on)
    totals = state.totals
    assert (
        totals.received - totals.refunded + totals.reclaimed
        == totals.paid.total + totals.recovered.total + totals.credit
    )
    assert totals.credit >= 0
    for parts in (
        totals.open,
        state.due,
        totals.open - state.due,
        totals.written_off - totals.recovered,
    ):
        assert parts.least() >= 0
    assert state.exposure == (
        totals.charged.principal - totals.paid.principal - totals.written_off.principal
    )


@given(any_terms, histories(), days)
def test_the_rows_hold_the_whole_principal(terms, events, on):
    state = replay(terms, events, on=on)
    unpaid = sum(row.principal - row.principal_paid for row in state.demands)
    coming = sum(row.principal for row in state.plan)
    if state.plan:
        assert unpaid + coming == state.exposure
        assert state.plan[-1].balance == 0
    else:
        assert unpaid == state.exposure
    assert state.due.principal == unpaid
    assert all(row.interest >= 0 and row.principal >= 0 for row in state.plan)
    assert all(row.unpaid >= 0 for row in state.demands)
    dates = [row.due_on for row in state.plan]
    assert dates == sorted(set(dates)) and all(due > on for due in dates)


@given(st.data(), any_terms, histories(), days)
def test_it_does_not_matter_when_an_event_became_known(data, terms, events, on):
    moved = recorded_otherwise(data.draw, events)
    one, other = replay(terms, events, on=on), replay(terms, moved, on=on)
    assert replace(one, conflicts=()) == replace(other, conflicts=())
    assert Counter(c.reason for c in one.conflicts) == Counter(c.reason for c in other.conflicts)


@given(any_terms, histories(reversals=False), days)
def test_what_comes_later_does_not_change_a_day(terms, events, on):
    early = [event for event in events if event.effective_on <= on]
    assert replay(terms, events, on=on) == replay(terms, early, on=on)


@given(any_terms, histories())
def test_a_reversed_event_never_was(terms, events):
    plain = [event for event in events if not isinstance(event, Reversal)]
    gone = plain[-1]
    undone = Reversal(sequence=99, effective_on=START, of=gone.sequence)
    back = Reversal(sequence=100, effective_on=START, of=99)
    on = day(450)
    assert replay(terms, [*plain, undone], on=on) == replay(terms, plain[:-1], on=on)
    assert replay(terms, [*plain, undone, back], on=on) == replay(terms, plain, on=on)
    assert replay(terms, [*plain, undone], on=on, known=98) == replay(terms, plain, on=on)


@settings(max_examples=40, deadline=None)
@given(any_terms, histories(most=6), st.integers(0, 60), st.integers(1, 60))
def test_the_days_add_up_to_the_whole(terms, events, first, count):
    states = [replay(terms, events, on=day(first + n)) for n in range(count + 1)]
    moved = Parts()
    credit = 0
    for before, after in pairwise(states):
        step = difference(before, after)
        moved += step.charged - step.paid - step.waived - step.written_off
        credit += step.credit
        assert after.accrued >= before.accrued
        assert step.charged.least() >= 0
    assert moved == states[-1].open - states[0].open
    assert credit == states[-1].totals.credit - states[0].totals.credit


@settings(max_examples=40, deadline=None)
@given(any_terms, histories(most=5), st.integers(1, 80))
def test_interest_is_what_was_lent_day_by_day(terms, events, count):
    terms = replace(terms, convention="ACT/365F")
    states = [replay(terms, events, on=day(n)) for n in range(count + 1)]
    lent = Fraction(0)
    for state in states[:-1]:
        lent += state.exposure * state.annual / 36500
    assert states[-1].accrued == lent


@given(any_terms, histories(), days)
def test_the_payoff_ends_the_loan_to_the_cent(terms, events, on):
    events = [e for e in events if e.effective_on <= on]
    state = replay(terms, events, on=on)
    assume(state.status == "active" and state.totals.credit == 0)
    due = payoff(terms, events, on)
    paid = Prepayment(sequence=200, effective_on=on, amount=due)
    later = on + timedelta(days=400)
    # What the borrower pays on that day ends it, unless something else happened later that day.
    assume(not any(e.effective_on == on and isinstance(e, Closure | WriteOff) for e in events))
    end = replay(terms, [*events, paid, Closure(sequence=201, effective_on=on)], on=later)
    assert end.status == "closed"
    assert end.open == Parts() and end.totals.credit == 0 and end.payoff == 0


@given(any_terms, histories(), days)
def test_a_cent_short_the_loan_is_not_closed(terms, events, on):
    events = [e for e in events if e.effective_on <= on]
    state = replay(terms, events, on=on)
    assume(state.status == "active" and state.totals.credit == 0 and state.payoff > 1)
    assume(not any(e.effective_on == on and isinstance(e, Closure | WriteOff) for e in events))
    paid = Prepayment(sequence=200, effective_on=on, amount=state.payoff - 1)
    end = replay(terms, [*events, paid, Closure(sequence=201, effective_on=on)], on=on)
    assert end.status == "active"
    assert end.open.total == 1
    assert [c.reason for c in end.conflicts if c.sequence == 201] == ["not_zero"]


@given(any_terms, st.integers(1, 10**9))
def test_who_pays_each_row_when_it_is_due_owes_nothing_at_the_end(terms, principal):
    events = [_lent(principal)]
    plan = replay(terms, events, on=START).plan
    for number, row in enumerate(plan, start=2):
        if row.due:
            events.append(Payment(sequence=number, effective_on=row.due_on, amount=row.due))
    end = replay(terms, events, on=plan[-1].due_on + timedelta(days=500))
    assert end.status == "repaid"
    assert end.totals.charged.penalty == 0 and end.dpd == 0
    assert end.totals.received == principal + sum(row.interest for row in plan)
    assert [(row.due_on, row.unpaid) for row in end.demands] == [
        (row.due_on, 0) for row in plan if row.due
    ]


@given(any_terms, st.integers(1, 10**9), st.integers(0, 700))
def test_days_past_due_grow_by_one_a_day_until_something_is_paid(terms, principal, after):
    events = [_lent(principal)]
    one, next_day = (replay(terms, events, on=day(after + n)) for n in (0, 1))
    if one.dpd:
        assert next_day.dpd == one.dpd + 1
    else:
        assert next_day.dpd in (0, 1)
    first = replay(terms, events, on=START).next_due
    assert (next_day.dpd > 0) == (day(after + 1) > first.due_on)


@given(any_terms, histories(), days)
def test_a_difference_leads_from_one_state_to_the_other(terms, events, on):
    before = replay(terms, events[:-1], on=on)
    after = replay(terms, events, on=on)
    step = difference(before, after)
    assert bool(step) == (before.totals != after.totals)
    assert step.open == after.open - before.open
    assert difference(after, after) == Totals()


@given(any_terms, histories(reversals=False))
def test_an_event_that_cannot_do_what_it_says_is_told_before_it_is_recorded(terms, events):
    *known, new = events
    told = conflicts_of(terms, known, new)
    last = max(event.effective_on for event in events)
    found = replay(terms, events, on=last).conflicts
    assert {c for c in found if c.sequence == new.sequence} <= set(told)


def _lent(principal):
    return Disbursement(sequence=1, effective_on=START, amount=principal)
