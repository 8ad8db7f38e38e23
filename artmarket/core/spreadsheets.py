"""Files for spreadsheets that nobody's spreadsheet computes."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

BOM: Final = b"\xef\xbb\xbf"
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """The text so that no spreadsheet computes it (formula injection)."""
    text = text.replace("\x00", "")
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def csv_bytes(rows: Iterable[Sequence[str | int | Decimal]]) -> bytes:
    """A whole file; words are made safe, figures stay figures.

    The byte order mark is what makes Excel read Chinese.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else f"{cell}" for cell in row])
    return BOM + out.getvalue().encode()
