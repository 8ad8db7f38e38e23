"""The bidder's desk: where he leads, where he was outbid, what he won and lost."""

from collections.abc import Collection
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.clock import db_now
from artmarket.core.money import Money

from .. import wording
from ..enums import OfferState
from ..models import Lot, Paddle
from ..selectors.aftermath import chances_of
from ..selectors.lots import BIDDABLE, Shown, Stage, lots_bid_on, own_maxima, shown_of

PER_PAGE = 100
GROUPS = ("outbid", "leading", "waiting", "won", "lost")


@require_safe
@signed_in
def bids(request: HttpRequest) -> HttpResponse:
    """All lots that a person bid on, those that ask for something first."""
    now = db_now()
    page = Paginator(lots_bid_on(request.user), PER_PAGE).get_page(request.GET.get("page"))  # type: ignore[arg-type]
    lots = list(page)
    maxima = own_maxima(request.user, lots)  # type: ignore[arg-type]
    paddles = (
        Paddle.objects.filter(user=request.user)  # type: ignore[misc]
        .select_related("sale", "party")
        .order_by("-registered_at")
    )
    mine = list(paddles[:PER_PAGE])
    rows = [_row(lot, shown_of(lot, now), maxima.get(lot.pk, {})) for lot in lots]
    groups = {name: [row for row in rows if row["group"] == name] for name in GROUPS}
    context = {
        "groups": [(name, group_titles()[name], groups[name]) for name in GROUPS],
        "counts": {name: len(found) for name, found in groups.items()},
        "paddles": [(paddle, paddle.sale.display_title, wording.paddle(paddle)) for paddle in mine],
        "now": now,
        "page": page,
        "is_empty": not rows,
        "waiting_offers": chances_of(request.user)
        .filter(state=OfferState.OPEN, open_until__gt=now)
        .count(),  # type: ignore[arg-type]
    }
    return render(request, "auctions/bids.html", context)


def group_titles() -> dict[str, str]:
    """The groups in words."""
    return {
        "outbid": _("被超越"),
        "leading": _("领先"),
        "waiting": _("等待开始、开标或确认"),
        "won": _("买到"),
        "lost": _("没有买到"),
    }


def _row(lot: Lot, shown: Shown, own: dict[int, int]) -> dict[str, Any]:
    currency = lot.sale.currency
    group = group_of(lot, shown, own)
    most = max((m for m in own.values() if m), default=None)
    price = shown.hammer if shown.stage == Stage.SOLD else shown.price
    return {
        "lot": lot,
        "group": group,
        "url": reverse("auctions:lot", args=[lot.sale_id, lot.number]),
        "title": lot.work.display_title,
        "sale_title": lot.sale.display_title,
        "stage": shown.stage,
        "stage_kind": wording.STAGE_KINDS.get(shown.stage, "neutral"),
        "price": Money(price, currency).words() if price is not None else "",
        "most": Money(most, currency).words() if most is not None else "",
        "ask": Money(shown.ask, currency).words() if group == "outbid" and shown.ask else "",
        "below_reserve": group == "leading" and shown.reserve_met is False,
        "end": wording.moment(lot.ends_at) if lot.ends_at else "",
        "is_ticking": shown.stage in BIDDABLE,
    }


def group_of(lot: Lot, shown: Shown, own: Collection[int]) -> str:
    """How a lot stands for somebody who bid on it with these paddles: a name of `GROUPS`."""
    if shown.stage == Stage.SOLD:
        return "won" if lot.winner_id in own else "lost"
    if shown.stage in (
        Stage.PASSED, Stage.BELOW_RESERVE, Stage.WITHDRAWN, Stage.DEFAULTED, Stage.RESCINDED,
    ):  # fmt: skip
        return "lost"
    if lot.sale.is_sealed or shown.stage != Stage.OPEN:
        return "waiting"
    if shown.leader in own:
        return "leading"
    return "outbid"
