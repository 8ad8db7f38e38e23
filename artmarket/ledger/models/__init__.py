"""The books; payments, and what people must look at, stand beside them in modules of their own."""

from .bank_details import BankDetails
from .books import Account, Entry, Period, Transfer
from .payments import (
    ChargeDispute,
    Outgoing,
    Payment,
    Payout,
    PayoutAccount,
    PayoutChoice,
    Receipt,
    Refund,
    WebhookMessage,
)
from .review import (
    DueDiligence,
    GatewayMovement,
    ReconciliationDifference,
    ReconciliationRun,
    StatementLine,
    StrayMoney,
)

__all__ = [
    "Account",
    "BankDetails",
    "ChargeDispute",
    "DueDiligence",
    "Entry",
    "GatewayMovement",
    "Outgoing",
    "Payment",
    "Payout",
    "PayoutAccount",
    "PayoutChoice",
    "Period",
    "Receipt",
    "ReconciliationDifference",
    "ReconciliationRun",
    "Refund",
    "StatementLine",
    "StrayMoney",
    "Transfer",
    "WebhookMessage",
]
