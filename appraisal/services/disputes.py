"""A result disputed within its term: suspended, then either upheld or judged anew by others.

Whoever decides had no hand in the case. Certificates that rest on the result follow it. Registry
rules, section 5.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appraisal import citations
from appraisal.enums import CertificateStep, DisputeOutcome, ResultState, Stage
from appraisal.locks import lock_case
from appraisal.models import AppraisalCase, CaseResult, Dispute
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from .endings import close, dispute_end
from .following import certificates_follow
from .steps import move, reason_words, require_handler, require_stage, term

MAX_TEXT = 5000


@transaction.atomic(durable=True)
def open_dispute(*, actor: User, case_id: int, reason: str) -> Dispute:
    """The client, the holder of title or the lister disputes the result; it is suspended.

    Raises `NotAllowed`, `WrongState` (not signed, the term is over), `Invalid`.
    """
    case = lock_case(pk=case_id)
    if not actor.has_perm("appraisal.dispute", case):
        raise NotAllowed(rule=citations.DISPUTE_WHO)
    require_stage(case, Stage.RESULT)
    result = CaseResult.objects.filter(case=case, round=case.round, signed_at__isnull=False).first()
    if result is None or result.state not in (ResultState.SIGNED, ResultState.REVOKED):
        raise WrongState(_("结果还没有签署。"), rule=citations.TWO_SIGNERS)
    if db_now() > dispute_end(result):
        raise WrongState(_("提出异议的期限已过。"), code="late", rule=citations.DISPUTE_DAYS)
    words = reason_words(reason, limit=MAX_TEXT)
    dispute = Dispute.objects.create(case=case, round=case.round, opened_by=actor, reason=words)
    dispute.refresh_from_db()
    if result.state == ResultState.SIGNED:
        result.state = ResultState.SUSPENDED
        result.save(update_fields=["state"])
        certificates_follow(
            case, result, CertificateStep.SUSPENDED, actor=actor, reason=str(_("结果有异议"))
        )
    record_event(
        actor=actor, action="case.disputed", subject=case,
        after={"dispute": dispute.pk, "round": case.round},
    )  # fmt: skip
    move(case, Stage.DISPUTE, actor=actor, due_at=term("decide"))
    return dispute


@transaction.atomic(durable=True)
def decide_dispute(*, actor: User, dispute_id: int, outcome: str, answer: str) -> Dispute:
    """A registrar without a part in the case decides, with an answer in words.

    Rejected: the result stands again and the case is filed. New panel: another round begins, with
    experts who have not judged this work. Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    case_id = Dispute.objects.filter(pk=dispute_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise WrongState()
    case = lock_case(pk=case_id)
    dispute = Dispute.objects.get(pk=dispute_id)
    if not actor.has_perm("appraisal.decide_dispute", case) or dispute.opened_by_id == actor.pk:
        require_handler(actor, case)
        raise NotAllowed(
            _("经手过这个案卷的人不能处置它的异议。"),
            code="had_a_hand",
            rule=citations.DISPUTE_DECIDER,
        )
    require_stage(case, Stage.DISPUTE)
    if dispute.decided_at is not None:
        raise WrongState(_("这项异议已经处置。"))
    if outcome not in DisputeOutcome.values:
        raise Invalid(fields={"outcome": _("请从列表中选择。")})
    words = reason_words(answer, field="answer", limit=MAX_TEXT)
    dispute.decided_by, dispute.decided_at = actor, db_now()
    dispute.outcome, dispute.answer = outcome, words
    dispute.save(update_fields=["decided_by", "decided_at", "outcome", "answer"])
    record_event(
        actor=actor, action="case.dispute_decided", subject=case,
        after={"dispute": dispute.pk, "outcome": outcome},
    )  # fmt: skip
    if outcome == DisputeOutcome.REJECTED:
        _restore(actor, case)
        close(case, Stage.FILED, actor=actor, reason="")
        return dispute
    case.round, case.opinions_opened_at = case.round + 1, None
    move(
        case, Stage.EXAMINATION, actor=actor, due_at=term("panel"),
        fields=["round", "opinions_opened_at"],
    )  # fmt: skip
    return dispute


def _restore(actor: User, case: AppraisalCase) -> None:
    """The suspended result counts again, and its certificates with it."""
    result = CaseResult.objects.filter(
        case=case, round=case.round, state=ResultState.SUSPENDED
    ).first()
    if result is None:
        return
    result.state = ResultState.SIGNED
    result.save(update_fields=["state"])
    reason = str(_("异议不成立"))
    certificates_follow(case, result, CertificateStep.LIFTED, actor=actor, reason=reason)
