"""Powers of attorney: the agent hands in, the principal confirms, the house verifies. Thin."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from artmarket.accounts import gates
from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError
from media.links import signed_link

from ..desk_forms import EndForm, PowerForm
from ..enums import PowerState, SaleState
from ..models import Power
from ..selectors import registration as selectors
from ..services import powers as services
from .deposits import houses_at_desk
from .house import get_or_post, show_on
from .sales import open_sale

PILLS = {PowerState.IN_FORCE: "ok", PowerState.WAITING: "warn"}


@get_or_post
@signed_in
def new_power(request: HttpRequest, pk: int) -> HttpResponse:
    """An agent hands in a paper for one sale."""
    sale = open_sale(request, pk)
    if sale.state != SaleState.ANNOUNCED:
        raise Http404
    files = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PowerForm(*files, currency=sale.currency)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            services.hand_in_power(
                actor=request.user, sale_id=pk, terms=form.terms(), file=file, name=file.name  # type: ignore[arg-type]
            )  # fmt: skip
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("已提交，授权人确认或拍卖企业核对以后就可以登记。"))
            return redirect("auctions:powers")
    context = {
        "sale": sale,
        "form": form,
        "identity": gates.identity_of(request.user),  # type: ignore[arg-type]
        "trail": [
            (pgettext_lazy("section", "拍卖"), reverse("auctions:sales")),
            (sale.display_title, reverse("auctions:sale", args=[sale.pk])),
            (_("竞买登记"), reverse("auctions:register", args=[sale.pk])),
            (_("竞买授权委托书"), ""),
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "auctions/new_power.html", context, status=status)


@require_safe
@signed_in
def powers(request: HttpRequest) -> HttpResponse:
    """One's own powers: those held, those that wait for one's word."""
    rows = [_row(power) for power in selectors.powers_of(request.user)[: selectors.SHOWN_ROWS]]  # type: ignore[arg-type]
    return render(request, "auctions/powers.html", {"rows": rows})


@get_or_post
@never_cache
@signed_in
def power(request: HttpRequest, pk: int) -> HttpResponse:
    """One power: the principal confirms or refuses, principal and agent revoke."""
    found = get_object_or_404(selectors.powers_for_pages(), pk=pk)
    is_principal = request.user.has_perm("auctions.confirm_power", found)
    if not is_principal and found.agent_id != request.user.pk:
        raise Http404
    return _power_page(request, found, "auctions:power", may_begin=is_principal)


@require_safe
@signed_in
def house_powers(request: HttpRequest) -> HttpResponse:
    """Papers for one's sales, those first that wait."""
    found = selectors.power_queue(houses_at_desk(request))[: selectors.SHOWN_ROWS]
    return render(request, "auctions/house/powers.html", {"rows": [_row(row) for row in found]})


@get_or_post
@never_cache
@signed_in
def house_power(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper at the desk of the house."""
    found = get_object_or_404(selectors.powers_for_pages(), pk=pk)
    if not request.user.has_perm("auctions.verify_power", found):
        raise Http404
    may_begin = not selectors.has_account(found)
    return _power_page(request, found, "auctions:house_power", may_begin=may_begin)


def _power_page(request: HttpRequest, found: Power, name: str, *, may_begin: bool) -> HttpResponse:
    form = EndForm(request.POST if request.POST.get("do") == "end" else None)
    if request.method == "POST" and _done(request, found, name, form):
        return redirect(name, found.pk)
    waits = found.state == PowerState.WAITING
    context = {
        "row": _row(found),
        "power": found,
        "form": form,
        "paper": signed_link(found.document, actor=request.user),
        "is_desk": name == "auctions:house_power",
        "may_begin": may_begin and waits,
        "waits": waits,
        "may_end": waits or found.state == PowerState.IN_FORCE,
    }
    wrong = request.method == "POST"
    return render(request, "auctions/power.html", context, status=422 if wrong else 200)


def _done(request: HttpRequest, found: Power, name: str, form: EndForm) -> bool:
    actor: Any = request.user
    is_desk = name == "auctions:house_power"
    try:
        if request.POST.get("do") == "begin":
            begin = services.verify_power if is_desk else services.confirm_power
            begin(actor=actor, power_id=found.pk)
        elif not form.is_valid():
            return False
        else:
            refuses = found.state == PowerState.WAITING and found.agent_id != actor.pk
            end = services.refuse_power if refuses else services.revoke_power
            end(actor=actor, power_id=found.pk, reason=form.cleaned_data["reason"])
    except DomainError as error:
        if not form.is_bound:
            messages.error(request, " ".join(filter(None, (str(error), str(error.hint)))))
            return False
        show_on(form, error)
        return False
    messages.success(request, _("已记下。"))
    return True


def _row(found: Power) -> dict[str, Any]:
    return {
        "power": found,
        "sale": found.sale,
        "amount": found.amount,
        "pill": PILLS.get(PowerState(found.state), "neutral"),
    }
