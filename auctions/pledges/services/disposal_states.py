"""How cases, works and steps of a realisation change state, under the lock of their loan.

A step that fails opens the next way of the contract; what no way fits is skipped with its reason.
Once nothing is owed everything stops that is not sold yet. Pledge rules §9.
"""

from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import Text, WrongState
from artmarket.core.events import record_event
from auctions.engine.fees import half_up, share

from .. import realisation_citations as rules
from ..enums import LoanState, Realisation
from ..models import (
    Disposal,
    DisposalStep,
    Loan,
    PledgeItem,
    PledgeSuspension,
    PreAcquisition,
    RealisationCase,
)
from ..realisation_enums import (
    LIVE_DEFAULTS,
    LIVE_STEPS,
    STEP_MOVES,
    CaseState,
    CommitmentState,
    DefaultState,
    DisposalState,
    StepState,
)
from .defaulting import end_default


def is_suspended(item: PledgeItem) -> bool:
    """Whether a lot has the work's lock in the place of the pledge."""
    return PledgeSuspension.objects.filter(item=item, end="").exists()


def is_in_disposal(item: PledgeItem) -> bool:
    """Whether the work is being realised, or was: then it goes to nobody but by the case."""
    rows = item.disposals.filter(state__in=[DisposalState.OPEN, DisposalState.SOLD])
    return rows.exists()


def live_step(disposal: Disposal) -> DisposalStep | None:
    """The way that is being tried."""
    return disposal.steps.filter(state__in=LIVE_STEPS).first()


def move_step(
    step: DisposalStep, to: StepState, *, actor: User | None, fields: tuple[str, ...] = (),
    **data: object,
) -> None:  # fmt: skip
    """Change the state of a step. Raises `WrongState`."""
    if to not in STEP_MOVES[step.state]:
        raise WrongState()
    before, step.state = step.state, to
    step.save(update_fields=["state", *fields])
    case = step.disposal.case
    record_event(
        actor=actor, action=f"disposal.{to.value}", subject=step, before={"state": before},
        after={"state": to}, way=step.way, loan=case.loan_id, item=step.disposal.item_id,
        price=step.price_minor, **data,
    )  # fmt: skip


def end_step(step: DisposalStep, to: StepState, why: str, *, actor: User | None) -> None:
    """End a step; `why` may be empty only where it is done."""
    step.ended_by, step.ended_at, step.end_reason = actor, db_now(), why[:300]
    move_step(
        step, to, actor=actor, fields=("ended_by", "ended_at", "end_reason"), reason=why[:300]
    )


def open_next(disposal: Disposal, *, actor: User | None) -> DisposalStep | None:
    """Open the next way of the contract that was not tried; None: there is no other."""
    tried = set(disposal.steps.values_list("way", flat=True))
    for way in disposal.case.loan.contract["realisation"]:
        if way in tried:
            continue
        why = _why_not(disposal, way, on=db_today())
        step = _begin(disposal, way, actor=actor, skipped="" if why is None else str(why))
        if why is None:
            return step
    return None


def begin_way(disposal: Disposal, way: str, *, actor: User) -> DisposalStep:
    """Try a way of the contract once more. Raises `WrongState` (not in it, does not fit)."""
    if way not in disposal.case.loan.contract["realisation"] or live_step(disposal) is not None:
        raise WrongState(rule=rules.ORDER)
    why = _why_not(disposal, way, on=db_today())
    if why is not None:
        raise WrongState(why, rule=rules.ORDER)
    return _begin(disposal, way, actor=actor)


def _begin(disposal: Disposal, way: str, *, actor: User | None, skipped: str = "") -> DisposalStep:
    number = (disposal.steps.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    step = DisposalStep(disposal=disposal, number=number, way=way)
    if skipped:
        step.state, step.ended_at, step.end_reason = StepState.SKIPPED, db_now(), skipped[:300]
    step.save(force_insert=True)
    record_event(
        actor=actor, action="disposal.skipped" if skipped else "disposal.opened", subject=step,
        after={"state": step.state}, way=way, loan=disposal.case.loan_id, item=disposal.item_id,
        reason=skipped,
    )  # fmt: skip
    return step


def _why_not(disposal: Disposal, way: str, *, on: date) -> Text | None:
    """Why a way does not fit a work; only a forward purchase asks for something beforehand."""
    if way != Realisation.PRE_ACQUIRER:
        return None
    row = commitment_of(disposal.item)
    if row is None:
        return _("这件作品没有预收购人。")
    return _("预收购承诺已经到期。") if row.expires_on < on else None


def commitment_of(item: PledgeItem) -> PreAcquisition | None:
    """The signed forward purchase of a work."""
    return item.pre_acquisitions.filter(state=CommitmentState.SIGNED).first()


def burn(disposal: Disposal, *, actor: User | None) -> None:
    """A work that was not sold at auction is thought to bring less (rule `burned_fall`)."""
    fall: int = rulebook.get(rules.BURNED_FALL)
    before = disposal.expected_minor
    disposal.burned += 1
    if before is not None:
        disposal.expected_minor = half_up(share(before, Fraction(100 - fall)))
    disposal.save(update_fields=["burned", "expected_minor"])
    record_event(
        actor=actor, action="disposal.burned", subject=disposal, before={"expected": before},
        after={"expected": disposal.expected_minor, "burned": disposal.burned},
        loan=disposal.case.loan_id,
    )  # fmt: skip


def end_disposal(disposal: Disposal, to: DisposalState, *, actor: User | None) -> None:
    """A work is sold, given up, or kept by its owner."""
    if disposal.state != DisposalState.OPEN:
        raise WrongState()
    disposal.state, disposal.ended_at = to, db_now()
    disposal.save(update_fields=["state", "ended_at"])
    record_event(
        actor=actor, action=f"disposal.work_{to.value}", subject=disposal,
        before={"state": DisposalState.OPEN}, after={"state": to}, loan=disposal.case.loan_id,
        item=disposal.item_id,
    )  # fmt: skip


def close_case_if_done(case: RealisationCase, loan: Loan, *, actor: User | None) -> bool:
    """End a case of which no work is open: what is still owed stays a claim (民法典 438)."""
    if case.state != CaseState.OPEN or case.disposals.filter(state=DisposalState.OPEN).exists():
        return False
    sold = case.disposals.filter(state=DisposalState.SOLD).exists()
    is_paid = loan.state != LoanState.ACTIVE
    case.state = CaseState.STOPPED if is_paid and not sold else CaseState.CLOSED
    case.deficiency_minor, case.ended_at = loan.owed_minor, db_now()
    case.save(update_fields=["state", "deficiency_minor", "ended_at"])
    record_event(
        actor=actor, action=f"realisation.{case.state}", subject=case,
        before={"state": CaseState.OPEN}, after={"state": case.state}, loan=loan.pk,
        surplus=case.surplus_minor, deficiency=case.deficiency_minor,
    )  # fmt: skip
    _settle_default(case, loan, actor=actor)
    return True


def _settle_default(case: RealisationCase, loan: Loan, *, actor: User | None) -> None:
    """The default is over with its case."""
    row = case.default
    if row.state != DefaultState.DECLARED:
        return
    row.loan = loan
    words = (
        _("处置完毕，仍欠%(owed)s") % {"owed": loan.money(loan.owed_minor)}
        if loan.owed_minor
        else _("处置完毕，已还清")
    )
    end_default(row, DefaultState.SETTLED, words, actor=actor)


def stop_if_paid(loan: Loan, *, actor: User | None) -> list[int]:
    """Once nothing is owed, stop what is not sold; the works whose auction still runs.

    Inside the caller's transaction, under the lock of the loan. A work that is consigned is locked
    before its loan: `auctioning.stop_redeemed` takes it out of its sale afterwards. Gives the keys
    of the cases that wait for that.
    """
    waiting = []
    for case in loan.realisation_cases.filter(state=CaseState.OPEN).select_related("default"):
        case.loan = loan
        for disposal in case.disposals.filter(state=DisposalState.OPEN):
            disposal.case = case
            step = live_step(disposal)
            if step is not None and step.consignment_id is not None:
                waiting.append(case.pk)
                continue
            if step is not None:
                step.disposal = disposal
                end_step(step, StepState.STOPPED, _("借款人已经还清全部欠款"), actor=actor)
            end_disposal(disposal, DisposalState.STOPPED, actor=actor)
        close_case_if_done(case, loan, actor=actor)
    rows = loan.defaults.filter(state__in=LIVE_DEFAULTS).exclude(case__state=CaseState.OPEN)
    for row in rows:
        row.loan = loan
        is_noticed = row.state == DefaultState.NOTICED
        to = DefaultState.CURED if is_noticed else DefaultState.SETTLED
        end_default(row, to, _("借款人已经还清全部欠款"), actor=actor)
    return waiting
