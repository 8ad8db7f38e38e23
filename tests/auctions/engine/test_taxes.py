"""Income tax, stamp duty and the cash of a day, by rates that are handed in."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auctions.engine.taxes import INCOME_CASES, IncomeRates, cash_of_day, duty, income_tax

RATES = IncomeRates(
    gain=Fraction(20), no_cost_proof=Fraction(3), relic=Fraction(2), manuscript=Fraction(20),
    fixed=800_00, fixed_upto=4000_00, free_share=Fraction(20),
)  # fmt: skip
amounts = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("price", "tax"),
    [(0, 0), (800_00, 0), (801_00, 20), (4000_00, 640_00), (4000_01, 640_00), (4001_00, 640_16)],
)
def test_an_author_keeps_a_fixed_part_and_above_it_a_share(price, tax):
    assert income_tax(RATES, "own_manuscript", sale=price) == tax


@given(amounts, amounts, amounts)
def test_a_loss_bears_no_tax_and_a_gain_its_share(sale, cost, expenses):
    tax = income_tax(RATES, "gain", sale=sale, cost=cost, expenses=expenses)
    gain = max(sale - cost - expenses, 0)
    assert Fraction(-1, 2) < tax - Fraction(gain, 5) <= Fraction(1, 2)


@given(st.sampled_from(INCOME_CASES), amounts, amounts)
def test_a_higher_price_never_bears_less_tax(case, one, other):
    low, high = sorted((one, other))
    assert 0 <= income_tax(RATES, case, sale=low) <= income_tax(RATES, case, sale=high) <= high


@given(amounts)
def test_a_relic_that_came_back_bears_less_than_other_works_without_proof(sale):
    relic = income_tax(RATES, "no_cost_proof_repatriated_relic", sale=sale)
    assert relic <= income_tax(RATES, "no_cost_proof", sale=sale)


def test_the_author_has_no_jump_at_the_line():
    at, past = (income_tax(RATES, "own_manuscript", sale=p) for p in (4000_00, 4000_01))
    assert 0 <= past - at <= 1


@given(st.lists(amounts, max_size=8), st.integers(1, 10**12))
def test_cash_is_looked_into_from_the_limit_on_single_or_summed(paid, limit):
    day = cash_of_day(paid, limit)
    assert (day.total, day.needs_diligence) == (sum(paid), sum(paid) >= limit)


def test_duty_is_rounded_half_up():
    assert [duty(amount, Fraction("0.005")) for amount in (9_999, 10_000, 29_999, 30_000)] == [
        0, 1, 1, 2,
    ]  # fmt: skip
