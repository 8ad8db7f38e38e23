"""What loans against works store; one module per subject."""

from .applications import Application, ApplicationWork, Insurance, LoanOffer, RegistryQuery
from .custody import CustodyEvent, Holding
from .lenders import Custodian, Lender, Product, ProductVersion
from .loans import (
    Loan,
    LoanEvent,
    LoanPosting,
    LoanSignature,
    PledgeItem,
    Renewal,
    Snapshot,
)
from .pawn import (
    Pawn,
    PawnLoss,
    PawnOrder,
    PawnPosting,
    PawnRequest,
    PawnSignature,
    PawnStep,
    PawnTerms,
    PawnTicket,
)
from .pawn_ends import PawnDisposal, PawnHold

__all__ = [
    "Application",
    "ApplicationWork",
    "Custodian",
    "CustodyEvent",
    "Holding",
    "Insurance",
    "Lender",
    "Loan",
    "LoanEvent",
    "LoanOffer",
    "LoanPosting",
    "LoanSignature",
    "Pawn",
    "PawnDisposal",
    "PawnHold",
    "PawnLoss",
    "PawnOrder",
    "PawnPosting",
    "PawnRequest",
    "PawnSignature",
    "PawnStep",
    "PawnTerms",
    "PawnTicket",
    "PledgeItem",
    "Product",
    "ProductVersion",
    "RegistryQuery",
    "Renewal",
    "Snapshot",
]
