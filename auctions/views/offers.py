"""Offers between one bidder and the house: a second chance to answer, an offer after the sale.

All of it works without script; what is shown is the bidder's own.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts.access import signed_in
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError
from artmarket.core.money import Money

from .. import wording
from ..after_forms import OfferForm
from ..enums import OfferState, PaddleState
from ..models import AfterSaleOffer, Lot, Paddle, SecondChance
from ..selectors import aftermath as selectors
from ..selectors.costs import has_priority
from ..selectors.sales import costs_of, paddles_in
from ..services import after_sale, second_chance
from .house import show_on
from .sales import open_sale

SHOWN = 100


@require_safe
@never_cache
@signed_in
def offers(request: HttpRequest) -> HttpResponse:
    """Second chances given to a person, his offers after sales, and his defaults."""
    now = db_now()
    user: User = request.user  # type: ignore[assignment]
    context = {
        "chances": [_row(row, now, row.open_until) for row in selectors.chances_of(user)[:SHOWN]],
        "offers": [
            _row(row, now, after_sale.window_end(row.lot.sale))
            for row in selectors.offers_of(user)[:SHOWN]
        ],
        "defaults": selectors.defaults_of(user)[:SHOWN],
    }
    return render(request, "auctions/offers.html", context)


def _row(row: SecondChance | AfterSaleOffer, now: Any, end: Any) -> dict[str, Any]:
    is_open = row.state == OfferState.OPEN and (end is None or now < end)
    is_late = row.state == OfferState.OPEN and not is_open
    return {
        "offer": row,
        "title": row.lot.work.display_title,
        "url": reverse("auctions:lot", args=[row.lot.sale_id, row.lot.number]),
        "amount": Money(row.amount_minor, row.lot.sale.currency),
        "end": wording.moment(end) if end else "",
        "is_open": is_open,
        "state": OfferState.LAPSED.label if is_late else row.get_state_display(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def answer_chance(request: HttpRequest, pk: int) -> HttpResponse:
    """What is offered and what it costs in all; accept or refuse."""
    rows = SecondChance.objects.select_related("lot__sale__house", "lot__work", "paddle")
    offer = get_object_or_404(rows, pk=pk, paddle__user=request.user)
    refusal = None
    if request.method == "POST" and request.POST.get("answer") in ("accept", "refuse"):
        try:
            if request.POST["answer"] == "accept":
                second_chance.accept_second_chance(actor=request.user, offer_id=pk)  # type: ignore[arg-type]
                messages.success(request, _("成交，合同已成立。付款期限看拍品页。"))
                return redirect("auctions:lot", offer.lot.sale_id, offer.lot.number)
            second_chance.refuse_second_chance(actor=request.user, offer_id=pk)  # type: ignore[arg-type]
            messages.success(request, _("已谢绝，没有任何后果。"))
            return redirect("auctions:offers")
        except DomainError as error:
            refusal = error
            offer = get_object_or_404(rows, pk=pk)
    context = {
        "row": _row(offer, db_now(), offer.open_until),
        "offer": offer,
        "lot": offer.lot,
        "sale": offer.lot.sale,
        "costs": costs_of(
            offer.lot.sale,
            offer.amount_minor,
            lot=offer.lot,
            has_priority=has_priority(offer.lot, offer.paddle_id),
        ),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "auctions/second_chance.html", context, status=status)


# ------------------------------------------------------------------ after the sale


def offer_context(lot: Lot, user: Any, data: Any = None) -> dict[str, Any] | None:
    """The form of an offer on the page of a lot that was not sold; None: none can be made."""
    if not user.is_authenticated or not after_sale.takes_offers(lot, db_now()):
        return None
    usable = [p for p in paddles_in(lot.sale, user) if p.state == PaddleState.APPROVED]
    if not usable:
        return None
    end = after_sale.window_end(lot.sale)
    own = [offer for p in usable if (offer := selectors.open_offer_of(lot, p.pk))]
    form = OfferForm(
        data, paddles=[(str(p.pk), _paddle_words(p)) for p in usable],
        currency=lot.sale.currency, least=after_sale.least_offer(lot),
    )  # fmt: skip
    return {
        "offer_form": form,
        "offer_end": wording.moment(end) if end else "",
        "own_offers": [Money(offer.amount_minor, lot.sale.currency) for offer in own],
    }


def _paddle_words(paddle: Paddle) -> str:
    return _("号牌%(n)s，%(who)s") % {"n": paddle.number, "who": paddle.party.name}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def make_offer(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """First the page that shows the whole cost of an amount, then the offer itself."""
    if request.method != "POST":
        return redirect("auctions:lot", pk, number)
    sale = open_sale(request, pk)
    lot = get_object_or_404(
        Lot.objects.select_related("work", "consignment"), sale=sale, number=number
    )
    lot.sale = sale
    context = offer_context(lot, request.user, request.POST)
    if context is None:
        raise Http404
    form = context["offer_form"]
    costs = None
    if form.is_valid():
        given = form.cleaned_data
        is_early = has_priority(lot, int(given["paddle"]))
        costs = costs_of(sale, given["amount"], lot=lot, has_priority=is_early)
        if request.POST.get("step") == "place":
            try:
                after_sale.make_offer(
                    actor=request.user, lot_id=lot.pk, paddle_id=given["paddle"],  # type: ignore[arg-type]
                    amount=given["amount"], currency=sale.currency,
                )  # fmt: skip
            except DomainError as error:
                show_on(form, error)
                costs = None
            else:
                messages.success(request, _("出价已送到拍卖企业，答复会通知你。"))
                return redirect("auctions:lot", pk, number)
    context |= {"lot": lot, "sale": sale, "work": lot.work, "costs": costs}
    status = 422 if form.errors else 200
    return render(request, "auctions/offer.html", context, status=status)
