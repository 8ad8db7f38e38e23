"""The course of a case but for its panel and result: asked for, accepted, agreed, begun, ended.

A client asks; a registrar accepts and writes the contract; the client agrees to its digest and
pays; the examination begins with a whole panel and the work in our custody. Refused or withdrawn
it can be from any open stage. Registry rules, section 5.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from appraisal import citations
from appraisal.cases.contract import contract_digest, contract_texts, fee_of
from appraisal.enums import CaseKind, ResultState, Stage
from appraisal.locks import lock_case
from appraisal.models import AppraisalCase, CaseResult
from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event
from catalog.enums import EncumbranceKind, RelicStatus, TermUse, WorkState
from catalog.locks import lock_work
from catalog.models import Encumbrance, Work
from catalog.services import encumbrances

from . import endings
from .faults import check_acceptance
from .panels import active_seats, require_whole_panel
from .steps import (
    in_days,
    move,
    note_step,
    reason_words,
    require_handler,
    require_stage,
    term,
    too_long,
    wait_until,
)

MAX_QUESTION = 2000
MAX_SCOPE = 300
MAX_REFERENCE = 120
# Who holds a lock on a work and lets it be examined under it: a sale whose buyer claims a fake.
stays_locked: list[Callable[[AppraisalCase], bool]] = []
RELICS = (RelicStatus.GENERAL, RelicStatus.PRECIOUS, RelicStatus.NO_EXPORT)


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """What the client asks: the matter, what the finding is for, whether he wants a value."""

    question: str
    scope_of_use: str = ""
    wants_valuation: bool = False


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How a registrar accepts: the field of expertise, how many experts, what makes it special."""

    category: str
    panel_size: int
    is_contested: bool = False
    is_relic: bool = False


@transaction.atomic(durable=True)
def open_case(
    *, actor: User, work_id: int, request: CaseRequest, follows_id: int | None = None
) -> AppraisalCase:
    """Whoever speaks for a registered work asks for its authentication, or for another after one.

    Raises `NotAllowed`, `WrongState` (not registered, destroyed, a case is open), `Invalid`.
    """
    work = lock_work(pk=work_id)
    if work.state != WorkState.REGISTERED or work.is_destroyed:
        raise WrongState(_("只有已登记的作品才能委托鉴定。"), rule=citations.CLIENT)
    if not actor.has_perm("appraisal.open_case", work):
        raise NotAllowed(rule=citations.CLIENT)
    _check_request(request)
    if work.appraisal_cases.open().exists():
        raise WrongState(
            _("这件作品还有一个没有结束的案卷。"), code="case_open", rule=citations.CLIENT
        )
    follows = _followed(work, follows_id)
    try:
        with transaction.atomic():
            case = AppraisalCase.objects.create(
                work=work, client=actor, question=request.question.strip(), follows=follows,
                kind=CaseKind.REAPPRAISAL if follows else CaseKind.FIRST, due_at=term("accept"),
                scope_of_use=request.scope_of_use.strip(),
                wants_valuation=request.wants_valuation,
                is_relic=work.relic_status in RELICS,
            )  # fmt: skip
    except IntegrityError as error:
        raise WrongState(code="case_open", rule=citations.CLIENT) from error
    case.refresh_from_db()
    note_step(case, before=None, actor=actor)
    return case


@transaction.atomic(durable=True)
def accept_case(*, actor: User, case_id: int, terms: Acceptance) -> AppraisalCase:
    """A registrar accepts: field, panel, fee by the price list, and the contract to agree to.

    What the bureau found a relic is treated as one; a registrar may treat more works so. Raises
    `NotAllowed`, `WrongState`, `Refused` (all faults with their rules).
    """
    case = lock_case(pk=case_id)
    require_handler(actor, case)
    require_stage(case, Stage.REQUEST)
    case.is_relic = terms.is_relic or case.work.relic_status in RELICS
    check_acceptance(
        terms.category, terms.panel_size, is_relic=case.is_relic, is_contested=terms.is_contested,
        types=_types(case.work),
    )  # fmt: skip
    case.category, case.panel_size = terms.category, terms.panel_size
    case.is_contested, case.accepted_by = terms.is_contested, actor
    case.fee_minor = fee_of(terms.category, terms.panel_size)
    texts = contract_texts(case)
    case.contract_text, case.contract_text_en = texts
    case.contract_sha256 = contract_digest(texts)
    case.save(
        update_fields=[
            "is_relic", "category", "panel_size", "is_contested", "accepted_by", "fee_minor",
            "contract_text", "contract_text_en", "contract_sha256",
        ]
    )  # fmt: skip
    record_event(
        actor=actor, action="case.accepted", subject=case,
        after={"category": case.category, "panel_size": case.panel_size, "fee": case.fee_minor},
        sha256=case.contract_sha256,
    )  # fmt: skip
    move(case, Stage.ACCEPTANCE, actor=actor, due_at=term("agree"))
    return case


@transaction.atomic(durable=True)
def agree_contract(*, actor: User, case_id: int, digest: str) -> AppraisalCase:
    """The client agrees to the contract that he read, named by its digest.

    Raises `NotAllowed`, `WrongState` (agreed already), `DomainError` contract_changed.
    """
    case = lock_case(pk=case_id)
    if not actor.has_perm("appraisal.act_as_client", case):
        raise NotAllowed(rule=citations.CONTRACT)
    require_stage(case, Stage.ACCEPTANCE)
    if case.contract_agreed_at is not None:
        raise WrongState(_("合同已经同意过了。"), rule=citations.CONTRACT)
    if digest != case.contract_sha256:
        raise DomainError(
            _("合同文本与你看到的不一样，请重新阅读。"),
            code="contract_changed",
            rule=citations.CONTRACT,
        )
    case.contract_agreed_at = db_now()
    case.save(update_fields=["contract_agreed_at"])
    wait_until(case, term("panel"))
    record_event(actor=actor, action="case.agreed", subject=case, sha256=digest)
    return case


@transaction.atomic(durable=True)
def record_fee(*, actor: User, case_id: int, reference: str) -> AppraisalCase:
    """A registrar records under which reference the fee came in. Raises `NotAllowed`,
    `WrongState` (not agreed, recorded already), `Invalid`."""
    case = lock_case(pk=case_id)
    require_handler(actor, case)
    require_stage(case, Stage.ACCEPTANCE)
    if case.contract_agreed_at is None:
        raise WrongState(_("委托人还没有同意合同。"), rule=citations.CONTRACT)
    if case.fee_received_at is not None:
        raise WrongState(_("鉴定费已经记录。"), rule=citations.FEE_FIRST)
    words = reason_words(reference, field="reference", limit=MAX_REFERENCE)
    case.fee_reference, case.fee_received_at = words, db_now()
    case.save(update_fields=["fee_reference", "fee_received_at"])
    record_event(
        actor=actor, action="case.fee_recorded", subject=case,
        after={"fee": case.fee_minor, "currency": case.currency}, reference=words,
    )  # fmt: skip
    return case


@transaction.atomic(durable=True)
def begin_examination(*, actor: User, case_id: int) -> AppraisalCase:
    """The panel is whole and the work is with us: the terms for opinions run from now.

    After a dispute the new panel begins the same way, without a new contract. A work that is locked
    by who asks (`stays_locked`) stays under that lock. Raises `NotAllowed`, `WrongState`, `Refused`
    (all faults of the panel), `Encumbered`.
    """
    case = lock_case(pk=case_id)
    require_handler(actor, case)
    require_stage(case, Stage.ACCEPTANCE, Stage.EXAMINATION)
    _require_ready(case)
    seats = require_whole_panel(case)
    case.custody = _take_custody(actor, case)
    case.save(update_fields=["custody"])
    due_at = in_days(rulebook.get(citations.OPINION_DAYS))
    for seat in seats:
        seat.due_at = due_at
        seat.save(update_fields=["due_at"])
    record_event(
        actor=actor, action="case.panel_began", subject=case,
        after={"round": case.round, "experts": len(seats)}, due_at=due_at,
    )  # fmt: skip
    if case.stage == Stage.ACCEPTANCE:
        move(case, Stage.EXAMINATION, actor=actor, due_at=due_at)
    else:
        wait_until(case, due_at)
    return case


def _take_custody(actor: User, case: AppraisalCase) -> Encumbrance | None:
    """The lock of our custody; none where the work stays under the lock of who asks."""
    if encumbrances.live_encumbrance(case.work) and any(stays(case) for stays in stays_locked):
        return None
    return encumbrances.take(
        actor=actor, work_id=case.work_id, kind=EncumbranceKind.CUSTODY, reference=case.number
    )


@transaction.atomic(durable=True)
def refuse_case(*, actor: User, case_id: int, reason: str) -> AppraisalCase:
    """A registrar ends an open case with the reason; a result of this round is revoked with it.

    Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    case = lock_case(pk=case_id)
    require_handler(actor, case)
    return _end(actor, case, Stage.REFUSED, reason, keeps=())


@transaction.atomic(durable=True)
def withdraw_case(*, actor: User, case_id: int, reason: str) -> AppraisalCase:
    """The client withdraws an open case with the reason. A signed result stands; one that is not
    signed yet, or disputed, ends with the case. Raises `NotAllowed`, `WrongState`, `Invalid`."""
    case = lock_case(pk=case_id)
    if not actor.has_perm("appraisal.act_as_client", case):
        raise NotAllowed(rule=citations.CLIENT)
    return _end(actor, case, Stage.WITHDRAWN, reason, keeps=(ResultState.SIGNED,))


@transaction.atomic(durable=True)
def file_case(*, actor: User, case_id: int) -> AppraisalCase:
    """A registrar files a case whose term for disputes is over, and keeps the file for its years.

    Raises `NotAllowed`, `WrongState` (no signed result, a dispute is still possible).
    """
    case = lock_case(pk=case_id)
    require_handler(actor, case)
    require_stage(case, Stage.RESULT)
    result = CaseResult.objects.filter(case=case, round=case.round).first()
    if result is None or result.state not in (ResultState.SIGNED, ResultState.REVOKED):
        raise WrongState(_("结果还没有签署。"), rule=citations.TWO_SIGNERS)
    if endings.dispute_end(result) > db_now():
        raise WrongState(_("提出异议的期限还没有过。"), rule=citations.DISPUTE_DAYS)
    endings.close(case, Stage.FILED, actor=actor, reason="")
    return case


def _end(
    actor: User, case: AppraisalCase, after: Stage, reason: str, *, keeps: tuple[str, ...]
) -> AppraisalCase:
    require_stage(case, *endings.OPEN)
    words = reason_words(reason)
    endings.end_results(case, actor=actor, reason=words, keeps=keeps)
    endings.close(case, after, actor=actor, reason=words)
    return case


def _check_request(request: CaseRequest) -> None:
    errors: dict[str, Text] = {}
    if not request.question.strip():
        errors["question"] = _("请写明要鉴定什么。")
    elif len(request.question) > MAX_QUESTION:
        errors["question"] = too_long(MAX_QUESTION)
    if not request.scope_of_use.strip():
        errors["scope_of_use"] = _("请写明结论用在哪里。")
    elif len(request.scope_of_use) > MAX_SCOPE:
        errors["scope_of_use"] = too_long(MAX_SCOPE)
    if errors:
        raise Invalid(fields=errors, rule=citations.CONTRACT)


def _followed(work: Work, follows_id: int | None) -> AppraisalCase | None:
    if follows_id is None:
        return None
    earlier = AppraisalCase.objects.filter(
        pk=follows_id, work=work, stage__in=(Stage.FILED, Stage.WITHDRAWN)
    ).first()
    if earlier is None:
        raise WrongState(_("复鉴要接在这件作品已经结束的案卷之后。"), rule=citations.CLIENT)
    return earlier


def _types(work: Work) -> set[str]:
    found: Any = work.work_terms.filter(use=TermUse.TYPE).values_list("term_id", flat=True)
    return set(found)


def _require_ready(case: AppraisalCase) -> None:
    if case.contract_agreed_at is None:
        raise WrongState(_("委托人还没有同意合同。"), rule=citations.CONTRACT)
    if case.fee_received_at is None:
        raise WrongState(_("鉴定费还没有收到。"), rule=citations.FEE_FIRST)
    if active_seats(case).filter(due_at__isnull=False).exists():
        raise WrongState(_("这一组专家已经开始鉴定。"), rule=citations.COURSE)
