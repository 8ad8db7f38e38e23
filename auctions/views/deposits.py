"""Deposits: the bidder's own, and the desk that confirms and returns them. Thin."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from artmarket.accounts.access import signed_in
from artmarket.accounts.enums import OrganisationKind
from artmarket.accounts.models import Organisation
from artmarket.core.errors import DomainError, NotAllowed
from artmarket.ledger.services import finishing
from artmarket.ledger.services.payments import start_payment

from .. import wording
from ..desk_forms import AgainForm, MovementForm, NoteForm
from ..enums import PaddleState, SaleState
from ..models import Deposit
from ..selectors import registration as selectors
from ..selectors.house import houses_of
from ..services import deposit_paying, deposit_uses
from ..services import deposits as services
from .house import get_or_post, show_on

PER_PAGE = 100
_OVER = (SaleState.ENDED, SaleState.CANCELLED)


def houses_at_desk(request: HttpRequest) -> list[Organisation]:
    """The houses whose desk this person sees: those he administers; an operator sees every one."""
    if request.user.is_authenticated and request.user.has_role("operator"):
        return list(Organisation.objects.filter(kind=OrganisationKind.AUCTION_HOUSE))
    houses = list(houses_of(request.user))  # type: ignore[arg-type]
    if not houses:
        raise NotAllowed(_("只有拍卖企业的管理员和平台管理员可以办理。"))
    return houses


@require_safe
@signed_in
def deposits(request: HttpRequest) -> HttpResponse:
    """A bidder's deposits, what is missing, and when they go back."""
    page = Paginator(selectors.deposits_of(request.user), PER_PAGE).get_page(  # type: ignore[arg-type]
        request.GET.get("page")
    )
    context = {"rows": [_row(deposit) for deposit in page], "page": page}
    return render(request, "auctions/deposits.html", context)


@require_POST
@signed_in
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay a deposit by one way, or ask the gateway how it stands; then on to the payment's page.

    Pressed twice it is one payment. The gateway's own page is linked there.
    """
    deposit = get_object_or_404(selectors.deposits_for_pages(), pk=pk)
    if not request.user.has_perm("auctions.pay_deposit", deposit.paddle):
        raise Http404
    back = redirect("auctions:register", deposit.paddle.sale_id)
    try:
        if request.POST.get("do") == "refresh":
            for payment in selectors.asked_at_gateways(deposit):
                finishing.ask_again(payment.pk)
            return back
        payment = deposit_paying.pay_deposit(
            actor=request.user,  # type: ignore[arg-type]
            deposit_id=pk,
            way=request.POST.get("way", ""),
        )
    except DomainError as error:
        messages.error(request, str(error))
        return back
    try:
        start_payment(payment_id=payment.pk)
    except DomainError as error:  # its page offers to try again
        messages.error(request, str(error))
    return redirect("payments:payment", payment.reference)


@require_safe
@signed_in
def house_deposits(request: HttpRequest) -> HttpResponse:
    """What waits at the desk: to be confirmed, to be returned, held."""
    queue = selectors.deposit_queue(houses_at_desk(request))
    groups = [
        ("short", _("待收"), [_row(deposit) for deposit in queue.short]),
        ("to-return", _("待退"), [_row(deposit) for deposit in queue.to_return]),
        ("held", _("已收"), [_row(deposit) for deposit in queue.held]),
    ]
    return render(request, "auctions/house/deposits.html", {"groups": groups})


@get_or_post
@signed_in
def house_deposit(request: HttpRequest, pk: int) -> HttpResponse:
    """One deposit with its movements and payments; confirm, return, give free, refund again."""
    deposit = get_object_or_404(selectors.deposits_for_pages(), pk=pk)
    if not request.user.has_perm("auctions.handle_deposit", deposit.paddle):
        raise Http404
    shown = _forms(request, deposit)
    do = request.POST.get("do", "")
    form = shown.get(do)
    if form is not None and form.is_valid() and _done(request, deposit, do, form):
        return redirect("auctions:house_deposit", pk)
    context = {
        "row": _row(deposit),
        "deposit": deposit,
        "sale": deposit.paddle.sale,
        "movements": [
            (row, deposit.money(row.amount_minor))
            for row in deposit.movements.select_related("by", "payment")
        ],
        "payments": selectors.payments_for_pages(deposit),
        "forms": [(name, _titles()[name], form) for name, form in shown.items()],
    }
    wrong = request.method == "POST"
    return render(request, "auctions/house/deposit.html", context, status=422 if wrong else 200)


def _titles() -> dict[str, str]:
    return {
        "confirm": _("记下收款"), "return": _("记下退款"), "release": _("转为应退"),
        "again": _("重新退款"), "default": _("按违约结算"),
    }  # fmt: skip


def _forms(request: HttpRequest, deposit: Deposit) -> dict[str, forms.Form]:
    """What can be done now."""
    paddle, do = deposit.paddle, request.POST.get("do")
    found: dict[str, forms.Form] = {}

    def data(name: str) -> Any:
        return request.POST if do == name else None

    is_open = paddle.sale.state == SaleState.ANNOUNCED and paddle.state != PaddleState.REFUSED
    if is_open and deposit.missing_minor:
        found["confirm"] = MovementForm(
            data("confirm"), deposit=deposit, amount=deposit.missing_minor, prefix="confirm",
            asks_cash=True,
        )  # fmt: skip
    at_desk = sum(amount for _payment, amount in services.at_desk(deposit))
    if at_desk:
        found["return"] = MovementForm(
            data("return"), deposit=deposit, amount=at_desk, prefix="return"
        )
    if deposit.in_hand_minor and paddle.defaults.exists():
        found["default"] = AgainForm(data("default"), prefix="default")
    if services.to_refund_again(deposit):
        found["again"] = AgainForm(data("again"), prefix="again")
    if deposit.held_minor and paddle.sale.state in _OVER:
        found["release"] = NoteForm(data("release"), prefix="release")
    return found


def _done(request: HttpRequest, deposit: Deposit, do: str, form: forms.Form) -> bool:
    actor: Any = request.user
    given = form.cleaned_data
    try:
        if do == "release":
            services.release_deposit(actor=actor, deposit_id=deposit.pk, note=given["note"])
        elif do == "default":
            deposit_uses.settle_deposit(actor=actor, deposit_id=deposit.pk)
        elif do == "again":
            services.refund_again(actor=actor, deposit_id=deposit.pk)
        else:
            money = {
                "amount_minor": given["amount"] or 0,
                "reference": given["reference"],
                "note": given["note"],
            }
            if do == "confirm":
                services.confirm_deposit(
                    actor=actor, deposit_id=deposit.pk, currency=deposit.currency,
                    is_cash=given["is_cash"], **money,
                )  # fmt: skip
            else:
                services.return_deposit(actor=actor, deposit_id=deposit.pk, **money)
    except DomainError as error:
        show_on(form, error)
        return False
    messages.success(request, _("已记下，登记人会看到。"))
    return True


def _row(deposit: Deposit) -> dict[str, Any]:
    state, kind = _state(deposit)
    return {
        "deposit": deposit,
        "paddle": deposit.paddle,
        "sale": deposit.paddle.sale,
        "due": deposit.money(deposit.due_minor),
        "received": deposit.money(deposit.received_minor),
        "returned": deposit.money(deposit.returned_minor),
        "frozen": deposit.money(deposit.frozen_minor) if deposit.frozen_minor else "",
        "applied": deposit.money(deposit.applied_minor) if deposit.applied_minor else "",
        "kept": deposit.money(deposit.kept_minor) if deposit.kept_minor else "",
        "missing": deposit.money(deposit.missing_minor) if deposit.missing_minor else "",
        "outstanding": deposit.money(deposit.outstanding_minor),
        "state": state,
        "kind": kind,
        "return_by": wording.moment(deposit.return_by, seconds=False) if deposit.return_by else "",
    }


def _state(deposit: Deposit) -> tuple[str, str]:
    """Where a deposit stands, and the kind of its pill."""
    if deposit.outstanding_minor:
        return _("待退"), "warn"
    if deposit.received_minor and not deposit.held_minor:
        if deposit.kept_minor:
            return _("已没收"), "neutral"
        return (_("已抵价款") if deposit.applied_minor else _("已退")), "neutral"
    if not deposit.missing_minor and deposit.frozen_minor:
        return _("已在银行卡上冻结"), "ok"
    if not deposit.missing_minor:
        return _("已到账"), "ok"
    return (_("交了一部分"), "warn") if deposit.held_minor else (_("待交"), "warn")
