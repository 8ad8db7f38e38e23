"""Pawn: fees, days, renewal, dead pawns."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auctions.pledges.engine import pawn
from auctions.pledges.engine.pawn import FeeRule

MOVABLE = FeeRule(Fraction(42), 5, 30)
ORDER = ("costs", "custody", "interest", "penalty", "principal")
amounts = st.integers(0, 10**10)


@given(amounts, st.integers(0, 400))
def test_a_fee_never_exceeds_its_rate_and_counts_five_days_at_least(principal, days):
    found = pawn.fee_cap(principal, days, MOVABLE)
    assert found.days == max(days, 5)
    exact = Fraction(principal) * 42 / 1000 * found.days / 30
    assert found.most <= exact < found.most + 1


def test_a_fee_for_less_than_no_days_is_refused():
    with pytest.raises(ValueError):
        pawn.fee_cap(100, -1, MOVABLE)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-10, 20))
def test_a_pawn_is_dead_on_the_sixth_day(maturity, after):
    found = pawn.redemption(maturity, maturity + timedelta(days=after), grace_days=5)
    expected = "in_term" if after <= 0 else "grace" if after <= 5 else "dead"
    assert found.standing == expected
    assert found.dead_from == maturity + timedelta(days=6)


def test_a_last_day_on_a_rest_day_moves_where_it_is_set_so():
    def to_monday(day):
        return day + timedelta(days=(7 - day.weekday()) % 7) if day.weekday() > 4 else day

    maturity = date(2025, 3, 31)  # five days on is a Saturday
    plain = pawn.redemption(maturity, date(2025, 4, 7), grace_days=5)
    rolled = pawn.redemption(maturity, date(2025, 4, 7), grace_days=5, roll=to_monday)
    assert (plain.until, plain.standing) == (date(2025, 4, 5), "dead")
    assert (rolled.until, rolled.standing) == (date(2025, 4, 7), "grace")
    asked = {
        "on": date(2025, 4, 7), "new_maturity": date(2025, 6, 30), "charges_paid": True,
        "grace_days": 5, "most_months": 6,
    }  # fmt: skip
    assert not pawn.renewal(maturity, **asked).allowed
    assert pawn.renewal(maturity, **asked, roll=to_monday).allowed


@pytest.mark.parametrize(
    ("changed", "allowed"),
    [
        ({}, True),
        ({"charges_paid": False}, False),
        ({"on": date(2025, 4, 6)}, False),
        ({"new_maturity": date(2025, 10, 1)}, False),
        ({"new_maturity": date(2025, 3, 31)}, False),
    ],
)
def test_a_renewal_counts_from_the_old_maturity(changed, allowed):
    asked = {
        "on": date(2025, 4, 5), "new_maturity": date(2025, 9, 30), "charges_paid": True,
        "grace_days": 5, "most_months": 6,
    }  # fmt: skip
    found = pawn.renewal(date(2025, 3, 31), **(asked | changed))
    assert found.allowed == allowed
    assert (found.start, found.latest_maturity) == (date(2025, 3, 31), date(2025, 9, 30))


@given(
    amounts, st.lists(amounts, min_size=5, max_size=5), amounts, st.sampled_from(["2005", "2020"])
)
def test_only_a_small_pawn_of_the_old_rule_is_the_pawnshops(price, claims, appraised, rule):
    found = pawn.dead_pawn(
        rule, price=price, order=ORDER, claims=dict(zip(ORDER, claims, strict=True)),
        appraised=appraised, own_account_below=3_000_000,
    )  # fmt: skip
    assert found.own_account == (rule == "2005" and appraised < 3_000_000)
    shared = found.shared
    if found.own_account:
        assert (shared.surplus, shared.deficiency) == (0, 0)
    else:
        assert sum(shared.paid.values()) + shared.surplus == price
        assert sum(shared.paid.values()) + shared.deficiency == sum(claims)
