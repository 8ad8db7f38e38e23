"""Terms that have passed: noted once for each, and told to whoever must act.

The duty changes nothing else: a late opinion is refused by the decision itself, and a case never
ends because somebody was late.
"""

from django.db import transaction

from appraisal.cases.reads import MustAct, who_must_act
from appraisal.locks import lock_case
from appraisal.models import AppraisalCase
from appraisal.tasks import mail_overdue
from artmarket.accounts.models import User
from artmarket.core.clock import DbClock, db_now
from artmarket.core.errors import Busy
from artmarket.core.events import record_event

AT_ONCE = 200


def note_overdue_cases() -> str:
    """Note every case whose term has passed; safe to repeat, and to run on several machines."""
    due = AppraisalCase.objects.open().filter(due_at__lt=DbClock(), overdue_noted_at=None)
    noted = failed = 0
    for pk in due.order_by("due_at").values_list("pk", flat=True)[:AT_ONCE]:
        try:
            noted += note_overdue(case_id=pk)
        except Busy:
            failed += 1
    return f"noted {noted}, busy {failed}"


@transaction.atomic(durable=True)
def note_overdue(*, case_id: int) -> bool:
    """Note that the term of a case has passed, once, and mail whoever must act. False: nothing to
    note (any more)."""
    case = lock_case(pk=case_id)
    if case.due_at is None or case.due_at >= db_now() or case.overdue_noted_at is not None:
        return False
    must = who_must_act(case)
    if not must.task:
        return False
    case.overdue_noted_at = db_now()
    case.save(update_fields=["overdue_noted_at"])
    record_event(
        actor=None, action="case.overdue", subject=case,
        after={"task": must.task, "due_at": case.due_at, "stage": case.stage},
    )  # fmt: skip
    for user_id in _readers(case, must):
        mail_overdue.enqueue(case_id=case.pk, user_id=user_id, task=must.task)
    return True


def _readers(case: AppraisalCase, must: MustAct) -> list[int]:
    """Those named, or the registrar of the case; nobody where no registrar has taken it yet."""
    if must.users:
        return [user.pk for user in must.users if user.is_active]
    rows = User.objects.filter(is_active=True, pk=case.accepted_by_id or 0)
    return list(rows.values_list("pk", flat=True))
