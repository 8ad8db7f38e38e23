"""The house's acts after the hammer, and those on a sale that is announced.

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
from artmarket.core.errors import DomainError, Invalid

from ..after_forms import AnswerForm, ChanceForm, LotTextForm, PaidForm
from ..enums import CLOSED_LOTS, SOLD_LOTS, UNSOLD_LOTS, LotState, SaleState
from ..house_forms import ReasonForm
from ..models import AfterSaleOffer, Lot, Sale, Settlement
from ..selectors import aftermath as selectors
from ..selectors.costs import Costs, has_priority
from ..selectors.house import PILLS
from ..selectors.sales import costs_of
from ..services import after_sale, cancelling, corrections, payment, second_chance
from ..services.aftermath import is_held
from .corrections import correction_words
from .house import show_on

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _lot(request: HttpRequest, pk: int, perm: str = "auctions.settle_lot") -> Lot:
    rows = Lot.objects.select_related("sale__house", "work", "consignor", "winner__party")
    lot = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm(perm, lot):
        raise Http404
    return lot


@require_safe
@signed_in
def after(request: HttpRequest, pk: int) -> HttpResponse:
    """A lot that is over: its contract, what can be done, and what was done."""
    return _page(request, _lot(request, pk))


def _costs(lot: Lot) -> Costs | None:
    """What its buyer pays; None while no contract stands."""
    if lot.state not in SOLD_LOTS or lot.hammer_minor is None:
        return None
    is_early = has_priority(lot, lot.winner_id)
    return costs_of(lot.sale, lot.hammer_minor, lot=lot, has_priority=is_early)


def _page(request: HttpRequest, lot: Lot, status: int = 200, **given: Any) -> HttpResponse:
    if lot.state not in CLOSED_LOTS or lot.state == LotState.WITHDRAWN:
        raise Http404
    people = selectors.underbidders(lot)
    is_defaulted = lot.state == LotState.DEFAULTED and is_held(lot)
    chances = selectors.chances_of_lot(lot)
    waits = any(row["is_open"] for row in chances)
    context = {
        "lot": lot,
        "sale": lot.sale,
        "pill": PILLS.get(LotState(lot.state), "neutral"),
        "is_house": request.user.has_perm("auctions.manage_sale", lot.sale),
        "costs": _costs(lot),
        "is_sold": lot.state == LotState.SOLD,
        "due": selectors.payment_due(lot) if lot.state == LotState.SOLD else None,
        "order": Settlement.objects.live().filter(lot=lot).first(),
        "claims": selectors.claims_of(lot),
        "is_held": is_defaulted,
        "is_unsold": lot.state in UNSOLD_LOTS,
        "people": people,
        "chances": chances,
        "waits": waits,
        "offers": selectors.offers_for_lot(lot),
        "may_sell": request.user.has_perm("auctions.sell_after", lot),
        "window_end": after_sale.window_end(lot.sale),
        "paid_form": PaidForm(prefix="paid"),
        "default_form": ReasonForm(prefix="default"),
        "release_form": ReasonForm(prefix="release"),
        "chance_form": ChanceForm(people=people, prefix="chance"),
    } | given
    return render(request, "auctions/house/after.html", context, status=status)


def _act(
    request: HttpRequest, lot: Lot, form: forms.Form, name: str, call: Any, done: str
) -> HttpResponse:
    """Do what a form of the page asks; what is wrong with it is shown on it, a refusal above."""
    if form.is_valid():
        try:
            call()
        except Invalid as error:
            show_on(form, error)
        except DomainError as error:
            return _page(
                request, _lot(request, lot.pk), error.status, refusal=error, **{name: form}
            )
        else:
            messages.success(request, done)
            return redirect("auctions:house_after", lot.pk)
    return _page(request, _lot(request, lot.pk), 422, **{name: form})


@require_POST
@signed_in
def paid(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole price came in at the desk."""
    form = PaidForm(request.POST, prefix="paid")

    def call() -> None:
        payment.confirm_payment(
            actor=request.user, lot_id=pk, reference=form.cleaned_data["reference"]
        )

    return _act(request, _lot(request, pk), form, "paid_form", call, _("已登记付清。"))


@require_POST
@signed_in
def default(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel the contract of a buyer who did not pay."""
    form = ReasonForm(request.POST, prefix="default")

    def call() -> None:
        payment.declare_default(actor=request.user, lot_id=pk, reason=form.cleaned_data["reason"])

    done = _("合同已解除，买受人会收到理由。")
    return _act(request, _lot(request, pk), form, "default_form", call, done)


@require_POST
@signed_in
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the work back."""
    form = ReasonForm(request.POST, prefix="release")

    def call() -> None:
        payment.release_work(actor=request.user, lot_id=pk, reason=form.cleaned_data["reason"])

    done = _("作品已退还，限制解除。")
    return _act(request, _lot(request, pk), form, "release_form", call, done)


@require_POST
@signed_in
def chance(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer the lot to an underbidder."""
    lot = _lot(request, pk)
    form = ChanceForm(request.POST, people=selectors.underbidders(lot), prefix="chance")

    def call() -> None:
        given = form.cleaned_data
        second_chance.offer_second_chance(
            actor=request.user, lot_id=pk, paddle_id=given["paddle"], days=given["days"],
            consignor_agrees=given["agrees"],
        )  # fmt: skip

    return _act(request, lot, form, "chance_form", call, _("第二次机会已发出，只有他看得到。"))


@require_POST
@signed_in
def answer_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or refuse one offer after the sale."""
    offer = get_object_or_404(AfterSaleOffer.objects.select_related("lot__sale__house"), pk=pk)
    if not request.user.has_perm("auctions.sell_after", offer.lot):
        raise Http404
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={"answer": _("请从列表中选择。")})
    try:
        if form.cleaned_data["answer"] == "accept":
            after_sale.accept_offer(
                actor=request.user, offer_id=pk, consignor_agrees=form.cleaned_data["agrees"]
            )
            messages.success(request, _("已成交，出价人会收到通知。"))
        else:
            after_sale.refuse_offer(actor=request.user, offer_id=pk)
            messages.success(request, _("已谢绝。"))
    except DomainError as error:
        return _page(request, _lot(request, offer.lot_id), error.status, refusal=error)
    return redirect("auctions:house_after", offer.lot_id)


# ------------------------------------------------------------------ before the end


@get_or_post
@signed_in
def cancel_sale(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then cancel a sale with the reason that everybody will read."""
    sale = get_object_or_404(Sale.objects.select_related("house"), pk=pk)
    if not request.user.has_perm("auctions.cancel_sale", sale):
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancelling.cancel_sale(
                actor=request.user, sale_id=pk, reason=form.cleaned_data["reason"]
            )
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("拍卖会已取消，有关的人会收到通知。"))
            if request.user.has_perm("auctions.manage_sale", sale):
                return redirect("auctions:house_sale", pk)
            return redirect("auctions:sale", pk)
    context = {
        "sale": sale,
        "form": form,
        "lot_count": sale.lots.filter(state__in=cancelling.RUNNING).count(),
        "may_cancel": sale.state in (SaleState.DRAFT, SaleState.ANNOUNCED),
    }
    status = 422 if form.errors else 200
    return render(request, "auctions/house/cancel.html", context, status=status)


@get_or_post
@signed_in
def lot_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the text of a draft's lot; of an announced one, correct it with date and reason."""
    lot = _lot(request, pk, "auctions.manage_sale")
    initial = {
        "condition": lot.condition, "estimate_low": lot.estimate_low_minor,
        "estimate_high": lot.estimate_high_minor, "symbols": lot.marks,
    }  # fmt: skip
    is_draft = lot.state == LotState.DRAFT
    form = LotTextForm(request.POST or None, is_draft=is_draft, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = corrections.correct_lot(
                actor=request.user, lot_id=pk, text=form.text(),
                reason=form.cleaned_data.get("reason", ""),
            )  # fmt: skip
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("勘误已登出。") if made else _("已保存。"))
            return redirect("auctions:house_sale", lot.sale_id)
    context = {
        "lot": lot,
        "sale": lot.sale,
        "form": form,
        "is_draft": is_draft,
        "corrections": [correction_words(row, lot.sale) for row in selectors.corrections_of(lot)],
    }
    status = 422 if form.errors else 200
    return render(request, "auctions/house/text.html", context, status=status)
