"""Write down the condition of a work: drafts, findings, closing, signatures of the handover.

Only the examiner writes his draft; what is closed stays as it is (`condition.immutable`), its
digest goes to the public log, and who hands over and who takes sign that digest.
"""

import secrets
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from appraisal.condition import terms as condition_terms
from appraisal.condition.text import digest_of, statement_of
from appraisal.engine.regions import RegionProblem, read_typed, selector
from appraisal.enums import HandoverRole, ReportPurpose, ReportState
from appraisal.models import (
    ConditionFinding,
    ConditionPicture,
    ConditionReport,
    ConditionSignature,
)
from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import DomainError, Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event
from catalog.enums import PhotoView, WorkState
from catalog.locks import lock_work
from catalog.models import Work
from catalog.services.public_log import queue_entry
from media.enums import ImageState
from media.models import Image
from media.services.pictures import discard_image, receive_image

MOST_PICTURES: Final = 40
WRITTEN: Final = ("kind", "severity", "extent", "age", "note", "note_en", "picture", "region")
REGION_FAULTS: Final[dict[str, Text]] = {
    "form": _("请写四个数（左、上、宽、高），或者三个以上的点（x,y x,y x,y），单位是百分之一。"),
    "outside": _("有一部分在图片之外；每个数在0到100之间。"),
    "empty": _("这个区域没有面积。"),
    "points": _("多边形要有3到60个点。"),
    "crossing": _("多边形的边交叉了，或者有重复的点。"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the head of a report says; `counterparty` is the address of an account, or empty."""

    examined_on: date | None = None
    place: str = ""
    light: str = ""
    equipment: str = ""
    grade: str = ""
    summary: str = ""
    summary_en: str = ""
    counterparty: str = ""


@dataclass(frozen=True, slots=True)
class FindingInput:
    """One finding as typed; `picture` the key of a picture of the report and `region` as
    `engine.regions.read_typed` reads it, or neither for the whole thing."""

    kind: str
    severity: str
    extent: str
    age: str
    note: str = ""
    note_en: str = ""
    picture: int | None = None
    region: str = ""


@transaction.atomic(durable=True)
def start_report(*, actor: User, work_id: int, purpose: str, carry: bool = True) -> ConditionReport:
    """Begin a draft on the photographs of the work.

    With `carry` the findings of the last closed report come along as old ones, where the picture
    that they are drawn on is still there. Raises `NotAllowed`, `WrongState` (work not registered
    or destroyed, a draft is open), `Invalid` (purpose).
    """
    work = lock_work(pk=work_id)
    if not actor.has_perm("appraisal.write_condition", work):
        raise NotAllowed()
    if purpose not in ReportPurpose.values:
        raise Invalid(fields={"purpose": _("请从列表中选择。")})
    if work.state != WorkState.REGISTERED or work.is_destroyed:
        raise WrongState(_("只有已登记、没有销毁的作品才能做状况报告。"))
    earlier = ConditionReport.objects.filter(work=work)
    if earlier.filter(state=ReportState.DRAFT).exists():
        raise WrongState(
            _("这件作品有一份报告还在填写，定稿或放弃之后才能再开。"), code="draft_open"
        )
    serial = (earlier.aggregate(most=Max("serial"))["most"] or 0) + 1
    report = ConditionReport.objects.create(
        work=work, serial=serial, purpose=purpose, examiner=actor, examined_on=db_today()
    )
    report.refresh_from_db()
    photos = work.photos.filter(image__state=ImageState.READY).order_by("position", "pk")
    ConditionPicture.objects.bulk_create(
        ConditionPicture(report=report, image_id=p.image_id, view=p.view, position=place)
        for place, p in enumerate(photos)
    )
    last = earlier.closed().order_by("-serial").first()
    carried = _carry(last, report) if carry and last else 0
    record_event(
        actor=actor, action="condition.started", subject=work,
        report=serial, purpose=purpose, carried=carried,
    )  # fmt: skip
    return report


@transaction.atomic(durable=True)
def save_facts(*, actor: User, report_id: int, facts: Facts) -> ConditionReport:
    """Write the head of a draft. Raises `NotAllowed`, `WrongState`, `Invalid`."""
    report = _draft(actor, report_id)
    errors: dict[str, Text] = _lengths(ConditionReport, facts)
    if facts.examined_on is None:
        errors["examined_on"] = _("请填写查验日期。")
    elif facts.examined_on > db_today():
        errors["examined_on"] = _("查验日期不能在今天之后。")
    if facts.grade and facts.grade not in condition_terms.codes(condition_terms.GRADES):
        errors["grade"] = _("请从列表中选择。")
    other = None
    if facts.counterparty.strip():
        address = facts.counterparty.strip()
        other = User.objects.filter(email__iexact=address, is_active=True).first()
        if other is None:
            errors["counterparty"] = _("没有这个账户。")
        elif other.pk == report.examiner_id:
            errors["counterparty"] = _("交接的另一方不能是查验人自己。")
    if errors:
        raise Invalid(fields=errors)
    names = [f.name for f in fields(facts) if f.name != "counterparty"]
    for name in names:
        value = getattr(facts, name)
        setattr(report, name, value.strip() if isinstance(value, str) else value)
    report.counterparty = other
    report.save(update_fields=[*names, "counterparty"])
    record_event(actor=actor, action="condition.written", subject=report.work, report=report.serial)
    return report


@transaction.atomic(durable=True)
def save_finding(
    *, actor: User, report_id: int, finding: FindingInput, number: int | None = None
) -> ConditionFinding:
    """Add a finding to a draft, or write the one with this `number` anew.

    Raises `NotAllowed`, `WrongState` (closed, or no such number), `Invalid` with every fault.
    """
    report = _draft(actor, report_id)
    row = ConditionFinding(report=report)
    if number is not None:
        found = report.findings.filter(number=number).first()
        if found is None:
            raise WrongState(_("这一项已经删除。"))
        row = found
    elif report.findings.count() >= rulebook.get(condition_terms.MOST):
        raise DomainError(
            _("一份报告的所见太多了。"), code="too_many", rule=condition_terms.MOST, status=422
        )
    _fill(row, report, finding)
    if number is None:
        row.number = (report.findings.aggregate(most=Max("number"))["most"] or 0) + 1
        row.save(force_insert=True)
    else:
        row.save(update_fields=WRITTEN)
    record_event(
        actor=actor, action="condition.finding_saved", subject=report.work,
        report=report.serial, number=row.number,
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def remove_finding(*, actor: User, report_id: int, number: int) -> None:
    """Take a finding out of a draft. Raises `NotAllowed`, `WrongState`."""
    report = _draft(actor, report_id)
    gone, _kinds = report.findings.filter(number=number).delete()
    if not gone:
        raise WrongState(_("这一项已经删除。"))
    record_event(
        actor=actor, action="condition.finding_removed", subject=report.work,
        report=report.serial, number=number,
    )  # fmt: skip


def take_picture(
    *, actor: User, report_id: int, file: Any, name: str, view: str
) -> ConditionPicture:
    """Receive a photograph and put it into the draft; nothing is kept when it can't be put in.

    Raises what `receive_image` and `add_picture` raise.
    """
    image = receive_image(actor=actor, file=file, name=name)
    try:
        return add_picture(actor=actor, report_id=report_id, image_id=image.pk, view=view)
    except DomainError:
        discard_image(actor=actor, image_id=image.pk)
        raise


@transaction.atomic(durable=True)
def add_picture(*, actor: User, report_id: int, image_id: int, view: str) -> ConditionPicture:
    """Put a picture that the examiner uploaded into his draft.

    Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    report = _draft(actor, report_id)
    if view not in PhotoView.values:
        raise Invalid(fields={"view": _("请从列表中选择。")})
    if report.pictures.count() >= MOST_PICTURES:
        raise Invalid(fields={"picture": _("照片太多了。")})
    image = Image.objects.filter(pk=image_id, uploaded_by=actor).first()
    if image is None or not image.sha256:
        raise NotAllowed()
    place = (report.pictures.aggregate(most=Max("position"))["most"] or 0) + 1
    try:
        with transaction.atomic():
            row = ConditionPicture.objects.create(
                report=report, image=image, view=view, is_new=True, position=place
            )
    except IntegrityError as error:
        raise WrongState(_("这张照片已经在报告里。")) from error
    record_event(
        actor=actor, action="condition.picture_added", subject=report.work,
        report=report.serial, image=str(image.uuid),
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def close_report(*, actor: User, report_id: int) -> ConditionReport:
    """Close a draft for ever; its digest is queued for the public log.

    Raises `NotAllowed`, `WrongState`, `Invalid` (no grade, no summary, no picture, nobody named
    who signs the handover where two have to).
    """
    report = _draft(actor, report_id)
    _require_whole(report)
    report.closed_at = db_now()
    report.salt = secrets.token_hex(32)
    previous = (
        report.work.condition_reports.closed().order_by("-serial").values_list("digest", flat=True)
    )
    report.statement = statement_of(report, previous=previous.first() or "")
    report.digest = digest_of(report.statement)
    report.state = ReportState.CLOSED
    report.save(update_fields=["closed_at", "salt", "statement", "digest", "state"])
    queue_entry(
        fact={
            "kind": "condition.closed",
            "at": report.statement["closed_at"],
            "work": report.work.number,
            "report": report.serial,
            "purpose": report.purpose,
            "digest": report.digest,
        }
    )
    record_event(
        actor=actor, action="condition.closed", subject=report.work,
        report=report.serial, purpose=report.purpose, digest=report.digest,
    )  # fmt: skip
    return report


@transaction.atomic(durable=True)
def sign_handover(
    *, actor: User, report_id: int, digest: str, remark: str = ""
) -> ConditionSignature:
    """Sign a closed report as examiner or as the other party.

    `digest` is that of the report which the signer read. Raises `NotAllowed` (neither of both),
    `WrongState` (not closed, signed already, another digest), `Invalid` (remark too long).
    """
    report = _locked(report_id)
    if not actor.has_perm("appraisal.sign_condition", report):
        raise NotAllowed()
    if report.is_draft or report.counterparty_id is None:
        raise WrongState(_("定稿以后、写明了交接的另一方，才能签字。"))
    if digest != report.digest:
        raise WrongState(_("你看到的不是这份报告，请刷新后再签。"), code="other_digest")
    words = remark.strip()
    if len(words) > 500:
        raise Invalid(fields={"remark": _("最多%(limit)d个字。") % {"limit": 500}})
    role = HandoverRole.EXAMINER if actor.pk == report.examiner_id else HandoverRole.OTHER
    if report.signatures.filter(role=role).exists():
        raise WrongState(_("你已经签过字。"), code="signed")
    row = ConditionSignature.objects.create(
        report=report, signer=actor, role=role, digest=digest, remark=words
    )
    row.refresh_from_db()
    record_event(
        actor=actor, action="condition.signed", subject=report.work,
        report=report.serial, role=role, has_remark=bool(words),
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def discard_report(*, actor: User, report_id: int) -> None:
    """Throw a draft away. Raises `NotAllowed`, `WrongState` (it is closed)."""
    report = _locked(report_id)
    if not actor.has_perm("appraisal.discard_condition", report):
        raise NotAllowed()
    _require_draft(report)
    record_event(
        actor=actor, action="condition.discarded", subject=report.work, report=report.serial
    )
    report.delete()


# ------------------------------------------------------------------ parts


def _locked(report_id: int) -> ConditionReport:
    """The report, with its work locked."""
    work_id = ConditionReport.objects.filter(pk=report_id).values_list("work_id", flat=True).first()
    if work_id is None:
        raise WrongState()
    work: Work = lock_work(pk=work_id)
    report = ConditionReport.objects.filter(pk=report_id).first()
    if report is None:
        raise WrongState()
    report.work = work
    return report


def _draft(actor: User, report_id: int) -> ConditionReport:
    """The draft that this person may write, locked."""
    report = _locked(report_id)
    if not actor.has_perm("appraisal.edit_condition", report):
        raise NotAllowed()
    _require_draft(report)
    return report


def _require_draft(report: ConditionReport) -> None:
    if not report.is_draft:
        raise WrongState(
            _("报告已经定稿，不能再改。"), hint=_("写错了就另做一份，两份都保留。"),
            rule=condition_terms.IMMUTABLE, code="closed",
        )  # fmt: skip


def _carry(last: ConditionReport, report: ConditionReport) -> int:
    """Copy the findings of the last report, as old ones, onto the pictures that are still there."""
    pictures = {p.image_id: p for p in report.pictures.all()}
    rows: list[ConditionFinding] = []
    for old in last.findings.select_related("picture"):
        picture = pictures.get(old.picture.image_id) if old.picture else None
        if old.picture and picture is None:
            continue
        rows.append(
            ConditionFinding(
                report=report, number=len(rows) + 1, kind=old.kind, severity=old.severity,
                extent=old.extent, age="old", note=old.note, note_en=old.note_en,
                picture=picture, region=old.region,
            )
        )  # fmt: skip
    return len(ConditionFinding.objects.bulk_create(rows))


def _fill(row: ConditionFinding, report: ConditionReport, finding: FindingInput) -> None:
    """Put what was typed into the row. Raises `Invalid`."""
    errors: dict[str, Text] = _lengths(ConditionFinding, finding)
    for name in ("kind", "severity", "extent", "age"):
        code = getattr(finding, name)
        if code not in condition_terms.codes(condition_terms.FIELDS[name]):
            errors[name] = _("请从列表中选择。")
        setattr(row, name, code)
    row.note, row.note_en = finding.note.strip(), finding.note_en.strip()
    row.picture, row.region = None, None
    if finding.picture is not None:
        row.picture = report.pictures.filter(pk=finding.picture).first()
        if row.picture is None:
            errors["picture"] = _("请从列表中选择。")
        elif not finding.region.strip():
            errors["region"] = _("请在图上画出位置，或者写出数字。")
    elif finding.region.strip():
        errors["picture"] = _("请选择画在哪一张照片上。")
    if finding.region.strip():
        try:
            row.region = selector(read_typed(finding.region))
        except RegionProblem as problem:
            errors["region"] = REGION_FAULTS[problem.code]
    if finding.kind == "other" and not row.note:
        errors["note"] = _("请写明是什么。")
    if errors:
        raise Invalid(fields=errors)


def _lengths(model: Any, values: Any) -> dict[str, Text]:
    """What is too long for its column."""
    errors: dict[str, Text] = {}
    limits = {"summary": 5000, "summary_en": 5000}
    for field in fields(values):
        value = getattr(values, field.name)
        if not isinstance(value, str) or field.name in ("counterparty", "region"):
            continue
        limit = limits.get(field.name) or model._meta.get_field(field.name).max_length
        if limit and len(value.strip()) > limit:
            errors[field.name] = _("最多%(limit)d个字。") % {"limit": limit}
    return errors


def _require_whole(report: ConditionReport) -> None:
    errors: dict[str, Text] = {}
    if not report.grade:
        errors["grade"] = _("定稿前要写总体评级。")
    if not report.summary:
        errors["summary"] = _("定稿前要写总体状况；没有损伤也请写明。")
    if not report.pictures.exists():
        errors["picture"] = _("至少要有一张照片。")
    if is_handover(report.purpose) and report.counterparty_id is None:
        errors["counterparty"] = _("这种报告要两个人签字，请写明交接的另一方。")
    if errors:
        raise Invalid(fields=errors, rule=condition_terms.SIGNATURES)


def is_handover(purpose: str) -> bool:
    """Whether the thing changes hands at this occasion, so that both sign."""
    return purpose in condition_terms.codes(condition_terms.REQUIRED)
