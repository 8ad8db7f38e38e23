"""A record as a CSV file, and its digest. Cells are safe to open in a spreadsheet."""

import csv
import hashlib
import io
from dataclasses import astuple, fields
from typing import Final

from artmarket.core.spreadsheets import BOM, safe_cell

from .gathering import Record, Row

COLUMNS: Final = tuple(field.name for field in fields(Row))


def csv_of(record: Record) -> bytes:
    """The whole record; the byte order mark is what makes Excel read Chinese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in record.rows:
        writer.writerow([safe_cell(cell) for cell in astuple(row)])
    return BOM + out.getvalue().encode()


def digest_of(content: bytes) -> str:
    """SHA-256 of the file, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
