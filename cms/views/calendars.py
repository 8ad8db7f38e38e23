"""Calendars as files: one session, a programme, a series, the whole site, a person's own."""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.punctuation import labelled
from artmarket.core.rest.paging import own_url

from .. import calendars
from ..models import CalendarAddress, SeriesPage, Session
from ..selectors import own_calendar, published
from ..services import calendar_addresses
from ..showing.event_list import read
from .answers import shared

CALENDAR: Final = "text/calendar; charset=utf-8"
MOST_OF_A_SERIES: Final = 2000


@require_safe
def session_ics(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One date."""
    found = get_object_or_404(published.told_sessions(), uuid=uuid)
    return _of_one_programme(request, [found], f"{uuid}.ics")


@require_safe
def programme_ics(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """All dates of an event or exhibition, also past ones and cancelled ones."""
    found = list(published.told_sessions().filter(programme__uuid=uuid))
    if not found:
        raise Http404
    return _of_one_programme(request, found, f"{uuid}.ics")


@require_safe
def series_ics(request: HttpRequest, pk: int) -> HttpResponse:
    """All dates of the events of a series."""
    series = get_object_or_404(SeriesPage.objects.live().public(), pk=pk)
    rows = published.told_sessions().filter(published.of_series(series))
    body = calendars.file_of(series.title, list(rows.reverse()[:MOST_OF_A_SERIES])[::-1])
    return shared(request, body, CALENDAR, filename=f"series-{pk}.ics")


@require_safe
def all_ics(request: HttpRequest) -> HttpResponse:
    """What is coming in the whole district, narrowed by the filters of the list of events."""
    name = labelled(settings.SITE_NAME, _("展览与活动"))
    sessions = published.coming_sessions(read(request.GET), now=timezone.now())
    body = calendars.file_of(name, sessions)
    return shared(request, body, CALENDAR, filename="events.ics")


@require_safe
def own_ics(request: HttpRequest, secret: str) -> HttpResponse:
    """A person's own dates; the address is the key."""
    owner = own_calendar.owner_of(secret)
    if owner is None:
        raise Http404
    sessions, statuses = own_calendar.own_sessions(owner)
    body = calendars.file_of(
        labelled(settings.SITE_NAME, _("我的活动")), sessions, statuses=statuses
    )
    return shared(request, body, CALENDAR, filename="my-events.ics", is_private=True)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def calendar_address(request: HttpRequest) -> HttpResponse:
    """Show whether there is an address; make one, which this one answer shows; switch it off."""
    made = ""
    person: Any = request.user
    if request.method == "POST" and request.POST.get("do") == "remove":
        calendar_addresses.remove_calendar_address(actor=person)
        messages.success(request, _("日历地址已停用。"))
        return redirect("cms:calendar_address")
    if request.method == "POST":
        secret = calendar_addresses.reset_calendar_address(actor=person)
        made = own_url(reverse("cms:own_ics", args=[secret]))
    context = {
        "made": made,
        "address": CalendarAddress.objects.filter(user=person).first(),
        "everything": own_url(reverse("cms:all_ics")),
    }
    return render(request, "cms/calendar_address.html", context, status=201 if made else 200)


def _of_one_programme(request: HttpRequest, sessions: list[Session], name: str) -> HttpResponse:
    """A file whose every change moves the stamp of one of its rows."""
    entries = calendars.entries_of(sessions)
    if not entries:
        raise Http404
    body = calendars.file_of_entries(entries[0].summary, entries)
    return shared(
        request, body, CALENDAR, filename=name, last_modified=max(e.stamp for e in entries)
    )
