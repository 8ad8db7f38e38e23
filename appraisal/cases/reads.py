"""Reads of cases for pages and programs. Nothing here writes, and blindness is kept here.

Until the opinions of a round are open an expert sees his own, and the registrars and the client
none, nor does an expert see who else sits. An expert at work sees nothing of earlier rounds. The
client, the holder of title and the lister see opinions once their result is signed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from artmarket.accounts.models import User
from artmarket.core.clock import db_now

from ..engine.flow import ENDS, Role
from ..engine.flow import Stage as Course
from ..enums import ResultState
from ..models import AppraisalCase, CaseResult, Evidence, Opinion, PanelSeat
from ..permissions import is_concerned, sits_on_panel
from ..services import counting

SHOWN: Final = (
    ResultState.SIGNED, ResultState.SUSPENDED, ResultState.SUPERSEDED, ResultState.REVOKED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MustAct:
    """Who must act next: his part in the case, what he has to do, by when.

    `task` is one of accept, agree, pay, panel, declare, begin, opinion, conclude, value, sign,
    wait (for the end of the term of disputes), decide, file. `users` is empty where any registrar
    may do it. `due_at` None: no term.
    """

    role: Role
    task: str = ""
    users: tuple[User, ...] = ()
    due_at: datetime | None = None


def cases_of_client(user: User) -> QuerySet[AppraisalCase]:
    """What this person has commissioned, the newest first."""
    return AppraisalCase.objects.filter(client=user).select_related("work")


def registrar_queue(user: User) -> QuerySet[AppraisalCase]:
    """Open cases that this registrar may handle, those whose term ends first at the top."""
    if not user.has_perm("appraisal.case_desk"):
        return AppraisalCase.objects.none()
    rows = AppraisalCase.objects.open().exclude(client=user).exclude(work__created_by=user)
    rows = rows.exclude(Exists(PanelSeat.objects.filter(case=OuterRef("pk"), expert__user=user)))
    return rows.select_related("work", "client").order_by("due_at", "pk")


def seat_of(user: User, case: AppraisalCase) -> PanelSeat | None:
    """This person's seat of this round."""
    return counting.active_seats(case).filter(expert__user=user).first()


def seats_for(user: User, case: AppraisalCase) -> list[PanelSeat]:
    """The seats of this round that this person may know of."""
    seats = list(
        PanelSeat.objects.filter(case=case, round=case.round)
        .select_related("expert__institution")
        .order_by("pk")
    )
    own = [seat for seat in seats if seat.expert.user_id == user.pk and seat.ended_at is None]
    if own:
        return seats if case.opinions_opened_at is not None else own
    if _is_desk(user, case):
        return seats
    return seats if is_concerned(user, case) and _is_shown(case, case.round) else []


def opinions_for(user: User, case: AppraisalCase, round_: int | None = None) -> QuerySet[Opinion]:
    """The opinions of a round (this one) that this person may read now."""
    round_ = case.round if round_ is None else round_
    rows = counting.opinions_of(case, round_).prefetch_related("evidence")
    seat = seat_of(user, case)
    if seat is not None:
        if case.opinions_opened_at is not None:
            return rows
        return rows.filter(seat=seat) if round_ == case.round else rows.none()
    is_open = round_ < case.round or case.opinions_opened_at is not None
    if _is_desk(user, case) and is_open:
        return rows
    if is_concerned(user, case) and _is_shown(case, round_):
        return rows
    return rows.none()


def evidence_for(user: User, case: AppraisalCase) -> QuerySet[Evidence]:
    """The evidence that this person may see now; what an expert added stays his until the
    opinions are open."""
    rows = Evidence.objects.filter(case=case).select_related("inspection", "image", "document")
    if seat_of(user, case) is not None:
        if case.opinions_opened_at is not None:
            return rows
        others = PanelSeat.objects.filter(case=case).exclude(expert__user=user)
        return rows.exclude(added_by__in=others.values("expert__user"))
    if _is_desk(user, case):
        if case.opinions_opened_at is not None:
            return rows
        now = counting.active_seats(case).values("expert__user")
        return rows.exclude(added_by__in=now)
    if is_concerned(user, case) and _is_shown(case, case.round):
        return rows
    return rows.none()


def may_see_evidence(user: User, evidence: Evidence) -> bool:
    """Whether this person may open the file of a piece now."""
    return evidence_for(user, evidence.case).filter(pk=evidence.pk).exists()


def result_for(user: User, case: AppraisalCase, round_: int | None = None) -> CaseResult | None:
    """The result of a round: for those at work on it once proposed, for the client once signed."""
    round_ = case.round if round_ is None else round_
    rows = CaseResult.objects.filter(case=case, round=round_).select_related("maker")
    found = rows.prefetch_related("signatures__signer").first()
    if found is None:
        return None
    if sits_on_panel(user, case) and case.opinions_opened_at is None:
        return None
    if sits_on_panel(user, case) or _is_desk(user, case):
        return found
    return found if is_concerned(user, case) and _is_shown(case, round_) else None


def who_must_act(case: AppraisalCase) -> MustAct:
    """Who must act for the case to go on, and by when."""
    stage = Course(case.stage)
    if stage in ENDS:
        return MustAct(Role.NOBODY)
    if stage == Course.REQUEST:
        return MustAct(Role.REGISTRAR, "accept", (), case.due_at)
    if stage == Course.ACCEPTANCE:
        return _at_acceptance(case)
    if stage == Course.EXAMINATION:
        return _at_examination(case)
    if stage == Course.VALUATION:
        return MustAct(Role.PANEL, "value", _users(counting.active_seats(case)), case.due_at)
    if stage == Course.RESULT:
        return _at_result(case)
    if stage == Course.DISPUTE:
        return MustAct(Role.REGISTRAR, "decide", (), case.due_at)
    return MustAct(Role.CHAIR, "conclude", _chair(case), case.due_at)


def _at_acceptance(case: AppraisalCase) -> MustAct:
    if case.contract_agreed_at is None:
        return MustAct(Role.CLIENT, "agree", (case.client,), case.due_at)
    if case.fee_received_at is None:
        return MustAct(Role.REGISTRAR, "pay", (), case.due_at)
    return _seating(case)


def _seating(case: AppraisalCase) -> MustAct:
    seats = list(counting.active_seats(case))
    silent = [seat for seat in seats if seat.declared_at is None]
    if len(seats) < (case.panel_size or 0):
        return MustAct(Role.REGISTRAR, "panel", (), case.due_at)
    if silent:
        return MustAct(Role.PANEL, "declare", _users(silent), case.due_at)
    return MustAct(Role.REGISTRAR, "begin", (), case.due_at)


def _at_examination(case: AppraisalCase) -> MustAct:
    if case.opinions_opened_at is not None:
        return MustAct(Role.CHAIR, "conclude", _chair(case), case.due_at)
    seats = list(counting.active_seats(case))
    if not any(seat.due_at for seat in seats):
        return _seating(case)
    given = {opinion.seat_id for opinion in counting.opinions_of(case)}
    waiting = [seat for seat in seats if seat.pk not in given]
    silent = [seat for seat in waiting if seat.declared_at is None]
    if silent:
        return MustAct(Role.PANEL, "declare", _users(silent), case.due_at)
    if not waiting:
        return MustAct(Role.REGISTRAR, "panel", (), case.due_at)
    now = db_now()
    if any(seat.due_at is not None and seat.due_at < now for seat in waiting):
        return MustAct(Role.REGISTRAR, "panel", (), case.due_at)
    return MustAct(Role.PANEL, "opinion", _users(waiting), case.due_at)


def _at_result(case: AppraisalCase) -> MustAct:
    result = CaseResult.objects.filter(case=case, round=case.round).first()
    if result is not None and result.state == ResultState.PROPOSED:
        if not result.signatures.filter(role="chair").exists():
            return MustAct(Role.CHAIR, "sign", _chair(case), case.due_at)
        return MustAct(Role.REGISTRAR, "sign", (), case.due_at)
    if case.due_at is not None and case.due_at > db_now():
        return MustAct(Role.NOBODY, "wait", (), case.due_at)
    return MustAct(Role.REGISTRAR, "file", (), None)


def _chair(case: AppraisalCase) -> tuple[User, ...]:
    return _users(counting.active_seats(case).filter(is_chair=True))


def _users(seats: Iterable[PanelSeat]) -> tuple[User, ...]:
    return tuple(seat.expert.user for seat in seats)


def _is_desk(user: User, case: AppraisalCase) -> bool:
    return user.has_perm("appraisal.handle_case", case)


def _is_shown(case: AppraisalCase, round_: int) -> bool:
    """Whether the result of a round was signed, whatever became of it."""
    return CaseResult.objects.filter(
        case=case, round=round_, state__in=SHOWN, signed_at__isnull=False
    ).exists()
