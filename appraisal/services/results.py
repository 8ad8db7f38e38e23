"""The result of a round: summed up by the chair, signed by two, revoked with a reason.

The verdict is what the opinions come to by the rule in force; the chair adds name, date and grade
and cannot change it. What is signed is the canonical statement, bound to the opinions and files by
their digests. Registry rules, section 5.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appraisal import citations
from appraisal.engine.credentials.canonical import canonical
from appraisal.engine.results import Outcome as Found
from appraisal.engine.results import Result
from appraisal.enums import Outcome, ResultState, SignerRole, Stage
from appraisal.locks import lock_case
from appraisal.models import AppraisalCase, CaseResult, Opinion, ResultSignature
from appraisal.refusals import Fault, Refused
from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event
from catalog.engine.dates import read_date

from . import counting
from .endings import dispute_end, end_result, give_back, log_fact
from .signing_keys import make_key, sign_document, signing_method
from .steps import move, reason_words, require_handler, require_stage, term, too_long, wait_until

STATEMENT = "artmarket.appraisal.result.1"
LIMITS = {"naming": 300, "date_text": 120, "grade": 60}


@dataclass(frozen=True, slots=True)
class Summary:
    """What the chair sums up of the majority's words."""

    naming: str = ""
    date_text: str = ""
    grade: str = ""


@transaction.atomic(durable=True)
def conclude(*, actor: User, case_id: int, summary: Summary) -> CaseResult:
    """The chair sums up once the opinions are open: 定名, 断代, 评级, then value or result.

    Where no verdict stands the result is "undetermined", and no value is given. Raises
    `NotAllowed`, `WrongState` (sealed, too few opinions count, concluded already), `Refused`.
    """
    case = lock_case(pk=case_id)
    seats = counting.active_seats(case)
    if not seats.filter(is_chair=True, expert__user=actor).exists() or not actor.is_active:
        raise NotAllowed(_("由专家组组长归纳。"), rule=citations.CHAIR)
    require_stage(case, Stage.EXAMINATION)
    if case.opinions_opened_at is None:
        raise WrongState(_("意见还没有交齐。"), code="sealed", rule=citations.BLIND)
    found = counting.found_by(case)
    if found.outcome not in (Found.DECIDED, Found.UNDETERMINED):
        raise WrongState(
            _("有效的意见不够，要增补专家。"), code="incomplete", rule=_number_rule(case)
        )
    _check_summary(summary, found)
    result = _result(case, found, summary)
    record_event(
        actor=actor, action="case.concluded", subject=case,
        after={"outcome": result.outcome, "experts": result.experts, "agreeing": result.agreeing},
        round=case.round, digest=result.digest,
    )  # fmt: skip
    _go_on(case, actor, is_decided=found.outcome == Found.DECIDED)
    return result


@transaction.atomic(durable=True)
def sign_result(*, actor: User, result_id: int) -> CaseResult:
    """The chair, or a registrar as reviewer, signs the statement with his own key.

    With the second signature the result is in force: its digest goes to the public log, the work
    goes back, and an earlier result of this case, or of the case that this one follows, is
    superseded. Whoever has no key yet gets one. Raises `NotAllowed`, `WrongState` (not waiting,
    this part has signed), `NoKey`.
    """
    case, result = lock_result(result_id)
    require_stage(case, Stage.RESULT)
    if result.state != ResultState.PROPOSED or result.round != case.round:
        raise WrongState(rule=citations.TWO_SIGNERS)
    role = _role_of(actor, case)
    signed = list(result.signatures.all())
    if any(one.role == role or one.signer_id == actor.pk for one in signed):
        raise WrongState(_("这一方已经签署。"), code="signed_already", rule=citations.TWO_SIGNERS)
    if not signing_method(user=actor):
        make_key(actor=actor, user=actor)
    now = db_now()
    proof = sign_document(document=result.statement, user=actor, at=now)["proof"]
    ResultSignature.objects.create(
        result=result, signer=actor, role=role, method=proof["verificationMethod"], proof=proof
    )
    record_event(
        actor=actor, action="case.result_signed", subject=case,
        after={"role": role, "round": result.round}, digest=result.digest,
    )  # fmt: skip
    if len(signed) + 1 >= rulebook.get(citations.TWO_SIGNERS):
        _put_in_force(case, result, actor, now)
    return result


@transaction.atomic(durable=True)
def revoke_result(*, actor: User, result_id: int, reason: str) -> CaseResult:
    """A registrar without a part in the case revokes a signed result, with the reason.

    Raises `NotAllowed`, `WrongState` (not signed, ended already), `Invalid`.
    """
    case, result = lock_result(result_id)
    if not actor.has_perm("appraisal.decide_dispute", case):
        require_handler(actor, case)
        raise NotAllowed(
            _("经手过这个案卷的人不能撤销它的结果。"),
            code="had_a_hand",
            rule=citations.DISPUTE_DECIDER,
        )
    if result.state not in (ResultState.SIGNED, ResultState.SUSPENDED):
        raise WrongState(rule=citations.TWO_SIGNERS)
    words = reason_words(reason)
    end_result(case, result, ResultState.REVOKED, actor=actor, reason=words)
    return result


def _role_of(actor: User, case: AppraisalCase) -> SignerRole:
    """As what this person signs. Raises `NotAllowed`."""
    if counting.active_seats(case).filter(is_chair=True, expert__user=actor).exists():
        return SignerRole.CHAIR
    if actor.has_perm("appraisal.handle_case", case):
        return SignerRole.REVIEWER
    raise NotAllowed(_("由组长和不在专家组里的复核人签署。"), rule=citations.TWO_SIGNERS)


def _put_in_force(case: AppraisalCase, result: CaseResult, actor: User, now: datetime) -> None:
    result.state, result.signed_at = ResultState.SIGNED, now
    result.save(update_fields=["state", "signed_at"])
    log_fact("appraisal.signed", case, result, at=now)
    give_back(case, actor=actor)
    wait_until(case, dispute_end(result))
    reason = str(_("已有新的认定结果"))
    earlier = CaseResult.objects.filter(
        Q(case=case, round__lt=case.round) | Q(case=case.follows_id),
        state__in=(ResultState.SIGNED, ResultState.SUSPENDED),
    )
    for old in earlier.select_related("case__work"):
        end_result(old.case, old, ResultState.SUPERSEDED, actor=actor, reason=reason)


def lock_result(result_id: int) -> tuple[AppraisalCase, CaseResult]:
    """The case under its lock, and one of its results, fresh. Raises `WrongState`."""
    case_id = CaseResult.objects.filter(pk=result_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise WrongState()
    return lock_case(pk=case_id), CaseResult.objects.select_related("maker").get(pk=result_id)


def _check_summary(summary: Summary, found: Result) -> None:
    errors: dict[str, Text] = {
        name: too_long(limit)
        for name, limit in LIMITS.items()
        if len(getattr(summary, name)) > limit
    }
    if errors:
        raise Invalid(fields=errors, rule=citations.SUMMARY)
    faults = []
    if found.outcome == Found.DECIDED and not summary.naming.strip():
        faults.append(Fault("naming", _("请写明定名。"), citations.SUMMARY))
    if found.outcome == Found.DECIDED and not summary.date_text.strip():
        faults.append(Fault("date_text", _("请写明年代。"), citations.SUMMARY))
    if faults:
        raise Refused(faults)


def _number_rule(case: AppraisalCase) -> str:
    if case.is_relic:
        return citations.PANEL_LEAST_RELIC
    return citations.PANEL_ODD if case.is_contested else citations.PANEL_LEAST


def _result(case: AppraisalCase, found: Result, summary: Summary) -> CaseResult:
    texts = {name: getattr(summary, name).strip() for name in LIMITS}
    reading = read_date(texts["date_text"]) if texts["date_text"] else None
    verdict = found.verdict
    rule = rulebook.find(citations.MAJORITY)
    result = CaseResult(
        case=case, round=case.round, outcome=Outcome(found.outcome.value),
        term=verdict.term if verdict else "",
        maker_id=int(verdict.maker) if verdict and verdict.maker else None,
        date_edtf=((reading.edtf or "") if reading else "")[:60],
        experts=len(found.majority) + len(found.dissent), agreeing=len(found.majority),
        supports_certificate=found.supports_certificate,
        rule_version=f"{rule.rule_id}@{rule.number}", decided_at=db_now(), **texts,
    )  # fmt: skip
    result.statement = _statement(case, result, str(rule.value), len(found.void))
    result.digest = sha256(canonical(result.statement)).hexdigest()
    result.save()
    return result


def _statement(case: AppraisalCase, result: CaseResult, share: str, void: int) -> dict[str, Any]:
    """What is signed: never an owner, a price or an expert's name."""
    opinions = list(counting.opinions_of(case).prefetch_related("evidence"))
    return {
        "type": STATEMENT,
        "case": case.number,
        "round": case.round,
        "work": case.work.number,
        "outcome": str(result.outcome),
        "term": result.term,
        "maker": {"id": result.maker_id, "name": result.maker.name} if result.maker else None,
        "naming": result.naming,
        "date": {"text": result.date_text, "edtf": result.date_edtf},
        "grade": result.grade,
        "experts": result.experts,
        "agreeing": result.agreeing,
        "void": void,
        "supportsCertificate": result.supports_certificate,
        "scopeOfUse": case.scope_of_use,
        "rule": {"version": result.rule_version, "moreThan": share},
        "opinions": sorted(opinion_digest(opinion) for opinion in opinions),
        "decidedAt": result.decided_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def opinion_digest(opinion: Opinion) -> str:
    """SHA-256 of an opinion as submitted, with the digests of the files that it rests on."""
    names = (
        "term", "naming", "date_text", "date_edtf", "grade", "confidence", "reasons", "limits",
        "saw_object",
    )  # fmt: skip
    content: dict[str, Any] = {name: getattr(opinion, name) for name in names}
    content |= {
        "seat": opinion.seat_id,
        "maker": opinion.maker_id,
        "evidence": sorted(piece.sha256 for piece in opinion.evidence.all()),
    }
    return sha256(canonical(content)).hexdigest()


def _go_on(case: AppraisalCase, actor: User, *, is_decided: bool) -> None:
    """Through the stages that the summing up answers, to value or result."""
    for stage in (Stage.NAMING, Stage.DATING, Stage.GRADING):
        move(case, stage, actor=actor)
    if case.wants_valuation and is_decided:
        move(case, Stage.VALUATION, actor=actor, due_at=term("value"))
    else:
        move(case, Stage.RESULT, actor=actor, due_at=term("sign"))
