"""What the home page shows: what waits, what closes, what is new, what is on, crafts, figures."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone

from artmarket.core.clock import today
from auctions import wording as auction_wording
from auctions.enums import SaleState
from auctions.selectors.sales import LIVE_PHASES, phase_of, public_sales
from catalog import pages as catalog_pages
from catalog.enums import WorkState
from catalog.models import Work
from catalog.selectors import desk_counts, works_for_cards

from ..blocks.records import KEPT_WORKS, numbers_in
from ..enums import ArticleKind
from ..models import ArticlePage, EventIndexPage, HomePage, TopicPage
from ..selectors.listings import coming
from ..selectors.programmes import Filters
from . import shows

NEW_WORKS = 8
SALES = 3
WEEK = timedelta(days=6)
HAPPENINGS = 5
NOTICES = 3


@shows("cms.homepage")
def home(page: HomePage, request: HttpRequest) -> dict[str, Any]:
    """All parts of the home page; their number of queries is pinned."""
    now, day = timezone.now(), today()
    newest, chosen = works(page)
    return {
        "sales": sales(now),
        "new_works": [catalog_pages.card(work) for work in newest],
        KEPT_WORKS: chosen,
        "week": coming(
            Filters(first=day, until=day + WEEK), now=now, request=request, limit=HAPPENINGS
        ),
        "events_url": _address(EventIndexPage, page, request),
        "crafts": crafts(page, request),
        "figures": {
            row["state"]: row["n"]
            for row in Work.objects.public().values("state").annotate(n=Count("pk")).order_by()
        },
        "announced": [
            {"page": row, "url": row.get_url(request) or ""}
            for row in ArticlePage.objects.live().filter(
                kind=ArticleKind.NOTICE, locale_id=page.locale_id
            ).order_by("-day", "-pk")[:NOTICES]
        ],
        **waiting(request),
    }  # fmt: skip


def works(page: HomePage) -> tuple[list[Work], dict[str, Work]]:
    """The newest works, and those that the page's blocks name, by number: read together."""
    public = Work.objects.public().filter(state=WorkState.REGISTERED)
    newest = list(public.order_by("-registered_at", "-pk").values_list("pk", flat=True)[:NEW_WORKS])
    named = numbers_in([*page.current, *page.body])
    rows = works_for_cards().public().filter(Q(pk__in=newest) | Q(number__in=named))
    found = {work.pk: work for work in rows}
    by_number = {str(work.number): work for work in found.values() if work.number in named}
    return [found[pk] for pk in newest if pk in found], by_number


def waiting(request: HttpRequest) -> dict[str, Any]:
    """What a signed-in reader has to do; nothing for everybody else."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    context: dict[str, Any] = {}
    if user.has_role("artist", "merchant"):
        context["own"] = desk_counts(user)
    if user.has_perm("catalog.review_desk"):
        context["to_review"] = Work.objects.filter(state=WorkState.SUBMITTED).count()
    return context


def sales(now: datetime) -> list[dict[str, Any]]:
    """Sales that close or open next, with the time that matters; one query."""
    rows = (
        public_sales().filter(state=SaleState.ANNOUNCED)
        .filter(Q(opens_at__gt=now) | Q(closes_at__gt=now)).order_by("closes_at", "pk")[:SALES]
    )  # fmt: skip
    found = []
    for sale in rows:
        phase = phase_of(sale, now)
        is_open = phase in LIVE_PHASES
        at = sale.closes_at if is_open else sale.opens_at
        found.append(
            {
                "sale": sale,
                "phase": phase,
                "phase_kind": auction_wording.PHASE_KINDS.get(phase, "neutral"),
                "is_open": is_open,
                "at": at,
                "when": auction_wording.moment(at) if at else "",
            }
        )
    return found


def crafts(page: HomePage, request: HttpRequest) -> list[dict[str, Any]]:
    """The landing pages of the crafts; two queries."""
    rows = (
        TopicPage.objects.live().filter(locale_id=page.locale_id).exclude(craft="")
        .select_related("picture").prefetch_related("picture__renditions").order_by("path")
    )  # fmt: skip
    return [{"page": row, "url": row.get_url(request) or ""} for row in rows]


def _address(model: Any, page: HomePage, request: HttpRequest) -> str:
    found = model.objects.live().filter(locale_id=page.locale_id).first()
    return (found.get_url(request) or "") if found else ""
