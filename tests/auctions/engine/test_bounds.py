"""Bounds of judicial sales, consent below an appraisal, instalments, storage, deposits in order."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auctions.engine import deposits, judicial, storage
from auctions.engine.deposits import DepositRule, after_deeds
from auctions.engine.fees import Tier, half_up
from auctions.engine.instalments import Limits, is_allowed, parts, split
from auctions.engine.storage import StorageTerms

amounts = st.integers(0, 10**12)
LADDER = DepositRule("fixed", amount=50, per_strike=50, per_deal=-50, least=50, most=800)
deeds = st.lists(st.sampled_from(["default", "completed"]), max_size=60)


@given(amounts)
def test_both_bounds_of_a_judicial_deposit_belong_to_it(start):
    bounds = judicial.deposit_bounds(start, least=Fraction(5), most=Fraction(20))
    assert (bounds.least, bounds.most) == (
        half_up(Fraction(start, 20)), half_up(Fraction(start, 5)),
    )  # fmt: skip
    assert bounds.hold(bounds.least) and bounds.hold(bounds.most)
    assert not bounds.hold(bounds.least - 1) and not bounds.hold(bounds.most + 1)


@given(amounts, amounts)
def test_a_second_start_is_at_least_four_fifths_of_the_first(appraisal, more):
    first = judicial.least_start(appraisal, Fraction(70)) + more
    again = judicial.least_start(first, Fraction(80))
    assert again <= first
    assert Fraction(-1, 2) < again - Fraction(first * 4, 5) <= Fraction(1, 2)


def test_at_exactly_the_limit_no_consent_is_asked():
    assert judicial.consent_limit(333_333_33, Fraction(90)) == 300_000_00


@given(amounts, amounts)
def test_the_judicial_commission_rises_with_the_price(one, other):
    low, high = sorted((one, other))
    found = (Tier(2_000_000_00, Fraction(5)), Tier(None, Fraction(3)))
    assert judicial.commission(found, low) <= judicial.commission(found, high)


@given(amounts, st.fractions(0, 100, max_denominator=100))
def test_two_parts_make_the_price(price, percent):
    found = split(price, percent)
    assert found.first + found.rest == price
    assert 0 <= found.first <= price


@given(amounts, st.integers(1, 60))
def test_the_rest_is_divided_to_the_last_cent(rest, count):
    found = parts(rest, count)
    assert sum(found) == rest and len(found) == count
    assert max(found) - min(found) <= 1
    assert list(found) == sorted(found, reverse=True)


def test_no_part_at_all_is_refused():
    with pytest.raises(ValueError):
        parts(100, 0)


@pytest.mark.parametrize(
    ("percent", "months", "allowed"),
    [("30", 12, True), ("29.99", 12, False), ("30", 13, False), ("100", 0, True),
     ("100.01", 1, False), ("50", -1, False)],
)  # fmt: skip
def test_the_limits_of_instalments_belong_to_them(percent, months, allowed):
    limits = Limits(Fraction(30), 12)
    assert is_allowed(limits, first_percent=Fraction(percent), months=months) is allowed


@pytest.mark.parametrize(
    ("days", "due"), [(0, 0), (30, 0), (31, 800), (60, 800), (61, 1600), (90, 1600), (91, 2400)]
)
def test_storage_begins_on_day_31_and_a_month_begun_counts_whole(days, due):
    assert storage.charge(StorageTerms(800, 30), days) == due
    assert storage.charge(StorageTerms(), days) == 0


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_the_longer_a_lot_lies_the_more_is_due(one, other):
    short, long = sorted((one, other))
    terms = StorageTerms(800, 30, 30)
    assert storage.charge(terms, short) <= storage.charge(terms, long)


@given(deeds)
def test_a_deposit_stays_within_its_bounds_after_every_deed(done):
    for n in range(len(done) + 1):
        assert LADDER.least <= after_deeds(LADDER, done[:n]) <= LADDER.most


@given(deeds)
def test_the_last_deed_moves_the_deposit_unless_a_bound_holds_it(done):
    before, after = after_deeds(LADDER, done), after_deeds(LADDER, [*done, "default"])
    assert after == min(before + 50, 800)
    assert after_deeds(LADDER, [*done, "completed"]) == max(before - 50, 50)


def test_what_lay_beyond_a_bound_is_forgotten():
    many = ["default"] * 20
    assert after_deeds(LADDER, [*many, "completed"]) == 750
    counted = deposits.due(
        LADDER, record=deposits.Record(won=1, strikes=20), lowest_opening=None, limit=None
    )
    assert counted == 800
