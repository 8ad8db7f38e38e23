"""What loans against works store; one module per subject."""

from .advance import AdvanceProceeds, AdvanceWork
from .applications import Application, ApplicationWork, Insurance, LoanOffer, RegistryQuery
from .custody import CustodyEvent, Holding
from .defaults import ClassChange, LoanDefault, LoanFinding
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
from .margin import MarginCall, MarginStep, Revaluation, RevaluationAnswer
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
from .pre_acquirers import CapacityCheck, PreAcquisition
from .realisation import (
    Disposal,
    DisposalStep,
    Distribution,
    PledgeSuspension,
    RealisationCase,
)

__all__ = [
    "AdvanceProceeds",
    "AdvanceWork",
    "Application",
    "ApplicationWork",
    "CapacityCheck",
    "ClassChange",
    "Custodian",
    "CustodyEvent",
    "Disposal",
    "DisposalStep",
    "Distribution",
    "Holding",
    "Insurance",
    "Lender",
    "Loan",
    "LoanDefault",
    "LoanEvent",
    "LoanFinding",
    "LoanOffer",
    "LoanPosting",
    "LoanSignature",
    "MarginCall",
    "MarginStep",
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
    "PledgeSuspension",
    "PreAcquisition",
    "Product",
    "ProductVersion",
    "RealisationCase",
    "RegistryQuery",
    "Renewal",
    "Revaluation",
    "RevaluationAnswer",
    "Snapshot",
]
