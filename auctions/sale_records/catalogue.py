"""The catalogue of a sale on paper: what its pages say before the first bid, in one language.

No price that bids made and no reserve is in it. Drawing a hundred lots takes seconds: a catalogue
is drawn once and kept by the digest of what it says, until something it says changes.
"""

import io
from dataclasses import asdict, dataclass
from typing import Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from artmarket.accounts import gates
from artmarket.accounts.enums import LicenceKind
from artmarket.core.errors import DomainError
from artmarket.core.money import Money
from artmarket.core.punctuation import bracketed, joined
from artmarket.core.rest.paging import own_url
from artmarket.core.sheets import BODY, SMALL, Sheets
from catalog import selectors as catalogue
from catalog.engine.numbers import format_number
from media.printing import Print, digest_of, kept, print_of

from .. import rule_books, wording
from ..enums import LotMark, LotState
from ..models import Lot, Sale
from ..selectors.lots import catalogue_of
from ..selectors.rule_words import (
    approval_words,
    deposit_words,
    ladder_rows,
    platform_words,
    premium_rows,
    storage_words,
)

LAYOUT: Final = 1
"""Counts up with every change of the drawing, so that kept files are drawn anew."""
MOST_LOTS_AT_ONCE: Final = 500
"""Lots that a page draws while its reader waits; a command draws any number."""
PICTURE_MM: Final = 46
GAP: Final = 4


class TooManyLots(DomainError):
    """A catalogue that takes longer to draw than a reader of a page waits."""

    code = "catalogue_too_long"
    status = 422
    message = _("这场拍卖会的图录太长，不能在网页上做成PDF。")
    hint = _("请在网页上看图录，或者请拍卖企业提供文件。")


@dataclass(frozen=True, slots=True)
class Entry:
    """One lot: its number with marks, title, paragraphs, and its picture."""

    number: str
    title: str
    lines: tuple[str, ...]
    words: tuple[str, ...]
    picture: Print | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that is printed, in the language of the reader."""

    language: str
    title: str
    description: str
    facts: tuple[tuple[str, str], ...]
    marks: tuple[tuple[str, str], ...]
    premium: tuple[tuple[str, str], ...]
    ladder: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    conditions: str
    address: str

    @property
    def digest(self) -> str:
        """SHA-256 of all of it, and of the way it is drawn."""
        return digest_of([LAYOUT, asdict(self)])


def catalogue_file(sale: Sale, *, most: int | None = MOST_LOTS_AT_ONCE) -> tuple[str, bytes]:
    """The digest and the PDF of a sale's catalogue in the active language.

    `sale` is one of `sale_for_page`. Raises `TooManyLots` where it has more than `most` lots.
    """
    if most is not None and sale.lots.count() > most:
        raise TooManyLots()
    printed = gathered(sale)
    return printed.digest, kept("catalogues", printed.digest, lambda: drawn(printed))


# ------------------------------------------------------------------ what is printed


def gathered(sale: Sale) -> Catalogue:
    """Read a sale; eleven queries, however many lots."""
    unit = rule_books.parts_of(sale.currency)
    lots = list(catalogue_of(sale))
    is_english = get_language() == "en"
    premium = premium_rows(rule_books.premium(sale.premium_id, unit), sale.currency)
    notes = [
        (label, premium[name])
        for name, label in (
            ("overhead", _("落槌价全额的管理费")),
            ("vat", _("佣金已含增值税")),
            ("vat_on_top", _("佣金另加增值税")),
        )
        if premium[name]
    ]
    notes += [(_("%(slice)s，优先档") % {"slice": s}, rate) for s, rate in premium["priority"]]
    ladder = rule_books.ladder(sale.ladder_id, unit)
    conditions = sale.conditions
    return Catalogue(
        language=get_language() or "zh-hans",
        title=sale.display_title,
        description=(sale.description_en if is_english else "") or sale.description,
        facts=tuple(_facts(sale)),
        marks=tuple((str(m), str(m.label)) for m in LotMark if any(m in x.symbols for x in lots)),
        premium=(*premium["rows"], *notes),
        ladder=() if sale.is_sealed else tuple(ladder_rows(ladder, sale.currency)),
        entries=tuple(_entry(lot, sale) for lot in lots),
        conditions=((conditions.text_en if is_english else "") or conditions.text)
        if conditions
        else "",
        address=own_url(reverse("auctions:sale", args=[sale.pk])),
    )


def _facts(sale: Sale) -> list[tuple[str, str]]:
    licence = gates.licence_of(sale.house, LicenceKind.AUCTION)
    house = sale.house.name + (bracketed(licence.number) if licence else "")
    zone = bracketed(_("北京时间"))
    rows = [
        (_("举办"), house),
        (_("方式"), str(sale.get_format_display())),
        (_("公告"), _day(sale.notice_on)),
        (_("预展"), joined([f"{_day(sale.viewing_from)}–{_day(sale.viewing_until)}", sale.place])),
        (_("开始竞价"), wording.moment(sale.opens_at) + zone if sale.opens_at else ""),
        (_("第一件结束"), wording.moment(sale.closes_at) + zone if sale.closes_at else ""),
        (_("竞买保证金"), deposit_words(sale.deposit, sale.currency)),
        (_("登记怎样通过"), approval_words(sale.approval)),
        (_("保管费"), storage_words(rule_books.storage_of(sale), sale.currency)),
        (_("平台服务费"), platform_words(rule_books.platform_of(sale))),
    ]
    if not sale.is_sealed:
        rows.append((_("延时规则"), wording.extension(rule_books.closing(sale.closing_id))))
    if sale.cancel_reason:
        rows.insert(0, (_("已取消"), sale.cancel_reason))
    return [(label, words) for label, words in rows if words]


def _day(day: object) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""  # type: ignore[arg-type]


def _entry(lot: Lot, sale: Sale) -> Entry:
    lot.sale = sale
    work = lot.work
    number = f"{lot.number}{''.join(lot.marks)}"
    if lot.state == LotState.WITHDRAWN:
        reason = _("撤回的理由：%(reason)s") % {"reason": lot.withdrawal_reason}
        return Entry(number, work.display_title, (_("已撤回"), reason), ())
    photo = next(iter(work.photos.all()), None)
    is_english = get_language() == "en"
    opening = Money(lot.opening_minor, sale.currency).words()
    lines = (
        joined(filter(None, [catalogue.maker_words(work), catalogue.date_words(work)])),
        joined(filter(None, [catalogue.medium_words(work), catalogue.dimension_words(work)])),
        _("估价%(estimate)s") % {"estimate": lot.estimate} if lot.estimate else "",
        _("起拍价%(sum)s，不含佣金") % {"sum": opening},
        _("登记号%(number)s") % {"number": format_number(work.number)} if work.number else "",
    )
    words = (
        _("品相：%(words)s") % {"words": lot.condition} if lot.condition else "",
        (work.description_en if is_english else "") or work.description,
    )
    return Entry(
        number, work.display_title, tuple(filter(None, lines)), tuple(filter(None, words)),
        print_of(photo.image) if photo else None,
    )  # fmt: skip


# ------------------------------------------------------------------ how it is drawn


def drawn(printed: Catalogue) -> bytes:
    """The catalogue on A4."""
    sheets = Sheets(
        title=printed.title, foot=f"{printed.title[:40]} · {printed.digest[:16]}",
        pages=_("第{n}页，共{all}页"), language="en" if printed.language == "en" else "zh-CN",
    )  # fmt: skip
    sheets.heading(printed.title, size=20)
    if printed.description:
        sheets.text_line(printed.description, size=10)
    sheets.ln(2)
    sheets.grid((), printed.facts, (24, 76))
    sheets.ln(2)
    sheets.text_line(
        _("现价、撤回、勘误和结果以网页为准：%(address)s") % {"address": printed.address},
        size=SMALL, grey=True,
    )  # fmt: skip
    for sign, meaning in printed.marks:
        sheets.text_line(f"{sign}　{meaning}", size=SMALL)
    sheets.heading(_("拍品目录"))
    for entry in printed.entries:
        _lot(sheets, entry)
    sheets.heading(_("买受人佣金"))
    sheets.grid((_("落槌价的这一段"), _("佣金")), printed.premium, (70, 30), right=(1,))
    if printed.ladder:
        sheets.heading(_("加价阶梯"))
        sheets.grid((_("价格从"), _("每次至少加")), printed.ladder, (50, 50), right=(0, 1))
    if printed.conditions:
        sheets.heading(_("拍卖规则正文"))
        sheets.text_line(printed.conditions)
    return bytes(sheets.output())


def _lot(sheets: Sheets, entry: Entry) -> None:
    """A picture on the left, the words beside it; never parted from its heading by a page."""
    picture = entry.picture.content() if entry.picture else b""
    width, height = entry.picture.fitting(PICTURE_MM) if entry.picture and picture else (0.0, 0.0)
    if sheets.will_page_break(max(height, 30) + 2 * GAP):
        sheets.add_page()
    top, page, left = sheets.get_y() + GAP, sheets.page, sheets.l_margin
    if picture:
        sheets.image(io.BytesIO(picture), x=left, y=top, w=width, h=height)
    sheets.set_y(top)
    sheets.beside(PICTURE_MM + GAP)
    sheets.text_line(f"{entry.number}　{entry.title}", size=BODY + 2)
    for line in entry.lines:
        sheets.text_line(line)
    for words in entry.words:
        sheets.ln(1)
        sheets.text_line(words, size=SMALL, grey=True)
    sheets.beside(0)
    if sheets.page == page:  # else the words have gone on beyond the picture's page
        sheets.set_y(max(sheets.get_y(), top + height))
