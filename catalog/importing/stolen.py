"""Read a register of stolen works from CSV, XLSX or JSON lines: every fault of a row at once.

Which column is which field is told by a mapping (field → column); without one, by the names of
the columns, ours or the customary ones in both languages.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from artmarket.core.punctuation import listed
from catalog.models import StolenEntry
from catalog.services.stolen import FIELDS, EntryInput, Written, write_entries

from .draft import FileRefused, Problem, Raw
from .lock import source_lock
from .rows import read_json
from .survey import Survey, survey
from .tables import read_csv, read_xlsx

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("number", "id", "reference", "名录编号", "编号"),
    "numbers": ("numbers", "object numbers", "inventory number", "serial", "物品编号", "馆藏号"),
    "title": ("title", "name", "名称", "题名"),
    "maker": ("maker", "artist", "author", "作者"),
    "measures": ("measures", "measurements", "dimensions", "尺寸"),
    "description": ("description", "说明", "描述"),
    "stolen_on": ("stolen_on", "date of theft", "stolen", "失窃时间", "被盗时间"),
    "url": ("url", "link", "网址"),
}
MOST_ROWS: Final = 200_000
_url = URLValidator(schemes=["http", "https"])


@dataclass(slots=True)
class Reading:
    """What a file says: entries in order, problems by row, and what was written of it."""

    digest: str = ""
    entries: list[EntryInput] = field(default_factory=list)
    problems: list[tuple[int, Problem]] = field(default_factory=list)
    rows: int = 0
    written: Written | None = None

    @property
    def refused(self) -> int:
        return len({number for number, _problem in self.problems})


def read_file(path: Path, *, mapping: Mapping[str, str] | None = None) -> Reading:
    """Read and judge a whole file; nothing is written. Raises `FileRefused`."""
    found = survey(path)
    reading = Reading(digest=found.digest)
    columns: dict[str, str] | None = None
    seen: dict[str, int] = {}
    for raw in _rows(found):
        reading.rows += 1
        if reading.rows > MOST_ROWS:
            raise FileRefused("too_many_rows", _("一次最多导入%(n)d行。") % {"n": MOST_ROWS})
        row, problem = _payload(raw)
        if problem or row is None:
            reading.problems.append((raw.number, problem or _not_an_object()))
            continue
        if columns is None or found.kind == "json":
            columns = _columns(row, mapping or {}, is_table=found.kind != "json")
        entry, problems = _entry(row, columns)
        if entry.number and entry.number in seen:
            words = _("名录编号与第%(n)d行相同。") % {"n": seen[entry.number]}
            problems.append(Problem("twin_number", words, "number"))
        seen.setdefault(entry.number, raw.number)
        reading.problems += [(raw.number, problem) for problem in problems]
        if not problems:
            reading.entries.append(entry)
    return reading


def import_file(
    path: Path, *, actor: Any, list_id: int, list_name: str,
    mapping: Mapping[str, str] | None = None, name: str = "",
) -> Reading:  # fmt: skip
    """Read a file and write its sound rows; the same file again changes nothing.

    Raises `FileRefused`, what `write_entries` raises.
    """
    reading = read_file(path, mapping=mapping)
    with source_lock(f"stolen:{list_name}"):
        reading.written = write_entries(
            actor=actor, list_id=list_id, entries=reading.entries, file_name=name or path.name,
            file_digest=reading.digest,
        )  # fmt: skip
    return reading


def _rows(found: Survey) -> Iterator[Raw]:
    if found.kind == "json":
        return read_json(found)
    return read_xlsx(found) if found.kind == "workbook" else read_csv(found)


def _payload(raw: Raw) -> tuple[dict[str, Any] | None, Problem | None]:
    if raw.problem:
        return None, raw.problem
    value = raw.payload
    if isinstance(value, bytes):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            return None, Problem("json_broken", _("不是JSON：%(why)s") % {"why": error})
    return (value, None) if isinstance(value, dict) else (None, _not_an_object())


def _not_an_object() -> Problem:
    return Problem("not_an_object", _("这一行不是一条记录。"))


def _columns(
    row: Mapping[str, Any], mapping: Mapping[str, str], *, is_table: bool
) -> dict[str, str]:
    """Field → column of this file. Raises `FileRefused` for a mapping that does not fit."""
    unknown = sorted(set(mapping) - set(COLUMNS))
    if unknown:
        raise FileRefused(
            "unknown_field", _("没有这样的字段：%(names)s。") % {"names": listed(unknown)}
        )
    missing = sorted(column for column in mapping.values() if column not in row)
    if missing and is_table:
        raise FileRefused(
            "no_column", _("文件里没有这些列：%(names)s。") % {"names": listed(missing)}
        )
    by_name = {str(column).strip().casefold(): str(column) for column in row}
    chosen = dict(mapping)
    for name, names in COLUMNS.items():
        known = next((by_name[n] for n in names if n in by_name), None)
        if name not in chosen and known is not None:
            chosen[name] = known
    if is_table and "number" not in chosen:
        raise FileRefused("no_number_column", _("找不到名录编号那一列，请指明它的名称。"))
    return chosen


def _entry(row: Mapping[str, Any], columns: Mapping[str, str]) -> tuple[EntryInput, list[Problem]]:
    texts, problems = {}, []
    for name, column in columns.items():
        value = row.get(column)
        if isinstance(value, list):
            value = "; ".join(str(item) for item in value)
        elif isinstance(value, dict):
            problems.append(Problem("nested", _("这一格不是文字。"), name))
            value = ""
        text = "" if value is None else str(value).replace("\x00", "").strip()
        limit = StolenEntry._meta.get_field(name).max_length
        if limit and len(text) > limit:
            words = _("太长了：%(n)d个字，最多%(limit)d个。") % {"n": len(text), "limit": limit}
            problems.append(Problem("too_long", words, name))
            text = text[:limit]
        texts[name] = text
    problems += _faults(texts)
    known = {name: texts.get(name, "") for name in FIELDS}
    return EntryInput(number=texts.get("number", ""), **known), problems


def _faults(texts: Mapping[str, str]) -> list[Problem]:
    problems = []
    if not texts.get("number"):
        problems.append(Problem("no_number", _("缺名录编号。"), "number"))
    if not any(texts.get(name) for name in ("numbers", "title", "maker", "description")):
        problems.append(Problem("nothing_said", _("名称、作者、编号和说明都是空的。"), "title"))
    if texts.get("url"):
        try:
            _url(texts["url"])
        except ValidationError:
            problems.append(Problem("bad_url", _("网址写得不对。"), "url"))
    return problems
