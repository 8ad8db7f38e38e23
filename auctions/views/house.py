"""The desk of an auction house: sales, lots, registrations, bids, works offered to it.

Thin: parse, call a service, render. Whoever does not run the house finds nothing here.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from artmarket.accounts.access import signed_in
from artmarket.accounts.models import Organisation
from artmarket.core.errors import DomainError, Invalid, NotAllowed

from ..enums import ConsignmentState, LotState, PaddleState, SaleState
from ..house_forms import (
    AddLotForm,
    ConditionsForm,
    PaddleForm,
    ReasonForm,
    SaleForm,
    TermsForm,
)
from ..models import Bid, Consignment, Lot, Paddle, Sale
from ..selectors import house as selectors
from ..selectors.aftermath import defaults_by
from ..services import consignments, paddles, sales, voiding

FIELDS_OF_TERMS = {"estimate": "estimate_low"}
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def show_on(form: forms.Form, error: DomainError) -> None:
    """Put a refusal beside the fields that it is about, or above the form."""
    fields = error.fields if isinstance(error, Invalid) else {}
    for name, words in fields.items():
        known = FIELDS_OF_TERMS.get(name, name)
        form.add_error(known if known in form.fields else None, str(words))
    if not fields:
        form.add_error(None, " ".join(filter(None, (str(error), str(error.hint)))))


def _house(request: HttpRequest, slug: str) -> Organisation:
    house = get_object_or_404(Organisation, slug=slug)
    if not request.user.has_perm("auctions.hold_sale", house):
        raise Http404
    return house


def _sale(request: HttpRequest, pk: int, perm: str = "auctions.manage_sale") -> Sale:
    rows = Sale.objects.select_related("house", "ladder", "closing", "premium", "conditions")
    sale = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm(perm, sale):
        raise Http404
    return sale


def _lot(request: HttpRequest, pk: int, perm: str) -> Lot:
    lot = get_object_or_404(Lot.objects.select_related("sale__house", "work"), pk=pk)
    if not request.user.has_perm(perm, lot):
        raise Http404
    return lot


@require_safe
@signed_in
def desk(request: HttpRequest) -> HttpResponse:
    """The sales of one's houses, each with its next step."""
    houses = list(selectors.houses_of(request.user))
    if not houses:
        raise NotAllowed(_("只有拍卖企业的管理员可以举办拍卖会。"))
    offered = selectors.consignments_of_houses(houses).filter(state=ConsignmentState.OFFERED)
    rows = selectors.sales_of(houses)[: selectors.SHOWN_ROWS]
    context = {
        "houses": houses,
        "rows": [(sale, selectors.next_step(sale)) for sale in rows],
        "offered": offered.count(),
    }
    return render(request, "auctions/house/desk.html", context)


# ------------------------------------------------------------------ sales


@get_or_post
@signed_in
def new_sale(request: HttpRequest, slug: str) -> HttpResponse:
    """Draft a sale."""
    house = _house(request, slug)
    form = SaleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sale = sales.create_sale(actor=request.user, house_id=house.pk, terms=form.terms())
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("草稿已保存。接着把拍品放进来。"))
            return redirect("auctions:house_sale", sale.pk)
    return _sale_form(request, form, house=house)


@get_or_post
@signed_in
def edit_sale(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft; what is announced stays as it is."""
    sale = _sale(request, pk)
    if sale.state != SaleState.DRAFT and request.method != "POST":
        return redirect("auctions:house_sale", pk)
    form = SaleForm(request.POST or None, sale=sale)
    if request.method == "POST" and form.is_valid():
        try:
            sales.change_sale(actor=request.user, sale_id=pk, terms=form.terms())
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("已保存。"))
            return redirect("auctions:house_sale", pk)
    return _sale_form(request, form, house=sale.house, sale=sale)


def _sale_form(
    request: HttpRequest, form: SaleForm, *, house: Organisation, sale: Sale | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "house": house,
        "sale": sale,
        "ladders": selectors.ladders_shown(form.currency),
    }
    status = 422 if form.errors else 200
    return render(request, "auctions/house/sale_form.html", context, status=status)


@require_safe
@signed_in
def sale_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One sale: its lots in order, its rules, what it still needs."""
    return _sale_page(request, _sale(request, pk))


def _sale_page(request: HttpRequest, sale: Sale, status: int = 200, **given: Any) -> HttpResponse:
    is_draft = sale.state == SaleState.DRAFT
    sale.waiting = sale.paddles.filter(state=PaddleState.PENDING).count()  # type: ignore[attr-defined]
    ready = selectors.ready_consignments(sale) if is_draft else []
    context = {
        "sale": sale,
        "is_draft": is_draft,
        "next_step": selectors.next_step(sale),
        "steps": _steps(sale),
        "rows": selectors.lot_rows(sale),
        "rules": selectors.rules_shown(sale),
        "problems": selectors.problems_of(sale) if is_draft else [],
        "ready": ready,
        "add_form": AddLotForm(choices=_choices(ready)),
    } | given
    return render(request, "auctions/house/sale.html", context, status=status)


def _steps(sale: Sale) -> list[tuple[str, str, str]]:
    names = {
        SaleState.DRAFT: _("准备"),
        SaleState.ANNOUNCED: _("公告与竞价"),
        SaleState.ENDED: _("结果"),
    }
    if sale.state not in names:
        return []
    order = list(names)
    now = order.index(SaleState(sale.state))
    states = ["done" if n < now else "current" if n == now else "next" for n in range(len(order))]
    return [(state, names[key], "") for state, key in zip(states, order, strict=True)]


def _choices(ready: list[Consignment]) -> list[tuple[str, str]]:
    return [
        (
            str(row.pk),
            f"{row.work.display_title} · {selectors.money(row.opening_minor, row.currency)}",
        )
        for row in ready
    ]


@require_POST
@signed_in
def add_lot(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a work under contract at the end of the catalogue."""
    sale = _sale(request, pk)
    form = AddLotForm(request.POST, choices=_choices(selectors.ready_consignments(sale)))
    if form.is_valid():
        try:
            sales.add_lot(
                actor=request.user,
                sale_id=pk,
                consignment_id=int(form.cleaned_data["consignment"]),
                condition=form.cleaned_data["condition"],
            )
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("已放进图录，排在最后。"))
            return redirect("auctions:house_sale", pk)
    return _sale_page(request, sale, 422, add_form=form)


@require_POST
@signed_in
def move_lot(request: HttpRequest, pk: int) -> HttpResponse:
    """Move one lot up or down by a place."""
    sale = _sale(request, pk)
    order = list(sale.lots.order_by("number").values_list("pk", flat=True))
    word, _colon, number = request.POST.get("move", "").partition(":")
    if word not in ("up", "down") or not number.isdecimal() or int(number) not in order:
        raise Invalid(fields={"move": _("请从列表中选择。")})
    at = order.index(int(number))
    to = max(0, min(len(order) - 1, at + (-1 if word == "up" else 1)))
    order[at], order[to] = order[to], order[at]
    sales.order_lots(actor=request.user, sale_id=pk, lot_ids=order)
    return redirect("auctions:house_sale", pk)


@get_or_post
@signed_in
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then announce; what is missing is listed with its rule."""
    sale = _sale(request, pk)
    if request.method == "POST":
        try:
            sales.announce_sale(actor=request.user, sale_id=pk)
        except Invalid as error:
            messages.error(request, str(error))
            return _sale_page(request, _sale(request, pk), 422)
        messages.success(request, _("拍卖会已公告，从现在起不能再改。"))
        return redirect("auctions:house_sale", pk)
    problems = selectors.problems_of(sale) if sale.state == SaleState.DRAFT else []
    if sale.state != SaleState.DRAFT or problems:
        return redirect("auctions:house_sale", pk)
    context = {
        "sale": sale,
        "rules": selectors.rules_shown(sale),
        "lot_count": sale.lots.filter(state=LotState.DRAFT).count(),
        "conditions": selectors.newest_conditions(sale.house),
    }
    return render(request, "auctions/house/announce.html", context)


@get_or_post
@signed_in
def withdraw_lot(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a lot out, with the reason that everybody will read."""
    lot = _lot(request, pk, "auctions.withdraw_lot")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sales.withdraw_lot(actor=request.user, lot_id=pk, reason=form.cleaned_data["reason"])
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("拍品已撤回，留在图录里并注明。"))
            if request.user.has_perm("auctions.manage_sale", lot.sale):
                return redirect("auctions:house_sale", lot.sale_id)
            return redirect("auctions:house_bids", pk)
    context = {"lot": lot, "sale": lot.sale, "form": form}
    return render(
        request, "auctions/house/withdraw.html", context, status=422 if form.errors else 200
    )


@get_or_post
@signed_in
def conditions(request: HttpRequest, slug: str) -> HttpResponse:
    """The conditions of sale: every version, and a form for the next."""
    house = _house(request, slug)
    newest = selectors.newest_conditions(house)
    initial = {"text": newest.text, "text_en": newest.text_en} if newest else {}
    form = ConditionsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            sales.publish_conditions(actor=request.user, house_id=house.pk, **form.cleaned_data)
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("新一版已发布，以后公告的拍卖会用这一版。"))
            return redirect("auctions:house_conditions", slug)
    versions = house.conditions_of_sale.all()[: selectors.SHOWN_ROWS]
    context = {"house": house, "form": form, "versions": versions}
    return render(
        request, "auctions/house/conditions.html", context, status=422 if form.errors else 200
    )


# ------------------------------------------------------------------ registrations


@require_safe
@signed_in
def sale_paddles(request: HttpRequest, pk: int) -> HttpResponse:
    """Who registered, and who waits to be let in."""
    sale = _sale(request, pk, "auctions.decide_paddle")
    rows = selectors.paddle_rows(sale)
    counts = defaults_by(row.paddle for row in rows)
    context = {"sale": sale, "rows": [(row, counts[row.paddle.pk]) for row in rows]}
    return render(request, "auctions/house/paddles.html", context)


@get_or_post
@signed_in
def decide_paddle(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody in, refuse, suspend, set his limit."""
    rows = Paddle.objects.select_related("sale__house", "party__organisation", "user")
    paddle = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm("auctions.decide_paddle", paddle):
        raise Http404
    states = selectors.paddle_choices(paddle)
    initial = {"state": states[0] if states else "", "bid_limit": paddle.bid_limit_minor}
    form = PaddleForm(request.POST or None, states=states, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            paddles.decide_paddle(
                actor=request.user, paddle_id=pk, state=given["state"],
                bid_limit_minor=given["bid_limit"], note=given["note"],
            )  # fmt: skip
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("已记下，登记人会看到。"))
            return redirect("auctions:house_paddles", paddle.sale_id)
    context = {
        "row": selectors.paddle_row(paddle, paddle.sale.currency),
        "defaults": defaults_by([paddle])[paddle.pk],
        "deposits": list(paddle.deposits.order_by("pk")),
        "paddle": paddle,
        "sale": paddle.sale,
        "form": form,
    }
    return render(
        request, "auctions/house/paddle.html", context, status=422 if form.errors else 200
    )


# ------------------------------------------------------------------ bids


@require_safe
@signed_in
def bids(request: HttpRequest, pk: int) -> HttpResponse:
    """Every offer on a lot; the amounts of maxima are an operator's alone."""
    return _bids_page(request, _lot(request, pk, "auctions.see_reserve"))


def _bids_page(request: HttpRequest, lot: Lot, status: int = 200, **given: Any) -> HttpResponse:
    may_void = request.user.has_perm("auctions.void_bid")
    context = {
        "lot": lot,
        "sale": lot.sale,
        "rows": selectors.bid_rows(lot, sees_maxima=may_void),
        "may_void": may_void,
        "is_house": request.user.has_perm("auctions.manage_sale", lot.sale),
        "form": ReasonForm(),
    } | given
    return render(request, "auctions/house/bids.html", context, status=status)


@get_or_post
@signed_in
def void_bid(request: HttpRequest, pk: int) -> HttpResponse:
    """An operator takes a bid out of the count, after being asked once more."""
    bid = get_object_or_404(Bid.objects.select_related("lot__sale", "lot__work", "paddle"), pk=pk)
    if not request.user.has_perm("auctions.void_bid", bid):
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            voiding.void_bid(actor=request.user, bid_id=pk, reason=form.cleaned_data["reason"])
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("这笔出价已作废，价格按其余出价重算。"))
            return redirect("auctions:house_bids", bid.lot_id)
    context = {"bid": bid, "lot": bid.lot, "sale": bid.lot.sale, "form": form}
    return render(request, "auctions/house/void.html", context, status=422 if form.errors else 200)


# ------------------------------------------------------------------ works offered


@require_safe
@signed_in
def consignment_queue(request: HttpRequest) -> HttpResponse:
    """Works offered to one's houses, those that wait first."""
    houses = list(selectors.houses_of(request.user))
    if not houses:
        raise NotAllowed(_("只有拍卖企业的管理员可以举办拍卖会。"))
    rows = selectors.consignments_of_houses(houses)[: selectors.SHOWN_ROWS]
    return render(request, "auctions/house/consignments.html", {"rows": rows})


def _offered(request: HttpRequest, pk: int) -> Consignment:
    rows = Consignment.objects.select_related("work", "house", "party")
    row = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm("auctions.answer_consignment", row):
        raise Http404
    return row


@get_or_post
@signed_in
def consignment(request: HttpRequest, pk: int) -> HttpResponse:
    """One offered work: propose terms, again as long as they are not agreed to."""
    row = _offered(request, pk)
    form = TermsForm(request.POST or None, initial=_terms_initial(row), currency=row.currency)
    if request.method == "POST" and form.is_valid():
        try:
            consignments.propose_terms(actor=request.user, consignment_id=pk, terms=form.terms())
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("条件已发给委托人，等他同意。"))
            return redirect("auctions:house_consignment", pk)
    return _consignment_page(request, row, form=form)


def _terms_initial(row: Consignment) -> dict[str, Any]:
    return {
        "opening": row.opening_minor, "estimate_low": row.estimate_low_minor,
        "estimate_high": row.estimate_high_minor, "reserve": row.reserve_minor,
        "commission": row.commission_pct, "withdrawal": row.withdrawal_pct or 0,
        "note": row.specialist_note, "schedule": row.schedule.name if row.schedule else "",
    }  # fmt: skip


def _consignment_page(
    request: HttpRequest,
    row: Consignment,
    *,
    form: TermsForm | None = None,
    end_form: ReasonForm | None = None,
) -> HttpResponse:
    wrong = bool((form and form.errors) or (end_form and end_form.errors))
    context = {
        "row": row,
        "work": row.work,
        "terms": selectors.terms_shown(row),
        "form": form or TermsForm(initial=_terms_initial(row), currency=row.currency),
        "end_form": end_form or ReasonForm(prefix="end"),
        "may_propose": row.state in (ConsignmentState.OFFERED, ConsignmentState.PROPOSED),
        "may_end": row.state
        in (ConsignmentState.OFFERED, ConsignmentState.PROPOSED, ConsignmentState.CONTRACTED),
    }
    return render(request, "auctions/house/consignment.html", context, status=422 if wrong else 200)


@require_POST
@signed_in
def end_consignment(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline a work, or end its contract."""
    row = _offered(request, pk)
    form = ReasonForm(request.POST, prefix="end")
    if form.is_valid():
        try:
            consignments.end_consignment(
                actor=request.user, consignment_id=pk, reason=form.cleaned_data["reason"]
            )
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("已结束，委托人会看到理由。"))
            return redirect("auctions:house_consignments")
    return _consignment_page(request, row, end_form=form)
