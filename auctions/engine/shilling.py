"""Signals of shill bidding: published features of a bidder's conduct, each from 0 (none) to 1.

The features are those of the Shill Bidding data set (UCI Machine Learning Repository 562; Alzahrani
and Sadaoui, "Scraping and Preprocessing Commercial Auction Data for Fraud Classification",
arXiv:1806.00656, 2018). The archive describes them in words; the formulas here follow those words,
with the ranges and steps of the published rows. They are hints for a person who looks, never a
proof: Herzog (WWZ Discussion Paper 2014/03) found that most proven shills fit no published type.

Pure: exact fractions, no clock. Auction rules §14.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Final

ZERO: Final = Fraction(0)
ONE: Final = Fraction(1)
HALF: Final = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Placed:
    """One bid that counts: who placed it and when it was received."""

    bidder: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Auction:
    """One auction that is over.

    `bids` in the order in which they were accepted; `opening` the opening price, for unlike things
    divided by their low estimate so that they can be compared; `winner` None when it did not sell.
    """

    seller: str
    opens_at: datetime
    ends_at: datetime
    bids: tuple[Placed, ...]
    opening: Fraction
    winner: str | None = None

    def bids_of(self, bidder: str) -> list[Placed]:
        """The bids of one bidder, in their order."""
        return [bid for bid in self.bids if bid.bidder == bidder]


def bidder_tendency(bidder: str, seller: str, auctions: Sequence[Auction]) -> Fraction:
    """Share of the auctions in which he took part that are this seller's.

    UCI: "A shill bidder participates exclusively in auctions of few sellers rather than a
    diversified lot." Zero when he took part in none.
    """
    joined = [auction for auction in auctions if auction.bids_of(bidder)]
    return _share(sum(auction.seller == seller for auction in joined), len(joined))


def bidding_ratio(bidder: str, auction: Auction) -> Fraction:
    """His share of the bids of the auction.

    UCI: "A shill bidder participates more frequently to raise the auction price."
    """
    return _share(len(auction.bids_of(bidder)), len(auction.bids))


def successive_outbidding(bidder: str, auction: Auction) -> Fraction:
    """Whether he bid again though the bid before was his own: twice running ½, oftener 1.

    UCI: "A shill bidder successively outbids himself even though he is the current winner"; the
    published rows hold 0, 0.5 and 1. Raising one's own maximum looks the same and is lawful.
    """
    runs = [
        len(list(run)) for who, run in groupby(auction.bids, lambda b: b.bidder) if who == bidder
    ]
    longest = max(runs, default=0)
    return ONE if longest >= 3 else HALF if longest == 2 else ZERO


def last_bidding(bidder: str, auction: Auction) -> Fraction:
    """How long before the end he fell silent, as a share of the whole time.

    UCI: "A shill bidder becomes inactive at the last stage of the auction […] to avoid winning."
    Over 0.1 means that he was silent in the last tenth. Zero when he did not bid.
    """
    own = auction.bids_of(bidder)
    return ONE - _moment(own[-1].at, auction) if own else ZERO


def early_bidding(bidder: str, auction: Auction) -> Fraction:
    """How early his first bid came: 1 at the opening, 0 at the end.

    UCI: "A shill bidder tends to bid pretty early in the auction (less than 25% of the auction
    duration)": over 0.75 here. Zero when he did not bid.
    """
    own = auction.bids_of(bidder)
    return ONE - _moment(own[0].at, auction) if own else ZERO


def winning_ratio(bidder: str, auctions: Sequence[Auction]) -> Fraction:
    """Share of the auctions in which he took part that he did not win.

    UCI: "A shill bidder competes in many auctions but hardly wins any." Zero when he took part in
    none.
    """
    joined = [auction for auction in auctions if auction.bids_of(bidder)]
    lost = sum(auction.winner != bidder for auction in joined)
    return _share(lost, len(joined))


def auction_bids(auction: Auction, concurrent: Sequence[Auction]) -> Fraction:
    """How far the number of bids exceeds the average of the concurrent auctions: 1 − average/bids.

    UCI: "Auctions with SB activities tend to have a much higher number of bids than the average of
    bids in concurrent auctions." Zero at the average or below it.
    """
    return _excess(_mean([len(other.bids) for other in concurrent]), Fraction(len(auction.bids)))


def starting_price(auction: Auction, concurrent: Sequence[Auction]) -> Fraction:
    """How far the opening price lies below the average of the concurrent: 1 − opening/average.

    UCI: "a shill bidder usually offers a small starting price to attract legitimate bidders". Zero
    at the average or above it.
    """
    return _excess(auction.opening, _mean([other.opening for other in concurrent]))


@dataclass(frozen=True, slots=True)
class Conduct:
    """What one bidder did in the auctions of one seller in one sale.

    `own` those of the seller on which he bid; `concurrent` all of the sale; `history` every auction
    in which he ever took part.
    """

    bidder: str
    seller: str
    own: Sequence[Auction]
    concurrent: Sequence[Auction]
    history: Sequence[Auction]


Feature = Callable[[Conduct], Fraction]

FEATURES: Final[Mapping[str, Feature]] = {
    "bidder_tendency": lambda c: bidder_tendency(c.bidder, c.seller, c.history),
    "bidding_ratio": lambda c: _mean([bidding_ratio(c.bidder, a) for a in c.own]),
    "successive_outbidding": lambda c: _mean([successive_outbidding(c.bidder, a) for a in c.own]),
    "last_bidding": lambda c: _mean([last_bidding(c.bidder, a) for a in c.own]),
    "early_bidding": lambda c: _mean([early_bidding(c.bidder, a) for a in c.own]),
    "winning_ratio": lambda c: winning_ratio(c.bidder, c.history),
    "auction_bids": lambda c: _mean([auction_bids(a, c.concurrent) for a in c.own]),
    "starting_price": lambda c: _mean([starting_price(a, c.concurrent) for a in c.own]),
}
"""The features by name; those of one auction as the average over the seller's auctions."""


def features(conduct: Conduct) -> dict[str, Fraction]:
    """Every feature of a conduct."""
    return {name: feature(conduct) for name, feature in FEATURES.items()}


def score(found: Mapping[str, Fraction], weights: Mapping[str, int]) -> Fraction:
    """The weighted mean of the features; a feature without a weight does not count.

    Raises ValueError when no weight is above zero, or a weight is below it.
    """
    if any(weight < 0 for weight in weights.values()) or not any(weights.values()):
        raise ValueError("weights must not be negative, and one must count")
    total = sum(weights.get(name, 0) * value for name, value in found.items())
    return Fraction(total) / sum(weights.values())


def permille(value: Fraction) -> int:
    """A value from 0 to 1 in whole thousandths, halves up."""
    return int(value * 1000 + HALF)


def _moment(at: datetime, auction: Auction) -> Fraction:
    """Where a moment lies between the opening (0) and the end (1); what is outside counts there."""
    whole = _microseconds(auction.ends_at - auction.opens_at)
    if whole <= 0:
        return ONE
    return min(max(Fraction(_microseconds(at - auction.opens_at), whole), ZERO), ONE)


def _microseconds(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else ZERO


def _excess(smaller: Fraction, larger: Fraction) -> Fraction:
    """1 − smaller/larger where the larger is larger, else 0."""
    return ONE - smaller / larger if larger > smaller else ZERO


def _mean(values: Sequence[int | Fraction]) -> Fraction:
    return Fraction(sum(values, ZERO), len(values)) if values else ZERO
