"""Routes of loans: what one owes, by a program, and what a custodian keeps. Reading only."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router
from pydantic import Field

from artmarket.core.rest.paging import LIMIT, After, Id, Limit, own_url, page_of
from artmarket.core.rest.schemas import Input, Output
from artmarket.core.rest.scopes import Needs, Scope
from catalog.engine.numbers import format_number

from .enums import Part
from .models import Holding, Loan
from .selectors import borrower, custody

router = Router(tags=["loans"])
reading = Needs(Scope.READ)


class LoansQuery(Input):
    after: After | None = None
    limit: Limit = LIMIT


class LoanOut(Output):
    id: int
    number: str = Field(description=N_("合同号"))
    state: str
    lender: str
    borrower: str
    currency: str = Field(examples=["CNY"])
    limit: int = Field(description=N_("合同金额，最小货币单位的整数"))
    owed: int = Field(description=N_("账上未还的合计，算到reckoned_on"))
    overdue: int
    overdue_days: int
    next_due: int
    next_due_on: date | None
    reckoned_on: date | None
    started_on: date | None
    matures_on: date | None
    url: str


class LoansPage(Output):
    items: list[LoanOut]
    next: str | None


class OwedOut(Output):
    part: str = Field(description=N_("项目：费用、利息、罚息、本金"))
    open: int = Field(description=N_("今天未还的"))
    due: int = Field(description=N_("其中已到期的"))


class PlanRow(Output):
    due_on: date
    interest: int
    principal: int
    unpaid: int | None = Field(description=N_("已到期的那一期还有多少没付；没有到期的为null"))
    balance: int | None


class LoanEventOut(Output):
    number: int
    kind: str
    effective_on: date
    amount: int
    reverses: int | None = Field(description=N_("撤销的是第几条"))
    recorded_at: datetime


class LoanWork(Output):
    number: str
    title: str
    state: str
    base: int | None = Field(description=N_("两份评估中较低的；没有有效估值的为null，不是零"))
    eligible: int | None = Field(description=N_("折扣以后认定的价值"))
    value_until: date | None
    blocked: str = Field(description=N_("没有估值的原因"))
    custody: str | None
    url: str


class LoanWhole(LoanOut):
    digest: str = Field(description=N_("合同文本的SHA-256摘要"))
    on: date = Field(description=N_("按哪一天算"))
    payoff: int = Field(description=N_("当天还清要付的"))
    parts: list[OwedOut]
    plan: list[PlanRow]
    events: list[LoanEventOut]
    works: list[LoanWork]


class HoldingOut(Output):
    id: int
    receipt: str = Field(description=N_("仓单号"))
    state: str
    custodian: str
    lender: str
    loan: str = Field(description=N_("合同号"))
    work: str = Field(description=N_("作品的登记号"))
    title: str
    place: str
    seal: str
    in_at: datetime | None
    out_at: datetime | None
    last_result: str
    last_counted_at: datetime | None
    steps: int
    head: str = Field(description=N_("记录链最后一条的摘要"))
    url: str


class HoldingsPage(Output):
    items: list[HoldingOut]
    next: str | None


@router.get("/loans", response=LoansPage, auth=reading, summary=N_("自己的贷款，最新在前"))
def list_loans(
    request: HttpRequest, response: HttpResponse, asked: Query[LoansQuery]
) -> dict[str, Any]:
    return page_of(
        request, response, borrower.loans_of(request.user), after=asked.after, limit=asked.limit,
        show=lambda found: [_loan(loan) for loan in found],
    )  # fmt: skip


@router.get(
    "/loans/{loan_id}", response=LoanWhole, auth=reading,
    summary=N_("自己的一笔贷款：今天欠多少、计划、经过、质物"),
)  # fmt: skip
def read_loan(request: HttpRequest, loan_id: Id) -> dict[str, Any]:
    return _whole(get_object_or_404(borrower.loans_of(request.user), pk=loan_id))


@router.get(
    "/custody/holdings", response=HoldingsPage, auth=reading,
    summary=N_("自己单位保管的质押作品，最新在前"),
)  # fmt: skip
def list_holdings(
    request: HttpRequest, response: HttpResponse, asked: Query[LoansQuery]
) -> dict[str, Any]:
    rows = custody.holdings_of(custody.custodians_of(request.user))
    return page_of(
        request, response, rows, after=asked.after, limit=asked.limit,
        show=lambda found: [_holding(row) for row in found],
    )  # fmt: skip


@router.get(
    "/custody/holdings/{holding_id}", response=HoldingOut, auth=reading,
    summary=N_("自己单位保管的一件作品"),
)  # fmt: skip
def read_holding(request: HttpRequest, holding_id: Id) -> dict[str, Any]:
    own = custody.custodians_of(request.user)
    if not own:
        raise Http404
    return _holding(get_object_or_404(custody.holdings_of(own), pk=holding_id))


def _loan(loan: Loan) -> dict[str, Any]:
    return {
        "id": loan.pk,
        "number": loan.number,
        "state": loan.state,
        "lender": loan.lender.organisation.name,
        "borrower": loan.borrower.name,
        "currency": loan.currency,
        "limit": loan.limit_minor,
        "owed": loan.owed_minor,
        "overdue": loan.overdue_minor,
        "overdue_days": loan.overdue_days,
        "next_due": loan.next_due_minor,
        "next_due_on": loan.next_due_on,
        "reckoned_on": loan.reckoned_on,
        "started_on": loan.started_on,
        "matures_on": loan.matures_on,
        "url": own_url(reverse("pledges:loan", args=[loan.pk])),
    }


def _whole(loan: Loan) -> dict[str, Any]:
    today = borrower.standing_today(loan)
    state = today.state
    parts = [
        {"part": part.value, "open": state.open.of(part.value), "due": state.due.of(part.value)}
        for part in Part
        if state
    ]
    return _loan(loan) | {
        "digest": loan.digest,
        "on": today.on,
        "payoff": state.payoff if state else 0,
        "parts": parts,
        "plan": [_row(row) for row in borrower.rows_of(loan, state)] if state else [],
        "events": [
            {
                "number": one.number,
                "kind": one.kind,
                "effective_on": one.effective_on,
                "amount": one.amount_minor,
                "reverses": one.reverses.number if one.reverses else None,
                "recorded_at": one.at,
            }
            for one in today.events
        ],
        "works": [_work(one) for one in today.held],
    }


def _row(row: borrower.Row) -> dict[str, Any]:
    return {
        "due_on": row.due_on,
        "interest": row.interest.minor,
        "principal": row.principal.minor,
        "unpaid": row.unpaid.minor if row.unpaid is not None else None,
        "balance": row.balance.minor if row.balance is not None else None,
    }


def _work(one: borrower.Held) -> dict[str, Any]:
    work = one.item.work
    return {
        "number": format_number(work.number or ""),
        "title": work.title,
        "state": one.item.state,
        "base": one.base.minor if one.base is not None else None,
        "eligible": one.eligible.minor if one.eligible is not None else None,
        "value_until": one.until,
        "blocked": str(one.blocked),
        "custody": one.holding.state if one.holding else None,
        "url": own_url(work.get_absolute_url()),
    }


def _holding(row: Holding) -> dict[str, Any]:
    work = row.item.work
    return {
        "id": row.pk,
        "receipt": row.receipt,
        "state": row.state,
        "custodian": row.custodian.organisation.name,
        "lender": row.item.loan.lender.organisation.name,
        "loan": row.item.loan.number,
        "work": format_number(work.number or ""),
        "title": work.title,
        "place": row.place,
        "seal": row.seal,
        "in_at": row.in_at,
        "out_at": row.out_at,
        "last_result": row.last_result,
        "last_counted_at": row.last_counted_at,
        "steps": row.sequence,
        "head": row.head,
        "url": own_url(reverse("pledges:holding", args=[row.pk])),
    }
