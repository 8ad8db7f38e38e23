"""Orders: what was bought, whose turn it is, and every act of buyer, house and platform on it.

Thin: parse, call a service, render. Whoever is no side of a settlement finds nothing here.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.money import Money
from artmarket.core.territories import territory_words
from artmarket.ledger.models import Receipt
from artmarket.ledger.services.payments import start_payment
from media.links import signed_link

from .. import settlement_forms as given_forms
from .. import wording
from ..models import Settlement, SettlementClaim
from ..selectors import settlement as selectors
from ..selectors.after_release import recourses_of
from ..selectors.bill_rows import buyer_rows
from ..selectors.statements import costs_of_seller
from ..services.settlement import invoicing
from ..settlement_enums import Side
from .deposits import houses_at_desk
from .house import show_on
from .settlement_acts import ACTS

PER_PAGE = 50
PILLS = {
    "invoiced": "warn", "part_paid": "warn", "held": "info", "dispatched": "info",
    "delivered": "warn", "accepted": "ok", "claimed": "live", "released": "ok", "closed": "ok",
}  # fmt: skip


@require_safe
@never_cache
@signed_in
def orders(request: HttpRequest) -> HttpResponse:
    """What a person bought, whose turn it is, and until when."""
    page = Paginator(selectors.orders_of(request.user), PER_PAGE).get_page(  # type: ignore[arg-type]
        request.GET.get("page")
    )
    context = {"rows": _lines(page, Side.BUYER), "page": page}
    return render(request, "auctions/orders.html", context)


@require_safe
@never_cache
@signed_in
def house_orders(request: HttpRequest) -> HttpResponse:
    """A house's settlements: who has no invoice yet, and what is under way."""
    houses = houses_at_desk(request)
    page = Paginator(selectors.of_houses(houses), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": _lines(page, Side.SELLER),
        "page": page,
        "uninvoiced": selectors.uninvoiced(houses),
    }
    return render(request, "auctions/house/orders.html", context)


@require_POST
@signed_in
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue the invoice of a paddle."""
    paddle = get_object_or_404(invoicing.Paddle.objects.select_related("sale__house"), pk=pk)
    if not request.user.has_perm("auctions.manage_sale", paddle.sale):
        raise Http404
    try:
        made = invoicing.issue_invoice(
            actor=request.user, sale_id=paddle.sale_id, paddle_id=pk  # type: ignore[arg-type]
        )  # fmt: skip
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("账单%(number)s已开出。") % {"number": made.number})
    return redirect("auctions:house_orders")


@require_safe
@never_cache
@signed_in
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """One settlement: its bill, its steps, its claims, and what the reader can do."""
    return _page(request, _row(request, pk))


@require_POST
@signed_in
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do one thing of the page; what is wrong is shown on its form, a refusal above."""
    row = _row(request, pk)
    if name not in ACTS:
        raise Http404
    chosen, claim = ACTS[name], selectors.open_claim(row)
    form = chosen.form(request.POST, request.FILES, row=row, prefix=name)
    needs_claim = name in ("withdraw", "answer", "say", "case", "decide", "returned", "drop")
    if form.is_valid() and (claim is not None or not needs_claim):
        given = dict(form.cleaned_data)
        if isinstance(form, given_forms.ShipmentForm):
            given["shipment"] = form.shipment()
        elif isinstance(form, given_forms.PlanForm):
            given["parts"] = form.parts()
        try:
            made = chosen.call(request.user, row, claim, given)
            if name in ("pay", "repay"):
                payment: Any = start_payment(payment_id=made.pk)  # type: ignore[attr-defined]
                return redirect("payments:payment", payment.reference)
        except Invalid as error:
            show_on(form, error)
        except DomainError as error:
            return _page(request, _row(request, pk), error.status, refusal=error)
        else:
            messages.success(request, str(chosen.done))
            return redirect("auctions:order", pk)
    return _page(request, _row(request, pk), 422, wrong={name: form})


def _row(request: HttpRequest, pk: int) -> Settlement:
    rows = selectors.with_people(Settlement.objects.all()).select_related("delivery__report")
    row = get_object_or_404(rows, pk=pk)
    user = request.user
    if (
        user.has_perm("auctions.receive_lot", row)
        or user.has_perm("auctions.settle_lot", row.lot)
        or user.has_perm("auctions.answer_claim", row.lot)
    ):
        return row
    raise Http404


def _page(
    request: HttpRequest,
    row: Settlement,
    status: int = 200,
    *,
    refusal: DomainError | None = None,
    wrong: dict[str, forms.Form] | None = None,
) -> HttpResponse:
    claim = selectors.open_claim(row)
    user: Any = request.user
    is_buyer = user.has_perm("auctions.receive_lot", row)
    acts = []
    for name in selectors.acts_for(user, row, claim):
        form = (wrong or {}).get(name) or ACTS[name].form(
            row=row, prefix=name, initial={"key": secrets.token_hex(8)}
        )
        acts.append({"name": name, "act": ACTS[name], "form": form})
    context = _lines([row], _side_of(user, row, is_buyer=is_buyer))[0] | {
        "is_buyer": is_buyer,
        "is_house": not is_buyer and user.has_perm("auctions.settle_lot", row.lot),
        "acts": acts,
        "bill": buyer_rows(row),
        "may_read_invoice": user.has_perm("auctions.read_invoice", row.invoice),
        "receipts": _receipts(user, row),
        "seller_costs": None if is_buyer else costs_of_seller(row),
        "steps": list(row.steps.order_by("number")),
        "claims": [_claim(user, one) for one in selectors.claims_of(row)],
        "recourses": recourses_of(user, row),
        "open_claim": claim,
        "dispute": selectors.standing_dispute(row),
        "delivery": _delivery(user, row),
        "parts": [
            (part.due_on, Money(part.amount_minor, row.currency))
            for part in row.instalments.order_by("number")
        ],
        "refusal": refusal,
    }
    return render(request, "auctions/order.html", context, status=status)


def _side_of(user: Any, row: Settlement, *, is_buyer: bool) -> str:
    """On which side the reader stands."""
    if is_buyer:
        return Side.BUYER
    is_seller = user.has_perm("auctions.settle_lot", row.lot) or user.has_perm(
        "auctions.answer_claim", row.lot
    )
    return Side.SELLER if is_seller else Side.PLATFORM


def _lines(rows: Iterable[Settlement], side: str) -> list[dict[str, Any]]:
    """What lists and the page say of settlements to a reader on this side; one query."""
    now = db_now()
    return [_line(row, side, now) for row in rows]


def _line(row: Settlement, side: str, now: datetime) -> dict[str, Any]:
    turn = selectors.turn_of(row, selectors.open_claim(row))
    is_mine = turn is not None and turn.side == side
    return {
        "row": row,
        "lot": row.lot,
        "title": row.lot.work.display_title,
        "pill": PILLS.get(str(row.state), "neutral"),
        "turn": turn,
        "is_mine": is_mine,
        "who": _("你") if is_mine else Side(turn.side).label if turn else "",
        "due": wording.deadline(turn.due) if turn and turn.due else "",
        "left": wording.left(turn.due - now) if turn and turn.due and turn.due > now else "",
    }


def _receipts(user: Any, row: Settlement) -> list[Receipt]:
    """What came in for the invoice, for whom the pages of its payments are for."""
    payments = invoicing.payments_of(row.invoice).filter(received_minor__gt=0)
    rows = Receipt.objects.filter(payment__in=payments).select_related("payment")
    found = list(rows.order_by("pk"))
    return found if found and user.has_perm("ledger.see_payment", found[0].payment) else []


def _claim(user: Any, claim: SettlementClaim) -> dict[str, Any]:
    """What a claim says, with a link to each file for this reader."""
    said = [
        (one, [(file.document, signed_link(file.document, actor=user)) for file in one.files.all()])
        for one in claim.statements.all()
    ]
    return {"row": claim, "said": said}


def _delivery(user: Any, row: Settlement) -> dict[str, Any] | None:
    """How the work went, with its papers."""
    found = getattr(row, "delivery", None)
    if found is None:
        return None
    report = found.report
    may_read = report is not None and user.has_perm("appraisal.view_condition", report)
    return {
        "row": found,
        "sent_from": territory_words(found.sent_from),
        "sent_to": territory_words(found.sent_to),
        "insured": Money(found.insured_minor, row.currency) if found.insured_minor else "",
        "report": report,
        "report_url": reverse(
            "appraisal:condition_report", args=[row.lot.work.number, report.serial]
        )
        if may_read
        else "",
    }
