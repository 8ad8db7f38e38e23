"""Whom the steps after the hammer are told, once, and nobody else; mails in words."""

import pytest

from artmarket.core import tail
from auctions.models import Notice
from auctions.notices import telling
from auctions.notices.services import follow
from auctions.notices.wording import words_of
from auctions.services.after_sale import accept_offer, make_offer, refuse_offer
from auctions.services.cancelling import cancel_sale
from auctions.services.corrections import LotText, correct_lot
from auctions.services.payment import declare_default, release_work
from auctions.services.second_chance import (
    accept_second_chance,
    offer_second_chance,
    refuse_second_chance,
)
from tests.auctions.aftermath import hammered_long_ago, sold, unsold
from tests.auctions.factories import announced, begun, bid, bidder
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settled(monkeypatch):
    """A test's own transaction never ends: nothing would ever be settled."""
    monkeypatch.setattr(tail, "_is_settled", lambda _place: True)


def told() -> dict[int, list[str]]:
    """Who was told what by now; told again, nothing is added."""
    telling.tell_news()
    telling.tell_news()
    found: dict[int, list[str]] = {}
    for notice in Notice.objects.order_by("pk"):
        found.setdefault(notice.user_id, []).append(notice.kind)
    return found


def quiet(made):
    """What happened until here is told already."""
    telling.tell_news()
    Notice.objects.all().delete()
    return made


def words(user):
    rows = Notice.objects.select_related("lot__work", "lot__sale", "sale", "consignment__work")
    return words_of(rows.filter(user=user).latest("pk"))


def in_default():
    made = sold()
    hammered_long_ago(made.lot)
    quiet(made)
    declare_default(actor=made.boss, lot_id=made.lot.pk, reason="逾期未付")
    return made


def test_a_default_is_told_to_the_buyer_with_its_reason_and_to_the_consignor():
    made = in_default()
    buyer, consignor = made.people[0].user, made.lot.consignor.user
    assert told() == {buyer.pk: ["defaulted"], consignor.pk: ["defaulted"]}
    said = words(buyer)
    assert "逾期未付" in said.text
    assert "¥2,600" in said.text
    assert "第三十九条" in said.text
    assert "逾期未付" not in words(consignor).text


def test_giving_the_work_back_is_told_to_the_consignor():
    made = quiet(in_default())
    release_work(actor=made.boss, lot_id=made.lot.pk, reason="没有人接手")
    consignor = made.lot.consignor.user
    assert told() == {consignor.pk: ["defaulted"]}
    assert "没有人接手" in words(consignor).text


def test_a_second_chance_is_told_to_him_alone_and_its_refusal_to_the_house():
    made = quiet(in_default())
    second = made.people[1]
    chance = offer_second_chance(actor=made.boss, lot_id=made.lot.pk, paddle_id=second.pk)
    assert told() == {second.user_id: ["chance"]}
    assert words(second.user).path == "/desk/buyer/offers/"
    assert "2,500" not in words(second.user).text
    quiet(made)
    refuse_second_chance(actor=second.user, offer_id=chance.pk)
    assert told() == {made.boss.pk: ["chance"]}
    assert words(made.boss).path == f"/desk/house/lots/{made.lot.pk}/after/"


def test_an_accepted_second_chance_is_told_to_both_and_to_the_consignor():
    made = quiet(in_default())
    second = made.people[1]
    chance = offer_second_chance(actor=made.boss, lot_id=made.lot.pk, paddle_id=second.pk)
    quiet(made)
    accept_second_chance(actor=second.user, offer_id=chance.pk)
    people = (second.user, made.boss, made.lot.consignor.user)
    assert told() == {user.pk: ["chance"] for user in people}
    assert all("¥2,500" in words(user).text for user in people)


def offered(made, paddle, amount):
    return make_offer(
        actor=paddle.user, lot_id=made.lot.pk, paddle_id=paddle.pk, amount=amount * 100,
        currency="CNY",
    )  # fmt: skip


def test_an_offer_is_told_to_the_house_and_its_end_to_whoever_made_it():
    made = quiet(unsold())
    one, other = made.other, made.people[0]
    first = offered(made, one, 5200)
    assert told() == {made.boss.pk: ["after_sale"]}
    assert "5,200" not in words(made.boss).text
    second = offered(made, other, 5100)
    quiet(made)
    refuse_offer(actor=made.boss, offer_id=second.pk)
    assert told() == {other.user_id: ["after_sale"]}
    third = offered(made, other, 5150)
    quiet(made)
    accept_offer(actor=made.boss, offer_id=first.pk)
    consignor = made.lot.consignor.user
    assert told() == {
        one.user_id: ["after_sale"], other.user_id: ["after_sale"], consignor.pk: ["after_sale"],
    }  # fmt: skip
    assert "¥5,200" in words(one.user).text
    assert "没有被接受" in words(other.user).text
    third.refresh_from_db()
    assert third.state == "refused"


def test_a_correction_is_told_to_bidders_and_followers_of_the_lot():
    sale = begun()
    lot, one, follower = sale.lots.get(), bidder(sale), UserFactory()
    bidder(sale)
    bid(lot, one, 3000)
    follow(actor=follower, lot_id=lot.pk)
    quiet(sale)
    text = LotText("背面有水渍", lot.estimate_low_minor, lot.estimate_high_minor)
    correct_lot(actor=sale.house.boss, lot_id=lot.pk, text=text, reason="复看发现")
    assert told() == {one.user_id: ["corrected"], follower.pk: ["corrected"]}
    assert "复看发现" in words(one.user).text


def test_a_cancellation_is_told_once_to_everybody_concerned():
    sale = announced(lots=2)
    one, follower = bidder(sale), UserFactory()
    bid(sale.lots.first(), one, 3000)
    follow(actor=follower, sale_id=sale.pk)
    consignors = [lot.consignor.user for lot in sale.lots.all()]
    quiet(sale)
    cancel_sale(actor=sale.house.boss, sale_id=sale.pk, reason="场地停电")
    people = {one.user_id, follower.pk, *(user.pk for user in consignors)}
    assert told() == {pk: ["cancelled"] for pk in people}
    assert "场地停电" in words(one.user).text
    assert words(one.user).path == f"/auctions/{sale.pk}/"
