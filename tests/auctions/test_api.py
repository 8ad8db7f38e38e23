"""Sales and bids by a program: what it may know, and that a bid by token is a bid like any other."""

import pytest

from artmarket.core.rest.scopes import Scope
from auctions.models import Bid
from tests.api.conftest import Caller, caller_for
from tests.auctions.factories import begun, bid, bidder, fresh
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def offer(paddle, yuan, key="a", **more):
    return {"paddle": paddle.pk, "amount": yuan * 100, "currency": "CNY", "key": key} | more


@pytest.fixture
def sale():
    return begun()


@pytest.fixture
def lot(sale):
    return sale.lots.get()


def test_everybody_reads_sales_and_lots_and_nobody_the_maximum(sale, lot):
    bid(lot, bidder(sale), 1500)
    bid(lot, bidder(sale), 9000)
    listed = Caller().get("sales").json()["items"]
    assert [s["id"] for s in listed] == [sale.pk]
    assert listed[0]["phase"] == "bidding"
    assert Caller().get(f"sales/{sale.pk}").json() == listed[0]
    shown = Caller().get(f"sales/{sale.pk}/lots").json()["items"]
    assert shown == [Caller().get(f"lots/{lot.pk}").json()]
    assert (shown[0]["price"], shown[0]["bids"], shown[0]["stage"]) == (1600_00, 2, "open")
    assert "900000" not in Caller().get(f"lots/{lot.pk}").content.decode()


def test_a_bid_by_token_is_decided_like_any_other_and_answered_once(sale, lot):
    one = bidder(sale)
    caller = caller_for(one.user)
    answer = caller.post(f"lots/{lot.pk}/bids", offer(one, 3000))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["accepted"], told["leads"], told["own_maximum"]) == (True, True, 3000_00)
    again = caller.post(f"lots/{lot.pk}/bids", offer(one, 3000)).json()
    assert again == told | {"repeated": True}
    stored = Bid.objects.get()
    assert (stored.channel, fresh(lot).leader) == ("api", one)
    mine = caller.get("bids").json()["items"]
    assert [(b["lot"], b["maximum"], b["counts"]) for b in mine] == [(lot.pk, 3000_00, True)]
    assert [p["id"] for p in caller.get("paddles").json()["items"]] == [one.pk]


def test_a_refusal_says_why_and_by_which_rule(sale, lot):
    one, other = bidder(sale), bidder(sale)
    bid(lot, other, 5000)
    caller = caller_for(one.user)
    low = caller.post(f"lots/{lot.pk}/bids", offer(one, 900)).json()
    assert (low["accepted"], low["result"], low["rule"]) == (
        False, "below_ask", "auction.acceptance",
    )  # fmt: skip
    assert low["words"]
    high = caller.post(f"lots/{lot.pk}/bids", offer(one, 900_000, key="b")).json()
    assert high["result"] == "needs_confirmation"
    wrong = caller.post(f"lots/{lot.pk}/bids", offer(one, 3000, key="c", currency="EUR"))
    assert wrong.status_code == 422


def test_nobody_bids_with_anothers_paddle_or_without_the_scope(sale, lot):
    one, stranger = bidder(sale), UserFactory(buyer=True)
    path = f"lots/{lot.pk}/bids"
    assert caller_for(stranger).post(path, offer(one, 3000)).status_code == 403
    reads = caller_for(one.user, scopes=[Scope.READ])
    assert reads.post(path, offer(one, 3000)).json()["code"] == "scope_missing"
    assert Caller().post(path, offer(one, 3000)).status_code == 401
    assert Caller().get("bids").status_code == 401
    assert not Bid.objects.exists()


def test_a_draft_sale_and_its_lots_do_not_exist_for_programs(sale, lot):
    one = bidder(sale)
    type(sale).objects.filter(pk=sale.pk).update(announced_at=None)
    for path in (f"sales/{sale.pk}", f"sales/{sale.pk}/lots", f"lots/{lot.pk}"):
        assert Caller().get(path).status_code == 404
    assert Caller().get("sales").json()["items"] == []
    assert caller_for(one.user).post(f"lots/{lot.pk}/bids", offer(one, 3000)).status_code == 404


def test_of_a_sealed_lot_nothing_is_told_before_its_opening():
    sale = begun(format="sealed", sealed_price="first")
    lot, one = sale.lots.get(), bidder(sale)
    told = caller_for(one.user).post(f"lots/{lot.pk}/bids", offer(one, 3000)).json()
    assert (told["accepted"], told["price"], told["own_maximum"]) == (True, None, None)
    shown = Caller().get(f"lots/{lot.pk}").json()
    assert (shown["price"], shown["bids"], shown["hammer"]) == (None, None, None)
    mine = caller_for(one.user).get("bids").json()["items"]
    assert (mine[0]["amount"], mine[0]["maximum"]) == (None, None)


def test_a_page_of_lots_costs_the_same_for_many(sale, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        Caller().get(f"sales/{sale.pk}/lots")
