"""Certificates follow the result that they rest on; called inside the transaction of its change."""

from collections.abc import Mapping
from typing import Final

from appraisal.enums import LIVE_CERTIFICATES, CertificateState, CertificateStep
from appraisal.models import AppraisalCase, CaseResult, Certificate
from artmarket.accounts.models import User

from .certificate_states import step

_FROM: Final[Mapping[CertificateStep, tuple[str, ...]]] = {
    CertificateStep.SUSPENDED: (CertificateState.VALID,),
    CertificateStep.LIFTED: (CertificateState.SUSPENDED,),
    CertificateStep.REVOKED: tuple(LIVE_CERTIFICATES),
}


def certificates_follow(
    case: AppraisalCase, result: CaseResult, to: CertificateStep, *, actor: User | None, reason: str
) -> int:
    """Suspend, lift or revoke the certificates of a result; returns how many."""
    rows = Certificate.objects.filter(result=result, state__in=_FROM[to])
    found = list(rows.select_related("place").order_by("pk"))
    for row in found:
        step(actor=actor, row=row, work=case.work, to=to, reason=reason)
    return len(found)
