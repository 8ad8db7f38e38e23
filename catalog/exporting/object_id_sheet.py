"""The Object ID sheet of a work: one or two sheets of paper to hand to the police and to insurers.

The ten categories of ICOM's Object ID in their order, each with its answer, "unknown" with its
reason, or what is still missing; photographs; the registry number and its address as QR. Nothing of
owners, places and prices is in it (registry rules, sections 1 and 12).
"""

import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from artmarket.core.punctuation import joined, listed
from artmarket.core.sheets import SMALL, Sheets
from artmarket.core.square_codes import png_code
from catalog.completeness import CATEGORY_NAMES, assess_work, missing_words
from catalog.engine.numbers import format_number
from catalog.models import Inscription, Work
from catalog.selectors import date_words, dimension_words, maker_words, medium_words, type_words
from media.printing import Print, digest_of, kept, print_of

from .fields import absolute_url

LAYOUT: Final = 1
"""Counts up with every change of the drawing, so that kept files are drawn anew."""
PICTURES: Final = 4
PICTURE_MM: Final = 42
QR_MM: Final = 26
GAP: Final = 3


@dataclass(frozen=True, slots=True)
class ObjectIdSheet:
    """Everything that is printed, in the language of the reader."""

    language: str
    title: str
    number: str
    address: str
    score: str
    answers: tuple[tuple[str, str], ...]
    description: str
    pictures: tuple[tuple[str, Print], ...]

    @property
    def digest(self) -> str:
        """SHA-256 of all of it, and of the way it is drawn."""
        return digest_of([LAYOUT, asdict(self)])


def object_id_file(work: Work) -> tuple[str, bytes]:
    """The digest and the PDF of a work of `works_for_page`, in the active language."""
    printed = gathered(work)
    return printed.digest, kept("object-id", printed.digest, lambda: drawn(printed))


# ------------------------------------------------------------------ what is printed


def gathered(work: Work) -> ObjectIdSheet:
    """Read a work; no query beyond those of `works_for_page`."""
    language = get_language() or "zh-hans"
    assessment = assess_work(work)
    missing = {
        row["category"]: joined(map(str, row["reasons"])) for row in missing_words(assessment)
    }
    answers = _answers(work)
    rows = tuple(
        (
            str(name),
            answers.get(key) or missing.get(key) or _unknown(work, key) or _("没有"),
        )
        for key, name in CATEGORY_NAMES.items()
    )
    pictures = ((str(p.get_view_display()), print_of(p.image)) for p in work.photos.all())
    return ObjectIdSheet(
        language=language,
        title=work.display_title,
        number=format_number(work.number) if work.number else "",
        address=absolute_url(work),
        score=_("十项里有%(score)d项") % {"score": assessment.score},
        answers=rows,
        description=(work.description_en if language == "en" else "") or work.description,
        pictures=tuple((words, picture) for words, picture in pictures if picture)[:PICTURES],
    )


def _answers(work: Work) -> dict[str, str]:
    return {
        "photographs": listed(str(p.get_view_display()) for p in work.photos.all()),
        "type": type_words(work),
        "materials": medium_words(work),
        "measurements": dimension_words(work),
        "inscriptions": "\n".join(map(_inscription, work.inscriptions.all()))
        or (_("没有款识与钤印") if work.no_inscriptions else ""),
        "features": work.features or _no_features(work.features_none_reason),
        "title": joined(dict.fromkeys(filter(None, (work.title, work.title_en)))),
        "subject": work.subject,
        "date": date_words(work),
        "maker": maker_words(work),
    }  # fmt: skip


def _no_features(reason: str) -> str:
    return _("没有：%(why)s") % {"why": reason} if reason else ""


def _unknown(work: Work, key: str) -> str:
    reason = (work.unknown_reasons or {}).get(key)
    return _("不详：%(why)s") % {"why": reason} if reason else ""


def _inscription(row: Inscription) -> str:
    style = row.get_style_display() if row.style else ""
    text = _("不能辨读") if row.is_unreadable else row.text
    return joined(filter(None, (str(row.get_kind_display()), str(style), row.place, text)))


# ------------------------------------------------------------------ how it is drawn


def drawn(printed: ObjectIdSheet) -> bytes:
    """The sheet on A4."""
    with translation.override(printed.language):
        sheets = Sheets(
            title=printed.title, foot=f"Object ID {printed.number} · {printed.digest[:16]}",
            pages=_("第{n}页，共{all}页"), language="en" if printed.language == "en" else "zh-CN",
        )  # fmt: skip
        _head(sheets, printed)
        _pictures(sheets, printed.pictures)
        sheets.grid((), printed.answers, (24, 76))
        if printed.description:
            sheets.heading(_("说明"))
            sheets.text_line(printed.description)
        sheets.ln(2)
        sheets.text_line(
            _("“不详”只在写明理由时算作回答。档案写得完整，不等于写的都对。"), size=SMALL, grey=True
        )
        return bytes(sheets.output())


def _head(sheets: Sheets, printed: ObjectIdSheet) -> None:
    """The title with the number, and the address as QR at the right."""
    code = io.BytesIO(png_code(printed.address, border=0))
    top = sheets.get_y()
    sheets.image(code, x=sheets.w - sheets.r_margin - QR_MM, y=top, w=QR_MM, h=QR_MM)
    sheets.set_right_margin(sheets.r_margin + QR_MM + GAP)
    sheets.heading(printed.title, size=18)
    facts = (_("登记号%(number)s") % {"number": printed.number} if printed.number else "",)
    sheets.text_line(joined(filter(None, (*facts, printed.score))), size=11)
    sheets.text_line(printed.address, size=SMALL, grey=True)
    sheets.set_right_margin(sheets.l_margin)
    sheets.set_y(max(sheets.get_y(), top + QR_MM) + GAP)


def _pictures(sheets: Sheets, pictures: Iterable[tuple[str, Print]]) -> None:
    """Up to four photographs in one row, each with what it shows."""
    top, tallest = sheets.get_y(), 0.0
    for place, (words, picture) in enumerate(pictures):
        content = picture.content()
        if not content:
            continue
        left = sheets.l_margin + place * (PICTURE_MM + GAP)
        width, height = picture.fitting(PICTURE_MM)
        sheets.image(io.BytesIO(content), x=left, y=top, w=width, h=height)
        sheets.set_xy(left, top + height)
        sheets.set_font(size=SMALL)
        sheets.cell(PICTURE_MM, 5, words)
        tallest = max(tallest, height + 5)
    if tallest:
        sheets.set_xy(sheets.l_margin, top + tallest + GAP)
