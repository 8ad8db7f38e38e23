"""What every page of the district has round its words: trail, languages, canonical address."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import override
from wagtail.models import Page

from artmarket.core.context import HTML_LANG, languages

from ..blocks.records import KEPT_WORKS, numbers_in, public_works
from . import shows

HOME_DEPTH = 2


@shows("*")
def frame(page: Any, request: HttpRequest) -> dict[str, Any]:
    """Trail, translations and addresses; two queries (ancestors, translations).

    `site_languages` takes the place of the frame's own: a translation may have another slug.
    """
    own = page.locale.language_code
    translations = _translations(page, request)
    addresses = {own: page.get_url(request) or request.path} | translations
    reader = getattr(request, "LANGUAGE_CODE", own)
    is_fallback = reader != own and not getattr(request, "is_preview", False)
    with override(reader):
        switch = languages(request)
    if not is_fallback:
        switch = [
            language | {"url": addresses.get(language["code"], language["url"])}
            for language in switch
        ]
    return {
        "page_language": own,
        "page_lang": HTML_LANG.get(own, own),
        "is_fallback": is_fallback,
        "trail": _trail(page, request),
        "site_languages": switch,
        "alternates": [
            {"html": HTML_LANG.get(code, code), "absolute": absolute(url)}
            for code, url in sorted(addresses.items(), reverse=True)
        ],
        "canonical_url": absolute(addresses[own]),
        "description": page.search_description or page.summary,
        **_works(page),
    }


def _works(page: Any) -> dict[str, Any]:
    """The works that the blocks of a page name, read together: eight queries, or none."""
    if page.depth == HOME_DEPTH:  # reads them together with the newest
        return {}
    numbers = numbers_in(getattr(page, "body", ()))
    return {KEPT_WORKS: public_works(sorted(numbers), None)} if numbers else {}


def absolute(url: str) -> str:
    """The whole address of a page of this site."""
    return url if url.startswith("http") else settings.SITE_URL.rstrip("/") + url


def _translations(page: Any, request: HttpRequest) -> dict[str, str]:
    if page.pk is None:
        return {}
    rows = (
        Page.objects.live().filter(translation_key=page.translation_key)
        .exclude(pk=page.pk).select_related("locale")
    )  # fmt: skip
    return {
        row.locale.language_code: url for row in rows if (url := row.get_url(request)) is not None
    }


def _trail(page: Any, request: HttpRequest) -> list[tuple[str, str]]:
    """The pages above, without the home page; nothing where there are none."""
    if page.pk is None or page.depth <= HOME_DEPTH + 1:
        return []
    above = page.get_ancestors().filter(depth__gt=HOME_DEPTH).order_by("depth")
    return [(row.title, row.get_url(request) or "") for row in above] + [(page.title, "")]
