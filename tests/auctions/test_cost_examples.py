"""Worked examples of costs beyond the shared ones: odd amounts, odd cases, what is refused."""

from typing import Any

import pytest

from artmarket.core import examples

TABLES = {
    "judicial": {"tiers": [["100", "5"], [None, "1"]]},
    "stamp_duty": {"rates_pct": {"sale": "0.03"}},
}


def answer(family: str, **given: Any) -> Any:
    document = {"tables": TABLES, "cases": [{"id": "c", "family": family, "in": given}]}
    (result,) = examples.run(document)
    return result.out if result.state == "computed" else result.failure


@pytest.mark.parametrize(
    ("family", "given", "out"),
    [
        ("judicial_commission", {"table": "judicial", "price": "0"}, {"commission": "0.00"}),
        ("judicial_commission", {"table": "judicial", "price": "150"}, {"commission": "5.50"}),
        ("judicial_commission", {"table": "judicial", "price": "0.099"}, {"commission": "0.00"}),
        ("default_commission_cap", {"agreed": False, "price": "100.10", "commission": "5.01"},
         {"cap_each_side": "5.00", "allowed": False}),
        ("defaulting_buyer",
         {"first_price": "100", "resale_price": None, "buyer_pct": "5", "seller_pct": "5",
          "deposit": "4"},
         {"commissions": "10.00", "shortfall": None, "owes": "10.00",
          "owes_after_deposit": "6.00"}),
        ("income_tax", {"mode": "gain", "sale": "10", "cost": "3"}, {"tax": "1.40"}),
        ("income_tax", {"mode": "own_manuscript", "sale": "0"}, {"tax": "0.00"}),
        ("judicial_deposit", {"start_price": "12.29", "deposit": "0.61"},
         {"min": "0.61", "max": "2.46", "ok": True}),
        ("judicial_floor",
         {"round": 2, "appraisal": None, "first_start": "0.01", "start_price": "0.01"},
         {"min_start": "0.01", "ok": True}),
        ("floor_price", {"appraisal": "0", "new_floor": "0"},
         {"limit": "0.00", "consent_needed": False}),
        ("stamp_duty", {"contract": "sale", "amount": "16.67"}, {"duty": "0.01"}),
        ("aml_cash", {"cash_today": ["33333.33", "33333.33", "33333.34"]},
         {"day_total": "100000.00", "due_diligence": True}),
        ("sothebys_seller_2024", {"hammer": "5000000.01", "high_estimate": None},
         {"seller_fee": "0.00", "success_fee": "0.00", "premium_rebate": "0.00"}),
        ("sothebys_seller_2024", {"hammer": "30000000", "high_estimate": "1"},
         {"seller_fee": "0.00", "success_fee": "600000.00", "premium_rebate": "1440000.00"}),
        ("instalment_split", {"price": "0.01", "first_pct": "50", "rest_months": 1},
         {"first": "0.01", "rest": "0.00", "allowed": True}),
    ],
)  # fmt: skip
def test_cases_of_the_same_form_are_computed(family, given, out):
    assert answer(family, **given) == out


@pytest.mark.parametrize(
    ("family", "given", "said"),
    [
        ("income_tax", {"mode": "lottery", "sale": "1"}, "mode is none of"),
        ("judicial_floor", {"round": 3, "start_price": "1"}, "two rounds"),
        ("judicial_floor", {"round": 2, "first_start": None, "start_price": "1"}, "first_start"),
        ("deposit_ladder", {"events": ["kite"]}, "neither default nor completed"),
        ("stamp_duty", {"contract": "kite", "amount": "1"}, "kite is missing"),
        ("aml_cash", {"cash_today": ["x"]}, "not a number"),
        ("judicial_commission", {"table": "nobodys", "price": "1"}, "nobodys is missing"),
    ],
)
def test_what_a_case_lacks_is_said(family, given, said):
    assert said in answer(family, **given)


@pytest.mark.parametrize("deeds", [["default"] * 3, ["completed"] * 3, ["default", "completed"]])
def test_the_ladder_is_that_of_the_published_rule(deeds):
    amount = 50
    for deed in deeds:
        amount = min(max(amount + (50 if deed == "default" else -50), 50), 800)
    assert answer("deposit_ladder", events=deeds) == {"deposit": str(amount)}
