"""What the pages of events, exhibitions, viewing rooms, series and their list show."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from appraisal.selectors import certified
from catalog import pages as catalog_pages
from catalog.selectors import works_for_cards

from .. import wording
from ..models import EventPage, ExhibitedWork, SeriesPage, ViewingRoomPage
from ..selectors.atlas import atlas
from ..selectors.bookings import Panel, panel_for
from ..selectors.listings import addresses_of_places, coming, past_of, places_around
from ..selectors.programmes import DateRow, Dates, Filters, sessions_of, status_of
from . import shows

EVENTS_OF_A_SERIES = 40
SHOWN_DATES = 5
"""How many dates are shown before the rest is folded."""


@shows("cms.eventpage", "cms.exhibitionpage")
def programme(page: Any, request: HttpRequest) -> dict[str, Any]:
    """Status, dates, the panel of registering, place, organiser."""
    row = page.programme
    if row is None:
        return {"programme": None, "status": ""}
    now = timezone.now()
    status = status_of(row, now)
    dates = sessions_of(row, now=now)
    shown_dates = in_order(dates)
    panel = panel_for(row, request.user, now=now) if hasattr(request, "user") else None
    place = row.place
    around = places_around(place) if place else []
    addresses = addresses_of_places(
        [row.pk for row in around], locale_id=page.locale_id, request=request
    )
    return {
        "programme": row,
        "status": status,
        "status_words": wording.status(status),
        "status_kind": wording.STATUS_PILLS.get(status, "neutral"),
        "dates": dates,
        "first_dates": shown_dates[:SHOWN_DATES],
        "later_dates": shown_dates[SHOWN_DATES:],
        "programme_ics": address("cms:programme_ics", row.uuid),
        "session_ics": bool(address("cms:session_ics", row.uuid)),
        "now": now,
        **_booking(panel),
        "price": wording.price(row.ticket_types.all()),
        "place": place,
        "place_url": addresses.get(place.pk, "") if place else "",
        "atlas": atlas(around, addresses, here=place.pk) if place else None,
        "press": press_pictures(page),
    }


def _booking(panel: Panel | None) -> dict[str, Any]:
    """The panel of registering without its table of dates: each date says by itself how it can be
    booked (`seats`, by the session's key), so that a reader finds every date once."""
    if panel is None:
        return {"panel": None, "seats": {}}
    says_more = panel.own or panel.why_not or panel.needs_approval or panel.more
    return {
        "panel": replace(panel, rows=()) if says_more else None,
        "seats": {row.session.pk: row for row in panel.rows},
        "book_url": "" if panel.why_not else panel.book_url,
    }


def in_order(dates: Dates) -> list[DateRow]:
    """The dates to come, with those that were cancelled in their place."""
    rows = [*dates.coming, *dates.cancelled]
    return sorted(rows, key=lambda row: (row.session.starts_at, row.session.pk))


def address(name: str, *args: Any) -> str:
    """An address by its name; empty while no app has it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@shows("cms.eventpage")
def event(page: EventPage, request: HttpRequest) -> dict[str, Any]:
    """The series that the event belongs to, in the language of the page."""
    return {"series": _in_language(page.series, page.locale_id)}


@shows("cms.exhibitionpage")
def exhibition(page: Any, request: HttpRequest) -> dict[str, Any]:
    """The works by section, the viewing rooms, the days."""
    rooms = ViewingRoomPage.objects.live().child_of(page) if page.pk else ()
    return {
        "sections": sections(page.programme),
        "viewing_rooms": [{"page": room, "url": room.get_url(request) or ""} for room in rooms],
        "open_days": wording.days(page.opens_on, page.closes_on),
    }


def sections(programme: Any) -> list[dict[str, Any]]:
    """The works of an exhibition in their order, by room or part, each with its certificates.

    What is no longer public is left out; ten queries whatever the number of works.
    """
    if programme is None:
        return []
    shown = list(
        ExhibitedWork.objects.filter(programme=programme, removed_at__isnull=True).order_by(
            "order", "id"
        )
    )
    works = {
        work.pk: work
        for work in works_for_cards().public().filter(pk__in=[s.work_id for s in shown])
    }
    papers = certified(list(works))
    found: dict[str, dict[str, Any]] = {}
    for row in shown:
        if row.work_id not in works:
            continue
        card = catalog_pages.card(works[row.work_id])
        pills = list(card["pills"])
        if papers.get(row.work_id):
            pills.insert(0, ("ok", wording.certified()))
        title = wording.said(row, "section")
        section = found.setdefault(title, {"title": title, "works": [], "level": 4 if title else 3})
        section["works"].append(
            card | {"pills": pills[:2], "caption": wording.said(row, "caption")}
        )
    return list(found.values())


def press_pictures(page: Any) -> list[Any]:
    """Pictures of the page that newspapers may take, each once."""
    found = {page.picture.pk: page.picture} if page.picture and page.picture.is_press else {}
    for picture in pictures_in(page.body):
        if picture is not None and picture.is_press:
            found.setdefault(picture.pk, picture)
    return list(found.values())


def pictures_in(body: Iterable[Any]) -> Iterable[Any]:
    """The pictures of picture blocks and galleries."""
    for block in body:
        if block.block_type == "picture":
            yield block.value.get("picture")
        elif block.block_type == "gallery":
            yield from (row.get("picture") for row in block.value["pictures"])


@shows("cms.seriespage")
def series(page: SeriesPage, request: HttpRequest) -> dict[str, Any]:
    """The events of a series: those that come, then those that were."""
    if page.pk is None:
        return {}
    now = timezone.now()
    return {
        "coming": coming(
            Filters(series=page.pk), now=now, request=request, limit=EVENTS_OF_A_SERIES
        ),
        "past": past_of(page, now=now, request=request),
        "series_ics": address("cms:series_ics", page.pk),
    }


@shows("cms.viewingroompage")
def viewing_room(page: ViewingRoomPage, request: HttpRequest) -> dict[str, Any]:
    """The exhibition that the room belongs to, and its other rooms."""
    above = page.get_parent()
    if above is None:
        return {}
    rooms = ViewingRoomPage.objects.live().child_of(above)
    return {
        "exhibition": above,
        "exhibition_url": above.get_url(request) or "",
        "rooms": [
            {"page": room, "url": room.get_url(request) or "", "current": room.pk == page.pk}
            for room in rooms
        ],
    }


def _in_language(page: Any, locale_id: int) -> Any:
    """A page, or its translation into a language; the page itself where there is none."""
    if page is None or page.locale_id == locale_id:
        return page
    rows = page.__class__.objects.live().filter(translation_key=page.translation_key)
    return rows.filter(locale_id=locale_id).first() or page
