"""Answers to programs: an entity tag over the content, 304 for whoever has it, one copy for caches.

The language of such an answer is in its address, so neither cookie nor Accept-Language varies it.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from artmarket.core.rest.conditions import tag_of
from media.middleware import MARK

FRESH_SECONDS = 300


def shared(
    request: HttpRequest,
    body: bytes,
    content_type: str,
    *,
    last_modified: datetime | None = None,
    filename: str = "",
    is_private: bool = False,
) -> HttpResponse:
    """The body for everybody, or 304.

    Args:
        last_modified: only where every change of the content moves it; a list that also shrinks
            with time has its tag alone.
        filename: under which a reader keeps it; it is shown all the same.
        is_private: for one person: no cache between may keep it.
    """
    answer = HttpResponse(body, content_type=content_type)
    if filename:
        answer["Content-Disposition"] = f'inline; filename="{filename}"'
    return conditional(request, answer, last_modified=last_modified, is_private=is_private)


def conditional(
    request: HttpRequest,
    answer: HttpResponse,
    *,
    last_modified: datetime | None = None,
    is_private: bool = False,
) -> HttpResponse:
    """An answer with its tag and its age, or 304 where the reader has it."""
    answer["ETag"] = tag_of(answer.content)
    answer["X-Content-Type-Options"] = "nosniff"
    if is_private:
        answer["Cache-Control"] = "private, no-cache"
        answer["X-Robots-Tag"] = "noindex"
        answer["Referrer-Policy"] = "no-referrer"
    else:
        answer["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
        answer["Access-Control-Allow-Origin"] = "*"
    seconds = int(last_modified.timestamp()) if last_modified else None
    if seconds is not None:
        answer["Last-Modified"] = http_date(seconds)
    final: Any = get_conditional_response(
        request, etag=answer["ETag"], last_modified=seconds, response=answer
    )
    final = final or answer
    setattr(final, MARK, not is_private)
    return final
