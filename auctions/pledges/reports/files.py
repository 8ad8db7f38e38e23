"""A report as a workbook and on paper, from the rows that its page shows.

Words are never formulas: every word is a text cell, and only figures and days are of other types.
"""

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from artmarket.core.money import Money
from artmarket.core.sheets import SMALL, Sheets

from .asof import Period
from .tables import Cell, Column, Table, digest_of, widths, words

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF: Final = "application/pdf"
_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def xlsx_of(tables: Sequence[Table], *, title: str, facts: Sequence[tuple[str, str]]) -> bytes:
    """A workbook: one sheet a table after one that says of what and of which days it is."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    cover = book.create_sheet(_("说明"))
    for row in [(title, ""), *facts]:
        cover.append([_text(cover, word) for word in row])
    for number, table in enumerate(tables, 1):
        name = table.title.translate(_NOT_IN_NAMES)[:26]
        sheet = book.create_sheet(f"{number} {name}")
        sheet.append([_text(sheet, column.label) for column in table.columns])
        for row in table.rows:
            sheet.append([_cell(sheet, one, c) for one, c in zip(row, table.columns, strict=True)])
        if table.note:
            sheet.append([_text(sheet, table.note)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text(sheet: Any, said: str) -> Any:
    """A cell that no spreadsheet computes, whatever its words begin with."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", said)[:32_767])
    cell.data_type = "s"
    return cell


def _cell(sheet: Any, cell: Cell, column: Column) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if isinstance(cell, Money):
        made = WriteOnlyCell(sheet, cell.amount)
        made.number_format = f'#,##0.00 "{cell.currency}"'
        return made
    if isinstance(cell, (int, Decimal, date)):
        made = WriteOnlyCell(sheet, cell)
        if column.kind == "percent":
            made.number_format = '0.0##"%"'
        elif isinstance(cell, date):
            made.number_format = "yyyy-mm-dd"
        return made
    return _text(sheet, words(cell, column.kind))


def pdf_of(
    tables: Sequence[Table], *, title: str, facts: Sequence[tuple[str, str]], period: Period
) -> bytes:
    """The same on A4."""
    digest = digest_of(tables)
    sheets = Sheets(
        title=title, foot=f"{title} · SHA-256 {digest[:16]}…", pages=_("第{n}页，共{all}页"),
        language="en" if (get_language() or "").startswith("en") else "zh-CN",
    )  # fmt: skip
    sheets.set_creation_date(period.cutoff)
    sheets.heading(title, size=18)
    sheets.grid((), facts, (30, 70))
    for table in tables:
        sheets.heading(table.title)
        if table.rows:
            figures = [n for n, column in enumerate(table.columns) if column.is_figure]
            heads = [column.label for column in table.columns]
            sheets.grid(heads, table.printed(), widths(table.columns), right=figures)
        else:
            sheets.text_line(_("没有。"))
        if table.note:
            sheets.text_line(table.note, size=SMALL, grey=True)
    return bytes(sheets.output())


def facts_of(lender: str, period: Period, *, since: bool) -> list[tuple[str, str]]:
    """Of whom and of which days a report tells."""
    found = [(_("贷款人"), lender), (_("报告日"), _day(period.on))]
    if since:
        found.append((_("起始日"), _day(period.since)))
    return [*found, (_("按哪天为止的记录"), _day(period.known))]


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
