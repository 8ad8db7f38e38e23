"""The money of a loan: funded by the lender, paid out, charged, paid back, accrued every night.

What is owed follows from events with their own days (`engine.replay`); each step writes its event
and posts the difference (`booking`). Nothing is deducted from what is paid out (民法典 670).
"""

from datetime import date
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, db_now, db_today
from artmarket.core.errors import Invalid, WrongState
from artmarket.core.events import record_event
from artmarket.core.money import MAX_MINOR
from artmarket.ledger.gateways import BANK
from artmarket.ledger.locks import lock_accounts
from artmarket.ledger.models import Payment, Payout
from artmarket.ledger.services.outgoing import ask_payout, in_transit
from artmarket.ledger.services.payments import ask_payment

from .. import citations, law, reckoning
from ..enums import (
    ItemState,
    LoanEventKind,
    LoanState,
    ProductKind,
)
from ..locks import lock_lender, lock_loan
from ..models import Loan, LoanEvent
from ..refusals import AboveCapacity, NotEligible, NotFunded, NoValue, refuse_works
from ..selectors.assessing import assess, insured_minor
from ..selectors.standing import is_in_custody, items_on
from ..valuing import most_lent
from .booking import (
    Books,
    at_hand,
    is_over,
    lock_money,
    of_lender,
    reckon,
    require_funded,
    write_event,
)
from .contracts import drop, let_go
from .disposal_states import is_suspended, stop_if_paid
from .ground import move_loan, party_of_lender, require, require_licensed, words_of
from .margin import end_call, require_no_call
from .redeeming import stop_redeemed

FUNDING = "loan_funding"
CURRENCY = "CNY"
_DRAWS = (LoanState.AGREED, LoanState.ACTIVE)


# ------------------------------------------------------------------ the lender's money


@transaction.atomic(durable=True)
def fund(*, actor: User, lender_id: int, amount_minor: int, gateway: str, key: str) -> Payment:
    """Ask the lender for money to lend; what comes is his, at hand on the platform.

    `key` makes it once. Raises `NotAllowed`, `NotLicensed`, `Invalid`, `GatewayNotOffered`.
    """
    lender = lock_lender(pk=lender_id)
    require(actor, "run_lender", lender)
    require_licensed(lender)
    check_amount(amount_minor)
    party = party_of_lender(lender)
    return ask_payment(
        actor=actor, party=party, purpose=FUNDING, subject=lender, currency=CURRENCY,
        amount_minor=amount_minor, gateway=gateway, key=f"lender:{lender.pk}:{key}",
        credit_account=Books().funds(lender, CURRENCY),
    )  # fmt: skip


@transaction.atomic(durable=True)
def withdraw(*, actor: User, lender_id: int, amount_minor: int, key: str) -> Payout:
    """Pay a lender cash of his that is at hand; what borrowers owe him is not.

    `key` makes it once. Raises `NotAllowed`, `NotFunded`, `Invalid`.
    """
    lender = lock_lender(pk=lender_id)
    require(actor, "run_lender", lender)
    check_amount(amount_minor)
    books = Books()
    owner, claims = of_lender(lender, CURRENCY, books)
    leaving = in_transit(BANK, CURRENCY)
    lock_accounts(pks={owner.pk, leaving.pk, *(row.pk for row in claims)})
    name = f"lender:{lender.pk}:out:{key}"
    missing = amount_minor - at_hand(lender, CURRENCY, books)
    if missing > 0 and not Payout.objects.filter(idempotency_key=name).exists():
        raise NotFunded(missing=missing)
    return ask_payout(
        actor=actor, party=books.lender(lender), currency=CURRENCY, amount_minor=amount_minor,
        from_account=owner, gateway=BANK, key=name, subject=lender,
    )  # fmt: skip


# ------------------------------------------------------------------ out


@transaction.atomic(durable=True)
def disburse(
    *, actor: User, loan_id: int, amount_minor: int | None = None, seen: int | None = None
) -> Loan:
    """Pay out a loan, or a part of it (all that is left when no amount is said), to the borrower.

    The first payment starts the loan. `seen` is the number of events that the actor saw: after
    another one it is refused, so that no click pays twice. Raises `NotAllowed`, `NotLicensed`,
    `WrongState` (a work is not in custody, something is overdue, the term is over),
    `NotEligible`, `NoValue`, `AboveCapacity`, `AboveLimit`, `NotFunded`, `Invalid`.
    """
    loan = _with_lender(loan_id)
    require(actor, "run_lender", loan)
    _require_seen(loan, seen)
    require_licensed(loan.lender)
    now = db_now()
    today = now.astimezone(SHANGHAI).date()
    if loan.state not in _DRAWS:
        raise WrongState(_("这笔贷款现在不能放款。"))
    require_no_call(loan)
    events = list(loan.events.order_by("number"))
    amount = _amount_to_pay(loan, amount_minor)
    _require_drawable(loan, events, today)
    _require_secured(loan, events, amount, today)
    law.require_below_limit(loan.lender, loan.borrower, amount, on=today)
    books = Books()
    lock_money(loan, books)
    require_funded(loan, amount, books)
    fields: tuple[str, ...] = ()
    is_first = loan.started_on is None
    if is_first:
        loan.started_on = today
        loan.matures_on = reckoning.maturity(today, loan.months)
        fields = ("started_on", "matures_on", "state")
        loan.state = LoanState.ACTIVE
    _pay_out(loan, events, books, amount, actor=actor, on=today, fields=fields)
    if is_first and loan.contract["fee"]:
        charge = LoanEvent(
            kind=LoanEventKind.CHARGE, effective_on=today, amount_minor=loan.contract["fee"],
            data={"why": "origination"},
        )  # fmt: skip
        write_event(loan, events, charge, actor=actor)
        reckon(loan, events, books, on=today, actor=actor, kind="loan.charged")
    record_event(
        actor=actor, action="loan.disbursed", subject=loan, after={"state": loan.state},
        amount=amount, currency=loan.currency,
    )  # fmt: skip
    return loan


def _require_seen(loan: Loan, seen: int | None) -> None:
    """Nothing happened to a locked loan since its page was read."""
    if seen is not None and seen != loan.sequence:
        raise WrongState(_("这笔贷款刚刚有新的记录，请看过以后再办。"))


def _pay_out(
    loan: Loan, events: list[LoanEvent], books: Books, amount: int, *, actor: User, on: date,
    fields: tuple[str, ...],
) -> None:  # fmt: skip
    """The event, its posting, and the payout of exactly the principal."""
    row = LoanEvent(kind=LoanEventKind.DISBURSEMENT, effective_on=on, amount_minor=amount)
    row.loan, row.number, row.actor = loan, loan.sequence + 1, actor
    loan.sequence += 1
    reckon(
        loan, [*events, row], books, on=on, actor=actor, kind="loan.disbursed", fields=fields
    )  # fmt: skip
    row.payout = ask_payout(
        actor=actor, party=loan.borrower, currency=loan.currency, amount_minor=amount,
        from_account=books.borrower(loan), gateway=BANK,
        key=f"loan:{loan.pk}:out:{row.number}", subject=loan,
    )  # fmt: skip
    row.save(force_insert=True)
    events.append(row)


def _amount_to_pay(loan: Loan, asked: int | None) -> int:
    """What is to be paid out: within what the contract still gives."""
    is_revolving = loan.version.product.kind == ProductKind.REVOLVING
    used = loan.principal_minor if is_revolving else loan.charged_principal_minor
    left = loan.limit_minor - used
    amount = left if asked is None else asked
    check_amount(amount)
    if amount > left:
        raise Invalid(fields={"amount": _("超过合同里还可以放的金额。")})
    return amount


def _require_drawable(loan: Loan, events: list[LoanEvent], on: date) -> None:
    """Nothing is overdue, and the term is not over."""
    if loan.started_on is None:
        return
    assert loan.matures_on is not None  # noqa: S101 - a constraint
    if on >= loan.matures_on:
        raise WrongState(_("贷款已经到期。"))
    state = reckoning.stand(loan, events, on=on)
    if any(row.unpaid for row in state.demands if row.due_on < on):
        raise WrongState(_("还有逾期的款项，付清以前不能再放款。"))


def _require_secured(loan: Loan, events: list[LoanEvent], amount: int, on: date) -> None:
    """The works in pledge are in custody, pass all gates, are insured, and carry the loan.

    A work that may be fetched carries nothing.
    """
    items = items_on(loan)
    is_first = loan.started_on is None
    if is_first and any(item.state == ItemState.AGREED for item in items):
        raise WrongState(_("还有作品没有交付，质权没有设立。"), rule=citations.DELIVERY)
    items = [item for item in items if item.state == ItemState.PLEDGED]
    if not items:
        raise WrongState(_("没有在质押中的作品。"), rule=citations.DELIVERY)
    missing = [item.work_id for item in items if not is_in_custody(item)]
    if missing:
        raise WrongState(
            _("有作品不在库，或盘点发现问题。"), rule=citations.CUSTODIAN, works=missing
        )
    found = assess(
        [(item.work, item.liquidity) for item in items], borrower=loan.borrower,
        lender=loan.lender, version=loan.version, months=loan.months, on=on, own_pledge=True,
    )  # fmt: skip
    if any(one.valued.value is None for one in found):
        raise NoValue(works=[one.work.pk for one in found if one.valued.value is None])
    refuse_works([(one.work.pk, one.work.display_title, one.failing(later=True)) for one in found])
    exposure = amount
    if not is_first:
        exposure += reckoning.stand(loan, events, on=on).open.total
    carried = most_lent(loan.version, [one.valued.value for one in found if one.valued.value])
    if exposure > carried:
        raise AboveCapacity(capacity=carried, exposure=exposure)
    if insured_minor([item.work_id for item in items], loan.lender, on) < exposure:
        raise NotEligible(
            _("保险金额合计低于贷款余额。"), code="underinsured", rule=citations.INSURANCE
        )


# ------------------------------------------------------------------ charged


@transaction.atomic(durable=True)
def charge_cost(
    *, actor: User, loan_id: int, amount_minor: int, reason: str, seen: int | None = None
) -> LoanEvent:
    """The lender charges a cost that the pledge secures (custody, insurance, collection).

    `seen`: see `disburse`. Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    loan = _with_lender(loan_id)
    require(actor, "run_lender", loan)
    _require_seen(loan, seen)
    if loan.state != LoanState.ACTIVE:
        raise WrongState(_("只有已放款的贷款才能计收费用。"))
    check_amount(amount_minor)
    words, today = words_of(reason), db_today()
    events, books = list(loan.events.order_by("number")), Books()
    lock_money(loan, books)
    row = LoanEvent(
        kind=LoanEventKind.CHARGE, effective_on=today, amount_minor=amount_minor,
        data={"why": words},
    )  # fmt: skip
    write_event(loan, events, row, actor=actor)
    reckon(loan, events, books, on=today, actor=actor, kind="loan.charged")
    record_event(
        actor=actor, action="loan.charged", subject=loan, amount=amount_minor, reason=words
    )
    return row


@transaction.atomic(durable=True)
def take_back_charge(*, actor: User, loan_id: int, number: int, reason: str) -> LoanEvent:
    """A cost that was charged wrongly never was; what was paid on it counts for the rest.

    Raises `NotAllowed`, `WrongState` (no such charge, taken back already), `NotFunded` (it was paid
    and sent on, and the lender has no cash here to give it back), `Invalid`.
    """
    loan = _with_lender(loan_id)
    require(actor, "run_lender", loan)
    if loan.state != LoanState.ACTIVE:
        raise WrongState(_("这笔贷款已经结束。"))
    words, today = words_of(reason), db_today()
    events = list(loan.events.order_by("number"))
    wrong = next((row for row in events if row.number == number), None)
    if wrong is None or wrong.kind != LoanEventKind.CHARGE:
        raise WrongState(_("没有这笔费用。"))
    if any(row.reverses_id == wrong.pk for row in events):
        raise WrongState(_("这笔费用已经撤销。"))
    books = Books()
    lock_money(loan, books)
    row = LoanEvent(
        kind=LoanEventKind.REVERSAL, effective_on=today, reverses=wrong,
        data={"of": number, "why": words},
    )  # fmt: skip
    write_event(loan, events, row, actor=actor)
    state = reckon(loan, events, books, on=today, actor=actor, kind="loan.corrected")
    require_funded(loan, 0, books)
    record_event(actor=actor, action="loan.corrected", subject=loan, number=number, reason=words)
    finish_if_over(loan, is_over(loan, state), actor=actor)
    return row


# ------------------------------------------------------------------ the end


def finish_if_over(loan: Loan, over: bool, *, actor: User | None) -> bool:
    """Once nothing is owed the works go back (民法典 436), inside the caller's transaction."""
    if not over:
        return False
    now = db_now()
    move_loan(loan, LoanState.REPAID, actor=actor)
    end_call(loan, on=now.astimezone(SHANGHAI).date(), actor=actor)
    waiting = stop_if_paid(loan, actor=actor)
    for item in loan.items.select_related("work"):
        if item.state == ItemState.PLEDGED and not is_suspended(item):
            let_go(item, str(_("贷款已经还清")), actor=None, at=now)
        elif item.state in (ItemState.PROPOSED, ItemState.AGREED):
            drop(item, actor=actor, at=now)
    if waiting:
        transaction.on_commit(partial(stop_redeemed, case_ids=waiting), robust=True)
    return True


@transaction.atomic(durable=True)
def end_revolving(*, actor: User, loan_id: int) -> Loan:
    """The borrower ends a revolving loan under which nothing is owed; his works go back.

    Raises `NotAllowed`, `WrongState`.
    """
    loan = _with_lender(loan_id)
    require(actor, "borrow", loan)
    is_revolving = loan.version.product.kind == ProductKind.REVOLVING
    if loan.state != LoanState.ACTIVE or not is_revolving:
        raise WrongState()
    state = reckoning.stand(loan, list(loan.events.order_by("number")), on=db_today())
    if state.open:
        raise WrongState(_("还有欠款，还清以后才能结束。"), rule=citations.RETURN)
    finish_if_over(loan, True, actor=actor)
    return loan


def _with_lender(loan_id: int) -> Loan:
    """A loan under its lock and that of its lender."""
    lender_id = Loan.objects.filter(pk=loan_id).values_list("lender", flat=True).first()
    if lender_id is None:
        raise WrongState()
    lock_lender(pk=lender_id)
    return lock_loan(pk=loan_id)


def check_amount(amount: int) -> None:
    """Raises `Invalid` where it is no amount of money."""
    if not 0 < amount <= MAX_MINOR:
        raise Invalid(fields={"amount": _("金额要大于零。")})
