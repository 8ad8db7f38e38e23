"""Valuations: two methods, figures in order, a base date, an end."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.engine.valuations import (
    Approach,
    Method,
    Range,
    ValuationRule,
    valuation_faults,
)

RULE = ValuationRule()
BASE = date(2026, 6, 30)
MARKET = Approach(Method.MARKET, Range(80_000, 100_000, 130_000), comparables=3)
FINAL = Range(75_000, 95_000, 120_000)
COST = Approach(Method.COST, Range(60_000, 70_000, 90_000))


def codes(approaches=(MARKET, COST), final=FINAL, **days):
    days = {
        "base": BASE, "signed": BASE + timedelta(days=30),
        "valid_until": BASE + timedelta(days=365),
    } | days  # fmt: skip
    found = valuation_faults(RULE, approaches, final, **days)
    return [(f.code.value, f.method.value if f.method else "") for f in found]


def test_two_methods_with_ordered_figures_are_a_valuation():
    assert codes() == []


def test_one_method_or_the_same_twice_is_none():
    wide = Approach(Method.MARKET, Range(60_000, 100_000, 130_000), comparables=3)
    assert codes([wide]) == [("too_few_methods", "")]
    assert codes([wide, wide]) == [("too_few_methods", ""), ("same_method", "market")]
    assert codes([MARKET, COST, COST]) == [("same_method", "cost")]
    assert codes([]) == [("too_few_methods", "")]


def test_a_market_value_rests_on_sales():
    bare = Approach(Method.MARKET, MARKET.range, comparables=2)
    assert codes([bare, COST]) == [("no_comparables", "market")]


@pytest.mark.parametrize(
    ("final", "fault"),
    [
        (Range(0, 95_000, 120_000), "not_positive"),
        (Range(95_001, 95_000, 120_000), "not_ordered"),
        (Range(75_000, 120_001, 120_000), "not_ordered"),
        (Range(59_999, 95_000, 120_000), "outside_methods"),
        (Range(75_000, 95_000, 130_001), "outside_methods"),
    ],
)
def test_final_figures_are_positive_ordered_and_within_the_methods(final, fault):
    assert fault in [code for code, _method in codes(final=final)]


def test_figures_of_each_method_are_checked_by_themselves():
    crooked = Approach(Method.COST, Range(90_000, 70_000, 60_000))
    assert ("not_ordered", "cost") in codes([MARKET, crooked])


def test_base_date_and_validity_have_bounds():
    day = timedelta(days=1)
    assert codes(signed=BASE - day) == [("base_after_signing", "")]
    assert codes(signed=BASE + 365 * day) == []
    assert codes(signed=BASE + 366 * day) == [("base_too_old", "")]
    assert codes(valid_until=BASE + 366 * day) == [("valid_too_long", "")]
    assert codes(valid_until=BASE - day) == [("valid_too_long", "")]


AMOUNTS = st.lists(st.integers(1, 10**12), min_size=3, max_size=3).map(sorted)


@given(AMOUNTS, AMOUNTS)
def test_the_span_of_the_methods_itself_is_always_allowed(one, other):
    approaches = [
        Approach(Method.MARKET, Range(*one), comparables=3), Approach(Method.INCOME, Range(*other)),
    ]  # fmt: skip
    low, high = min(one[0], other[0]), max(one[2], other[2])
    assert codes(approaches, Range(low, (low + high) // 2, high)) == []
    assert codes(approaches, Range(low, high, high + 1)) == [("outside_methods", "")]
