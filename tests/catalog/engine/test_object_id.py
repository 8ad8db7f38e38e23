"""Completeness by the ten Object ID categories (registry rules, section 1)."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artmarket.core.testing import require_shared
from catalog.engine.object_id import CATEGORIES, assess

UNKNOWN_ALLOWED = {"materials", "title", "subject", "date", "maker"}


def complete() -> dict[str, Any]:
    return {
        "form": "flat",
        "photos": [
            {"view": "overall", "scale": True},
            {"view": "verso"},
            {"view": "detail", "shows": "seal-a"},
        ],
        "type": ["300033618", "300178463"],
        "materials": {"materials": ["300014072"], "techniques": ["300310140"]},
        "measurements": [
            {"dimension": "height", "value": "33.2", "unit": "cm"},
            {"dimension": "width", "value": "412", "unit": "cm"},
        ],
        "inscriptions": [{"ref": "seal-a", "kind": "钤印", "text": "听松"}],
        "features": "卷尾接纸一段，右下有虫蛀三处",
        "title": "溪山晴雪",
        "subject": "雪景",
        "date": "1998~",
        "maker": {"name": "李某", "attribution": "300404269"},
    }


def test_every_shared_vector_gives_its_exact_score_and_codes() -> None:
    path = require_shared("vectors/registry/object_id.json")
    cases = json.loads(path.read_text("utf-8"))["cases"]
    assert len(cases) == 33
    for case in cases:
        found = assess(case["record"])
        shown = {
            "score": found.score,
            "missing": {key: list(codes) for key, codes in found.missing.items()},
            "eligible": found.eligible,
        }
        assert shown == case["expect"], case["why"]


def test_a_complete_record_scores_ten_and_is_eligible() -> None:
    found = assess(complete())
    assert (found.score, dict(found.missing), found.eligible) == (10, {}, True)


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_category_is_worth_exactly_one_point(category: str) -> None:
    record = complete()
    del record["photos" if category == "photographs" else category]
    found = assess(record)
    assert found.score == 9
    assert dict(found.missing) == {category: ("missing",)}
    assert not found.eligible


@pytest.mark.parametrize("category", CATEGORIES)
def test_unknown_with_a_reason_answers_only_where_the_rule_allows_it(category: str) -> None:
    record = complete()
    key = "photos" if category == "photographs" else category
    record[key] = {"unknown": True, "reason": "装裱未拆"}
    codes = assess(record).missing.get(category)
    if category in UNKNOWN_ALLOWED:
        assert codes is None
    else:
        assert codes == ("unknown-not-allowed",)


def test_a_reason_of_three_characters_is_no_reason() -> None:
    record = complete() | {"title": {"unknown": True, "reason": "无题签"}}
    assert assess(record).missing["title"] == ("unknown-without-reason",)


@pytest.mark.parametrize("value", ["1e3", "-3", "NaN", "Infinity", "1_000", "", None, True, "3,5"])
def test_a_measure_must_be_a_plain_decimal_above_zero(value: object) -> None:
    record = complete()
    record["measurements"][0]["value"] = value
    assert "bad-value" in assess(record).missing["measurements"]


@pytest.mark.parametrize(
    ("names", "enough"),
    [
        (("diameter",), True),
        (("height", "width"), True),
        (("length", "width"), True),
        (("height", "length"), False),
        (("depth",), False),
    ],
)
def test_a_solid_thing_needs_a_diameter_or_two_sides(names: tuple[str, ...], enough: bool) -> None:
    record = complete() | {"form": "solid"}
    record["measurements"] = [{"dimension": n, "value": "9", "unit": "cm"} for n in names]
    assert ("measurements" not in assess(record).missing) is enough


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "unknown",
                    "none",
                    "reason",
                    "ref",
                    "kind",
                    "text",
                    "view",
                    "scale",
                    "shows",
                    "name",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["form", "photos", *CATEGORIES]), JSON) | JSON)
def test_no_input_raises_and_the_score_is_ten_less_the_gaps(record: object) -> None:
    found = assess(record)
    assert found.score == 10 - len(found.missing)
    assert found.eligible is (found.score == 10)
    assert all(codes and list(codes) == sorted(codes) for codes in found.missing.values())
    assert set(found.missing) <= set(CATEGORIES)


@settings(deadline=None)
@given(st.sets(st.sampled_from(CATEGORIES)), st.sampled_from(CATEGORIES))
def test_adding_an_answer_never_lowers_the_score(kept: set[str], added: str) -> None:
    def part(categories: set[str]) -> dict[str, Any]:
        keys = {"photos" if c == "photographs" else c for c in categories}
        return {key: value for key, value in complete().items() if key in keys}

    assert assess(part(kept | {added})).score >= assess(part(kept)).score
