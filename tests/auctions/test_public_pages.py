"""The public pages of sales: what each reader sees, what nobody sees, and how one bids."""

import re
from datetime import timedelta

import pytest

from artmarket.core.clock import db_now
from auctions.enums import PaddleState
from auctions.models import Bid, Lot, Paddle, Sale
from auctions.notices.services import follow
from auctions.selectors.sales import Phase, phase_of
from auctions.services import sales as sale_services
from auctions.services import voiding
from auctions.services.closing import close_lot, end_sale
from tests.accounts.identities import identified
from tests.appraisal.conditions import closed
from tests.auctions.factories import (
    announced,
    begun,
    bid,
    bidder,
    consigned,
    house,
    put_hours,
    terms,
)
from tests.auctions.pages import amounts_in, lot_url, only, text_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ the list and the page of a sale


def test_the_list_tells_what_is_on_what_comes_and_what_is_over(reader):
    now, coming, over = begun(), announced(), begun()
    put_hours(over, -1)
    for lot in over.lots.all():
        close_lot(lot_id=lot.pk)
    end_sale(sale_id=over.pk)
    draft_house = house()
    draft = sale_services.create_sale(
        actor=draft_house.boss, house_id=draft_house.pk, terms=terms(title="还没有公告的专场")
    )
    answer = reader().get("/auctions/")
    groups = {
        name: [row["sale"].pk for row in answer.context[name]] for name in ("now", "coming", "past")
    }
    assert groups == {"now": [now.pk], "coming": [coming.pk], "past": [over.pk]}
    assert draft.title not in answer.content.decode()
    assert "竞价中" in text_of(answer) and "已公告" in text_of(answer)


def test_the_phase_follows_the_clock():
    sale, now = announced(), db_now()
    sale.viewing_from = (now + timedelta(days=5)).date()
    sale.viewing_until = (now + timedelta(days=7)).date()
    sale.opens_at, sale.closes_at = now + timedelta(days=9), now + timedelta(days=10)
    found = [phase_of(sale, now + timedelta(days=days)) for days in (0, 6, 8.5, 9.5, 10)]
    assert found == [Phase.ANNOUNCED, Phase.VIEWING, Phase.WAITING, Phase.BIDDING, Phase.CLOSING]


def test_the_page_of_a_sale_says_by_which_rules_it_is_held(reader):
    sale = begun(lots=2)
    words = text_of(reader().get(f"/auctions/{sale.pk}/"))
    for said in (
        sale.title, sale.house.name, "15%", "最后5分钟内有人出价，则自该次出价起再留5分钟。", "第1版",
        "登记竞买", "起拍价", "¥1,000", "¥2,000",
    ):  # fmt: skip
        assert said in words, said


def test_a_draft_is_seen_by_its_house_alone(reader):
    of_house = house()
    sale = sale_services.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms())
    url = f"/auctions/{sale.pk}/"
    assert reader().get(url).status_code == 404
    assert reader(UserFactory(buyer=True)).get(url).status_code == 404
    assert reader(of_house.boss).get(url).status_code == 200


def test_afterwards_the_results_stand_with_and_without_premium_and_the_unsold_too(reader):
    sale = begun(lots=3)
    one, two, three = sale.lots.order_by("number")
    bid(one, bidder(sale), 1000)
    sale_services.withdraw_lot(actor=sale.house.boss, lot_id=three.pk, reason="委托人要求")
    put_hours(sale, -1)
    for lot in (one, two):
        close_lot(lot_id=lot.pk)
    end_sale(sale_id=sale.pk)
    words = text_of(reader().get(f"/auctions/{sale.pk}/"))
    for said in ("1/2", "¥1,000", "¥1,150", "流拍", "已撤回", "已结束"):
        assert said in words, said
    assert "委托人要求" in text_of(reader().get(lot_url(three)))


def test_the_results_name_what_is_unsold_and_withdrawn(reader):
    sale = begun(lots=4)
    sold, below, passed, withdrawn = sale.lots.order_by("number")
    Lot.objects.filter(pk=below.pk).update(reserve_minor=9000_00)
    one, other = bidder(sale), bidder(sale)
    bid(sold, one, 3000)
    bid(below, other, 2000)
    sale_services.withdraw_lot(actor=sale.house.boss, lot_id=withdrawn.pk, reason="委托人要求")
    put_hours(sale, -1)
    for lot in (sold, below, passed):
        close_lot(lot_id=lot.pk)
    end_sale(sale_id=sale.pk)
    answer = reader(one.user).get(f"/auctions/{sale.pk}/")
    results = answer.context["results"]
    found = (results.offered, results.sold, results.unsold, results.withdrawn)
    assert found == (3, 1, 2, 1)
    assert (str(results.hammer), str(results.with_premium)) == ("¥1,000", "¥1,150")
    cards = [(c["price"], c["price_label"], c["total"], c["own"]) for c in answer.context["lots"]]
    assert cards == [
        ("¥1,000", "落槌价，不含佣金", "含佣金¥1,150", ("ok", "买到")),
        ("¥1,000", "最高应价，不含佣金", "", None),
        ("¥1,000", "起拍价，不含佣金", "", None),
        ("", "起拍价，不含佣金", "", None),
    ]
    words = text_of(answer)
    assert "另有1件撤回，不计在内" in words and "撤回的理由：委托人要求" in words
    assert "/live/" not in answer.content.decode()  # nothing moves any more


def test_a_reader_sees_all_lots_those_he_bid_on_and_those_he_follows(reader):
    sale = begun(lots=4)
    one, two, three, four = sale.lots.order_by("number")
    me, rival = bidder(sale), bidder(sale)
    bid(one, me, 3000)
    bid(two, me, 2000)
    bid(two, rival, 5000)
    bid(three, me, 500)  # refused: it is no bid
    follow(actor=me.user, lot_id=four.pk)
    follow(actor=rival.user, lot_id=one.pk)

    def shown(user, which=""):
        answer = reader(user).get(f"/auctions/{sale.pk}/{which}")
        marks = [(card["number"], card["own"]) for card in answer.context["lots"]]
        return marks, {chip["label"]: chip["count"] for chip in answer.context["chips"]}

    leads, outbid = ("ok", "领先"), ("live", "被超越")
    counts = {"全部拍品": 4, "我出过价的": 2, "我关注的": 1, "我关注的作者": 0}
    assert shown(me.user) == ([(1, leads), (2, outbid), (3, None), (4, None)], counts)
    assert shown(me.user, "?show=mine") == ([(1, leads), (2, outbid)], counts)
    assert shown(me.user, "?show=watched") == ([(4, None)], counts)
    assert shown(rival.user, "?show=mine")[0] == [(2, leads)]
    everything = [(n, None) for n in (1, 2, 3, 4)]
    assert shown(None, "?show=mine") == (everything, {})
    assert shown(me.user, "?show=../secret")[0] == shown(me.user)[0]
    nobody = UserFactory(buyer=True)
    assert "你在这场拍卖会出过价的拍品列在这里" in text_of(
        reader(nobody).get(f"/auctions/{sale.pk}/?show=mine")
    )


def test_an_own_sealed_offer_is_marked_without_its_amount(reader):
    sale = begun(format="sealed", sealed_price="first")
    me = bidder(sale)
    bid(only(sale), me, 4321)
    answer = reader(me.user).get(f"/auctions/{sale.pk}/?show=mine")
    assert [card["own"] for card in answer.context["lots"]] == [("info", "已报价")]
    assert not amounts_in(answer.content, 4321)


@pytest.mark.parametrize(
    ("state", "said", "waits"),
    [
        (PaddleState.PENDING, "下一步：等待拍卖企业审核。", True),
        (PaddleState.APPROVED, "下一步：选一件拍品", False),
        (PaddleState.REFUSED, "没有通过：资料不全", False),
    ],
)
def test_the_page_of_a_sale_tells_the_readers_next_step(reader, state, said, waits):
    sale = begun()
    paddle = bidder(sale, state=state)
    words = text_of(reader(paddle.user).get(f"/auctions/{sale.pk}/"))
    assert said in words
    assert ("等待拍卖企业审核" in words) == waits


# ------------------------------------------------------------------ the lot, as everybody


def test_nobody_reads_the_reserve_or_the_maxima_of_others(reader):
    """Reserve ¥7,770 and maxima ¥5,550 and ¥6,660 of two bidders are on no page of anybody else."""
    sale = begun(reserve=7770)
    lot = only(sale)
    leader, rival, third = bidder(sale), bidder(sale), bidder(sale)
    bid(lot, rival, 5550)
    bid(lot, leader, 6660)
    urls = [
        prefix + url
        for prefix in ("", "/en")
        for url in (
            lot_url(lot), f"/auctions/{sale.pk}/", "/auctions/",
            f"/works/{lot.work.number}/", f"/works/{lot.work.number}/history/",
        )
    ]  # fmt: skip
    hidden = {
        None: (5550, 6660, 7770),
        third.user: (5550, 6660, 7770),
        lot.consignor.user: (5550, 6660, 7770),
        sale.house.boss: (5550, 6660, 7770),
        leader.user: (5550, 7770),
        rival.user: (6660, 7770),
    }
    found = []
    for user, amounts in hidden.items():
        for url in [*urls, *(["/desk/buyer/bids/"] if user else [])]:
            answer = reader(user).get(url)
            assert answer.status_code == 200, url
            body = re.sub(rb'name="(csrfmiddlewaretoken|key)" value="[^"]*"', b"", answer.content)
            body = re.sub(rb'(datetime|data-ends|data-now|data-ms)="[^"]*"', b"", body)
            found += [(str(user), url, w) for w in amounts_in(body, *amounts)]
    assert found == []
    assert "你最高，但还没到保留价" in text_of(reader(leader.user).get(lot_url(lot)))
    assert "¥6,660" in text_of(reader(leader.user).get(lot_url(lot)))
    assert "未达保留价" in text_of(reader().get(lot_url(lot)))


def test_what_was_left_before_the_opening_shows_to_its_bidder_only(reader):
    sale = announced()
    lot, paddle = only(sale), bidder(sale)
    bid(lot, paddle, 5550)
    assert "你留了最高价¥5,550，开始竞价时生效" in text_of(reader(paddle.user).get(lot_url(lot)))
    stranger = reader().get(lot_url(lot))
    assert b"5,550" not in stranger.content
    assert "起拍价" in text_of(stranger)
    assert (
        f"号牌{paddle.number}" not in text_of(stranger) and b"data-sequence" not in stranger.content
    )
    put_hours(sale, 60)
    assert f"号牌{paddle.number}出价" in text_of(reader().get(lot_url(lot)))


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("stranger", "登录并登记这场拍卖会以后可以出价"),
        ("unregistered", "你还没有登记这场拍卖会"),
        ("pending", "待拍卖企业审核"),
        ("refused", "没有通过：资料不全"),
        ("none", "你还没有出价"),
        ("leading", "你领先，最高价¥3,000，已用到¥1,000"),
        ("outbid", "已被超越，再出¥2,200起"),
        ("tie", "同价，对方先出"),
        ("house", "拍卖企业及其工作人员不得竞买"),
        ("consignor", "委托人不得对自己委托的拍品出价"),
        ("staff", "平台工作人员不得竞买"),
    ],
)
def test_everybody_reads_his_own_standing_in_one_sentence(reader, case, words):
    from tests.auctions.factories import consignor_paddle

    sale = begun()
    lot = only(sale)
    user = None
    if case == "unregistered":
        user = UserFactory(buyer=True)
    elif case == "staff":
        user = UserFactory(operator=True)
    elif case in ("pending", "refused"):
        user = bidder(sale, state=case).user
    elif case == "house":
        user = sale.house.boss
    elif case == "consignor":
        user = consignor_paddle(sale, lot).user
    elif case != "stranger":
        mine, other = bidder(sale), bidder(sale)
        user = mine.user
        if case == "leading":
            bid(lot, mine, 3000)
        elif case == "outbid":
            bid(lot, mine, 1900)
            bid(lot, other, 3000)
        elif case == "tie":
            bid(lot, other, 3000)
            bid(lot, mine, 3000)
    answer = reader(user).get(lot_url(lot))
    assert words in text_of(answer)
    assert ("form" in answer.context and answer.context["form"] is not None) == (
        case in ("none", "leading", "outbid", "tie")
    )


def test_after_the_hammer_winner_and_loser_read_how_it_ended(reader):
    sale = begun()
    lot, winner, loser = only(sale), bidder(sale), bidder(sale)
    bid(lot, loser, 2000)
    bid(lot, winner, 5550)
    put_hours(sale, -1)
    assert "时间已到，等待服务器确认结果" in text_of(reader(winner.user).get(lot_url(lot)))
    close_lot(lot_id=lot.pk)
    assert "成交，你以¥2,200买下" in text_of(reader(winner.user).get(lot_url(lot)))
    lost = reader(loser.user).get(lot_url(lot))
    assert "已结束，落槌价¥2,200，不是你" in text_of(lost)
    assert b"5,550" not in lost.content
    assert "¥2,530" in text_of(lost)  # with premium
    desk = {u: text_of(reader(u).get("/desk/buyer/bids/")) for u in (winner.user, loser.user)}
    assert "买到" in desk[winner.user] and "没有买到" in desk[loser.user]


def test_a_lot_below_its_reserve_says_why_it_is_unsold(reader):
    sale = begun(reserve=7770)
    lot, paddle = only(sale), bidder(sale)
    bid(lot, paddle, 5550)
    put_hours(sale, -1)
    close_lot(lot_id=lot.pk)
    answer = reader().get(lot_url(lot))
    assert "流拍：最高应价没有达到保留价" in text_of(answer)
    assert "第五十条" in text_of(answer)
    assert not amounts_in(answer.content, 7770, 5550)


def test_the_history_shows_paddles_prices_and_extensions_and_marks_what_was_voided(reader):
    sale = begun(minutes_left=2)
    lot, one, two = only(sale), bidder(sale), bidder(sale)
    bid(lot, one, 2000)
    bid(lot, two, 3000)
    last = Bid.objects.get(lot=lot, paddle=two)
    voiding.void_bid(actor=UserFactory(operator=True), bid_id=last.pk, reason="冒名")
    answer = reader(one.user).get(lot_url(lot))
    words = text_of(answer)
    for said in (
        f"号牌{one.number}出价",
        f"号牌{two.number}出价",
        "已作废",
        "延时到",
        "开始竞价",
        "¥2,200",
    ):
        assert said in words, said
    assert one.user.display_name not in text_of(reader().get(lot_url(lot)))
    assert b"3,000" not in reader().get(lot_url(lot)).content.replace("¥3,000,000".encode(), b"")
    prices = [row["money"] for row in answer.context["lines"] if row["line"].kind == "bid"]
    assert prices == ["¥2,200", "¥1,000"]


# ------------------------------------------------------------------ registration


def test_somebody_identified_registers_by_the_version_of_the_conditions(reader):
    sale, user = announced(), UserFactory(buyer=True)
    client, url = reader(user), f"/auctions/{sale.pk}/register/"
    fields = {"conditions": str(sale.conditions_id), "accepts": "on", "party": ""}
    refused = client.post(url, fields)
    assert refused.status_code == 422 and "要先核验身份" in text_of(refused)
    identified(user, by=user)
    unread = client.post(url, fields | {"accepts": ""})
    assert unread.status_code == 422 and not Paddle.objects.exists()
    stale = client.post(url, fields | {"conditions": "999999"})
    assert stale.status_code == 422 and not Paddle.objects.exists()
    assert client.post(url, fields).status_code == 302
    paddle = Paddle.objects.get()
    assert (paddle.state, paddle.conditions_id) == (PaddleState.PENDING, sale.conditions_id)
    assert "待拍卖企业审核" in text_of(client.get(url))


def test_the_house_and_the_platform_are_told_that_they_may_not_register(reader):
    sale = announced()
    url = f"/auctions/{sale.pk}/register/"
    for user in (sale.house.boss, UserFactory(operator=True)):
        page = reader(user).get(url)
        assert "不得竞买" in text_of(page) and page.context["form"] is None


# ------------------------------------------------------------------ the work's page, the cost


def test_the_page_of_a_work_leads_to_its_lot(reader):
    sale = begun()
    lot = only(sale)
    page = reader().get(f"/works/{lot.work.number}/")
    assert lot_url(lot) in page.content.decode()
    assert "拍卖中" in text_of(page)


def test_the_page_of_a_work_in_a_draft_says_nothing_of_the_sale(reader):
    of_house = house()
    sale = sale_services.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms())
    row = consigned(of_house)
    lot = sale_services.add_lot(actor=of_house.boss, sale_id=sale.pk, consignment_id=row.pk)
    page = reader().get(f"/works/{row.work.number}/")
    assert lot_url(lot) not in page.content.decode() and sale.title not in text_of(page)


def test_the_bar_and_the_way_to_register_stand_for_whoever_can_use_them(reader):
    sale = begun()
    lot = only(sale)
    approved, pending = bidder(sale), bidder(sale, state=PaddleState.PENDING)
    register = f'href="/auctions/{sale.pk}/register/"'

    def shown(user):
        html = reader(user).get(lot_url(lot)).content.decode()
        return "<bid-bar" in html, register in html

    assert shown(None) == shown(UserFactory(buyer=True)) == (True, True)
    assert shown(approved.user) == (True, False)
    assert shown(pending.user) == shown(sale.house.boss) == (False, False)
    html = reader(approved.user).get(lot_url(lot)).content.decode()
    assert html.index('name="choice"') < html.index(f"/auctions/lots/{lot.pk}/watch/")
    put_hours(sale, -1)
    assert shown(None) == shown(approved.user) == (False, False)


@pytest.mark.parametrize("lots", [1, 6])
def test_the_catalogue_costs_the_same_for_any_number_of_lots(
    reader, lots, django_assert_num_queries
):
    sale = begun(lots=lots)
    client = reader()
    url = f"/auctions/{sale.pk}/"
    client.get(url)
    with django_assert_num_queries(15):
        client.get(url)


@pytest.mark.parametrize("lots", [1, 6])
def test_the_catalogue_of_a_bidder_costs_the_same_for_any_number_of_lots(
    reader, lots, django_assert_num_queries
):
    sale = begun(lots=lots)
    me = bidder(sale)
    for lot in sale.lots.all():
        bid(lot, me, 2000)
    client = reader(me.user)
    url = f"/auctions/{sale.pk}/?show=mine"
    client.get(url)
    with django_assert_num_queries(24):
        client.get(url)


@pytest.mark.parametrize("bids", [1, 8])
def test_the_page_of_a_lot_costs_the_same_for_any_number_of_bids(
    reader, bids, django_assert_num_queries
):
    sale = begun()
    lot, one, two = only(sale), bidder(sale), bidder(sale)
    for n in range(bids):
        bid(lot, (one, two)[n % 2], 2000 + 1000 * n)
    client = reader(one.user)
    client.get(lot_url(lot))
    with django_assert_num_queries(28):
        client.get(lot_url(lot))


def test_every_page_reads_in_english_too(reader):
    sale = begun()
    lot, paddle = only(sale), bidder(sale)
    bid(lot, paddle, 3000)
    client = reader(paddle.user)
    for url in (lot_url(lot), f"/auctions/{sale.pk}/", "/desk/buyer/bids/",
                "/auctions/", f"/auctions/{sale.pk}/register/"):  # fmt: skip
        answer = client.get("/en" + url)
        assert answer.status_code == 200 and "/en/" in answer.content.decode(), url
    assert "You lead" in text_of(client.get("/en" + lot_url(lot)))
    assert Sale.objects.count() == 1


def test_the_lot_leads_to_the_newest_condition_report(reader):
    sale = begun()
    lot, client = only(sale), reader()
    assert "状况报告" not in client.get(lot_url(lot)).content.decode()
    closed(lot.work)
    report = closed(lot.work, grade="fair")
    text = client.get(lot_url(lot)).content.decode()
    assert f"/works/{lot.work.number}/condition/{report.serial}/" in text
    assert "一般" in text
