"""What the rule book says of loans and pawn, as the engine takes it."""

from datetime import date
from fractions import Fraction

import pytest

from artmarket import rulebook
from auctions.pledges import law, rule_values
from auctions.pledges.engine.classification import bucket_of
from auctions.pledges.engine.collateral import Levels
from auctions.pledges.engine.events import Terms
from auctions.pledges.engine.pawn import FeeRule
from auctions.pledges.engine.rate_cap import rates_within
from auctions.pledges.engine.schedules import Every

DAY = date(2026, 3, 1)
TOPICS = ("pledge", "lending", "pawn")


@pytest.mark.parametrize(
    ("on", "most"),
    [
        (date(2020, 8, 20), "15.4"),
        (date(2024, 10, 20), "13.4"),
        (date(2024, 10, 21), "12.4"),
        (date(2025, 5, 19), "12.4"),
        (date(2025, 5, 20), "12"),
        (DAY, "12"),
    ],
)
def test_the_cap_is_four_times_the_rate_of_the_day_of_the_contract(on, most):
    cap = rule_values.rate_cap(on=DAY)
    found = rates_within(
        cap, "private", rule_values.lpr(on=on), interest=Fraction(most), fees=Fraction(0)
    )
    assert (found.applies, found.most, found.within) == (True, Fraction(most), True)


@pytest.mark.parametrize("lender", ["bank", "pawnshop", "microloan", "local_amc"])
def test_licensed_lenders_are_outside_the_cap(lender):
    assert rule_values.rate_cap(on=DAY).most(lender, Fraction(3)) is None


def test_before_the_rule_there_is_no_cap_to_name():
    with pytest.raises(rulebook.RuleNotInForce):
        rule_values.rate_cap(on=date(2020, 8, 19))


def test_classes_begin_above_90_270_and_360_days():
    buckets = rule_values.class_buckets(on=DAY)
    found = [bucket_of(buckets, dpd) for dpd in (0, 90, 91, 270, 271, 360, 361)]
    assert found == [
        "normal", "normal", "substandard", "substandard", "doubtful", "doubtful", "loss",
    ]  # fmt: skip
    assert {bucket.code for bucket in buckets} <= set(rulebook.get(rule_values.CLASSES, on=DAY))


def test_haircuts_add_up_and_stop_at_the_whole():
    assert rule_values.haircut("painting", "high", is_long_term=False, on=DAY) == 30
    assert rule_values.haircut("folk", "low", is_long_term=True, on=DAY) == 75
    with pytest.raises(KeyError):
        rule_values.haircut("kite", "high", is_long_term=False, on=DAY)


def test_every_category_of_expertise_has_a_haircut():
    fields = set(rulebook.get("appraisal.categories", on=DAY))
    assert set(rulebook.get(rule_values.HAIRCUTS, on=DAY)) == fields


def test_the_order_of_payments_names_each_part_once():
    order = rule_values.allocation_order(on=DAY)
    assert order == ("cost", "interest", "penalty", "principal")
    loan = Terms("at_maturity", Fraction(1), "ACT/360", DAY, 1, Every(months=1), order=order)
    assert loan.order == order
    with pytest.raises(ValueError):
        Terms("at_maturity", Fraction(1), "ACT/360", DAY, 1, Every(months=1), order=order[1:])


def test_levels_and_limits_stand_in_the_book():
    assert rule_values.levels(on=DAY) == Levels(Fraction(50), Fraction(65), Fraction(80))
    limits = {
        limit.dimension: limit.most(1000) for limit in rule_values.concentration_limits(on=DAY)
    }
    assert limits == {
        "artist": 200, "category": 500, "appraiser": 500, "custodian": 1000, "pre_acquirer": 250,
    }  # fmt: skip


def test_pawn_by_the_measures():
    assert rule_values.pawn_fee("movable", on=DAY) == FeeRule(Fraction(42), 5, 30)
    assert rule_values.pawn_limit("same_person", on=DAY) == 25
    assert rule_values.own_account_below(on=DAY) == 3_000_000
    assert rule_values.dead_rule(on=date(2019, 1, 1)) == "2005"
    assert rule_values.dead_rule(on=DAY) == "2020"
    with pytest.raises(KeyError):
        rule_values.pawn_limit("kites", on=DAY)


def test_what_one_borrower_may_owe_is_said_once_for_each_kind_of_lender():
    assert law.one_borrower("bank", on=DAY) == (Fraction(10), "lending.one_borrower")
    assert law.one_borrower("pawnshop", on=DAY) == (Fraction(25), "pawn.limits")
    assert law.one_borrower("microloan", on=DAY) is None
    assert dict(rulebook.get("lending.one_borrower", on=DAY)) == {"bank": 10}


def test_the_topics_of_loans_and_pawn_have_places_of_their_own():
    places = [each.order for each in rulebook.book().topics if each.key in TOPICS]
    others = [each.order for each in rulebook.book().topics if each.key not in TOPICS]
    assert len(set(places)) == len(TOPICS)
    assert not set(places) & set(others)


@pytest.mark.parametrize("topic", ["pledge", "pawn"])
def test_what_is_not_sure_says_so(topic):
    (found,) = (each for each in rulebook.book().topics if each.key == topic)
    unsure = [v for rule in found.rules for v in rule.versions if v.sureness == "C"]
    assert len(unsure) > 5
    assert all("待核" in version.note.zh for version in unsure)
    assert all("check" in version.note.en for version in unsure)
