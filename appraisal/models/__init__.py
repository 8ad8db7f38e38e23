"""What appraisal stores: papers of others, appraisers, cases, opinions, results, valuations."""

from .cases import AppraisalCase, CaseDocument, CaseStep, Dispute, PanelSeat
from .keys import SealedKey
from .opinions import CaseResult, Evidence, Inspection, Opinion, ResultSignature
from .papers import RecordedCertificate
from .people import Appraiser
from .valuations import Valuation, ValuationApproach

__all__ = [
    "AppraisalCase",
    "Appraiser",
    "CaseDocument",
    "CaseResult",
    "CaseStep",
    "Dispute",
    "Evidence",
    "Inspection",
    "Opinion",
    "PanelSeat",
    "RecordedCertificate",
    "ResultSignature",
    "SealedKey",
    "Valuation",
    "ValuationApproach",
]
