"""RSS 2.0 and Atom 1.0: articles (all, or one kind), and what happens; each language its own.

An item keeps its identity for ever, whatever becomes of its address: a reader shows it once.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.html import escape, format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Locale

from artmarket.core.punctuation import joined, labelled
from artmarket.core.rest.paging import own_url

from ..enums import ArticleKind, ProgrammeState
from ..happening import happening_of
from ..models import ArticleIndexPage, ArticlePage, EventIndexPage
from ..selectors.published import HEAVY, TELLERS, path_of, with_roots
from .answers import conditional

MOST: Final = 30


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed as it was asked for."""

    path: str
    kind: str = ""


def guid_of(page: Any) -> str:
    """The identity of a page in feeds: the same after a move, another in each language."""
    return uuid.uuid5(page.translation_key, page.locale.language_code).urn


class DistrictFeed(Feed):
    """What both kinds of feed have in common."""

    feed_type: Any = Rss201rev2Feed
    item_guid_is_permalink = False
    index: Any = None

    def link(self, channel: Channel) -> str:
        locale = Locale.objects.filter(language_code=get_language()).first()
        index = self.index.objects.live().filter(locale=locale).first()
        return own_url(path_of(index) if index else "/")

    def feed_url(self, channel: Channel) -> str:
        return own_url(channel.path)

    def feed_guid(self, channel: Channel) -> str:
        return own_url(channel.path)

    def author_name(self) -> str:
        return settings.OPERATOR_NAME or str(settings.SITE_NAME)

    def item_title(self, item: Any) -> str:
        """Atom's titles are text; RSS does not say what they are, so markup is shown as it is."""
        return str(item.title) if issubclass(self.feed_type, Atom1Feed) else escape(item.title)

    def item_link(self, item: Any) -> str:
        return own_url(path_of(item))

    def item_guid(self, item: Any) -> str:
        return guid_of(item)

    def item_pubdate(self, item: Any) -> datetime | None:
        published: datetime | None = item.first_published_at
        return published

    def item_updateddate(self, item: Any) -> datetime | None:
        published: datetime | None = item.last_published_at
        return published


class Articles(DistrictFeed):
    """News, notices and essays, the newest first."""

    index = ArticleIndexPage

    def get_object(self, request: HttpRequest, kind: str = "") -> Channel:
        if kind and kind not in ArticleKind.values:
            raise Http404
        return Channel(request.path, kind)

    def title(self, channel: Channel) -> str:
        words = str(ArticleKind(channel.kind).label) if channel.kind else _("新闻与公告")
        return labelled(settings.SITE_NAME, words)

    def description(self, channel: Channel) -> str:
        return _("街区的新闻、公告和文章，最新在前。")

    def items(self, channel: Channel) -> Iterable[Any]:
        rows = ArticlePage.objects.live().public().select_related("locale").defer("body")
        if channel.kind:
            rows = rows.filter(kind=channel.kind)
        rows = rows.filter(locale__language_code=get_language())
        return with_roots(rows.order_by("-day", "-pk")[:MOST])

    def item_description(self, item: Any) -> str:
        return format_html("<p>{}</p>", item.summary)

    def item_categories(self, item: Any) -> list[str]:
        return [str(item.get_kind_display())]

    def item_author_name(self, item: Any) -> str | None:
        return item.author or None


class Events(DistrictFeed):
    """Events and exhibitions, the newest announcement first."""

    index = EventIndexPage

    def get_object(self, request: HttpRequest) -> Channel:
        return Channel(request.path)

    def title(self, channel: Channel) -> str:
        return labelled(settings.SITE_NAME, _("展览与活动"))

    def description(self, channel: Channel) -> str:
        return _("新公布的展览和活动，最新在前。")

    def items(self, channel: Channel) -> Iterable[Any]:
        found: list[Any] = []
        for model in TELLERS:
            rows = model.objects.live().public().filter(locale__language_code=get_language())
            rows = rows.exclude(programme=None).exclude(programme__state=ProgrammeState.DRAFT)
            rows = rows.select_related("locale", "programme__place").defer(*HEAVY)
            found += rows.order_by("-first_published_at", "-pk")[:MOST]
        found.sort(key=lambda p: (p.first_published_at is not None, p.first_published_at, p.pk))
        return with_roots(found[::-1][:MOST])

    def item_description(self, item: Any) -> str:
        told = happening_of(item)
        line = joined(filter(None, (told.status, told.when, told.where)))
        return format_html("<p>{}</p><p>{}</p>", line, item.summary)

    def item_updateddate(self, item: Any) -> datetime | None:
        return max(filter(None, (item.last_published_at, item.programme.changed_at)), default=None)

    def item_categories(self, item: Any) -> list[str]:
        return [str(item._meta.verbose_name)]


class AtomArticles(Articles):
    feed_type = Atom1Feed

    def subtitle(self, channel: Channel) -> str:
        return self.description(channel)


class AtomEvents(Events):
    feed_type = Atom1Feed

    def subtitle(self, channel: Channel) -> str:
        return self.description(channel)


@require_safe
def articles_rss(request: HttpRequest, kind: str = "") -> HttpResponse:
    """Articles as RSS."""
    return conditional(request, Articles()(request, kind=kind))


@require_safe
def articles_atom(request: HttpRequest, kind: str = "") -> HttpResponse:
    """Articles as Atom."""
    return conditional(request, AtomArticles()(request, kind=kind))


@require_safe
def events_rss(request: HttpRequest) -> HttpResponse:
    """What happens as RSS."""
    return conditional(request, Events()(request))


@require_safe
def events_atom(request: HttpRequest) -> HttpResponse:
    """What happens as Atom."""
    return conditional(request, AtomEvents()(request))
