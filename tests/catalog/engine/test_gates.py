"""The gates as pure functions: what is unknown never passes, and bad news never opens an act."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.engine.gates import ACTS, ADVISORY, GATES, RULES, Facts, Rules, combined, judge

RIGHTS = {
    "not_relic": {"pledge": "yes", "offer": "yes", "foreign_buyer": "yes"},
    "general": {"pledge": "yes", "offer": "reviewed_licensed", "foreign_buyer": "export_permit"},
    "precious": {
        "pledge": "not_state_collection", "offer": "reviewed_preemption", "foreign_buyer": "no",
    },
    "no_export": {"pledge": "chinese_pledgee", "offer": "reviewed", "foreign_buyer": "no"},
    "unknown": {"pledge": "blocked", "offer": "blocked", "foreign_buyer": "blocked"},
}  # fmt: skip
RULE_VALUES = Rules(
    acts=dict.fromkeys(ACTS, GATES),
    points={rule: 10 for rule in RULES if "objectid" in rule},
    rights=RIGHTS,
    lawful_sources=frozenset({"inherited", "auction"}),
    versions=dict.fromkeys(RULES, 1),
)
SOUND = Facts(
    score=10, stolen_compared=True, relic_status="not_relic", materials_known=True,
    source_kind="own_work", holders=1,
)  # fmt: skip
keys = st.lists(st.integers(1, 99), max_size=3).map(tuple)
words = st.lists(st.sampled_from(["ivory", "jade", "1937:gap"]), max_size=2).map(tuple)
known = st.builds(
    Facts,
    score=st.integers(0, 10), stolen_compared=st.booleans(), stolen_open=keys, stolen_same=keys,
    pairs_open=keys, pairs_same=keys, pairs_stolen=keys,
    relic_status=st.sampled_from([*RIGHTS, "no such status"]), relic_basis=words,
    permits=st.lists(st.sampled_from(["export", "species"]), max_size=2).map(tuple),
    materials_known=st.booleans(), species=words, red_list=words, flags=words,
    source_kind=st.sampled_from(["own_work", "inherited", "auction", "unknown", ""]),
    holders=st.integers(0, 2), title_waiting=st.booleans(), is_destroyed=st.booleans(),
)  # fmt: skip
acts = st.sampled_from(ACTS)


def by_gate(act, facts, **more):
    return {r.gate: r for r in judge(act, facts, RULE_VALUES, **more)}


@pytest.mark.parametrize("act", ACTS)
def test_a_sound_work_passes_every_gate_of_every_act(act):
    results = judge(act, SOUND, RULE_VALUES)
    assert [r.gate for r in results] == list(GATES)
    assert {r.outcome for r in results} == {"pass"} and combined(results) == "pass"


@pytest.mark.parametrize("act", ACTS)
def test_a_work_of_which_nothing_is_known_passes_none_that_needs_knowledge(act):
    closed = {g for g, r in by_gate(act, Facts()).items() if r.outcome == "block"}
    assert closed == {"object_id", "relic", "stolen", "source", "title", "species"}


@pytest.mark.parametrize(
    ("status", "act", "outcome", "code", "rule"),
    [
        ("unknown", "pledge", "block", "relic_status_unknown", "catalog.relic_status_unknown_blocks"),
        ("general", "list", "review", "relic_review", "catalog.relic_status_rights"),
        ("general", "pledge", "pass", "relic_free", "catalog.relic_status_rights"),
        ("general", "export", "block", "export_permit_missing", "catalog.relic_export_permit"),
        ("precious", "sell", "review", "relic_not_tradable", "catalog.relic_not_tradable"),
        ("precious", "pledge", "review", "relic_review", "catalog.relic_status_rights"),
        ("precious", "export", "block", "relic_barred", "catalog.relic_export_permit"),
        ("no_export", "list", "review", "relic_not_tradable", "catalog.relic_not_tradable"),
        ("no_export", "export", "block", "relic_barred",
         "catalog.relic_no_export_not_to_foreigners"),
        ("not_relic", "export", "pass", "relic_free", "catalog.relic_export_permit"),
    ],
)  # fmt: skip
def test_the_table_of_relics_decides(status, act, outcome, code, rule):
    found = by_gate(act, replace(SOUND, relic_status=status))["relic"]
    assert (found.outcome, found.code, found.rule) == (outcome, code, rule)


def test_permits_open_what_needs_a_permit_and_nothing_else():
    general = replace(SOUND, relic_status="general", species=("ivory",))
    assert by_gate("export", general)["species"].code == "species_permit_missing"
    wrong = replace(general, permits=("export",))
    assert by_gate("export", wrong)["relic"].code == "export_permit_held"
    assert by_gate("export", wrong)["species"].outcome == "block"
    barred = replace(SOUND, relic_status="no_export", permits=("export", "species"))
    assert by_gate("export", barred)["relic"].outcome == "block"


def test_what_a_person_has_to_judge_is_judged_and_not_cleared():
    for facts, gate in (
        (replace(SOUND, stolen_open=(7,)), "stolen"), (replace(SOUND, pairs_open=(3,)), "pictures"),
    ):  # fmt: skip
        found = by_gate("list", facts)[gate]
        assert (found.outcome, found.office) == ("review", None)
        assert by_gate("list", facts, cleared={found.digest})[gate].outcome == "review"


def test_a_clearance_holds_for_its_act_its_facts_and_its_version_only():
    relic = replace(SOUND, relic_status="general", relic_basis=("2026-01-01", "1930", "1935"))
    cleared = {by_gate("list", relic)["relic"].digest}
    passed = by_gate("list", relic, cleared=cleared)["relic"]
    assert (passed.outcome, passed.is_cleared) == ("pass", True)
    assert by_gate("sell", relic, cleared=cleared)["relic"].outcome == "review"
    later = replace(relic, relic_basis=("2026-02-01", "1930", "1935"))
    assert by_gate("list", later, cleared=cleared)["relic"].outcome == "review"
    newer = replace(RULE_VALUES, versions=dict.fromkeys(RULES, 2))
    assert judge("list", relic, newer, cleared=cleared)[1].outcome == "review"


def test_gates_that_do_not_exist_and_acts_without_gates_are_mistakes():
    with pytest.raises(ValueError, match="no gates"):
        judge("burn", SOUND, RULE_VALUES)
    with pytest.raises(ValueError, match="no such gate"):
        judge("sell", SOUND, replace(RULE_VALUES, acts={"sell": ("weather",)}))


@given(act=acts, facts=known)
def test_every_gate_answers_with_a_rule_of_the_book(act, facts):
    for result in judge(act, facts, RULE_VALUES):
        assert result.rule in RULES and result.code and len(result.digest) == 64
        assert result.closes == (result.outcome != "pass" and result.gate not in ADVISORY)


@given(act=acts, facts=known)
def test_advice_alone_never_closes_an_act(act, facts):
    plain = replace(facts, red_list=(), flags=())
    assert combined(judge(act, facts, RULE_VALUES)) == combined(judge(act, plain, RULE_VALUES))


_RANK = {"pass": 0, "review": 1, "block": 2}
UNKNOWN = {f.name: f.default for f in fields(Facts)}
BAD_NEWS = [
    {"score": 0}, {"stolen_compared": False}, {"stolen_same": (1,)}, {"relic_status": "unknown"},
    {"permits": ()}, {"source_kind": "unknown"}, {"holders": 0}, {"title_waiting": True},
    {"is_destroyed": True}, {"materials_known": False},
]  # fmt: skip


@given(act=acts, facts=known, news=st.sampled_from(BAD_NEWS))
def test_bad_news_never_opens_an_act(act, facts, news):
    worse = combined(judge(act, replace(facts, **news), RULE_VALUES))
    assert _RANK[worse] >= _RANK[combined(judge(act, facts, RULE_VALUES))]


@given(act=acts, facts=known, others=st.lists(known, max_size=3))
def test_clearances_of_other_facts_change_nothing(act, facts, others):
    mine = {r.digest for r in judge(act, facts, RULE_VALUES)}
    foreign = {r.digest for o in others for r in judge(act, o, RULE_VALUES)} - mine
    assert judge(act, facts, RULE_VALUES, cleared=foreign) == judge(act, facts, RULE_VALUES)


@given(act=acts, facts=known)
def test_every_clearance_there_could_be_opens_reviews_of_an_office_and_no_block(act, facts):
    before = judge(act, facts, RULE_VALUES)
    after = judge(act, facts, RULE_VALUES, cleared={r.digest for r in before})
    for was, now in zip(before, after, strict=True):
        opened = was.outcome == "review" and was.office is not None
        assert now.outcome == ("pass" if opened else was.outcome)
