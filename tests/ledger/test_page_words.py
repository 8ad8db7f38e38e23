"""What the pages of money are called and cost: ways, causes and lines in words, queries pinned."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from artmarket.core.errors import Invalid
from artmarket.core.money import parse_money
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.wording import (
    cause_path,
    gateway_words,
    kind_words,
    memo_words,
    purpose_words,
)
from tests.ledger.factories import clearing, of, paid_in, party

pytestmark = pytest.mark.django_db
MOST_OF_A_BALANCE = 8


@pytest.mark.parametrize("text", ["1e999999", "1e-999999999", "9" * 400, "NaN", "-0.001", "∞", ""])
def test_no_figure_breaks_the_reader_of_amounts(text):
    with pytest.raises(Invalid):
        parse_money(text)


def test_a_search_with_signs_that_are_no_text_finds_what_the_rest_says(client, operator):
    client.force_login(operator)
    for words in ("甲\x00乙", "\x00", "%", "' OR 1=1", "长" * 500):
        answer = client.get(reverse("payments:payments"), {"q": words})
        assert answer.status_code == 200


@pytest.mark.parametrize("until", ["9999-12-31", "0001-01-01"])
def test_the_last_day_of_all_is_a_day_too(client, operator, until):
    client.force_login(operator)
    paid_in(party("甲"), 100_00)
    answer = client.get(reverse("ledger:account", args=[clearing().pk]), {"until": until})
    assert answer.status_code == 200
    shown = ["¥100"] if until > "2" else []
    assert [str(line.balance) for line, _kind, _memo in answer.context["lines"]] == shown


def test_ways_of_payment_have_words():
    assert gateway_words("bank") == "银行转账"
    assert gateway_words("bank-out") == "银行转账，付出途中"
    assert gateway_words("unknown") == "unknown"
    assert clearing().holder == gateway_words(clearing().gateway)
    assert of(party("买家甲")).holder == "买家甲"
    with transaction.atomic():
        revenue = account(purpose=Purpose.REVENUE, currency="CNY")
    assert revenue.holder == "平台"


@pytest.mark.parametrize("kind", ["release", "refund", "excess", "forfeit"])
def test_entries_of_settlements_have_words_in_both_languages(kind):
    words = kind_words(f"settlement.{kind}")
    assert words != f"settlement.{kind}"
    with override("en"):
        assert kind_words(f"settlement.{kind}").isascii()


def test_lines_and_causes_have_words_and_what_a_person_wrote_stays():
    assert [memo_words(memo) for memo in ("seller", "tax", "第3件")] == [
        "委托人应得", "代扣税款", "第3件",
    ]  # fmt: skip
    assert purpose_words("invoice") == "拍卖账单"
    assert purpose_words("other") == "other"


class Odd:
    purpose, subject_id = "invoice", "9' OR 1=1"


def test_a_payment_whose_cause_is_gone_leads_nowhere():
    assert cause_path(Odd()) == ""


def test_the_trial_balance_costs_the_same_for_many_accounts(client, operator):
    client.force_login(operator)
    costs = []
    for names in (["甲"], ["乙", "丙", "丁", "戊"]):
        for name in names:
            paid_in(party(name), 100_00)
        client.get(reverse("ledger:balance"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("ledger:balance")).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= MOST_OF_A_BALANCE
