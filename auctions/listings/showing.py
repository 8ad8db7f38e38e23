"""What the pages of works say about offers: the seller's price with what it includes."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from artmarket.core.punctuation import joined
from catalog.enums import SourceKind, WorkState
from catalog.models import Work

from .models import Offer
from .selectors import offer_on


def whose_price(work: Work, offer: Offer) -> str:
    """The author's own price, or another seller's."""
    own = work.source_kind == SourceKind.OWN_WORK and offer.seller_id == work.created_by_id
    return _("作者标价") if own else _("卖方标价")


def included(offer: Offer) -> list[str]:
    """What the price includes and what it does not."""
    return [
        _("含税") if offer.includes_tax else _("不含税"),
        _("含包装") if offer.includes_packing else _("不含包装"),
        _("含运费") if offer.includes_shipping else _("不含运费"),
    ]


def price_label(work: Work, offer: Offer) -> str:
    """The words above the figure."""
    return joined([whose_price(work, offer), *included(offer)])


def card_price(work: Work, live: Any) -> tuple[str, str] | None:
    """Figure and words of a card; nothing unless the live lock is the offer's."""
    offer = offer_on(live)
    if offer is None:
        return None
    return offer.price.words(), joined([whose_price(work, offer), _("询价")])


def offer_panel(work: Work, request: HttpRequest) -> dict[str, Any] | None:
    """The price beside the pictures; for the owner, the way to his offer."""
    live = next(iter(getattr(work, "live_encumbrances", [])), None)
    offer = offer_on(live)
    if work.state != WorkState.REGISTERED:
        return None
    signed_in = request.user.is_authenticated
    own = signed_in and request.user.has_perm("listings.offer_work", work)
    if offer is None and (live is not None or not own):
        return None
    panel = {
        "template": "listings/panel.html",
        "offer": offer,
        "own": own,
        "manage_url": reverse("listings:open", args=[work.pk]),
    }
    if offer is not None:
        panel |= {
            "label": price_label(work, offer),
            "figure": offer.price.words(),
            "ask_url": reverse("listings:ask", args=[work.number]),
        }
    return panel


def owner_action(work: Work, request: HttpRequest) -> dict[str, str] | None:
    """The button on the lister's page of his registered work, if he owns it."""
    if work.state != WorkState.REGISTERED or not request.user.has_perm("listings.offer_work", work):
        return None
    live = next(iter(getattr(work, "live_encumbrances", [])), None)
    words = _("管理标价") if offer_on(live) else _("标价出售")
    return {"url": reverse("listings:open", args=[work.pk]), "label": words}
