"""Places: museum, park, mall, street; where an event is."""

from typing import Any, Final

from .. import opening
from ..enums import PlaceKind, StepFree
from ..models import Place, Room
from ..wording import said
from .common import Data, Site, about, thing, web_page

KINDS: Final = {
    PlaceKind.DISTRICT: "TouristAttraction",
    PlaceKind.STREET: "TouristAttraction",
    PlaceKind.MUSEUM: "Museum",
    PlaceKind.ACADEMY: "LandmarksOrHistoricalBuildings",
    PlaceKind.PARK: "Park",
    PlaceKind.MALL: "ShoppingCenter",
    PlaceKind.VENUE: "EventVenue",
    PlaceKind.OTHER: "Place",
}
WEEK: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def place(page: Any, site: Site) -> Data:
    """The place of a page; a page without one is a page."""
    if page.place is None:
        return web_page(page, site)
    words = {name: value for name, value in about(page, site).items() if value}
    return {**located(page.place, hours=True), **words}


def located(found: Place, room: Room | None = None, *, hours: bool = False) -> Data:
    """A place by its name, address, point and access; with its opening hours where asked for."""
    name = f"{found}{_in(room)}"
    return thing(
        str(KINDS[PlaceKind(found.kind)]),
        name=name,
        address=_address(found),
        geo=_point(found),
        telephone=found.phone,
        amenityFeature=_access(found, room),
        openingHoursSpecification=_hours(found) if hours else None,
    )


def _in(room: Room | None) -> str:
    return f" {room}" if room else ""


def _address(found: Place) -> Data | None:
    street = said(found, "address")
    return thing("PostalAddress", streetAddress=street, addressCountry="CN") if street else None


def _point(found: Place) -> Data | None:
    if found.latitude is None or found.longitude is None:
        return None
    return thing("GeoCoordinates", latitude=float(found.latitude), longitude=float(found.longitude))


def _access(found: Place, room: Room | None) -> list[Data]:
    """What is known of steps, of the room where one is named; nothing where nobody looked."""
    known = StepFree(room.step_free if room else found.step_free)
    if known == StepFree.UNKNOWN:
        return []
    return [
        thing("LocationFeatureSpecification", name=str(known.label), value=known == StepFree.YES)
    ]


def _hours(found: Place) -> list[Data]:
    if not isinstance(found.hours, dict):
        return []
    return [
        thing(
            "OpeningHoursSpecification",
            dayOfWeek=f"https://schema.org/{WEEK[number]}",
            opens=f"{stretch.opens:%H:%M}",
            closes=f"{stretch.closes:%H:%M}",
        )
        for number, stretches in opening.week(found.hours)
        for stretch in stretches
    ]
