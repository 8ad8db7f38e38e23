"""Sealed bids: nobody sees any until all are opened, then the best one wins.

Each bidder's latest bid counts, ranked by when it was made. Auction rules §1.
"""

from collections.abc import Iterable
from typing import Literal

from .bidding import Bid, Hammer

PriceRule = Literal["first", "second"]


def open_sealed(
    bids: Iterable[Bid], *, opening: int, reserve: int | None, price_rule: PriceRule
) -> Hammer:
    """Who wins and what he pays: his own bid, or the second best (never below the floor).

    The floor is the reserve, or the opening price where that is higher. A tie goes to the earlier
    bid.
    """
    floor = max(opening, reserve or 0)
    ranked = sorted(latest(bids), key=lambda b: (-b.maximum, b.number))
    if not ranked or ranked[0].maximum < floor:
        return Hammer(is_sold=False)
    best = ranked[0]
    if price_rule == "first":
        return Hammer(True, best.bidder, best.maximum)
    second = ranked[1].maximum if len(ranked) > 1 else floor
    return Hammer(True, best.bidder, max(second, floor))


def latest(bids: Iterable[Bid]) -> list[Bid]:
    """The one bid of each bidder that counts."""
    kept: dict[str, Bid] = {}
    for bid in sorted(bids, key=lambda b: b.number):
        kept[bid.bidder] = bid
    return list(kept.values())
