"""The two steps of a bid in a browser without script: checked, confirmed, refused in words."""

import pytest

from auctions.enums import BidResult
from auctions.models import Bid
from auctions.services.closing import close_lot
from tests.auctions.factories import (
    begun,
    bid,
    bidder,
    put_hours,
)
from tests.auctions.pages import amounts_in, bid_url, fields_of, lot_url, only, page_fields, text_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ bidding


def confirmed(client, lot, *, step="", **data):
    """Open the page, choose, and get the page that asks."""
    page = client.get(lot_url(lot))
    return client.post(bid_url(lot), page_fields(page) | data)


def test_a_bid_is_checked_then_confirmed_and_a_double_click_is_one_bid(reader):
    sale = begun()
    lot, paddle = only(sale), bidder(sale)
    client = reader(paddle.user)
    ask = confirmed(client, lot, choice="300000")
    words = text_of(ask)
    assert ask.status_code == 200 and not Bid.objects.exists()
    for said in ("¥3,000", "¥450", "¥3,450", "出价后不能撤回", "第三十六条"):
        assert said in words, said
    sent = [client.post(bid_url(lot), fields_of(ask)) for _click in range(3)]
    assert [answer.status_code for answer in sent] == [302, 302, 302]
    assert Bid.objects.count() == 1
    page = client.get(lot_url(lot))
    assert "出价已接受，你领先。" in text_of(page)
    assert "你领先，最高价¥3,000，已用到¥1,000" in text_of(page)


def test_going_back_to_another_amount_is_another_bid_and_the_same_amount_the_same(reader):
    sale = begun()
    lot, paddle = only(sale), bidder(sale)
    client = reader(paddle.user)
    page = page_fields(client.get(lot_url(lot)))
    for amount in ("300000", "320000", "300000"):
        ask = client.post(bid_url(lot), page | {"choice": amount})
        client.post(bid_url(lot), fields_of(ask))
    kept = Bid.objects.order_by("pk").values_list("amount_minor", "result")
    assert list(kept) == [(300000, BidResult.ACCEPTED), (320000, BidResult.ACCEPTED)]


def test_an_amount_typed_by_hand_wins_over_the_list(reader):
    sale = begun()
    lot, paddle = only(sale), bidder(sale)
    client = reader(paddle.user)
    ask = confirmed(client, lot, choice="100000", other="2,345")
    client.post(bid_url(lot), fields_of(ask))
    assert Bid.objects.get().amount_minor == 234500


@pytest.mark.parametrize("typed", ["一千", "-5", "1.234", "NaN", "9" * 29])
def test_nonsense_is_shown_beside_the_field_and_kept(reader, typed):
    sale = begun()
    lot, paddle = only(sale), bidder(sale)
    answer = confirmed(reader(paddle.user), lot, other=typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors["other"]
    assert f'value="{typed}"' in answer.content.decode()


def test_a_great_jump_is_asked_about_a_second_time(reader):
    sale = begun()
    lot, paddle = only(sale), bidder(sale)
    client = reader(paddle.user)
    ask = confirmed(client, lot, other="99000")
    again = client.post(bid_url(lot), fields_of(ask))
    assert "真的要出这么多吗" in text_of(again) and "¥1,000" in text_of(again)
    assert not Bid.objects.filter(result=BidResult.ACCEPTED).exists()
    assert client.post(bid_url(lot), fields_of(again)).status_code == 302
    assert Bid.objects.get(result=BidResult.ACCEPTED).amount_minor == 9900000


def test_a_refusal_says_why_what_next_and_by_which_rule(reader):
    sale = begun()
    lot, slow, fast = only(sale), bidder(sale), bidder(sale)
    client = reader(slow.user)
    ask = confirmed(client, lot, choice="100000")
    bid(lot, fast, 3000)
    answer = client.post(bid_url(lot), fields_of(ask))
    assert answer.status_code == 422
    words = text_of(answer)
    assert "低于现在的应叫价，可能刚有人出过价。" in words and "出价怎样才算" not in words
    assert "/rules/auction.acceptance/" in answer.content.decode()
    assert answer.context["form"]["key"].value() != fields_of(ask)["key"]


def test_every_answer_has_words_and_a_rule_that_exists():
    from artmarket import rulebook
    from auctions import wording
    from auctions.enums import Bar

    refused = [r for r in BidResult.values if r not in (BidResult.ACCEPTED, BidResult.BARRED)]
    assert set(wording.REFUSALS) == set(refused)
    assert set(wording.BARS) == set(Bar.values)
    for words in (*wording.REFUSALS.values(), *wording.BARS.values()):
        assert str(words.text) and rulebook.cite(words.rule).title


def test_a_late_bid_is_told_that_it_did_not_count(reader):
    sale = begun()
    lot, paddle = only(sale), bidder(sale)
    client = reader(paddle.user)
    ask = confirmed(client, lot, choice="100000")
    put_hours(sale, -1)
    answer = client.post(bid_url(lot), fields_of(ask))
    assert "已经结束，这次出价没有算数。" in text_of(answer)
    assert not Bid.objects.filter(result=BidResult.ACCEPTED).exists()


def test_nobody_bids_with_the_paddle_of_another(reader):
    sale = begun()
    lot, mine, other = only(sale), bidder(sale), bidder(sale)
    client = reader(mine.user)
    ask = confirmed(client, lot, choice="100000")
    client.post(bid_url(lot), fields_of(ask) | {"paddle": str(other.pk)})
    assert not Bid.objects.filter(paddle=other).exists()
    assert reader().post(bid_url(lot), {"choice": "100000"}).status_code == 302
    stranger = reader(UserFactory(buyer=True)).post(
        bid_url(lot), {"choice": "100000", "step": "place"}
    )
    assert stranger.status_code == 422


def test_a_sealed_bid_leaves_a_receipt_and_shows_nothing_until_the_end(reader):
    sale = begun(format="sealed", sealed_price="first")
    lot, one, two = only(sale), bidder(sale), bidder(sale)
    client = reader(one.user)
    ask = confirmed(client, lot, other="5550")
    assert client.post(bid_url(lot), fields_of(ask)).status_code == 302
    page = client.get(lot_url(lot))
    assert "密封报价已收到" in text_of(page) and "回执" in text_of(page)
    bid(lot, two, 6660)
    for user in (None, two.user, sale.house.boss):
        answer = reader(user).get(lot_url(lot))
        body = answer.content
        assert answer.context["lines"] == []
        assert not amounts_in(body, 5550, 6660)
        assert "开标以前什么都不显示" in body.decode()
        assert b"data-sequence" not in body
    kept = Bid.objects.get(paddle=one)
    assert kept.amount_minor is None and "5550" not in f"{kept.key} {kept.answer}"
    put_hours(sale, -1)
    close_lot(lot_id=lot.pk)
    opened = text_of(reader().get(lot_url(lot)))
    assert "¥5,550" in opened and "¥6,660" in opened
