"""Events, exhibitions and series: the dates that the page shows, with state, place and price."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from artmarket.core.money import Money

from ..calendars import place_of
from ..enums import BookingMode, ProgrammeKind, ProgrammeState, SessionState
from ..happening import told_programme
from ..models import EventPage, ExhibitionPage, Programme, TicketType
from ..selectors.programmes import DateRow, Dates, sessions_of
from ..selectors.published import HEAVY, is_cancelled, path_of, with_roots
from ..wording import said
from .common import Data, Site, about, day, moment, tag, thing, web_page
from .places import located

SCHEMA: Final = "https://schema.org/"
MOST_DATES: Final = 100
MOST_EVENTS: Final = 50
MOST_WORKS: Final = 100


def event(page: Any, site: Site) -> Data:
    """An event or an exhibition; without any date yet, a page."""
    programme = told_programme(page)
    if programme is None:
        return web_page(page, site)
    dates = sessions_of(programme, now=timezone.now())
    starts, ends = _span(page, programme, dates)
    if starts is None:
        return web_page(page, site)
    is_exhibition = programme.kind == ProgrammeKind.EXHIBITION
    rows = _named(dates)
    tickets = [t for t in programme.ticket_types.all() if t.is_offered]
    return thing(
        "ExhibitionEvent" if is_exhibition else "Event",
        **about(page, site),
        startDate=starts,
        endDate=ends,
        previousStartDate=_previous(rows[0]) if len(rows) == 1 else None,
        eventStatus=SCHEMA + _status(programme, rows),
        eventAttendanceMode=SCHEMA + _attendance(programme),
        location=_location(programme, site, page),
        organizer=_organiser(programme, site),
        offers=_offers(programme, tickets, rows, site.whole(path_of(page))),
        isAccessibleForFree=all(t.price_minor == 0 for t in tickets) if tickets else None,
        typicalAgeRange=f"{programme.min_age}-" if programme.min_age else None,
        audience=thing("Audience", audienceType=page.audience) if page.audience else None,
        inLanguage=tag(page),
        subEvent=[_date(row, page, site) for row in rows] if len(rows) > 1 else None,
        workFeatured=_works(programme, site) if is_exhibition else None,
    )


def series(page: Any, site: Site) -> Data:
    """A series with its events, by name and address."""
    members = (
        EventPage.objects.live()
        .public()
        .filter(series__translation_key=page.translation_key, locale=page.locale_id)
    )
    named = [
        thing("Event", name=e.title, url=site.whole(path_of(e)), startDate=moment(_start(e)))
        for e in with_roots(
            members.select_related("locale", "programme").defer(*HEAVY)[:MOST_EVENTS]
        )
    ]
    dated = [e for e in named if "startDate" in e]
    return thing("EventSeries", **about(page, site), inLanguage=tag(page), subEvent=dated)


def viewing_room(page: Any, site: Site) -> Data:
    """A room on the screen: a page about its exhibition."""
    parent = page.get_parent().specific
    shown = thing("ExhibitionEvent", name=parent.title, url=site.whole(path_of(parent)))
    start = moment(_start(parent))
    is_dated = isinstance(parent, ExhibitionPage) and start
    return web_page(
        page, site, "CollectionPage", about={**shown, "startDate": start} if is_dated else None
    )


def _start(page: Any) -> datetime | None:
    programme = told_programme(page)
    return programme.starts_at if programme else None


def _named(dates: Dates) -> list[DateRow]:
    """The dates that are named: those to come, also cancelled ones; else those that were."""
    if dates.past and not dates.coming:
        return list(dates.past[-MOST_DATES:])
    rows = [*dates.coming, *dates.cancelled]
    return sorted(rows, key=lambda row: row.session.starts_at)[:MOST_DATES]


def _span(page: Any, programme: Programme, dates: Dates) -> tuple[str | None, str | None]:
    """From when to when, as the page says it."""
    if isinstance(page, ExhibitionPage) and page.opens_on:
        return day(page.opens_on), day(page.closes_on)
    rows = _named(dates)
    if len(rows) == 1:
        return moment(rows[0].session.starts_at), moment(rows[0].session.ends_at)
    if programme.starts_at is None and rows:  # all cancelled
        return moment(rows[0].session.starts_at), moment(rows[-1].session.ends_at)
    return moment(programme.starts_at), moment(programme.ends_at)


def _status(programme: Programme, rows: Sequence[DateRow]) -> str:
    """Of the whole: cancelled when no date is left, moved when the next one is."""
    held = [row for row in rows if not is_cancelled(row.session)]
    if programme.state == ProgrammeState.CANCELLED or not held:
        return "EventCancelled" if rows else "EventScheduled"
    return _date_status(held[0])


def _date_status(row: DateRow) -> str:
    if is_cancelled(row.session):
        return "EventCancelled"
    return "EventRescheduled" if row.session.state == SessionState.MOVED else "EventScheduled"


def _previous(row: DateRow) -> str | None:
    session = row.session
    return moment(session.previous_start) if session.state == SessionState.MOVED else None


def _date(row: DateRow, page: Any, site: Site) -> Data:
    """One date of an event."""
    session = row.session
    place = place_of(session)
    room = session.room or session.programme.room
    return thing(
        "Event",
        name=page.title,
        description=said(session, "note"),
        url=site.whole(path_of(page)),
        startDate=moment(session.starts_at),
        endDate=moment(session.ends_at),
        previousStartDate=_previous(row),
        eventStatus=SCHEMA + _date_status(row),
        eventAttendanceMode=SCHEMA + _attendance(session.programme),
        location=located(place, room) if place else _online(site, page, session.programme),
        remainingAttendeeCapacity=row.seats_left,
    )


def _attendance(programme: Programme) -> str:
    if not programme.is_online:
        return "OfflineEventAttendanceMode"
    return "MixedEventAttendanceMode" if programme.place else "OnlineEventAttendanceMode"


def _location(programme: Programme, site: Site, page: Any) -> Any:
    here = located(programme.place, programme.room) if programme.place else None
    online = _online(site, page, programme)
    return [here, online] if here and online else here or online


def _online(site: Site, page: Any, programme: Programme) -> Data | None:
    return thing("VirtualLocation", url=site.whole(path_of(page))) if programme.is_online else None


def _organiser(programme: Programme, site: Site) -> Data | None:
    found = programme.organiser
    if found is None:
        return None
    address = site.whole(reverse("accounts:organisation_page", args=[found.slug]))
    return thing("Organization", name=found.name, url=address)


def _offers(
    programme: Programme, tickets: Sequence[TicketType], rows: Sequence[DateRow], url: str
) -> list[Data] | None:
    """Each kind of ticket with its price; whether there is a place left on any date to come."""
    if programme.booking == BookingMode.NONE:
        return None
    live = [row for row in rows if not is_cancelled(row.session)]
    is_open = programme.state == ProgrammeState.OPEN
    is_full = bool(live) and all(row.is_full for row in live)
    available = "SoldOut" if is_full or not is_open or not live else "InStock"
    return [
        thing(
            "Offer",
            name=str(ticket),
            price=f"{Money(ticket.price_minor, ticket.currency).amount:f}",
            priceCurrency=ticket.currency,
            availability=SCHEMA + available,
            url=url,
        )
        for ticket in tickets
    ]


def _works(programme: Programme, site: Site) -> list[Data]:
    """Works shown that are public in the registry."""
    rows = programme.exhibited.filter(removed_at__isnull=True).select_related("work")
    return [
        thing(
            "VisualArtwork",
            name=shown.work.display_title,
            identifier=shown.work.number,
            url=site.whole(shown.work.get_absolute_url()),
        )
        for shown in rows[:MOST_WORKS]
        if shown.work.is_public
    ]
