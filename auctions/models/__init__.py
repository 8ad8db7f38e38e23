"""What sales store; one module per subject."""

from .aftermath import AfterSaleOffer, BuyerDefault, LotCorrection, SecondChance
from .bidding import Bid, BidVoid, LotEvent, Paddle, SealedAmount
from .consignments import Consignment
from .notices import MailState, Notice, NoticeChoice, NoticeKind, NoticePlace, Watch
from .rule_sets import Conditions, RuleSet
from .sales import Lot, Sale

__all__ = [
    "AfterSaleOffer",
    "Bid",
    "BidVoid",
    "BuyerDefault",
    "Conditions",
    "Consignment",
    "Lot",
    "LotCorrection",
    "LotEvent",
    "MailState",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "NoticePlace",
    "Paddle",
    "RuleSet",
    "Sale",
    "SealedAmount",
    "SecondChance",
    "Watch",
]
