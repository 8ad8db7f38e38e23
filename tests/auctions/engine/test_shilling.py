"""Features of shill bidding: each computed by hand, and what holds of any auction."""

import csv
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artmarket.core.testing import require_shared
from auctions.engine import shilling
from auctions.engine.shilling import Auction, Conduct, Placed

START = datetime(2026, 5, 1, tzinfo=UTC)
HOURS = 100


def at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


def auction(*bids, seller="s", winner=None, opening=1) -> Auction:
    """Bids as ("a", 10): bidder and hour of a hundred."""
    placed = tuple(Placed(who, at(hour)) for who, hour in bids)
    return Auction(seller, at(0), at(HOURS), placed, Fraction(opening), winner)


ONE = auction(("a", 10), ("b", 20), ("a", 30), ("a", 40), ("b", 95), winner="b")
TWO = auction(("c", 50), seller="t", winner="c")
THREE = auction(("a", 80), seller="t", winner="a")


def test_tendency_is_the_share_of_auctions_of_one_seller():
    assert shilling.bidder_tendency("a", "s", [ONE, TWO, THREE]) == Fraction(1, 2)
    assert shilling.bidder_tendency("b", "s", [ONE, TWO, THREE]) == 1
    assert shilling.bidder_tendency("c", "s", [ONE, TWO, THREE]) == 0
    assert shilling.bidder_tendency("nobody", "s", [ONE]) == 0


def test_bidding_ratio_is_the_share_of_the_bids():
    assert shilling.bidding_ratio("a", ONE) == Fraction(3, 5)
    assert shilling.bidding_ratio("b", ONE) == Fraction(2, 5)
    assert shilling.bidding_ratio("a", auction()) == 0


def test_outbidding_oneself_twice_is_half_and_oftener_whole():
    assert shilling.successive_outbidding("b", ONE) == 0
    assert shilling.successive_outbidding("a", ONE) == Fraction(1, 2)
    assert shilling.successive_outbidding("a", auction(("a", 1), ("a", 2), ("a", 3))) == 1
    apart = auction(("a", 1), ("b", 2), ("a", 3), ("b", 4), ("a", 5))
    assert shilling.successive_outbidding("a", apart) == 0


def test_silence_before_the_end_is_counted_from_the_last_bid():
    assert shilling.last_bidding("a", ONE) == Fraction(60, 100)
    assert shilling.last_bidding("b", ONE) == Fraction(5, 100)
    assert shilling.last_bidding("c", ONE) == 0


def test_early_bidding_is_counted_from_the_first_bid():
    assert shilling.early_bidding("a", ONE) == Fraction(90, 100)
    assert shilling.early_bidding("b", ONE) == Fraction(80, 100)
    assert shilling.early_bidding("c", ONE) == 0


def test_a_bid_left_before_the_opening_counts_as_at_the_opening():
    early = auction(("a", -5))
    assert shilling.early_bidding("a", early) == 1
    assert shilling.last_bidding("a", early) == 1


def test_an_auction_without_length_tells_nothing_of_when():
    still = Auction("s", at(0), at(0), (Placed("a", at(0)),), Fraction(1))
    assert shilling.early_bidding("a", still) == 0
    assert shilling.last_bidding("a", still) == 0


def test_winning_ratio_is_the_share_not_won():
    assert shilling.winning_ratio("a", [ONE, TWO, THREE]) == Fraction(1, 2)
    assert shilling.winning_ratio("b", [ONE, TWO, THREE]) == 0
    assert shilling.winning_ratio("nobody", [ONE]) == 0


def test_more_bids_than_the_average_of_the_concurrent():
    # 5, 1 and 1 bids: average 7/3, so 1 − (7/3)/5
    assert shilling.auction_bids(ONE, [ONE, TWO, THREE]) == Fraction(8, 15)
    assert shilling.auction_bids(TWO, [ONE, TWO, THREE]) == 0


def test_an_opening_below_the_average_of_the_concurrent():
    low, high = auction(opening=20), auction(opening=100)
    assert shilling.starting_price(low, [low, high]) == Fraction(2, 3)  # 1 − 20/60
    assert shilling.starting_price(high, [low, high]) == 0


def test_the_score_is_the_weighted_mean():
    found = {"bidding_ratio": Fraction(3, 5), "last_bidding": Fraction(1, 5)}
    assert shilling.score(found, {"bidding_ratio": 3, "last_bidding": 1}) == Fraction(1, 2)
    assert shilling.score(found, {"bidding_ratio": 1, "last_bidding": 0}) == Fraction(3, 5)


@pytest.mark.parametrize("weights", [{}, {"last_bidding": 0}, {"a": 2, "last_bidding": -1}])
def test_weights_that_weigh_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        shilling.score({"last_bidding": Fraction(1)}, weights)


def test_thousandths_are_rounded_half_up():
    assert shilling.permille(Fraction(1, 2000)) == 1
    assert shilling.permille(Fraction(1, 3)) == 333
    assert shilling.permille(Fraction(1)) == 1000


def test_all_features_of_one_conduct():
    conduct = Conduct("a", "s", [ONE], [ONE, TWO, THREE], [ONE, THREE])
    assert shilling.features(conduct) == {
        "bidder_tendency": Fraction(1, 2),
        "bidding_ratio": Fraction(3, 5),
        "successive_outbidding": Fraction(1, 2),
        "last_bidding": Fraction(3, 5),
        "early_bidding": Fraction(9, 10),
        "winning_ratio": Fraction(1, 2),
        "auction_bids": Fraction(8, 15),
        "starting_price": 0,
    }


auctions = st.builds(
    lambda bids, seller, winner, opening: auction(
        *sorted(bids, key=lambda b: b[1]), seller=seller, winner=winner, opening=opening
    ),
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(-20, HOURS + 20)), max_size=12),
    st.sampled_from("st"),
    st.sampled_from(["a", "b", "c", None]),
    st.integers(1, 10**9),
)


@given(st.lists(auctions, min_size=1, max_size=5))
def test_every_feature_and_the_score_lie_between_nothing_and_one(made):
    conduct = Conduct("a", "s", [a for a in made if a.seller == "s"], made, made)
    found = shilling.features(conduct)
    assert all(0 <= value <= 1 for value in found.values())
    assert 0 <= shilling.score(found, dict.fromkeys(found, 1)) <= 1


@given(auctions)
def test_the_shares_of_all_bidders_make_one(made):
    shares = [shilling.bidding_ratio(who, made) for who in "abc"]
    assert sum(shares) == (1 if made.bids else 0)


@given(auctions)
def test_nobody_falls_silent_before_he_begins(made):
    for who in "abc":
        assert shilling.last_bidding(who, made) <= shilling.early_bidding(who, made)


@given(st.lists(auctions, min_size=1, max_size=5), st.randoms())
def test_the_order_of_the_auctions_does_not_matter(made, dice):
    mixed = list(made)
    dice.shuffle(mixed)
    assert shilling.winning_ratio("a", made) == shilling.winning_ratio("a", mixed)
    assert shilling.bidder_tendency("a", "s", made) == shilling.bidder_tendency("a", "s", mixed)


def real_auctions() -> list[Auction]:
    """The recorded eBay auctions; they name no seller, so all share one."""
    rows = defaultdict(list)
    with require_shared("data/ebay_bids.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows[row["auctionid"]].append(row)
    made = []
    for bids in rows.values():
        days = next(n for n in (3, 5, 7) if float(bids[-1]["bidtime"]) <= n)
        best = max(bids, key=lambda b: (Decimal(b["bid"]), -float(b["bidtime"])))
        placed = tuple(
            Placed(b["bidder"], START + timedelta(days=float(b["bidtime"]))) for b in bids
        )
        made.append(
            Auction(
                "ebay", START, START + timedelta(days=days), placed,
                Fraction(bids[0]["openbid"]), best["bidder"],
            )
        )  # fmt: skip
    return made


def test_real_bidders_spread_over_the_whole_range_and_most_are_ordinary():
    made = real_auctions()
    pairs = [(who, a) for a in made for who in dict.fromkeys(b.bidder for b in a.bids)]
    ratios = sorted(shilling.bidding_ratio(who, a) for who, a in pairs)
    runs = [shilling.successive_outbidding(who, a) for who, a in pairs]
    assert (len(made), len(pairs)) == (405, 3424)
    assert ratios[0] > 0 and ratios[-1] == 1
    assert Fraction(1, 20) < ratios[len(ratios) // 2] < Fraction(1, 10)
    assert {Fraction(0), Fraction(1, 2), Fraction(1)} == set(runs)
    assert runs.count(0) > len(runs) / 2
