"""Packs what text the platform answers, for `make run`, which has no proxy before it to do so.

Only text: pictures are packed already, and a part of a file must stay the part that was asked for.
Production leaves it to the proxy (docs/deploy.md); a middleware less is on a bid's way.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = (
    "text/html", "text/css", "text/javascript", "application/javascript", "application/json",
    "application/ld+json", "application/manifest+json", "application/xml", "image/svg+xml",
)  # fmt: skip


class PackTextMiddleware(GZipMiddleware):
    """gzip for pages, style sheets, scripts and data; Django adds bytes against BREACH."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
        if kind not in TEXTS or response.status_code != 200:
            return response
        return super().process_response(request, response)
