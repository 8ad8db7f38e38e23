"""What a lender's people record and lay down: works of an application, offers, products, money."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from artmarket.core.clock import db_today
from artmarket.ledger.models import Payment, Payout
from auctions.pledges.enums import Liquidity
from auctions.pledges.forms.lender_terms import ORDERS, ProductForm
from auctions.pledges.models import (
    Custodian,
    Insurance,
    Lender,
    LoanOffer,
    Product,
    RegistryQuery,
)
from auctions.pledges.services import applications
from auctions.pledges.services.applications import Asked
from tests.accounts.identities import licensed
from tests.factories import UserFactory
from tests.pledges import stages
from tests.pledges.lender_pages import at, do, queries, see, signed_in
from tests.pledges.stages import YUAN

pytestmark = pytest.mark.django_db


def bare():
    """An application of whose work the lender has found out nothing yet."""
    made = stages.market()
    made.works, made.owner = stages.author_works(1)
    made.work, made.party = made.works[0], stages.party_of(made.owner)
    made.application = applications.apply(
        actor=made.owner, product_id=made.product.pk, party_id=made.party.pk,
        asked=Asked(stages.LENT, 12, "扩建工作室", [made.work.pk]),
    )  # fmt: skip
    made.of = made.application.works.get()
    return made


# ------------------------------------------------------------------ applications


def test_every_check_stands_with_its_rule_and_a_missing_value_as_missing():
    made = bare()
    page = see(made.clerk, "lending_application", made.application.pk)
    for words in (
        "还没有查询动产融资登记", "没有以贷款人为第一受益人的有效保险", "还没有以质押为目的的评估",
        "借款人单独所有", "样本太少，不作判断", "动产和权利担保统一登记办法", "要约由贷款人的管理员作出",
    ):  # fmt: skip
        assert words in page, words
    assert "3项不符合" in page
    assert not re.search(r"(?<!\d)0%|¥0\b", page)
    stages.appraise(made.work, stages.LOW)
    page = see(made.clerk, "lending_application", made.application.pk)
    assert "不同机构的评估份数不够" in page
    stages.appraise(made.work, stages.HIGH)
    page = see(made.clerk, "lending_application", made.application.pk)
    assert "¥1,000,000" in page
    assert "计入，较低" in page
    assert "参照上限¥500,000" in page
    assert "可担保额在参照以内" in page
    queue = see(made.clerk, "lending_applications")
    assert made.party.name in queue
    assert "待审查" in queue


def test_policy_query_and_judgement_are_recorded_once():
    made = bare()
    here = ("lending_work", made.application.pk, made.of.pk)
    today = db_today()
    empty = do(made.clerk, "insure", *here, insurer="人保财险")
    assert empty.status_code == 422
    assert 'value="人保财险"' in empty.content.decode()
    policy = {
        "insurer": "人保财险", "number": "BD1", "insured": "300,000", "valid_from": today,
        "valid_until": today + timedelta(days=365),
    }  # fmt: skip
    do(made.clerk, "insure", *here, **policy)
    again = do(made.clerk, "insure", *here, **policy)
    assert again.status_code == 422
    assert "这张保单已经记录过" in again.content.decode()
    assert Insurance.objects.get().insured_minor == 300_000 * YUAN
    asked = {"number": "CX1", "made_on": today, "result": "clear", "note": ""}
    for _n in range(2):
        assert do(made.clerk, "query", *here, **asked).status_code == 302
    assert RegistryQuery.objects.count() == 1
    late = do(made.clerk, "query", *here, **(asked | {"made_on": today + timedelta(days=1)}))
    assert late.status_code == 422
    do(made.clerk, "judge", *here, liquidity="high")
    made.of.refresh_from_db()
    assert made.of.liquidity == Liquidity.HIGH
    page = see(made.clerk, *here)
    assert "没有在先登记（CX1）" in page
    wrong = signed_in(made.clerk).post(
        at(*here), {"do": "end", "policy": Insurance.objects.get().pk, "end-reason": ""}
    )
    assert wrong.status_code == 422
    signed_in(made.clerk).post(
        at(*here), {"do": "end", "policy": Insurance.objects.get().pk, "end-reason": "换保单"}
    )
    assert Insurance.objects.get().end_reason == "换保单"
    assert "换保单" in see(made.clerk, *here)


def test_an_offer_is_read_before_it_is_sent_and_sent_once():
    made = stages.applied()
    here = ("lending_offer", made.application.pk)
    asked = {"principal": "100,000", "months": "12", "clauses": "按次序变现。"}
    answer = do(made.boss, "preview", *here, prefix="", **asked)
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in ("综合年化成本", "¥100,000", "¥1,000", "还款计划", "协议折价", "发出要约"):
        assert words in page, words
    assert LoanOffer.objects.count() == 0
    too_much = do(made.boss, "preview", *here, prefix="", **(asked | {"principal": "190,001"}))
    assert "超过质物可以担保的¥190,000" in too_much.content.decode()
    assert "发出要约" not in too_much.content.decode()
    refused = do(made.boss, "send", *here, prefix="", **(asked | {"principal": "190,001"}))
    assert refused.status_code == 422
    assert 'value="190,001"' in refused.content.decode()
    clause = do(
        made.boss, "send", *here, prefix="", **(asked | {"clauses": "到期不还，归贷款人所有。"})
    )
    assert clause.status_code == 422
    assert "不能这样约定" in clause.content.decode()
    for _n in range(2):
        sent = do(made.boss, "send", *here, prefix="", **asked)
        assert sent.url == at("lending_application", made.application.pk)
    offer = LoanOffer.objects.get()
    assert offer.clauses == "按次序变现。"
    assert "要约待答复" in see(made.boss, "lending_applications")
    do(made.boss, "withdraw", "lending_application", made.application.pk, prefix="", offer=offer.pk)
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    empty = do(made.boss, "decline", "lending_application", made.application.pk, prefix="")
    assert empty.status_code == 422
    do(
        made.clerk, "decline", "lending_application", made.application.pk, prefix="",
        reason="来源要再查",
    )  # fmt: skip
    assert "来源要再查" in see(made.clerk, "lending_application", made.application.pk)


def test_the_cap_of_the_law_is_shown_before_an_offer_of_a_private_lender_is_sent():
    made = stages.applied(kind="private", annual_pct=Decimal("11.9"))
    answer = do(
        made.boss, "preview", "lending_offer", made.application.pk, prefix="",
        principal="100000", months="12", clauses="",
    )  # fmt: skip
    page = answer.content.decode()
    assert "上限12" in page
    assert "超过上限" in page
    assert "这样的要约不能发出" in page


def test_an_application_with_more_works_asks_the_registry_once_each():
    made = stages.applied(works=2)
    page = see(made.boss, "lending_application", made.application.pk)
    assert page.count("各项都符合") == 2
    queue = queries(made.boss, "lending_applications")
    for _n in range(3):
        applications.apply(
            actor=made.owner, product_id=made.product.pk, party_id=made.party.pk,
            asked=Asked(stages.LENT, 12, "再借", [made.work.pk]),
        )  # fmt: skip
    assert queries(made.boss, "lending_applications") == queue


# ------------------------------------------------------------------ products


def terms_as_typed(**changes) -> dict:
    """All fields of the form as a browser sends them."""
    form = ProductForm()
    given = {name: form[name].value() for name in form.fields}
    given |= {
        "name": "书画质押贷", "name_en": "Painting loan", "kind": "term",
        "valid_from": db_today().isoformat(), "least_minor": "1,000",
        "most_minor": "5,000,000", "least_months": 1, "most_months": 24, "annual_pct": "8",
        "penalty_pct": "4", "origination_pct": "1", "every_months": 1, "grace_days": 3,
        "offer_days": 14, "schedule": "interest_only", "day_count": "ACT/365F",
        "rounding": "HALF_UP",
    }  # fmt: skip
    for liquidity in Liquidity.values:
        given |= {f"haircut_*_{liquidity}": "60", f"advance_*_{liquidity}": "50"}
    given |= changes
    return {key: value for key, value in given.items() if value not in (None, "")}


def test_a_product_is_opened_with_all_its_terms_and_refused_with_its_rule():
    made = stages.market()
    here = at("lending_new_product", made.lender.pk)
    boss = signed_in(made.boss)
    form = boss.get(here).content.decode()
    assert "规则的上限是50%" in form
    wrong = boss.post(here, terms_as_typed(ltv_initial_pct="55"))
    assert wrong.status_code == 422
    assert "质押率的三条线不能高于规则的上限" in wrong.content.decode()
    assert 'value="55"' in wrong.content.decode()
    order = boss.post(here, terms_as_typed(allocation_1="interest"))
    assert "每一项只能写一次" in order.content.decode()
    half = boss.post(here, terms_as_typed(haircut_painting_high="40"))
    assert "折扣和质押率要一起写" in half.content.decode()
    whole = terms_as_typed(haircut_painting_high="40", advance_painting_high="45.5")
    answer = boss.post(here, whole)
    product = Product.objects.get(name="书画质押贷")
    assert answer.url == at("lending_product", product.pk)
    version = product.versions.get()
    assert (version.least_minor, version.annual_pct, version.grace_days) == (
        1_000 * YUAN, Decimal(8), 3,
    )  # fmt: skip
    assert {
        "category": "painting", "liquidity": "high", "haircut_pct": "40", "advance_pct": "45.5",
    } in version.valuing  # fmt: skip
    assert len(version.valuing) == 4
    assert version.realisation[0] == "discount"
    twice = boss.post(here, whole)
    assert twice.status_code == 422
    assert "已经有一个同名的产品" in twice.content.decode()
    assert Product.objects.filter(name="书画质押贷").count() == 1


def test_new_terms_begin_later_and_stand_beside_the_old_ones():
    made = stages.market()
    boss = signed_in(made.boss)
    here = at("lending_terms", made.product.pk)
    tomorrow = (db_today() + timedelta(days=1)).isoformat()
    form = boss.get(here).content.decode()
    assert f'value="{tomorrow}"' in form
    assert 'value="62"' in form  # the haircut of the version before
    early = boss.post(here, terms_as_typed())
    assert "新条款的生效日要晚于上一份" in early.content.decode()
    for _n in range(2):
        boss.post(here, terms_as_typed(valid_from=tomorrow, annual_pct="7.5"))
    assert made.product.versions.count() == 2
    page = see(made.boss, "lending_product", made.product.pk)
    assert "7.5% 改" in page
    assert "第2版" in page
    assert "第2版" in see(made.boss, "lending_products", made.lender.pk)
    for _n in range(2):
        assert do(made.boss, "close", "lending_product", made.product.pk, prefix="").url
    made.product.refresh_from_db()
    assert made.product.closed_at
    assert "已停办" in see(made.clerk, "lending_products", made.lender.pk)
    assert all(codes for codes, _label in ORDERS.values())


# ------------------------------------------------------------------ custodians and lenders


def test_a_custodian_is_appointed_once_and_not_ended_while_he_keeps():
    made = stages.arrived()
    page = see(made.boss, "lending_custodians", made.lender.pk)
    assert "渌水艺术仓库" in page
    house = stages.organisation("museum")
    asked = {"organisation": house.pk, "place": "新库", "agreement": "托管二号"}
    for status in (302, 422):
        answer = do(made.boss, "appoint", "lending_custodians", made.lender.pk, prefix="", **asked)
        assert answer.status_code == status
    assert Custodian.objects.filter(place="新库").count() == 1
    stages.confirm_step(actor=made.second, holding_id=made.holding.pk, agrees=True)
    ended = {"pk": made.custodian.pk, "reason": "换一家"}
    do(made.boss, "end", "lending_custodians", made.lender.pk, **ended)
    made.custodian.refresh_from_db()
    assert made.custodian.ended_at is None
    other = {"pk": Custodian.objects.get(place="新库").pk, "reason": "换一家"}
    do(made.boss, "end", "lending_custodians", made.lender.pk, **other)
    assert "换一家" in see(made.clerk, "lending_custodians", made.lender.pk)
    assert do(made.clerk, "end", "lending_custodians", made.lender.pk, **ended).status_code == 403


def test_an_operator_confirms_a_lender_by_its_licence_and_ends_it():
    operator = UserFactory(operator=True)
    of = stages.organisation("lender")
    asked = {"organisation": of.pk, "kind": "private", "capital_minor": "20,000,000"}
    unlicensed = do(operator, "", "lenders", prefix="", **asked)
    assert unlicensed.status_code == 422
    assert "没有有效的放贷业务许可" in unlicensed.content.decode()
    licensed(of, by=of.boss, kind="lending")
    do(operator, "", "lenders", prefix="", **asked)
    do(operator, "", "lenders", prefix="", **(asked | {"capital_minor": "30,000,000"}))
    lender = Lender.objects.get()
    assert lender.capital_minor == 30_000_000 * YUAN
    page = see(operator, "lenders")
    assert "12%" in page
    assert "¥30,000,000" in page
    client = signed_in(operator)
    other = client.post(at("lenders"), asked | {"kind": "bank"}, follow=True)
    assert "已经按另一类别登记" in other.content.decode()
    for _n in range(2):
        do(operator, "", "end_lender", prefix="end", pk=lender.pk, reason="许可到期")
    lender.refresh_from_db()
    assert lender.end_reason == "许可到期"
    assert "许可到期" in see(operator, "lenders")
    assert see(of.boss, "lending").count("已经停用") == 1
    assert signed_in(of.boss).get(at("lenders")).status_code == 403


# ------------------------------------------------------------------ money


def test_only_what_is_at_hand_can_be_taken_and_a_click_twice_takes_once():
    made = stages.active()
    stages.fund(made, 5_000 * YUAN)
    page = see(made.boss, "lending_money", made.lender.pk)
    assert "可用资金¥5,000" in page
    assert "已放本金¥100,000" in page
    assert "应收息费¥1,000" in page
    assert "三项合计¥106,000" in page
    much = do(made.boss, "withdraw", "lending_money", made.lender.pk, amount="5,001", key="a")
    assert much.status_code == 422
    assert 'value="5,001"' in much.content.decode()
    before = Payout.objects.count()
    for _n in range(2):
        answer = do(made.boss, "withdraw", "lending_money", made.lender.pk, amount="2,000", key="b")
        assert answer.url == at("lending_money", made.lender.pk)
    assert Payout.objects.count() == before + 1
    assert "可用资金¥3,000" in see(made.boss, "lending_money", made.lender.pk)
    paid = Payment.objects.count()
    for _n in range(2):
        answer = do(
            made.boss, "fund", "lending_money", made.lender.pk, amount="900", gateway="bank",
            key="c",
        )  # fmt: skip
        assert answer.url == reverse(
            "payments:payment", args=[Payment.objects.latest("pk").reference]
        )
    assert Payment.objects.count() == paid + 1
    page = see(made.clerk, "lending_money", made.lender.pk)
    assert "拨入和提取由贷款人的管理员办理" in page
    refused = do(made.clerk, "withdraw", "lending_money", made.lender.pk, amount="1", key="d")
    assert refused.status_code == 403
    statement = signed_in(made.boss).get(
        reverse("ledger:statement_csv", args=[stages.account(
            purpose=stages.Purpose.PAYABLE, currency="CNY",
            party=stages.party_of_organisation(made.lender.organisation),
        ).pk])
    )  # fmt: skip
    assert statement.headers["Content-Type"] == "text/csv; charset=utf-8"
