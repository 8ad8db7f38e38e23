"""A borrower's pages: his loans, one loan with all that can be done with it, its statement.

Thin: parse, call a service, render. Whoever is no side of a loan finds nothing here.
"""

import secrets
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.spreadsheets import csv_bytes
from artmarket.ledger.models import Payment
from artmarket.ledger.services.payments import start_payment
from artmarket.ledger.views.files import CSV, file_response
from auctions.views.house import show_on

from ..enums import (
    ApplicationState,
    ItemOrigin,
    ItemState,
    LoanEventKind,
    Part,
    RenewalState,
)
from ..models import Loan
from ..panels import panels_of
from ..selectors import borrower as selectors
from ..valuing import levels_of
from .borrower_acts import ACTS

SOON_DAYS = 30
PILLS = {
    "signing": "warn", "agreed": "warn", "active": "info", "repaid": "ok", "closed": "ok",
    "cancelled": "neutral",
}  # fmt: skip


@require_safe
@never_cache
@signed_in
def loans(request: HttpRequest) -> HttpResponse:
    """What the reader owes, what is next, what waits for him and for others."""
    today = db_today()
    rows = selectors.with_turns(selectors.loans_of(request.user))
    found = list(rows.order_by("-pk")[: selectors.MOST_ROWS])
    asked = list(selectors.applications_of(request.user).order_by("-pk")[: selectors.MOST_ROWS])
    turns = [turn for loan in found for turn in selectors.turns_of(loan, on=today)]
    turns += [turn for row in asked if (turn := selectors.turn_of_application(row)) is not None]
    until = today + timedelta(days=SOON_DAYS)
    context = {
        "figures": selectors.figures_of(found, until=until),
        "mine": [turn for turn in turns if turn.is_mine],
        "others": [turn for turn in turns if not turn.is_mine],
        "rows": [line_of(loan) for loan in found],
        "asked": [row for row in asked if row.state == ApplicationState.SUBMITTED],
        "ended": [row for row in asked if row.state != ApplicationState.SUBMITTED],
        "reckoned_on": min((row.reckoned_on for row in found if row.reckoned_on), default=None),
    }
    return render(request, "pledges/borrower/loans.html", context)


def line_of(loan: Loan) -> dict[str, Any]:
    """A row of the list of loans."""
    return {
        "loan": loan,
        "pill": PILLS[loan.state],
        "owed": loan.money(loan.owed_minor) if loan.started_on else None,
        "limit": loan.money(loan.limit_minor),
        "next": loan.money(loan.next_due_minor) if loan.next_due_minor else None,
    }


# ------------------------------------------------------------------ one loan


def loan_for(request: HttpRequest, pk: int, perm: str = "see_loan") -> Loan:
    """A loan, for whom it exists."""
    rows = Loan.objects.select_related(
        "lender__organisation", "borrower__user", "borrower__organisation", "version__product"
    )
    loan = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm(f"pledges.{perm}", loan):
        raise Http404
    return loan


@require_safe
@never_cache
@signed_in
def loan(request: HttpRequest, pk: int) -> HttpResponse:
    """How a loan stands today, and what its borrower can do."""
    return _page(request, loan_for(request, pk))


@require_POST
@signed_in
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do one thing of the page; what is wrong is shown on its form, a refusal above."""
    row = loan_for(request, pk, "borrow")
    if name not in ACTS:
        raise Http404
    today = selectors.standing_today(row)
    chosen = ACTS[name]
    form = chosen.make(request.user, row, today, name, request.POST)
    if form is not None and form.is_valid():
        try:
            made = chosen.call(request.user, row, form.cleaned_data)
            if isinstance(made, Payment):
                payment = start_payment(payment_id=made.pk)
                return redirect("payments:payment", payment.reference)
        except Invalid as error:
            show_on(form, error)
        except DomainError as error:
            return _page(request, loan_for(request, pk), error.status, refusal=error)
        else:
            messages.success(request, str(chosen.done))
            return redirect("pledges:loan", pk)
    elif form is None:
        return redirect("pledges:loan", pk)
    return _page(request, row, 422, wrong={name: form})


def _page(
    request: HttpRequest,
    row: Loan,
    status: int = 200,
    *,
    refusal: DomainError | None = None,
    wrong: dict[str, forms.Form] | None = None,
) -> HttpResponse:
    user: Any = request.user
    today = selectors.standing_today(row)
    is_borrower = user.has_perm("pledges.borrow", row)
    row.live_items = [one.item for one in today.held]  # type: ignore[attr-defined]
    others = _others(row)
    row.live_items += [one for one in others if one.state == ItemState.PROPOSED]  # type: ignore[attr-defined]
    row.open_renewals = list(row.renewals.filter(state=RenewalState.OPEN))  # type: ignore[attr-defined]
    renewal = next(iter(row.open_renewals), None)  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "loan": row,
        "pill": PILLS[row.state],
        "limit": row.money(row.limit_minor),
        "is_borrower": is_borrower,
        "today": today,
        "turns": selectors.turns_of(row, on=today.on) if is_borrower else [],
        "owed": _owed(row, today),
        "rows": selectors.rows_of(row, today.state) if today.state else _promised(row),
        "events": [_event(row, one) for one in reversed(today.events)],
        "standing": _standing(row, today),
        "proposed": [one for one in others if one.state == ItemState.PROPOSED],
        "released": [one for one in others if one.state == ItemState.RELEASED],
        "droppable": [
            item.pk
            for item in row.live_items  # type: ignore[attr-defined]
            if item.origin == ItemOrigin.ADDED and item.state in ("proposed", "agreed")
        ],
        "renewal": renewal,
        "renewal_pct": f"{renewal.annual_pct.normalize():f}%" if renewal else "",
        "acts": _acts(user, row, today, wrong or {}) if is_borrower else [],
        "panels": panels_of(row, is_lender=False),
        "refusal": refusal,
    }
    return render(request, "pledges/borrower/loan.html", context, status=status)


def _others(row: Loan) -> list[Any]:
    """Its works that are only proposed, and those that were fetched."""
    states = [ItemState.PROPOSED, ItemState.RELEASED]
    found = row.items.filter(state__in=states).select_related("work")
    return list(found.prefetch_related("holdings").order_by("number"))


def _acts(user: Any, row: Loan, today: selectors.Today, wrong: dict[str, Any]) -> list[Any]:
    """The forms that can be sent now, in their order; those in `wrong` as they came."""
    token = secrets.token_hex(8)
    found = []
    for name, one in ACTS.items():
        if not one.is_listed:
            continue
        form = wrong.get(name) or one.make(user, row, today, name, None, key=token)
        if form is not None:
            found.append({"name": name, "act": one, "form": form})
    return found


def _owed(row: Loan, today: selectors.Today) -> dict[str, Any] | None:
    """What is open today by parts, what of it is due, and what would end the loan."""
    state = today.state
    if state is None:
        return None
    coming = state.next_due
    return {
        "parts": [
            (part.label, row.money(state.open.of(part.value)), row.money(state.due.of(part.value)))
            for part in (Part.PRINCIPAL, Part.INTEREST, Part.PENALTY, Part.COST)
        ],
        "total": row.money(state.open.total),
        "due": row.money(state.due.total),
        "credit": row.money(state.totals.credit) if state.totals.credit else None,
        "payoff": row.money(state.payoff),
        "next": (coming.due_on, row.money(coming.due)) if coming else None,
        "days": state.dpd,
    }


def _promised(row: Loan) -> list[selectors.Row]:
    """The plan of a contract under which nothing was paid out yet."""
    return [
        selectors.Row(
            date.fromisoformat(one["due_on"]), row.money(one["interest"]),
            row.money(one["principal"]), None, row.money(one["balance"]),
        )
        for one in row.contract["plan"]
        if one["interest"] or one["principal"]
    ]  # fmt: skip


def _event(row: Loan, one: Any) -> dict[str, Any]:
    why = one.data.get("why", "")
    words = _("手续费") if why == "origination" else why
    if one.kind == LoanEventKind.REVERSAL:
        words = one.reverses.get_kind_display()
    return {
        "row": one,
        "label": one.get_kind_display(),
        "words": words,
        "money": row.money(one.amount_minor) if one.amount_minor else None,
    }


def _standing(row: Loan, today: selectors.Today) -> dict[str, Any] | None:
    """The loan against its works: a figure in words, a bar, the three lines of the contract."""
    stands = today.standing
    levels = levels_of(row.version)
    lines = [float(levels.initial), float(levels.margin), float(levels.liquidation)]
    known = {
        "lines": [f"{line:g}" for line in lines],
        "eligible": None, "ltv": "", "width": "0", "level": "", "missing": False,
    }  # fmt: skip
    if stands is None:
        return known
    if stands.eligible is None or stands.ltv is None:
        return known | {"missing": True, "level": "blocked"}
    percent = -(-stands.ltv.numerator * 100 // stands.ltv.denominator) / 100
    return known | {
        "eligible": row.money(stands.eligible),
        "ltv": f"{percent:.2f}",
        "width": f"{min(percent, 100):.2f}",
        "level": stands.level,
    }


# ------------------------------------------------------------------ the statement


@require_safe
@never_cache
@signed_in
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """What was charged and paid, entry by entry, with what was open after each."""
    row = loan_for(request, pk)
    context = {"loan": row, "lines": statement_lines(row), "today": db_today()}
    return render(request, "pledges/borrower/statement.html", context)


@require_safe
@never_cache
@signed_in
def statement_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a spreadsheet."""
    row = loan_for(request, pk)
    head = [_("日期"), _("业务"), _("项目"), _("金额"), _("未还余额"), _("币种")]
    lines = [
        [
            line["day"].isoformat(), line["label"], line["part"], line["change"].amount,
            line["open"].amount, row.currency,
        ]
        for line in statement_lines(row)
    ]  # fmt: skip
    return file_response(csv_bytes([head, *lines]), name=f"loan-{row.number}.csv", content_type=CSV)


def statement_lines(row: Loan) -> list[dict[str, Any]]:
    """Every posting of a loan, oldest first, with the running sum of what is open."""
    open_minor, found = 0, []
    for one in row.postings.order_by("pk"):
        change = one.amount_minor if one.kind == "charged" else -one.amount_minor
        open_minor += change
        found.append(
            {
                "day": one.day,
                "label": one.get_kind_display(),
                "part": one.get_part_display(),
                "change": row.money(change),
                "open": row.money(open_minor),
            }
        )
    return found
