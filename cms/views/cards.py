"""Share cards as PNG: drawn once, kept, and for ever the same at their address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from media.middleware import MARK

from .. import cards
from ..selectors.published import live_pages

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the card of a page is now."""
    return _to_current(get_object_or_404(live_pages(), pk=pk).specific)


@require_safe
def card_picture(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The card; an address of what the page said before leads to the present one."""
    page = get_object_or_404(live_pages(), pk=pk).specific
    content = cards.file_of(page, name)
    if content is None:
        return _to_current(page)
    answer = HttpResponse(content, content_type="image/png")
    answer["Cache-Control"] = FOR_EVER
    answer["X-Content-Type-Options"] = "nosniff"
    setattr(answer, MARK, True)
    return answer


def _to_current(page: object) -> HttpResponse:
    found = cards.address_of(page)
    if found is None:
        raise Http404
    answer = redirect(found.url)
    answer["Cache-Control"] = "no-cache"
    return answer
