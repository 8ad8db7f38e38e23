"""The panel of a round: experts named, their declarations, seats that end, the chair.

A registrar names; each expert declares before anything is shown to him. What bars him on the day
he is named is said at once; the whole panel is judged when the examination begins. Until a panel
is enlarged nobody is named after its opinions are open. Registry rules, section 5.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from appraisal import citations
from appraisal.engine import panels as engine
from appraisal.engine.panels import Conflict, PanelFault
from appraisal.engine.results import may_enlarge
from appraisal.enums import Stage
from appraisal.locks import lock_case
from appraisal.models import AppraisalCase, Appraiser, Opinion, PanelSeat
from appraisal.refusals import Fault, Refused
from artmarket import rulebook
from artmarket.accounts.enums import LicenceKind
from artmarket.accounts.gates import licences_of
from artmarket.accounts.models import User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from . import counting
from .faults import panel_rule, worded
from .opening import open_if_complete
from .steps import (
    in_days,
    lock_seat,
    reason_words,
    require_handler,
    require_stage,
    too_long,
    wait_until,
)
from .suitability import as_expert, faults_by_expert, matter_of, own_work_faults

MAX_DECLARATION = 500


@transaction.atomic(durable=True)
def name_expert(
    *, actor: User, case_id: int, appraiser_id: int, is_chair: bool = False
) -> PanelSeat:
    """A registrar names an expert: for the panel to come, in the place of one who left, or, while
    no verdict stands, to enlarge the panel.

    Raises `NotAllowed`, `WrongState` (the panel is full or has found), `Refused` (all bars).
    """
    case = lock_case(pk=case_id)
    require_handler(actor, case)
    require_stage(case, Stage.ACCEPTANCE, Stage.EXAMINATION)
    seats = list(active_seats(case))
    _require_room(case, seats)
    appraiser = Appraiser.objects.select_related("user").filter(pk=appraiser_id).first()
    if appraiser is None or appraiser.ended_at is not None:
        raise WrongState(_("没有这位鉴定师。"), rule=citations.QUALIFIED)
    _require_able(case, appraiser, seats)
    if is_chair and any(seat.is_chair for seat in seats):
        raise WrongState(_("专家组已经有组长。"), rule=citations.CHAIR)
    seat = PanelSeat.objects.create(
        case=case, round=case.round, expert=appraiser, is_chair=is_chair, assigned_by=actor
    )
    seat.refresh_from_db()
    record_event(
        actor=actor, action="case.expert_named", subject=case,
        after={"seat": seat.pk, "round": case.round, "is_chair": is_chair},
    )  # fmt: skip
    if case.opinions_opened_at is not None:
        _seal_again(actor, case)
    return seat


@transaction.atomic(durable=True)
def appoint_chair(*, actor: User, case_id: int, seat_id: int) -> PanelSeat:
    """A registrar makes one of the experts the chair, in the place of another. Raises
    `NotAllowed`, `WrongState`."""
    case = lock_case(pk=case_id)
    require_handler(actor, case)
    require_stage(case, Stage.ACCEPTANCE, Stage.EXAMINATION)
    seat = active_seats(case).filter(pk=seat_id).first()
    if seat is None or seat.is_chair:
        raise WrongState(rule=citations.CHAIR)
    active_seats(case).filter(is_chair=True).update(is_chair=False)
    seat.is_chair = True
    seat.save(update_fields=["is_chair"])
    record_event(actor=actor, action="case.chair_appointed", subject=case, after={"seat": seat.pk})
    return seat


@transaction.atomic(durable=True)
def declare(*, actor: User, seat_id: int, conflicts: Iterable[str], words: str = "") -> PanelSeat:
    """An expert declares his conflicts of interest, or that there is none; once.

    A conflict frees the seat. Where the panel is at work already his term begins now. Raises
    `NotAllowed`, `WrongState`, `Invalid`.
    """
    case, seat = lock_seat(seat_id)
    if seat.expert.user_id != actor.pk or not actor.is_active:
        raise NotAllowed()
    require_stage(case, Stage.ACCEPTANCE, Stage.EXAMINATION)
    if seat.ended_at is not None or seat.declared_at is not None:
        raise WrongState(_("你已经声明过，或席位已经结束。"), rule=citations.DECLARATION)
    found = sorted(set(conflicts))
    if not set(found) <= set(Conflict):
        raise Invalid(fields={"conflicts": _("请从列表中选择。")}, rule=citations.CONFLICTS)
    if len(words.strip()) > MAX_DECLARATION:
        raise Invalid(fields={"words": too_long(MAX_DECLARATION)}, rule=citations.DECLARATION)
    seat.conflicts, seat.declared_at, seat.declaration = found, db_now(), words.strip()
    seat.save(update_fields=["conflicts", "declared_at", "declaration"])
    record_event(
        actor=actor, action="case.expert_declared", subject=case,
        after={"seat": seat.pk, "conflicts": found},
    )  # fmt: skip
    if found:
        close_seat(case, seat, actor=actor, reason=str(_("声明有利益冲突")))
        open_if_complete(case)
    elif is_at_work(case):
        seat.due_at = in_days(rulebook.get(citations.OPINION_DAYS))
        seat.save(update_fields=["due_at"])
        wait_until(case, max(filter(None, (case.due_at, seat.due_at))))
    return seat


@transaction.atomic(durable=True)
def end_seat(*, actor: User, seat_id: int, reason: str) -> PanelSeat:
    """A registrar ends a seat whose expert gave no opinion (illness, a term that passed).

    Whoever gave one leaves by `void_opinion` only. Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    case, seat = lock_seat(seat_id)
    require_handler(actor, case)
    require_stage(case, Stage.ACCEPTANCE, Stage.EXAMINATION)
    if seat.ended_at is not None or seat.round != case.round:
        raise WrongState(_("席位已经结束。"))
    if Opinion.objects.filter(seat=seat).exists():
        raise WrongState(_("他已经提交意见，意见不能撤下。"), rule=citations.OPINION_FINAL)
    close_seat(case, seat, actor=actor, reason=reason_words(reason))
    open_if_complete(case)
    return seat


def close_seat(case: AppraisalCase, seat: PanelSeat, *, actor: User, reason: str) -> None:
    """End a seat inside the transaction of a step; its row stays."""
    seat.ended_at, seat.end_reason, seat.is_chair, seat.draft = db_now(), reason[:300], False, {}
    seat.save(update_fields=["ended_at", "end_reason", "is_chair", "draft"])
    record_event(
        actor=actor, action="case.seat_ended", subject=case, before={"seat": seat.pk},
        after={}, reason=reason[:300],
    )  # fmt: skip


def active_seats(case: AppraisalCase) -> QuerySet[PanelSeat]:
    """The seats of this round that have not ended, with their experts."""
    return counting.active_seats(case)


def is_at_work(case: AppraisalCase) -> bool:
    """Whether the panel of this round has begun."""
    seats = case.seats.filter(round=case.round, due_at__isnull=False)
    return case.stage == Stage.EXAMINATION and seats.exists()


def require_whole_panel(case: AppraisalCase) -> list[PanelSeat]:
    """The seats of a panel with which the examination may begin.

    Raises `Refused` with all faults: number, odd, qualification, licence, declarations, chair.
    """
    seats = list(active_seats(case))
    names = {str(seat.expert_id): seat.expert.name for seat in seats}
    licences = licences_of([seat.expert.user_id for seat in seats], LicenceKind.APPRAISER)
    experts = [
        as_expert(seat.expert, licences.get(seat.expert.user_id), seat.conflicts) for seat in seats
    ]
    found = engine.panel_faults(panel_rule(), matter_of(case), experts, on=db_today())
    faults = worded(found, is_relic=case.is_relic, names=names)
    faults += own_work_faults(case, [seat.expert for seat in seats])
    if seats and len(seats) < (case.panel_size or 0):
        words = _("合同约定的专家人数还没有到齐。")
        faults.append(Fault("below_contract", words, citations.CONTRACT))
    if not any(seat.is_chair for seat in seats):
        faults.append(Fault("no_chair", _("还没有指定组长。"), citations.CHAIR))
    if faults:
        raise Refused(faults)
    return seats


def expert_faults(case: AppraisalCase, appraiser: Appraiser) -> list[Fault]:
    """What keeps an appraiser off this case today, before he has declared."""
    return faults_by_expert(case, [appraiser])[appraiser.pk]


def _require_able(case: AppraisalCase, appraiser: Appraiser, seats: Sequence[PanelSeat]) -> None:
    faults = expert_faults(case, appraiser)
    if any(seat.expert_id == appraiser.pk for seat in seats):
        found = [engine.Fault(PanelFault.TWICE, str(appraiser.pk))]
        faults += worded(found, is_relic=False, names={str(appraiser.pk): appraiser.name})
    if faults:
        raise Refused(faults)


def _require_room(case: AppraisalCase, seats: Sequence[PanelSeat]) -> None:
    """Room for another expert: below the agreed number, or no verdict stands and not the most."""
    most = rulebook.get(citations.PANEL_MOST)
    if len(seats) >= most:
        raise WrongState(_("专家组已经满员。"), rule=citations.PANEL_MOST)
    if case.opinions_opened_at is None:
        if len(seats) < (case.panel_size or 0) or _is_short(case, seats):
            return
        raise WrongState(_("专家组已经到齐。"), rule=citations.PANEL_MOST)
    found = counting.found_by(case)
    keys = [str(seat.expert_id) for seat in seats]
    if not may_enlarge(counting.result_rule(case), keys, found):
        raise WrongState(_("已经形成多数意见，不能再增补专家。"), rule=citations.MAJORITY)


def _is_short(case: AppraisalCase, seats: Sequence[PanelSeat]) -> bool:
    """A contested work needs an odd panel again after one left or one more was named."""
    return case.is_contested and len(seats) % 2 == 0


def _seal_again(actor: User, case: AppraisalCase) -> None:
    case.opinions_opened_at = None
    case.save(update_fields=["opinions_opened_at"])
    record_event(actor=actor, action="case.panel_enlarged", subject=case)
