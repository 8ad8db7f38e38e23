"""Sealed opinions: typed, submitted once, opened together, voided where a conflict comes to light.

Whether an opinion is received the engine decides, by the database's clock and under the lock of
the case; from then on nobody can change it. Registry rules, section 5.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from appraisal import citations
from appraisal.engine.panels import Conflict
from appraisal.engine.results import Refusal, refusal_of
from appraisal.enums import Confidence, ResultState, Stage
from appraisal.locks import lock_case
from appraisal.models import AppraisalCase, CaseResult, Evidence, Opinion, PanelSeat
from appraisal.refusals import Fault, Refused
from artmarket.accounts.enums import LicenceKind
from artmarket.accounts.gates import require_licence
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event
from catalog.engine.dates import read_date
from catalog.engine.terms import attribution_scale
from catalog.models import Artist

from . import counting
from .endings import end_result
from .opening import open_if_complete
from .panels import close_seat
from .steps import lock_seat, reason_words, require_handler, require_stage, too_long

MAX_TEXT = 10_000
LIMITS = {"naming": 300, "date_text": 120, "grade": 60, "reasons": MAX_TEXT, "limits": MAX_TEXT}
NAMES_NOBODY = ("", "forgery")
"""Verdicts that name no maker: none can be given, or somebody else's work passed off."""

_REFUSALS: Mapping[Refusal, tuple[str, Text]] = {
    Refusal.NOT_ON_PANEL: (citations.BLIND, _("你不在这一轮的专家组里。")),
    Refusal.LATE: (citations.OPINION_DAYS, _("提交意见的期限已过。")),
    Refusal.ALREADY_GIVEN: (citations.OPINION_FINAL, _("你已经提交意见，意见不能修改。")),
    Refusal.REVEALED: (citations.BLIND, _("这一轮的意见已经打开，不再接收。")),
    Refusal.NO_REASONS: (citations.OPINION_CONTENT, _("请写明理由。")),
    Refusal.NO_EVIDENCE: (citations.OPINION_CONTENT, _("请至少选一件证据。")),
}


@dataclass(frozen=True, slots=True)
class OpinionInput:
    """One opinion: `term` of the attribution scale ("" where none can be given), `evidence` the
    keys of pieces of this case."""

    term: str
    confidence: str
    reasons: str
    maker_id: int | None = None
    naming: str = ""
    date_text: str = ""
    grade: str = ""
    limits: str = ""
    saw_object: bool = False
    evidence: tuple[int, ...] = field(default=())


@transaction.atomic(durable=True)
def save_draft(*, actor: User, seat_id: int, draft: Mapping[str, Any]) -> PanelSeat:
    """Keep what an expert has typed so far; only he reads it. Raises `NotAllowed`, `WrongState`."""
    case, seat = lock_seat(seat_id)
    _require_own_seat(actor, case, seat)
    if Opinion.objects.filter(seat=seat).exists():
        raise WrongState(_REFUSALS[Refusal.ALREADY_GIVEN][1], rule=citations.OPINION_FINAL)
    seat.draft = _plain_draft(draft)
    seat.save(update_fields=["draft"])
    return seat


@transaction.atomic(durable=True)
def submit_opinion(*, actor: User, seat_id: int, opinion: OpinionInput) -> Opinion:
    """An expert submits his opinion under seal; with the last of a panel all of them open.

    Raises `NotAllowed`, `NotLicensed`, `WrongState`, `Refused` (everything missing), `DomainError`
    of the engine's refusal (late, already_given, revealed).
    """
    case, seat = lock_seat(seat_id)
    _require_own_seat(actor, case, seat)
    require_licence(actor, LicenceKind.APPRAISER, rule=citations.LICENCE)
    evidence = list(Evidence.objects.filter(case=case, pk__in=opinion.evidence))
    _require_received(case, seat, opinion, len(evidence))
    _require_sound(case, actor, opinion)
    row = Opinion(seat=seat, **_columns(opinion))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise WrongState(
            _REFUSALS[Refusal.ALREADY_GIVEN][1], code="already_given", rule=citations.OPINION_FINAL
        ) from error
    row.evidence.set(evidence)
    row.refresh_from_db()
    seat.draft = {}
    seat.save(update_fields=["draft"])
    record_event(
        actor=actor, action="case.opinion_submitted", subject=case,
        after={"seat": seat.pk, "round": case.round},
    )  # fmt: skip
    open_if_complete(case)
    return row


@transaction.atomic(durable=True)
def void_opinion(*, actor: User, opinion_id: int, conflict: str, reason: str) -> Opinion:
    """A registrar voids an opinion for a conflict of interest that came to light; it stays on file.

    The seat ends. A result that no longer follows from the opinions that count is revoked.
    Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    found = Opinion.objects.filter(pk=opinion_id).values_list("seat__case", flat=True).first()
    if found is None:
        raise WrongState()
    case = lock_case(pk=found)
    require_handler(actor, case)
    row = Opinion.objects.select_related("seat__expert").get(pk=opinion_id)
    if row.voided_at is not None or row.seat.round != case.round:
        raise WrongState(_("这份意见已经作废，或不属于这一轮。"), rule=citations.CONFLICTS)
    require_stage(case, *_UNTIL_FILED)
    if conflict not in set(Conflict):
        raise Invalid(fields={"conflict": _("请从列表中选择。")}, rule=citations.CONFLICTS)
    row.void_reason, row.voided_at = reason_words(reason), db_now()
    row.save(update_fields=["voided_at", "void_reason"])
    record_event(
        actor=actor, action="case.opinion_voided", subject=case,
        before={"seat": row.seat_id}, after={"conflict": conflict}, reason=row.void_reason,
    )  # fmt: skip
    if row.seat.ended_at is None:
        close_seat(case, row.seat, actor=actor, reason=row.void_reason)
    if case.stage == Stage.EXAMINATION:
        open_if_complete(case)
    else:
        _revoke_unfounded(case, actor)
    return row


_UNTIL_FILED = (
    Stage.EXAMINATION, Stage.NAMING, Stage.DATING, Stage.GRADING, Stage.VALUATION, Stage.RESULT,
    Stage.DISPUTE,
)  # fmt: skip


def _require_own_seat(actor: User, case: AppraisalCase, seat: PanelSeat) -> None:
    if seat.expert.user_id != actor.pk or not actor.is_active:
        raise NotAllowed()
    require_stage(case, Stage.EXAMINATION)
    if seat.ended_at is not None or seat.round != case.round:
        raise WrongState(_REFUSALS[Refusal.NOT_ON_PANEL][1], code=Refusal.NOT_ON_PANEL)
    if seat.declared_at is None:
        raise WrongState(
            _("请先声明有无利益冲突。"), code="not_declared", rule=citations.DECLARATION
        )


def _require_received(
    case: AppraisalCase, seat: PanelSeat, opinion: OpinionInput, evidence: int
) -> None:
    """Raises what the engine says; missing reasons and evidence are told with the other faults."""
    if seat.due_at is None:
        raise WrongState(_("鉴定还没有开始。"), rule=citations.COURSE)
    refusal = refusal_of(
        expert=str(seat.expert_id),
        panel=[str(one.expert_id) for one in counting.active_seats(case)],
        given=[str(one.seat.expert_id) for one in counting.opinions_of(case)],
        at=db_now(),
        due=seat.due_at,
        is_revealed=case.opinions_opened_at is not None,
        reasons=opinion.reasons,
        evidence=evidence,
    )
    if refusal in (None, Refusal.NO_REASONS, Refusal.NO_EVIDENCE):
        _require_whole(opinion, evidence)
        return
    rule, words = _REFUSALS[refusal]
    raise DomainError(words, code=refusal, rule=rule)


def _require_whole(opinion: OpinionInput, evidence: int) -> None:
    faults = []
    for is_missing, refusal in (
        (not opinion.reasons.strip(), Refusal.NO_REASONS),
        (evidence < 1, Refusal.NO_EVIDENCE),
    ):
        if is_missing:
            rule, words = _REFUSALS[refusal]
            faults.append(Fault(refusal, words, rule))
    if faults:
        raise Refused(faults)


def _require_sound(case: AppraisalCase, actor: User, opinion: OpinionInput) -> None:
    errors: dict[str, Text] = {}
    if opinion.term not in {"", "autograph", "forgery", *(t.id for t in attribution_scale())}:
        errors["term"] = _("请从归属用语中选择。")
    elif opinion.term not in NAMES_NOBODY and not _is_maker(opinion.maker_id):
        errors["maker"] = _("请选择作者。")
    if opinion.confidence not in Confidence.values:
        errors["confidence"] = _("请从列表中选择。")
    for name, limit in LIMITS.items():
        if len(getattr(opinion, name)) > limit:
            errors[name] = too_long(limit)
    if errors:
        raise Invalid(fields=errors, rule=citations.OPINION_CONTENT)
    if opinion.saw_object and not _was_there(case, actor):
        raise Invalid(
            fields={"saw_object": _("查验记录里没有你；没有看过原物的，请不要勾选。")},
            rule=citations.INSPECTION,
        )


def _is_maker(maker_id: int | None) -> bool:
    return maker_id is not None and Artist.objects.filter(pk=maker_id).exists()


def _was_there(case: AppraisalCase, actor: User) -> bool:
    return any(actor.pk in row.persons for row in case.inspections.all())


def _columns(opinion: OpinionInput) -> dict[str, Any]:
    texts = {name: getattr(opinion, name).strip() for name in LIMITS}
    reading = read_date(texts["date_text"]) if texts["date_text"] else None
    return texts | {
        "term": opinion.term,
        "maker_id": None if opinion.term in NAMES_NOBODY else opinion.maker_id,
        "confidence": opinion.confidence,
        "saw_object": opinion.saw_object,
        "date_edtf": ((reading.edtf or "") if reading else "")[:60],
    }


def _plain_draft(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Only what an opinion has, each text cut to its limit."""
    kept: dict[str, Any] = {}
    for name in ("term", "confidence", *LIMITS):
        if isinstance(value := draft.get(name), str):
            kept[name] = value[: LIMITS.get(name, 16)]
    if isinstance(maker := draft.get("maker_id"), int):
        kept["maker_id"] = maker
    if isinstance(saw := draft.get("saw_object"), bool):
        kept["saw_object"] = saw
    pieces = draft.get("evidence")
    if isinstance(pieces, list | tuple):
        kept["evidence"] = [key for key in pieces if isinstance(key, int)][:200]
    return kept


def _revoke_unfounded(case: AppraisalCase, actor: User) -> None:
    """Revoke the result of this round when the opinions left come to something else."""
    result = CaseResult.objects.filter(case=case, round=case.round).first()
    if result is None or result.state in (ResultState.REVOKED, ResultState.SUPERSEDED):
        return
    now = counting.found_by(case)
    verdict = (now.verdict.term, now.verdict.maker) if now.verdict else ("", "")
    if (now.outcome, verdict, now.supports_certificate) == (
        result.outcome, (result.term, str(result.maker_id or "")), result.supports_certificate,
    ):  # fmt: skip
        return
    reason = str(_("据以认定的意见已经作废"))
    end_result(case, result, ResultState.REVOKED, actor=actor, reason=reason)
