"""Issue the platform's certificates: 鉴定意见 from a signed result, 保真, 锁定; and replace them.

A registrar issues who neither lists nor owns the work, is not its author and sat on no panel of it.
The certificate, its place in the lists and its fact for the public log are written together or not
at all. How certificates are suspended and revoked is `certificate_states`. Registry rules, 5 and 6.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from appraisal.certificates import citations
from appraisal.certificates.addresses import certificate_address, context_address, object_address
from appraisal.certificates.facts import digest_of_document, issued_fact
from appraisal.certificates.numbers import draw_number
from appraisal.citations import NO_PHOTOGRAPHS
from appraisal.engine.credentials import (
    AuthorConfirmation as AuthorGrounds,
)
from appraisal.engine.credentials import (
    CertificateContent,
    CredentialRefused,
    Dimension,
    Edition,
    IdentityLock,
    PanelOpinion,
    Picture,
    build_certificate,
    canonical,
    digest_of,
    read_json,
)
from appraisal.engine.credentials.certificate import Grounds
from appraisal.enums import CertificateKind, CertificateStep, Outcome, ResultState
from appraisal.models import (
    AuthorConfirmation,
    CaseResult,
    Certificate,
    CertificateChange,
    StatusIndex,
)
from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from catalog.completeness import record_of
from catalog.engine.numbers import format_number
from catalog.engine.titles import says_untitled
from catalog.enums import AttributionStatus, ImpressionKind, WorkState
from catalog.locks import lock_work
from catalog.models import Attribution, LogAudit, Work
from catalog.search import index_works
from catalog.search.documents import BY_THE_MAKER
from catalog.services.encumbrances import live_encumbrance
from catalog.services.gates import require_gates
from catalog.services.public_log import queue_entry

from .author_confirmations import AUTOGRAPH, require_author
from .certificate_states import (
    lift,
    lift_for_work,
    locked_certificate,
    revoke,
    revoke_for_work,
    step,
    suspend,
    suspend_for_work,
)
from .signing_keys import controller_of, sign_document
from .status_lists import draw_place, place_of

__all__ = [
    "issue_author",
    "issue_lock",
    "issue_opinion",
    "lift",
    "lift_for_work",
    "require_certifiable",
    "revoke",
    "revoke_for_work",
    "supersede",
    "suspend",
    "suspend_for_work",
]

_PROOFS = {
    ImpressionKind.ARTIST_PROOF: "A.P.",
    ImpressionKind.HORS_COMMERCE: "H.C.",
    ImpressionKind.PRINTER_PROOF: "P.P.",
}


# ------------------------------------------------------------------ the three kinds


@transaction.atomic(durable=True)
def issue_opinion(*, actor: User, result_id: int) -> Certificate:
    """鉴定意见 from a panel's signed result, with its dissent, or as undetermined.

    Raises `NotAllowed`; `WrongState` (result not signed, a live one is there); `DomainError`
    (result supports none, work incomplete, disputed or sealed, log at fault); `NoKey`.
    """
    work, result = _result_under_lock(result_id)
    _may(actor, work)
    grounds = _panel_grounds(work, result)
    return _issue(actor, work, CertificateKind.OPINION, grounds, result=result)


@transaction.atomic(durable=True)
def issue_author(*, actor: User, work_id: int) -> Certificate:
    """保真 on the author's confirmation in person, which a registrar witnessed.

    Raises as `issue_opinion`; `DomainError` when no witnessed confirmation is there, or the author
    is not living or identified any more.
    """
    work = lock_work(pk=work_id)
    _may(actor, work)
    confirmation = _confirmation(work)
    grounds = _author_grounds(confirmation)
    return _issue(actor, work, CertificateKind.AUTHOR, grounds, confirmation=confirmation)


@transaction.atomic(durable=True)
def issue_lock(*, actor: User, work_id: int) -> Certificate:
    """锁定: this thing and no other; nothing is said of the author. Raises as `issue_opinion`."""
    work = lock_work(pk=work_id)
    _may(actor, work)
    return _issue(actor, work, CertificateKind.LOCK, IdentityLock())


@transaction.atomic(durable=True)
def supersede(
    *, actor: User, certificate_id: int, reason: str, result_id: int | None = None
) -> Certificate:
    """Issue another one of the same kind in its place; the old one points on to it.

    Args:
        result_id: for a 鉴定意见, the result that it now rests on; None: the same as before.
    Raises as the function that issues the kind; `WrongState` when the old one counts no more.
    """
    old, work = locked_certificate(certificate_id)
    _may(actor, work)
    kind = CertificateKind(old.kind)
    result = confirmation = None
    grounds: Grounds = IdentityLock()
    if kind == CertificateKind.OPINION:
        wanted = result_id if result_id is not None else old.result_id
        result = CaseResult.objects.select_related("case").filter(pk=wanted or 0).first()
        if result is None or result.case.work_id != work.pk:
            raise Invalid(fields={"result_id": _("这个结果是另一件作品的。")})
        grounds = _panel_grounds(work, result)
    elif kind == CertificateKind.AUTHOR:
        confirmation = _confirmation(work)
        grounds = _author_grounds(confirmation)
    return _issue(
        actor, work, kind, grounds,
        result=result, confirmation=confirmation, old=old, reason=reason,
    )  # fmt: skip


# ------------------------------------------------------------------ what must hold


def require_certifiable(work: Work) -> None:
    """Whether any certificate may be issued for a locked work now.

    Raises `WrongState` (not registered, destroyed), `GateClosed` (record incomplete, a stolen work,
    pictures alike that nobody judged, ...), `DomainError` (encumbered, log at fault); each cites
    its rule.
    """
    if work.state != WorkState.REGISTERED or work.is_destroyed:
        raise WrongState(_("只有已登记、未销毁的作品才能出具证书。"), rule=citations.KINDS)
    require_gates(work, "certify")
    lying = live_encumbrance(work)
    if lying and "certify" in rulebook.get(citations.BLOCKS)[lying.kind]:
        raise DomainError(
            _("这件作品%(kind)s，解除之前不能出具证书。") % {"kind": lying.get_kind_display()},
            code="encumbered",
            rule=citations.BLOCKS,
        )
    audit = LogAudit.objects.order_by("-pk").first()
    if audit and not audit.is_sound:
        raise DomainError(
            _("公开日志最近一次自查发现问题，查清之前不出具新证书。"),
            code="log_at_fault",
            rule=citations.LOG_SOUND,
        )


def _may(actor: User, work: Work) -> None:
    if actor.has_perm("appraisal.issue_certificate", work):
        return
    if actor.has_perm("appraisal.record_desk"):
        raise NotAllowed(
            _("登记或持有这件作品的人、作者本人和专家组成员，不能出具它的证书。"),
            code="own_work",
            rule=citations.PERSONS,
        )
    raise NotAllowed()


# ------------------------------------------------------------------ grounds


def _result_under_lock(result_id: int) -> tuple[Work, CaseResult]:
    found = CaseResult.objects.filter(pk=result_id)
    work_id = found.values_list("case__work_id", flat=True).first()
    if work_id is None:
        raise WrongState()
    work = lock_work(pk=work_id)
    return work, found.select_related("case").get()


def _panel_grounds(work: Work, result: CaseResult) -> PanelOpinion:
    if result.state != ResultState.SIGNED:
        raise WrongState(_("结果还没有签署，或已经失效。"), rule=citations.OPINION_RESULT)
    if result.outcome == Outcome.UNDETERMINED:
        return PanelOpinion(result.experts, result.agreeing, "undetermined")
    if not result.supports_certificate:
        raise DomainError(
            _("多数意见里有人没有看过原物，这个结果不能出具证书。"),
            code="result_supports_none",
            rule=NO_PHOTOGRAPHS,
        )
    supported = any(_carries(result, claim) for claim in _claims(work))
    return PanelOpinion(
        result.experts, result.agreeing, "supported" if supported else "not-supported"
    )


def _claims(work: Work) -> list[Attribution]:
    """What the register says of the maker today."""
    return list(work.attributions.filter(status=AttributionStatus.CURRENT))


def _carries(result: CaseResult, claim: Attribution) -> bool:
    """The panel names the same maker by the same term; "autograph" carries "attributed to" too."""
    if result.maker_id != claim.artist_id:
        return False
    is_stronger = result.term == AUTOGRAPH and claim.term in BY_THE_MAKER
    return result.term == claim.term or is_stronger


def _confirmation(work: Work) -> AuthorConfirmation:
    row = (
        AuthorConfirmation.objects.select_related("author", "artist")
        .filter(work=work, withdrawn_at__isnull=True, witnessed_at__isnull=False)
        .order_by("-pk")
        .first()
    )
    if row is None:
        raise DomainError(
            _("还没有作者本人到场、由登记员见证的确认。"),
            code="not_confirmed",
            rule=citations.AUTHOR_IN_PERSON,
        )
    try:
        require_author(work, row.author)
    except NotAllowed as error:
        raise DomainError(
            error.message, code="not_the_author", rule=citations.AUTHOR_IN_PERSON
        ) from error
    return row


def _author_grounds(row: AuthorConfirmation) -> AuthorGrounds:
    day = row.confirmed_at.astimezone(SHANGHAI).date()
    return AuthorGrounds(row.artist.name, day, row.recording_sha256)


# ------------------------------------------------------------------ written


def _issue(
    actor: User,
    work: Work,
    kind: CertificateKind,
    grounds: Grounds,
    *,
    result: CaseResult | None = None,
    confirmation: AuthorConfirmation | None = None,
    old: Certificate | None = None,
    reason: str = "",
) -> Certificate:
    require_certifiable(work)
    live = Certificate.objects.live().filter(work=work, kind=kind).first()
    if live and live != old:
        raise _already(live)
    at, number, place = db_now().replace(microsecond=0), draw_number(), draw_place()
    if old:
        step(
            actor=actor, row=old, work=work, to=CertificateStep.SUPERSEDED, reason=reason, by=number
        )
    record = _record(work)
    document = _signed(work, number, place, grounds, record, at, old)
    row = Certificate(
        number=number, kind=kind, work=work, result=result, confirmation=confirmation,
        replaces=old, place=place, document=canonical(document).decode(),
        digest=digest_of_document(document), record=record,
        method=document["proof"]["verificationMethod"], valid_from=at, state_since=at,
        issued_by=actor, log_ticket=queue_entry(fact=issued_fact(document)).pk,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise _already(live) from error
    CertificateChange.objects.create(
        certificate=row, step=CertificateStep.ISSUED, actor=actor, at=at, log_ticket=row.log_ticket
    )
    index_works([work.pk])
    record_event(
        actor=actor, action="certificate.issued", subject=work,
        after={"certificate": number}, certificate_kind=kind.value,
    )  # fmt: skip
    return row


def _already(live: Certificate | None) -> WrongState:
    words = _("这件作品已有同种的有效证书%(number)s；要更换，请用新的取代它。")
    return WrongState(
        words % {"number": live.number if live else ""},
        code="already_issued",
        rule=citations.KINDS,
    )


def _signed(
    work: Work, number: str, place: StatusIndex, grounds: Grounds, record: str, at: datetime,
    old: Certificate | None,
) -> dict[str, Any]:  # fmt: skip
    content = CertificateContent(
        certificate_id=certificate_address(number),
        issuer=controller_of(),
        context=context_address(),
        object_id=object_address(work),
        registry_number=format_number(work.number or ""),
        pictures=tuple(
            Picture(photo.image.sha256, photo.view) for photo in work.photos.select_related("image")
        ),
        object_id_digest=digest_of(read_json(record)),
        grounds=grounds,
        valid_from=at,
        status=place_of(place),
        title="" if says_untitled(work.title) else work.title,
        dimensions=tuple(
            Dimension(d.dimension, d.value.normalize(), d.unit) for d in work.dimensions.all()
        ),
        edition=_edition(work),
        replaces=certificate_address(old.number) if old else "",
    )
    try:
        document = build_certificate(content)
    except CredentialRefused as error:
        raise DomainError(
            _("作品的记录不合证书的格式：%(why)s。") % {"why": error}, code=error.code
        ) from error
    return sign_document(document=document, at=at)


def _record(work: Work) -> str:
    """The Object ID record in canonical form; codes are put into words in one language only."""
    with override("zh-hans"):
        return canonical(_plain(record_of(work))).decode()


def _plain(value: object) -> object:
    """Lazy words as words."""
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value if isinstance(value, bool | int | None) else str(value)


def _edition(work: Work) -> Edition | None:
    """Which impression it is, where the register knows: "3", "A.P. 1"."""
    if work.edition is None or work.impression_number is None:
        return None
    if work.impression_kind == ImpressionKind.NUMBERED:
        return Edition(str(work.impression_number), work.edition.size)
    proof = _PROOFS.get(ImpressionKind(work.impression_kind), "")
    return Edition(f"{proof} {work.impression_number}".strip()) if proof else None
