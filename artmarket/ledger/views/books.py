"""The operator's pages of the books: trial balance, accounts, entries, months. Thin."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts.views.operator import permission_required
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.money import Money
from artmarket.core.spreadsheets import csv_bytes

from .. import parts, statements
from ..forms import AccountsForm, CloseForm, DayForm, DaysForm, cleaned
from ..models import Account, Period
from ..selectors import accounts as selectors
from ..selectors import trial
from ..services.periods import close_period
from ..wording import kind_words
from .files import CSV, file_response

PER_PAGE = 50
see_books = permission_required("ledger.see_books")


@require_safe
@see_books
def balance(request: HttpRequest) -> HttpResponse:
    """The trial balance, to a day, by currency."""
    form = DayForm(request.GET)
    until = form.cleaned_data["until"] if form.is_valid() else None
    context = {
        "form": form,
        "until": until,
        "groups": list(
            _by_currency(trial.trial_balance(until), {} if until else parts.parts_now())
        ),
        "room": "balance",
    }
    return render(request, "ledger/balance.html", context)


@require_safe
@see_books
def balance_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    until = cleaned(DayForm(request.GET))["until"]
    rows: list[list[Any]] = [
        [_("用途"), _("币种"), _("借方发生额"), _("贷方发生额"), _("借方余额"), _("贷方余额")]
    ]
    for row in trial.trial_balance(until):
        amounts = (
            row.debit_minor, row.credit_minor, row.debit_balance_minor, row.credit_balance_minor,
        )  # fmt: skip
        rows.append(
            [
                str(row.purpose.label),
                row.currency,
                *(Money(a, row.currency).amount for a in amounts),
            ]
        )
    name = f"trial-balance-{until or db_today():%Y%m%d}.csv"
    return file_response(csv_bytes(rows), name=name, content_type=CSV)


@require_safe
@see_books
def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts, with filters."""
    form = AccountsForm(request.GET)
    found = selectors.accounts(**form.cleaned_data) if form.is_valid() else Account.objects.none()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "room": "accounts"}
    return render(request, "ledger/accounts.html", context)


@require_safe
@see_books
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account with its lines, newest first."""
    found = get_object_or_404(Account.objects.select_related("party"), pk=pk)
    context = lines_context(request, found) | {"room": "accounts"}
    return render(request, "ledger/account.html", context)


@require_safe
@see_books
def account_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The account's lines as a file."""
    found = get_object_or_404(Account.objects.select_related("party"), pk=pk)
    statement = statements.statement_of(found, **cleaned(DaysForm(request.GET)))
    content = statements.csv_of(statement)
    return file_response(content, name=f"{statement.file_name}.csv", content_type=CSV)


@require_safe
@see_books
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with what it moved."""
    found = selectors.entry_with_lines(pk)
    if found is None:
        raise Http404
    context = {"entry": found, "kind": kind_words(found.kind), "room": "accounts"}
    return render(request, "ledger/entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@see_books
def periods(request: HttpRequest) -> HttpResponse:
    """Closed months, and the one that can be closed next."""
    if request.method == "POST":
        form = CloseForm(request.POST)
        if not form.is_valid():
            raise Invalid()
        actor: Any = request.user
        try:
            close_period(actor=actor, month=form.cleaned_data["month"])
        except DomainError as error:
            messages.error(request, " ".join(filter(None, (str(error), str(error.hint)))))
        else:
            messages.success(request, _("已结账，这个月不再记账。"))
        return redirect("ledger:periods")
    rows = Period.objects.select_related("closed_by").order_by("-month")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    month = trial.next_month(db_today())
    context = {
        "page": page, "month": month, "form": CloseForm(initial={"month": month}),
        "room": "periods",
    }  # fmt: skip
    return render(request, "ledger/periods.html", context)


def lines_context(request: HttpRequest, account: Account) -> dict[str, Any]:
    """What a page with the lines of one account shows."""
    form = DaysForm(request.GET)
    days = form.cleaned_data if form.is_valid() else {"since": None, "until": None}
    rows = selectors.newest_first(selectors.lines(account, **days))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    closing = selectors.balance_after(account, days["until"])
    found = selectors.page_with_balances(account, rows, page, closing=closing)
    return {
        "account": account,
        "form": form,
        "page": page,
        "lines": [(line, kind_words(line.entry.kind), statements.memo_of(line)) for line in found],
        "query": request.GET.urlencode(),
    }


def _by_currency(
    rows: Iterable[trial.TrialRow], listed: dict[str, list[tuple[parts.Part, Money]]]
) -> Iterator[dict[str, Any]]:
    """The rows of each currency with their sums, in money, and what of them is listed elsewhere."""
    by_currency: dict[str, list[trial.TrialRow]] = {}
    for row in rows:
        by_currency.setdefault(row.currency, []).append(row)
    for currency, group in by_currency.items():
        table = [(row.purpose.label, row.purpose.value, _amounts(row)) for row in group]
        yield {
            "currency": currency,
            "rows": table,
            "parts": listed.get(currency, []),
            "sums": [
                Money(sum(amounts[n].minor for _l, _p, amounts in table), currency)
                for n in range(4)
            ],
        }


def _amounts(row: trial.TrialRow) -> list[Money]:
    """Debits, credits, and the balance on its side."""
    figures = (
        row.debit_minor, row.credit_minor, row.debit_balance_minor, row.credit_balance_minor,
    )  # fmt: skip
    return [Money(figure, row.currency) for figure in figures]
