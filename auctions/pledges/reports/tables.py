"""The rows of a report, and how one of their cells reads.

A cell that is None is a figure that cannot be had: it reads as missing and is never zero.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from artmarket.core.money import Money

Kind = Literal["text", "money", "figure", "percent", "day"]
Cell = str | int | Decimal | date | Money | None
FIGURES: Final = frozenset({"money", "figure", "percent"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `width` is its share of the paper's width beside the others."""

    label: str
    kind: Kind = "text"
    width: int = 10

    @property
    def is_figure(self) -> bool:
        return self.kind in FIGURES


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title; `note` says how to read it or what is left out."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of {self.title} has not its columns")

    def printed(self) -> list[list[str]]:
        """Every cell in the reader's words."""
        return [
            [words(cell, column.kind) for cell, column in zip(row, self.columns, strict=True)]
            for row in self.rows
        ]

    def shown(self) -> list[list[tuple[Column, str]]]:
        """The same with the column beside each cell, for a page."""
        return [list(zip(self.columns, row, strict=True)) for row in self.printed()]


def words(cell: Cell, kind: Kind) -> str:
    """A cell as people read it."""
    if cell is None:
        return _("缺")
    if isinstance(cell, date):
        return date_format(cell, "DATE_FORMAT")
    if kind == "percent":
        return f"{cell}%"
    return str(cell)


def percent(part: int | Fraction, whole: int | Fraction = 100) -> Decimal | None:
    """What percentage `part` is of `whole`, to one place, half up; None of nothing."""
    if not whole:
        return None
    tenths = (Fraction(part) * 2000 / Fraction(whole) + 1) // 2
    return Decimal(int(tenths)).scaleb(-1)


def digest_of(tables: Iterable[Table]) -> str:
    """SHA-256 of all that the tables say, in the reader's language."""
    said = [
        [table.title, table.note, [c.label for c in table.columns], table.printed()]
        for table in tables
    ]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def widths(columns: Sequence[Column]) -> tuple[int, ...]:
    """The widths of the columns on paper."""
    return tuple(column.width for column in columns)
