"""What programs read of the district: live public pages, and the sessions that these tell of.

Calendars, feeds, structured data and the API ask here, so that all of them name the same pages and
the same dates. Reads only; a draft programme and a page that is not live do not exist here.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.models import Page

from artmarket.core.clock import SHANGHAI

from ..enums import ProgrammeState, SessionState
from ..models import EventPage, ExhibitionPage, HomePage, Programme, SeriesPage, Session
from .programmes import Filters, upcoming

P = TypeVar("P", bound=Page)
TELLERS: Final = (EventPage, ExhibitionPage)
HEAVY: Final = ("body", "terms")
"""Columns of those pages that a list has no use for."""

MOST_COMING: Final = 1000
"""Sessions of one calendar file: the nearest."""


def live_pages() -> Any:
    """Every page that everybody may read, whatever its kind, with its language."""
    return Page.objects.live().public().filter(depth__gt=1).select_related("locale")


def page_at(path: str) -> Page | None:
    """The live page of a path of the site (`/en/events/kites/`), else None.

    A page that the path's language does not have is the other's, as the site itself shows it.
    """
    languages, rest = ["zh-hans", "en"], path
    if path == "/en" or path.startswith("/en/"):
        languages, rest = ["en", "zh-hans"], path.removeprefix("/en")
    roots = dict(HomePage.objects.values_list("locale__language_code", "url_path"))
    wanted = [_closed(roots[code] + rest.lstrip("/")) for code in languages if code in roots]
    found = {page.url_path: page for page in live_pages().filter(url_path__in=wanted)}
    return next((found[url_path] for url_path in wanted if url_path in found), None)


def told_programmes() -> QuerySet[Programme]:
    """Programmes that the public is told of: no draft, and a live page in some language."""
    pages = [
        Exists(model.objects.live().public().filter(programme=OuterRef("pk")).order_by())
        for model in TELLERS
    ]
    return Programme.objects.exclude(state=ProgrammeState.DRAFT).filter(pages[0] | pages[1])


def told_sessions() -> QuerySet[Session]:
    """Sessions of those programmes, with their places, in the order of time."""
    return with_places(Session.objects.filter(programme__in=told_programmes().order_by()))


def with_places(rows: QuerySet[Session]) -> QuerySet[Session]:
    """Sessions with all that a calendar says of where, in the order of time."""
    wanted = ("room__place", "programme__place", "programme__room__place")
    return rows.select_related(*wanted).order_by("starts_at", "id")


def coming_sessions(filters: Filters, *, now: datetime) -> list[Session]:
    """Sessions to come of the programmes that the list of events shows, the nearest first.

    Cancelled ones are there too, so that calendars learn of it. One query.
    """
    programmes = upcoming(filters, now=now).order_by().values("pk")
    rows = with_places(Session.objects.filter(programme__in=programmes, ends_at__gt=now))
    if filters.first:
        rows = rows.filter(ends_at__gt=_midnight(filters.first))
    if filters.until:
        rows = rows.filter(starts_at__lt=_midnight(filters.until + timedelta(days=1)))
    return list(rows[:MOST_COMING])


def of_series(series: SeriesPage) -> Q:
    """Sessions of a series, of whichever language its page is."""
    members = EventPage.objects.live().filter(series__translation_key=series.translation_key)
    return Q(programme__in=members.values("programme"))


def pages_of(programmes: Iterable[int], language: str) -> dict[int, Any]:
    """The live page of each programme: in this language, else in Chinese, else in any.

    Queries: two, and two for the restrictions on reading.
    """
    wanted = set(programmes)
    found: dict[int, Any] = {}
    for model in TELLERS:
        rows = model.objects.live().public().filter(programme__in=wanted)
        for page in rows.select_related("locale").defer(*HEAVY):
            best = found.get(page.programme_id)
            if best is None or _rank(page, language) < _rank(best, language):
                found[page.programme_id] = page
    with_roots(found.values())
    return found


def is_cancelled(session: Session) -> bool:
    """Whether a session does not take place, by itself or with its whole programme."""
    return (
        session.state == SessionState.CANCELLED
        or session.programme.state == ProgrammeState.CANCELLED
    )


def path_of(page: Page) -> str:
    """Where a page is on the site (`/en/events/`); "/" for one that is not routable."""
    parts = page.get_url_parts()
    return (parts and parts[2]) or "/"


def with_roots(pages: Iterable[P]) -> list[P]:
    """The pages, which look up the roots of the site once instead of each by itself."""
    rows = list(pages)
    if rows:
        roots = rows[0]._get_site_root_paths()
        for row in rows:
            row._wagtail_cached_site_root_paths = roots  # type: ignore[attr-defined]
    return rows


def language_of(page: Page) -> str:
    """The language that a page is written in."""
    return str(page.locale.language_code)


def _rank(page: Page, language: str) -> int:
    order = [language, "zh-hans"]
    code = language_of(page)
    return order.index(code) if code in order else len(order)


def _closed(path: str) -> str:
    return path if path.endswith("/") else f"{path}/"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI)
