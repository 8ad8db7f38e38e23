"""The payer's page of one payment: what, how much, how; and the way to the gateway's page.

The button opens the page at the gateway and comes back here; a link then leads there, because a
form may not lead to another site (Content Security Policy).
"""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError

from ..engine.references import printed
from ..gateways import BANK, MANUAL
from ..models import Payment
from ..payment_enums import OPEN_PAYMENTS, PaymentState
from ..services import finishing, payments


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def payment(request: HttpRequest, reference: str) -> HttpResponse:
    """One payment of somebody for whom this person acts; operators only look."""
    found = get_object_or_404(Payment, reference=reference)
    if not request.user.has_perm("ledger.see_payment", found):
        raise Http404
    may_pay = request.user.has_perm("ledger.pay", found)
    if request.method == "POST":
        if not may_pay:
            raise Http404
        _do(request, found)
        return redirect("payments:payment", reference)
    context = {
        "payment": found,
        "reference": printed(found.reference),
        "may_start": may_pay and found.state in OPEN_PAYMENTS and found.gateway not in MANUAL,
        "may_ask": may_pay and found.state == PaymentState.PENDING and bool(found.page_id),
        "page_url": found.page_url if found.state == PaymentState.PENDING and may_pay else "",
        "bank_account": settings.BANK_ACCOUNT if found.gateway == BANK else "",
        "is_open": found.state in (*OPEN_PAYMENTS, PaymentState.PARTLY),
        "refunds": found.refunds.all(),
    }
    return render(request, "payments/payment.html", context)


def _do(request: HttpRequest, found: Payment) -> None:
    """Open the gateway's page, or ask how it stands."""
    try:
        if request.POST.get("do") == "refresh" and found.page_id:
            finishing.ask_again(found.pk)
        else:
            payments.start_payment(payment_id=found.pk)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("付款状态已更新。"))
