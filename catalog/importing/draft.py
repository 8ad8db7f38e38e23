"""What one row of a file says about one work, before anything is written.

Plain values that travel between processes; no database, no clock.
"""

from dataclasses import dataclass, field
from typing import Any

from catalog.engine.dimensions import Dimension
from catalog.search.documents import Entry

OPEN_DATA_LICENCE = "CC0 1.0 — open museum data, test only"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a row: `code` for machines, `message` for people, `field` its place."""

    code: str
    message: str
    field: str = ""


class FileRefused(Exception):
    """The whole file can't be read, or isn't a file of works; nothing of it was imported."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)


class RowRefused(Exception):
    """A row can't become a work; carries every reason."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(p.message for p in problems))


@dataclass(slots=True)
class Maker:
    """One maker as the source names him, with the opinion that connects him with the work."""

    key: str
    name: str
    as_written: str
    term: str = "autograph"
    role: str = ""
    other_names: tuple[str, ...] = ()
    nationality: str = ""
    birth_edtf: str = ""
    death_edtf: str = ""
    birth_year: int | None = None
    death_year: int | None = None


@dataclass(slots=True)
class WorkDraft:
    """A work and its parts; `values` are its fields, `inscriptions` those of `Inscription`."""

    source_id: str
    url: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    types: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    inscriptions: list[dict[str, Any]] = field(default_factory=list)
    makers: list[Maker] = field(default_factory=list)
    citations: list[tuple[str, str]] = field(default_factory=list)
    claimed_number: str = ""
    warnings: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Raw:
    """One row as read: its number in the file (lines of JSON, rows of a table, from 1)."""

    number: int
    payload: Any = None
    problem: Problem | None = None


@dataclass(slots=True)
class Prepared:
    """A judged row: a draft with its search entry, or the reasons why there is none.

    `raw` is the row as JSON text with sorted keys.
    """

    number: int
    source_id: str = ""
    draft: WorkDraft | None = None
    raw: str = ""
    digest: str = ""
    problems: list[Problem] = field(default_factory=list)
    entry: Entry | None = None
