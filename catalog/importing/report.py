"""What went wrong in an import, by kind, with row numbers: for the terminal and as a CSV file."""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from .draft import Prepared, Problem
from .limits import WARNINGS_SHOWN

COLUMNS = ("severity", "code", "file", "row", "source_id", "field", "message")


class Report:
    """Gathers problems; the file is written as they come, so its size costs no memory."""

    def __init__(self, path: Path | None = None) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.first: dict[tuple[str, str], list[str]] = {}
        self._file: TextIO | None = None
        if path is not None:
            self._file = path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(COLUMNS)

    def __enter__(self) -> "Report":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file:
            self._file.close()

    def file_refused(self, file: str, code: str, message: str) -> None:
        """A whole file that wasn't imported."""
        self._add("refused", Problem(code, message), file, 0, "")

    def row(self, file: str, row: Prepared) -> None:
        """Every problem and every warning of a row."""
        self.problems(file, row, row.problems, "rejected")
        if not row.problems and row.draft:
            self.problems(file, row, row.draft.warnings, "warning")

    def problems(self, file: str, row: Prepared, found: Iterable[Problem], severity: str) -> None:
        for problem in found:
            self._add(severity, problem, file, row.number, row.source_id)

    def _add(self, severity: str, problem: Problem, file: str, number: int, source_id: str) -> None:
        kind = (severity, problem.code)
        self.counts[kind] += 1
        examples = self.first.setdefault(kind, [])
        if len(examples) < WARNINGS_SHOWN:
            examples.append(f"{file}:{number} {problem.message}" if number else problem.message)
        if self._file:
            cells = (
                severity,
                problem.code,
                file,
                number,
                source_id,
                problem.field,
                problem.message,
            )
            self._writer.writerow([_safe(cell) for cell in cells])

    def lines(self) -> list[str]:
        """For the terminal: kinds with their counts, the gravest first, and their first rows."""
        order = {"refused": 0, "rejected": 1, "warning": 2}
        found = []
        for kind in sorted(self.counts, key=lambda k: (order[k[0]], -self.counts[k], k)):
            found.append(f"{kind[0]} {kind[1]}: {self.counts[kind]:,}")
            found += [f"    {example}" for example in self.first[kind]]
        return found


def _safe(cell: object) -> str:
    text = str(cell).replace("\x00", "").encode("utf-8", "replace").decode()
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
