"""The list of sales and the page of one: what anybody reads."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from artmarket.accounts import gates
from artmarket.accounts.enums import LicenceKind
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.money import Money
from artmarket.core.punctuation import joined
from catalog.pages import card

from .. import rule_books, wording
from ..enums import LotMark, PaddleState, SaleState
from ..models import Lot, Sale
from ..sale_records.catalogue import TooManyLots, catalogue_file
from ..selectors.costs import priority_lots
from ..selectors.lots import (
    Shown,
    Stage,
    Which,
    catalogue_of,
    counts_of_own,
    own_paddles,
    shown_of,
)  # fmt: skip
from ..selectors.notices import follows
from ..selectors.registration import owes_deposit
from ..selectors.rule_words import (
    approval_words,
    deposit_words,
    ladder_rows,
    platform_words,
    premium_rows,
    storage_words,
)
from ..selectors.sales import (
    COMING_PHASES,
    LIVE_PHASES,
    costs_of,
    paddles_in,
    phase_of,
    public_sales,
    results_of,
    sale_for_page,
)  # fmt: skip
from .bids import group_of, group_titles

PER_PAGE = 48
PAST_PER_PAGE = 20


@require_safe
def sales(request: HttpRequest) -> HttpResponse:
    """All announced sales: now, coming, past."""
    now = db_now()
    announced = public_sales().filter(state=SaleState.ANNOUNCED).order_by("closes_at", "pk")
    rows = [_row(sale, now) for sale in announced]
    over = public_sales().exclude(state=SaleState.ANNOUNCED).order_by("-closes_at", "-pk")
    page = Paginator(over, PAST_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "now": [row for row in rows if row["phase"] in LIVE_PHASES],
        "coming": [row for row in rows if row["phase"] in COMING_PHASES],
        "past": [_row(sale, now) for sale in page],
        "page": page,
    }
    return render(request, "auctions/sales.html", context)


@require_safe
def sale(request: HttpRequest, pk: int) -> HttpResponse:
    """One sale: who holds it, by which rules, when, and its lots with their live state."""
    shown, now = open_sale(request, pk), db_now()
    phase = phase_of(shown, now)
    user = request.user if request.user.is_authenticated else None
    which = _which(request)
    rows = catalogue_of(shown, which, user)
    lots = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    own = own_paddles(user, lots) if user else {}
    early = priority_lots(shown)
    unit = rule_books.parts_of(shown.currency)
    context = {
        "sale": shown,
        "title": shown.display_title,
        "description": _in_language(shown.description, shown.description_en),
        "phase": phase,
        "phase_kind": wording.PHASE_KINDS.get(phase, "neutral"),
        "licence": gates.licence_of(shown.house, LicenceKind.AUCTION),
        "times": _times(shown),
        "extension": wording.extension(rule_books.closing(shown.closing_id)),
        "ladder": ladder_rows(rule_books.ladder(shown.ladder_id, unit), shown.currency),
        "premium": premium_rows(rule_books.premium(shown.premium_id, unit), shown.currency),
        "deposit": deposit_words(shown.deposit, shown.currency),
        "approval": approval_words(shown.approval),
        "storage": storage_words(rule_books.storage_of(shown), shown.currency),
        "platform": platform_words(rule_books.platform_of(shown)),
        "conditions_text": conditions_text(shown),
        "own": own_state(request, shown),
        "is_followed": user is not None and follows(user, sale_id=shown.pk),
        "lots": [
            lot_card(lot, shown, now, own.get(lot.pk, ()), has_priority=lot.pk in early)
            for lot in lots
        ],
        "page": lots,
        "marks": [mark for mark in LotMark if any(mark in lot.symbols for lot in lots)],
        "which": which,
        "chips": _chips(shown, which, user) if user else [],
        "results": results_of(shown),
        "may_export": bool(shown.announced_at)
        and request.user.has_perm("auctions.export_sale_record", shown),
        "is_sealed": shown.is_sealed,
        "is_draft": shown.state == SaleState.DRAFT,
        "trail": [
            (pgettext_lazy("section", "拍卖"), reverse("auctions:sales")),
            (shown.display_title, ""),
        ],
    }
    return render(request, "auctions/sale.html", context)


@require_safe
def catalogue_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The catalogue to print or to keep, in the reader's language."""
    shown = open_sale(request, pk)
    try:
        digest, content = catalogue_file(shown)
    except TooManyLots as error:
        messages.error(request, joined([error, error.hint]))
        return redirect("auctions:sale", pk)
    name = f"sale-{pk}-catalogue-{get_language()}.pdf"
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, no-cache" if shown.state == SaleState.DRAFT else "no-cache",
        "ETag": f'"{digest}"',
    }
    response = HttpResponse(content, content_type="application/pdf", headers=headers)
    return get_conditional_response(request, etag=headers["ETag"], response=response) or response


def open_sale(request: HttpRequest, pk: int) -> Sale:
    """A sale that this reader may see: announced, or his own house's draft; else it is none."""
    found = sale_for_page(pk)
    if found is None:
        raise Http404
    if found.announced_at is None and not request.user.has_perm("auctions.manage_sale", found):
        raise Http404
    return found


def conditions_text(sale: Sale) -> str:
    """The conditions of sale in the reader's language, in the version of the sale."""
    if sale.conditions is None:
        return ""
    return _in_language(sale.conditions.text, sale.conditions.text_en)


def own_state(request: HttpRequest, sale: Sale) -> dict[str, Any]:
    """Whether the reader is registered, with which paddles, and what he does next."""
    address = reverse("auctions:register", args=[sale.pk])
    is_open = sale.state == SaleState.ANNOUNCED
    if not request.user.is_authenticated:
        return {"paddles": [], "url": address, "is_open": is_open, "anonymous": True}
    paddles = paddles_in(sale, request.user)
    states = {paddle.state for paddle in paddles}
    refused = (PaddleState.REFUSED, PaddleState.SUSPENDED)
    return {
        "paddles": paddles,
        "url": address,
        "is_open": is_open,
        "approved": PaddleState.APPROVED in states,
        "owes": owes_deposit(paddles),
        "waits": PaddleState.PENDING in states,
        "words": [wording.paddle(paddle) for paddle in paddles if paddle.state in refused],
    }


def _which(request: HttpRequest) -> str:
    """Which lots the address asks for; a stranger has none of his own."""
    asked = request.GET.get("show", "")
    known = asked in Which.values and request.user.is_authenticated
    return asked if known else Which.ALL


def _chips(sale: Sale, which: str, user: User) -> list[dict[str, Any]]:
    """All lots, those one bid on, those one follows: each an address."""
    counts = counts_of_own(sale, user)
    address = reverse("auctions:sale", args=[sale.pk])
    return [
        {
            "label": name.label,
            "url": f"{address}{'' if name == Which.ALL else f'?show={name}'}#lots",
            "count": counts[name],
            "current": name == which,
        }
        for name in Which
    ]


def lot_card(
    lot: Lot,
    sale: Sale,
    now: datetime,
    own: Collection[int] = (),
    *,
    has_priority: bool = False,
) -> dict[str, Any]:
    """What a card in the catalogue says of a lot; `own` are the reader's paddles that bid on it.

    `has_priority`: its winner pays the priority rate.
    """
    lot.sale = sale
    shown = shown_of(lot, now)
    figure, label = price_words(lot, shown)
    is_sold, is_withdrawn = shown.stage == Stage.SOLD, shown.stage == Stage.WITHDRAWN
    end = reason = total = ""
    if shown.stage in (Stage.WAITING, Stage.OPEN) and lot.ends_at:
        end = _("%(end)s结束") % {"end": wording.moment(lot.ends_at)}
    if is_withdrawn:
        reason = _("撤回的理由：%(reason)s") % {"reason": lot.withdrawal_reason}
    if is_sold:
        costs = costs_of(sale, shown.hammer or 0, lot=lot, has_priority=has_priority)
        total = _("含佣金%(total)s") % {"total": costs.total}
    return card(lot.work) | {
        "key": lot.pk,
        "number": lot.number,
        "signs": "".join(lot.marks),
        "url": reverse("auctions:lot", args=[sale.pk, lot.number]),
        "price": "" if is_withdrawn else figure,
        "price_label": label,
        "total": total,
        "end": end,
        "reason": reason,
        "stage": shown.stage,
        "kind": wording.STAGE_KINDS.get(shown.stage, "neutral"),
        "own": _own_pill(lot, shown, own),
    }


def _own_pill(lot: Lot, shown: Shown, own: Collection[int]) -> tuple[str, str] | None:
    """How the lot stands for the reader, who bid on it."""
    if not own or shown.stage == Stage.WITHDRAWN:
        return None
    if lot.sale.is_sealed and not shown.hammer:
        return "info", _("已报价")
    group = group_of(lot, shown, own)
    kinds = {"leading": "ok", "won": "ok", "outbid": "live", "waiting": "info"}
    kind = kinds.get(group, "neutral")
    return kind, _("已出价") if group == "waiting" else group_titles()[group]


def price_words(lot: Lot, shown: Shown) -> tuple[str, str]:
    """The figure of a lot and what it is."""
    currency = lot.sale.currency
    opening = Money(lot.opening_minor, currency).words()
    if shown.stage == Stage.SOLD:
        return Money(shown.hammer or 0, currency).words(), _("落槌价，不含佣金")
    if shown.price is None:
        return opening, _("起拍价，不含佣金")
    if shown.stage in (Stage.BELOW_RESERVE, Stage.DEFAULTED, Stage.RESCINDED):
        return Money(shown.price, currency).words(), _("最高应价，不含佣金")
    label = joined([_("当前价，不含佣金"), _("%(n)d次出价") % {"n": shown.bids}])
    return Money(shown.price, currency).words(), label


def _in_language(words: str, english: str) -> str:
    return english if english and get_language() == "en" else words


def _row(sale: Sale, now: datetime) -> dict[str, Any]:
    phase = phase_of(sale, now)
    return {
        "sale": sale,
        "title": sale.display_title,
        "phase": phase,
        "phase_kind": wording.PHASE_KINDS.get(phase, "neutral"),
        "opens": wording.moment(sale.opens_at) if sale.opens_at else "",
        "closes": wording.moment(sale.closes_at) if sale.closes_at else "",
        "url": reverse("auctions:sale", args=[sale.pk]),
    }


def _times(sale: Sale) -> dict[str, str]:
    return {
        "opens": wording.moment(sale.opens_at) if sale.opens_at else "",
        "closes": wording.moment(sale.closes_at) if sale.closes_at else "",
    }
