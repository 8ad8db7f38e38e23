"""Sheets of labels: A4, three by eight, each with a QR code, the seal number and what it is for.

The measures are those of the common sheets of 63.5 × 33.9 mm labels, so that paper from any shop
fits; a setting for other sheets is `LABEL_SHEET`.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appraisal.models import Tag
from artmarket.core.rest.paging import own_url
from artmarket.core.sheets import SMALL, Sheets
from artmarket.core.square_codes import png_code

PADDING = 3.0


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """Measures in millimetres: the first label's corner, a label, the step to the next."""

    columns: int
    rows: int
    left: float
    top: float
    width: float
    height: float
    step_x: float
    step_y: float

    @property
    def each(self) -> int:
        """Labels on one sheet."""
        return self.columns * self.rows


class _Bare(Sheets):
    """Sheets without a line below: labels reach down to there."""

    def footer(self) -> None:
        """Nothing."""


def label_sheet() -> LabelSheet:
    """The sheet that this platform prints on."""
    return LabelSheet(**settings.LABEL_SHEET)


def labels_pdf(tags: Sequence[Tag], *, start: int = 1) -> bytes:
    """The labels of these tags; `start` is the first free place of a sheet begun earlier."""
    sheet = label_sheet()
    sheets = _Bare(title=_("封签"), foot="", language="en" if get_language() == "en" else "zh-CN")
    sheets.set_auto_page_break(False)
    for nth, tag in enumerate(tags, start=max(start, 1) - 1):
        place = nth % sheet.each
        if place == 0 and nth:
            sheets.add_page()
        row, column = divmod(place, sheet.columns)
        _label(
            sheets, sheet, tag, sheet.left + column * sheet.step_x, sheet.top + row * sheet.step_y
        )
    return bytes(sheets.output())


def _label(sheets: Sheets, sheet: LabelSheet, tag: Tag, x: float, y: float) -> None:
    side = min(sheet.height - 2 * PADDING, sheet.width / 2)
    code = png_code(own_url(tag.get_absolute_url()), border=1, error="q")
    sheets.image(io.BytesIO(code), x=x + PADDING, y=y + PADDING, w=side, h=side)
    left = x + side + 2 * PADDING
    width = sheet.width - side - 3 * PADDING
    lines = (
        (_("保真登记"), 11),
        (tag.number, SMALL),
        (_("扫码看登记与证书"), SMALL),
        (_("封签只证明在场，不证明作者"), 6),
    )
    sheets.set_xy(left, y + PADDING + 1)
    for words, size in lines:
        sheets.set_x(left)
        sheets.set_font(size=size)
        sheets.multi_cell(width, size * 0.5, words, align="L", new_x="LEFT", new_y="NEXT")
        sheets.ln(0.8)
