"""Figures and lists as files, from the rows that their pages show."""

from collections.abc import Sequence
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from artmarket.core.clock import SHANGHAI
from artmarket.core.money import Money
from artmarket.core.spreadsheets import csv_bytes
from auctions.pledges.reports.files import XLSX, xlsx_of
from auctions.pledges.reports.tables import Cell, Column, Table, words

from .selectors.figures import Figure

TYPES: Final = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


def table_file(table: Table, format: str, *, title: str, facts: Sequence[tuple[str, str]]) -> bytes:
    """A table as CSV (one line of names, then the rows) or as a workbook with a sheet of facts.

    Raises KeyError for another format.
    """
    if format not in TYPES:
        raise KeyError(format)
    if format == "xlsx":
        return xlsx_of([table], title=title, facts=facts)
    head = [column.label for column in table.columns]
    rows = [
        [_plain(cell, column) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    return csv_bytes([head, *rows])


def figure_file(figure: Figure, format: str) -> bytes:
    """A figure as a file, with its source, period and time of reading. Raises KeyError."""
    local = timezone.localtime(figure.read_at, SHANGHAI)
    facts = [
        (_("来源"), figure.source), (_("期间"), figure.period),
        (_("数据时间"), date_format(local, "DATETIME_FORMAT")),
    ]  # fmt: skip
    return table_file(figure.table, format, title=figure.title, facts=facts)


def _plain(cell: Cell, column: Column) -> str | int:
    """Sums as plain figures of their column's currency, days by ISO 8601."""
    if isinstance(cell, Money):
        return f"{cell.amount:f}"
    if isinstance(cell, bool | int):
        return int(cell)
    if cell is not None and column.kind == "day" and not isinstance(cell, str):
        return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
    return words(cell, column.kind)
