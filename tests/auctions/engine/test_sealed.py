"""Sealed bids: the best wins, the earlier on a tie, and the price follows its rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auctions.engine.bidding import Bid, Hammer
from auctions.engine.sealed import open_sealed

bids = st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(1, 60)), max_size=12).map(
    lambda rows: [Bid(who, amount, n) for n, (who, amount) in enumerate(rows)]
)


@given(
    bids, st.integers(1, 50), st.none() | st.integers(1, 60), st.sampled_from(["first", "second"])
)
def test_the_opening_is_what_the_rules_say(made, opening, reserve, price_rule):
    found = open_sealed(made, opening=opening, reserve=reserve, price_rule=price_rule)
    floor = max(opening, reserve or 0)
    last = {bid.bidder: bid for bid in made}
    able = [b for b in last.values() if b.maximum >= floor]
    if not able:
        assert found == Hammer(is_sold=False)
        return
    top = max(b.maximum for b in able)
    winner = min((b for b in able if b.maximum == top), key=lambda b: b.number)
    others = [b.maximum for b in last.values() if b.bidder != winner.bidder]
    price = top if price_rule == "first" else max([floor, *others])
    assert found == Hammer(True, winner.bidder, price)


@pytest.mark.parametrize(("price_rule", "price"), [("first", 90), ("second", 70)])
def test_first_and_second_price(price_rule, price):
    made = [Bid("A", 70, 1), Bid("B", 90, 2)]
    found = open_sealed(made, opening=10, reserve=None, price_rule=price_rule)
    assert (found.winner, found.price) == ("B", price)


def test_the_latest_bid_of_a_bidder_counts_and_takes_its_new_rank():
    made = [Bid("A", 90, 1), Bid("B", 80, 2), Bid("A", 80, 3)]
    found = open_sealed(made, opening=10, reserve=None, price_rule="first")
    assert found.winner == "B"
