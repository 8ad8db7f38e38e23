"""What another site shows of our pages (oEmbed 1.0): a few lines of plain HTML and the share card.

Only our own live pages have an answer. The snippet holds no script, no style and no frame: it is a
quotation with a link, and safe to put anywhere.
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.translation import override

from artmarket.core.rest.paging import own_url

from .cards import address_of
from .happening import happening_of
from .selectors.published import language_of, page_at, path_of

WIDTH: Final = 600
HEIGHT: Final = 240
LEAST: Final = 120
CACHE_SECONDS: Final = 3600
MOST_URL: Final = 2000


@dataclass(frozen=True, slots=True)
class Room:
    """How much space the asking site has, in CSS pixels; None: as much as it takes."""

    width: int | None = None
    height: int | None = None


def page_of(url: str) -> Any | None:
    """The live page of a whole address of ours; None for every other address."""
    if len(url) > MOST_URL:
        return None
    try:
        asked, own = urlsplit(url), urlsplit(settings.SITE_URL)
        port, own_port = asked.port, own.port
    except ValueError:  # no address at all
        return None
    if asked.scheme not in ("http", "https") or asked.username is not None:
        return None
    if (asked.hostname, port) != (own.hostname, own_port):
        return None
    page = page_at(asked.path or "/")
    return page.specific if page else None


def answer_for(page: Any, room: Room) -> dict[str, Any]:
    """The answer as plain data, in the page's language."""
    with override(language_of(page)):
        width = min(WIDTH, room.width or WIDTH)
        height = min(HEIGHT, room.height or HEIGHT)
        answer: dict[str, Any] = {
            "version": "1.0",
            "type": "rich",
            "title": page.title,
            "provider_name": str(settings.SITE_NAME),
            "provider_url": own_url("/"),
            "cache_age": CACHE_SECONDS,
            "html": snippet(page),
            "width": max(width, LEAST),
            "height": max(height, LEAST),
        }
        if author := getattr(page, "author", ""):
            answer["author_name"] = author
        return answer | _thumbnail(page, room)


def snippet(page: Any) -> str:
    """The page in a few lines of HTML; everything in it is escaped."""
    told = happening_of(page)
    lines = [told.status, told.when, told.where, getattr(page, "summary", "")]
    return format_html(
        '<blockquote class="artmarket-embed" lang="{}"><p><a href="{}">{}</a></p>{}'
        "<footer>{}</footer></blockquote>",
        "en" if language_of(page) == "en" else "zh-CN",
        own_url(path_of(page)),
        page.title,
        format_html_join("", "<p>{}</p>", ((line,) for line in lines if line)),
        settings.SITE_NAME,
    )


def _thumbnail(page: Any, room: Room) -> dict[str, Any]:
    """The widest card that fits into the room; none where even the smallest does not."""
    most = room.width or 1200
    while card := address_of(page, most_width=most):
        if room.height is None or card.height <= room.height:
            return {
                "thumbnail_url": card.url,
                "thumbnail_width": card.width,
                "thumbnail_height": card.height,
            }
        most = card.width - 1
    return {}
