"""The pages of a consignor: give a work to a house, agree to its terms, end it. Thin."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError
from artmarket.ledger.gateways import called
from catalog.enums import WorkState
from catalog.models import Work

from ..enums import OPEN_CONSIGNMENTS, ConsignmentState
from ..house_forms import OfferWorkForm, ReasonForm
from ..models import Consignment
from ..selectors import house as selectors
from ..selectors.statements import statements_of
from ..services import consignments as services
from .house import get_or_post, show_on


def owner_action(work: Work, request: HttpRequest) -> dict[str, str] | None:
    """The button on the lister's page of his registered work, if he owns it."""
    if work.state != WorkState.REGISTERED or not request.user.has_perm(
        "auctions.consign_work", work
    ):
        return None
    return {"url": reverse("auctions:consign", args=[work.pk]), "label": _("委托拍卖")}


@get_or_post
@signed_in
def consign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one's work to a house; with an open consignment: its page."""
    work = get_object_or_404(Work, pk=pk, state=WorkState.REGISTERED)
    if not request.user.has_perm("auctions.consign_work", work):
        raise Http404
    live = Consignment.objects.filter(work=work, state__in=OPEN_CONSIGNMENTS).first()
    if (
        live
        and request.method != "POST"
        and request.user.has_perm("auctions.agree_consignment", live)
    ):
        return redirect("auctions:consignment", live.pk)
    form = OfferWorkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.consign_work(
                actor=request.user, work_id=pk, house_id=int(form.cleaned_data["house"]),
                note=form.cleaned_data["note"],
            )  # fmt: skip
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("已送交拍卖企业审看，对方报出条件后由你决定。"))
            return redirect("auctions:consignment", made.pk)
    context = {"work": work, "form": form}
    status = 422 if form.errors else 200
    return render(request, "auctions/consign/consign.html", context, status=status)


@require_safe
@signed_in
def own_consignments(request: HttpRequest) -> HttpResponse:
    """What the person gave to houses."""
    rows = selectors.consignments_of(request.user)[: selectors.SHOWN_ROWS]
    return render(request, "auctions/consign/list.html", {"rows": rows})


def _own(request: HttpRequest, pk: int) -> Consignment:
    rows = Consignment.objects.select_related("work", "house", "party")
    row = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm("auctions.agree_consignment", row):
        raise Http404
    return row


@require_safe
@signed_in
def consignment(request: HttpRequest, pk: int) -> HttpResponse:
    """The terms, and what the owner can do about them."""
    return _page(request, _own(request, pk))


def _page(request: HttpRequest, row: Consignment, status: int = 200, **given: Any) -> HttpResponse:
    is_contracted = row.state == ConsignmentState.CONTRACTED
    context = {
        "row": row,
        "work": row.work,
        "terms": selectors.terms_shown(row),
        "may_agree": row.state == ConsignmentState.PROPOSED,
        "may_end": row.state in OPEN_CONSIGNMENTS,
        "is_contracted": is_contracted,
        "fee": selectors.money(services.withdrawal_fee(row), row.currency),
        "statements": statements_of(row),
        "may_choose_way": bool(called()),
        "lots": row.lots.select_related("sale"),
        "form": ReasonForm(),
    } | given
    return render(request, "auctions/consign/consignment.html", context, status=status)


@require_POST
@signed_in
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to the terms: the contract stands."""
    _own(request, pk)
    services.agree_terms(actor=request.user, consignment_id=pk)
    messages.success(request, _("委托合同成立。拍卖企业会把作品安排进拍卖会。"))
    return redirect("auctions:consignment", pk)


@require_POST
@signed_in
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline the terms, or withdraw; the fee stands on the page before."""
    row = _own(request, pk)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            services.end_consignment(
                actor=request.user, consignment_id=pk, reason=form.cleaned_data["reason"]
            )
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("委托已结束。"))
            return redirect("auctions:consignment", pk)
    return _page(request, row, 422, form=form)
