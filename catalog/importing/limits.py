"""What one import may cost a machine; technical limits, not rules of law."""

from typing import Final

ROW_BYTES: Final = 1024 * 1024
"""A row above this is refused and skipped; the longest real one of four museums has 12 kB."""
LINE_BYTES: Final = 64 * 1024 * 1024
"""The longest line or cell that is read at all before it is refused."""
COLUMNS: Final = 1024
"""A table with more columns is refused; a row with more cells than the header is refused alone."""
XLSX_BYTES: Final = 512 * 1024 * 1024
"""Size of a workbook after unpacking; a small file that unpacks to more is an attack."""
XLSX_RATIO: Final = 200
"""Unpacked size by packed size of a part above 16 MB."""
BATCH: Final = 500
"""Rows in one transaction."""
WARNINGS_SHOWN: Final = 3
"""Row numbers shown on the terminal for each kind of problem."""
