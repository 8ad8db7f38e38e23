"""Registration for a sale: who one is, the conditions in their version, for whom one bids."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from artmarket.accounts import gates
from artmarket.accounts.access import signed_in
from artmarket.accounts.permissions import parties_of
from artmarket.core.errors import DomainError
from artmarket.core.money import Money

from .. import wording
from ..enums import SaleState
from ..forms import RegisterForm
from ..models import Paddle, Sale
from ..selectors.lots import bar_of
from ..selectors.sales import paddles_in
from ..services.paddles import register_paddle
from .sales import conditions_text, open_sale


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """Register for a sale, and afterwards read what became of it."""
    sale = open_sale(request, pk)
    paddles = paddles_in(sale, request.user)  # type: ignore[arg-type]
    form = _form(request, sale, paddles)
    refusal: DomainError | None = None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            made = register_paddle(
                actor=request.user,  # type: ignore[arg-type]
                sale_id=sale.pk,
                conditions_id=form.cleaned_data["conditions"],
                party_id=form.cleaned_data["party"],
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(
                request, _("已登记，号牌%(n)d，等待拍卖企业审核。") % {"n": made.number}
            )
            return redirect("auctions:register", sale.pk)
    context = _context(request, sale, paddles, form) | {"refusal": refusal}
    bad = refusal is not None or (form is not None and bool(form.errors))
    return render(request, "auctions/register.html", context, status=422 if bad else 200)


def _form(request: HttpRequest, sale: Sale, paddles: list[Paddle]) -> RegisterForm | None:
    """The form, while there is somebody to bid for who has no paddle yet."""
    user: Any = request.user
    if sale.state != SaleState.ANNOUNCED or bar_of(sale, user):
        return None
    taken = {paddle.party_id for paddle in paddles}
    parties: list[tuple[str, str]] = []
    if not any(paddle.party.user_id == user.pk for paddle in paddles):
        parties.append(("", _("我自己（%(name)s）") % {"name": user}))
    others = parties_of(user).filter(organisation__isnull=False).exclude(pk__in=taken)
    parties += [(str(party.pk), party.name) for party in others.order_by("pk")]
    if not parties:
        return None
    initial = {"conditions": sale.conditions_id}
    return RegisterForm(request.POST or None, parties=parties, initial=initial)


def _context(
    request: HttpRequest, sale: Sale, paddles: list[Paddle], form: RegisterForm | None
) -> dict[str, Any]:
    bar = bar_of(sale, request.user)  # type: ignore[arg-type]
    return {
        "sale": sale,
        "title": sale.display_title,
        "form": form,
        "paddles": [(row, wording.paddle(row), _limit(row, sale)) for row in paddles],
        "bar": wording.BARS[bar] if bar else None,
        "identity": gates.identity_of(request.user),  # type: ignore[arg-type]
        "conditions_text": conditions_text(sale),
        "is_open": sale.state == SaleState.ANNOUNCED,
        "trail": [
            (pgettext_lazy("section", "拍卖"), reverse("auctions:sales")),
            (sale.display_title, reverse("auctions:sale", args=[sale.pk])),
            (_("竞买登记"), ""),
        ],
    }


def _limit(paddle: Paddle, sale: Sale) -> Money | None:
    minor = paddle.bid_limit_minor
    return None if minor is None else Money(minor, sale.currency)
