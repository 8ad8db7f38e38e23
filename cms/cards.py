"""The share card of a page: what it says, its address, and the file that is kept of it.

The address names the digest of everything that is drawn. When the page changes, so does the
address; the old one leads to the new one, and the old file goes.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import override

from artmarket.core.rest.paging import own_url

from .card_drawing import HEIGHT, PICTURE, WIDTH, WIDTHS, Card, draw, height_of
from .happening import happening_of
from .models import ArticlePage
from .selectors.published import language_of
from .wording import days

FOLDER: Final = "cards"
DRAWING: Final = 1
"""Rises when the drawing changes: every card is then drawn anew."""
FILTER: Final = f"fill-{PICTURE}x{HEIGHT}|format-jpeg"


@dataclass(frozen=True, slots=True)
class CardAddress:
    """Where a card is, whole, and how large it is."""

    url: str
    width: int
    height: int


def words_of(page: Any) -> Card:
    """What the card of a page says, in the page's language; without its picture."""
    with override(language_of(page)):
        told = happening_of(page)
        lines = [line for line in (told.status, told.when, told.where) if line]
        if isinstance(page, ArticlePage):
            kicker: Any = page.get_kind_display()
            lines = [days(page.day, None)]
        else:
            kicker = page._meta.verbose_name
        summary: str = getattr(page, "summary", "")
        if not lines and summary:
            lines = [summary]
        is_home = page.depth <= 2  # the home page's kicker would say no more than the site's name
        return Card(
            title=page.title,
            kicker="" if is_home else str(kicker),
            lines=tuple(str(line) for line in lines),
            site=str(settings.SITE_NAME),
        )


def digest_of(page: Any) -> str:
    """The digest of all that is drawn: words, picture, and the way of drawing."""
    card, picture = words_of(page), getattr(page, "picture", None)
    seen: list[Any] = [DRAWING, card.title, card.kicker, card.lines, card.site]
    if picture is not None:
        seen += [picture.pk, picture.file.name, picture.file_size, str(picture.get_focal_point())]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()[:20]


def address_of(page: Any, *, most_width: int = WIDTH) -> CardAddress | None:
    """The address of the widest card that fits; None where none is narrow enough."""
    width = next((w for w in WIDTHS if w <= most_width), None)
    if width is None:
        return None
    with override(language_of(page)):
        path = reverse("cms:card_picture", args=[page.pk, _file(digest_of(page), width)])
    return CardAddress(own_url(path), width, height_of(width))


def file_of(page: Any, name: str) -> bytes | None:
    """The card of this file name, drawn where it is missing; None when the page says otherwise now.

    At most one file of each width is kept of a page.
    """
    digest = digest_of(page)
    width = next((w for w in WIDTHS if name == _file(digest, w)), None)
    if width is None:
        return None
    folder = f"{FOLDER}/{page.pk}"
    path = f"{folder}/{name}"
    if default_storage.exists(path):
        with default_storage.open(path) as kept:
            content: bytes = kept.read()
            return content
    card = words_of(page)
    drawn = draw(_with_picture(card, page), width=width)
    _forget_others(folder, digest)
    default_storage.save(path, ContentFile(drawn))
    return drawn


def _file(digest: str, width: int) -> str:
    return f"{digest}-{width}.png"


def _with_picture(card: Card, page: Any) -> Card:
    picture = getattr(page, "picture", None)
    if picture is None:
        return card
    try:
        with picture.get_rendition(FILTER).file.open() as kept:
            content = kept.read()
    except (OSError, ValueError):  # the file is gone or can't be read: the words stand alone
        return card
    return Card(card.title, card.kicker, card.lines, card.site, content)


def _forget_others(folder: str, digest: str) -> None:
    """Files of what the page said before."""
    try:
        _folders, names = default_storage.listdir(folder)
    except OSError:  # there is no such folder yet
        return
    for name in names:
        if not name.startswith(digest):
            default_storage.delete(f"{folder}/{name}")
