"""What a block is shown with before anything is chosen: the newest records that are public.

Asked when an editor opens the list of blocks; where there is no record yet, the block says so.
"""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from wagtail.images import get_image_model

from auctions.selectors.sales import public_sales
from catalog.enums import WorkState
from catalog.models import Artist, Work


def numbers(most: int = 4) -> list[str]:
    """The newest registry numbers."""
    rows = Work.objects.public().filter(state=WorkState.REGISTERED).order_by("-registered_at")
    return [number for number in rows.values_list("number", flat=True)[:most] if number]


def work() -> dict[str, Any]:
    return {"number": next(iter(numbers(1)), ""), "caption": ""}


def works() -> dict[str, Any]:
    return {"title": _("新登记"), "numbers": numbers()}


def artist() -> dict[str, Any]:
    return {"artist_id": _newest(Artist.objects.all()), "text": ""}


def sale() -> dict[str, Any]:
    return {"sale_id": _newest(public_sales()), "text": ""}


def picture() -> dict[str, Any]:
    found = get_image_model()._default_manager.order_by("-pk").first()
    return {"picture": found, "alt": "", "caption": _("图注写明画面里是什么、谁拍的、哪一年")}


def gallery() -> dict[str, Any]:
    rows = get_image_model()._default_manager.order_by("-pk")[:4]
    return {
        "title": _("图集"),
        "pictures": [{"picture": row, "alt": "", "caption": row.title} for row in rows],
    }


def map_() -> dict[str, Any]:
    from ..models import Place

    rows = Place.objects.filter(latitude__isnull=False).order_by("pk")
    return {"title": _("在哪里"), "places": list(rows.values_list("pk", flat=True)[:6])}


def version() -> dict[str, Any]:
    return {
        "version": "1.0",
        "valid_from": date(2026, 1, 1),
        "valid_until": None,
        "changes": _("第一版。"),
        "text": _("<p>为了说明这一块怎样显示，这里写了一句话。</p>"),
        "document": None,
    }


def _newest(rows: Any) -> int:
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 1
