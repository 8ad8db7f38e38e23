"""A seller's schedule: slices, limits, success fee, rebate of the premium, the cap of the law."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auctions.engine.fees import PremiumTerms, Tier, half_up, marginal
from auctions.engine.seller_fees import (
    SellerTerms,
    cap_each_side,
    commission,
    flat,
    guarantee_fee,
    premium_rebate,
    success_fee,
)

FALLING = SellerTerms((Tier(1000, Fraction(5)), Tier(5000, Fraction(4)), Tier(None, Fraction(3))))
NEW_YORK = SellerTerms(
    (Tier(500_000_00, Fraction(10)), Tier(None, Fraction(0))),
    free_above=5_000_000_00,
    success=Fraction(2),
    guarantee=Fraction(4),
    rebate_above=20_000_000_00,
    rebate=Fraction(40),
)
PREMIUM = PremiumTerms((Tier(6_000_000_00, Fraction(20)), Tier(None, Fraction(10))))
amounts = st.integers(0, 10**13)
percents = st.fractions(0, 100, max_denominator=10_000)


@st.composite
def tiers(draw):
    limits = sorted(draw(st.sets(st.integers(1, 10**9), max_size=5)))
    return tuple(Tier(limit, draw(percents)) for limit in [*limits, None])


@given(tiers(), amounts, amounts)
def test_a_higher_hammer_never_costs_less_commission(found, one, other):
    low, high = sorted((one, other))
    terms = SellerTerms(found)
    assert 0 <= commission(terms, low) <= commission(terms, high) <= high


@given(tiers())
def test_slices_join_without_a_jump(found):
    for tier in found[:-1]:
        at, past = marginal(found, tier.limit), marginal(found, tier.limit + 1)
        assert 0 <= past - at <= 1


@given(percents, amounts)
def test_one_rate_is_a_schedule_of_one_slice(percent, hammer):
    assert commission(flat(percent), hammer) == half_up(Fraction(hammer) * percent / 100)


def test_the_share_falls_as_the_price_rises():
    shares = [Fraction(commission(FALLING, p), p) for p in (1000, 5000, 50_000)]
    assert shares == [Fraction(5, 100), Fraction(210, 5000), Fraction(1560, 50_000)]


def test_the_limits_of_a_schedule_belong_to_the_lower_side():
    assert commission(NEW_YORK, 5_000_000_00) == 50_000_00
    assert commission(NEW_YORK, 5_000_000_01) == 0
    assert success_fee(NEW_YORK, 600, 600) == 0
    assert success_fee(NEW_YORK, 601, 600) == 12
    assert success_fee(NEW_YORK, 601, None) == 0
    assert premium_rebate(NEW_YORK, PREMIUM, 20_000_000_00) == 0
    assert premium_rebate(NEW_YORK, PREMIUM, 20_000_001_00) == 1_040_000_04
    assert premium_rebate(FALLING, PREMIUM, 20_000_001_00) == 0
    assert guarantee_fee(NEW_YORK, 1000) == 40


@given(amounts, st.integers(0, 100))
def test_a_rebate_is_never_more_than_the_premium(hammer, percent):
    terms = SellerTerms(flat(Fraction(0)).tiers, rebate_above=0, rebate=Fraction(percent))
    paid = marginal(PREMIUM.tiers, hammer)
    assert 0 <= premium_rebate(terms, PREMIUM, hammer) <= half_up(paid)


@pytest.mark.parametrize(("price", "cap"), [(100, 5), (119, 5), (120, 6), (0, 0), (19, 0)])
def test_the_cap_of_the_law_is_rounded_down(price, cap):
    assert cap_each_side(price, Fraction(5)) == cap
