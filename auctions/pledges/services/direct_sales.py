"""The ways without an auction: agreed discount (折价), the pre-acquirer, a self-sale (自行变卖).

At a discount the lender himself takes the work, at a fresh appraisal, and only if the pledgor
agrees after the default; else nobody who is close to him buys (流质). Pledge rules §9.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appraisal.models import Valuation
from artmarket import rulebook
from artmarket.accounts.locks import lock_parties
from artmarket.accounts.models import Party, User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.money import MAX_MINOR
from catalog.enums import TitleBasis

from .. import realisation_citations as rules
from ..enums import Realisation
from ..models import DisposalStep, Loan
from ..realisation_enums import StepState
from ..valuing import appraisals_of
from .buying import Sold, overdue_steps, set_off
from .disposal_states import commitment_of, end_step, move_step, open_next
from .ground import party_of_lender, require
from .pre_acquiring import require_independent, why_not_able
from .realising import lock_step, require_costs, require_open


@dataclass(frozen=True, slots=True)
class Costs:
    """What the lender advanced for a sale, in the smallest unit, and for what."""

    minor: int = 0
    purpose: str = ""


NO_COSTS = Costs()


class NotFresh(DomainError):
    """The appraisal is too old, of another work, or not of an independent firm."""

    code = "not_fresh"
    rule = rules.DISCOUNT_DAYS
    message = _("要用近期、由与贷款人无关的机构出具的质押评估。")


class BelowFloor(DomainError):
    """Cheaper than the appraisal or the floor of the way allows."""

    code = "below_floor"
    rule = rules.FLOORS
    message = _("价格低于最低价。")


class NoticeRuns(DomainError):
    """The pledgor was told, and has his time before the work is sold."""

    code = "notice_runs"
    rule = rules.DAYS
    message = _("通知的期限还没有过，还不能变卖。")


class CannotPay(DomainError):
    """The forward purchase cannot be called: over, or its party's capacity is not proved."""

    code = "cannot_pay"
    rule = rules.CHECK_DAYS


# ------------------------------------------------------------------ agreed discount


@transaction.atomic(durable=True)
def propose_discount(
    *, actor: User, step_id: int, price_minor: int, valuation_id: int, costs: Costs = NO_COSTS
) -> DisposalStep:
    """The lender offers to take the work at a price, not below a fresh appraisal's low value.

    Raises `NotAllowed`, `WrongState`, `NotFresh`, `BelowFloor`, `Invalid`.
    """
    step, loan = lock_step(step_id)
    require(actor, "run_lender", loan)
    require_open(step, loan, Realisation.DISCOUNT, StepState.OPEN, StepState.OFFERED)
    _check_price(price_minor)
    words = require_costs(costs.minor, costs.purpose)
    valuation = _fresh(step, loan, valuation_id, on=db_today())
    if price_minor < valuation.low:
        raise BelowFloor(rule=rules.DISCOUNT_DAYS, floor=valuation.low)
    step.price_minor, step.valuation, step.floor_minor = price_minor, valuation, valuation.low
    step.costs_minor, step.costs_for = costs.minor, words
    step.buyer = party_of_lender(loan.lender)
    step.proposed_by, step.proposed_at = actor, db_now()
    fields = (
        "price_minor", "valuation", "floor_minor", "costs_minor", "costs_for", "buyer",
        "proposed_by", "proposed_at",
    )  # fmt: skip
    if step.state == StepState.OFFERED:
        move_step(step, StepState.OPEN, actor=actor)
    move_step(step, StepState.OFFERED, actor=actor, fields=fields)
    return step


@transaction.atomic(durable=True)
def answer_discount(*, actor: User, step_id: int, agrees: bool) -> DisposalStep:
    """The pledgor agrees, and the sale is made; or he does not, and the next way opens.

    Raises `NotAllowed`, `WrongState`, `NotFresh` (too old meanwhile), `NotFunded` (the surplus is
    not here), `Encumbered`.
    """
    known = DisposalStep.objects.filter(pk=step_id).values_list(
        "buyer", "disposal__case__loan__borrower"
    )
    lock_parties(pks=sorted({pk for row in known for pk in row if pk is not None}))
    step, loan = lock_step(step_id)
    require(actor, "borrow", loan)
    require_open(step, loan, Realisation.DISCOUNT, StepState.OFFERED)
    if not agrees:
        end_step(step, StepState.FAILED, str(_("出质人不同意折价")), actor=actor)
        open_next(step.disposal, actor=actor)
        return step
    assert step.valuation_id is not None and step.proposed_by is not None  # noqa: S101 - offered
    _fresh(step, loan, step.valuation_id, on=db_today())
    step.agreed_by, step.agreed_at = actor, db_now()
    move_step(step, StepState.AWAITING, actor=actor, fields=("agreed_by", "agreed_at"))
    sold = Sold(
        step.proposed_by, actor, TitleBasis.PURCHASE, f"{loan.number} / {_('协议折价')}"
    )  # fmt: skip
    set_off(step, loan, sold, actor=actor)
    return step


def _fresh(step: DisposalStep, loan: Loan, valuation_id: int, *, on: date) -> Valuation:
    """An appraisal of the work that is young enough, of a firm that is not the lender's."""
    item = step.disposal.item
    rows = appraisals_of([item.work_id], lender=loan.lender, currency=loan.currency)
    found = next((row for row in rows.get(item.work_id, ()) if row.pk == valuation_id), None)
    days: int = rulebook.get(rules.DISCOUNT_DAYS)
    if found is None or not found.base_date <= on <= found.valid_until:
        raise NotFresh()
    if (on - found.base_date).days > days:
        raise NotFresh(days=days)
    return found


# ------------------------------------------------------------------ the pre-acquirer


@transaction.atomic(durable=True)
def call_pre_acquirer(*, actor: User, step_id: int, costs: Costs = NO_COSTS) -> DisposalStep:
    """The lender calls the forward purchase; the party pays its price within the rule's days.

    The pledgor agreed to it when he signed. Raises `NotAllowed`, `WrongState`, `CannotPay`,
    `Affiliated` (close to the lender by now), `Invalid`.
    """
    step, loan = lock_step(step_id)
    require(actor, "run_lender", loan)
    require_open(step, loan, Realisation.PRE_ACQUIRER, StepState.OPEN)
    row = commitment_of(step.disposal.item)
    today = db_today()
    why = _("这件作品没有预收购人。") if row is None else why_not_able(row, on=today)
    if row is None or why is not None:
        raise CannotPay(why)
    require_independent(row.party, loan)
    step.commitment, step.buyer, step.price_minor = row, row.party, row.price_minor
    step.agreed_by = actor
    _await_price(step, costs, on=today, actor=actor, more=("commitment",))
    return step


# ------------------------------------------------------------------ self-sale


@transaction.atomic(durable=True)
def announce_self_sale(*, actor: User, step_id: int, floor_minor: int) -> DisposalStep:
    """The lender tells the pledgor that he will sell the work himself, and not below which price.

    The floor is at least the rule's share of what the work is thought to bring. Raises
    `NotAllowed`, `WrongState`, `BelowFloor`, `Invalid` (no value in force).
    """
    step, loan = lock_step(step_id)
    require(actor, "run_lender", loan)
    require_open(step, loan, Realisation.SELF_SALE, StepState.OPEN)
    _check_price(floor_minor, "floor")
    expected = step.disposal.expected_minor
    if expected is None:
        raise Invalid(fields={"floor": _("没有有效的评估值，不能定最低价。")})
    shares: Mapping[str, int] = rulebook.get(rules.FLOORS)
    if floor_minor * 100 < expected * shares["self_sale"]:
        raise BelowFloor(least=-(-expected * shares["self_sale"] // 100))
    days: Mapping[str, int] = rulebook.get(rules.DAYS)
    step.floor_minor = floor_minor
    step.not_before = db_today() + timedelta(days=days["self_sale"])
    step.proposed_by, step.proposed_at = actor, db_now()
    fields = ("floor_minor", "not_before", "proposed_by", "proposed_at")
    move_step(step, StepState.OFFERED, actor=actor, fields=fields, floor=floor_minor)
    return step


@transaction.atomic(durable=True)
def sell_directly(
    *, actor: User, step_id: int, party_id: int, price_minor: int, costs: Costs = NO_COSTS
) -> DisposalStep:
    """The lender has found a buyer, after the notice and not below the floor.

    Raises `NotAllowed`, `WrongState`, `NoticeRuns`, `BelowFloor`, `Affiliated`, `Invalid`.
    """
    step, loan = lock_step(step_id)
    require(actor, "run_lender", loan)
    require_open(step, loan, Realisation.SELF_SALE, StepState.OFFERED)
    today = db_today()
    assert step.not_before is not None and step.floor_minor is not None  # noqa: S101 - announced
    if today < step.not_before:
        raise NoticeRuns(until=step.not_before)
    _check_price(price_minor)
    if price_minor < step.floor_minor:
        raise BelowFloor(floor=step.floor_minor, rule=rules.SELF_SALE)
    party = Party.objects.filter(pk=party_id).first()
    if party is None or (party.user_id is None and party.organisation_id is None):
        raise Invalid(fields={"party": _("没有这个账户或机构。")})
    require_independent(party, loan)
    step.buyer, step.price_minor, step.agreed_by = party, price_minor, actor
    _await_price(step, costs, on=today, actor=actor)
    return step


# ------------------------------------------------------------------ shared


def _await_price(
    step: DisposalStep, costs: Costs, *, on: date, actor: User, more: tuple[str, ...] = ()
) -> None:
    """The buyer has to pay until a day."""
    step.costs_for = require_costs(costs.minor, costs.purpose)
    step.costs_minor, step.agreed_at = costs.minor, db_now()
    days: Mapping[str, int] = rulebook.get(rules.DAYS)
    step.pay_until = on + timedelta(days=days["payment"])
    fields = (
        "buyer", "price_minor", "costs_minor", "costs_for", "agreed_by", "agreed_at", "pay_until",
        *more,
    )  # fmt: skip
    assert step.buyer is not None  # noqa: S101 - the caller has set it
    move_step(step, StepState.AWAITING, actor=actor, fields=fields, buyer=step.buyer.pk)


def _check_price(price_minor: int, field: str = "price") -> None:
    if not 0 < price_minor <= MAX_MINOR:
        raise Invalid(fields={field: _("金额要大于零。")})


def fail_unpaid() -> int:
    """Every day: sales whose buyer let his time pass have failed; how many. Safe to call again."""
    return sum(_fail_unpaid(step_id=pk) for pk in overdue_steps())


@transaction.atomic(durable=True)
def _fail_unpaid(*, step_id: int) -> int:
    step, _loan = lock_step(step_id)
    if step.state != StepState.AWAITING or step.pay_until is None or db_today() <= step.pay_until:
        return 0
    end_step(step, StepState.FAILED, str(_("买受人没有按期付款")), actor=None)
    open_next(step.disposal, actor=None)
    return 1
