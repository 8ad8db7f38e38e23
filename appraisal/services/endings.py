"""How a case ends, and what its results are worth from then on.

Called inside the transaction of a step, under the lock of the case.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from appraisal import citations
from appraisal.engine import flow
from appraisal.enums import CertificateStep, ResultState, Stage
from appraisal.models import AppraisalCase, CaseResult
from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.calendars import keep_until
from artmarket.core.clock import SHANGHAI, db_now, db_today
from artmarket.core.events import record_event
from catalog.services import encumbrances, public_log

from .following import certificates_follow
from .steps import move

OPEN = tuple(stage for stage in Stage if flow.Stage(stage) not in flow.ENDS)


def close(case: AppraisalCase, after: Stage, *, actor: User | None, reason: str) -> None:
    """End a locked case: the work goes back, the file is kept for its years."""
    give_back(case, actor=actor)
    case.closed_at, case.close_reason = db_now(), reason
    case.keep_until = keep_until(db_today(), rulebook.get(citations.KEEP_YEARS))
    move(
        case, after, actor=actor, note=reason, fields=["closed_at", "close_reason", "keep_until"]
    )  # fmt: skip


def give_back(case: AppraisalCase, *, actor: User | None) -> None:
    """Release our lock on the work, if it is still ours."""
    custody = case.custody
    if custody is not None and custody.released_at is None:
        encumbrances.release_for_module(
            actor=actor, encumbrance_id=custody.pk, reason=_("鉴定结束，作品退还")
        )


def dispute_end(result: CaseResult) -> datetime:
    """Until when a result may be disputed, by the rule of the day it was signed."""
    since = result.signed_at or result.decided_at
    day = since.astimezone(SHANGHAI).date()
    return since + timedelta(days=rulebook.get(citations.DISPUTE_DAYS, on=day))


def end_results(
    case: AppraisalCase, *, actor: User | None, reason: str, keeps: Collection[str]
) -> None:
    """Revoke the result of this round unless it stands in one of the states kept, and close a
    dispute that nobody will decide any more."""
    for result in CaseResult.objects.filter(case=case, round=case.round):
        if result.state not in (*keeps, ResultState.REVOKED, ResultState.SUPERSEDED):
            end_result(case, result, ResultState.REVOKED, actor=actor, reason=reason)
    for dispute in case.disputes.filter(decided_at__isnull=True):
        dispute.decided_at, dispute.answer = db_now(), reason
        dispute.save(update_fields=["decided_at", "answer"])


def end_result(
    case: AppraisalCase, result: CaseResult, state: ResultState, *, actor: User | None, reason: str
) -> None:
    """A result is revoked, or superseded by a later one. What was signed stays in the public log,
    and so does its end."""
    before = ResultState(result.state)
    result.state, result.ended_at, result.end_reason = state, db_now(), reason[:300]
    result.save(update_fields=["state", "ended_at", "end_reason"])
    record_event(
        actor=actor, action=f"case.result_{state}", subject=case, before={"state": before},
        after={"state": state, "round": result.round}, reason=reason[:300],
    )  # fmt: skip
    if result.signed_at is None:
        return
    log_fact(f"appraisal.{state}", case, result, at=result.ended_at)
    is_over = state == ResultState.REVOKED
    step = CertificateStep.REVOKED if is_over else CertificateStep.SUSPENDED
    certificates_follow(case, result, step, actor=actor, reason=reason)


def log_fact(kind: str, case: AppraisalCase, result: CaseResult, *, at: datetime) -> None:
    """Queue a fact about a result for the public log: its digest, the work, no names."""
    public_log.queue_entry(
        fact={
            "kind": kind,
            "at": at.isoformat().replace("+00:00", "Z"),
            "work": case.work.number,
            "case": case.number,
            "round": result.round,
            "result": result.digest,
        }
    )
