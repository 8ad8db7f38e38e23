"""What pages of words show: articles, people, enterprises, calls, rules and topics."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import urlencode

from artmarket.core.clock import today
from catalog import pages as catalog_pages
from catalog.enums import AttributionStatus
from catalog.selectors import works_for_cards

from .. import wording
from ..enums import ArticleKind
from ..models import (
    ArticleIndexPage,
    ArticlePage,
    DistrictPage,
    EnterprisePage,
    PeoplePage,
    PersonPage,
    PolicyPage,
    RecruitmentPage,
    StandardPage,
    TopicPage,
)
from ..publishing import shown_changes
from ..selectors.atlas import atlas
from ..selectors.listings import addresses_of_places, coming
from ..selectors.programmes import Filters
from . import shows
from .frame import absolute

ARTICLES_PER_PAGE = 20
WORKS_OF_A_PERSON = 8
RELATED = 6


@shows("cms.articleindexpage")
def articles(page: ArticleIndexPage, request: HttpRequest) -> dict[str, Any]:
    """The articles of the chosen kind, newest first."""
    kind = request.GET.get("kind", "")
    rows = ArticlePage.objects.live().child_of(page).order_by("-day", "-pk")
    if kind in ArticleKind.values:
        rows = rows.filter(kind=kind)
    else:
        kind = ""
    shown = Paginator(_with_picture(rows), ARTICLES_PER_PAGE).get_page(request.GET.get("page"))
    return {
        "rows": [{"page": row, "url": row.get_url(request) or ""} for row in shown],
        "pages": shown,
        "chips": [
            {"label": wording.every(), "url": "?", "current": not kind},
            *(
                {"label": choice.label, "url": f"?kind={choice.value}", "current": choice == kind}
                for choice in ArticleKind
            ),
        ],
    }


@shows("cms.articlepage")
def article(page: ArticlePage, request: HttpRequest) -> dict[str, Any]:
    """Which text the article takes the place of, and which took its; of a notice, each change."""
    newer = None
    if page.pk:
        newer = ArticlePage.objects.live().filter(supersedes=page).order_by("-day").first()
    older = page.supersedes
    return {
        "newer": {"page": newer, "url": newer.get_url(request) or ""} if newer else None,
        "older": {"page": older, "url": older.get_url(request) or ""} if older else None,
        "changes": shown_changes(page) if page.is_legal_notice and page.first_shown_at else [],
    }


@shows("cms.peoplepage")
def people(page: PeoplePage, request: HttpRequest) -> dict[str, Any]:
    rows = _with_picture(PersonPage.objects.live().child_of(page).order_by("title"))
    return {"rows": [{"page": row, "url": row.get_url(request) or ""} for row in rows]}


@shows("cms.personpage")
def person(page: PersonPage, request: HttpRequest) -> dict[str, Any]:
    """The newest public works that the registry gives to this maker."""
    if page.artist is None:
        return {"works": []}
    rows = (
        works_for_cards().public()
        .filter(
            attributions__artist_id=page.artist_id,
            attributions__status=AttributionStatus.CURRENT,
        )
        .distinct().order_by("-registered_at", "-pk")[:WORKS_OF_A_PERSON]
    )  # fmt: skip
    return {
        "works": [catalog_pages.card(work) for work in rows],
        "artist_url": page.artist.get_absolute_url(),
    }


@shows("cms.enterprisepage")
def enterprise(page: EnterprisePage, request: HttpRequest) -> dict[str, Any]:
    return {"place": page.place, "place_url": _place_url(page, request)}


@shows("cms.recruitmentpage")
def recruitment(page: RecruitmentPage, request: HttpRequest) -> dict[str, Any]:
    """Whether the call is still open, and where it is about."""
    closed = bool(page.closes_at and page.closes_at <= timezone.now())
    return {"is_closed": closed, "place": page.place, "place_url": _place_url(page, request)}


@shows("cms.policypage", "cms.standardpage")
def versions(page: PolicyPage | StandardPage, request: HttpRequest) -> dict[str, Any]:
    """The version asked for (`?version=`), else the one in force, and all of them, newest first.

    An unknown version shows the one in force and says so.
    """
    day = today()
    rows = sorted((b.value for b in page.versions), key=lambda v: v["valid_from"], reverse=True)
    asked = request.GET.get("version", "")
    current = next((v for v in rows if _in_force(v, day)), rows[0] if rows else None)
    shown = next((v for v in rows if v["version"] == asked), None)
    url = page.get_url(request) or ""
    context: dict[str, Any] = {
        "shown": shown or current,
        "is_current": (shown or current) is current,
        "kind_words": page._meta.verbose_name,
        "unknown": asked if asked and shown is None else "",
        "shown_in_force": bool(current) and _in_force(shown or current, day),
        "rows": [
            {
                "value": row,
                "url": f"{url}?{urlencode({'version': row['version']})}",
                "in_force": _in_force(row, day),
                "is_coming": row["valid_from"] > day,
                "is_shown": row is (shown or current),
            }
            for row in rows
        ],
        "current_url": url,
    }
    if shown is not None and shown is not current:
        context["canonical_url"] = absolute(f"{url}?{urlencode({'version': asked})}")
    return context


def _in_force(version: Any, day: date) -> bool:
    return version["valid_from"] <= day and (
        version["valid_until"] is None or day < version["valid_until"]
    )


@shows("cms.topicpage")
def topic(page: TopicPage, request: HttpRequest) -> dict[str, Any]:
    """What belongs to a topic: pages below it, and events and people of its craft."""
    below = [
        {"page": row, "url": row.get_url(request) or "", "kind": row._meta.verbose_name}
        for row in (page.get_children().live().specific() if page.pk else ())
    ]
    places = [row["page"].place for row in below if getattr(row["page"], "place_id", None)]
    context: dict[str, Any] = {
        "cards": [row for row in below if isinstance(row["page"], TopicPage | DistrictPage)],
        "rows": [row for row in below if not isinstance(row["page"], TopicPage | DistrictPage)],
        "atlas": atlas(
            places,
            {row["page"].place_id: row["url"] for row in below if hasattr(row["page"], "place_id")},
        )
        if any(isinstance(row["page"], DistrictPage) for row in below)
        else None,
    }
    if page.craft:
        context["on"] = coming(
            Filters(craft=page.craft), now=timezone.now(), request=request, limit=RELATED
        )
        makers = PersonPage.objects.live().filter(craft=page.craft, locale_id=page.locale_id)
        context["people"] = [
            {"page": row, "url": row.get_url(request) or ""}
            for row in _with_picture(makers.order_by("title"))[:RELATED]
        ]
    return context


def _with_picture(rows: Any) -> Any:
    return rows.select_related("picture").prefetch_related("picture__renditions")


def _place_url(page: Any, request: HttpRequest) -> str:
    if page.place_id is None:
        return ""
    found = addresses_of_places([page.place_id], locale_id=page.locale_id, request=request)
    return found.get(page.place_id, "")
