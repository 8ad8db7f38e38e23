"""Drawings as numbers: from zero, in scale, with gaps; and what of them the page shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.charts import FLOOR, LEFT, RIGHT, TOP, Series, ceiling, chart


def drawn(kind, *values, **more):
    labels = [str(n) for n in range(len(values[0]))]
    return chart(kind, labels, [Series(f"s{n}", tuple(v)) for n, v in enumerate(values)], **more)


@pytest.mark.parametrize(
    ("most", "top"),
    [(1, 1), (3, 4), (5, 5), (7, 8), (9, 10), (10, 10), (11, 20), (101, 200), (41_000, 50_000)],
)
def test_an_axis_ends_at_a_round_number(most, top):
    assert ceiling(most) == top


def test_an_axis_of_nothing_is_none():
    with pytest.raises(ValueError, match="above zero"):
        ceiling(0)
    assert drawn("bars", [0, 0]) is None
    assert drawn("lines", [None, None]) is None


def test_bars_stand_on_the_floor_and_rise_in_scale():
    made = drawn("bars", [10, 5, 0])
    assert [(bar.y, bar.height) for bar in made.bars] == [(TOP, FLOOR - TOP), (91.0, 69.0)]
    assert [mark.words for mark in made.grid] == ["10", "5"]


def test_bars_of_two_things_stand_side_by_side_with_their_tones():
    made = drawn("bars", [1, 1], [1, 1])
    assert [bar.tone for bar in made.bars] == [1, 1, 2, 2]
    assert made.bars[2].x == pytest.approx(made.bars[0].x + made.bars[0].width)
    assert made.names == ((1, "s0"), (2, "s1"))


def test_a_missing_value_breaks_the_line_and_is_marked():
    made = drawn("lines", [1, 2, None, 4, None])
    assert [len(line.dots) for line in made.lines] == [2, 1]
    assert len(made.gaps) == 2 and {mark.words for mark in made.gaps} == {"x"}


def test_many_labels_are_thinned_and_the_last_one_stays():
    made = drawn("bars", list(range(24)))
    assert [mark.words for mark in made.labels] == ["3", "7", "11", "15", "19", "23"]


def test_the_axis_speaks_as_it_is_told():
    assert [m.words for m in drawn("bars", [4], say=lambda n: f"¥{n}").grid] == ["¥4", "¥2"]


def test_what_cannot_be_drawn_is_refused():
    for series, words in (
        ([Series("a", (1,))] * 6, "more than 5"),
        ([Series("a", (1, 2))], "each label"),
        ([Series("a", (-1,))], "below zero"),
    ):
        with pytest.raises(ValueError, match=words):
            chart("bars", ["x"], series)


values = st.lists(st.none() | st.integers(0, 10**15), min_size=1, max_size=24)


@given(values)
def test_everything_stays_within_the_drawing_and_equal_values_are_equally_high(row):
    for kind in ("bars", "lines"):
        made = drawn(kind, row)
        if made is None:
            assert not any(row)
            continue
        for bar in made.bars:
            assert bar.x >= LEFT and bar.x + bar.width <= RIGHT + 0.02
            assert bar.y >= TOP and bar.y + bar.height == pytest.approx(FLOOR, abs=0.02)
        for line in made.lines:
            assert all(LEFT <= x <= RIGHT and TOP <= y <= FLOOR for x, y in line.dots)
        assert len(made.gaps) == row.count(None)
