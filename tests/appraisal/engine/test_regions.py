"""Regions on pictures: one text each, within the picture, and how much two have in common."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.engine.regions import (
    GRID,
    MOST_POINTS,
    Region,
    RegionProblem,
    common_area,
    overlap,
    read_selector,
    read_typed,
    rectangle,
    selector,
    typed,
)

numbers = st.integers(0, GRID)


@st.composite
def rectangles(draw) -> Region:
    x, y = draw(st.integers(0, GRID - 1)), draw(st.integers(0, GRID - 1))
    return rectangle(x, y, draw(st.integers(1, GRID - x)), draw(st.integers(1, GRID - y)))


@st.composite
def polygons(draw) -> Region:
    """Points that drawing kept; hypothesis throws away those that are no region."""
    points = draw(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=7, unique=True))
    try:
        return Region(tuple(points))
    except RegionProblem:
        x, y, width, height = draw(st.tuples(*[st.integers(1, GRID // 2)] * 4))
        return Region(((x, y), (x + width, y), (x, y + height)))


regions = rectangles() | polygons()


@given(regions)
def test_a_region_comes_back_from_json_and_from_what_people_type(region):
    assert read_selector(selector(region)) == region
    assert read_typed(typed(region)) == region


@given(st.text(max_size=60) | st.text("0123456789.,; %-", max_size=60))
def test_whatever_is_typed_is_a_region_within_the_picture_or_refused(text):
    try:
        region = read_typed(text)
    except RegionProblem:
        return
    assert all(0 <= value <= GRID for point in region.points for value in point)
    assert region.double_area > 0


@given(regions, regions)
def test_overlap_is_a_share_and_the_same_both_ways(one, other):
    joint, of_smaller = overlap(one, other)
    assert 0 <= joint <= of_smaller <= 1
    assert overlap(other, one) == pytest.approx((joint, of_smaller), abs=1e-6)
    assert overlap(one, one) == (1, 1)


@given(rectangles(), rectangles())
def test_clipping_agrees_with_the_plain_rule_for_rectangles(one, other):
    assert common_area(Region(one.points), Region(other.points)) == pytest.approx(
        common_area(one, other), rel=1e-9, abs=1e-3
    )


def test_a_polygon_with_a_bay_has_nothing_of_what_lies_in_the_bay():
    horseshoe = Region(
        ((0, 0), (9000, 0), (9000, 9000), (6000, 9000), (6000, 3000), (3000, 3000), (3000, 9000), (0, 9000))
    )  # fmt: skip
    assert common_area(horseshoe, rectangle(3000, 3000, 3000, 6000)) == pytest.approx(0, abs=1e-3)
    whole = rectangle(0, 0, 9000, 9000)
    assert common_area(horseshoe, whole) == pytest.approx(horseshoe.double_area)
    assert overlap(horseshoe, rectangle(0, 0, 3000, 3000)) == pytest.approx((1 / 7, 1))


def test_the_two_closed_forms_are_those_of_the_standard():
    assert selector(rectangle(1234, 500, 2000, 3050)) == {
        "type": "FragmentSelector",
        "conformsTo": "http://www.w3.org/TR/media-frags/",
        "value": "xywh=percent:12.34,5,20,30.5",
    }
    assert selector(Region(((0, 0), (10000, 0), (5, 2500)))) == {
        "type": "SvgSelector",
        "value": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">'
        '<polygon points="0,0 1,0 0.0005,0.25"/></svg>',
    }


FRAGMENT = selector(rectangle(0, 0, 100, 100))
POLYGON = selector(Region(((0, 0), (100, 0), (0, 100))))


@pytest.mark.parametrize(
    "value",
    [
        None, "xywh=percent:1,1,1,1", [], {}, {"type": "FragmentSelector"},
        {**FRAGMENT, "more": 1}, {**FRAGMENT, "value": "xywh=1,1,1,1"}, {**FRAGMENT, "value": 7},
        {**FRAGMENT, "conformsTo": "http://example.org/"}, {**FRAGMENT, "value": "xywh=percent:1,1,1"},
        {**FRAGMENT, "value": "xywh=percent:1,1,1,1.001"}, {**FRAGMENT, "value": "xywh=percent:-1,1,1,1"},
        {**FRAGMENT, "value": "xywh=percent:１,1,1,1x"}, {**POLYGON, "type": "PointSelector"},
        {**POLYGON, "value": POLYGON["value"].replace("<polygon", '<script/><polygon')},
        {**POLYGON, "value": POLYGON["value"].replace("0,0 ", "0,0  ")},
        {**POLYGON, "value": POLYGON["value"].replace("0,0 ", "0 ")},
    ],
)  # fmt: skip
def test_another_form_is_refused(value):
    with pytest.raises(RegionProblem) as refusal:
        read_selector(value)
    assert refusal.value.code == "form"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "form"), ("a b c d", "form"), ("1 2 3", "form"), ("1,2 3", "form"), ("-1 0 5 5", "form"),
        ("0 0 0 5", "empty"), ("0 0 100.01 5", "outside"), ("90 0 20 5", "outside"),
        ("1,1 2,2", "points"), ("1,1 2,2 3,3", "empty"), ("0,0 10,10 10,0 0,10", "crossing"),
        ("0,0 10,0 10,10 0,0 5,5", "crossing"), ("0,0 10,0 5,0 5,5", "crossing"),
        ("0,0 10,0 10,10 5,0", "crossing"), ("1," * 600, "form"),
        (" ".join(f"{x},{x % 2}" for x in range(MOST_POINTS + 1)), "points"),
    ],
)  # fmt: skip
def test_what_is_no_region_is_told_by_its_fault(text, code):
    with pytest.raises(RegionProblem) as refusal:
        read_typed(text)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("10 20 30 40", rectangle(1000, 2000, 3000, 4000)),
        ("10, 20, 30, 40", rectangle(1000, 2000, 3000, 4000)),
        ("１０％，２０％，３０％，４０％", rectangle(1000, 2000, 3000, 4000)),
        ("12.345 0 1 1", rectangle(1234, 0, 100, 100)),
        ("0,0 10,0 10,10 0,10", Region(((0, 0), (1000, 0), (1000, 1000), (0, 1000)))),
        ("0，0；10，0；0，10", Region(((0, 0), (1000, 0), (0, 1000)))),
    ],
)
def test_people_may_type_as_they_are_used_to(text, region):
    assert read_typed(text) == region
