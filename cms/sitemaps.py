"""The site map (sitemaps.org): pages of editors, the doors of the registry, every public work.

Works are cut by their keys, a file a thousand or two, so that no file counts or skips rows. Every
address names its other language. Nothing is listed that a stranger may not open.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem
from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.db.models import Max
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Page

from artmarket.core.context import HTML_LANG
from catalog.models import Work

WORKS_A_FILE = 2_000
DOORS = (
    "catalog:browse", "catalog:find_number", "catalog:log", "auctions:sales", "appraisal:verify",
    "rulebook:index", "api:docs",
)  # fmt: skip
AN_HOUR = 3_600


class _Map(Sitemap):
    """Addresses below the site's own, as the canonical links have them."""

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_urls(
        self, page: int | str = 1, site: Any = None, protocol: str | None = None
    ) -> list[dict[str, Any]]:
        """As Django's, with languages named as the pages name them (`zh-CN`)."""
        urls = super().get_urls(page, site, protocol)
        for url in urls:
            for other in url["alternates"]:
                other["lang_code"] = HTML_LANG.get(other["lang_code"], other["lang_code"])
        return urls


class Doors(_Map):
    """Pages that stand in the navigation, in both languages."""

    i18n = alternates = x_default = True

    def items(self) -> list[str]:
        return list(DOORS)

    def location(self, item: str) -> str:
        return reverse(item)


class Works(_Map):
    """Public works whose key lies in one range, in both languages."""

    i18n = alternates = x_default = True

    def __init__(self, place: int) -> None:
        self.first = place * WORKS_A_FILE

    def items(self) -> Iterable[Work]:
        within = Work.objects.public().filter(pk__gte=self.first, pk__lt=self.first + WORKS_A_FILE)
        return within.only("pk", "number", "updated_at").order_by("pk")

    def lastmod(self, item: Work) -> datetime:
        return item.updated_at


class Pages(_Map):
    """Published pages of editors that ask for no password; each language is a page of its own."""

    def items(self) -> list[Page]:
        found = Page.objects.live().public().filter(depth__gt=1).select_related("locale")
        return [page for page in found.order_by("path") if page.get_url_parts()]

    def location(self, item: Page) -> str:
        return item.get_url_parts()[2]

    def lastmod(self, item: Page) -> datetime | None:
        return item.last_published_at


def maps() -> dict[str, type[Sitemap[Any]] | Sitemap[Any]]:
    """Every file of the site map by its name; one query."""
    last = Work.objects.aggregate(last=Max("pk"))["last"] or 0
    works: dict[str, Any] = {f"works-{n}": Works(n) for n in range(last // WORKS_A_FILE + 1)}
    return {"pages": Pages(), "doors": Doors(), **works}


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The list of the files."""
    site = settings.SITE_URL.rstrip("/")
    files = [SitemapIndexItem(site + reverse("sitemap_file", args=[name])) for name in maps()]
    answer = TemplateResponse(
        request, "sitemap_index.xml", {"sitemaps": files}, content_type="application/xml"
    )
    return _kept(answer)


@require_safe
def file(request: HttpRequest, section: str) -> HttpResponseBase:
    """One file. Raises Http404 for a name that the list does not have."""
    return _kept(sitemap_view(request, sitemaps=maps(), section=section))


def _kept(answer: HttpResponseBase) -> HttpResponseBase:
    answer["X-Robots-Tag"] = "noindex"
    answer["Cache-Control"] = f"public, max-age={AN_HOUR}"
    return answer
