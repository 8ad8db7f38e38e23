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
from .margin import MarginCall, MarginStep, Revaluation, RevaluationAnswer

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
    "MarginCall",
    "MarginStep",
    "PledgeItem",
    "Product",
    "ProductVersion",
    "RegistryQuery",
    "Renewal",
    "Revaluation",
    "RevaluationAnswer",
    "Snapshot",
]
