"""What the pages of districts, streets, places and venues show."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from .. import wording
from ..models import EnterprisePage, Place, RecruitmentPage
from ..selectors.atlas import atlas
from ..selectors.listings import addresses_of_places, coming, places_around, places_within
from ..selectors.programmes import Filters
from . import shows

ON_PAGE = 8


@shows("cms.districtpage", "cms.streetpage", "cms.placepage", "cms.venuepage")
def place(page: Any, request: HttpRequest) -> dict[str, Any]:
    """Opening today, the map, what is on, workshops by craft, heritage, calls."""
    if page.place is None:
        return {"place": None}
    now = timezone.now()
    inside = places_within(page.place)
    keys = [row.pk for row in inside]
    shown = _on_map(page.place, inside)
    addresses = addresses_of_places(
        {*keys, *(row.pk for row in shown)}, locale_id=page.locale_id, request=request
    )
    is_open, open_kind = wording.open_today(page.place.hours, now)
    return {
        "place": page.place,
        "open_today": is_open,
        "open_kind": open_kind,
        "opening": wording.opening_rows(page.place.hours),
        "atlas": atlas(shown, addresses, here=page.place_id),
        "rooms": list(page.place.rooms.all()),
        "on": coming(Filters(place=page.place_id), now=now, request=request, limit=ON_PAGE),
        "crafts": _workshops(keys, page, request),
        "heritage": [(row, addresses.get(row.pk, "")) for row in inside if row.heritage],
        "calls": _calls(keys, page, request),
    }


def _on_map(own: Place, inside: list[Place]) -> list[Place]:
    """What lies in a place; where nothing does, what lies about it."""
    within = [row for row in inside if row.pk != own.pk]
    return within or places_around(own)


def _workshops(places: list[int], page: Any, request: HttpRequest) -> list[dict[str, Any]]:
    """The enterprises of these places, by craft; one query."""
    rows = (
        EnterprisePage.objects.live().filter(place_id__in=places, locale_id=page.locale_id)
        .select_related("place").order_by("craft", "title")
    )  # fmt: skip
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        craft = found.setdefault(row.craft, {"name": row.get_craft_display(), "pages": []})
        craft["pages"].append({"page": row, "url": row.get_url(request) or ""})
    return list(found.values())


def _calls(places: list[int], page: Any, request: HttpRequest) -> list[dict[str, Any]]:
    """Calls for these places that are still open; one query."""
    rows = RecruitmentPage.objects.live().filter(
        Q(closes_at__isnull=True) | Q(closes_at__gt=timezone.now()),
        place_id__in=places, locale_id=page.locale_id,
    )  # fmt: skip
    return [{"page": row, "url": row.get_url(request) or ""} for row in rows.order_by("closes_at")]
