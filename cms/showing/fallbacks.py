"""Pages that exist in one language only: shown to readers of the other with a notice, not silently.

Where the page has a translation under another slug, the reader is led there.
"""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.url_routing import RouteResult


def route(home: Any, request: HttpRequest, parts: Sequence[str]) -> RouteResult:
    """Find the page under another language's home page.

    Raises Http404 where no language has it.
    """
    if getattr(request, "_looked_elsewhere", False) or not parts:
        raise Http404
    request._looked_elsewhere = True  # type: ignore[attr-defined]
    for other in home.get_translations().live().order_by("pk"):
        try:
            found = other.route(request, list(parts))
        except Http404:
            continue
        if found.page.depth <= 2:
            continue
        translated = _in_language(found.page, home.locale_id)
        if translated is None:
            return found
        request._translated_to = translated.get_url(request)  # type: ignore[attr-defined]
        return RouteResult(translated)
    raise Http404


def moved(page: Any, request: HttpRequest) -> Any:
    """A redirect where the reader's address is that of a translation; None otherwise."""
    url = getattr(request, "_translated_to", "")
    return redirect(url) if url and get_language() == page.locale.language_code else None


def _in_language(page: Any, locale_id: int) -> Any:
    rows = Page.objects.live().filter(translation_key=page.translation_key, locale_id=locale_id)
    found = rows.first()
    return found.specific if found else None
