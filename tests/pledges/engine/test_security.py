"""Collateral, prices, classes, caps, losses, concentration: what limits a loan."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auctions.pledges.engine import (
    classification,
    collateral,
    concentration,
    loss,
    margin,
    rate_cap,
)
from auctions.pledges.engine.allocation import allocate
from auctions.pledges.engine.classification import Bucket, Class, classify
from auctions.pledges.engine.collateral import Item, Levels
from auctions.pledges.engine.concentration import Exposure, Limit, Standing
from auctions.pledges.engine.rate_cap import Cap, Flow
from auctions.pledges.engine.replay import replay
from auctions.pledges.engine.valuation import (
    Appraisal,
    Price,
    eligible_base,
    eligible_value,
    overlapping,
    price_on,
)
from auctions.pledges.engine.waterfall import distribute

from .histories import START, any_terms, day, terms
from .test_defects import LENT

amounts = st.integers(0, 10**10)
percents = st.fractions(0, 100, max_denominator=100)
items = st.builds(Item, value=amounts, advance=percents)
LADDER = ("normal", "special_mention", "substandard", "doubtful", "loss")
LEVELS = Levels(Fraction(50), Fraction(65), Fraction(80))
NAMES = ("cost", "interest", "penalty", "principal")


# ------------------------------------------------------------------ collateral


@given(amounts, st.lists(items, max_size=5), amounts, st.lists(items, max_size=3))
def test_a_cure_never_counts_for_more_than_it_carries(exposure, held, cash, added):
    found = collateral.margin_test(exposure, held, cash=cash, added=added)
    assert found.shortfall == found.cured + found.remaining
    assert found.cured <= cash + collateral.capacity(added)
    assert (found.status == "ok") == (found.shortfall == 0)
    assert (found.status in ("ok", "cured")) == (found.remaining == 0)
    # Adding the works to those held leaves what the cure left.
    again = collateral.margin_test(max(0, exposure - cash), [*held, *added])
    assert again.shortfall == found.remaining


@given(amounts, st.lists(items, min_size=1, max_size=5), st.data())
def test_a_release_is_allowed_where_the_rest_is_not_short(exposure, held, data):
    gone = data.draw(st.integers(0, len(held) - 1))
    found = collateral.release(exposure, held, [gone])
    rest = [item for place, item in enumerate(held) if place != gone]
    assert found.allowed == (collateral.margin_test(exposure, rest).status == "ok")
    assert found.capacity <= collateral.capacity(held)
    blind = [*rest, replace(held[gone], value=None)]
    assert collateral.capacity(blind) is None
    assert collateral.drawable(exposure, blind) is None
    assert collateral.margin_test(exposure, blind).status == "blocked"


@given(amounts, st.lists(items, max_size=5), st.none() | amounts)
def test_what_is_drawn_is_carried(exposure, held, sanctioned):
    most = collateral.drawable(exposure, held, sanctioned=sanctioned)
    if most:
        assert collateral.margin_test(exposure + most, held).status == "ok"
        assert sanctioned is None or exposure + most <= sanctioned
    assert most >= 0


def test_no_item_is_released_that_is_not_there():
    with pytest.raises(ValueError):
        collateral.release(0, [Item(1, Fraction(50))], [1])


@pytest.mark.parametrize(
    ("exposure", "values", "level"),
    [
        (0, [0], "within"),
        (50, [100], "within"),
        (51, [100], "above_initial"),
        (65, [60, 40], "margin"),
        (80, [100], "liquidation"),
        (1, [0], "liquidation"),
        (1, [], "liquidation"),
        (1, [100, None], "blocked"),
    ],
)
def test_a_loan_stands_at_its_level(exposure, values, level):
    assert collateral.level(LEVELS, exposure, values) == level


def test_levels_rise():
    with pytest.raises(ValueError):
        Levels(Fraction(60), Fraction(50), Fraction(80))


# ------------------------------------------------------------------ margin calls


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["notify", "cure", "escalate", "waive", "lapse"]),
            st.integers(0, 60),
            st.none() | st.integers(0, 200),
        ),
        max_size=12,
    )
)
def test_a_call_moves_only_as_its_table_allows(steps):
    call = margin.MarginCall("open", START, 100, 100)
    for step, after, left in steps:
        test = collateral.MarginTest("open", 0, left, 0, left)
        before, on = call.state, day(after)
        try:
            if step == "notify":
                call = margin.notify(call, on, deadline=lambda d: d + timedelta(days=10))
            elif step == "cure":
                call = margin.cure(call, test)
            elif step == "escalate":
                call = margin.escalate(call, on)
            elif step == "waive":
                call = margin.waive(
                    call, on, by=("一", "二"), reason="修", until=on + timedelta(days=9)
                )
            else:
                call = margin.lapse(call, on)
        except margin.Impossible:
            continue
        assert call.state == before or call.state in margin.MOVES[before]
        assert call.holds == (call.state not in ("cured", "waived"))
        assert (call.remaining == 0) == (call.state == "cured")


def test_a_blocked_test_cures_nothing():
    call = margin.MarginCall("notified", START, 100, 100)
    blocked = collateral.margin_test(100, [Item(None, Fraction(50))])
    assert margin.cure(call, blocked) == call
    with pytest.raises(margin.Impossible):
        margin.opened(blocked, START)


# ------------------------------------------------------------------ values


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 20)).map(
            lambda p: Price(p[0] + 1, day(p[0]), day(p[0] + p[1]))
        ),
        max_size=6,
    )
)
def test_overlapping_prices_are_found_as_by_counting_days(prices):
    held = [sum(p.valid_from <= day(n) <= p.valid_until for p in prices) for n in range(90)]
    assert (overlapping(prices) is not None) == (max(held) > 1)
    if max(held) <= 1:
        for number, count in enumerate(held):
            found = price_on(prices, day(number))
            assert (found.value is not None) == (count == 1)
            assert (found.blocked is None) == (count == 1)


def appraised(firm, value, base=0, until=365):
    return Appraisal(firm, value, day(base), day(until))


@pytest.mark.parametrize(
    ("found", "value", "blocked"),
    [
        ([appraised("甲", 100), appraised("乙", 80)], 80, None),
        ([appraised("甲", 100), appraised("乙", 69)], None, "disagreement"),
        ([appraised("甲", 100), appraised("乙", 70)], 70, None),
        ([appraised("甲", 100), appraised("甲", 90, base=3)], None, "too_few_firms"),
        ([appraised("甲", 10, base=-99), appraised("甲", 100), appraised("乙", 90)], 90, None),
        ([appraised("甲", 100, until=9), appraised("乙", 90, until=9)], None, "expired"),
        ([appraised("甲", 100, base=11)], None, "not_yet"),
        ([], None, "no_price"),
    ],
)
def test_the_lower_of_two_firms_counts(found, value, blocked):
    result = eligible_base(found, day(10), least_firms=2, most_apart=Fraction(30))
    assert (result.value, result.blocked) == (value, blocked)


@given(amounts, percents)
def test_a_haircut_leaves_at_most_the_whole(base, haircut):
    assert 0 <= eligible_value(base, haircut) <= base
    assert eligible_value(base, Fraction(0)) == base
    assert eligible_value(base, Fraction(100)) == 0
    with pytest.raises(ValueError):
        eligible_value(base, Fraction(101))


# ------------------------------------------------------------------ classes

BUCKETS = [
    Bucket(0, "normal"),
    Bucket(91, "substandard"),
    Bucket(271, "doubtful"),
    Bucket(361, "loss"),
]


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_more_days_are_never_a_better_class(one, other):
    low, high = sorted((one, other))
    found = [LADDER.index(classification.bucket_of(BUCKETS, dpd)) for dpd in (low, high)]
    assert found == sorted(found)


def test_buckets_rise():
    with pytest.raises(ValueError):
        classification.bucket_of([Bucket(31, "b"), Bucket(0, "a")], 5)
    with pytest.raises(ValueError):
        classification.bucket_of([Bucket(31, "b")], 5)


def test_worse_counts_at_once_and_better_after_its_time():
    def now(floor, held, on, facts=()):
        return classify(LADDER, floor, facts=facts, held=held, on=day(on), observation_days=180)

    held = now("normal", None, 0)
    assert held == Class("normal", day(0))
    held = now("normal", held, 5, facts=["special_mention"])
    assert held == Class("special_mention", day(5))
    held = now("doubtful", held, 9, facts=["special_mention"])
    assert held == Class("doubtful", day(9))
    held = now("normal", held, 20)
    assert held == Class("doubtful", day(9), day(20))
    held = now("normal", held, 199)
    assert held.code == "doubtful"
    back = now("doubtful", held, 199)
    assert back.better_since is None  # a relapse starts the time again
    assert now("normal", held, 200) == Class("normal", day(200))


# ------------------------------------------------------------------ caps


@given(any_terms, st.integers(10**6, 10**10))
def test_the_rate_of_a_loan_is_found_in_its_flows(loan, principal):
    loan = replace(loan, convention="ACT/365F", rounding="HALF_UP")
    plan = replay(loan, [replace(LENT, amount=principal)], on=START).plan
    flows = [Flow(START, principal), *(Flow(row.due_on, -row.due) for row in plan)]
    # Equal instalments and the rest at maturity repay with simple interest: the rate comes out.
    found = rate_cap.all_in_rate(flows)
    assert abs(found - loan.annual) <= Fraction(2, 100)
    assert rate_cap.within_cap(flows, loan.annual)


def test_fees_count_in_the_rate():
    plain = [Flow(START, 1_000_000_00), Flow(day(365), -1_120_000_00)]
    assert rate_cap.all_in_rate(plain) == 12
    assert rate_cap.within_cap(plain, Fraction(12))
    with_fee = [*plain, Flow(START, -20_000_00)]
    assert rate_cap.all_in_rate(with_fee) == Fraction(
        142_858, 10_000
    )  # 140,000 on 980,000, rounded up
    assert not rate_cap.within_cap(with_fee, Fraction(12))


@pytest.mark.parametrize(
    "flows",
    [
        [Flow(START, -5)],
        [Flow(START, 100), Flow(day(9), -99)],
        [Flow(START, 100), Flow(START, -200)],
    ],
)
def test_flows_without_a_rate_are_refused(flows):
    with pytest.raises(rate_cap.NoRate):
        rate_cap.all_in_rate(flows)


def test_the_cap_is_a_function_of_the_licence():
    cap = Cap(Fraction(4), frozenset({"private"}))
    assert cap.most("private", Fraction(3)) == 12
    assert cap.most("pawnshop", Fraction(3)) is None
    with pytest.raises(ValueError):
        rate_cap.net_principal(100, 101)


# ------------------------------------------------------------------ allocation and loss


@given(amounts, st.permutations(NAMES), st.lists(amounts, min_size=4, max_size=4))
def test_an_allocation_adds_up_and_keeps_the_order(amount, order, claims):
    due = dict(zip(NAMES, claims, strict=True))
    found = allocate(amount, order, due)
    assert sum(found.paid.values()) + found.unapplied == amount
    short = [name for name in order if found.paid[name] < due[name]]
    if short:
        assert found.unapplied == 0
        assert all(found.paid[name] == 0 for name in order[order.index(short[0]) + 1 :])
    shared = distribute(amount, order, due)
    assert shared.surplus - shared.deficiency == amount - sum(claims)
    assert min(shared.surplus, shared.deficiency) == 0


@pytest.mark.parametrize(
    ("amount", "order", "due"),
    [(-1, ["a"], {"a": 1}), (1, ["a"], {"a": -1}), (1, ["a", "a"], {"a": 1}), (1, ["a"], {"b": 1})],
)
def test_an_allocation_that_leaves_something_out_is_refused(amount, order, due):
    with pytest.raises(ValueError):
        allocate(amount, order, due)


def loan(debt, *values, artist="甲", annual=0, chance=10):
    works = tuple(loss.Work(v, Fraction(30), Fraction(10), artist=artist) for v in values)
    return loss.Loan(debt, works, Fraction(annual), Fraction(chance))


def test_the_stress_names_what_has_no_value():
    book = [loan(420_000_00, 1_000_000_00), loan(100_000_00, None)]
    found = loss.stress(book, loss.Scenario(fall=Fraction(50)))
    assert found == loss.Stressed(420_000_00, 105_000_00, 10_500_00, 1)


def test_scenarios_do_what_they_say():
    book = [loan(420_000_00, 1_000_000_00, annual=12)]
    for scenario, lost in (
        (loss.Scenario(), 0),
        (loss.Scenario(unsaleable=frozenset({"甲"})), 420_000_00),
        (loss.Scenario(unsaleable=frozenset({"乙"})), 0),
        (loss.Scenario(fall=Fraction(40), buy_in=Fraction(40), burned=Fraction(30)), 87_360_00),
        (loss.Scenario(fall=Fraction(40), days_to_sell=365), 42_000_00 + 50_400_00),
        (
            loss.Scenario(fall=Fraction(40), days_to_sell=365, rise=Fraction(1)),
            92_400_00 + 4_200_00,
        ),
    ):
        assert loss.stress(book, scenario).loss == lost, scenario


@given(st.lists(st.builds(loan, amounts, amounts), max_size=5), amounts)
def test_the_reverse_stress_finds_the_fall(book, capital):
    falls = [Fraction(n, 10) for n in range(0, 1001)]
    found = loss.reverse_stress(book, capital)
    exceeds = [
        loss.stress(book, loss.Scenario(fall=f)).expected > capital for f in (falls[0], falls[-1])
    ]
    if found is None:
        assert not exceeds[1]
    else:
        assert loss.stress(book, loss.Scenario(fall=found)).expected > capital
        if found:
            below = loss.Scenario(fall=found - Fraction(1, 10))
            assert loss.stress(book, below).expected <= capital


def test_the_grid_has_a_row_for_each_scenario_and_losses_that_grow():
    book = [loan(420_000_00, 1_000_000_00), loan(300_000_00, 500_000_00, artist="乙")]
    falls = [Fraction(n) for n in (10, 20, 30, 40, 50, 60)]
    grid = loss.stress_grid(book, [loss.Scenario(), loss.Scenario(lost=frozenset({""}))], falls)
    assert [len(row) for row in grid] == [6, 6]
    assert [s.loss for s in grid[0]] == sorted(s.loss for s in grid[0])
    assert {s.loss for s in grid[1]} == {720_000_00}


# ------------------------------------------------------------------ concentration


def test_what_stands_on_a_name_is_measured_against_its_limit():
    found = concentration.measure(
        [
            Exposure("artist", "甲", 300), Exposure("artist", "甲", 201), Exposure("artist", "乙", 500),
            Exposure("borrower", "丙", 900),
        ],
        [Limit("artist", percent=Fraction(50))],
        capital=1000,
    )  # fmt: skip
    assert found == (Standing("artist", "甲", 501, 500), Standing("artist", "乙", 500, 500))
    assert [standing.is_within for standing in found] == [False, True]
    assert Limit("artist", percent=Fraction(50), amount=400).most(1000) == 400
    with pytest.raises(ValueError):
        Limit("artist").most(1000)


def test_a_penalty_runs_after_the_days_of_grace():
    late = terms(grace_days=10)
    due = date(2025, 2, 28)
    for after, charged in ((0, 0), (10, 0), (11, 1_840), (20, 18_403)):
        state = replay(late, [LENT], on=due + timedelta(days=after))
        assert state.totals.charged.penalty == charged
        assert state.dpd == after
