"""Sheets of paper: A4 with a Chinese font inside, numbered pages, tables that repeat their head.

The font is Noto Sans CJK (SIL Open Font License 1.1) of the package `noto-cjk-sans-otc`, 19 MB; a
file holds only the characters that it uses, so that no reader needs a font of his own.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Final

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace
from noto_cjk_sans_otc import FONT_PATH

SIMPLIFIED_CHINESE: Final = 2
"""The face of the collection; the others are Japanese, Korean, Taiwan's and Hong Kong's."""
FONT: Final = "cjk"
MARGIN: Final = 16
BODY: Final = 9
CELL: Final = 8
SMALL: Final = 7.5
GREY: Final = 110
LINE: Final = 205
HEAD: Final = FontFace(emphasis="NONE", fill_color=(235, 235, 235))

logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells every table it cuts


class Sheets(FPDF):
    """A document with `foot` and the number of the page below each page.

    `pages` says the number with {n} and {all}, `language` is the document's.
    """

    def __init__(
        self,
        *,
        title: str,
        foot: str,
        pages: str = "第{n}页，共{all}页",
        language: str = "zh-CN",
    ) -> None:
        super().__init__(format="A4")
        self.add_font(FONT, fname=str(FONT_PATH), collection_font_number=SIMPLIFIED_CHINESE)
        self.foot, self.page_words = foot, pages
        self.set_title(title)
        self.set_lang(language)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=MARGIN + 6)
        self.set_draw_color(LINE)
        self.set_line_width(0.2)
        self.set_font(FONT, size=BODY)
        self.add_page()

    def normalize_text(self, text: str) -> str:
        """The words as they are drawn: the font's apostrophe is as wide as a Chinese character."""
        text = super().normalize_text(text)
        return text.replace("’", "'") if self.lang == "en" else text

    def footer(self) -> None:
        """The line below a page."""
        self.set_y(-MARGIN)
        self.set_font(FONT, size=SMALL)
        self.set_text_color(GREY)
        width = self.epw
        self.cell(width * 0.82, 5, self.foot)
        self.cell(width * 0.18, 5, self.page_words.format(n=self.page_no(), all="{nb}"), align="R")
        self.set_text_color(0)
        self.set_font(FONT, size=BODY)

    def heading(self, words: str, *, size: float = 12, keep: float = 30) -> None:
        """A heading that is not left alone at the foot of a page (`keep` millimetres follow)."""
        if self.will_page_break(keep):
            self.add_page()
        self.ln(3)
        self.set_font(FONT, size=size)
        self.multi_cell(self.epw, size * 0.55, words, new_x="LMARGIN", new_y="NEXT")
        self.set_font(FONT, size=BODY)
        self.ln(1)

    def beside(self, width: float) -> None:
        """Write to the right of what is this wide (millimetres); 0: from the margin again."""
        self.set_left_margin(MARGIN + width)

    def text_line(self, words: str, *, size: float = BODY, grey: bool = False) -> None:
        """A paragraph."""
        self.set_font(FONT, size=size)
        self.set_text_color(GREY if grey else 0)
        self.multi_cell(self.epw, size * 0.55, words, align="L", new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(0)
        self.set_font(FONT, size=BODY)

    def grid(
        self,
        head: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: Sequence[int],
        *,
        right: Iterable[int] = (),
        height: float = 5,
    ) -> None:
        """A table whose head stands again on each page; `right` names columns of figures."""
        figures = set(right)
        align = tuple("RIGHT" if n in figures else "LEFT" for n in range(len(widths)))
        self.set_font(FONT, size=CELL)
        with self.table(
            col_widths=tuple(widths), text_align=align, headings_style=HEAD, line_height=height,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES, first_row_as_headings=bool(head),
            padding=(0.8, 1.6),
        ) as table:  # fmt: skip
            if head:
                table.row(head)
            for row in rows:
                table.row(row)
        self.set_font(FONT, size=BODY)
