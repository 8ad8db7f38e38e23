"""The pages of orders: who finds them, whose turn they name, that every act works without script."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from appraisal.services.cases import CaseRequest, open_case
from artmarket.core import tail
from artmarket.core.clock import db_today
from artmarket.ledger.models import Payment, Refund
from auctions.models import Delivery, Invoice, Notice, SettlementClaim
from auctions.notices import telling
from auctions.notices.wording import words_of
from auctions.services.settlement.claims import raise_claim
from auctions.services.settlement.handing_over import (
    accept_lot,
    record_delivery,
    record_dispatch,
)
from auctions.services.settlement.releasing import release_settlement
from tests.appraisal.conditions import handed_over
from tests.auctions.aftermath import sold
from tests.auctions.factories import house
from tests.auctions.pages import text_of, tight_text_of
from tests.auctions.settling import (
    HAMMER,
    TOTAL,
    claimed,
    delivered,
    dispatched,
    invoiced,
    paid,
    pay,
    shipment,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"auctions:{name}", args=args)


def post(client, made, name, **fields):
    data = {f"{name}-{field}": value for field, value in fields.items()}
    return client.post(at("order_act", made.row.pk, name), data)


def state(made):
    made.row.refresh_from_db()
    return made.row.state


# ------------------------------------------------------------------ who finds them


def test_only_the_sides_of_a_settlement_find_it(reader):
    made = invoiced()
    address = at("order", made.row.pk)
    for user in (made.buyer, made.boss, made.seller, made.operator):
        assert reader(user).get(address).status_code == 200
    for user in (made.people[1].user, house().boss, UserFactory(registrar=True)):
        assert reader(user).get(address).status_code == 404
        assert post(reader(user), made, "accept").status_code == 404
    assert reader(None).get(address).status_code == 302
    assert reader(made.buyer).get(at("house_orders")).status_code == 403
    assert reader(made.buyer).post(at("issue_invoice", made.paddle.pk)).status_code == 404


def test_the_buyer_sees_whose_turn_it_is_and_not_the_sellers_commission(reader):
    made = invoiced()
    page = text_of(reader(made.buyer).get(at("orders")))
    assert made.lot.work.display_title in page
    assert "你 付款" in page
    assert "24:00" in page
    page = text_of(reader(made.buyer).get(at("order", made.row.pk)))
    assert "¥2,990" in page
    assert "委托人佣金" not in page
    assert "委托人佣金" in text_of(reader(made.boss).get(at("order", made.row.pk)))


def test_after_the_hammer_the_house_is_led_to_the_invoice(reader):
    made = invoiced()
    page = reader(made.boss).get(at("house_after", made.lot.pk)).content.decode()
    assert at("order", made.row.pk) in page
    assert at("house_paid", made.lot.pk) not in page
    assert at("house_default", made.lot.pk) in page


def test_without_orders_the_page_says_what_belongs_there(reader):
    assert "还没有订单" in text_of(reader(UserFactory(buyer=True)).get(at("orders")))


# ------------------------------------------------------------------ the way


def test_the_house_issues_the_invoice_of_a_buyer(reader):
    made = sold()
    desk = reader(made.boss)
    assert "待开账单" in text_of(desk.get(at("house_orders")))
    for _n in range(2):
        answer = desk.post(at("issue_invoice", made.people[0].pk))
        assert answer.url == at("house_orders")
    assert Invoice.objects.count() == 1
    page = text_of(desk.get(at("house_orders")))
    assert "买受人 付款" in page
    desk.post(at("issue_invoice", made.people[1].pk))
    assert Invoice.objects.count() == 1


def test_a_buyer_is_led_to_his_payment_and_asked_once(reader):
    made = invoiced()
    client = reader(made.buyer)
    for _n in range(2):
        answer = post(client, made, "pay", gateway="bank", key="abc")
        payment = Payment.objects.get()
        assert answer.url == reverse("payments:payment", args=[payment.reference])
    assert (payment.amount_minor, payment.state) == (TOTAL, "pending")
    wrong = post(client, made, "pay", gateway="bank", key="abd", amount="99999")
    assert (wrong.status_code, Payment.objects.count()) == (422, 1)
    assert post(client, made, "pay", gateway="gold", key="abe").status_code == 422


def test_the_whole_way_by_forms(reader):
    made = paid()
    handed_over(made.lot.work, purpose="outgoing", examined_on=db_today())
    desk = reader(made.boss)
    sent = {"carrier": "顺丰", "tracking": "SF1", "insured": "2600", "policy": "P1",
            "sent_from": "CN", "sent_to": "CN"}  # fmt: skip
    assert post(desk, made, "dispatch", **(sent | {"insured": "1"})).status_code == 422
    assert post(desk, made, "dispatch", **sent).status_code == 302
    assert post(desk, made, "tax", amount="78", basis="3%").status_code == 302
    assert post(desk, made, "deliver", proof="签收单").status_code == 302
    assert state(made) == "delivered"
    assert "验收" in text_of(reader(made.buyer).get(at("order", made.row.pk)))
    assert post(reader(made.seller), made, "accept").status_code == 403
    assert post(reader(made.buyer), made, "accept").status_code == 302
    assert (state(made), made.row.tax_minor) == ("accepted", 78_00)


def test_a_collected_lot_and_a_refunded_one(reader):
    made = paid()
    handed_over(made.lot.work, purpose="outgoing", examined_on=db_today())
    assert post(reader(made.boss), made, "collect", proof="取件单").status_code == 302
    assert state(made) == "delivered"
    other = paid()
    desk = reader(other.boss)
    assert post(desk, other, "refund", reason=" ").status_code == 422
    assert post(desk, other, "storage").status_code == 302
    assert post(desk, other, "refund", reason="受潮").status_code == 302
    assert (state(other), Refund.objects.get().amount_minor) == ("refunded", TOTAL)


def test_what_is_missing_is_said_with_its_rule(reader):
    made = paid()
    sent = {"carrier": "顺丰", "tracking": "SF1", "insured": "2600", "policy": "P1",
            "sent_from": "CN", "sent_to": "CN"}  # fmt: skip
    answer = post(reader(made.boss), made, "dispatch", **sent)
    assert (answer.status_code, state(made)) == (409, "held")
    assert "还没有可用的状况报告" in text_of(answer)
    assert reverse("rulebook:rule", args=["condition.required_at"]) in answer.content.decode()


def test_an_unknown_act_is_not_found(reader):
    made = invoiced()
    assert post(reader(made.buyer), made, "steal").status_code == 404


def test_an_invoice_is_withdrawn_by_the_house(reader):
    made = invoiced()
    assert post(reader(made.buyer), made, "cancel", reason="x").status_code == 403
    assert post(reader(made.boss), made, "cancel", reason="抬头写错").status_code == 302
    assert state(made) == "cancelled"


# ------------------------------------------------------------------ claims


def test_a_claim_by_forms_from_both_sides_to_the_refund(reader):
    made = delivered()
    client = reader(made.buyer)
    assert post(client, made, "claim", kind="not_received", words="x").status_code == 422
    assert post(client, made, "claim", kind="condition", words="新裂").status_code == 302
    assert post(client, made, "say", words="附照片").status_code == 302
    assert post(reader(made.seller), made, "say", words="发运时完好").status_code == 302
    page = text_of(reader(made.boss).get(at("order", made.row.pk)))
    assert "新裂" in page
    assert "发运时完好" in page
    assert post(reader(made.boss), made, "answer", words="见报告").status_code == 302
    operator = reader(made.operator)
    assert "裁定异议" in text_of(operator.get(at("order", made.row.pk)))
    wrong = post(operator, made, "decide", decision="reduce", refund="", reasons="x")
    assert wrong.status_code == 422
    done = post(operator, made, "decide", decision="uphold", refund="", reasons="包装不当")
    assert done.status_code == 302
    assert post(reader(made.boss), made, "returned", proof="退件").status_code == 302
    assert (state(made), SettlementClaim.objects.get().state) == ("refunded", "refunded")


def test_a_claim_is_taken_back(reader):
    made = claimed()
    assert post(reader(made.seller), made, "withdraw").status_code == 403
    assert post(reader(made.buyer), made, "withdraw").status_code == 302
    assert state(made) == "accepted"
    again = post(reader(made.buyer), made, "withdraw")
    assert again.status_code == 422


def test_on_the_way_only_not_received_can_be_claimed(reader):
    made = dispatched()
    form = next(
        row["form"]
        for row in reader(made.buyer).get(at("order", made.row.pk)).context["acts"]
        if row["name"] == "claim"
    )
    assert [value for value, _words in form.fields["kind"].choices] == ["not_received"]


# ------------------------------------------------------------------ what people are told


@pytest.fixture
def _settled(monkeypatch):
    """A test's own transaction never ends: nothing would ever be settled."""
    monkeypatch.setattr(tail, "_is_settled", lambda _place: True)


def told(user) -> list[tuple[str, str]]:
    telling.tell_news()
    rows = Notice.objects.select_related("lot__work", "lot__sale", "sale").filter(
        user=user, kind="settlement"
    )
    return [(row.facts["step"], words_of(row).text) for row in rows.order_by("pk")]


@pytest.mark.usefixtures("_settled")
def test_each_side_is_told_what_concerns_it_and_nobody_of_his_own_act():
    telling.tell_news()
    made = invoiced()
    pay(made)
    handed_over(made.lot.work, purpose="outgoing", examined_on=db_today())
    record_dispatch(actor=made.boss, settlement_id=made.row.pk, shipment=shipment())
    record_delivery(actor=made.boss, settlement_id=made.row.pk, proof="签收单")
    accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    release_settlement(actor=None, settlement_id=made.row.pk)
    buyer, seller, boss = told(made.buyer), told(made.seller), told(made.boss)
    assert [step for step, _words in buyer] == ["invoiced", "dispatched", "delivered", "released"]
    assert [step for step, _words in seller] == ["delivered", "accepted", "released"]
    assert [step for step, _words in boss] == ["paid", "accepted", "released"]
    assert "¥2,990" in buyer[0][1]
    assert "顺丰" in buyer[1][1]
    assert f"¥{(HAMMER - 130_00) // 100:,}" in seller[2][1]
    assert not any("¥2,990" in words for _step, words in seller)


@pytest.mark.usefixtures("_settled")
def test_a_claim_is_told_to_the_other_side_and_its_page_is_linked():
    made = delivered()
    telling.tell_news()
    Notice.objects.all().delete()
    raise_claim(actor=made.buyer, settlement_id=made.row.pk, kind="condition", words="新裂")
    assert [step for step, _words in told(made.seller)] == ["claimed"]
    assert told(made.buyer) == []
    notice = Notice.objects.select_related("lot__work", "lot__sale", "sale").filter(
        user=made.boss
    ).get()  # fmt: skip
    assert words_of(notice).path == at("order", made.row.pk)


def test_the_house_agrees_to_two_instalments(reader):
    made = invoiced()
    desk = reader(made.boss)
    days = {"first_due": db_today(), "rest_due": db_today() + timedelta(days=60)}
    assert post(desk, made, "plan", first="500", **days).status_code == 422
    assert post(desk, made, "plan", first="1000", **days).status_code == 302
    assert [part.amount_minor for part in made.row.instalments.all()] == [1000_00, 1990_00]
    assert "¥1,990" in text_of(reader(made.buyer).get(at("order", made.row.pk)))
    again = post(reader(made.boss), made, "plan", first="1000", **days)
    assert again.status_code == 409


def test_a_claim_of_authenticity_waits_for_its_case(reader):
    made = claimed("authenticity")
    case = open_case(
        actor=made.seller, work_id=made.lot.work_id, request=CaseRequest("真伪", "结算异议")
    )
    operator = reader(made.operator)
    assert post(operator, made, "case", number="没有").status_code == 422
    assert post(operator, made, "case", number=case.number).status_code == 302
    answer = post(operator, made, "decide", decision="reject", refund="", reasons="x")
    assert (answer.status_code, state(made)) == (409, "claimed")
    assert "鉴定案卷还没有结束" in text_of(answer)


# ------------------------------------------------------------------ the papers of a delivery


def test_everything_that_travels_with_a_work_is_kept_and_shown_to_both_sides(reader):
    made = paid()
    handed_over(made.lot.work, purpose="outgoing", examined_on=db_today())
    desk = reader(made.boss)
    sent = {"carrier": "顺丰", "tracking": "SF1", "insured": "3000", "policy": "P1"}
    abroad = sent | {"sent_from": "CN", "sent_to": "FR"}
    wrong = post(desk, made, "dispatch", **abroad)
    assert (wrong.status_code, state(made)) == (422, "held")
    assert "目的地与启运地不在同一关境" in text_of(wrong)
    assert post(desk, made, "dispatch", **abroad, customs="出境许可12号").status_code == 302
    for user in (made.buyer, made.boss, made.seller):
        page = tight_text_of(reader(user).get(at("order", made.row.pk)))
        for told in (
            "承运人顺丰", "运单号SF1", "保险金额¥3,000", "保单号P1", "启运地中国", "目的地法国",
            "出境许可或报关单出境许可12号", "出库状况报告第",
        ):  # fmt: skip
            assert told in page, told
    report = made.row.delivery.report
    link = reverse("appraisal:condition_report", args=[made.lot.work.number, report.serial])
    assert link in reader(made.seller).get(at("order", made.row.pk)).content.decode()


def test_the_database_lets_nothing_over_a_border_without_papers():
    made = dispatched()
    for change in ({"sent_to": "HK"}, {"sent_from": "FR"}):
        with pytest.raises(IntegrityError, match=r"over_a_border|CHECK"), transaction.atomic():
            Delivery.objects.filter(settlement=made.row).update(**change)
    Delivery.objects.filter(settlement=made.row).update(sent_to="HK", customs="许可1号")
