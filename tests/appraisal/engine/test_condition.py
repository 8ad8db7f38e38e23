"""Findings of two reports: what is the same, what changed, what is new, what is gone."""

import dataclasses
import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.engine.condition import (
    Difference,
    Finding,
    NotAFinding,
    annotation,
    compare,
    finding_json,
    read_finding,
)
from appraisal.engine.regions import GRID, Region, rectangle

from .test_regions import regions

SCALES = {"severity": ("slight", "moderate", "severe"), "extent": ("spot", "local")}
OTHER_WAY = {"larger": "smaller", "smaller": "larger", "same": "same", "moved": "moved"}


@st.composite
def findings(draw) -> Finding:
    region = draw(st.none() | regions)
    return Finding(
        number=draw(st.integers(1, 99)),
        kind=draw(st.sampled_from(("tear", "stain"))),
        severity=draw(st.sampled_from(SCALES["severity"])),
        extent=draw(st.sampled_from(SCALES["extent"])),
        age=draw(st.sampled_from(("old", "new"))),
        note=draw(st.sampled_from(("", "左下角", "边缘"))),
        picture=draw(st.sampled_from(("front.jpg", "again.jpg"))) if region else "",
        view=draw(st.sampled_from(("", "overall"))) if region else "",
        region=region,
    )


def content(found):
    return Counter(json.dumps(finding_json(f) | {"number": 0}, sort_keys=True) for f in found)


@given(findings())
def test_a_finding_comes_back_from_its_json(finding):
    assert read_finding(json.loads(json.dumps(finding_json(finding)))) == finding


@given(st.lists(findings(), max_size=6))
def test_a_report_compared_with_itself_shows_no_difference(found):
    comparison = compare(found, found, least_overlap=30, scales=SCALES)
    assert comparison.is_same
    assert len(comparison.unchanged) == len(found)


@given(st.lists(findings(), max_size=5), st.lists(findings(), max_size=5))
def test_the_other_way_round_new_is_gone_and_worse_is_better(one, other):
    there = compare(one, other, least_overlap=30, scales=SCALES)
    back = compare(other, one, least_overlap=30, scales=SCALES)
    assert content(there.new) == content(back.gone)
    assert content(there.gone) == content(back.new)
    assert Counter(m.spread for m in there.matches) == Counter(
        OTHER_WAY[m.spread] for m in back.matches
    )
    assert Counter(d for m in there.matches for d in m.differences) == Counter(
        Difference(d.field, d.after, d.before, -d.step) for m in back.matches for d in m.differences
    )
    assert len(there.matches) + len(there.new) == len(other)
    assert len(there.matches) + len(there.gone) == len(one)


TEAR = Finding(1, "tear", "slight", "spot", "old", "", "", "a", "overall", rectangle(0, 0, 1000, 100))  # fmt: skip


def after(**changes) -> Finding:
    return dataclasses.replace(TEAR, number=7, **changes)


def test_a_tear_that_grew_is_the_same_tear_and_larger():
    grown = after(region=rectangle(0, 0, 4000, 120), severity="severe", picture="b")
    (match,) = compare([TEAR], [grown], least_overlap=30, scales=SCALES).changed
    assert (match.before, match.after, match.spread) == (TEAR, grown, "larger")
    assert match.differences == (Difference("severity", "slight", "severe", 2),)


def test_a_region_drawn_a_hair_elsewhere_is_no_change():
    assert compare([TEAR], [after(region=rectangle(10, 1, 1000, 100))], least_overlap=30).is_same


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "stain"},
        {"region": rectangle(5000, 5000, 1000, 100)},
        {"picture": "b", "view": "verso"},
        {"picture": "b", "view": ""},
        {"region": None, "picture": "", "view": ""},
    ],
)
def test_another_kind_place_or_picture_is_another_finding(changes):
    comparison = compare([TEAR], [after(**changes)], least_overlap=30)
    assert (comparison.matches, comparison.new, comparison.gone) == (
        (), (after(**changes),), (TEAR,),
    )  # fmt: skip


def test_of_two_candidates_the_one_that_fits_best_is_taken():
    near, exact = after(region=rectangle(0, 0, 900, 100)), after(region=TEAR.region)
    comparison = compare([TEAR], [near, exact], least_overlap=30)
    assert [m.after for m in comparison.matches] == [exact]
    assert comparison.new == (near,)


def test_a_share_below_the_least_is_another_place():
    half_out = after(region=rectangle(500, 0, 1000, 100))
    assert compare([TEAR], [half_out], least_overlap=50).new == ()
    assert compare([TEAR], [half_out], least_overlap=51).new == (half_out,)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0},
        {"number": True},
        {"note": None},
        {"more": 1},
        {"region": None},
        {"picture": ""},
    ],
)
def test_json_that_is_no_finding_is_refused(change):
    with pytest.raises(NotAFinding):
        read_finding({**finding_json(TEAR), **change})
    with pytest.raises(NotAFinding):
        read_finding([])


def test_the_annotation_has_the_form_of_the_standard():
    stain = Finding(2, "stain", "slight", "spot", "old", "水渍", "tide line", "u", "overall",
                    Region(((0, 0), (GRID, 0), (0, GRID))))  # fmt: skip
    made = annotation(
        stain, address="https://x/a#2", source="https://x/u.jpg",
        labels=[("zh", "污渍"), ("en", "stain")], concepts=["http://vocab.getty.edu/aat/1"],
    )  # fmt: skip
    assert (made["type"], made["motivation"], made["id"]) == (
        "Annotation", "describing", "https://x/a#2",
    )  # fmt: skip
    assert made["target"]["source"] == "https://x/u.jpg"
    assert made["target"]["selector"]["type"] == "SvgSelector"
    assert [(b["purpose"], b.get("language", "")) for b in made["body"]] == [
        ("tagging", "zh"), ("tagging", "en"), ("classifying", ""), ("describing", "zh"),
        ("describing", "en"),
    ]  # fmt: skip
    whole = dataclasses.replace(stain, region=None, picture="", view="")
    assert (
        annotation(whole, address="a", source="https://x/w", labels=[])["target"] == "https://x/w"
    )
