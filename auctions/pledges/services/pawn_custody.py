"""The pawnshop takes a thing in and hands it out: each step by one person, confirmed by another.

With the confirmed arrival the pledge arises (民法典 429); with the departure it ends.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appraisal.condition.reads import report_in_force, require_report
from appraisal.enums import ReportPurpose
from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import WrongState
from artmarket.core.events import record_event
from catalog.enums import EncumbranceKind
from catalog.locks import lock_work
from catalog.models import Work
from catalog.services import encumbrances

from .. import citations
from ..models import Pawn, PawnStep
from ..pawn_chain import digest_of
from ..pawn_enums import PawnState, StepKind
from ..refusals import refuse_works
from ..selectors.assessing import gates_of_pawn
from .custody import OnePerson, Step, _require_tag
from .ground import party_of_lender, require, words_of
from .pawn_ground import locked, move_pawn, require_not_held


@transaction.atomic(durable=True)
def record_thing(*, actor: User, pawn_id: int, step: Step) -> PawnStep:
    """A person of the pawnshop took the thing in, or (of a pawn that is over) hands it out.

    Raises `NotAllowed`, `WrongState`, `Held`, `TagDiffers`, `NoReport`, `Invalid`.
    """
    pawn, work = _locked(pawn_id)
    require(actor, "work_for_lender", pawn)
    require_not_held(pawn)
    if waiting_step(pawn) is not None:
        raise WrongState(_("上一条记录还没有复核。"), rule=citations.TWO_PERSONS)
    if pawn.state == PawnState.AGREED:
        words_of(step.place, "place", most=120)
        words_of(step.seal, "seal", most=60)
        _require_tag(work, step.tag)
        return _log(pawn, StepKind.IN, step, actor=actor, at=db_now())
    if pawn.state == PawnState.RETURNING:
        require_report(work_id=work.pk, purpose=ReportPurpose.OUTGOING)
        return _log(pawn, StepKind.OUT, step, actor=actor, at=db_now())
    raise WrongState(_("当物现在不能入库，也不能出库。"), rule=citations.RETURN)


@transaction.atomic(durable=True)
def confirm_thing(*, actor: User, pawn_id: int, agrees: bool, note: str = "") -> Pawn:
    """The second person says whether it was done as recorded; one he denies has no effect.

    Raises `NotAllowed`, `OnePerson`, `WrongState`, `Held`, `NoReport`, `NotEligible`,
    `Encumbered`, `GateClosed`, `Invalid`.
    """
    pawn, work = _locked(pawn_id)
    require(actor, "work_for_lender", pawn)
    require_not_held(pawn)
    waiting = waiting_step(pawn)
    if waiting is None:
        raise WrongState(_("没有待复核的记录。"))
    if waiting.by_id == actor.pk:
        raise OnePerson()
    now = db_now()
    words = " ".join(note.split())[:300] if agrees else words_of(note, "note")
    _log(
        pawn, StepKind(waiting.kind), Step(note=words), actor=actor, at=now, confirms=waiting,
        is_refusal=not agrees,
    )  # fmt: skip
    if agrees and waiting.kind == StepKind.IN:
        _arrived(pawn, work, waiting, actor=actor, at=now)
    elif agrees:
        _departed(pawn, work, actor=actor, at=now)
    return pawn


def waiting_step(pawn: Pawn) -> PawnStep | None:
    """The last step, if nobody has confirmed it."""
    last = pawn.steps.order_by("-number").first()
    return last if last is not None and last.confirms_id is None else None


def _arrived(pawn: Pawn, work: Work, said: PawnStep, *, actor: User, at: datetime) -> None:
    """All gates once more, then the work's one lock for the pawnshop."""
    if pawn.state != PawnState.AGREED:
        raise WrongState()
    require_report(work_id=work.pk, purpose=ReportPurpose.PLEDGE)
    on = at.astimezone(SHANGHAI).date()
    encumbrances.require_free(work)
    checks = gates_of_pawn(work, pawner=pawn.pawner, lender=pawn.lender, on=on)
    refuse_works([(work.pk, work.display_title, checks)])
    ticket = pawn.tickets.order_by("place").first()
    pawn.encumbrance = encumbrances.take(
        actor=actor, work_id=work.pk, kind=EncumbranceKind.PLEDGE,
        holder=party_of_lender(pawn.lender), reference=ticket.number if ticket else "",
    )  # fmt: skip
    pawn.in_at, pawn.place, pawn.seal = at, said.place, said.seal
    pawn.report_in = report_in_force(work_id=work.pk, purpose=ReportPurpose.PLEDGE)
    fields = ("encumbrance", "in_at", "place", "seal", "report_in")
    move_pawn(pawn, PawnState.HELD, actor=actor, fields=fields)


def _departed(pawn: Pawn, work: Work, *, actor: User, at: datetime) -> None:
    """The thing is back: the pledge ends."""
    if pawn.state != PawnState.RETURNING or pawn.encumbrance_id is None:
        raise WrongState()
    require_report(work_id=work.pk, purpose=ReportPurpose.OUTGOING)
    encumbrances.release_for_module(
        actor=actor, encumbrance_id=pawn.encumbrance_id, reason=str(_("当物已经取回"))
    )
    pawn.out_at = pawn.ended_at = at
    pawn.report_out = report_in_force(work_id=work.pk, purpose=ReportPurpose.OUTGOING)
    move_pawn(pawn, PawnState.CLOSED, actor=actor, fields=("out_at", "ended_at", "report_out"))


def _locked(pawn_id: int) -> tuple[Pawn, Work]:
    """A pawn under the locks of the work and the pawn."""
    work_id = Pawn.objects.filter(pk=pawn_id).values_list("work", flat=True).first()
    if work_id is None:
        raise WrongState()
    work = lock_work(pk=work_id)
    pawn = locked(pawn_id)
    pawn.work = work
    return pawn, work


def _log(
    pawn: Pawn, kind: StepKind, step: Step, *, actor: User, at: datetime,
    confirms: PawnStep | None = None, is_refusal: bool = False,
) -> PawnStep:  # fmt: skip
    """Append a row to the chain of a locked pawn."""
    row = PawnStep(
        pawn=pawn, number=pawn.sequence + 1, kind=kind, confirms=confirms, is_refusal=is_refusal,
        by=actor, at=at.replace(microsecond=at.microsecond // 1000 * 1000), place=step.place[:120],
        seal=step.seal[:60], tag=step.tag.strip()[:64], note=" ".join(step.note.split())[:300],
        previous=pawn.head,
    )  # fmt: skip
    row.digest = digest_of(row)
    row.save(force_insert=True)
    pawn.sequence, pawn.head = row.number, row.digest
    pawn.save(update_fields=["sequence", "head"])
    record_event(
        actor=actor, action=f"pawn.thing_{kind.value}", subject=pawn, number=row.number,
        confirms=confirms.number if confirms else None, refused=is_refusal,
    )  # fmt: skip
    return row
