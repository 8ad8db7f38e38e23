"""Pages and events that a search of the site finds, in the reader's language.

The engine finds (search_fields.py says how texts are cut); the order is ours: the words of the
title first, then of the summary, then of the body, and what goes on before what is over.
Rules: cms-events.md §5.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from artmarket import rulebook
from artmarket.core import duties
from artmarket.core.clock import today
from artmarket.core.search_tokens import fold, parse_query
from catalog.search import beside

from .enums import ProgrammeState
from .models import EventPage, ExhibitionPage, MissedSearch

LOOKED_AT: Final = 300
"""Matches that are put in order; of more, the newest."""
SHOWN: Final = 6
_CANDIDATES: Final = 24
LONGEST_MISS: Final = 60
_MOST_MISSED: Final = 1_000
"""Different words of a day that are written down: nobody fills the table."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that was found; `is_over` for events that have ended or were called off."""

    page: Page
    is_over: bool

    @property
    def is_untranslated(self) -> bool:
        """Whether the page stands in for a translation that does not exist yet."""
        return self.page.alias_of_id is not None


def register() -> None:
    """Take part in the search of works (AppConfig.ready)."""
    beside.register(section)
    beside.listen(remember_miss)
    duties.register("missed-searches", 24 * 3600, forget_misses)


def search_pages(text: str, *, language: str = "", limit: int = SHOWN) -> list[Hit]:
    """Public pages in one language (the reader's) that hold all the words, the best first."""
    if not text.strip():
        return []
    locales = Locale.objects.filter(language_code=language or get_language() or "zh-hans")
    public = Page.objects.live().public().filter(locale__in=locales, depth__gt=2)
    rows = list(public.order_by("-id").search(text, order_by_relevance=False)[:LOOKED_AT])
    if not rows:
        return []
    over = _over([page.pk for page in rows])
    wanted = [term.text for term in parse_query(text).terms]
    ranked = sorted(
        rows, key=lambda page: (_rank(page.title, "", text, wanted), page.pk in over, -page.pk)
    )[: max(_CANDIDATES, limit)]
    specific = Page.objects.filter(pk__in=[page.pk for page in ranked]).specific()
    pages = {page.pk: page for page in specific.defer_streamfields()}
    hits = [Hit(pages[page.pk], page.pk in over) for page in ranked if page.pk in pages]
    hits.sort(
        key=lambda hit: (
            _rank(hit.page.title, getattr(hit.page, "summary", ""), text, wanted),
            hit.is_over,
        )
    )
    return hits[:limit]


def section(text: str) -> beside.Section | None:
    """The hits as the page of the search shows them."""
    hits = search_pages(text)
    if not hits:
        return None
    return beside.Section("pages-found", _("页面和活动"), [_row(hit) for hit in hits])


def remember_miss(text: str) -> None:
    """Count words that found nothing; not who looked for them, and not very long ones."""
    words = fold(text).strip()
    if not words or len(words) > LONGEST_MISS:
        return
    if any(unicodedata.category(c) == "Cc" for c in words):
        return
    missed = MissedSearch(day=today(), language=get_language() or "", words=words)
    same = MissedSearch.objects.filter(day=missed.day, language=missed.language, words=words)
    with transaction.atomic():
        if same.update(times=F("times") + 1):
            return
        if MissedSearch.objects.filter(day=missed.day).count() < _MOST_MISSED:
            MissedSearch.objects.bulk_create([missed], ignore_conflicts=True)


def forget_misses() -> str:
    """Delete what is older than the rule book allows."""
    last = today() - timedelta(days=rulebook.get("content.searches_kept_days"))
    gone, _each = MissedSearch.objects.filter(day__lt=last).delete()
    return f"{gone} forgotten"


# ------------------------------------------------------------------------- details


def _over(pks: Collection[int]) -> set[int]:
    """Those of these pages whose event or exhibition has ended or was called off."""
    ended = Q(programme__ends_at__lt=timezone.now()) | Q(programme__state=ProgrammeState.CANCELLED)
    kinds: tuple[Any, ...] = (EventPage, ExhibitionPage)
    return {
        pk
        for kind in kinds
        for pk in kind.objects.filter(ended, pk__in=pks).values_list("pk", flat=True)
    }


def _rank(title: str, summary: str, text: str, wanted: list[str]) -> int:
    """0: the title itself; 1: in the title; 2: in the summary; 3: elsewhere."""
    name = fold(title)
    if name.strip() == fold(text).strip():
        return 0
    if all(word in name for word in wanted):
        return 1
    return 2 if all(word in fold(summary) for word in wanted) else 3


def _row(hit: Hit) -> beside.Row:
    notes = [str(hit.page.specific_class._meta.verbose_name)]
    if hit.is_over:
        notes.append(_("已结束"))
    if hit.is_untranslated:
        notes.append(_("尚无译文"))
    return beside.Row(
        title=hit.page.title,
        url=hit.page.url or "",
        note=" · ".join(notes),
        text=getattr(hit.page, "summary", ""),
        language="zh-CN" if hit.is_untranslated else "",
    )
