"""The realisation of a loan in default: its case, and the ways that are tried for each work.

Opened by an administrator of the lender, or by the pledgor who demands a timely sale (民法典 437).
The order of the ways is that of the contract. No step lets a work fall to the lender. Rules §9.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import Invalid, WrongState
from artmarket.core.events import record_event
from auctions.enums import LIVE_LOTS, LotState
from auctions.models import Lot
from auctions.services.consignments import end_for_module
from catalog.locks import lock_work

from .. import realisation_citations as rules
from ..enums import ItemState, LoanState
from ..locks import lock_loan
from ..models import (
    Disposal,
    DisposalStep,
    Loan,
    LoanDefault,
    PledgeItem,
    RealisationCase,
)
from ..realisation_enums import CaseState, DefaultState, DisposalState, StepState
from ..valuing import appraisals_of, value_of
from .disposal_states import (
    begin_way,
    close_case_if_done,
    end_disposal,
    end_step,
    is_suspended,
    live_step,
    open_next,
)
from .ground import require, words_of


@transaction.atomic(durable=True)
def open_case(*, actor: User, default_id: int) -> RealisationCase:
    """An administrator of the lender begins to realise the works; the first way of each opens.

    Raises `NotAllowed`, `WrongState` (not declared, begun already, no work in pledge).
    """
    row = _locked_default(default_id)
    require(actor, "run_lender", row.loan)
    return _begin(row, actor=actor)


@transaction.atomic(durable=True)
def demand_sale(*, actor: User, default_id: int) -> RealisationCase:
    """The pledgor demands that his work be sold in time; a case that is not open begins with it.

    Until `sell_by` the lender has to sell; what he lets slip is his to answer for (民法典 437).
    Raises `NotAllowed`, `WrongState` (not in default, demanded already).
    """
    row = _locked_default(default_id)
    require(actor, "borrow", row.loan)
    case = row.loan.realisation_cases.filter(state=CaseState.OPEN).first() or _begin(
        row, actor=actor
    )
    if case.demanded_at is not None:
        raise WrongState(_("已经提出过请求。"), rule=rules.TIMELY)
    days: Mapping[str, int] = rulebook.get(rules.DAYS)
    case.demanded_by, case.demanded_at = actor, db_now()
    case.sell_by = db_today() + timedelta(days=days["timely"])
    case.save(update_fields=["demanded_by", "demanded_at", "sell_by"])
    record_event(
        actor=actor, action="realisation.demanded", subject=case, after={"sell_by": case.sell_by},
        loan=row.loan_id,
    )  # fmt: skip
    return case


def _begin(row: LoanDefault, *, actor: User) -> RealisationCase:
    """Open the case of a declared default of a locked loan."""
    loan = row.loan
    if row.state != DefaultState.DECLARED or loan.state != LoanState.ACTIVE:
        raise WrongState(_("还没有宣告违约，或已经还清。"))
    if RealisationCase.objects.filter(default=row).exists():
        raise WrongState(_("这次违约的处置已经开始过。"))
    items = list(loan.items.filter(state=ItemState.PLEDGED).select_related("work"))
    if not items:
        raise WrongState(_("没有在质押中的作品。"))
    if any(is_suspended(item) for item in items):
        raise WrongState(_("有作品正在它的权利人委托的拍卖里，等拍卖结束再处置。"))
    case = RealisationCase.objects.create(
        default=row, loan=loan, opened_by=actor, owed_minor=max(loan.owed_minor, 1)
    )
    record_event(
        actor=actor, action="realisation.opened", subject=case, after={"state": case.state},
        loan=loan.pk, borrower=loan.borrower_id, owed=case.owed_minor,
    )  # fmt: skip
    for item in items:
        disposal = Disposal.objects.create(
            case=case, item=item, expected_minor=_expected(item, loan)
        )
        open_next(disposal, actor=actor)
    return case


def _expected(item: PledgeItem, loan: Loan) -> int | None:
    """The lower appraisal in force; none is no value, and never zero."""
    rows = appraisals_of([item.work_id], lender=loan.lender, currency=loan.currency)
    found = value_of(
        rows.get(item.work_id, ()), loan.version, liquidity=item.liquidity, months=loan.months,
        on=db_today(),
    )  # fmt: skip
    return found.value.base if found.value else None


# ------------------------------------------------------------------ steps


@transaction.atomic(durable=True)
def fail_step(*, actor: User, step_id: int, reason: str) -> DisposalStep | None:
    """The lender says that a way came to nothing; the next one opens, and is given here.

    A buyer who was to pay has his time; a lot ends by its sale. Raises `NotAllowed`, `WrongState`,
    `Invalid` (no reason).
    """
    step, loan = lock_step(step_id)
    require(actor, "run_lender", loan)
    words = words_of(reason)
    if step.state == StepState.SELLING:
        raise WrongState(_("作品正在拍卖，由拍卖的结果决定。"))
    if step.state == StepState.AWAITING and step.pay_until and db_today() <= step.pay_until:
        raise WrongState(_("买受人的付款期限还没有过。"), rule=rules.DAYS)
    if step.consignment_id is not None:
        lots = Lot.objects.filter(consignment=step.consignment_id)
        if lots.filter(state__in=[LotState.DRAFT, *LIVE_LOTS]).exists():
            raise WrongState(_("作品正在拍卖，由拍卖的结果决定。"))
        end_for_module(step.consignment_id, reason=words, actor=actor)
    end_step(step, StepState.FAILED, words, actor=actor)
    return open_next(step.disposal, actor=actor)


@transaction.atomic(durable=True)
def try_again(*, actor: User, disposal_id: int, way: str) -> DisposalStep:
    """The lender tries a way of the contract once more, after every other has failed.

    Raises `NotAllowed`, `WrongState`.
    """
    disposal, loan = _locked_disposal(disposal_id)
    require(actor, "run_lender", loan)
    if disposal.state != DisposalState.OPEN or loan.state != LoanState.ACTIVE:
        raise WrongState()
    return begin_way(disposal, way, actor=actor)


@transaction.atomic(durable=True)
def give_up(*, actor: User, disposal_id: int, reason: str) -> Disposal:
    """The lender stops trying to sell a work for which no way is open; the pledge stays.

    Raises `NotAllowed`, `WrongState` (a way is open), `Invalid`.
    """
    disposal, loan = _locked_disposal(disposal_id)
    require(actor, "run_lender", loan)
    words = words_of(reason)
    if live_step(disposal) is not None:
        raise WrongState(_("还有一种方式在进行。"))
    end_disposal(disposal, DisposalState.FAILED, actor=actor)
    record_event(actor=actor, action="disposal.given_up", subject=disposal, reason=words)
    close_case_if_done(disposal.case, loan, actor=actor)
    return disposal


# ------------------------------------------------------------------ shared


def lock_step(step_id: int) -> tuple[DisposalStep, Loan]:
    """A step under the locks of its work and its loan. Raises `WrongState`."""
    known = DisposalStep.objects.filter(pk=step_id)
    keys = known.values_list("disposal__item__work", "disposal__case__loan").first()
    if keys is None:
        raise WrongState()
    work = lock_work(pk=keys[0])
    loan = lock_loan(pk=keys[1])
    step = DisposalStep.objects.select_related(
        "disposal__case__default", "disposal__item__encumbrance", "buyer", "commitment",
        "valuation", "proposed_by", "agreed_by",
    ).get(pk=step_id)  # fmt: skip
    step.disposal.case.loan = step.disposal.item.loan = loan
    step.disposal.item.work = work
    return step, loan


def require_open(step: DisposalStep, loan: Loan, way: str, *states: StepState) -> None:
    """The step is of a way and in one of some states, and the loan still owes.

    Raises `WrongState`.
    """
    if step.way != way or step.state not in states or loan.state != LoanState.ACTIVE:
        raise WrongState(rule=rules.ORDER)


def require_costs(costs_minor: int, costs_for: str) -> str:
    """What the lender advanced for a sale, with its purpose. Raises `Invalid`."""
    words = " ".join(costs_for.split())[:300]
    if costs_minor < 0 or (costs_minor and not words):
        raise Invalid(fields={"costs": _("请写明费用的金额和用途。")})
    return words


def _locked_disposal(disposal_id: int) -> tuple[Disposal, Loan]:
    known = Disposal.objects.filter(pk=disposal_id)
    loan_id = known.values_list("case__loan", flat=True).first()
    if loan_id is None:
        raise WrongState()
    loan = lock_loan(pk=loan_id)
    disposal = Disposal.objects.select_related("case__default", "item").get(pk=disposal_id)
    disposal.case.loan = disposal.item.loan = loan
    return disposal, loan


def _locked_default(default_id: int) -> LoanDefault:
    loan_id = LoanDefault.objects.filter(pk=default_id).values_list("loan", flat=True).first()
    if loan_id is None:
        raise WrongState()
    loan = lock_loan(pk=loan_id)
    row = LoanDefault.objects.get(pk=default_id)
    row.loan = loan
    return row
