"""Findings of panels: blind until all are in, counted by the rule, dissent kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.engine.results import (
    Opinion,
    Outcome,
    Refusal,
    ResultRule,
    Verdict,
    is_revealed,
    may_enlarge,
    refusal_of,
    result_of,
)

RULE = ResultRule()
MASTER, SCHOOL = Verdict("autograph", "齐白石"), Verdict("school", "齐白石")
DUE = datetime(2026, 12, 1, 16, tzinfo=UTC)


def opinions(**verdicts: Verdict | None) -> list[Opinion]:
    return [Opinion(expert, verdict) for expert, verdict in verdicts.items()]


def test_nothing_is_revealed_before_all_are_in():
    given_ = opinions(a=MASTER)
    assert not is_revealed(["a", "b"], given_)
    assert result_of(RULE, ["a", "b"], given_).outcome == Outcome.OPEN
    assert is_revealed(["a"], given_)
    assert not is_revealed([], [])


def test_two_who_differ_are_undetermined_and_a_third_decides():
    two = opinions(a=MASTER, b=SCHOOL)
    found = result_of(RULE, ["a", "b"], two)
    assert (found.outcome, found.verdict, found.dissent) == (
        Outcome.UNDETERMINED, None, ("a", "b"),
    )  # fmt: skip
    assert may_enlarge(RULE, ["a", "b"], found)
    assert result_of(RULE, ["a", "b", "c"], two).outcome == Outcome.OPEN
    found = result_of(RULE, ["a", "b", "c"], [*two, Opinion("c", SCHOOL)])
    assert (found.outcome, found.verdict) == (Outcome.DECIDED, SCHOOL)
    assert (found.majority, found.dissent) == (("b", "c"), ("a",))
    assert not may_enlarge(RULE, ["a", "b", "c"], found)


def test_the_same_term_for_another_maker_is_another_verdict():
    found = result_of(RULE, ["a", "b"], opinions(a=MASTER, b=replace(MASTER, maker="佚名")))
    assert found.outcome == Outcome.UNDETERMINED


def test_who_cannot_tell_counts_against_every_verdict():
    found = result_of(RULE, ["a", "b"], opinions(a=MASTER, b=None))
    assert found.outcome == Outcome.UNDETERMINED
    found = result_of(RULE, list("abc"), opinions(a=MASTER, b=None, c=MASTER))
    assert (found.verdict, found.dissent) == (MASTER, ("b",))
    assert result_of(RULE, ["a", "b"], opinions(a=None, b=None)).outcome == Outcome.UNDETERMINED


def test_exactly_half_is_no_majority():
    found = result_of(RULE, list("abcd"), opinions(a=MASTER, b=MASTER, c=SCHOOL, d=None))
    assert found.outcome == Outcome.UNDETERMINED


def test_a_rule_may_ask_for_more_or_for_all():
    three = opinions(a=MASTER, b=MASTER, c=SCHOOL)
    assert result_of(ResultRule(Fraction(2, 3)), list("abc"), three).verdict is None
    assert result_of(ResultRule(Fraction(3, 5)), list("abc"), three).verdict == MASTER
    assert result_of(ResultRule(is_unanimous=True), list("abc"), three).verdict is None
    assert result_of(ResultRule(is_unanimous=True), ["a", "b"], three[:2]).verdict == MASTER


def test_a_void_opinion_does_not_count_but_is_named():
    three = [Opinion("a", MASTER, is_void=True), *opinions(b=SCHOOL, c=SCHOOL)]
    found = result_of(RULE, list("abc"), three)
    assert (found.verdict, found.void, found.dissent) == (SCHOOL, ("a",), ())
    two = [Opinion("a", MASTER, is_void=True), Opinion("b", MASTER)]
    found = result_of(RULE, ["a", "b"], two)
    assert (found.outcome, found.void) == (Outcome.INCOMPLETE, ("a",))
    assert may_enlarge(RULE, ["a", "b"], found)
    assert not may_enlarge(replace(RULE, most=2), ["a", "b"], found)


def test_a_verdict_from_photographs_supports_no_certificate():
    seen = opinions(a=MASTER, b=MASTER)
    assert result_of(RULE, ["a", "b"], seen).supports_certificate
    from_pictures = [seen[0], replace(seen[1], saw_object=False)]
    found = result_of(RULE, ["a", "b"], from_pictures)
    assert (found.verdict, found.supports_certificate) == (MASTER, False)
    # A dissenter's photographs take nothing from those who saw the object.
    three = [*seen, Opinion("c", SCHOOL, saw_object=False)]
    assert result_of(RULE, list("abc"), three).supports_certificate


VERDICTS = st.sampled_from([MASTER, SCHOOL, Verdict("forgery"), None])


@given(st.lists(st.tuples(VERDICTS, st.booleans(), st.booleans()), min_size=1, max_size=9))
def test_every_opinion_is_counted_once_and_the_order_does_not_matter(drawn):
    given_ = [Opinion(f"e{n}", v, saw, void) for n, (v, saw, void) in enumerate(drawn)]
    panel = [o.expert for o in given_]
    found = result_of(RULE, panel, given_)
    assert result_of(RULE, panel, given_[::-1]) == found
    if found.outcome == Outcome.INCOMPLETE:
        assert sum(not o.is_void for o in given_) < RULE.least
        return
    assert sorted((*found.majority, *found.dissent, *found.void)) == sorted(panel)
    if found.verdict is not None:
        counting = [o for o in given_ if not o.is_void]
        assert 2 * len(found.majority) > len(counting)
        assert {o.verdict for o in counting if o.expert in found.majority} == {found.verdict}
        assert all(o.verdict != found.verdict for o in counting if o.expert in found.dissent)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"at": DUE}, None),
        ({"at": DUE + timedelta(microseconds=1)}, Refusal.LATE),
        ({"expert": "x"}, Refusal.NOT_ON_PANEL),
        ({"given": ["a"]}, Refusal.ALREADY_GIVEN),
        ({"is_revealed": True}, Refusal.REVEALED),
        ({"reasons": " \n"}, Refusal.NO_REASONS),
        ({"evidence": 0}, Refusal.NO_EVIDENCE),
    ],
)
def test_an_opinion_is_received_once_in_time_with_reasons_and_evidence(changes, refusal):
    sound = {
        "expert": "a", "panel": ["a", "b"], "given": ["b"], "at": DUE - timedelta(days=1),
        "due": DUE, "is_revealed": False, "reasons": "印泥与题款时期相合", "evidence": 1,
    }  # fmt: skip
    assert refusal_of(**(sound | changes)) == refusal


@pytest.mark.parametrize(
    "wrong", [{"share": Fraction(1, 3)}, {"share": Fraction(1)}, {"least": 0}, {"most": 1}]
)
def test_a_rule_that_decides_nothing_or_everything_is_refused(wrong):
    with pytest.raises(ValueError, match="share"):
        ResultRule(**wrong)
