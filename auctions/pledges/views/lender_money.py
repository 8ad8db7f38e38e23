"""The lender's money on the platform: at hand and lent, brought in, taken back. Thin.

What may be taken is `booking.at_hand` alone: the rest of what the platform owes a lender is what
borrowers owe him.
"""

import secrets
from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from artmarket.core.money import Money
from artmarket.ledger.services.payments import start_payment

from ..forms import lender as given_forms
from ..models import Lender
from ..selectors import lender_money as selectors
from ..services import lending
from ..services.lending import CURRENCY
from .lender_desk import attempt, frame, get_or_post, lenders_required, own_lender

PER_PAGE = 20


@get_or_post
@lenders_required
def money(request: HttpRequest, lenders: list[Lender], lender_id: int) -> HttpResponse:
    """What is at hand, what is lent; fund and withdraw."""
    lender = own_lender(request, lenders, lender_id)
    runs = bool(lender.runs)  # type: ignore[attr-defined]
    forms: dict[str, Form] = {
        "fund": given_forms.FundForm(
            prefix="fund", currency=CURRENCY, initial={"key": secrets.token_hex(8)}
        ),
        "withdraw": given_forms.WithdrawForm(
            prefix="withdraw", initial={"key": secrets.token_hex(8)}
        ),
    }
    if request.method == "POST":
        answer = _done(request, lender, forms)
        if answer is not None:
            return answer
    found = selectors.funds_of(lender)
    page = Paginator(selectors.payments_of(lender), PER_PAGE).get_page(request.GET.get("page"))
    context = frame(request, lenders, lender) | {
        "runs": runs,
        "funds": found,
        "forms": forms,
        "page": page,
        "payments": [(row, Money(row.amount_minor, row.currency)) for row in page],
        "payouts": [
            (row, Money(row.amount_minor, row.currency)) for row in selectors.payouts_of(lender)
        ],
    }
    status = 422 if any(form.errors for form in forms.values()) else 200
    return render(request, "pledges/lender/money.html", context, status=status)


def _done(request: HttpRequest, lender: Lender, forms: dict[str, Form]) -> HttpResponse | None:
    do = request.POST.get("do", "")
    actor: Any = request.user
    made: list[Any] = []
    here = reverse("pledges:lending_money", args=[lender.pk])
    if do == "fund":
        form: Form = given_forms.FundForm(request.POST, prefix=do, currency=CURRENCY)
    elif do == "withdraw":
        form = given_forms.WithdrawForm(request.POST, prefix=do)
    else:
        raise Http404
    forms[do] = form

    def call() -> None:
        given = form.cleaned_data
        asked: dict[str, Any] = {
            "actor": actor, "lender_id": lender.pk, "amount_minor": given["amount"],
            "key": given["key"],
        }  # fmt: skip
        if do == "fund":
            payment = lending.fund(**asked, gateway=given["gateway"])
            made.append(start_payment(payment_id=payment.pk))
        else:
            lending.withdraw(**asked)

    is_in = do == "fund"
    said = _("付款已建好，按下面的办法付。") if is_in else _("已提取，正在付到你的银行账户。")
    if not attempt(request, said, call, form):
        return None
    if made:
        return redirect("payments:payment", made[0].reference)
    return redirect(here)
