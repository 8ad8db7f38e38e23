"""The pages after the hammer: who finds them, what they show, that their forms work without script."""

import pytest
from django.urls import reverse

from artmarket.core.clock import db_now
from auctions.audit import audit_lots
from auctions.enums import LotState, OfferState, SaleState
from auctions.models import AfterSaleOffer, SecondChance
from auctions.selectors.live import facts_of_lot
from auctions.services.after_sale import make_offer
from auctions.services.corrections import LotText, correct_lot
from auctions.services.payment import confirm_payment
from auctions.services.second_chance import accept_second_chance, offer_second_chance
from tests.auctions.aftermath import defaulted, hammered_long_ago, sold, unsold
from tests.auctions.factories import announced, begun, bidder, fresh, house
from tests.auctions.pages import lot_url, text_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"auctions:{name}", args=args)


def offered(made, amount=4900):
    return make_offer(
        actor=made.other.user, lot_id=made.lot.pk, paddle_id=made.other.pk, amount=amount * 100,
        currency="CNY",
    )  # fmt: skip


def chance(made):
    return offer_second_chance(
        actor=made.boss, lot_id=made.lot.pk, paddle_id=made.people[1].pk
    )  # fmt: skip


# ------------------------------------------------------------------ who finds them


def test_strangers_find_nothing_and_the_house_and_an_operator_do(reader):
    made = defaulted()
    row = chance(made)
    left = unsold()
    offer = offered(left)
    gets = [
        at("house_after", made.lot.pk), at("house_cancel_sale", made.sale.pk),
        at("house_lot_text", made.lot.pk),
    ]  # fmt: skip
    posts = [
        *(at(f"house_{name}", made.lot.pk) for name in ("paid", "default", "release", "chance")),
        at("house_answer_offer", offer.pk),
        at("house_cancel_sale", made.sale.pk),
        at("house_lot_text", made.lot.pk),
    ]
    for user in (made.people[0].user, house().boss, UserFactory(registrar=True)):
        client = reader(user)
        assert {client.get(url).status_code for url in gets} == {404}
        assert {client.post(url).status_code for url in posts} == {404}
        assert client.get(at("answer_chance", row.pk)).status_code == 404
    assert {reader().get(url).status_code for url in gets} == {302}
    operator = reader(UserFactory(operator=True))
    assert operator.get(at("house_after", made.lot.pk)).status_code == 200
    assert operator.get(at("house_lot_text", made.lot.pk)).status_code == 404
    assert operator.post(at("house_answer_offer", offer.pk)).status_code == 404
    boss = reader(made.boss)
    assert {boss.get(url).status_code for url in gets} == {200}


def test_a_lot_that_is_not_over_has_no_such_page(reader):
    sale = begun()
    client = reader(sale.house.boss)
    assert client.get(at("house_after", sale.lots.get().pk)).status_code == 404


# ------------------------------------------------------------------ the house


def test_the_house_records_a_payment(reader):
    made = sold()
    client = reader(made.boss)
    assert (
        at("house_after", made.lot.pk)
        in client.get(at("house_sale", made.sale.pk)).content.decode()
    )
    page = text_of(client.get(at("house_after", made.lot.pk)))
    assert "¥2,600" in page
    assert "¥2,990" in page
    assert client.post(at("house_paid", made.lot.pk), {"paid-reference": ""}).status_code == 422
    answer = client.post(at("house_paid", made.lot.pk), {"paid-reference": "0012"})
    assert answer.headers["Location"] == at("house_after", made.lot.pk)
    assert fresh(made.lot).state == LotState.SETTLED


def test_the_house_cancels_offers_and_gives_back(reader):
    made = sold()
    client = reader(made.boss)
    answer = client.post(at("house_default", made.lot.pk), {"default-reason": "逾期未付"})
    assert answer.status_code == 409
    assert "付款期限到" in text_of(answer)
    hammered_long_ago(made.lot)
    assert (
        client.post(at("house_default", made.lot.pk), {"default-reason": "逾期"}).status_code == 302
    )
    page = text_of(client.get(at("house_after", made.lot.pk)))
    assert "¥520" in page
    assert "¥2,500" in page
    given = {"chance-paddle": made.people[1].pk, "chance-days": "61"}
    answer = client.post(at("house_chance", made.lot.pk), given)
    assert answer.status_code == 422
    assert "1到60天" in text_of(answer)
    given["chance-days"] = "10"
    assert client.post(at("house_chance", made.lot.pk), given).status_code == 302
    answer = client.post(at("house_release", made.lot.pk), {"release-reason": "没有人接手"})
    assert answer.status_code == 409
    assert "第二次机会待答复" in text_of(answer)
    SecondChance.objects.update(state=OfferState.REFUSED, answered_at=db_now())
    assert (
        client.post(at("house_release", made.lot.pk), {"release-reason": "没有人"}).status_code
        == 302
    )
    assert fresh(made.lot).encumbrance.released_at is not None


def test_the_house_answers_offers_and_is_told_where_consent_is_missing(reader):
    made = unsold()
    row = offered(made)
    client = reader(made.boss)
    page = client.get(at("house_after", made.lot.pk))
    assert "¥4,900" in text_of(page)
    answer = client.post(at("house_answer_offer", row.pk), {"answer": "accept"})
    assert answer.status_code == 409
    assert "要委托人同意" in text_of(answer)
    assert client.post(at("house_answer_offer", row.pk), {"answer": "x"}).status_code == 422
    given = {"answer": "accept", "agrees": "1"}
    assert client.post(at("house_answer_offer", row.pk), given).status_code == 302
    assert fresh(made.lot).state == LotState.SOLD


def test_the_house_cancels_a_sale_and_everybody_reads_why(reader):
    sale = announced()
    client = reader(sale.house.boss)
    url = at("house_cancel_sale", sale.pk)
    assert url in client.get(at("house_sale", sale.pk)).content.decode()
    assert "1件拍品撤回" in text_of(client.get(url))
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "场地停电"}).status_code == 302
    sale.refresh_from_db()
    assert sale.state == SaleState.CANCELLED
    assert "场地停电" in text_of(reader().get(at("sale", sale.pk)))
    assert "场地停电" in text_of(reader().get(lot_url(sale.lots.get())))


def test_the_house_corrects_a_lot_and_the_page_shows_both_texts(reader):
    sale = announced()
    lot = sale.lots.get()
    client = reader(sale.house.boss)
    url = at("house_lot_text", lot.pk)
    assert url in client.get(at("house_sale", sale.pk)).content.decode()
    given = {"condition": "背面有水渍", "estimate_low": "1500", "estimate_high": "3000000"}
    assert client.post(url, given).status_code == 422
    assert client.post(url, given | {"reason": "复看发现"}).status_code == 302
    page = reader().get(lot_url(lot))
    assert "<del>¥2,000</del>" in page.content.decode()
    assert "<ins>¥1,500</ins>" in page.content.decode()
    assert "复看发现" in text_of(page)
    assert "背面有水渍" in text_of(page)


def test_marks_of_interest_stand_beside_the_number_and_are_explained(reader):
    sale = announced()
    lot = sale.lots.get()
    given = {"condition": "", "estimate_low": "2000", "estimate_high": "3000000"}
    given |= {"symbols": ["△", "○"], "reason": "补登利益"}
    url = at("house_lot_text", lot.pk)
    assert reader(sale.house.boss).post(url, given | {"symbols": ["☆"]}).status_code == 422
    assert reader(sale.house.boss).post(url, given).status_code == 302
    assert "1 ○ △" in text_of(reader(sale.house.boss).get(at("house_sale", sale.pk)))
    for page in (reader().get(lot_url(lot)), reader().get(at("sale", sale.pk))):
        assert "△ 拍卖企业除佣金外另有利益" in text_of(page)
        assert "⊃" not in text_of(page)
    assert f"1○△ · {lot.work.title}" in text_of(reader().get(at("sale", sale.pk)))
    assert "<ins>○△</ins>" in reader().get(lot_url(lot)).content.decode()
    shown = reader().get(f"/api/v1/lots/{lot.pk}").json()
    assert shown["marks"] == ["guaranteed", "interest"]
    assert audit_lots_are_clean()
    form = reader(sale.house.boss).get(f"/en{url}")
    assert "△ The house has an interest beyond its commission" in text_of(form)


def audit_lots_are_clean() -> bool:
    return not [fault for audit in audit_lots() for fault in audit.faults]


def test_defaults_are_shown_where_a_registration_is_decided(reader):
    made = defaulted()
    paddle = made.people[0]
    client = reader(made.boss)
    assert "1次没有付款" in text_of(client.get(at("house_paddles", made.sale.pk)))
    assert "1次" in text_of(client.get(at("house_paddle", paddle.pk)))


# ------------------------------------------------------------------ the bidder


def test_the_underbidder_sees_his_offer_its_whole_cost_and_accepts(reader):
    made = defaulted()
    second = made.people[1]
    row = chance(made)
    client = reader(second.user)
    assert at("offers") in client.get(at("bids")).content.decode()
    assert "¥2,500" in text_of(client.get(at("offers")))
    page = text_of(client.get(at("answer_chance", row.pk)))
    assert "¥2,875" in page
    assert client.post(at("answer_chance", row.pk), {"answer": "maybe"}).status_code == 200
    answer = client.post(at("answer_chance", row.pk), {"answer": "accept"})
    assert answer.headers["Location"] == lot_url(made.lot)
    answer = client.get(lot_url(made.lot))
    assert f'<a href="{at("orders")}">看我的订单</a>' in answer.content.decode()
    page = text_of(answer)
    assert "你以¥2,500买下" in page
    assert "成交价，不含佣金" in page
    assert "最迟" in page
    assert "最迟" not in text_of(reader().get(lot_url(made.lot)))


def test_he_may_decline_and_late_is_told(reader):
    made = defaulted()
    row = chance(made)
    client = reader(made.people[1].user)
    SecondChance.objects.filter(pk=row.pk).update(open_until=db_now())
    answer = client.post(at("answer_chance", row.pk), {"answer": "accept"})
    assert answer.status_code == 409
    assert "已经过期" in text_of(answer)
    made = defaulted()
    row = chance(made)
    client = reader(made.people[1].user)
    answer = client.post(at("answer_chance", row.pk), {"answer": "refuse"})
    assert answer.headers["Location"] == at("offers")
    row.refresh_from_db()
    assert row.state == OfferState.REFUSED


def test_nobody_else_sees_a_second_chance(reader):
    made = defaulted()
    chance(made)
    for user in (None, made.people[0].user, made.people[2].user):
        page = text_of(reader(user).get(lot_url(made.lot)))
        assert "第二次机会" not in page
        assert "¥2,500" not in page
        assert "合同已解除" in page


def test_a_bidder_makes_an_offer_on_the_page_of_an_unsold_lot(reader):
    made = unsold()
    client = reader(made.other.user)
    page = client.get(lot_url(made.lot))
    assert at("offer", made.sale.pk, made.lot.number) in page.content.decode()
    url = at("offer", made.sale.pk, made.lot.number)
    answer = client.post(url, {"paddle": made.other.pk, "amount": "多少"})
    assert answer.status_code == 422
    answer = client.post(url, {"paddle": made.other.pk, "amount": "4,900"})
    assert "¥5,635" in text_of(answer)
    assert not AfterSaleOffer.objects.exists()
    given = {"paddle": made.other.pk, "amount": "4,900", "step": "place"}
    assert client.post(url, given).headers["Location"] == lot_url(made.lot)
    assert AfterSaleOffer.objects.get().amount_minor == 4900_00
    assert "你已出价¥4,900" in text_of(client.get(lot_url(made.lot)))
    assert "¥4,900" in text_of(client.get(at("offers")))
    given["amount"] = "1"
    answer = client.post(url, given)
    assert answer.status_code == 422
    assert "至少¥100" in text_of(answer)


def test_an_offer_and_the_reserve_are_shown_to_nobody_else(reader):
    made = unsold(reserve=5000)
    offered(made, 4900)
    for user in (None, made.people[0].user):
        page = text_of(reader(user).get(lot_url(made.lot)))
        assert "4,900" not in page
        assert "5,000" not in page


@pytest.mark.parametrize("who", ["stranger", "unregistered", "house"])
def test_who_holds_no_paddle_gets_no_form(reader, who):
    made = unsold()
    users = {"stranger": None, "unregistered": UserFactory(), "house": made.boss}
    client = reader(users[who])
    url = at("offer", made.sale.pk, made.lot.number)
    assert url not in client.get(lot_url(made.lot)).content.decode()
    answer = client.post(url, {"paddle": made.other.pk, "amount": "4900"})
    assert answer.status_code == (302 if who == "stranger" else 404)
    assert not AfterSaleOffer.objects.exists()


def test_a_lot_sold_below_its_reserve_does_not_say_that_it_was_met(reader):
    made = unsold(reserve=5000)
    row = offered(made)
    reader(made.boss).post(
        at("house_answer_offer", row.pk), {"answer": "accept", "agrees": "1"}
    )  # fmt: skip
    page = text_of(reader().get(lot_url(made.lot)))
    assert "已达保留价" not in page
    assert "落槌后成交" in page


def test_the_streams_do_not_tell_whether_a_buyer_paid():
    made = sold()
    before = facts_of_lot(made.lot.pk)[0]
    confirm_payment(actor=made.boss, lot_id=made.lot.pk, reference="0012")
    after = facts_of_lot(made.lot.pk)[0]
    assert (after.state, after.price) == (before.state, before.price) == ("sold", 2600_00)


def test_a_lot_in_default_is_told_as_such_in_both_languages(reader):
    made = defaulted()
    assert facts_of_lot(made.lot.pk)[0].state == "defaulted"
    page = text_of(reader().get(f"/en{lot_url(made.lot)}"))
    assert "Contract cancelled" in page
    assert accept_second_chance(
        actor=made.people[1].user, offer_id=chance(made).pk
    ).state == LotState.SOLD  # fmt: skip


def test_a_correction_stands_in_the_history_of_the_lot(reader):
    sale = begun()
    lot, paddle = sale.lots.get(), bidder(sale)
    text = LotText("背面有水渍", lot.estimate_low_minor, lot.estimate_high_minor)
    correct_lot(actor=sale.house.boss, lot_id=lot.pk, text=text, reason="复看发现")
    page = text_of(reader(paddle.user).get(lot_url(lot)))
    assert "图录文字勘误" in page
