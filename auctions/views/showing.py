"""What the pages of works and makers say about sales: where a work stands; follow a maker."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from catalog.enums import EncumbranceKind
from catalog.models import Artist, Work

from .. import wording
from ..models import Lot
from ..selectors.notices import follows


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


def follow_action(artist: Artist, request: HttpRequest) -> dict[str, Any]:
    """Follow the maker, or stop; who is not signed in is sent to sign in. At most one query."""
    user = request.user
    return {
        "template": "auctions/_watch_artist.html",
        "artist": artist.pk,
        "is_followed": user.is_authenticated and follows(user, artist_id=artist.pk),
    }
