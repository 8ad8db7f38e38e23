"""What sales store; one module per subject."""

from .bidding import Bid, BidVoid, LotEvent, Paddle, SealedAmount
from .consignments import Consignment
from .rule_sets import Conditions, RuleSet
from .sales import Lot, Sale

__all__ = [
    "Bid",
    "BidVoid",
    "Conditions",
    "Consignment",
    "Lot",
    "LotEvent",
    "Paddle",
    "RuleSet",
    "Sale",
    "SealedAmount",
]
