"""Margin calls: opened by a test, cured by a later one; what holds while one is not settled.

All of this runs inside the caller's transaction, under the lock of the loan. The states and their
moves are the engine's (`engine.margin`); each change appends a step. A test that is blocked opens
nothing and cures nothing. 民法典 433; pledge rules §8.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError
from artmarket.core.events import record_event

from .. import margin_citations, reckoning
from ..engine import margin
from ..enums import LoanState
from ..margin_enums import HOLDING_CALLS, CallState, CallStep, Cause
from ..models import Loan, MarginCall, MarginStep
from ..selectors.margin_test import Tested, test_of
from ..selectors.standing import items_on
from ..valuing import appraisals_of
from .margin_telling import tell_of_call

_STANDS = (
    "state", "remaining_minor", "exposure_minor", "eligible_minor", "capacity_minor",
    "delivered_at", "cure_by", "waiver_until", "waiver_reason", "sequence", "ended_at",
)  # fmt: skip


class CallHolds(DomainError):
    """A margin call is not settled: nothing is paid out, nothing released."""

    code = "margin_call"
    rule = margin_citations.HOLDS
    message = _("追加担保还没有办结，这期间不放款，也不放行质物。")
    hint = _("先还款、追加作品，或由贷款人两个人签署暂缓。")


def live_call(loan: Loan) -> MarginCall | None:
    """The call of a loan that is not settled."""
    call = MarginCall.objects.live().filter(loan=loan).first()
    if call is not None:
        call.loan = loan
    return call


def require_no_call(loan: Loan) -> None:
    """Raises `CallHolds`; a call that is waived does not hold."""
    if MarginCall.objects.filter(loan=loan, state__in=HOLDING_CALLS).exists():
        raise CallHolds()


def retest(loan: Loan, *, cause: Cause, on: date, actor: User | None = None) -> MarginCall | None:
    """Test a locked loan now and let its call follow; the live call, if there is one then."""
    if loan.state != LoanState.ACTIVE:
        return None
    exposure = loan.owed_minor
    if loan.reckoned_on != on:
        exposure = reckoning.stand(loan, loan.events.order_by("number"), on=on).open.total
    items = items_on(loan)
    appraised = appraisals_of(
        [item.work_id for item in items], lender=loan.lender, currency=loan.currency
    )
    found = test_of(loan, items, appraised, exposure=exposure, on=on)
    return follow(loan, live_call(loan), found, cause=cause, on=on, actor=actor)


def follow(
    loan: Loan, call: MarginCall | None, found: Tested, *, cause: Cause, on: date,
    actor: User | None = None,
) -> MarginCall | None:  # fmt: skip
    """Open a call, or let the live one follow a test; the one that is live then."""
    if call is None:
        return _open(loan, found, cause=cause, on=on, actor=actor) if found.calls else None
    if found.short is None:
        return call
    before = of_row(call)
    if call.state == CallState.WAIVED and not found.short:
        before = replace(before, state="open")  # nothing is left to be waived
    after = margin.cure(before, found.result)
    if after.state == call.state and after.remaining == call.remaining_minor:
        return call
    is_cured = after.state == CallState.CURED
    call.state, call.remaining_minor = after.state, after.remaining
    _figures(call, found)
    if is_cured:
        call.ended_at = db_now()
    step = add_step(
        call, CallStep.CURED if is_cured else CallStep.RETESTED, cause, on=on, actor=actor,
        found=found,
    )  # fmt: skip
    if is_cured or cause != Cause.NIGHT:
        tell_of_call(call, step)
    return None if is_cured else call


def end_call(loan: Loan, *, on: date, actor: User | None) -> None:
    """Nothing is owed any more: the call of a locked loan ends as cured."""
    call = live_call(loan)
    if call is None:
        return
    nothing = Tested(0, call.eligible_minor, call.capacity_minor, 0, "within", {})
    follow(loan, call, nothing, cause=Cause.END, on=on, actor=actor)


def _open(loan: Loan, found: Tested, *, cause: Cause, on: date, actor: User | None) -> MarginCall:
    made = margin.opened(found.result, on)
    call = MarginCall(
        loan=loan, state=made.state, opened_on=on, short_minor=made.short,
        remaining_minor=made.remaining,
    )  # fmt: skip
    _figures(call, found)
    call.save(force_insert=True)
    step = add_step(
        call, CallStep.OPENED, cause, on=on, actor=actor, found=found,
        data={"lost": list(found.lost), "level": found.level, "version": loan.version_id},
    )  # fmt: skip
    tell_of_call(call, step)
    return call


def add_step(
    call: MarginCall, kind: CallStep, cause: Cause, *, on: date, actor: User | None,
    found: Tested | None = None, data: Mapping[str, Any] | None = None,
) -> MarginStep:  # fmt: skip
    """Append a step of a call and save its row as it stands."""
    call.sequence += 1
    step = MarginStep.objects.create(
        call=call, number=call.sequence, kind=kind, cause=cause, state=call.state, day=on,
        exposure_minor=found.exposure if found else None,
        eligible_minor=found.eligible if found else None,
        capacity_minor=found.capacity if found else None,
        remaining_minor=call.remaining_minor, actor=actor, data=dict(data or {}),
    )  # fmt: skip
    call.save(update_fields=_STANDS)
    record_event(
        actor=actor, action=f"margin.{kind.value}", subject=call,
        after={"state": call.state, "remaining": call.remaining_minor}, loan=call.loan_id,
        cause=cause,
    )  # fmt: skip
    return step


def of_row(call: MarginCall) -> margin.MarginCall:
    """A call as the engine reads it."""
    is_waived = call.state == CallState.WAIVED
    state: Any = call.state
    return margin.MarginCall(
        state=state, opened_on=call.opened_on, short=call.short_minor,
        remaining=call.remaining_minor, cure_by=call.cure_by,
        waived_until=call.waiver_until if is_waived else None,
        reason=call.waiver_reason if is_waived else "",
    )  # fmt: skip


def _figures(call: MarginCall, found: Tested) -> None:
    assert found.eligible is not None and found.capacity is not None  # noqa: S101 - not blocked
    call.exposure_minor = found.exposure
    call.eligible_minor, call.capacity_minor = found.eligible, found.capacity
