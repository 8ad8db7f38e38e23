"""More works for a loan, others in their place, and works let go while the loan runs.

A new work is proposed by the borrower, agreed by the lender, and counts from its delivery on. One
is let go only while those that stay carry the loan, each by its own advance rate; a missing value
blocks. To substitute is to add one and then let another go. Pledge rules §4, §6.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from catalog.locks import lock_work
from catalog.models import Work

from .. import citations, reckoning
from ..advance_citations import ADVANCE
from ..engine.rounding import down
from ..enums import HoldingState, ItemOrigin, ItemState, Liquidity, LoanState, ProductKind
from ..locks import lock_loan
from ..margin_enums import Cause
from ..models import Loan, PledgeItem
from ..refusals import AboveCapacity, NoValue, refuse_works
from ..selectors.assessing import Assessed, assess
from ..selectors.standing import items_on, standing_of
from ..valuing import appraisals_of, levels_of
from .contracts import drop, let_go, new_item
from .disposal_states import is_in_disposal, is_suspended
from .ground import move_item, require, words_of
from .margin import require_no_call, retest

_TAKES_WORKS = (LoanState.AGREED, LoanState.ACTIVE)


@transaction.atomic(durable=True)
def propose_work(*, actor: User, loan_id: int, work_id: int) -> PledgeItem:
    """The borrower proposes another work of his for a loan.

    Raises `NotAllowed`, `WrongState`, `NoValue`.
    """
    work, loan = lock_work(pk=work_id), lock_loan(pk=loan_id)
    require(actor, "borrow", loan)
    if not actor.has_perm("pledges.pledge_work", work):
        raise NotAllowed(_("只有权利人可以用作品质押。"), rule=citations.SOLE_TITLE)
    _require_takes_works(loan)
    if loan.version.product.kind == ProductKind.ADVANCE:
        raise WrongState(_("拍卖预付款以申请时的委托合同为限，不能另加作品。"), rule=ADVANCE)
    if loan.items.filter(work=work).exclude(state__in=["released", "dropped"]).exists():
        raise WrongState(_("这件作品已经在这笔贷款里。"))
    found = _assessed(loan, work, Liquidity.LOW, _today())
    if found.valued.value is None:
        raise NoValue(found.valued.words)
    number = (loan.items.aggregate(last=Max("number"))["last"] or 0) + 1
    item = new_item(
        loan, found, number, actor=actor, agreed_by=None, at=None, origin=ItemOrigin.ADDED
    )
    item.save()
    record_event(
        actor=actor, action="pledge.proposed", subject=item, after={"state": item.state},
        loan=loan.pk, work=work.pk,
    )  # fmt: skip
    return item


@transaction.atomic(durable=True)
def agree_work(*, actor: User, item_id: int, liquidity: str) -> PledgeItem:
    """The lender takes a proposed work, with his judgement of how soon it sells.

    Raises `NotAllowed`, `WrongState` (also: under another loan), `NotEligible`, `Invalid`.
    """
    item = _locked(item_id)
    loan = item.loan
    require(actor, "run_lender", loan)
    if item.state != ItemState.PROPOSED:
        raise WrongState()
    _require_takes_works(loan)
    if liquidity not in Liquidity.values:
        raise Invalid(fields={"liquidity": _("请从列表中选择。")})
    now = db_now()
    found = _assessed(loan, item.work, liquidity, now.astimezone(SHANGHAI).date())
    refuse_works([(item.work_id, item.work.display_title, found.failing(later=False))])
    fresh = new_item(
        loan, found, item.number, actor=item.proposed_by, agreed_by=actor, at=now,
        origin=ItemOrigin.ADDED,
    )  # fmt: skip
    names = (
        "category", "liquidity", "valuations", "base_minor", "haircut_pct", "advance_pct",
        "eligible_minor", "value_until", "agreed_by", "agreed_at",
    )  # fmt: skip
    for name in names:
        setattr(item, name, getattr(fresh, name))
    try:
        with transaction.atomic():
            move_item(item, ItemState.AGREED, actor=actor, fields=names)
    except IntegrityError as error:
        raise WrongState(_("有一件作品已经在另一笔贷款里。"), rule=citations.EXCLUSIVE) from error
    return item


@transaction.atomic(durable=True)
def drop_work(*, actor: User, item_id: int) -> PledgeItem:
    """A proposed or added work that was not delivered is dropped, by either side.

    One of the contract stays: without it the contract is cancelled. Raises `NotAllowed`,
    `WrongState`.
    """
    item = _locked(item_id)
    loan = item.loan
    if not (actor.has_perm("pledges.borrow", loan) or actor.has_perm("pledges.run_lender", loan)):
        raise NotAllowed()
    if item.origin != ItemOrigin.ADDED or item.state not in (
        ItemState.PROPOSED, ItemState.AGREED,
    ):  # fmt: skip
        raise WrongState(_("这件作品是原合同的，或者已经交付。"))
    drop(item, actor=actor, at=db_now())
    return item


@transaction.atomic(durable=True)
def release_work(*, actor: User, item_id: int, reason: str) -> PledgeItem:
    """The lender lets a work go while the loan runs; the custodian hands it out.

    Raises `NotAllowed`, `WrongState`, `NoValue` (one that stays has none), `AboveCapacity` (those
    that stay do not carry the loan), `Invalid`.
    """
    item = _locked(item_id)
    loan = item.loan
    require(actor, "run_lender", loan)
    if item.state != ItemState.PLEDGED or loan.state != LoanState.ACTIVE:
        raise WrongState(_("这件作品不在质押中，或贷款没有在还款。"))
    require_no_call(loan)
    if is_in_disposal(item) or is_suspended(item):
        raise WrongState(_("这件作品正在处置。"))
    words = words_of(reason)
    now = db_now()
    require_carried(loan, without={item.pk}, on=now.astimezone(SHANGHAI).date())
    let_go(item, words, actor=actor, at=now)
    return item


@transaction.atomic(durable=True)
def keep_work(*, actor: User, item_id: int) -> PledgeItem:
    """The lender takes back that a work may go, while it has not left and the loan runs.

    Raises `NotAllowed`, `WrongState`.
    """
    item = _locked(item_id)
    require(actor, "run_lender", item.loan)
    leaving = item.holdings.filter(state=HoldingState.LEAVING).exists()
    is_gone = leaving or is_in_disposal(item)
    if item.state != ItemState.LEAVING or item.loan.state != LoanState.ACTIVE or is_gone:
        raise WrongState(_("这件作品正在出库，或贷款已经还清。"), rule=citations.RETURN)
    item.leaving_by, item.leaving_at, item.leave_reason = None, None, ""
    move_item(
        item, ItemState.PLEDGED, actor=actor, fields=("leaving_by", "leaving_at", "leave_reason")
    )
    retest(item.loan, cause=Cause.DELIVERY, on=_today(), actor=actor)
    return item


def require_carried(loan: Loan, *, without: set[int], on: date) -> None:
    """The works that stay carry what is owed on a day, by their own advance rates and by the first
    line of the product. Raises `NoValue`, `AboveCapacity`."""
    state = reckoning.stand(loan, list(loan.events.order_by("number")), on=on)
    items = [item for item in items_on(loan) if item.pk not in without]
    appraised = appraisals_of(
        [item.work_id for item in items], lender=loan.lender, currency=loan.currency
    )
    stands = standing_of(loan, items, appraised, exposure=state.open.total, on=on)
    if stands.capacity is None or stands.eligible is None:
        raise NoValue(works=dict(stands.missing))
    line = levels_of(loan.version).initial
    carried = min(stands.capacity, down(stands.eligible * line / 100))
    if state.open.total > carried:
        raise AboveCapacity(
            _("余下的作品担保不住，还差%(short)s。")
            % {"short": loan.money(state.open.total - carried)},
            rule=citations.RELEASE_LTV,
            capacity=carried,
            exposure=state.open.total,
        )


def _assessed(loan: Loan, work: Work, liquidity: str, on: date) -> Assessed:
    (found,) = assess(
        [(work, liquidity)], borrower=loan.borrower, lender=loan.lender, version=loan.version,
        months=loan.months, on=on,
    )  # fmt: skip
    return found


def _require_takes_works(loan: Loan) -> None:
    if loan.state not in _TAKES_WORKS:
        raise WrongState(_("这笔贷款现在不能增加作品。"))


def _today() -> date:
    return db_now().astimezone(SHANGHAI).date()


def _locked(item_id: int) -> PledgeItem:
    """A work of a loan under the locks of the work and the loan."""
    keys = PledgeItem.objects.filter(pk=item_id).values_list("work", "loan").first()
    if keys is None:
        raise WrongState()
    work, loan = lock_work(pk=keys[0]), lock_loan(pk=keys[1])
    item = PledgeItem.objects.select_related("proposed_by").get(pk=item_id)
    item.work, item.loan = work, loan
    return item
