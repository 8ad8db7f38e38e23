"""Bidders at the same moment: the highest maximum leads at the right price, whatever the order.

Each with its control: without the lock the log's numbering breaks, which the database refuses.
"""

import random

import pytest
from django.db import IntegrityError

from auctions.audit import audit_lots
from auctions.engine.bidding import standing
from auctions.enums import BidResult, PaddleState
from auctions.lot_states import read_state
from auctions.models import Bid, Lot, LotEvent
from auctions.rule_books import rules_of
from auctions.services import bidding
from auctions.services.bidding import decide_bids, place_bid
from tests.auctions.factories import begun, bidder, fresh, request
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 4
MAXIMA = [1200 + 200 * n for n in range(16)]


def placed(lot, offer):
    return lambda: place_bid(actor=offer.actor, lot_id=lot.pk, request=offer)


def alone(lot, offer):
    """Without the queue of the process: only the row's lock stands between two bids."""
    return lambda: decide_bids(lot_id=lot.pk, requests=[offer])[0]


def assert_whole(lot, paddles, maxima):
    """What any order of arrival ends with, and a log that tells it without a gap."""
    stored = fresh(lot)
    ranked = sorted(zip(maxima, paddles, strict=True), key=lambda pair: -pair[0])
    assert stored.leader == ranked[0][1]
    assert stored.leader_maximum == ranked[0][0] * 100
    now = standing(rules_of(stored), read_state(stored))
    assert (stored.price_minor, stored.ask_minor) == (now.price, now.ask)
    assert [found.faults for found in audit_lots()] == [[]]
    sequence = list(LotEvent.objects.filter(lot=lot).values_list("sequence", flat=True))
    assert sequence == list(range(1, len(sequence) + 1))


@pytest.mark.parametrize("way", [placed, alone])
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_sixteen_bidders_at_once(way, _round):
    sale = begun()
    lot = sale.lots.get()
    paddles = [bidder(sale) for _n in MAXIMA]
    offers = [request(p, a) for p, a in zip(paddles, MAXIMA, strict=True)]
    shuffled = random.Random(_round).sample(offers, len(offers))
    answers = race(*(way(lot, offer) for offer in shuffled))
    assert {type(a) for a in answers} == {bidding.Answer}
    assert_whole(lot, paddles, MAXIMA)
    assert Bid.objects.filter(lot=lot).count() == 16
    # The second maximum and a step: 4,000 is refused where 3,800 and 4,200 were there before it.
    kept = Bid.objects.filter(lot=lot, result=BidResult.ACCEPTED)
    best, second, *_rest = sorted(kept.values_list("maximum_minor", flat=True), reverse=True)
    assert fresh(lot).price_minor == min(best, rules_of(fresh(lot)).next_bid(second))
    refused = {a.result for a in answers} - {BidResult.ACCEPTED}
    assert refused <= {BidResult.BELOW_ASK}


def test_the_same_key_at_once_is_one_bid():
    sale = begun()
    lot, paddle = sale.lots.get(), bidder(sale)
    offers = [request(paddle, 3000, key="double") for _n in range(8)]
    answers = race(*(alone(lot, offer) for offer in offers))
    assert Bid.objects.count() == 1
    assert len({(a.result, a.price, a.received_at) for a in answers}) == 1
    assert sum(not a.is_repeated for a in answers) == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_limit_holds_over_two_lots_at_once(_round):
    sale = begun(lots=2)
    first, second = sale.lots.all()
    paddle = bidder(sale, limit=8000)
    answers = race(alone(first, request(paddle, 5000)), alone(second, request(paddle, 5000)))
    results = sorted(a.result for a in answers)
    assert results == [BidResult.ACCEPTED, BidResult.OVER_LIMIT]


def test_a_suspended_paddle_and_its_bid_at_once_end_in_one_order():
    from auctions.services.paddles import decide_paddle

    sale = begun()
    lot, paddle = sale.lots.get(), bidder(sale, limit=9000)
    boss = sale.house.boss
    answer, _suspended = race(
        alone(lot, request(paddle, 3000)),
        lambda: decide_paddle(
            actor=boss, paddle_id=paddle.pk, state=PaddleState.SUSPENDED, note="核实"
        ),
    )
    assert answer.result in (BidResult.ACCEPTED, BidResult.NOT_APPROVED)
    assert alone(lot, request(paddle, 4000))().result == BidResult.NOT_APPROVED


def test_without_the_lock_the_numbering_breaks(monkeypatch):
    """The control: what the lock prevents happens, and the constraint refuses it."""
    monkeypatch.setattr(
        bidding, "lock_lot", lambda *, pk: Lot.objects.select_related("sale").get(pk=pk)
    )
    broken = 0
    for _n in range(6):
        sale = begun()
        lot = sale.lots.get()
        offers = [request(bidder(sale), a) for a in MAXIMA[:8]]
        answers = race(*(alone(lot, offer) for offer in offers))
        broken += sum(isinstance(a, IntegrityError) for a in answers)
    assert broken > 0
