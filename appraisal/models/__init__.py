"""What appraisal stores: papers of others, appraisers, cases, opinions, results, valuations."""

from .cases import AppraisalCase, CaseDocument, CaseStep, Dispute, PanelSeat
from .certificates import (
    AuthorConfirmation,
    Certificate,
    CertificateChange,
    StatusIndex,
    StatusList,
)
from .condition import (
    ConditionFinding,
    ConditionPicture,
    ConditionReport,
    ConditionSignature,
)
from .keys import SealedKey
from .opinions import CaseResult, Evidence, Inspection, Opinion, ResultSignature
from .papers import RecordedCertificate
from .people import Appraiser
from .tags import Tag, TagBinding, TagReading
from .valuations import Valuation, ValuationApproach

__all__ = [
    "AppraisalCase",
    "Appraiser",
    "AuthorConfirmation",
    "CaseDocument",
    "CaseResult",
    "CaseStep",
    "Certificate",
    "CertificateChange",
    "ConditionFinding",
    "ConditionPicture",
    "ConditionReport",
    "ConditionSignature",
    "Dispute",
    "Evidence",
    "Inspection",
    "Opinion",
    "PanelSeat",
    "RecordedCertificate",
    "ResultSignature",
    "SealedKey",
    "StatusIndex",
    "StatusList",
    "Tag",
    "TagBinding",
    "TagReading",
    "Valuation",
    "ValuationApproach",
]
