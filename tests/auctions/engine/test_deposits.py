"""Deposits by the published rules, and who is let in without a person deciding."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auctions.engine import approval, deposits, tables
from auctions.engine.approval import Admission, ApprovalRule, Candidate
from auctions.engine.deposits import Record, keep
from auctions.engine.tables import TableProblem

ROWS = json.loads(
    (Path("auctions/migrations/data") / "deposit_rules.json").read_text(encoding="utf-8")
)
BODIES = {row["name"]: row["body"] for row in ROWS if row["kind"] == "deposit"}


def due(name, *, won=0, strikes=0, opening=None, limit=None):
    rule = tables.deposit(BODIES[name], 100)
    record = Record(won, strikes)
    return deposits.due(rule, record=record, lowest_opening=opening, limit=limit)


@pytest.mark.parametrize(
    ("name", "given", "amount"),
    [
        ("none", {}, 0),
        ("judicial-2016-least", {"opening": 1000_00}, 50_00),
        ("judicial-2016-most", {"opening": 1000_00}, 200_00),
        ("judicial-2016-least", {"opening": 1_01}, 6),  # 5.05 fen, upwards
        ("judicial-2016-least", {"opening": None}, 0),
        ("guardian-hk", {"won": 1}, 500_000_00),
        ("guardian-hk", {}, 1_000_000_00),
        ("guardian-quarterly-500", {"won": 2}, 500_000_00),
        ("guardian-quarterly-200", {}, 400_000_00),
        ("yujian-app", {}, 50_00),
        ("yujian-app", {"strikes": 2}, 150_00),
        ("yujian-app", {"strikes": 2, "won": 1}, 100_00),
        ("yujian-app", {"strikes": 99}, 800_00),
        ("yujian-app", {"won": 9}, 50_00),
        ("christies-hk-high", {}, 0),
        ("limit-10", {"limit": 5_000_00}, 1_000_00),
        ("limit-10", {"limit": 50_000_00}, 5_000_00),
    ],
)
def test_published_rules(name, given, amount):
    assert due(name, **given) == amount


def test_a_lot_is_of_high_value_from_its_floor_on():
    rule = tables.deposit(BODIES["christies-hk-high"], 100)
    estimates = (None, 8_000_000_00 - 1, 8_000_000_00)
    assert [deposits.is_high_value(rule, x) for x in estimates] == [False, False, True]
    assert not deposits.is_high_value(deposits.DepositRule(), 8_000_000_00)


@pytest.mark.parametrize(
    "body",
    [
        {}, {"basis": "mood"}, {"basis": "fixed"}, {"basis": "opening"}, {"basis": "limit"},
        {"basis": "fixed", "amount": "1.001"},
        {"basis": "none", "return": {"hours": -1}},
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_says_so(body):
    with pytest.raises(TableProblem):
        tables.deposit(body, 100)


def test_a_way_of_approval_is_known():
    assert tables.approval({"way": "hand"}) == ApprovalRule()
    with pytest.raises(TableProblem):
        tables.approval({"way": "lottery"})


CANDIDATE = {"is_identified": True, "held": 1000, "due": 1000, "strikes": 0, "limit": None}


@pytest.mark.parametrize(
    ("rule", "changes", "admitted"),
    [
        (ApprovalRule(), {}, None),
        (ApprovalRule(True), {}, Admission(None)),
        (ApprovalRule(True), {"limit": 7}, Admission(7)),
        (ApprovalRule(True), {"is_identified": False}, None),
        (ApprovalRule(True), {"held": 999}, None),
        (ApprovalRule(True), {"held": 0, "due": 0}, Admission(None)),
        (ApprovalRule(True), {"strikes": 1}, None),
        (ApprovalRule(True, most_strikes=1), {"strikes": 1}, Admission(None)),
        (ApprovalRule(True, 10), {}, Admission(10_000)),
        (ApprovalRule(True, 10), {"limit": 10_000}, Admission(10_000)),
        (ApprovalRule(True, 10), {"limit": 10_001}, None),
        (ApprovalRule(True, 10), {"held": 0, "due": 0}, None),
    ],
)
def test_who_is_let_in_by_a_rule(rule, changes, admitted):
    assert approval.admission(rule, Candidate(**(CANDIDATE | changes))) == admitted


SUM = st.integers(0, 10**12)


@given(st.sampled_from(["none", "claim", "whole"]), SUM, SUM, SUM)
def test_what_is_kept_and_what_goes_back_are_what_was_held(way, held, costs, shortfall):
    kept = keep(way, held, costs=costs, shortfall=shortfall)
    assert kept.house + kept.seller + kept.back == held
    assert min(kept.house, kept.seller, kept.back) >= 0
    assert kept.house <= costs
    assert way == "whole" or kept.seller <= shortfall
    assert not (kept.back and way == "whole")
    assert not (kept.back and way == "claim" and kept.house + kept.seller < costs + shortfall)
    assert not (kept.seller and kept.house < costs)  # the costs come first


@pytest.mark.parametrize("wrong", [{"forfeit": "half"}, {"counts": "yes"}])
def test_a_table_that_says_something_else_is_refused(wrong):
    with pytest.raises(TableProblem):
        tables.deposit({"basis": "none"} | wrong, 100)
