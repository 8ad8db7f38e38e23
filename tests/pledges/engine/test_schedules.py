"""Day counts, periods and schedules."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auctions.pledges.engine import accrual, day_counts, schedules
from auctions.pledges.engine.grid import Grid
from auctions.pledges.engine.rounding import rounded
from auctions.pledges.engine.schedules import Every

from .histories import conventions, kinds, periods, rates

dates = st.dates(date(1996, 1, 1), date(2060, 12, 31))
principals = st.integers(0, 10**11)
roundings = st.sampled_from(["HALF_UP", "HALF_EVEN", "DOWN", "UP"])
some_factors = st.lists(
    st.fractions(0, Fraction(1, 10), max_denominator=10**6), min_size=1, max_size=24
)


@given(conventions, dates, dates, dates)
def test_parts_of_a_year_add_up(convention, one, two, three):
    start, middle, end = sorted((one, two, three))
    if convention == "ACT/ACT-PERIOD" and start.year != middle.year:
        return  # its year is that of the period's start
    parts = [day_counts.fraction(convention, *pair) for pair in ((start, middle), (middle, end))]
    assert sum(parts) == day_counts.fraction(convention, start, end)


@given(dates, dates)
def test_isda_counts_every_day_once(one, two):
    start, end = sorted((one, two))
    parts = day_counts.isda_parts(start, end)
    assert sum(days for days, _length in parts) == (end - start).days
    assert len(parts) == (0 if start == end else (end - timedelta(days=1)).year - start.year + 1)


def test_a_leap_year_has_its_days():
    assert [day_counts.year_length(year) for year in (1900, 2000, 2023, 2024, 2100)] == [
        365, 366, 365, 366, 365,
    ]  # fmt: skip


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError):
        day_counts.fraction("ACT/360", date(2025, 1, 2), date(2025, 1, 1))


@given(conventions, periods, st.integers(0, 30), st.integers(0, 400), st.integers(0, 400))
def test_the_days_of_a_period_add_up_to_it(convention, every, number, before, more):
    grid = Grid(date(2024, 1, 31), every, convention)
    start, end = grid.edge(number), grid.edge(number + 1)
    whole = schedules.period_fraction(convention, start, end, every)
    assert grid.fraction(start, end) == whole
    middle = start + timedelta(days=before % (end - start).days)
    assert grid.fraction(start, middle) + grid.fraction(middle, end) == whole
    far = end + timedelta(days=more)
    assert grid.fraction(middle, end) + grid.fraction(end, far) == grid.fraction(middle, far)


@given(periods, st.integers(-400, 4000))
def test_a_day_lies_between_two_edges(every, after):
    grid = Grid(date(2024, 1, 31), every, "ACT/360")
    day = grid.anchor + timedelta(days=after)
    number = grid.number_at(day)
    assert grid.edge(number) <= day < grid.edge(number + 1)


@given(kinds, principals, some_factors, roundings)
def test_the_last_row_clears_the_balance(kind, principal, factors, rounding):
    rows = schedules.build(kind, principal, factors, rounding)
    assert len(rows) == len(factors)
    assert rows[-1].balance == 0
    assert sum(row.principal for row in rows) == principal
    balance = principal
    for row in rows:
        assert row.principal >= 0 and row.interest >= 0
        balance -= row.principal
        assert row.balance == balance


@given(st.integers(10_000, 10**11), some_factors, roundings)
def test_equal_instalments_are_equal_but_for_the_last(principal, factors, rounding):
    rows = schedules.equal_instalment(principal, factors, rounding)
    each = schedules.instalment(principal, factors, rounding)
    if each > rounded(principal * max(factors), rounding) + 24:  # not a loan of a few cents
        assert {row.due for row in rows[:-1]} <= {each}


@given(
    st.integers(10**8, 10**11), st.fractions(Fraction(1, 1000), Fraction(1, 20)), st.integers(3, 36)
)
def test_equal_principal_costs_less_than_equal_instalments(principal, factor, count):
    totals = [
        schedules.total_interest(schedules.build(kind, principal, [factor] * count, "HALF_UP"))
        for kind in ("equal_principal", "equal_instalment", "interest_only")
    ]
    assert totals == sorted(totals)
    assert totals[0] < totals[1] < totals[2]


@given(principals, some_factors, roundings, st.data())
def test_a_change_to_the_same_rate_changes_nothing_but_cents(principal, factors, rounding, data):
    after = data.draw(st.integers(0, len(factors) - 1))
    plain = schedules.equal_instalment(principal, factors, rounding)
    # A period whose interest is more than the instalment repays nothing: the rest is planned anew.
    assume(schedules.instalment(principal, factors, rounding) >= max(row.interest for row in plain))
    changed = schedules.changed_rate(principal, factors, factors, rounding, after=after)
    assert changed[:after] == plain[:after]
    assert abs(changed[-1].due - plain[-1].due) <= 2 * len(factors) ** 2


@given(st.integers(1, 10**7), st.fractions(0, 36, max_denominator=100), st.integers(1, 60))
def test_whole_units_repay_in_time(principal, annual, count):
    plan = schedules.whole_unit_plan(Fraction(principal), annual, count=count)
    assert 1 <= len(plan.rows) <= count
    assert plan.rows[-1].balance == 0
    assert sum(row.principal for row in plan.rows) == principal
    paid = [row.principal + row.interest for row in plan.rows]
    assert set(paid[:-1]) <= {plan.instalment} and paid[-1] <= plan.instalment


@pytest.mark.parametrize(
    "asked",
    [{}, {"count": 3, "fixed": 3}, {"fixed": 10}, {"count": 0}, {"fixed": 11, "longest": 5}],
)
def test_a_plan_that_repays_nothing_is_refused(asked):
    with pytest.raises(ValueError):
        schedules.whole_unit_plan(Fraction(1000), Fraction(12), **asked)


def test_months_keep_the_day_and_are_cut_to_the_end():
    assert schedules.due_dates(date(2024, 1, 31), 4, Every(months=1)) == (
        date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30), date(2024, 5, 31),
    )  # fmt: skip
    assert schedules.month_ends(date(2025, 12, 3), 3) == (
        date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28),
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{}, {"months": 1, "days": 1}, {"months": -1}, {"months": 2, "days": -3}]
)
def test_a_period_is_in_months_or_in_days(wrong):
    with pytest.raises(ValueError):
        Every(**wrong)


@given(st.fractions(0, 10**9), roundings)
def test_a_rounding_moves_by_less_than_one(value, rounding):
    found = rounded(value, rounding)
    assert abs(found - value) < 1
    if rounding in ("HALF_UP", "HALF_EVEN"):
        assert 2 * abs(found - value) <= 1
    else:
        assert found <= value if rounding == "DOWN" else found >= value


def test_halves_go_up_or_to_even():
    halves = [Fraction(1, 2), Fraction(3, 2), Fraction(5, 2)]
    assert [rounded(half, "HALF_UP") for half in halves] == [1, 2, 3]
    assert [rounded(half, "HALF_EVEN") for half in halves] == [0, 2, 2]


@given(principals, rates, st.integers(0, 2000))
def test_interest_grows_with_the_days_and_is_rounded_once(principal, annual, days):
    one, next_day = (
        accrual.simple_interest(principal, annual, n, basis=365) for n in (days, days + 1)
    )
    assert one <= next_day
    assert abs(one - principal * annual / 100 * days / 365) <= Fraction(1, 2)


def test_a_payoff_lies_within_its_period():
    with pytest.raises(ValueError):
        accrual.payoff_in_period(
            100, Fraction(7), start=date(2025, 1, 1), end=date(2025, 2, 1), on=date(2025, 2, 2)
        )
    assert accrual.penalty(5000_00, Fraction(18), -3, basis=360) == 0
