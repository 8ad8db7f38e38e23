"""Renewal (展期): the lender offers a later maturity, the borrower accepts until the old one.

It counts from the old maturity. What is due by then is paid first; the principal, and interest that
falls due on the old maturity itself, goes into the new plan (`engine.events.Reschedule`).
"""

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import Invalid, WrongState
from artmarket.core.events import record_event

from .. import citations, law, reckoning
from ..enums import LoanEventKind, LoanState, RenewalState
from ..locks import lock_lender, lock_loan
from ..models import Loan, LoanEvent, Renewal
from ..refusals import AboveCap
from .booking import Books, lock_money, reckon, write_event
from .ground import require, require_licensed
from .securing import require_carried


@transaction.atomic(durable=True)
def offer_renewal(
    *, actor: User, loan_id: int, months: int, annual_pct: Decimal | None = None
) -> Renewal:
    """Offer so many months more, at the old rate unless another is said.

    Raises `NotAllowed`, `NotLicensed`, `WrongState`, `AboveCap`, `NoValue`, `AboveCapacity`,
    `Invalid`.
    """
    loan = _locked(loan_id)
    require(actor, "run_lender", loan)
    require_licensed(loan.lender)
    today = db_now().astimezone(SHANGHAI).date()
    old = _maturity(loan)
    if loan.state != LoanState.ACTIVE or today > old:
        raise WrongState(_("只有还没有到期的贷款才能展期。"), rule=citations.RENEWAL)
    step = loan.contract["terms"]["every_months"]
    if not 0 < months <= loan.version.most_months or months % step:
        raise Invalid(fields={"months": _("期限不在这个产品的范围内，或不是每期月数的整倍数。")})
    rate = annual_pct or Decimal(loan.contract["terms"]["annual_pct"])
    cap = law.cap_of(loan.lender, on=today)
    if not 0 < rate <= 100 or (cap is not None and rate > cap):
        raise AboveCap(rule=law.CAP_RULE)
    require_carried(loan, without=set(), on=today)
    try:
        with transaction.atomic():
            made = Renewal.objects.create(
                loan=loan, matured_on=old, matures_on=reckoning.maturity(old, months),
                annual_pct=rate, offered_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise WrongState(_("已经有一份待答复的展期。")) from error
    record_event(
        actor=actor, action="loan.renewal_offered", subject=loan, renewal=made.pk,
        after={"matures_on": made.matures_on, "annual_pct": rate},
    )  # fmt: skip
    return made


@transaction.atomic(durable=True)
def accept_renewal(*, actor: User, renewal_id: int) -> Loan:
    """The borrower accepts, up to the old maturity, once nothing is overdue.

    Raises `NotAllowed`, `WrongState`.
    """
    renewal = _renewal(renewal_id)
    loan = renewal.loan
    require(actor, "borrow", loan)
    now = db_now()
    today = now.astimezone(SHANGHAI).date()
    if renewal.state != RenewalState.OPEN:
        raise WrongState(_("这份展期已经答复。"))
    if loan.state != LoanState.ACTIVE or today > renewal.matured_on:
        raise WrongState(_("贷款已经到期，不能再展期。"), rule=citations.RENEWAL)
    events, books = list(loan.events.order_by("number")), Books()
    state = reckoning.stand(loan, events, on=today)
    late = any(row.unpaid for row in state.demands if row.due_on < renewal.matured_on)
    if late or state.due.cost or state.due.penalty:
        raise WrongState(
            _("还有到期没有付的利息或费用，付清以后才能展期。"), rule=citations.RENEWAL
        )
    lock_money(loan, books)
    step = loan.contract["terms"]["every_months"]
    months = _months_between(renewal)
    row = LoanEvent(
        kind=LoanEventKind.RESCHEDULE, effective_on=renewal.matured_on,
        data={
            "count": months // step, "every_months": step,
            "annual_pct": f"{renewal.annual_pct.normalize():f}",
        },
    )  # fmt: skip
    write_event(loan, events, row, actor=actor)
    loan.matures_on = renewal.matures_on
    reckon(
        loan, events, books, on=today, actor=actor, kind="loan.corrected", fields=("matures_on",)
    )
    renewal.event = row
    _answer(renewal, RenewalState.ACCEPTED, actor=actor, fields=("event",))
    return loan


@transaction.atomic(durable=True)
def decline_renewal(*, actor: User, renewal_id: int) -> Renewal:
    """The borrower does not want it. Raises `NotAllowed`, `WrongState`."""
    renewal = _renewal(renewal_id)
    require(actor, "borrow", renewal)
    if renewal.state != RenewalState.OPEN:
        raise WrongState(_("这份展期已经答复。"))
    return _answer(renewal, RenewalState.DECLINED, actor=actor)


@transaction.atomic(durable=True)
def withdraw_renewal(*, actor: User, renewal_id: int) -> Renewal:
    """The lender takes it back. Raises `NotAllowed`, `WrongState`."""
    renewal = _renewal(renewal_id)
    require(actor, "run_lender", renewal)
    if renewal.state != RenewalState.OPEN:
        raise WrongState(_("这份展期已经答复。"))
    return _answer(renewal, RenewalState.WITHDRAWN, actor=actor)


def _answer(
    renewal: Renewal, to: RenewalState, *, actor: User, fields: tuple[str, ...] = ()
) -> Renewal:
    renewal.state, renewal.answered_by, renewal.answered_at = to, actor, db_now()
    renewal.save(update_fields=["state", "answered_by", "answered_at", *fields])
    record_event(
        actor=actor, action=f"loan.renewal_{to.value}", subject=renewal.loan, renewal=renewal.pk,
        after={"matures_on": renewal.loan.matures_on},
    )  # fmt: skip
    return renewal


def _months_between(renewal: Renewal) -> int:
    old, new = renewal.matured_on, renewal.matures_on
    return (new.year - old.year) * 12 + new.month - old.month


def _maturity(loan: Loan):
    if loan.matures_on is None:
        raise WrongState(_("贷款还没有放款。"))
    return loan.matures_on


def _renewal(renewal_id: int) -> Renewal:
    loan_id = Renewal.objects.filter(pk=renewal_id).values_list("loan", flat=True).first()
    if loan_id is None:
        raise WrongState()
    loan = _locked(loan_id)
    renewal = Renewal.objects.get(pk=renewal_id)
    renewal.loan = loan
    return renewal


def _locked(loan_id: int) -> Loan:
    lender_id = Loan.objects.filter(pk=loan_id).values_list("lender", flat=True).first()
    if lender_id is None:
        raise WrongState()
    lock_lender(pk=lender_id)
    return lock_loan(pk=loan_id)
