"""The list of exhibitions and events: what the reader asks for, and what there is."""

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from artmarket.core.clock import today

from .. import wording
from ..enums import Craft, ProgrammeKind
from ..models import EventIndexPage, Place, Programme, SeriesPage
from ..selectors.listings import told
from ..selectors.programmes import Filters, upcoming
from . import shows
from .happenings import address

PER_PAGE = 20
YES = "1"
FLAGS = ("free", "children", "step_free", "online")


@shows("cms.eventindexpage")
def event_list(page: EventIndexPage, request: HttpRequest) -> dict[str, Any]:
    """The chosen page of the list, the choices, and how to drop each one."""
    asked = request.GET
    filters = read(asked)
    now = timezone.now()
    found = upcoming(filters, now=now)
    # All keys in their order: counting and sorting apart would each look for every page again.
    keys = list(found.values_list("pk", flat=True))
    shown = Paginator(keys, PER_PAGE).get_page(asked.get("page"))
    held = Programme.objects.filter(place=OuterRef("pk"))
    places = list(Place.objects.filter(Exists(held)).order_by("name"))
    series = list(SeriesPage.objects.live().filter(locale_id=page.locale_id).order_by("title"))
    rows = told(list(found.filter(pk__in=list(shown))), now=now, request=request)
    page.shown = [row.page for row in rows]  # for structured data
    return {
        "filters": filters,
        "rows": rows,
        "pages": shown,
        "windows": windows(asked),
        "places": places,
        "series": series,
        "crafts": Craft.choices,
        "kinds": ProgrammeKind.choices,
        "flags": [(name, words, getattr(filters, name)) for name, words in flag_words().items()],
        "active": active(asked, filters, places, series),
        "all_ics": address("cms:all_ics"),
    }


def read(asked: QueryDict) -> Filters:
    """The filters of an address; what makes no sense is as if it were not there."""
    first, until = _day(asked.get("from")), _day(asked.get("until"))
    if first and until and until < first:
        first, until = until, first
    craft, kind = asked.get("craft", ""), asked.get("kind", "")
    return Filters(
        first=first,
        until=until,
        place=_number(asked.get("place")),
        series=_number(asked.get("series")),
        craft=craft if craft in Craft.values else "",
        kind=kind if kind in ProgrammeKind.values else "",
        **{name: asked.get(name) == YES for name in FLAGS},
    )


def windows(asked: QueryDict) -> list[dict[str, Any]]:
    """Today, the coming weekend, this week, all: each an address that keeps the other choices."""
    day = today()
    saturday = day + timedelta(days=(5 - day.weekday()) % 7)
    if day.weekday() == 6:
        saturday = day - timedelta(days=1)
    choices = (
        (wording.every(), None, None),
        (_("今天"), day, day),
        (_("周末"), max(saturday, day), saturday + timedelta(days=1)),
        (_("七天内"), day, day + timedelta(days=6)),
        (_("三十天内"), day, day + timedelta(days=29)),
    )
    now = (_day(asked.get("from")), _day(asked.get("until")))
    return [
        {
            "label": words,
            "url": _with(asked, {"from": first, "until": last}),
            "current": now == (first, last),
        }
        for words, first, last in choices
    ]


def flag_words() -> dict[str, str]:
    return {
        "free": _("免费"),
        "children": _("适合儿童"),
        "step_free": _("全程无台阶"),
        "online": _("线上"),
    }


def active(
    asked: QueryDict, filters: Filters, places: list[Place], series: list[SeriesPage]
) -> list[tuple[str, str]]:
    """What is chosen, each with the address that drops it."""
    found: list[tuple[str, tuple[str, ...]]] = []
    if filters.first or filters.until:
        found.append((wording.days(filters.first, filters.until), ("from", "until")))
    found += [(str(row), ("place",)) for row in places if row.pk == filters.place]
    found += [(row.title, ("series",)) for row in series if row.pk == filters.series]
    if filters.craft:
        found.append((str(Craft(filters.craft).label), ("craft",)))
    if filters.kind:
        found.append((str(ProgrammeKind(filters.kind).label), ("kind",)))
    found += [(w, (name,)) for name, w in flag_words().items() if getattr(filters, name)]
    return [(words, _with(asked, dict.fromkeys(names))) for words, names in found]


def _with(asked: QueryDict, changes: dict[str, Any]) -> str:
    """The address with some choices changed; None drops one. The page number is dropped."""
    query = asked.copy()
    for name in ("page", *changes):
        query.pop(name, None)
    for name, value in changes.items():
        if value is not None:
            query[name] = str(value)
    for name in [key for key in query if not query[key]]:
        del query[name]
    return f"?{query.urlencode()}" if query else "?"


def _day(words: str | None) -> date | None:
    try:
        return parse_date(words or "")
    except ValueError:
        return None


def _number(words: str | None) -> int | None:
    return int(words) if words and words.isascii() and words.isdigit() and len(words) < 10 else None
