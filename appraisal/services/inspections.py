"""Looking at the thing itself, and the evidence kept of it: every file with its digest.

Two persons at least are present (`appraisal.inspection`). A file is stored before the transaction
that ties it to its case; one that cannot be tied is deleted again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from appraisal import citations
from appraisal.enums import DocumentKind, EvidenceKind, Stage
from appraisal.locks import lock_case
from appraisal.models import AppraisalCase, CaseDocument, Evidence, Inspection
from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event
from media.enums import ImageState
from media.models import Document, Image
from media.services.documents import clear_untied_documents, receive_tied_document

from .endings import OPEN
from .steps import require_handler, require_stage, too_long

EVIDENCE = "appraisal_evidence"
PAPER = "appraisal_paper"
LIMITS = {"instrument": 160, "method": 300, "finding": 5000}


@dataclass(frozen=True, slots=True)
class Piece:
    """What a piece of evidence is, and what it shows."""

    kind: str
    finding: str = ""
    instrument: str = ""
    method: str = ""
    inspection_id: int | None = None


@transaction.atomic(durable=True)
def record_inspection(
    *,
    actor: User,
    case_id: int,
    place: str,
    began_at: datetime,
    persons: Iterable[int],
    seal_number: str = "",
    note: str = "",
) -> Inspection:
    """A registrar, or an expert of the panel, records that the thing was looked at.

    `persons` are keys of active accounts, two or more. Raises `NotAllowed`, `WrongState`,
    `Invalid` (all fields at once).
    """
    case = lock_case(pk=case_id)
    _require_worker(actor, case)
    present = sorted(set(persons))
    errors: dict[str, Text] = {}
    if not 0 < len(place.strip()) <= 200:
        errors["place"] = _("请写明地点，不超过200字。")
    if began_at > db_now():
        errors["began_at"] = _("时间不能在以后。")
    least = rulebook.get(citations.INSPECTION)
    if len(present) < least:
        errors["persons"] = _("至少要有%(n)d人在场。") % {"n": least}
    elif User.objects.filter(pk__in=present, is_active=True).count() != len(present):
        errors["persons"] = _("没有这个账户。")
    if len(seal_number) > 80:
        errors["seal_number"] = too_long(80)
    if len(note) > LIMITS["finding"]:
        errors["note"] = too_long(LIMITS["finding"])
    if errors:
        raise Invalid(fields=errors, rule=citations.INSPECTION)
    row = Inspection.objects.create(
        case=case, place=place.strip(), began_at=began_at, persons=present, note=note.strip(),
        seal_number=seal_number.strip(), recorded_by=actor,
    )  # fmt: skip
    row.refresh_from_db()
    record_event(
        actor=actor, action="case.inspected", subject=case,
        after={"inspection": row.pk, "persons": len(present)},
    )  # fmt: skip
    return row


def add_evidence(
    *,
    actor: User,
    case_id: int,
    piece: Piece,
    file: Any = None,
    name: str = "",
    image: Image | None = None,
) -> Evidence:
    """Tie a file, or a picture taken in already, to a case as evidence, with its digest.

    Raises `NotAllowed`, `WrongState` (a file of the case already), `Invalid`, and the refusals of
    `media`; then nothing is kept.
    """
    with transaction.atomic():
        _check_piece(actor, case_id, piece)
    if image is not None:
        return _tie_image(actor=actor, case_id=case_id, piece=piece, image=image)
    if file is None:
        raise Invalid(fields={"file": _("请选择文件。")}, rule=citations.OPINION_CONTENT)
    return receive_tied_document(
        actor=actor, file=file, name=name, purpose=EVIDENCE,
        tie=lambda document: _tie(actor=actor, case_id=case_id, piece=piece, document=document),
    )  # fmt: skip


def add_document(
    *, actor: User, case_id: int, kind: str, file: Any, name: str, note: str = ""
) -> CaseDocument:
    """The client or a registrar adds a paper to an open case (contract, receipt, source).

    Raises `NotAllowed`, `WrongState`, `Invalid`, and the refusals of `media`.
    """
    return receive_tied_document(
        actor=actor, file=file, name=name, purpose=PAPER,
        tie=lambda paper: _tie_paper(
            actor=actor, case_id=case_id, kind=kind, note=note, document=paper
        ),
    )  # fmt: skip


def clear_untied() -> int:
    """Delete files that a crash left without a case, a day old or more."""
    return clear_untied_documents(
        purpose=EVIDENCE, owner="appraisal_evidence"
    ) + clear_untied_documents(purpose=PAPER, owner="appraisal_document")


@transaction.atomic(durable=True)
def _tie(*, actor: User, case_id: int, piece: Piece, document: Document) -> Evidence:
    return _keep(actor, case_id, piece, sha256=document.sha256, document=document)


@transaction.atomic(durable=True)
def _tie_image(*, actor: User, case_id: int, piece: Piece, image: Image) -> Evidence:
    if image.uploaded_by_id != actor.pk or image.state not in (
        ImageState.WAITING, ImageState.READY,
    ):  # fmt: skip
        raise Invalid(fields={"file": _("这张图片不能用。")}, rule=citations.OPINION_CONTENT)
    return _keep(actor, case_id, piece, sha256=image.sha256, image=image)


@transaction.atomic(durable=True)
def _tie_paper(
    *, actor: User, case_id: int, kind: str, note: str, document: Document
) -> CaseDocument:
    case = lock_case(pk=case_id)
    if not actor.has_perm("appraisal.act_as_client", case):
        require_handler(actor, case)
    require_stage(case, *OPEN)
    if kind not in DocumentKind.values:
        raise Invalid(fields={"kind": _("请从列表中选择。")})
    row = CaseDocument.objects.create(
        case=case, kind=kind, document=document, note=note.strip()[:300], added_by=actor
    )
    record_event(
        actor=actor, action="case.paper_added", subject=case,
        after={"kind": kind, "sha256": document.sha256},
    )  # fmt: skip
    return row


def _check_piece(actor: User, case_id: int, piece: Piece) -> AppraisalCase:
    case = lock_case(pk=case_id)
    _require_worker(actor, case)
    errors: dict[str, Text] = {}
    if piece.kind not in EvidenceKind.values:
        errors["kind"] = _("请从列表中选择。")
    for name, limit in LIMITS.items():
        if len(getattr(piece, name)) > limit:
            errors[name] = too_long(limit)
    if piece.inspection_id and not case.inspections.filter(pk=piece.inspection_id).exists():
        errors["inspection"] = _("请从列表中选择。")
    if errors:
        raise Invalid(fields=errors, rule=citations.OPINION_CONTENT)
    return case


def _keep(actor: User, case_id: int, piece: Piece, *, sha256: str, **of: Any) -> Evidence:
    case = _check_piece(actor, case_id, piece)
    try:
        with transaction.atomic():
            row = Evidence.objects.create(
                case=case, kind=piece.kind, sha256=sha256, instrument=piece.instrument.strip(),
                method=piece.method.strip(), finding=piece.finding.strip(), added_by=actor,
                inspection_id=piece.inspection_id, **of,
            )  # fmt: skip
    except IntegrityError as error:
        raise WrongState(_("这个文件已经在案卷里。"), code="evidence_known") from error
    row.refresh_from_db()
    record_event(
        actor=actor, action="case.evidence_added", subject=case,
        after={"kind": piece.kind, "sha256": sha256},
    )  # fmt: skip
    return row


def _require_worker(actor: User, case: AppraisalCase) -> None:
    """An expert of the panel while he examines, or the registrar of the case."""
    require_stage(case, Stage.ACCEPTANCE, Stage.EXAMINATION)
    if actor.has_perm("appraisal.examine", case):
        if case.stage != Stage.EXAMINATION or case.opinions_opened_at is not None:
            raise WrongState(rule=citations.COURSE)
        seat = case.seats.filter(round=case.round, ended_at=None, expert__user=actor).first()
        if seat is None or seat.declared_at is None:
            raise NotAllowed(rule=citations.DECLARATION)
        return
    require_handler(actor, case)
