"""Pages of offers and of the talk about them; thin: parse, call a service, render."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.models import Event
from artmarket.core.money import Money
from catalog.enums import WorkState
from catalog.models import Work

from .forms import CloseForm, MessageForm, OfferForm, PriceForm
from .models import Enquiry, Offer
from .selectors import enquiries_of, live_offer, offers_of
from .services import enquiries
from .services import offers as services
from .showing import price_label

SHOWN = 100


def _own_work(request: HttpRequest, pk: int) -> Work:
    """A registered work that this person holds; any other does not exist for him."""
    work = get_object_or_404(Work, pk=pk, state=WorkState.REGISTERED)
    if not request.user.has_perm("listings.offer_work", work):
        raise Http404
    return work


def _own_offer(request: HttpRequest, pk: int) -> Offer:
    offer = Offer.objects.filter(work=_own_work(request, pk), closed_at__isnull=True).first()
    if offer is None:
        raise Http404
    return offer


def _show_on(form: forms.Form, error: DomainError) -> None:
    fields = error.fields if isinstance(error, Invalid) else {}
    for name, words in fields.items():
        form.add_error(name if name in form.fields else None, str(words))
    if not fields:
        form.add_error(None, " ".join(filter(None, (str(error), str(error.hint)))))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def open_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer one's work; with a live offer: its price, its history, and taking it down."""
    work = _own_work(request, pk)
    if request.method != "POST" and (offer := live_offer(work)):
        return _offer_page(request, work, offer)
    form = OfferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.open_offer(actor=request.user, work_id=pk, terms=form.terms())
        except DomainError as error:
            _show_on(form, error)
        else:
            messages.success(request, _("已公开标价。买家的询问会出现在“标价与询价”。"))
            return redirect("listings:open", pk)
    context = {"work": work, "form": form}
    return render(request, "listings/open.html", context, status=422 if form.errors else 200)


def _offer_page(
    request: HttpRequest, work: Work, offer: Offer, status: int = 200, **given: Any
) -> HttpResponse:
    context = {
        "work": work,
        "offer": offer,
        "label": price_label(work, offer),
        "prices": _price_history(offer),
        "price_form": PriceForm(initial={"price": f"{offer.price.amount.normalize():f}"}),
        "close_form": CloseForm(),
        "enquiries": offer.enquiries.all()[:SHOWN],
    } | given
    return render(request, "listings/offer.html", context, status=status)


def _price_history(offer: Offer) -> list[tuple[Any, str]]:
    """When the seller asked how much, oldest first, from the events."""
    events = (
        Event.objects.about(offer)
        .filter(action__in=("offer.opened", "offer.price_changed"))
        .order_by("pk")
    )
    return [(e.at, Money(e.after["price_minor"], offer.currency).words()) for e in events]


@require_POST
@signed_in
def change_price(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask another price."""
    offer = _own_offer(request, pk)
    form = PriceForm(request.POST)
    if form.is_valid():
        try:
            services.change_price(
                actor=request.user, offer_id=offer.pk, price=form.cleaned_data["price"]
            )
        except DomainError as error:
            _show_on(form, error)
        else:
            messages.success(request, _("标价已修改，原来的价格留在记录里。"))
            return redirect("listings:open", pk)
    return _offer_page(request, offer.work, offer, 422, price_form=form)


@require_POST
@signed_in
def close_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the offer down."""
    offer = _own_offer(request, pk)
    form = CloseForm(request.POST)
    if form.is_valid():
        services.close_offer(
            actor=request.user, offer_id=offer.pk, reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("标价已撤下。"))
        return redirect("listings:offers")
    return _offer_page(request, offer.work, offer, 422, close_form=form)


@require_safe
@signed_in
def offers(request: HttpRequest) -> HttpResponse:
    """What the person offers, and the talks in which he takes part."""
    talks = enquiries_of(request.user)[:SHOWN]
    context = {
        "offers": offers_of(request.user)[:SHOWN],
        "talks": [(talk, talk.buyer_id == request.user.pk) for talk in talks],
    }
    return render(request, "listings/offers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the seller about an offered work."""
    work = get_object_or_404(Work, number=number)
    offer = live_offer(work)
    if offer is None or not request.user.has_perm("catalog.view_work", work):
        raise Http404(_("这件作品没有标价出售。"))
    if request.user.has_perm("listings.change_offer", offer):
        return redirect("listings:open", work.pk)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            message = enquiries.ask_seller(
                actor=request.user, offer_id=offer.pk, text=form.cleaned_data["text"]
            )
        except DomainError as error:
            _show_on(form, error)
        else:
            messages.success(request, _("已发给卖方，答复会出现在这里，也会发邮件告诉你。"))
            return redirect("listings:thread", message.enquiry_id)
    context = {"work": work, "offer": offer, "form": form, "label": price_label(work, offer)}
    return render(request, "listings/ask.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One talk, for its two sides only."""
    enquiry = get_object_or_404(
        Enquiry.objects.select_related("offer__work", "offer__encumbrance"), pk=pk
    )
    if not request.user.has_perm("listings.read_enquiry", enquiry):
        raise Http404
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            enquiries.write_message(
                actor=request.user, enquiry_id=pk, text=form.cleaned_data["text"]
            )
        except DomainError as error:
            _show_on(form, error)
        else:
            return redirect("listings:thread", pk)
    context = {
        "enquiry": enquiry,
        "offer": enquiry.offer,
        "work": enquiry.offer.work,
        "label": price_label(enquiry.offer.work, enquiry.offer),
        "talk": enquiry.messages.all(),
        "form": form,
    }
    return render(request, "listings/thread.html", context, status=422 if form.errors else 200)
