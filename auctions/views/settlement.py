"""Orders: what was bought, whose turn it is, and every act of buyer, house and platform on it.

Thin: parse, call a service, render. Whoever is no side of a settlement finds nothing here.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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
from ..services.settlement import claims, defaulting, handing_over, invoicing, undoing
from ..settlement_enums import Side
from .deposits import houses_at_desk
from .house import show_on

PER_PAGE = 50
PILLS = {
    "invoiced": "warn", "part_paid": "warn", "held": "info", "dispatched": "info",
    "delivered": "warn", "accepted": "ok", "claimed": "live", "released": "ok", "closed": "ok",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done: its form, its words, and the service that does it."""

    title: Text
    submit: Text
    form: type[given_forms.OrderForm]
    call: Callable[[Any, Settlement, SettlementClaim | None, dict[str, Any]], object]
    done: Text
    kind: str = "plain"
    lead: Text = ""


def _pay(user: Any, row: Settlement, _claim: Any, given: dict[str, Any]) -> object:
    return invoicing.pay_invoice(
        actor=user, invoice_id=row.invoice_id, gateway=given["gateway"], key=given["key"],
        amount_minor=given["amount"],
    )  # fmt: skip


def _dispatch(user: Any, row: Settlement, _claim: Any, given: dict[str, Any]) -> object:
    return handing_over.record_dispatch(
        actor=user, settlement_id=row.pk, shipment=given["shipment"]
    )  # fmt: skip


def _plan(user: Any, row: Settlement, _claim: Any, given: dict[str, Any]) -> object:
    return invoicing.plan_instalments(actor=user, settlement_id=row.pk, parts=given["parts"])


def _decide(user: Any, _row: Settlement, claim: Any, given: dict[str, Any]) -> object:
    return claims.decide_claim(
        actor=user, claim_id=claim.pk, decision=given["decision"], reasons=given["reasons"],
        refund_minor=given["refund"] or 0,
    )  # fmt: skip


def _on_row(service: Callable[..., object], **names: str) -> Any:
    """Call a service of a settlement; `names` maps its arguments to fields of the form."""

    def call(user: Any, row: Settlement, _claim: Any, given: dict[str, Any]) -> object:
        more = {argument: given[field] for argument, field in names.items()}
        return service(actor=user, settlement_id=row.pk, **more)

    return call


def _on_claim(service: Callable[..., object], **names: str) -> Any:
    """Call a service of a claim."""

    def call(user: Any, _row: Settlement, claim: Any, given: dict[str, Any]) -> object:
        more = {argument: given[field] for argument, field in names.items()}
        return service(actor=user, claim_id=claim.pk, **more)

    return call


_t = gettext_lazy
ACTS: dict[str, Act] = {
    "pay": Act(
        _t("付款"), _t("去付款"), given_forms.PayForm, _pay, _t("付款已经建立。"), "primary",
        _t("价款由平台托管，到你验收为止。"),
    ),
    "accept": Act(
        _t("验收"), _t("没有问题，验收"), given_forms.PlainForm,
        _on_row(handing_over.accept_lot), _t("已验收，接着放款。"), "primary",
        _t("验收以后价款付给委托人；之后只能就真伪和没有说明的瑕疵索赔。"),
    ),
    "claim": Act(
        _t("提出异议"), _t("提出异议"), given_forms.ClaimForm,
        _on_row(claims.raise_claim, kind="kind", words="words"), _t("异议已提出，价款不放。"),
    ),
    "withdraw": Act(
        _t("撤回异议"), _t("撤回异议"), given_forms.PlainForm, _on_claim(claims.withdraw_claim),
        _t("异议已撤回。"), "quiet",
    ),
    "dispatch": Act(
        _t("登记发运"), _t("登记发运"), given_forms.ShipmentForm, _dispatch, _t("已登记发运。"),
        lead=_t("要先有双方签字的出库状况报告。"),
    ),
    "collect": Act(
        _t("登记自取"), _t("登记自取"), given_forms.ProofForm,
        _on_row(handing_over.record_collection, receipt="proof"), _t("已登记自取。"),
    ),
    "deliver": Act(
        _t("登记签收"), _t("登记签收"), given_forms.ProofForm,
        _on_row(handing_over.record_delivery, proof="proof"), _t("已登记签收，验收期开始。"),
    ),
    "answer": Act(
        _t("答复异议"), _t("答复异议"), given_forms.WordsForm,
        _on_claim(claims.answer_claim, words="words"), _t("已答复，由平台裁定。"), "primary",
    ),
    "say": Act(
        _t("补充陈述"), _t("补充陈述"), given_forms.WordsForm,
        _on_claim(claims.add_statement, words="words"), _t("已补充。"),
    ),
    "decide": Act(_t("裁定异议"), _t("裁定"), given_forms.DecisionForm, _decide, _t("已裁定。")),
    "returned": Act(
        _t("作品已退回"), _t("登记退回并退款"), given_forms.ProofForm,
        _on_claim(claims.record_return, proof="proof"), _t("已登记，价款退给买受人。"),
    ),
    "drop": Act(
        _t("没有按期退回"), _t("成交照旧"), given_forms.ReasonForm,
        _on_claim(claims.drop_unreturned, reasons="reason"), _t("成交照旧。"), "danger",
    ),
    "storage": Act(
        _t("保管费"), _t("加收到今天的保管费"), given_forms.PlainForm,
        _on_row(invoicing.charge_storage), _t("保管费已算到今天。"), "quiet",
    ),
    "tax": Act(
        _t("代扣税款"), _t("登记代扣税款"), given_forms.TaxForm,
        _on_row(invoicing.set_withholding, amount_minor="amount", basis="basis"), _t("已登记。"),
        "quiet",
    ),
    "plan": Act(
        _t("分期付款"), _t("约定分期"), given_forms.PlanForm, _plan, _t("分期已约定。"), "quiet",
        _t("付清以前作品不交付。"),
    ),
    "case": Act(
        _t("由鉴定案卷审看"), _t("写明案卷"), given_forms.CaseForm,
        _on_claim(claims.name_case, case_id="number"), _t("案卷结束以后裁定。"), "quiet",
    ),
    "refund": Act(
        _t("单件退款"), _t("撤销成交并退款"), given_forms.ReasonForm,
        _on_row(undoing.refund_lot, reason="reason"), _t("成交已撤销，价款退给买受人。"), "danger",
    ),
    "cancel": Act(
        _t("撤销账单"), _t("撤销账单"), given_forms.ReasonForm,
        _on_row(invoicing.cancel_invoice, reason="reason"), _t("账单已撤销，可以另开。"), "danger",
    ),
    "forfeit": Act(
        _t("违约款项结算"), _t("结算"), given_forms.PlainForm, _on_row(defaulting.settle_default),
        _t("已结算。"),
    ),
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
        "bill": _bill(row, is_buyer=is_buyer),
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


def _bill(row: Settlement, *, is_buyer: bool) -> list[tuple[Text, Money]]:
    """The lines of the buyer's bill; the house and the seller see his besides."""
    lines: list[tuple[Text, int]] = [
        (_("成交价"), row.hammer_minor), (_("买受人佣金"), row.premium_minor),
        (_("附加费"), row.overhead_minor), (_("保管费"), row.storage_minor),
        (_("提前付清减收"), -row.rebate_minor), (_("合计"), row.total_minor),
        (_("已付"), row.paid_minor), (_("已退"), row.refunded_minor + row.compensated_minor),
        (_("托管中"), row.held_minor),
    ]  # fmt: skip
    if not is_buyer:
        lines += [(_("委托人佣金"), row.commission_minor), (_("代扣税款"), row.tax_minor)]
    always = {0, 1, 5, 6}
    return [
        (words, Money(sum_, row.currency))
        for n, (words, sum_) in enumerate(lines)
        if sum_ or n in always
    ]
