"""What a registrar may issue for a work now, and why not yet; services ask again, under lock."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from appraisal.enums import CertificateKind, Outcome, ResultState
from appraisal.models import AuthorConfirmation, CaseResult, Certificate
from appraisal.services.author_confirmations import require_author
from appraisal.services.issuing import require_certifiable
from artmarket.core.errors import DomainError
from catalog.models import Work

from .on_works import certificates_of
from .words import KIND_MEANINGS, KIND_NAMES, KINDS


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind: its words, the live certificate of it, or why none can be issued now."""

    kind: CertificateKind
    title: str
    meaning: str
    live: Certificate | None
    reason: str
    result: CaseResult | None = None


def offers(work: Work, user: Any) -> list[Offer]:
    """The three kinds, in the order of the rule book."""
    general = _refusal(lambda: require_certifiable(work))
    if not user.has_perm("appraisal.issue_certificate", work):
        general = _("登记或持有这件作品的人、作者本人和专家组成员，不能出具它的证书。")
    result = _result(work)
    own = {
        CertificateKind.AUTHOR: _author_reason(work),
        CertificateKind.LOCK: "",
        CertificateKind.OPINION: "" if result else _("还没有可以出具证书的、已签署的鉴定结果。"),
    }
    live = {row.kind: row for row in certificates_of(work) if row.is_live}
    return [
        Offer(
            kind, str(KINDS[name]), str(KIND_MEANINGS[name]), live.get(kind),
            general or own[kind], result if kind == CertificateKind.OPINION else None,
        )
        for kind, name in KIND_NAMES.items()
    ]  # fmt: skip


def confirmation_of(work: Work) -> AuthorConfirmation | None:
    """The author's word about a work that was not withdrawn."""
    rows = AuthorConfirmation.objects.filter(work=work, withdrawn_at__isnull=True)
    return rows.select_related("author", "artist", "witnessed_by").order_by("-pk").first()


def _result(work: Work) -> CaseResult | None:
    rows = CaseResult.objects.filter(case__work=work, state=ResultState.SIGNED).order_by("-pk")
    return next(
        (r for r in rows if r.supports_certificate or r.outcome == Outcome.UNDETERMINED), None
    )


def _author_reason(work: Work) -> str:
    found = confirmation_of(work)
    if found is None:
        return _("作者本人还没有到场确认。")
    if found.witnessed_at is None:
        return _("作者已确认，还等登记员见证并记下录像的摘要。")
    return _refusal(lambda: require_author(work, found.author))


def _refusal(ask: Callable[[], object]) -> str:
    """Why a service would refuse; empty when it would not."""
    try:
        ask()
    except DomainError as error:
        return " ".join(filter(None, [str(error), str(error.hint)]))
    return ""
