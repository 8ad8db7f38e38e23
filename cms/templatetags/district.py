"""What the head of a public page says to programs: structured data, share card, feeds, embeds."""

from typing import Any, Final

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from artmarket.core.rest.paging import own_url
from artmarket.core.templatetags.face import json_ld

from ..cards import address_of
from ..happening import told_programme
from ..models import ArticleIndexPage, ArticlePage, HomePage, SeriesPage
from ..selectors.published import language_of, path_of
from ..structured_data import data_for

register = template.Library()
RSS: Final = "application/rss+xml"
ATOM: Final = "application/atom+xml"
CALENDAR: Final = "text/calendar"
Link = tuple[str, str, str]


@register.simple_tag
def structured_data(page: Any) -> SafeString:
    """The page as JSON-LD, in a script element that no title can end; nothing of a mere preview."""
    if page.pk is None:
        return mark_safe("")
    return json_ld(data_for(page, site_url=settings.SITE_URL))


@register.simple_tag
def share_meta(page: Any) -> SafeString:
    """Open Graph and card of a page, its feeds and its calendar, and where to ask for an embed."""
    if page.pk is None:  # the preview of a page that is not saved has no address
        return mark_safe("")
    with override(language_of(page)):
        lines = [
            format_html_join("\n", '<meta property="{}" content="{}">', _open_graph(page)),
            format_html('<meta name="twitter:card" content="{}">', "summary_large_image"),
            format_html_join(
                "\n", '<link rel="alternate" type="{}" title="{}" href="{}">', _alternates(page)
            ),
        ]
    return mark_safe("\n".join(lines))  # noqa: S308 -- each line is escaped above


def _open_graph(page: Any) -> list[tuple[str, Any]]:
    card = address_of(page)
    is_article = isinstance(page, ArticlePage)
    found: list[tuple[str, Any]] = [
        ("og:type", "article" if is_article else "website"),
        ("og:title", page.seo_title or page.title),
        ("og:description", page.search_description or getattr(page, "summary", "")),
        ("og:url", own_url(path_of(page))),
    ]
    if is_article and page.last_published_at:
        found.append(("article:modified_time", page.last_published_at.isoformat()))
    if card:
        found += [
            ("og:image", card.url),
            ("og:image:type", "image/png"),
            ("og:image:width", card.width),
            ("og:image:height", card.height),
            ("og:image:alt", page.title),
        ]
    return [(name, value) for name, value in found if value]


def _alternates(page: Any) -> list[Link]:
    """Type, title and address of what else there is of this page."""
    found: list[Link] = []
    if isinstance(page, (HomePage, ArticleIndexPage, ArticlePage)):
        words = _("新闻与公告")
        found += [
            (RSS, words, own_url(reverse("cms:articles_rss"))),
            (ATOM, words, own_url(reverse("cms:articles_atom"))),
        ]
    elif programme := told_programme(page):
        calendar = reverse("cms:programme_ics", args=[programme.uuid])
        found.append((CALENDAR, page.title, own_url(calendar)))
    elif isinstance(page, SeriesPage):
        found.append((CALENDAR, page.title, own_url(reverse("cms:series_ics", args=[page.pk]))))
    if not isinstance(page, ArticlePage):
        words = _("展览与活动")
        found += [
            (RSS, words, own_url(reverse("cms:events_rss"))),
            (ATOM, words, own_url(reverse("cms:events_atom"))),
            (CALENDAR, words, own_url(reverse("cms:all_ics"))),
        ]
    for form, kind in (("json", "application/json+oembed"), ("xml", "text/xml+oembed")):
        asked = urlencode({"url": own_url(path_of(page)), "format": form})
        found.append((kind, page.title, f"{own_url(reverse('cms:oembed'))}?{asked}"))
    return found
