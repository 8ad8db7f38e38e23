"""Panels: how many, qualified for what, licensed when, free of which conflicts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.engine.panels import (
    Conflict,
    Expert,
    Matter,
    PanelFault,
    PanelRule,
    expert_faults,
    is_licensed,
    is_qualified,
    panel_faults,
)

RULE = PanelRule(least=2, least_relic=5)
DAY = date(2026, 11, 28)
INK = Matter("ink", (1900, 1930))


def expert(key: str, **changes) -> Expert:
    sound = Expert(
        key, frozenset({"ink"}), licensed=(date(2020, 1, 1), None), is_senior=True,
        conflicts=frozenset(),
    )  # fmt: skip
    return replace(sound, **changes)


def codes(matter: Matter, *experts: Expert) -> list[tuple[str, str]]:
    return [(f.code.value, f.expert) for f in panel_faults(RULE, matter, experts, on=DAY)]


def test_two_sound_experts_are_a_panel_and_one_is_not():
    assert codes(INK, expert("a"), expert("b")) == []
    assert codes(INK, expert("a")) == [("too_few", "")]
    assert codes(INK) == [("too_few", "")]
    assert panel_faults(RULE, INK, [], on=DAY)[0].detail == ("2",)


def test_nobody_sits_twice():
    assert codes(INK, expert("a"), expert("a")) == [("twice", "a")]


def test_a_relic_has_five_seniors():
    relic = replace(INK, is_relic=True)
    five = [expert(key) for key in "abcde"]
    assert codes(relic, *five) == []
    assert codes(relic, *five[:4]) == [("too_few", "")]
    assert codes(relic, *five[:4], expert("e", is_senior=False)) == [("not_senior", "e")]
    assert codes(INK, expert("a", is_senior=False), expert("b", is_senior=False)) == []


def test_a_contested_matter_has_an_odd_panel_without_those_who_sat_before():
    contested = replace(INK, is_contested=True, barred=frozenset({"c"}))
    assert codes(contested, expert("a"), expert("b")) == [("not_odd", "")]
    assert codes(contested, *map(expert, "abd")) == []
    assert codes(contested, *map(expert, "abc")) == [("sat_before", "c")]


@pytest.mark.parametrize("conflict", Conflict)
def test_every_conflict_bars_and_silence_does_too(conflict):
    found = expert_faults(INK, expert("a", conflicts=frozenset({conflict})), on=DAY)
    assert [(f.code, f.detail) for f in found] == [(PanelFault.CONFLICT, (conflict.value,))]
    found = expert_faults(INK, expert("a", conflicts=None), on=DAY)
    assert [f.code for f in found] == [PanelFault.NOT_DECLARED]


def test_a_licence_counts_from_its_first_to_its_last_day():
    first, last = date(2026, 1, 1), date(2026, 11, 28)
    lasting = expert("a", licensed=(first, last))
    days = [first - timedelta(1), first, last, last + timedelta(1)]
    assert [is_licensed(lasting, day) for day in days] == [False, True, True, False]
    assert not is_licensed(expert("a", licensed=None), DAY)
    assert codes(INK, expert("a"), expert("b", licensed=(first, DAY - timedelta(1)))) == [
        ("licence", "b")
    ]


def test_all_faults_are_told_at_once():
    worst = Expert("x", frozenset())
    assert [code for code, _who in codes(replace(INK, is_relic=True), worst)] == [
        "too_few", "not_qualified", "not_senior", "licence", "not_declared",
    ]  # fmt: skip


def test_a_limited_expert_needs_a_known_date_and_periods_may_adjoin():
    limited = expert("a", periods=((1850, 1911), (1912, 1949)))
    assert is_qualified(limited, INK)
    assert is_qualified(limited, replace(INK, years=(1850, 1949)))
    assert not is_qualified(limited, replace(INK, years=(1849, 1900)))
    assert not is_qualified(limited, replace(INK, years=(1949, 1950)))
    assert not is_qualified(limited, replace(INK, years=None))
    assert is_qualified(expert("a"), replace(INK, years=None))
    assert not is_qualified(expert("a"), replace(INK, category="bronze"))


SPANS = st.tuples(st.integers(-300, 300), st.integers(0, 80)).map(lambda s: (s[0], s[0] + s[1]))


@given(SPANS, st.lists(SPANS, min_size=1, max_size=6))
def test_periods_cover_a_span_exactly_where_they_hold_each_of_its_years(years, periods):
    held = {year for first, last in periods for year in range(first, last + 1)}
    expected = all(year in held for year in range(years[0], years[1] + 1))
    assert is_qualified(expert("a", periods=tuple(periods)), replace(INK, years=years)) is expected


def test_a_rule_that_asks_less_of_relics_is_refused():
    with pytest.raises(ValueError, match="relic"):
        PanelRule(least=3, least_relic=2)
