"""Ladders: arithmetic over runs gives what walking rung by rung gives."""

from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auctions.engine.ladder import Ladder, LadderProblem, PercentStep, step_refusal

from .oracle import Table


@st.composite
def ladders(draw):
    """Any rising rows with any steps, also such that no rung falls into a row."""
    starts = sorted(draw(st.sets(st.integers(1, 400), max_size=6)))
    rows = [(0, draw(st.integers(1, 60))), *((s, draw(st.integers(1, 60))) for s in starts)]
    return Ladder(tuple(rows), draw(st.integers(0, 80))), rows


@given(ladders(), st.integers(0, 900))
def test_runs_give_what_walking_gives(made, price):
    ladder, rows = made
    table = Table(rows, ladder.first_rung)
    assert ladder.step_at(price) == table.increment(price)
    assert ladder.rung_above(price) == table.above(price)
    below = [rung for rung in table.rungs_to(price) if rung <= price]
    assert ladder.rung_at_or_below(price) == (below[-1] if below else None)


@given(ladders(), st.integers(0, 500), st.integers(0, 500))
def test_rungs_between_two_prices(made, low, high):
    ladder, rows = made
    walked = Table(rows, ladder.first_rung).rungs_to(max(low, high))
    assert list(ladder.rungs(low, high)) == [r for r in walked if low <= r <= high]


@given(ladders(), st.integers(1, 500), st.integers(1, 700))
def test_the_preview_is_that_of_every_rung(made, low, high):
    ladder, rows = made
    table = Table(rows, ladder.first_rung)
    shares = [
        Fraction(100 * table.increment(r), r) for r in table.rungs_to(high) if low <= r < high and r
    ]
    expected = (min(shares), max(shares)) if shares else None
    assert ladder.preview(low, high) == expected


@given(st.integers(0, 100_000), st.integers(1, 20), st.integers(1, 10), st.integers(1, 30))
def test_a_share_of_the_price_walks_too(price, percent, unit, least):
    ladder = Ladder(percent=PercentStep(Fraction(percent), unit, least))
    above, below = ladder.rung_above(price), ladder.rung_at_or_below(price)
    assert below <= price < above
    assert below + ladder.step_at(below) == above


@given(ladders(), st.integers(0, 600), st.integers(1, 12))
def test_the_menu_of_one_who_does_not_lead_begins_with_the_ask(made, ask, count):
    ladder, _rows = made
    menu = ladder.menu(ask, None, count)
    assert menu[0] == ask
    assert len(menu) == count
    assert menu == sorted(set(menu))
    assert menu[1:] == list(islice(ladder.rungs(ask + 1), count - 1))


@given(ladders(), st.integers(0, 600), st.integers(0, 600))
def test_the_leaders_menu_lies_above_his_own_maximum(made, ask, own):
    ladder, _rows = made
    menu = ladder.menu(ask, own, 5)
    assert all(rung > own for rung in menu)
    assert menu[0] == ladder.rung_above(own)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"rows": ((0, 0),)},
        {"rows": ((0, 5), (0, 6))},
        {"rows": ((5, 5), (1, 6))},
        {"rows": ((-1, 5),)},
        {"rows": ((0, 5),), "first_rung": -1},
        {"rows": ((0, 5),), "percent": PercentStep(Fraction(5), 1, 1)},
        {"percent": PercentStep(Fraction(5), 0, 1)},
        {"percent": PercentStep(Fraction(5), 1, 0)},
    ],
)
def test_what_is_no_ladder_is_refused(wrong):
    with pytest.raises(LadderProblem):
        Ladder(**wrong)


@given(
    st.integers(0, 1000), st.integers(1, 50), st.integers(0, 3), st.none() | st.integers(0, 3000),
    st.integers(0, 4000),
)  # fmt: skip
def test_a_fixed_step_bid_is_start_plus_whole_steps(start, step, least, current, amount):
    assume(current is None or current >= start)
    reason = step_refusal(
        start=start, step=step, least=least, current=current, amount=amount, by_leader=False
    )
    legal = {start + n * step for n in range(least, 5000)}
    wanted = amount in legal and (current is None or amount > current)
    assert (reason is None) == wanted
