"""Margin calls, revaluations and the watch list for the lender; his own call for the borrower.

Thin: parse, call a service or selector, render. Whoever has no part in it finds nothing here.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError, Invalid, NotAllowed

from ..forms.margin import RefusalForm, RevaluationForm, WaiverForm, category_choices
from ..margin_enums import CallState
from ..models import Lender, MarginCall, Revaluation
from ..selectors import margin as selectors
from ..selectors.lenders import lenders_of
from ..selectors.margin_watch import watch_list
from ..services import margin_acts, margin_revaluing
from .lender_rooms import lender_rooms

PAGE = 50
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _lenders(request: HttpRequest) -> list[Lender]:
    """The lenders for whom the person works. Raises `NotAllowed`."""
    rows = list(lenders_of(request.user).live().order_by("pk"))
    if not rows:
        raise NotAllowed(_("只有贷款人的工作人员可以看这一页。"))
    return rows


def _call(request: HttpRequest, pk: int) -> MarginCall:
    rows = MarginCall.objects.select_related(
        "loan__lender__organisation", "loan__borrower", "loan__version"
    )
    row = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm("pledges.work_for_lender", row):
        raise Http404
    return row


# ------------------------------------------------------------------ calls


@require_safe
@signed_in
def calls(request: HttpRequest) -> HttpResponse:
    """The lender's calls: those that go on, and on the second list those that were cured."""
    lenders = _lenders(request)
    is_live = request.GET.get("settled") != "1"
    pages = Paginator(selectors.calls_of(lenders, live=is_live), PAGE)
    page = pages.get_page(request.GET.get("page"))
    rows = [
        {
            "call": row, "pill": selectors.PILLS[row.state],
            "remaining": row.loan.money(row.remaining_minor),
            "exposure": row.loan.money(row.exposure_minor),
        }
        for row in page
    ]  # fmt: skip
    rooms = lender_rooms(request, lenders[0])
    context = {"rooms": rooms, "page": page, "rows": rows, "is_live": is_live}
    return render(request, "pledges/margin/calls.html", context)


@require_safe
@signed_in
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: figures, what cures it, steps, and what can be done."""
    return _show(request, _call(request, pk))


def _show(
    request: HttpRequest, row: MarginCall, form: forms.Form | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:  # fmt: skip
    signed = margin_acts.waiver_signatures(row)
    context = _facts(row) | {
        "rooms": lender_rooms(request, row.loan.lender),
        "signed": signed,
        "may_sign": bool(signed) and all(step.actor_id != request.user.pk for step in signed),
        "may_waive": row.state in (
            CallState.OPEN, CallState.NOTIFIED, CallState.PARTLY_CURED,
        ),
        "may_notify": row.state == CallState.OPEN,
        "form": form or WaiverForm(),
        "refusal": refusal,
    }  # fmt: skip
    is_wrong = refusal is not None or (form is not None and form.errors)
    return render(request, "pledges/margin/call.html", context, status=422 if is_wrong else 200)


def _facts(row: MarginCall) -> dict[str, Any]:
    """The figures of a call with what cures it."""
    money = row.loan.money
    return {
        "call": row, "loan": row.loan, "pill": selectors.PILLS[row.state],
        "remaining": money(row.remaining_minor), "short": money(row.short_minor),
        "exposure": money(row.exposure_minor), "eligible": money(row.eligible_minor),
        "capacity": money(row.capacity_minor),
        "ways": selectors.ways_of(row) if row.state != CallState.CURED else [],
        "steps": [
            (step, money(step.remaining_minor)) for step in selectors.steps_of(row)
        ],
        "revaluations": selectors.revaluations_on(row.loan),
    }  # fmt: skip


@require_POST
@signed_in
def notify(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the borrower the notice."""
    row = _call(request, pk)
    return _act(
        request, row, lambda: margin_acts.notify(actor=request.user, call_id=pk),
        _("通知已送达借款人的收件箱。"),
    )  # fmt: skip


@require_POST
@signed_in
def waive(request: HttpRequest, pk: int) -> HttpResponse:
    """The first signature under a waiver."""
    row = _call(request, pk)
    form = WaiverForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form)
    try:
        margin_acts.propose_waiver(
            actor=request.user, call_id=pk, reason=form.cleaned_data["reason"],
            until=form.cleaned_data["until"],
        )  # fmt: skip
    except DomainError as error:
        _show_on(form, error)
        return _show(request, row, form, error)
    messages.success(request, _("已签署，等另一个人签署以后生效。"))
    return redirect("pledges:margin_call", pk)


@require_POST
@signed_in
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The second signature under a waiver."""
    row = _call(request, pk)
    number = request.POST.get("number", "")
    if not number.isdecimal() or len(number) > 9:
        raise Http404
    return _act(
        request, row,
        lambda: margin_acts.sign_waiver(actor=request.user, call_id=pk, number=int(number)),
        _("已签署。"),
    )  # fmt: skip


def _act(
    request: HttpRequest, row: MarginCall, service: Callable[[], object], done: str
) -> HttpResponse:
    try:
        service()
    except DomainError as error:
        return _show(request, row, refusal=error)
    messages.success(request, done)
    return redirect("pledges:margin_call", row.pk)


def _show_on(form: forms.Form, error: DomainError) -> None:
    """Put a refusal beside the fields that it is about."""
    fields = error.fields if isinstance(error, Invalid) else {}
    for name, words in fields.items():
        form.add_error(name if name in form.fields else None, str(words))
    if not fields:
        form.add_error(None, " ".join(filter(None, (str(error), str(error.hint or "")))))


# ------------------------------------------------------------------ revaluations


@get_or_post
@signed_in
def revaluations(request: HttpRequest) -> HttpResponse:
    """All revaluations, and the form: first looked at, then proposed."""
    lenders = _lenders(request)
    given = request.POST if request.method == "POST" else None
    first = {"lender": lenders[0].pk, "from_on": db_today()}
    form = RevaluationForm(given, lenders=lenders, initial=first)
    seen, refusal = None, None
    if given is not None and form.is_valid():
        data = form.cleaned_data
        of = next(row for row in lenders if row.pk == data["lender"])
        if "preview" in request.POST:
            seen = _previewed(of, data)
        else:
            try:
                made = margin_revaluing.propose_revaluation(
                    actor=request.user, lender_id=of.pk, category=data["category"],
                    cut_pct=data["cut_pct"], from_on=data["from_on"], source=data["source"],
                )  # fmt: skip
            except DomainError as error:
                refusal = error
                _show_on(form, error)
            else:
                messages.success(request, _("已提出，等贷款人的管理员确认。"))
                return redirect("pledges:revaluation", made.pk)
    context = {
        "rooms": lender_rooms(request, lenders[0]), "form": form, "seen": seen, "refusal": refusal,
        "rows": [_row(row) for row in selectors.revaluations_of(lenders)[:PAGE]],
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "pledges/margin/revaluations.html", context, status=status)


def _previewed(lender: Lender, data: dict[str, Any]) -> selectors.Preview:
    return selectors.preview(
        lender, category=data["category"], cut_pct=data["cut_pct"], from_on=data["from_on"],
        on=db_today(),
    )  # fmt: skip


def _row(row: Revaluation) -> dict[str, Any]:
    names = dict(category_choices())
    return {
        "revaluation": row, "category": names.get(row.category, row.category),
        "answer": getattr(row, "answer", None),
    }  # fmt: skip


@get_or_post
@signed_in
def revaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """One revaluation with what it does; the second person confirms it or not."""
    rows = Revaluation.objects.select_related("lender__organisation", "proposed_by")
    row = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm("pledges.work_for_lender", row):
        raise Http404
    form, refusal = RefusalForm(), None
    if request.method == "POST":
        try:
            return _answered(request, row)
        except DomainError as error:
            refusal = error
    rooms = lender_rooms(request, row.lender)
    context = _row(row) | {"rooms": rooms, "form": form, "refusal": refusal}
    if context["answer"] is None:
        context["seen"] = selectors.preview(
            row.lender, category=row.category, cut_pct=row.cut_pct, from_on=row.from_on,
            on=db_today(),
        )  # fmt: skip
        is_other = row.proposed_by_id != request.user.pk
        context["may_answer"] = is_other and request.user.has_perm("pledges.run_lender", row)
    status = 422 if refusal else 200
    return render(request, "pledges/margin/revaluation.html", context, status=status)


def _answered(request: HttpRequest, row: Revaluation) -> HttpResponse:
    if request.POST.get("answer") == "confirm":
        margin_revaluing.confirm_revaluation(actor=request.user, revaluation_id=row.pk)
        messages.success(request, _("已确认，相关贷款的担保已经重算。"))
    else:
        margin_revaluing.refuse_revaluation(
            actor=request.user, revaluation_id=row.pk, note=request.POST.get("note", "")
        )
        messages.success(request, _("已记录不同意。"))
    return redirect("pledges:revaluation", row.pk)


# ------------------------------------------------------------------ watch list, borrower


@require_safe
@signed_in
def watch(request: HttpRequest) -> HttpResponse:
    """What runs out, by lender, the most urgent first."""
    today = db_today()
    lenders = _lenders(request)
    groups = [(row, watch_list(row, on=today)) for row in lenders]
    context = {"rooms": lender_rooms(request, lenders[0]), "groups": groups, "today": today}
    return render(request, "pledges/margin/watch.html", context)


@require_safe
@signed_in
def loan_margin(request: HttpRequest, number: str) -> HttpResponse:
    """The borrower's call: what is missing, until when, and what cures it."""
    loan = selectors.loan_of_borrower(request.user, number)
    if loan is None:
        raise Http404
    row = loan.margin_calls.order_by("-pk").first()
    context: dict[str, Any] = {"loan": loan, "call": None}
    if row is not None and (row.delivered_at is not None or row.state == CallState.CURED):
        row.loan = loan
        context |= _facts(row)
    return render(request, "pledges/margin/loan.html", context)
