"""Default and realisation for the lender and the borrower, and the desk of pre-acquirers.

Thin: parse, call a service or selector, render. Whoever has no part in it finds nothing here.
"""

import secrets
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from artmarket.ledger.services.payments import start_payment

from ..forms.realisation import PayForm
from ..models import Loan, PreAcquisition
from ..realisation_enums import CommitmentState, StepState
from ..realisation_papers import statement_file
from ..selectors import realisation as selectors
from ..selectors.lenders import lenders_of
from ..services import buying, pre_acquiring
from ..services.disposal_states import is_suspended
from .lender_rooms import lender_rooms
from .realisation_acts import ACTS

PER_PAGE = 50


# ------------------------------------------------------------------ the lender's desk


@require_safe
@never_cache
@signed_in
def disposals(request: HttpRequest) -> HttpResponse:
    """Loans that are not kept, in default, or being realised; for operators, courts' sales."""
    lenders = lenders_of(request.user).live().order_by("pk")  # type: ignore[arg-type]
    is_operator = request.user.has_perm("pledges.confirm_court_sale")
    first = lenders.first()
    if first is None and not is_operator:
        raise NotAllowed(_("只有贷款人的工作人员可以看这一页。"))
    rows = selectors.troubled(lenders, on=db_today()).order_by("-overdue_days", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_line(loan) for loan in page],
        "court_sales": selectors.court_sales() if is_operator else (),
        "rooms": lender_rooms(request, first),
    }
    return render(request, "pledges/realisation/desk.html", context)


def _line(loan: Loan) -> dict[str, Any]:
    default, case = selectors.default_of(loan), selectors.case_of(loan)
    return {
        "loan": loan,
        "default": default,
        "case": case,
        "pill": selectors.PILLS.get(default.state if default else "", "neutral"),
        "overdue": loan.money(loan.overdue_minor),
        "owed": loan.money(loan.owed_minor),
    }


@require_safe
@never_cache
@signed_in
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One loan for the lender's people: default, class, works, each step, what can be done."""
    return _case(request, _of_lender(request, number), is_borrower=False)


@require_POST
@signed_in
def case_act(request: HttpRequest, number: str, name: str, pk: int) -> HttpResponse:
    """The lender, or an operator, does one thing of the page."""
    return _act(request, _of_lender(request, number), name, pk, is_borrower=False)


@require_safe
@never_cache
@signed_in
def loan_disposal(request: HttpRequest, number: str) -> HttpResponse:
    """The borrower's page of it: every step, and until when he may pay and keep his work."""
    return _case(request, _of_borrower(request, number), is_borrower=True)


@require_POST
@signed_in
def loan_disposal_act(request: HttpRequest, number: str, name: str, pk: int) -> HttpResponse:
    """The borrower does one thing of the page."""
    return _act(request, _of_borrower(request, number), name, pk, is_borrower=True)


@require_safe
@never_cache
@signed_in
def statement(request: HttpRequest, number: str) -> HttpResponse:
    """The statement to both sides (多退少补) as PDF."""
    loan = selectors.loan_of(number)
    if loan is None or not request.user.has_perm("pledges.see_loan", loan):
        raise Http404
    found = selectors.case_of(loan)
    if found is None:
        raise Http404
    found.loan = loan
    response = HttpResponse(statement_file(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{loan.number}-disposal.pdf"'
    return response


def _of_lender(request: HttpRequest, number: str) -> Loan:
    loan = selectors.loan_of(number)
    user = request.user
    if loan is None or not (
        user.has_perm("pledges.work_for_lender", loan)
        or user.has_perm("pledges.confirm_court_sale", loan)
    ):
        raise Http404
    return loan


def _of_borrower(request: HttpRequest, number: str) -> Loan:
    loan = selectors.loan_of(number)
    if loan is None or not request.user.has_perm("pledges.borrow", loan):
        raise Http404
    return loan


def _case(
    request: HttpRequest,
    loan: Loan,
    *,
    is_borrower: bool,
    refusal: DomainError | None = None,
    wrong: tuple[str, int, forms.Form] | None = None,
) -> HttpResponse:
    found = selectors.case_of(loan)
    if found is not None:
        found.loan = loan
    default = selectors.default_of(loan)
    context = {
        "loan": loan,
        "default": default,
        "default_pill": selectors.PILLS.get(default.state if default else "", "neutral"),
        "case": found,
        "case_pill": selectors.PILLS.get(found.state if found else "", "neutral"),
        "works": selectors.works_of(found) if found else (),
        "owed": loan.money(loan.owed_minor),
        "overdue": loan.money(loan.overdue_minor),
        "surplus": loan.money(found.surplus_minor) if found else None,
        "deficiency": _deficiency(loan, found),
        "ways": loan.contract["realisation"],
        "way_labels": [selectors.way_label(code) for code in loan.contract["realisation"]],
        "changes": [] if is_borrower else selectors.class_changes(loan),
        "commitments": selectors.commitments_on(loan),
        "acts": _acts(request, loan, wrong, is_borrower=is_borrower),
        "is_borrower": is_borrower,
        "rooms": _rooms(request, loan, is_borrower=is_borrower),
        "refusal": refusal,
        "has_statement": any(shared for one in _shared(loan, found) for shared in one),
    }
    status = refusal.status if refusal else 422 if wrong else 200
    return render(request, "pledges/realisation/case.html", context, status=status)


def _shared(loan: Loan, found: Any) -> Iterable[list[Any]]:
    works = selectors.works_of(found) if found else []
    return [[shared for _step, shared in work.steps if shared] for work in works]


def _deficiency(loan: Loan, found: Any) -> Any:
    if found is None or found.deficiency_minor is None:
        return None
    return loan.money(found.deficiency_minor)


def _acts(
    request: HttpRequest, loan: Loan, wrong: tuple[str, int, forms.Form] | None, *,
    is_borrower: bool,
) -> list[dict[str, Any]]:  # fmt: skip
    route = "pledges:loan_disposal_act" if is_borrower else "pledges:disposal_act"
    found = []
    for name, pk, title in selectors.acts_for(request.user, loan):
        if (name in _OF_BORROWER) != is_borrower:
            continue
        act = ACTS[name]
        is_wrong = wrong is not None and wrong[:2] == (name, pk)
        form = wrong[2] if wrong is not None and is_wrong else _form(name, loan, pk)
        found.append(
            {
                "act": act, "form": form, "work": title, "id": f"{name}-{pk}",
                "url": reverse(route, args=[loan.number, name, pk]),
            }
        )  # fmt: skip
    return found


_OF_BORROWER = frozenset({"demand", "accept", "decline"})


def _form(name: str, loan: Loan, pk: int, data: Any = None) -> forms.Form:
    return ACTS[name].form(data, loan=loan, key=pk, prefix=f"{name}-{pk}")


def _act(
    request: HttpRequest, loan: Loan, name: str, pk: int, *, is_borrower: bool
) -> HttpResponse:
    may = [(act, key) for act, key, _title in selectors.acts_for(request.user, loan)]
    if (name, pk) not in may or (name in _OF_BORROWER) != is_borrower:
        raise Http404
    form = _form(name, loan, pk, request.POST)
    if form.is_valid():
        try:
            ACTS[name].call(request.user, pk, form.cleaned_data)
        except Invalid as error:
            _show_on(form, error)
        except DomainError as error:
            return _case(request, loan, is_borrower=is_borrower, refusal=error)
        else:
            messages.success(request, str(ACTS[name].done))
            route = "pledges:loan_disposal" if is_borrower else "pledges:disposal"
            return redirect(route, loan.number)
    return _case(request, loan, is_borrower=is_borrower, wrong=(name, pk, form))


def _show_on(form: forms.Form, error: Invalid) -> None:
    """Put a refusal beside the fields that it is about."""
    for name, words in error.fields.items():
        form.add_error(name if name in form.fields else None, str(words))
    if not error.fields:
        form.add_error(None, str(error))


def _rooms(request: HttpRequest, loan: Loan, *, is_borrower: bool) -> list[dict[str, Any]]:
    """The rooms of whoever reads the page of a loan's realisation."""
    if not is_borrower:
        return lender_rooms(request, loan.lender, loan=loan)
    found = [
        (_("我的贷款"), reverse("pledges:loans")),
        (loan.number, reverse("pledges:loan", args=[loan.pk])),
        (_("违约与处置"), reverse("pledges:loan_disposal", args=[loan.number])),
    ]
    return [{"label": label, "url": url, "current": request.path == url} for label, url in found]


# ------------------------------------------------------------------ pre-acquirers, buyers


@require_safe
@never_cache
@signed_in
def pre_acquirers(request: HttpRequest) -> HttpResponse:
    """What was asked of the reader, what he signed, and what he has to pay."""
    user: Any = request.user
    rows = Paginator(selectors.commitments_of(user), PER_PAGE).get_page(request.GET.get("page"))
    purchases = selectors.purchases_of(user).order_by("-pk")[:PER_PAGE]
    context = {
        "page": rows,
        "rows": [(row, selectors.PILLS.get(row.state, "neutral")) for row in rows],
        "purchases": [(step, selectors.PILLS.get(step.state, "neutral")) for step in purchases],
        "rooms": _buyer_rooms(request),
    }
    return render(request, "pledges/realisation/pre_acquirers.html", context)


@require_safe
@never_cache
@signed_in
def commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """One commitment: what is signed, its checks, and what the reader can answer."""
    return _commitment(request, _own(request, pk))


@require_POST
@signed_in
def answer_commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the text that was read, or decline."""
    row = _own(request, pk)
    user: Any = request.user
    try:
        if request.POST.get("answer") == "sign":
            pre_acquiring.sign_commitment(
                actor=user, commitment_id=pk, digest=request.POST.get("digest", "")
            )
            messages.success(request, _("已签字。"))
        else:
            pre_acquiring.decline_commitment(actor=user, commitment_id=pk)
            messages.success(request, _("已谢绝。"))
    except DomainError as error:
        return _commitment(request, row, error)
    return redirect("pledges:commitment", pk)


@require_safe
@never_cache
@signed_in
def purchase(request: HttpRequest, pk: int) -> HttpResponse:
    """A work of a pledge that the reader buys: its price, until when, and how to pay."""
    return _purchase(request, pk)


@require_POST
@signed_in
def pay_purchase(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the price and go to the page of the payment."""
    step = get_object_or_404(selectors.purchases_of(request.user), pk=pk)  # type: ignore[arg-type]
    form = PayForm(request.POST, loan=step.disposal.case.loan, key=pk)
    if not form.is_valid():
        return _purchase(request, pk, form=form)
    try:
        payment = buying.ask_price(
            actor=request.user, step_id=pk, gateway=form.cleaned_data["gateway"],  # type: ignore[arg-type]
            key=form.cleaned_data["key"],
        )  # fmt: skip
        payment = start_payment(payment_id=payment.pk)
    except DomainError as error:
        return _purchase(request, pk, refusal=error)
    return redirect("payments:payment", payment.reference)


def _purchase(
    request: HttpRequest, pk: int, form: forms.Form | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:  # fmt: skip
    step = get_object_or_404(selectors.purchases_of(request.user), pk=pk)  # type: ignore[arg-type]
    loan = step.disposal.case.loan
    context = {
        "step": step, "loan": loan, "work": step.disposal.item.work,
        "pill": selectors.PILLS.get(step.state, "neutral"),
        "form": form or PayForm(loan=loan, key=pk, initial={"key": secrets.token_hex(8)}),
        "may_pay": step.state == StepState.AWAITING and not is_suspended(step.disposal.item),
        "rooms": _buyer_rooms(request), "refusal": refusal,
    }  # fmt: skip
    status = refusal.status if refusal else 422 if form else 200
    return render(request, "pledges/realisation/purchase.html", context, status=status)


def _commitment(
    request: HttpRequest, row: PreAcquisition, refusal: DomainError | None = None
) -> HttpResponse:
    loan = row.item.loan
    context = {
        "row": row, "loan": loan, "work": row.item.work,
        "pill": selectors.PILLS.get(row.state, "neutral"), "price": loan.money(row.price_minor),
        "deposit": loan.money(row.deposit_minor) if row.deposit_minor else None,
        "checks": row.checks.order_by("-pk"), "may_answer": row.state == CommitmentState.ASKED,
        "rooms": _buyer_rooms(request), "refusal": refusal,
        "steps": selectors.purchases_of(request.user).filter(commitment=row),  # type: ignore[arg-type]
    }  # fmt: skip
    status = refusal.status if refusal else 200
    return render(request, "pledges/realisation/commitment.html", context, status=status)


def _own(request: HttpRequest, pk: int) -> PreAcquisition:
    return get_object_or_404(selectors.commitments_of(request.user), pk=pk)  # type: ignore[arg-type]


def _buyer_rooms(request: HttpRequest) -> list[dict[str, Any]]:
    url = reverse("pledges:pre_acquirers")
    return [{"label": _("预收购与购买"), "url": url, "current": request.path == url}]
