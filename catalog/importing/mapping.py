"""Which column of a table is which field of a work, as a TOML file says it.

One mapping names one source; the source and the source's id identify a record for ever, so two
museums never share a source. The example printed by `--print-mapping` is the documentation.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from artmarket.core.punctuation import listed
from catalog.engine import terms
from catalog.engine.dimensions import from_columns
from catalog.engine.numbers import NumberError, check_number
from catalog.enums import CitationKind

from .draft import OPEN_DATA_LICENCE, FileRefused, Problem, WorkDraft
from .linked_art import read_linked_art
from .profiles import Profile, finish, start
from .wording import (
    life_year,
    make_maker,
    one_line,
    put,
    put_date,
    put_makers,
    put_sizes,
    put_terms,
    read_inscriptions,
    said,
    year,
)

FORMATS: Final = ("csv", "xlsx", "linked-art")
SIZES: Final = ("height", "width", "depth", "length", "diameter")
# Our field → the column of our own export, which is also what an absent mapping means.
COLUMNS: Final[dict[str, str]] = {
    name: name
    for name in (
        "source_id", "number", "url", "title", "title_en", "subject", "description",
        "description_en", "features", "medium", "classification", "types", "materials",
        "techniques",
        "date", "date_from", "date_to", "dimensions", *SIZES, "makers", "maker_ids", "maker_roles",
        "maker_nationalities", "maker_births", "maker_deaths", "inscriptions", "place_made",
        "credit",
        "provenance", "exhibitions", "literature",
    )
}  # fmt: skip
_PLAIN: Final = {
    "title": "title", "title_en": "title_en", "subject": "subject", "medium": "medium_text",
    "place_made": "place_made", "credit": "credit",
}  # fmt: skip
_LONG: Final = {
    "description": "description", "description_en": "description_en", "features": "features",
    "provenance": "provenance_text",
}  # fmt: skip
EXAMPLE: Final = """# Which column is which field: --mapping FILE.toml. Printed by --print-mapping.
source = "my-museum"                  # on every record for ever; never for another museum
by = "My Museum"                      # whose opinion the attributions are
licence = "CC0 1.0 — open museum data, test only"

[file]                                # everything here is found by itself when left out
# encoding = "gb18030"                # a Python codec
# delimiter = ";"
# sheet = "Objects"                   # XLSX only; the first sheet otherwise
# unit = "cm"                         # of height, width … and of sizes written without a unit
# multiple = "|"                      # between several makers in one cell

[columns]                             # our field = "your column"; leave out what you don't have
source_id = "Inventory number"        # the only one that must be there
title = "Title"
makers = "Artist"                     # "Follower of Rembrandt" is read as an opinion
date = "Date"                         # the words; read into EDTF
medium = "Medium"
dimensions = "Dimensions"             # words: "100 x 80 cm", height first
# Others: number url title_en subject description description_en features classification types
#   materials techniques (AAT numbers) date_from date_to (years) height width depth length diameter
#   maker_ids maker_roles maker_nationalities maker_births maker_deaths inscriptions place_made
#   credit provenance exhibitions literature
"""


@dataclass(frozen=True)
class ColumnMapping:
    """A mapping as given, or the default in which every column is named like our field."""

    source: str = "import"
    by: str = "import"
    licence: str = OPEN_DATA_LICENCE
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    unit: str = "cm"
    multiple: str = "|"
    columns: Mapping[str, str] = field(default_factory=lambda: dict(COLUMNS))
    is_given: bool = False

    @property
    def digest(self) -> str:
        """Of what the mapping means, not of how the file is laid out."""
        text = json.dumps(vars(self), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def profile(self, name: str) -> Profile:
        """The profile `csv`, `xlsx` or `linked-art` under this mapping."""
        read = read_linked_art if name == "linked-art" else partial(read_table_row, self)
        return Profile(name, self.source, self.by, read, licence=self.licence)

    def check_header(self, columns: Collection[str]) -> None:
        """Refuse a table that lacks a column which the mapping names (or, by default, the id)."""
        wanted = self.columns.values() if self.is_given else (self.columns["source_id"],)
        missing = [name for name in wanted if name not in columns]
        if missing:
            raise FileRefused(
                "missing_columns",
                _("缺少这些列：%(missing)s。文件里有：%(there)s。")
                % {"missing": listed(missing), "there": listed(list(columns)[:40])},
            )


def load_mapping(path: Path) -> ColumnMapping:
    """Read a mapping file. Raises `FileRefused` with everything that is wrong with it."""
    try:
        given = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileRefused(
            "mapping_unreadable",
            _("映射文件%(file)s读不懂：%(why)s") % {"file": path.name, "why": error},
        ) from None
    at_file, columns = given.pop("file", {}), given.pop("columns", {})
    values = {**given, **(at_file if isinstance(at_file, dict) else {})}
    faults = [key for key in values if key not in ColumnMapping.__dataclass_fields__]
    faults += [key for key in columns if key not in COLUMNS]
    faults += [k for k, v in values.items() if not isinstance(v, str)]
    faults += [f"columns.{k}" for k, v in columns.items() if not isinstance(v, str)]
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,39}", str(values.get("source", ""))):
        faults.append("source")
    if columns and "source_id" not in columns:
        faults.append("columns.source_id")
    if faults:
        raise FileRefused(
            "mapping_wrong",
            _("映射文件%(file)s里这些项不对或缺少：%(keys)s。--print-mapping给出范例。")
            % {"file": path.name, "keys": listed(sorted(set(faults)))},
        )
    values.setdefault("by", values["source"])
    return ColumnMapping(**values, columns=columns or dict(COLUMNS), is_given=bool(columns))


# ------------------------------------------------------------------ one row


def read_table_row(mapping: ColumnMapping, row: Mapping[str, Any]) -> WorkDraft:
    """One row of a table as a draft."""

    def cell(name: str) -> str:
        column = mapping.columns.get(name)
        return unprotected(said(row.get(column))) if column else ""

    draft = start(cell("source_id"), cell("url"))
    for name, of_work in _PLAIN.items():
        put(draft, of_work, " ".join(cell(name).split()))
    for name, of_work in _LONG.items():
        put(draft, of_work, cell(name))
    put_date(draft, one_line(cell("date")), year(cell("date_from")), year(cell("date_to")))
    put_terms(draft, one_line(cell("classification")), draft.values["medium_text"])
    _put_given_terms(draft, {name: cell(name) for name in ("types", "materials", "techniques")})
    put_sizes(draft, cell("dimensions"), mapping.unit)
    _put_columns_of_sizes(draft, {name: cell(name) for name in SIZES}, mapping.unit)
    _put_table_makers(draft, cell, mapping.multiple)
    draft.inscriptions = read_inscriptions(cell("inscriptions"))
    for kind, name in (
        (CitationKind.EXHIBITION, "exhibitions"),
        (CitationKind.LITERATURE, "literature"),
    ):
        draft.citations += [(kind.value, line) for line in cell(name).splitlines() if line.strip()]
    claim_number(draft, cell("number"))
    return finish(draft)


def unprotected(text: str) -> str:
    """Without the apostrophe that our exports put before what a spreadsheet would compute."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@\t\r" else text


def _put_given_terms(draft: WorkDraft, cells: Mapping[str, str]) -> None:
    for name, text in cells.items():
        ids = [
            part.rpartition("/")[2].strip() for part in re.split(r"[|,;\s]+", text) if part.strip()
        ]
        known = tuple(dict.fromkeys(i for i in ids if terms.get(i)))
        if known:
            setattr(draft, name, known)
        if unknown := [i for i in ids if not terms.get(i)]:
            message = _("词表里没有这些编号：%(ids)s。") % {"ids": listed(unknown[:10])}
            draft.warnings.append(Problem("term_unknown", message, name))


def _put_columns_of_sizes(draft: WorkDraft, cells: Mapping[str, str], unit: str) -> None:
    numbers: dict[str, Decimal] = {}
    for name, text in cells.items():
        if not text:
            continue
        try:
            value = Decimal(text.replace(",", "."))
            if not value.is_finite() or not 0 <= value < 10_000_000:
                raise InvalidOperation
        except InvalidOperation:
            message = _("“%(text)s”不是尺寸。") % {"text": text[:40]}
            draft.warnings.append(Problem("size_unread", message, name))
        else:
            numbers[name] = value
    if numbers and not draft.dimensions:
        draft.dimensions = from_columns(numbers, unit)
        if not draft.values.get("dimensions_text"):
            words = "; ".join(f"{name} {value:f} {unit}" for name, value in numbers.items())
            put(draft, "dimensions_text", words)


def _put_table_makers(draft: WorkDraft, cell: Any, multiple: str) -> None:
    def several(name: str) -> list[str]:
        return [part.strip() for part in cell(name).split(multiple)] if cell(name) else []

    names, ids, roles = several("makers"), several("maker_ids"), several("maker_roles")
    nationalities = several("maker_nationalities")
    births, deaths = several("maker_births"), several("maker_deaths")

    def at(values: list[str], i: int) -> str:
        return values[i] if i < len(values) else ""

    made = []
    for i, name in enumerate(names):
        birth, death = life_year(at(births, i)), life_year(at(deaths, i))
        made.append(
            make_maker(
                name=name,
                key=at(ids, i),
                role=at(roles, i),
                as_written=one_line(name),
                nationality=at(nationalities, i)[:120],
                birth_edtf=birth[0],
                birth_year=birth[1],
                death_edtf=death[0],
                death_year=death[1],
            )
        )
    put_makers(draft, made)


def claim_number(draft: WorkDraft, text: str) -> None:
    """Keep a registry number that the row claims; the writer refuses one that is taken."""
    if not text:
        return
    try:
        draft.claimed_number = check_number(text)
    except NumberError:
        known = _("“%(text)s”不是登记号，只留在源记录里。") % {"text": text[:40]}
        draft.warnings.append(Problem("number_wrong", known, "number"))
