"""A person's own accounts, and those of the organisations he administers. Thin."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from artmarket.accounts.access import signed_in

from .. import statements
from ..forms import DaysForm, cleaned
from ..models import Account
from ..selectors.accounts import own_accounts
from .books import lines_context
from .files import CSV, PDF, file_response


@require_safe
@signed_in
def money(request: HttpRequest) -> HttpResponse:
    """The accounts, by whose they are."""
    user: Any = request.user
    groups: dict[str, list[Account]] = {}
    for account in own_accounts(user):
        groups.setdefault(str(account.party), []).append(account)
    return render(request, "ledger/own/accounts.html", {"groups": groups, "room": "money"})


@require_safe
@signed_in
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """One account with its lines, newest first."""
    context = lines_context(request, _own(request, pk)) | {"room": "money"}
    return render(request, "ledger/own/account.html", context)


@require_safe
@signed_in
def statement_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement for a spreadsheet."""
    made = statements.statement_of(_own(request, pk), **cleaned(DaysForm(request.GET)))
    content = statements.csv_of(made)
    return file_response(content, name=f"{made.file_name}.csv", content_type=CSV)


@require_safe
@signed_in
def statement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement for paper."""
    days = cleaned(DaysForm(request.GET))
    made = statements.statement_of(_own(request, pk), **days, most=statements.MOST_ON_PAPER)
    content = statements.pdf_of(made)
    return file_response(content, name=f"{made.file_name}.pdf", content_type=PDF)


def _own(request: HttpRequest, pk: int) -> Account:
    """The account; to everybody else it does not exist."""
    found = Account.objects.select_related("party").filter(pk=pk).first()
    if found is None or not request.user.has_perm("ledger.see_statement", found):
        raise Http404
    return found
