"""Worked examples of loans beyond the shared ones: odd figures, and what is refused."""

from typing import Any

import pytest

from artmarket.core import examples
from artmarket.core.testing import require_shared

TABLES = {
    "t": {"rows": [[0, "a"], [10, "b"]]},
    "lender_caps": {"capped": ["private"], "not_capped": ["bank"]},
    "fee_caps": {"permille": {"movable": "42"}, "min_days": 5, "month_basis": 30},
    "calendar": {"years": [2025], "holidays": [], "makeup": [], "trading_closed": []},
}
LOAN = {"principal": "1000", "rounding": "HALF_UP"}
DATED = {"annual_pct": "12", "day_count": "30/360", "start": "2025-01-31", "every": "1 month"}


def answer(family: str, **given: Any) -> Any:
    document = {"tables": TABLES, "cases": [{"id": "c", "family": family, "in": given}]}
    (result,) = examples.run(document)
    return result.out if result.state == "computed" else result.failure


@pytest.mark.parametrize("name", ["loan_schedules", "accruals", "pawn", "calendar"])
def test_every_shared_case_is_computed_as_stated(name):
    path = require_shared(f"vectors/{name}.json")
    results = list(examples.run(examples.read_file(path)))
    assert {result.state for result in results} == {"equal"}
    assert len(results) == {"loan_schedules": 42, "accruals": 93, "pawn": 42, "calendar": 63}[name]


@pytest.mark.parametrize(
    ("family", "given", "out"),
    [
        ("equal_instalment", {**LOAN, "factors": ["0"]},
         {"instalment": "1000.00", "rows": [["1000.00", "0.00", "1000.00", "0.00"]],
          "total_interest": "0.00"}),
        ("external", {**LOAN, "principal": "0.02", "factors": ["0", "0", "0"]},
         {"instalment": "0.01",
          "rows": [["0.01", "0.00", "0.01", "0.01"], ["0.01", "0.00", "0.01", "0.00"],
                   ["0.00", "0.00", "0.00", "0.00"]], "total_interest": "0.00"}),
        ("equal_principal", {**LOAN, **DATED, "n": 3},
         {"rows": [["343.33", "10.00", "333.33", "666.67"], ["340.00", "6.67", "333.33", "333.34"],
                   ["336.67", "3.33", "333.34", "0.00"]], "total_interest": "20.00"}),
        ("bullet", {**LOAN, **DATED, "n": 1},
         {"rows": [["1010.00", "10.00", "1000.00", "0.00"]], "total_interest": "10.00"}),
        ("emi_ceil", {"principal": "100", "annual_pct": "0", "n": 3},
         {"instalment": "34", "n": 3, "total_interest": "0", "total_payment": "100",
          "first_row": ["34", "0", "66"], "last_row": ["32", "0", "0"]}),
        ("due_dates", {"first": "2025-01-31", "n": 0, "rule": "same_day"}, {"dates": []}),
        ("rate_factor", {**DATED, "day_count": "ACT/364", "n": 1}, {"factors": ["0.009230769231"]}),
        ("day_count", {"from": "2024-02-28", "to": "2024-03-01", "convention": "ACT/365F"},
         {"days": 2, "fraction": "0.005479452"}),
        ("penalty", {"overdue": "0.333", "penalty_pct": "100", "days_late": 365, "basis": 365},
         {"penalty": "0.33"}),
        ("margin", {"exposure": "1", "items": [["0", "50"]], "cure_cash": "1", "cure_items": []},
         {"status": "cured", "capacity": "0.00", "shortfall": "1.00", "cured": "1.00",
          "remaining": "0.00"}),
        ("margin", {"exposure": "1", "items": [[None, "50"]], "cure_cash": "1", "cure_items": []},
         {"status": "blocked", "capacity": None, "shortfall": None, "cured": None,
          "remaining": None}),
        ("drawable", {"exposure": "1", "items": [[None, "50"]], "sanctioned": None},
         {"blocked": True, "max_disbursal": None}),
        ("lgd", {"debt": "0", "value": "1", "shock_pct": "0", "haircut_pct": "0", "cost_pct": "0"},
         {"recovery": "1.00", "loss": "0.00", "lgd_pct": "0.00"}),
        ("fee_cap", {"principal": "0.01", "collateral": "movable", "days": 0},
         {"charged_days": 5, "fee_cap": "0.00"}),
        ("term", {"start": "2025-02-01", "maturity": "2025-01-31"},
         {"latest_maturity": "2025-08-01", "valid": False}),
        ("concentration", {"kind": "same_person", "registered_capital": "0.03", "outstanding": "0",
                           "new_loan": "0"}, {"limit": "0.00", "allowed": True}),
    ],
)  # fmt: skip
def test_cases_of_the_same_form_are_computed(family, given, out):
    assert answer(family, **given) == out


def test_a_day_in_an_unknown_year_cannot_be_rolled():
    given = {"maturity": "2025-12-31", "roll": True, "on": "2026-01-02"}
    assert answer("redeem", **given) == {"error": "calendar_not_covered"}
    assert answer("redeem", **given | {"roll": False})["state"] == "grace"


@pytest.mark.parametrize(
    ("family", "given", "said"),
    [
        ("bullet", {**LOAN, **DATED, "n": 0}, "n is below one"),
        ("bullet", {**LOAN, "factors": []}, "no factors"),
        ("bullet", {**LOAN, **DATED, "n": 1, "every": "1 week"}, "not a period"),
        ("bullet", {**LOAN, **DATED, "n": 1, "day_count": "ACT/1"}, "no day count"),
        ("bullet", {**LOAN, **DATED, "n": 1, "rounding": "LUCKY"}, "no rounding"),
        ("bullet", {**LOAN, **DATED, "n": 1, "principal": "0.001"}, "too many decimals"),
        ("rate_change", {**LOAN, **DATED, "n": 2, "new_pct": "1", "change_after": 2}, "outside"),
        ("emi_ceil", {"principal": "100", "annual_pct": "12", "fixed": "1"}, "does not repay"),
        ("emi_ceil", {"principal": "100", "annual_pct": "12", "fixed": "1.5"}, "whole unit"),
        ("due_dates", {"first": "2025-01-31", "n": 1, "rule": "moon"}, "neither"),
        ("day_count", {"from": "2025-01-02", "to": "2025-01-01", "convention": "ACT/360"}, "before"),
        ("classification", {"table": "t2", "due": "2025-01-01", "as_of": "2025-01-01"}, "t2"),
        ("rate_cap", {"lender": "uncle", "lpr_1y": "3", "interest_pct": "1", "fees_pct": "0"},
         "no lender"),
        ("net_principal", {"stated": "1", "deducted_in_advance": "2"}, "more is deducted"),
        ("release", {"exposure": "1", "items": [], "release": [0]}, "no such item"),
        ("allocation", {"amount": "1", "order": ["a"], "due": {"b": "1"}}, "leaves a claim out"),
        ("payoff", {"balance": "1", "annual_pct": "1", "period_start": "2025-01-01",
                    "period_end": "2025-02-01", "payoff_on": "2025-03-01"}, "outside the period"),
        ("fee_cap", {"principal": "1", "collateral": "kite", "days": 1}, "kite"),
        ("dead_pawn", {"rule": "1999"}, "neither 2005 nor 2020"),
        ("concentration", {"kind": "kites", "registered_capital": "1", "outstanding": "0",
                           "new_loan": "0"}, "no limit kites"),
    ],
)  # fmt: skip
def test_what_a_case_lacks_is_said(family, given, said):
    assert said in answer(family, **given)
