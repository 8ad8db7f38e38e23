"""Registration for a sale: who one is, the conditions in their version, for whom one bids."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from artmarket.accounts import gates
from artmarket.accounts.access import signed_in
from artmarket.accounts.permissions import parties_of
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.money import Money
from artmarket.ledger.gateways import DESK

from .. import rule_books, wording
from ..desk_forms import LimitForm
from ..enums import PaddleState, SaleState
from ..forms import RegisterForm
from ..models import Deposit, Paddle, Sale
from ..selectors.bars import barred_lots
from ..selectors.lots import bar_of
from ..selectors.registration import deposit_due, payments_for_pages, powers_in_force
from ..selectors.rule_words import approval_words, deposit_words
from ..selectors.sales import paddles_in
from ..services.deposit_paying import ways
from ..services.deposits import term_of
from ..services.paddles import register_paddle, wish_limit
from .house import show_on
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
                wishes=form.wishes(),
            )
        except Invalid as error:
            show_on(form, error)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _registered(made))
            return redirect("auctions:register", sale.pk)
    context = _context(request, sale, paddles, form) | {"refusal": refusal}
    bad = refusal is not None or (form is not None and bool(form.errors))
    return render(request, "auctions/register.html", context, status=422 if bad else 200)


@require_POST
@signed_in
def change_limit(request: HttpRequest, pk: int) -> HttpResponse:
    """A bidder asks for another limit; the deposit follows from it."""
    rows = Paddle.objects.select_related("sale")
    paddle = get_object_or_404(rows, pk=pk, user=request.user)
    form = LimitForm(request.POST, currency=paddle.sale.currency)
    if not form.is_valid():
        raise Invalid(fields={"limit": form.errors["limit"][0]})
    limit = form.cleaned_data["limit"]
    if limit is None:
        raise Http404
    wish_limit(actor=request.user, paddle_id=pk, limit_minor=limit)  # type: ignore[arg-type]
    messages.success(request, _("已记下，应交的保证金随之改变。"))
    return redirect("auctions:register", paddle.sale_id)


def _registered(paddle: Paddle) -> str:
    words = {"n": paddle.number}
    if paddle.state == PaddleState.APPROVED:
        return _("已登记，号牌%(n)d，可以出价。") % words
    if paddle.deposits.exists():
        return _("已登记，号牌%(n)d，保证金到账后审核。") % words
    return _("已登记，号牌%(n)d，等待拍卖企业审核。") % words


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
    for power in powers_in_force(sale, user):
        words = {"name": power.principal_name, "most": power.amount}
        parties.append((str(power.principal_id), _("%(name)s（凭授权，最多%(most)s）") % words))
    if not parties:
        return None
    rule = rule_books.deposit_of(sale)
    return RegisterForm(
        request.POST or None,
        parties=parties,
        currency=sale.currency,
        offers_high_value=sale.lots.filter(is_high_value=True).exists(),
        needs_limit=rule.basis == "limit",
        initial={"conditions": sale.conditions_id},
    )


def _context(
    request: HttpRequest, sale: Sale, paddles: list[Paddle], form: RegisterForm | None
) -> dict[str, Any]:
    user: Any = request.user
    bar = bar_of(sale, user)
    return {
        "sale": sale,
        "title": sale.display_title,
        "form": form,
        "paddles": [_paddle(row, sale, user) for row in paddles],
        "bar": wording.BARS[bar] if bar else None,
        "identity": gates.identity_of(user),
        "conditions_text": conditions_text(sale),
        "is_open": sale.state == SaleState.ANNOUNCED,
        "deposit_words": deposit_words(sale.deposit, sale.currency),
        "approval_words": approval_words(sale.approval),
        "due": _due(sale, user),
        "trail": [
            (pgettext_lazy("section", "拍卖"), reverse("auctions:sales")),
            (sale.display_title, reverse("auctions:sale", args=[sale.pk])),
            (_("竞买登记"), ""),
        ],
    }


def _due(sale: Sale, user: Any) -> Money | None:
    """The deposit of somebody who registers for himself; None where it follows from his limit."""
    party = getattr(user, "party", None)
    if party is None or rule_books.deposit_of(sale).basis == "limit":
        return None
    due = deposit_due(sale, party, user, None)
    return Money(due, sale.currency) if due else None


def _paddle(paddle: Paddle, sale: Sale, user: Any) -> dict[str, Any]:
    paddle.sale = sale
    may_wish = (
        sale.state == SaleState.ANNOUNCED
        and paddle.state in (PaddleState.PENDING, PaddleState.APPROVED)
        and rule_books.deposit_of(sale).basis == "limit"
    )
    return {
        "paddle": paddle,
        "words": wording.paddle(paddle),
        "limit": _limit(paddle, sale),
        "deposits": [_deposit(row, paddle, user) for row in paddle.deposits.all()],
        "barred": [(n, wording.BARS[bar]) for n, bar in barred_lots(paddle).items()],
        "limit_form": LimitForm(currency=sale.currency, auto_id=f"id_%s_{paddle.pk}")
        if may_wish
        else None,
    }


def _deposit(row: Deposit, paddle: Paddle, user: Any) -> dict[str, Any]:
    row.paddle = paddle
    may_pay = (
        bool(row.missing_minor)
        and paddle.sale.state == SaleState.ANNOUNCED
        and paddle.state in (PaddleState.PENDING, PaddleState.APPROVED)
        and user.has_perm("auctions.pay_deposit", paddle)
    )
    payments = [each for each in payments_for_pages(row) if each.gateway != DESK]
    return {
        "deposit": row,
        "due": row.money(row.due_minor),
        "missing": row.money(row.missing_minor) if row.missing_minor else None,
        "frozen": row.money(row.frozen_minor) if row.frozen_minor else None,
        "ways": [(way, wording.WAYS_TO_PAY[way]) for way in ways(paddle.sale)] if may_pay else [],
        "payments": payments,
        "may_refresh": any(each.page_id and each.state == "pending" for each in payments),
        "return_by": wording.moment(row.return_by, seconds=False) if row.return_by else "",
        "returns": wording.deposit_return(term_of(paddle.sale)) if not paddle.sale.ended_at else "",
        "outstanding": row.money(row.outstanding_minor) if row.outstanding_minor else None,
        "is_back": bool(row.received_minor and row.returned_minor == row.received_minor),
    }


def _limit(paddle: Paddle, sale: Sale) -> Money | None:
    minor = paddle.bid_limit_minor
    return None if minor is None else Money(minor, sale.currency)
