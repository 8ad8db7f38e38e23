"""The payer's pages: what he is asked for; one payment, how to pay it, how far it is.

The button opens the page at the gateway and comes back here; a link then leads there, because a
form may not lead to another site (Content Security Policy). An operator records here what came at
the desk.
"""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts.access import signed_in
from artmarket.accounts.models import Party
from artmarket.accounts.permissions import parties_of
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError, Invalid

from ...engine.references import printed
from ...gateways import BANK, DESK, MANUAL, STRIPE, called
from ...models import Payment
from ...services import desk, finishing, payout_accounts, payout_ways
from ...services import payments as services
from ...views.files import PDF, file_response
from ...wording import cause_path, gateway_words
from .. import receipt_papers, selectors
from ..enums import OPEN_PAYMENTS, PaymentState
from ..forms import DeskForm

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def payments(request: HttpRequest) -> HttpResponse:
    """What those for whom this person acts are asked for, and where they are paid out to."""
    if request.method == "POST" and request.POST.get("do") == "way":
        _choose_way(request)
        return redirect(reverse("payments:own") + "#payout")
    connect_url = _connect(request) if request.method == "POST" else ""
    rows = selectors.payments_of(request.user)  # type: ignore[arg-type]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    accounts = selectors.payout_accounts_of(request.user) if called() else []  # type: ignore[arg-type]
    context = {
        "page": page,
        "accounts": accounts,
        "ways": [(name, gateway_words(name)) for name in payout_ways.WAYS],
        "connect_url": connect_url,
        "room": "payments",
    }
    return render(request, "payments/own.html", context)


def _connect(request: HttpRequest) -> str:
    """The address of the gateway's page on which an account for payouts is filled in, or ""."""
    party = _party(request)
    back = request.build_absolute_uri(reverse("payments:own"))
    try:
        return payout_accounts.connect(
            actor=request.user,  # type: ignore[arg-type]
            party=party,
            gateway_name=STRIPE,
            return_url=back,
        )
    except DomainError as error:
        messages.error(request, str(error))
        return ""


def _choose_way(request: HttpRequest) -> None:
    """How a party is paid out from now on."""
    try:
        payout_ways.choose_way(
            actor=request.user,  # type: ignore[arg-type]
            party=_party(request),
            gateway=request.POST.get("gateway", ""),
        )
    except Invalid as error:
        messages.error(request, " ".join(str(words) for words in error.fields.values()))
    else:
        messages.success(request, _("收款方式已改，从下一笔起。"))


def _party(request: HttpRequest) -> Party:
    """The party that is named, for which this person acts; nobody else finds it."""
    asked = request.POST.get("party", "")
    pk = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
    party = parties_of(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if party is None:
        raise Http404
    return party


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def payment(request: HttpRequest, reference: str) -> HttpResponse:
    """One payment of somebody for whom this person acts; operators record what came."""
    found = _seen(request, reference)
    may_record = request.user.has_perm("ledger.handle_payments")
    may_record = may_record and found.gateway in MANUAL and found.is_open
    form = _desk_form(request, found) if may_record else None
    if request.method == "POST":
        if request.POST.get("do") == "record":
            is_done = form is not None and form.is_valid() and _record(request, found, form)
        else:
            is_done = _at_gateway(request, found)
        if is_done:
            return redirect("payments:payment", reference)
    context = _context(request, found) | {"form": form}
    wrong = request.method == "POST"
    return render(request, "payments/payment.html", context, status=422 if wrong else 200)


@require_safe
@signed_in
def receipt(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The receipt of one arrival of a payment as PDF, for whom its page is for."""
    found = _seen(request, reference)
    row = get_object_or_404(found.receipts, pk=pk)
    paper = receipt_papers.receipt_of(found, row)
    return file_response(
        receipt_papers.pdf_of(paper), name=f"receipt-{paper.number}.pdf", content_type=PDF
    )


def _seen(request: HttpRequest, reference: str) -> Payment:
    """The payment; to those whom it does not concern it does not exist."""
    rows = Payment.objects.select_related("party").with_refunds()
    found = get_object_or_404(rows, reference=reference)
    if not request.user.has_perm("ledger.see_payment", found):
        raise Http404
    return found


def _context(request: HttpRequest, found: Payment) -> dict[str, object]:
    may_pay = request.user.has_perm("ledger.pay", found)
    is_pending = found.state == PaymentState.PENDING and may_pay
    return {
        "payment": found,
        "reference": printed(found.reference),
        "cause_path": cause_path(found) if may_pay else "",
        "may_start": may_pay and found.state in OPEN_PAYMENTS and found.gateway not in MANUAL,
        "may_ask": is_pending and bool(found.page_id),
        "page_url": found.page_url if is_pending else "",
        "handles": request.user.has_perm("ledger.handle_payments"),
        "room": "payments",
        "at_bank": found.gateway == BANK,
        "at_desk": found.gateway == DESK,
        "bank_account": settings.BANK_ACCOUNT,
        "is_open": found.is_open,
        "refunds": found.refunds.all(),
        "receipts": found.receipts.all(),
    }


def _desk_form(request: HttpRequest, found: Payment) -> DeskForm:
    is_sent = request.method == "POST" and request.POST.get("do") == "record"
    first = {"payer_name": found.party.name, "received_on": db_today()}
    data = request.POST if is_sent else None
    return DeskForm(data, currency=found.currency, initial=first, prefix="desk")


def _record(request: HttpRequest, found: Payment, form: DeskForm) -> bool:
    given = form.cleaned_data
    try:
        desk.record_at_desk(
            actor=request.user, payment_id=found.pk, amount_minor=given["amount"],  # type: ignore[arg-type]
            receipt_number=given["receipt_number"], is_cash=given["is_cash"],
            payer_name=given["payer_name"], received_on=given["received_on"],
        )  # fmt: skip
    except Invalid as error:
        for name, words in (error.fields or {"": error.message}).items():
            form.add_error(name or None, str(words))
        return False
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("已登记。"))
    return True


def _at_gateway(request: HttpRequest, found: Payment) -> bool:
    """Open the gateway's page, or ask how it stands there."""
    if not request.user.has_perm("ledger.pay", found):
        raise Http404
    try:
        if request.POST.get("do") == "refresh" and found.page_id:
            finishing.ask_again(found.pk)
        else:
            services.start_payment(payment_id=found.pk)
    except DomainError as error:
        messages.error(request, str(error))
    return True
