"""Orders: what was bought, whose turn it is, and every act of buyer, house and platform on it.

Thin: parse, call a service, render. Whoever is no side of a settlement finds nothing here.
"""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError, Invalid, Text
from artmarket.core.money import Money
from artmarket.ledger.services.payments import start_payment

from .. import settlement_forms as given_forms
from .. import wording
from ..models import Settlement, SettlementClaim
from ..selectors import settlement as selectors
from ..selectors.statements import costs_of_buyer, costs_of_seller
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
    context = {"rows": [_line(row) for row in page], "page": page}
    return render(request, "auctions/orders.html", context)


@require_safe
@never_cache
@signed_in
def house_orders(request: HttpRequest) -> HttpResponse:
    """A house's settlements: who has no invoice yet, and what is under way."""
    houses = houses_at_desk(request)
    page = Paginator(selectors.of_houses(houses), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [_line(row) for row in page],
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
    form = chosen.form(request.POST, row=row, prefix=name)
    needs_claim = name in ("withdraw", "answer", "say", "case", "decide", "returned", "drop")
    if form.is_valid() and (claim is not None or not needs_claim):
        given = dict(form.cleaned_data)
        if isinstance(form, given_forms.ShipmentForm):
            given["shipment"] = form.shipment()
        elif isinstance(form, given_forms.PlanForm):
            given["parts"] = form.parts()
        try:
            made = chosen.call(request.user, row, claim, given)
            if name == "pay":
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
    row = get_object_or_404(selectors.with_people(Settlement.objects.all()), pk=pk)
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
    context = _line(row, claim) | {
        "is_buyer": is_buyer,
        "is_house": not is_buyer and user.has_perm("auctions.settle_lot", row.lot),
        "acts": acts,
        "bill": _bill(row),
        "seller_costs": None if is_buyer else costs_of_seller(row),
        "steps": list(row.steps.order_by("number")),
        "claims": selectors.claims_of(row),
        "delivery": getattr(row, "delivery", None),
        "parts": [
            (part.due_on, Money(part.amount_minor, row.currency))
            for part in row.instalments.order_by("number")
        ],
        "refusal": refusal,
    }
    return render(request, "auctions/order.html", context, status=status)


def _line(row: Settlement, claim: SettlementClaim | None = None) -> dict[str, Any]:
    """What lists and the page say of a settlement."""
    turn = selectors.turn_of(row, claim or selectors.open_claim(row))
    return {
        "row": row,
        "lot": row.lot,
        "title": row.lot.work.display_title,
        "pill": PILLS.get(str(row.state), "neutral"),
        "turn": turn,
        "who": Side(turn.side).label if turn else "",
        "due": wording.moment(turn.due) if turn and turn.due else "",
    }


def _bill(row: Settlement) -> list[tuple[Text, Money]]:
    """The lines of the buyer's bill, and what came in for it; further sums only if there are."""
    costs = costs_of_buyer(row)
    lines: list[tuple[Text, Money]] = [(line.label, line.money) for line in costs.lines]
    lines += [(_("合计"), costs.total), (_("已付"), Money(row.paid_minor, row.currency))]
    later = [
        (_("已退"), row.refunded_minor + row.compensated_minor), (_("托管中"), row.held_minor)
    ]  # fmt: skip
    return lines + [(words, Money(sum_, row.currency)) for words, sum_ in later if sum_]
