"""What sales store; one module per subject."""

from .after_release import Recourse, RecourseReceipt, ResaleRight
from .aftermath import AfterSaleOffer, BuyerDefault, LotCorrection, SecondChance
from .bidding import Bid, BidVoid, LotEvent, Paddle, SealedAmount
from .consignments import Consignment
from .notices import MailState, Notice, NoticeChoice, NoticeKind, NoticePlace, Watch
from .registration import Deposit, DepositMovement, Power, Relation
from .rule_sets import Conditions, RuleSet
from .sales import Lot, Sale
from .settlement import (
    ClaimFile,
    ClaimStatement,
    Delivery,
    Instalment,
    Invoice,
    InvoiceReceipt,
    Settlement,
    SettlementClaim,
    SettlementStep,
)
from .signals import Outcome, ScoredLot, SessionTrace, ShillScore, SignalReview, TraceKind

__all__ = [
    "AfterSaleOffer",
    "Bid",
    "BidVoid",
    "BuyerDefault",
    "ClaimFile",
    "ClaimStatement",
    "Conditions",
    "Consignment",
    "Delivery",
    "Deposit",
    "DepositMovement",
    "Instalment",
    "Invoice",
    "InvoiceReceipt",
    "Lot",
    "LotCorrection",
    "LotEvent",
    "MailState",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "NoticePlace",
    "Outcome",
    "Paddle",
    "Power",
    "Recourse",
    "RecourseReceipt",
    "Relation",
    "ResaleRight",
    "RuleSet",
    "Sale",
    "ScoredLot",
    "SealedAmount",
    "SecondChance",
    "SessionTrace",
    "Settlement",
    "SettlementClaim",
    "SettlementStep",
    "ShillScore",
    "SignalReview",
    "TraceKind",
    "Watch",
]
