"""Rows of tables: CSV in the encodings and with the separators that people use, and XLSX.

The first row names the columns. A row with more or fewer cells than the header is refused with its
number, because its values may stand in the wrong columns. Formulas are never evaluated.
"""

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import TextIOWrapper
from itertools import islice
from shutil import copyfileobj
from typing import IO, Any, Final

from django.utils.translation import gettext as _

from artmarket.core.punctuation import listed

from .draft import FileRefused, Problem, Raw
from .limits import COLUMNS, LINE_BYTES, ROW_BYTES, XLSX_BYTES
from .rows import too_large
from .survey import Survey

_SEPARATORS: Final = ",;\t|"
_MERGE: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


def read_csv(found: Survey, *, delimiter: str = "", encoding: str = "") -> Iterator[Raw]:
    """The rows of a CSV file as mappings; numbers count records, the header being 1."""
    csv.field_size_limit(LINE_BYTES)
    delimiter = delimiter or _delimiter(found, encoding or found.encoding)
    with found.open() as stream, _text(stream, encoding or found.encoding) as text:
        rows = csv.reader(text, delimiter=delimiter)
        columns: list[str] | None = None
        number = 0
        while True:
            number += 1
            try:
                cells = next(rows)
            except StopIteration:
                break
            except csv.Error as error:
                raise FileRefused(
                    "csv_broken",
                    _("第%(n)d行读不出来，后面的也读不到了（引号没有合上？）：%(why)s")
                    % {"n": number, "why": error},
                ) from None
            if columns is None:
                columns = header(cells)
            elif any(cells):
                yield _row(number, columns, cells)


def _text(stream: IO[bytes], encoding: str) -> TextIOWrapper:
    return TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")


def _delimiter(found: Survey, encoding: str) -> str:
    """The separator that cuts the first rows into the most columns, alike in every row."""
    with found.open() as stream, _text(stream, encoding) as text:
        sample = text.read(1 << 16).lstrip("\ufeff")
    best, score = ",", (0, 0)
    for candidate in _SEPARATORS:
        widths = [
            len(row)
            for row in islice(csv.reader(sample.splitlines(True), delimiter=candidate), 20)
            if row
        ]
        if widths and widths[0] > 1:
            alike = sum(1 for width in widths if width == widths[0])
            best, score = max((best, score), (candidate, (alike, widths[0])), key=lambda p: p[1])
    return best


def header(cells: Sequence[Any]) -> list[str]:
    """The names of the columns. Raises `FileRefused` for twins and for far too many."""
    names = [" ".join(str(c or "").lstrip("\ufeff").split()) for c in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise FileRefused("no_header", _("第1行应当是各列的名称，却是空的。"))
    if len(names) > COLUMNS:
        raise FileRefused(
            "too_many_columns",
            _("表头有%(n)d列，最多%(limit)d列。") % {"n": len(names), "limit": COLUMNS},
        )
    twins = sorted({name for name in names if name and names.count(name) > 1})
    if twins:
        raise FileRefused("twin_columns", _("有两列同名：%(names)s。") % {"names": listed(twins)})
    return [name or f"column {i}" for i, name in enumerate(names, 1)]


def _row(number: int, columns: list[str], cells: Sequence[str]) -> Raw:
    size = sum(map(len, cells))
    if size > ROW_BYTES:
        return Raw(number, problem=too_large(size))
    if len(cells) != len(columns) and any(cells[len(columns) :] or [len(cells) < len(columns)]):
        return Raw(number, problem=wrong_width(len(cells), len(columns)))
    row = dict(zip(columns, cells, strict=False))
    if any("\udc80" <= ch <= "\udcff" for cell in cells if not cell.isascii() for ch in cell):
        return Raw(
            number,
            problem=Problem("encoding", _("这一行里有读不懂的字节，编码与文件其余部分不同。")),
        )
    return Raw(number, row)


def wrong_width(cells: int, columns: int) -> Problem:
    """The problem of a row whose cells don't match the header."""
    return Problem(
        "too_many_cells" if cells > columns else "too_few_cells",
        _("这一行有%(cells)d格，表头有%(columns)d列，对不上。")
        % {"cells": cells, "columns": columns},
    )


# ------------------------------------------------------------------ workbooks


def read_xlsx(found: Survey, *, sheet: str = "") -> Iterator[Raw]:
    """The rows of one sheet (the first, unless named); numbers are those of the sheet."""
    with tempfile.TemporaryFile() as unpacked:
        if not found.packed:
            yield from _sheet(found.path.open("rb"), sheet)
            return
        with found.open() as stream:
            if found.size > XLSX_BYTES:
                raise FileRefused("workbook_too_large", _("工作簿太大。"))
            copyfileobj(stream, unpacked)
        unpacked.seek(0)
        yield from _sheet(unpacked, sheet)


def _sheet(stream: IO[bytes], name: str) -> Iterator[Raw]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(stream, read_only=True, data_only=True)
        if name and name not in book.sheetnames:
            raise FileRefused(
                "no_sheet",
                _("没有名为“%(name)s”的工作表，只有：%(names)s。")
                % {"name": name, "names": listed(book.sheetnames)},
            )
        sheet: Any = book[name] if name else book.worksheets[0]
        merged = _merged_rows(sheet)
        sheet.reset_dimensions()
        yield from _sheet_rows(sheet.iter_rows(values_only=True), merged)
    except (KeyError, ValueError, IndexError, InvalidFileException, SyntaxError, OSError) as error:
        raise FileRefused(
            "file_unreadable", _("工作簿读不出来：%(why)s") % {"why": error}
        ) from None


def _merged_rows(sheet: Any) -> list[tuple[int, int, str]]:
    """(first row, last row, range) of every merged block; read from the sheet's own XML."""
    found, tail = [], b""
    with sheet.parent._archive.open(sheet._worksheet_path) as part:
        while piece := part.read(1 << 18):
            text = tail + piece
            tail = text[-200:]
            found += [
                (int(m[2]), int(m[4]), m[0].split(b'"')[-2].decode()) for m in _MERGE.finditer(text)
            ]
    return sorted(set(found))


def _sheet_rows(rows: Iterable[Sequence[Any]], merged: list[tuple[int, int, str]]) -> Iterator[Raw]:
    columns: list[str] | None = None
    for number, cells in enumerate(rows, 1):
        if all(cell is None for cell in cells):
            continue
        block = next((m for m in merged if m[0] <= number <= m[1]), None)
        if columns is None:
            if block:
                raise FileRefused(
                    "merged_header",
                    _("表头里有合并的单元格%(range)s，请先拆开。") % {"range": block[2]},
                )
            columns = header(cells)
            continue
        texts = [_cell(cell) for cell in cells]
        if block:
            yield Raw(number, problem=_merged(block[2]))
        elif any(texts[len(columns) :]):
            yield Raw(number, problem=wrong_width(len(texts), len(columns)))
        elif sum(map(len, texts)) > ROW_BYTES:
            yield Raw(number, problem=too_large(sum(map(len, texts))))
        else:
            texts += [""] * (len(columns) - len(texts))
            yield Raw(number, dict(zip(columns, texts, strict=False)))


def _merged(block: str) -> Problem:
    return Problem(
        "merged_cells",
        _("这一行有合并的单元格%(range)s，看不出每一行的值，请先拆开。") % {"range": block},
    )


def _cell(value: Any) -> str:
    """A cell as a person reads it: whole numbers without a decimal point, days as ISO."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (
            value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
