"""What the pages of works say of the platform's own certificates, and the ways to issue them."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from appraisal.engine.credentials import Verdict
from appraisal.enums import CertificateKind, CertificateState, ResultState
from appraisal.models import CaseResult, Certificate
from artmarket.core.once import once
from artmarket.core.punctuation import bracketed, listed
from catalog.enums import WorkState
from catalog.models import Work

from .words import KIND_MEANINGS, KIND_NAMES, KINDS, VERDICTS

PILLS = {
    CertificateState.VALID: "ok",
    CertificateState.SUSPENDED: "warn",
    CertificateState.REVOKED: "live",
    CertificateState.SUPERSEDED: "neutral",
}


def certificates_of(work: Work) -> list[Certificate]:
    """All certificates of a registered work, the newest first, read once for one page."""
    if not work.number:
        return []
    rows = Certificate.objects.filter(work=work).order_by("-pk")
    return once(work, "own_certificates", lambda: list(rows))


def row(certificate: Certificate) -> dict[str, Any]:
    """One certificate for a list."""
    kind = KIND_NAMES[CertificateKind(certificate.kind)]
    is_valid = certificate.state == CertificateState.VALID
    return {
        "certificate": certificate,
        "number": certificate.number,
        "kind": KINDS[kind],
        "meaning": KIND_MEANINGS[kind],
        "state": VERDICTS[Verdict.VALID][1] if is_valid else certificate.get_state_display(),
        "pill": PILLS[CertificateState(certificate.state)],
        "is_live": certificate.is_live,
        "short_digest": certificate.digest[:16],
    }


def verify_panel(work: Work, request: HttpRequest) -> dict[str, Any] | None:
    """The box of certificates that count: number, square code, digest, check now."""
    rows = [row(certificate) for certificate in certificates_of(work) if certificate.is_live]
    own = _is_own(work, request) and work.state == WorkState.REGISTERED
    if not rows and not own:
        return None
    return {
        "template": "appraisal/certificates/_panel.html",
        "rows": rows,
        "confirm": reverse("appraisal:confirm_author", args=[work.pk]) if own else "",
    }


def state_line(work: Work, request: HttpRequest) -> dict[str, str] | None:
    """The seal line of the certificates that count, on the page of the work and of its lots."""
    live = [row(certificate) for certificate in certificates_of(work) if certificate.is_live]
    if not live:
        return None
    is_valid = all(found["pill"] == "ok" for found in live)
    return {
        "kind": "ok" if is_valid else "warn",
        "title": listed(f"{found['kind']}{bracketed(found['state'])}" for found in live),
        "text": listed(found["number"] for found in live) + _("。"),
        "url": reverse("appraisal:certificate", args=[live[0]["number"]]),
        "link": _("现在核验"),
    }


def certificate_section(work: Work, request: HttpRequest) -> dict[str, Any] | None:
    """The list of all that were issued, also of those that count no more."""
    rows = [row(certificate) for certificate in certificates_of(work)]
    if not rows:
        return None
    return {"template": "appraisal/certificates/_section.html", "rows": rows}


def registrar_action(work: Work, request: HttpRequest) -> dict[str, str] | None:
    """The link on the registrar's page of a registered work."""
    if work.state != WorkState.REGISTERED:
        return None
    return {
        "url": reverse("appraisal:work_certificates", args=[work.pk]),
        "label": _("平台证书"),
    }


def author_action(work: Work, request: HttpRequest) -> dict[str, str] | None:
    """The link by which the living author confirms his work."""
    if work.state != WorkState.REGISTERED or not _is_own(work, request):
        return None
    return {
        "url": reverse("appraisal:confirm_author", args=[work.pk]),
        "label": _("确认这是我的作品"),
    }


def _is_own(work: Work, request: HttpRequest) -> bool:
    """Whether the reader's own account is that of a maker; without a query of its own."""
    if not request.user.is_authenticated:
        return False
    return any(
        attribution.artist.account_id == request.user.pk for attribution in work.attributions.all()
    )


def issue_action(result: CaseResult, request: HttpRequest) -> dict[str, str] | None:
    """The link from a signed result to where its certificate is issued."""
    if result.state != ResultState.SIGNED:
        return None
    return {
        "url": reverse("appraisal:work_certificates", args=[result.case.work_id]),
        "label": _("出具证书"),
    }
