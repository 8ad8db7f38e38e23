"""Where a party is paid out by the bank: written down by itself, behind its password. Thin."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from artmarket.accounts.access import signed_in
from artmarket.accounts.models import Party
from artmarket.accounts.permissions import parties_of
from artmarket.accounts.services.parties import party_of
from artmarket.core.errors import DomainError, Invalid

from ..forms import BankForm
from ..services import bank_details

MOST_PARTIES = 50


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
@reauthentication_required(allow_get=True)
def bank(request: HttpRequest) -> HttpResponse:
    """The accounts of those for whom this person acts, masked; and a form for one of them."""
    user: Any = request.user
    parties = list(parties_of(user).select_related("bank_details").order_by("pk")[:MOST_PARTIES])
    chosen = _chosen(request, parties)
    form, status = BankForm(), 200
    if request.method == "POST":
        form, status = BankForm(request.POST), 422
        if form.is_valid() and _keep(request, chosen or party_of(user), form):
            return redirect("ledger:bank")
    context = {
        "rows": [(party, getattr(party, "bank_details", None)) for party in parties],
        "chosen": chosen,
        "name": chosen.name if chosen else user.display_name,
        "form": form,
        "room": "money",
    }
    return render(request, "ledger/own/bank.html", context, status=status)


def _chosen(request: HttpRequest, parties: list[Party]) -> Party | None:
    """The party that is named, else the person himself, who may be none yet; no one else's."""
    given = request.POST if request.method == "POST" else request.GET
    asked = given.get("party", "")
    if not asked:
        return next((party for party in parties if party.user_id == request.user.pk), None)
    found = next((party for party in parties if str(party.pk) == asked), None)
    if found is None:
        raise Http404
    return found


def _keep(request: HttpRequest, party: Party, form: BankForm) -> bool:
    try:
        bank_details.keep_details(actor=request.user, party=party, **form.cleaned_data)  # type: ignore[arg-type]
    except Invalid as error:
        for name, words in error.fields.items():
            form.add_error(name, str(words))
        return False
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("银行账户已保存。"))
    return True
