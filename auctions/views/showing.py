"""What the pages of works say about sales: that a work stands in one, and where."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from catalog.enums import EncumbranceKind
from catalog.models import Work

from .. import wording
from ..models import Lot


def sale_panel(work: Work, request: HttpRequest) -> dict[str, Any] | None:
    """The sale of a work whose live lock is a sale's, once it is announced. No query."""
    live = next(iter(getattr(work, "live_encumbrances", [])), None)
    lot: Lot | None = getattr(live, "lot", None) if live else None
    if live is None or live.kind != EncumbranceKind.SALE or lot is None:
        return None
    if lot.sale.announced_at is None:
        return None
    return {
        "template": "auctions/panel.html",
        "title": lot.sale.display_title,
        "number": lot.number,
        "end": wording.moment(lot.ends_at) if lot.ends_at else "",
        "url": reverse("auctions:lot", args=[lot.sale_id, lot.number]),
    }
