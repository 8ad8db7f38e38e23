"""What people do with a margin call, and what its days do: notice, waiver, escalation.

The days to cure run from the delivery of the notice; a period that ends on a day of rest ends on
the next working day (民法典 203). A waiver is signed by several people of the lender and ends by
itself. Pledge rules §8.
"""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.calendars import china, deadline
from artmarket.core.clock import SHANGHAI, db_now, db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState

from .. import margin_citations as citations
from ..engine import margin
from ..enums import LoanState
from ..locks import lock_loan
from ..margin_enums import WITH_DEADLINE, CallState, CallStep, Cause
from ..models import Loan, MarginCall, MarginStep
from .ground import require, words_of
from .margin import add_step, live_call, of_row, retest
from .margin_telling import tell_borrower, tell_of_call


class OneSigner(NotAllowed):
    """The same person signed already."""

    code = "four_eyes"
    rule = citations.WAIVER_PEOPLE
    message = _("暂缓要由不同的人签署。")


@transaction.atomic(durable=True)
def notify(*, actor: User, call_id: int) -> MarginCall:
    """The lender's people send the borrower the notice: amount, ways to cure, last day.

    It is delivered when it stands in the inbox. Raises `NotAllowed`, `WrongState` (notified
    already, settled meanwhile, nobody who could read it), `CalendarNotCovered`.
    """
    call = _locked(call_id)
    require(actor, "work_for_lender", call.loan)
    now = db_now()
    today = now.astimezone(SHANGHAI).date()
    if call.state != CallState.OPEN:
        raise WrongState(_("这份追加担保已经通知过。"))
    fresh = retest(call.loan, cause=Cause.ACT, on=today, actor=actor)
    if fresh is None:  # it is whole again: that stands, and there is nothing to notify
        return MarginCall.objects.get(pk=call_id)
    call = fresh
    after = _step(lambda: margin.notify(of_row(call), today, deadline=_deadline_of(call.loan)))
    call.state, call.cure_by, call.delivered_at = after.state, after.cure_by, now
    people = tell_borrower(call, number=call.sequence + 1)
    if not people:
        raise WrongState(_("借款人现在没有可以收通知的账号。"), rule=citations.NOTICE)
    add_step(
        call, CallStep.NOTIFIED, Cause.ACT, on=today, actor=actor,
        data={
            "people": people, "delivered_at": now.isoformat(),
            "cure_by": after.cure_by.isoformat() if after.cure_by else "",
        },
    )  # fmt: skip
    return call


def _deadline_of(loan: Loan) -> Callable[[date], date]:
    """The last day to cure, by the days of the contract."""
    days = loan.contract.get("cure_days", loan.version.cure_days)

    def counted(delivered: date) -> date:
        return deadline(china(), event=delivered, days=days, kind="calendar").rolled

    return counted


# ------------------------------------------------------------------ waiver


@transaction.atomic(durable=True)
def propose_waiver(*, actor: User, call_id: int, reason: str, until: date) -> MarginCall:
    """One of the lender's people signs that a call rests until a day, for a reason.

    Another proposal takes the place of one that waits. Raises `NotAllowed`, `WrongState`,
    `Invalid`.
    """
    call = _locked(call_id)
    require(actor, "work_for_lender", call.loan)
    words, today = words_of(reason), db_today()
    if until <= today:
        raise Invalid(fields={"until": _("暂缓要有一个以后的截止日。")})
    if "waived" not in margin.MOVES[of_row(call).state]:
        raise WrongState(_("这份追加担保现在不能暂缓。"))
    call.waiver_reason, call.waiver_until = words, until
    step = add_step(
        call, CallStep.SIGNED, Cause.ACT, on=today, actor=actor,
        data={"reason": words, "until": until.isoformat(), "first": True},
    )  # fmt: skip
    tell_of_call(call, step)
    return call


@transaction.atomic(durable=True)
def sign_waiver(*, actor: User, call_id: int, number: int) -> MarginCall:
    """Another person of the lender signs the waiver that stands as step `number`.

    With as many signatures as the rule asks for, one of them an administrator's, the call rests.
    Raises `NotAllowed`, `OneSigner`, `WrongState` (no such proposal waits).
    """
    call = _locked(call_id)
    require(actor, "work_for_lender", call.loan)
    signed = waiver_signatures(call)
    if not signed or signed[0].number != number:
        raise WrongState(_("没有待签的暂缓，或内容已经改过。"))
    if any(row.actor_id == actor.pk for row in signed):
        raise OneSigner()
    today = db_today()
    add_step(call, CallStep.SIGNED, Cause.ACT, on=today, actor=actor, data={"of": number})
    people = [*(row.actor for row in signed if row.actor), actor]
    if len(people) < rulebook.get(citations.WAIVER_PEOPLE, on=today):
        return call
    if not any(one.has_perm("pledges.run_lender", call.loan) for one in people):
        raise NotAllowed(_("签署人里至少要有一位贷款人的管理员。"), rule=citations.WAIVER_PEOPLE)
    assert call.waiver_until is not None  # noqa: S101 - a proposal has it
    after = _step(
        lambda: margin.waive(
            of_row(call), today, by=tuple(str(one.pk) for one in people),
            reason=call.waiver_reason, until=call.waiver_until or today,
        )
    )  # fmt: skip
    call.state = after.state
    step = add_step(
        call, CallStep.WAIVED, Cause.ACT, on=today, actor=actor,
        data={
            "reason": call.waiver_reason, "until": call.waiver_until.isoformat(),
            "people": [one.pk for one in people],
        },
    )  # fmt: skip
    tell_of_call(call, step)
    return call


def waiver_signatures(call: MarginCall) -> list[MarginStep]:
    """The signatures under the waiver that waits, the proposal first."""
    rows: list[MarginStep] = []
    if call.state == CallState.WAIVED or call.waiver_until is None:
        return rows
    ends = (CallStep.WAIVED, CallStep.LAPSED)
    for step in call.steps.select_related("actor").order_by("-number"):
        if step.kind in ends:
            return []
        if step.kind == CallStep.SIGNED:
            rows.insert(0, step)
            if step.data.get("first"):
                return rows
    return []


# ------------------------------------------------------------------ days


def run_calls() -> int:
    """Escalate the calls whose days are over and end the waivers; how many. Safe to repeat."""
    today, done = db_today(), 0
    live = MarginCall.objects.live()
    late = live.filter(state__in=WITH_DEADLINE, cure_by__lt=today)
    over = live.filter(state=CallState.WAIVED, waiver_until__lt=today)
    for pk in sorted(row for rows in (late, over) for row in rows.values_list("pk", flat=True)):
        try:
            done += _day_of(call_id=pk)
        except WrongState:  # settled since it was looked for
            continue
    return done


@transaction.atomic(durable=True)
def _day_of(*, call_id: int) -> int:
    """One call whose day has come: tested once more before anything follows."""
    call = _locked(call_id)
    today = db_today()
    if call.loan.state != LoanState.ACTIVE:
        return 0
    if call.state == CallState.WAIVED:
        return _lapse(call, today)
    fresh = retest(call.loan, cause=Cause.NIGHT, on=today)
    is_late = fresh is not None and fresh.state in WITH_DEADLINE and fresh.cure_by is not None
    if fresh is None or not is_late or (fresh.cure_by or today) >= today:
        return 0
    fresh.state = margin.escalate(of_row(fresh), today).state
    step = add_step(fresh, CallStep.ESCALATED, Cause.NIGHT, on=today, actor=None)
    tell_of_call(fresh, step)
    return 1


def _lapse(call: MarginCall, today: date) -> int:
    after = margin.lapse(of_row(call), today)
    if after.state == call.state:
        return 0
    call.state, call.cure_by, call.delivered_at = after.state, None, None
    call.waiver_until, call.waiver_reason = None, ""
    step = add_step(call, CallStep.LAPSED, Cause.NIGHT, on=today, actor=None)
    tell_of_call(call, step)
    retest(call.loan, cause=Cause.NIGHT, on=today)
    return 1


def _locked(call_id: int) -> MarginCall:
    """A call under the lock of its loan. Raises `WrongState` where it is settled."""
    loan_id = MarginCall.objects.filter(pk=call_id).values_list("loan", flat=True).first()
    if loan_id is None:
        raise WrongState()
    loan = lock_loan(pk=loan_id)
    call = live_call(loan)
    if call is None or call.pk != call_id:
        raise WrongState(_("这份追加担保已经结束。"))
    return call


def _step(made: Callable[[], margin.MarginCall]) -> margin.MarginCall:
    """The engine's refusal in words."""
    try:
        return made()
    except margin.Impossible as error:
        raise WrongState(_("这份追加担保现在不能这样办。")) from error
