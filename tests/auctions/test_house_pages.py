"""The desk of a house and the pages of a consignor; who finds nothing there, what nobody is told."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from artmarket.core.clock import db_now, today
from auctions.enums import ConsignmentState, LotState, PaddleState, SaleState
from auctions.models import Bid, BidVoid, Conditions, Consignment, Lot, Sale
from auctions.services import consignments, sales
from auctions.services.closing import close_lot
from tests.accounts.identities import identified
from tests.auctions.factories import (
    announced,
    begun,
    bid,
    bidder,
    consigned,
    fresh,
    house,
    put_hours,
    terms,
)  # fmt: skip
from tests.catalog.factories import registered
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
REFUSED = {302, 403, 404, 405}


def address(name, *args):
    return reverse(f"auctions:{name}", args=args)


def text(client, name, *args, status=200):
    answer = client.get(address(name, *args))
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def desk(client):
    """A house whose administrator is signed in as `client`."""
    made = house()
    client.force_login(made.boss)
    return made


def drafted(of_house, *, lots=0, **changes) -> Sale:
    sale = sales.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms(**changes))
    for _n in range(lots):
        row = consigned(of_house)
        sales.add_lot(actor=of_house.boss, sale_id=sale.pk, consignment_id=row.pk)
    return sale


def form(**changes) -> dict[str, str]:
    """What a browser sends of the form of a sale."""
    day = today()
    opens = db_now() + timedelta(days=9)
    values = {
        "title": "春季书画专场", "format": "timed", "way": "proxy", "ladder": "district",
        "step_mode": "snap", "off_ladder": "accept", "closing": "district", "premium": "district",
        "deposit": "none", "approval": "by-hand",
        "reserve_policy": "jump", "stagger_seconds": "60", "notice_on": day.isoformat(),
        "viewing_from": (day + timedelta(days=5)).isoformat(),
        "viewing_until": (day + timedelta(days=7)).isoformat(),
        "opens_at": opens.strftime("%Y-%m-%dT%H:%M"),
        "closes_at": (opens + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    return values | changes


def test_a_house_drafts_fills_orders_and_announces_a_sale(client, desk):
    answer = client.post(address("house_new_sale", desk.slug), form())
    sale = Sale.objects.get()
    assert answer.headers["Location"] == address("house_sale", sale.pk)
    page = text(client, "house_sale", sale.pk)
    assert "还没有拍品" in page
    assert "请先发布拍卖规则正文" in page
    rows = [consigned(desk, reserve=1500) for _n in range(2)]
    for row in rows:
        client.post(
            address("house_add_lot", sale.pk), {"consignment": row.pk, "condition": "背面有水渍"}
        )
    first, second = sale.lots.order_by("number")
    assert [first.consignment, second.consignment] == rows
    assert first.condition == "背面有水渍"
    client.post(address("house_move_lot", sale.pk), {"move": f"up:{second.pk}"})
    assert list(sale.lots.order_by("number")) == [second, first]
    client.post(address("house_move_lot", sale.pk), {"move": f"up:{second.pk}"})
    assert list(sale.lots.order_by("number")) == [second, first]
    client.post(address("house_conditions", desk.slug), {"text": "一、守信。"})
    assert Conditions.objects.get().version == 1
    page = text(client, "house_sale", sale.pk)
    assert "¥1,500" in page
    assert address("house_announce", sale.pk) in page
    assert "公告以后不能再改" in text(client, "house_announce", sale.pk)
    sale.refresh_from_db()
    assert sale.state == SaleState.DRAFT
    client.post(address("house_announce", sale.pk))
    sale.refresh_from_db()
    assert sale.state == SaleState.ANNOUNCED
    assert {lot.state for lot in sale.lots.all()} == {LotState.ANNOUNCED}


def test_what_is_missing_is_listed_with_its_rule(client, desk):
    soon = db_now() + timedelta(days=5)
    sale = drafted(
        desk, lots=1, opens_at=soon, closes_at=soon + timedelta(days=1),
        viewing_until=today() + timedelta(days=5),
    )  # fmt: skip
    page = text(client, "house_sale", sale.pk)
    assert "公告至少提前7天" in page
    assert "拍卖前至少展示2天" in page
    assert reverse("rulebook:rule", args=["listing.auction_notice_days"]) in page
    assert reverse("rulebook:rule", args=["listing.auction_display_days"]) in page
    assert client.get(address("house_announce", sale.pk)).status_code == 302
    answer = client.post(address("house_announce", sale.pk))
    assert answer.status_code == 422
    sale.refresh_from_db()
    assert sale.state == SaleState.DRAFT


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"title": ""}, "field-wrong"),
        ({"format": "sealed"}, "第几高的报价"),
        ({"closes_at": "2020-01-01T10:00"}, "结束要晚于开始"),
        ({"reserve_policy": "house"}, "field-wrong"),
        ({"ladder": "ebay-us"}, "field-wrong"),
        ({"stagger_seconds": "86401"}, "86400"),
        ({"opens_at": "昨天"}, "field-wrong"),
    ],
)
def test_bad_terms_are_shown_again(client, desk, bad, words):
    answer = client.post(address("house_new_sale", desk.slug), form(**bad))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Sale.objects.exists()


def test_a_draft_comes_back_as_it_was_typed(client, desk):
    client.post(
        address("house_new_sale", desk.slug),
        form(opens_at="2027-02-24T10:30", closes_at="2027-02-25T10:30", storage="district-100"),
    )
    sale = Sale.objects.get()
    assert sale.storage.name == "district-100"
    page = text(client, "house_edit_sale", sale.pk)
    assert 'value="2027-02-24T10:30"' in page
    assert '<option value="district-100" selected>' in page
    client.post(address("house_edit_sale", sale.pk), form(title="改名"))
    sale.refresh_from_db()
    assert (sale.title, sale.storage.name) == ("改名", "none")


def test_what_is_announced_cannot_be_edited(client):
    sale = announced(lots=2)
    client.force_login(sale.house.boss)
    assert client.get(address("house_edit_sale", sale.pk)).status_code == 302
    answer = client.post(address("house_edit_sale", sale.pk), form(title="改名"))
    assert answer.status_code == 422
    assert "已经公告" in answer.content.decode()
    lot = sale.lots.first()
    moved = client.post(address("house_move_lot", sale.pk), {"move": f"down:{lot.pk}"})
    assert moved.status_code == 409
    sale.refresh_from_db()
    assert sale.title == "春季书画专场"


@pytest.mark.parametrize("move", ["", "up", "up:x", "left:1", "up:999999"])
def test_a_broken_move_is_refused(client, desk, move):
    sale = drafted(desk, lots=1)
    assert client.post(address("house_move_lot", sale.pk), {"move": move}).status_code == 422


def test_a_lot_is_withdrawn_with_a_reason(client):
    sale = announced()
    lot = sale.lots.get()
    client.force_login(sale.house.boss)
    assert client.post(address("house_withdraw", lot.pk), {"reason": " "}).status_code == 422
    client.post(address("house_withdraw", lot.pk), {"reason": "委托人撤回"})
    assert fresh(lot).state == LotState.WITHDRAWN
    assert "委托人撤回" in text(client, "house_sale", sale.pk)


def test_registrations_are_decided_by_the_house(client):
    sale = announced()
    paddle = bidder(sale, state=PaddleState.PENDING)
    client.force_login(sale.house.boss)
    queue = text(client, "house_paddles", sale.pk)
    assert paddle.party.name in queue
    assert "有效" in queue
    assert paddle.user.email not in queue
    url = address("house_paddle", paddle.pk)
    refusal = client.post(url, {"state": "refused", "bid_limit": "", "note": ""})
    assert refusal.status_code == 422
    assert "请写明理由" in refusal.content.decode()
    client.post(url, {"state": "approved", "bid_limit": "50,000", "note": ""})
    paddle.refresh_from_db()
    assert (paddle.state, paddle.bid_limit_minor) == (PaddleState.APPROVED, 50_000_00)
    assert client.post(url, {"state": "refused", "bid_limit": "", "note": "x"}).status_code == 422
    client.post(url, {"state": "suspended", "bid_limit": "", "note": "证件过期"})
    paddle.refresh_from_db()
    assert (paddle.state, paddle.note) == (PaddleState.SUSPENDED, "证件过期")


def test_an_identity_that_ran_out_is_told(client):
    sale = announced()
    paddle = bidder(sale)
    paddle.user.identity_checks.update(valid_until=today() - timedelta(days=2))
    client.force_login(sale.house.boss)
    assert "没有有效的核验" in text(client, "house_paddles", sale.pk)


def test_the_house_sees_every_bid_and_no_maximum(client):
    sale = begun(reserve=7777)
    lot = sale.lots.get()
    one = bidder(sale)
    bid(lot, one, 8888)
    bid(lot, one, 500)
    client.force_login(sale.house.boss)
    page = text(client, "house_bids", lot.pk)
    assert str(one.number) in page
    assert "不高于自己的最高价" in page
    assert "8,888" not in page
    assert "8,888" not in text(client, "house_sale", sale.pk)
    put_hours(sale, -1)
    close_lot(lot_id=lot.pk)
    assert "8,888" not in text(client, "house_bids", lot.pk)


def test_an_operator_sees_maxima_and_voids_with_a_reason(client):
    sale = begun()
    lot = sale.lots.get()
    one, other = bidder(sale), bidder(sale)
    bid(lot, one, 2000)
    bid(lot, other, 8888)
    client.force_login(UserFactory(operator=True))
    assert "¥8,888" in text(client, "house_bids", lot.pk)
    wrong = Bid.objects.get(maximum_minor=8888_00)
    url = address("house_void", wrong.pk)
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": ""}).status_code == 422
    assert not BidVoid.objects.exists()
    client.post(url, {"reason": "录错金额"})
    assert fresh(lot).leader == one
    assert "录错金额" in text(client, "house_bids", lot.pk)
    assert client.post(url, {"reason": "再一次"}).status_code == 422
    assert BidVoid.objects.count() == 1


def test_sealed_amounts_are_shown_to_nobody_before_they_are_opened(client):
    sale = begun(format="sealed", sealed_price="first")
    lot = sale.lots.get()
    bid(lot, bidder(sale), 8888)
    readers = (sale.house.boss, UserFactory(operator=True))
    for reader in readers:
        client.force_login(reader)
        assert "8,888" not in text(client, "house_bids", lot.pk)
    put_hours(sale, -1)
    close_lot(lot_id=lot.pk)
    for reader in readers:
        client.force_login(reader)
        assert "¥8,888" in text(client, "house_bids", lot.pk)


@pytest.mark.parametrize("who", ["anonymous", "stranger", "other_house", "registrar", "consignor"])
def test_others_find_nothing(client, who):
    sale = begun()
    lot = sale.lots.get()
    paddle = bidder(sale)
    bid(lot, paddle, 3000)
    people = {
        "stranger": UserFactory(buyer=True), "registrar": UserFactory(registrar=True),
        "other_house": house().boss, "consignor": lot.consignor.user,
    }  # fmt: skip
    if who != "anonymous":
        client.force_login(people[who])
    row = lot.consignment
    for name, arguments in (
        ("house_sale", [sale.pk]), ("house_edit_sale", [sale.pk]), ("house_announce", [sale.pk]),
        ("house_add_lot", [sale.pk]), ("house_move_lot", [sale.pk]), ("house_paddles", [sale.pk]),
        ("house_paddle", [paddle.pk]), ("house_withdraw", [lot.pk]), ("house_bids", [lot.pk]),
        ("house_void", [Bid.objects.get().pk]), ("house_new_sale", [sale.house.slug]),
        ("house_conditions", [sale.house.slug]), ("house_consignment", [row.pk]),
        ("house_end_consignment", [row.pk]),
    ):  # fmt: skip
        for method in (client.get, client.post):
            answer = method(address(name, *arguments))
            assert answer.status_code in REFUSED, (name, answer.status_code)
            if answer.status_code == 302:
                assert "/account/login/" in answer.headers["Location"], name
    if who not in ("anonymous", "other_house"):
        assert client.get(address("house_desk")).status_code == 403
        assert client.get(address("house_consignments")).status_code == 403


def test_the_house_may_not_void_and_an_operator_may_not_announce(client):
    sale = begun()
    lot = sale.lots.get()
    bid(lot, bidder(sale), 3000)
    client.force_login(sale.house.boss)
    assert client.post(address("house_void", Bid.objects.get().pk)).status_code == 404
    client.force_login(UserFactory(operator=True))
    assert client.get(address("house_sale", sale.pk)).status_code == 404


# ------------------------------------------------------------------ the consignor


def test_a_work_goes_from_its_owner_to_the_contract_and_back(client):
    of_house, work = house(), registered()
    owner = work.created_by
    identified(owner, by=owner)
    client.force_login(owner)
    own = client.get(reverse("catalog:own_work", args=[work.pk])).content.decode()
    assert address("consign", work.pk) in own
    answer = client.post(address("consign", work.pk), {"house": of_house.pk, "note": "家藏"})
    row = Consignment.objects.get()
    assert answer.headers["Location"] == address("consignment", row.pk)
    assert client.get(address("consign", work.pk)).status_code == 302
    assert client.post(address("agree", row.pk)).status_code == 409

    client.force_login(of_house.boss)
    assert "家藏" in text(client, "house_consignment", row.pk)
    assert work.display_title in text(client, "house_consignments")
    bad = client.post(address("house_consignment", row.pk), {"opening": "0", "withdrawal": "10"})
    assert bad.status_code == 422
    assert "起拍价要大于零" in bad.content.decode()
    given = {
        "opening": "1000", "estimate_low": "2,000", "estimate_high": "3000", "reserve": "1500",
        "commission": "8", "withdrawal": "10", "note": "笔意好",
    }  # fmt: skip
    client.post(address("house_consignment", row.pk), given)

    client.force_login(owner)
    page = text(client, "consignment", row.pk)
    for words in ("¥1,000", "¥2,000–¥3,000", "¥1,500", "8%", "10%", "笔意好", "不收费"):
        assert words in page, words
    client.post(address("agree", row.pk))
    row.refresh_from_db()
    assert row.state == ConsignmentState.CONTRACTED
    assert "撤回费¥150" in text(client, "consignment", row.pk)
    assert client.post(address("end_consignment", row.pk), {"reason": ""}).status_code == 422
    client.post(address("end_consignment", row.pk), {"reason": "自留"})
    row.refresh_from_db()
    assert (row.state, row.withdrawal_fee_minor) == (ConsignmentState.ENDED, 150_00)
    assert work.display_title in text(client, "consignments")


def test_a_refusal_of_a_consignment_says_why(client):
    of_house, work = house(), registered()
    client.force_login(work.created_by)
    answer = client.post(address("consign", work.pk), {"house": of_house.pk})
    assert answer.status_code == 422
    assert "要先核验身份" in answer.content.decode()
    assert not Consignment.objects.exists()


def test_the_house_declines_and_the_owner_reads_why(client):
    of_house, work = house(), registered()
    owner = work.created_by
    identified(owner, by=owner)
    row = consignments.consign_work(actor=owner, work_id=work.pk, house_id=of_house.pk)
    client.force_login(of_house.boss)
    client.post(address("house_end_consignment", row.pk), {"end-reason": "不合专场"})
    row.refresh_from_db()
    assert row.state == ConsignmentState.DECLINED
    client.force_login(owner)
    assert "不合专场" in text(client, "consignment", row.pk)


def test_a_stranger_sees_no_terms(client):
    of_house = house()
    row = consigned(of_house, reserve=1500)
    for user in (UserFactory(artist=True), UserFactory(registrar=True), of_house.boss):
        client.force_login(user)
        for name in ("consignment", "agree", "end_consignment"):
            assert client.post(address(name, row.pk)).status_code in {404, 405}
            assert client.get(address(name, row.pk)).status_code in {404, 405}


def test_the_landing_page_leads_the_house_to_its_desk(client, desk):
    home = reverse("accounts:home")
    assert address("house_desk") in client.get(home).content.decode()
    client.force_login(UserFactory(buyer=True))
    assert address("house_desk") not in client.get(home).content.decode()


def test_the_admin_shows_no_secret(client):
    sale = begun(reserve=7777)
    lot = sale.lots.get()
    bid(lot, bidder(sale), 6666)
    client.force_login(UserFactory(operator=True))
    for model, pk in (
        ("lot", lot.pk), ("bid", Bid.objects.get().pk), ("consignment", lot.consignment_id),
        ("sale", sale.pk), ("paddle", lot.sale.paddles.get().pk),
    ):  # fmt: skip
        answer = client.get(reverse(f"admin:auctions_{model}_change", args=[pk]))
        assert answer.status_code == 200
        page = re.sub(r"\D", " ", answer.content.decode())
        assert "777700" not in page, model
        assert "666600" not in page, model
    assert Lot.objects.get().reserve_minor == 7777_00
