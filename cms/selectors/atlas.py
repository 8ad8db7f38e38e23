"""Places on a map: the drawing and the equal list beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .. import maps
from ..models import Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of the list; `number` is its number on the map, None where its point is unknown."""

    place: Place
    number: int | None
    url: str
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Atlas:
    """`here`: the key of the place that the page is about, where it is about one."""

    drawing: maps.Drawing | None
    entries: list[Entry]
    here: int | None = None


def atlas(
    places: Sequence[Place], addresses: Mapping[int, str], *, here: int | None = None
) -> Atlas:
    """The map of some places, in their order; those without a point stand last in the list."""
    placed = [p for p in places if p.latitude is not None and p.longitude is not None]
    spots = [maps.Spot(p.pk, float(p.latitude or 0), float(p.longitude or 0)) for p in placed]
    drawing = maps.draw(spots)
    numbers = {point.key: point.number for point in drawing.points} if drawing else {}
    order = [*placed, *(p for p in places if p not in placed)]
    entries = [
        Entry(p, numbers.get(p.pk), addresses.get(p.pk, ""), is_here=p.pk == here) for p in order
    ]
    return Atlas(drawing, entries, here)


def links(place: Any) -> dict[str, str]:
    """A place's point as other maps read it: a `geo:` address (RFC 5870)."""
    if place is None or place.latitude is None:
        return {}
    return {"geo": f"geo:{place.latitude},{place.longitude}"}
