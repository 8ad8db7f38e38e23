"""What is to be put right before a page goes public: `findings(page)`.

Judges a page as it stands in the editor; drafts may fail, publishing asks for none. Reads the page
and its pictures, writes nothing. Rule: cms-events.md §3; rule book content.checked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.core.exceptions import ValidationError
from django.db.models import CharField, TextField
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText, get_text_for_indexing

from artmarket import rulebook
from artmarket.core.errors import Text
from artmarket.core.punctuation import labelled
from artmarket.core.search_tokens import fold

from .blocks.pictures import ChartBlock, FigureBlock

Code = Literal["summary", "alt", "claims", "links", "sources", "complete"]
_BARE: Final = re.compile(r"(?:https?://|\bwww\.)\S+", re.IGNORECASE)
_NO_PAGES_WORDS: Final = frozenset({"slug", "url_path", "draft_title", "enterprise_code"})
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_GAPS: Final = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right: which check, in which field, in words; `block` its anchor."""

    code: Code
    field: Text
    message: Text
    block: str = ""

    @property
    def words(self) -> str:
        """Field and message as one."""
        return labelled(self.field, self.message)


@dataclass(frozen=True, slots=True)
class Piece:
    """A value in a stream: its block, the field it stands in, the nearest id above it."""

    block: Any
    value: Any
    field: Text
    anchor: str


def findings(page: Any) -> list[Finding]:
    """Everything that keeps a page from being published, in the order of the page."""
    asked = frozenset(rulebook.get("content.checked"))
    found = [*_summary(page), *_fields(page)]
    for name, stream in streams_of(page):
        for piece in walk(stream.stream_block, stream, name, ""):
            found += _of_piece(piece)
        found += _complete(name, stream)
    return [each for each in found if each.code in asked]


def streams_of(page: Any) -> Iterator[tuple[Text, Any]]:
    """The streams of a page with the names of their fields."""
    for field in page._meta.concrete_fields:
        if isinstance(field, StreamField):
            yield field.verbose_name, getattr(page, field.name)


def walk(block: Any, value: Any, field: Text, anchor: str) -> Iterator[Piece]:
    """Every block of a stream, outer ones before what is in them."""
    if isinstance(block, blocks.BaseStreamBlock):
        for child in value or ():
            yield from walk(child.block, child.value, field, child.id or anchor)
        return
    yield Piece(block, value, field, anchor)
    if isinstance(block, blocks.BaseStructBlock):
        for name, child_block in block.child_blocks.items():
            yield from walk(child_block, value.get(name) if value else None, field, anchor)
    elif isinstance(block, blocks.ListBlock):
        for child in value or ():
            yield from walk(block.child_block, child, field, anchor)


def words_of(page: Any) -> Iterator[tuple[Text, str]]:
    """Field names and plain texts of all that a page says itself."""
    for field in page._meta.concrete_fields:
        value = getattr(page, field.name, None)
        if not value or not field.editable or field.name in _NO_PAGES_WORDS:
            continue
        if isinstance(field, RichTextField):
            yield field.verbose_name, get_text_for_indexing(value)
        elif isinstance(field, CharField | TextField) and not field.choices:
            yield field.verbose_name, str(value)
    for name, stream in streams_of(page):
        for piece in walk(stream.stream_block, stream, name, ""):
            if text := plain_text(piece.value):
                yield name, text


def plain_text(value: Any) -> str:
    """The words of a leaf of a stream; empty for what has none."""
    if isinstance(value, RichText):
        return get_text_for_indexing(value.source)
    return value if isinstance(value, str) else ""


def banned_claims_in(text: str) -> list[str]:
    """The claims of the rule book that a text makes, however it is spaced or written."""
    folded = fold(strip_tags(text))
    joined = _GAPS.sub("", folded)
    found = []
    for claim in rulebook.get("content.banned_claims"):
        plain = fold(claim)
        if _HAN.search(plain):
            is_made = _GAPS.sub("", plain) in joined
        else:
            is_made = re.search(rf"\b{re.escape(plain)}\b", folded) is not None
        if is_made:
            found.append(claim)
    return found


# ------------------------------------------------------------------------ one check


def _summary(page: Any) -> Iterator[Finding]:
    if not (page.summary or "").strip():
        field = page._meta.get_field("summary")
        yield Finding("summary", field.verbose_name, _("还没有写。列表、搜索和分享时要用。"))


def _fields(page: Any) -> Iterator[Finding]:
    picture = getattr(page, "picture", None)
    if picture is not None and not picture.description.strip():
        field = page._meta.get_field("picture")
        yield Finding("alt", field.verbose_name, _without_alt(picture))
    for field in page._meta.concrete_fields:
        value = getattr(page, field.name, None)
        if not value or not field.editable or field.name in _NO_PAGES_WORDS:
            continue
        if isinstance(field, RichTextField):
            yield from _of_text(field.verbose_name, get_text_for_indexing(value), "")
        elif isinstance(field, CharField | TextField) and not field.choices:
            yield from _of_text(field.verbose_name, str(value), "")


def _of_piece(piece: Piece) -> Iterator[Finding]:
    if isinstance(piece.block, blocks.BaseStructBlock):
        yield from _of_struct(piece)
    elif text := plain_text(piece.value):
        is_address = isinstance(piece.block, blocks.URLBlock) or piece.block.name == "link"
        yield from _of_text(piece.field, text, piece.anchor, may_be_address=is_address)


def _of_struct(piece: Piece) -> Iterator[Finding]:
    for name, child in piece.block.child_blocks.items():
        picture = piece.value.get(name) if isinstance(child, ImageChooserBlock) else None
        if picture is not None and not _said(piece, "alt") and not picture.description.strip():
            yield Finding("alt", piece.field, _without_alt(picture), piece.anchor)
    if isinstance(piece.block, FigureBlock | ChartBlock) and not _said(piece, "source"):
        missing = _("%(block)s没有写明来源。") % {"block": piece.block.label}
        yield Finding("sources", piece.field, missing, piece.anchor)


def _of_text(
    field: Text, text: str, anchor: str, *, may_be_address: bool = False
) -> Iterator[Finding]:
    for claim in banned_claims_in(text):
        yield Finding("claims", field, _("不得写“%(claim)s”。") % {"claim": claim}, anchor)
    if not may_be_address and (bare := _BARE.search(text)):
        address = bare[0][:60]
        yield Finding(
            "links", field, _("网址%(address)s要写成带文字的链接。") % {"address": address}, anchor
        )


def _complete(name: Text, stream: Any) -> Iterator[Finding]:
    """A draft may be saved half filled in; what is public is whole."""
    try:
        stream.stream_block.clean(stream)
    except ValidationError:
        yield Finding("complete", name, _("有必填项没有填，或者填得不对。"))


def _without_alt(picture: Any) -> Text:
    return _("图片“%(title)s”没有替代文字。") % {"title": picture.title}


def _said(piece: Piece, name: str) -> bool:
    return bool((piece.value.get(name) or "").strip())
