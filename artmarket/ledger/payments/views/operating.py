"""The operator's pages of payments: what waits for a person, bank statements, all payments."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts.views.operator import permission_required
from artmarket.core.errors import DomainError, Invalid

from ...services import bank, bank_details, desk, diligence, outgoing, reconciliation, sending_again
from .. import selectors
from ..forms import AgainForm, AssignForm, NoteForm, ReturnForm, SentForm, StatementForm

PER_PAGE = 50
handles = permission_required("ledger.handle_payments")
Step = tuple[str, type[forms.Form], Callable[[Any, Any, dict[str, Any]], object]]


@require_safe
@handles
def review(request: HttpRequest) -> HttpResponse:
    """All that waits for a person, by kind, and the last comparisons with the gateways."""
    context = {
        "groups": [(group, list(group.rows[:PER_PAGE])) for group in selectors.to_do()],
        "runs": selectors.runs()[:10],
        "room": "review",
    }
    return render(request, "payments/review.html", context)


@require_safe
@handles
def payments(request: HttpRequest) -> HttpResponse:
    """All payments, with a search by reference or name."""
    words = request.GET.get("q", "")[:60]
    page = Paginator(selectors.payments(words), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "q": words, "room": "payments"}
    return render(request, "payments/payments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handles
def statements(request: HttpRequest) -> HttpResponse:
    """Take in a bank statement; the lines that were taken in."""
    form, status = StatementForm(), 200
    if request.method == "POST":
        form, status = StatementForm(request.POST, request.FILES), 422
        if form.is_valid() and _import(request, form):
            return redirect("payments:statements")
    page = Paginator(selectors.lines(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(line, bank.words_of(line.result)) for line in page]
    context = {"form": form, "page": page, "rows": rows, "room": "statements"}
    return render(request, "payments/statements.html", context, status=status)


def _import(request: HttpRequest, form: StatementForm) -> bool:
    try:
        done = bank.import_statement(actor=request.user, raw=form.cleaned_data["file"])  # type: ignore[arg-type]
    except DomainError as error:
        form.add_error("file", str(error))
        return False
    messages.success(
        request,
        _("共%(lines)d行，新%(new)d行，其中待查%(open)d行。")
        % {"lines": done.lines, "new": done.new, "open": done.to_review + done.unclear},
    )
    return True


# Kind → its rows, and what may be done: name, form, service.
def _rows(kind: str) -> Any:
    found = {
        "stray": selectors.strays, "diligence": selectors.diligence,
        "refund": selectors.refunds, "payout": selectors.payouts,
        "failed_refund": selectors.failed_refunds, "failed_payout": selectors.failed_payouts,
        "dispute": selectors.disputes, "difference": selectors.differences,
    }.get(kind)  # fmt: skip
    if found is None:
        raise Http404
    return found()


STEPS: dict[str, list[Step]] = {
    "stray": [
        ("assign", AssignForm, lambda by, row, given: desk.assign_stray(
            actor=by, stray_id=row.pk, **given)),
        ("return", ReturnForm, lambda by, row, given: desk.return_stray(
            actor=by, stray_id=row.pk, **given)),
    ],
    "diligence": [
        ("finish", NoteForm, lambda by, row, given: diligence.finish_diligence(
            actor=by, diligence_id=row.pk, **given)),
    ],
    "difference": [
        ("close", NoteForm, lambda by, row, given: reconciliation.close_difference(
            actor=by, difference_id=row.pk, **given)),
    ],
    "refund": [
        ("sent", SentForm, lambda by, row, given: outgoing.confirm_outgoing(
            actor=by, row=row, bank_reference=given["reference"])),
        ("give_up", NoteForm, lambda by, row, given: sending_again.give_up(
            actor=by, row=row, reason=given["note"])),
    ],
    "failed_refund": [
        ("again", NoteForm, lambda by, row, given: sending_again.send_again(
            actor=by, row=row, reason=given["note"])),
    ],
    "payout": [
        ("sent", SentForm, lambda by, row, given: outgoing.confirm_outgoing(
            actor=by, row=row, bank_reference=given["reference"])),
        ("give_up", NoteForm, lambda by, row, given: sending_again.give_up(
            actor=by, row=row, reason=given["note"])),
    ],
    "failed_payout": [
        ("again", AgainForm, lambda by, row, given: sending_again.send_again(
            actor=by, row=row, reason=given["note"], gateway=given["gateway"])),
    ],
    "dispute": [],
}  # fmt: skip


def _titles() -> dict[str, str]:
    return {
        "assign": _("记到一笔付款"), "return": _("退回付款人"), "finish": _("写下结论"),
        "close": _("了结差异"), "sent": _("登记已付"),
        "give_up": _("付不出去"), "again": _("再发一次"),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@handles
def item(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One thing that waits for a person, and what he can do with it."""
    row = get_object_or_404(_rows(kind), pk=pk)
    do = request.POST.get("do", "")
    revealed = _reveal(request, row) if kind == "payout" and do == "reveal" else None
    shown = []
    for name, form_class, service in STEPS[kind]:
        is_this = request.method == "POST" and do == name
        form = form_class(request.POST if is_this else None, prefix=name)
        if is_this and form.is_valid() and _step(request, form, service, row):
            return redirect("payments:review")
        shown.append((name, _titles()[name], form))
    context = {
        "kind": kind, "row": row, "forms": shown, "revealed": revealed, "room": "review",
    }  # fmt: skip
    status = 422 if request.method == "POST" and revealed is None else 200
    return render(request, "payments/item.html", context, status=status)


def _reveal(request: HttpRequest, row: Any) -> bank_details.Revealed | None:
    """The account to which a payout is sent, in this one answer."""
    try:
        return bank_details.reveal_for(actor=request.user, payout_id=row.pk)  # type: ignore[arg-type]
    except DomainError as error:
        messages.error(request, str(error))
        return None


def _step(request: HttpRequest, form: forms.Form, service: Any, row: Any) -> bool:
    try:
        service(request.user, row, form.cleaned_data)
    except Invalid as error:
        for name, words in (error.fields or {"": error.message}).items():
            form.add_error(name if name in form.fields else None, str(words))
        return False
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("已登记。"))
    return True
