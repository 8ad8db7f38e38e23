"""What the papers of loans have in common: their first lines, their signatures, their end."""

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from artmarket.core.sheets import SMALL, Sheets

Rows = tuple[tuple[str, ...], ...]


def begin(language: str, title: str, number: str, *, foot: str = "") -> Sheets:
    """Sheets with title and number; `foot` stands on each beside the number."""
    is_english = language.startswith("en")
    sheets = Sheets(
        title=f"{title} {number}", foot=foot or f"{title} {number}",
        pages="{n} / {all}" if is_english else "第{n}页，共{all}页",
        language="en" if is_english else "zh-CN",
    )  # fmt: skip
    sheets.heading(title, size=18)
    sheets.text_line(number, size=11)
    return sheets


def numbered(sheets: Sheets, heading: str, lines: Iterable[str]) -> None:
    """Lines under a heading, counted."""
    sheets.heading(heading)
    for place, words in enumerate(lines, 1):
        sheets.text_line(f"{place}. {words}")


def signature(side: Any, signatures: Iterable[Any]) -> tuple[str, ...]:
    """Who signed for a side, and when; `signatures` have `side`, `signer` and `signed_at`."""
    row = next((one for one in signatures if one.side == side), None)
    if row is None:
        return (str(side.label), _("还没有签名"), "")
    at = date_format(localtime(row.signed_at), "DATETIME_FORMAT")
    return (str(side.label), row.signer.display_name, at)


def end(sheets: Sheets, signatures: Rows, words: str, digest: str) -> bytes:
    """The signatures if there are any, then the digest of the text under its words."""
    if signatures:
        sheets.heading(_("签名"), keep=40)
        sheets.grid((), signatures, (34, 33, 33), height=7)
    sheets.text_line(words, size=SMALL, grey=True)
    sheets.text_line(digest, size=SMALL)
    return bytes(sheets.output())
