"""What every step of a case shares: moving it, and by when somebody has to act.

Called inside the transaction of a step, under the lock of the case.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from appraisal import citations
from appraisal.engine import flow
from appraisal.enums import Stage
from appraisal.locks import lock_case
from appraisal.models import AppraisalCase, CaseStep, PanelSeat
from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event

MAX_REASON = 300
MAX_NOTE = 500


def move(
    case: AppraisalCase,
    after: Stage,
    *,
    actor: User | None,
    due_at: datetime | None = None,
    note: str = "",
    fields: Sequence[str] = (),
) -> None:
    """Move a locked case to a stage that the course allows; writes step and event.

    `due_at` is by when whoever acts next has to; `fields` were changed with the move. Raises
    `WrongState`.
    """
    before = Stage(case.stage)
    if not flow.is_move(flow.Stage(before), flow.Stage(after)):
        raise WrongState(rule=citations.COURSE)
    case.stage, case.stage_since = after, db_now()
    case.due_at, case.overdue_noted_at = due_at, None
    case.save(update_fields=["stage", "stage_since", "due_at", "overdue_noted_at", *fields])
    note_step(case, before=before, actor=actor, note=note)


def note_step(
    case: AppraisalCase, *, before: Stage | None, actor: User | None, note: str = ""
) -> None:
    """Write down how a case came to its stage, and the event of it."""
    CaseStep.objects.create(
        case=case, before=before or "", after=case.stage, actor=actor, note=note[:MAX_NOTE]
    )
    record_event(
        actor=actor, action="case.moved", subject=case,
        before={"stage": before} if before else {},
        after={"stage": case.stage, "round": case.round}, note=note[:MAX_NOTE],
    )  # fmt: skip


def wait_until(case: AppraisalCase, due_at: datetime | None) -> None:
    """Set by when somebody has to act, without a move."""
    case.due_at, case.overdue_noted_at = due_at, None
    case.save(update_fields=["due_at", "overdue_noted_at"])


def term(step: str) -> datetime:
    """The end of the term of a step that begins now (`appraisal.step_days`)."""
    return in_days(rulebook.get(citations.STEP_DAYS)[step])


def in_days(days: int) -> datetime:
    """So many days from now, by the database's clock."""
    return db_now() + timedelta(days=days)


def require_stage(case: AppraisalCase, *stages: Stage) -> None:
    """Raises `WrongState` when the case stands at none of these."""
    if case.stage not in stages:
        raise WrongState(rule=citations.COURSE)


def require_handler(actor: User, case: AppraisalCase) -> None:
    """A registrar who has nothing to do with the work. Raises `NotAllowed`."""
    if actor.has_perm("appraisal.handle_case", case):
        return
    if actor.has_perm("appraisal.case_desk"):
        raise NotAllowed(
            _("你与这件作品或这个专家组有关，要由另一位登记员办理。"),
            code="own_work",
            rule=citations.IMPARTIAL,
        )
    raise NotAllowed()


def reason_words(reason: str, *, field: str = "reason", limit: int = MAX_REASON) -> str:
    """The reason as given, without blanks around it. Raises `Invalid`."""
    words = reason.strip()
    if not words:
        raise Invalid(fields={field: _("请写明理由。")})
    if len(words) > limit:
        raise Invalid(fields={field: too_long(limit)})
    return words


def too_long(limit: int) -> Text:
    """The words beside a text that is too long."""
    return _("最多%(limit)d个字。") % {"limit": limit}


def lock_seat(seat_id: int) -> tuple[AppraisalCase, PanelSeat]:
    """The case under its lock, and one of its seats, fresh. Raises `WrongState`."""
    case_id = PanelSeat.objects.filter(pk=seat_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise WrongState()
    case = lock_case(pk=case_id)
    return case, PanelSeat.objects.select_related("expert__user").get(pk=seat_id)
