"""Impression labels and the arithmetic of editions (registry rules, section 1)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.engine.editions import (
    EditionPlan,
    EditionProblem,
    GivenImpression,
    Impression,
    check_edition,
    describe_impression,
    read_impression,
    remaining,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3/50", Impression("numbered", 3, 50)),
        ("３／５０", Impression("numbered", 3, 50)),
        ("No. 3/50", Impression("numbered", 3, 50)),
        ("Edition 35 of 75", Impression("numbered", 35, 75)),
        ("第18/60号", Impression("numbered", 18, 60)),
        ("60张之第18号", Impression("numbered", 18, 60)),
        ("XII/XX", Impression("numbered", 12, 20, roman=True)),
        ("AP 2/5", Impression("artist-proof", 2, 5)),
        ("2/5 A.P.", Impression("artist-proof", 2, 5)),
        ("A/P", Impression("artist-proof")),
        ("E.A. I/V", Impression("artist-proof", 1, 5, roman=True)),
        ("AP 3", Impression("artist-proof", 3)),
        ("H.C.", Impression("hors-commerce")),
        ("PP 1/2", Impression("printers-proof", 1, 2)),
        ("试版", Impression("trial-proof")),
        ("艺术家自留版1/3", Impression("artist-proof", 1, 3)),
        ("孤版", Impression("unique")),
        ("1/1", Impression("unique")),
    ],
)
def test_labels_are_read(text: str, expected: Impression) -> None:
    assert read_impression(text) == expected


@pytest.mark.parametrize("text", ["51/50", "0/10", "", "50", "3/L5", "first state", "AP 6/5"])
def test_labels_that_say_nothing_or_contradict_themselves_are_not_read(text: str) -> None:
    assert read_impression(text) is None


def copies(*labels: str) -> list[GivenImpression]:
    return [GivenImpression(f"r{i}", label) for i, label in enumerate(labels, 1)]


def test_an_edition_in_order_has_no_problems() -> None:
    plan = EditionPlan(size=50, proofs={"artist-proof": 5})
    given_copies = copies("1/50", "2/50", "AP 1/5", "H.C.", "I/X")
    assert check_edition(plan, given_copies) == ()


def test_a_copy_above_the_size_is_refused() -> None:
    found = check_edition(EditionPlan(size=10), copies("11/20"))
    assert found == (EditionProblem("above-size", ("r1",), "11/20"),)


def test_a_size_other_than_the_declared_one_is_reported() -> None:
    found = check_edition(EditionPlan(size=50), copies("3/60"))
    assert found == (EditionProblem("size-differs", ("r1",), "3/60"),)


def test_a_proof_above_the_declared_proofs_is_refused() -> None:
    plan = EditionPlan(size=50, proofs={"artist-proof": 2})
    found = check_edition(plan, copies("AP 3/5"))
    assert found == (EditionProblem("proof-above-size", ("r1",), "AP 3/5"),)


def test_the_same_number_twice_is_a_duplicate_even_if_one_copy_is_destroyed() -> None:
    given_copies = [
        GivenImpression("a", "3/50", destroyed=True),
        GivenImpression("b", "第3/50号"),
        GivenImpression("c", "AP 3/5"),
        GivenImpression("d", "III/L"),
    ]
    found = check_edition(EditionPlan(size=50), given_copies)
    assert found == (EditionProblem("duplicate", ("a", "b"), "3/50"),)


def test_more_unnumbered_proofs_than_declared_are_too_many() -> None:
    plan = EditionPlan(size=50, proofs={"hors-commerce": 1})
    found = check_edition(plan, copies("H.C.", "HC"))
    assert found == (EditionProblem("too-many", ("r1", "r2"), "hors-commerce"),)


def test_a_label_that_cannot_be_read_is_reported_and_the_rest_still_checked() -> None:
    found = check_edition(EditionPlan(size=5), copies("??", "6/9"))
    assert [problem.code for problem in found] == ["unreadable", "above-size"]


def test_destroyed_copies_keep_their_place() -> None:
    plan = EditionPlan(size=3)
    given_copies = [GivenImpression("a", "1/3", destroyed=True), GivenImpression("b", "2/3")]
    assert remaining(plan, given_copies) == 1
    assert remaining(EditionPlan(), given_copies) is None


@pytest.mark.parametrize(
    ("label", "zh", "en"),
    [
        ("3/50", "3/50", "3/50"),
        ("AP 2/5", "艺术家自留版2/5", "AP 2/5"),
        ("试版", "试版", "TP"),
        ("xii/xx", "XII/XX", "XII/XX"),
    ],
)
def test_a_label_is_told_in_both_languages(label: str, zh: str, en: str) -> None:
    found = read_impression(label)
    assert found is not None
    assert (describe_impression(found), describe_impression(found, "en")) == (zh, en)


@settings(deadline=None)
@given(st.integers(1, 3000), st.integers(2, 3000), st.booleans())
def test_a_told_label_reads_back(number: int, size: int, roman: bool) -> None:
    impression = Impression("artist-proof", min(number, size), size, roman)
    assert read_impression(describe_impression(impression)) == impression
    assert read_impression(describe_impression(impression, "en")) == impression


@settings(deadline=None)
@given(st.text(max_size=30))
def test_no_label_raises(text: str) -> None:
    read_impression(text)
