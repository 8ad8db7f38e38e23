"""One import of one file: what it is, where it stopped last time, batch after batch to its end.

A killed run is taken up after its last committed batch; rows before it are read again (for the
report and for twins in the file) but not written. `import_file` is what commands and pages call.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from artmarket.core.clock import db_now
from catalog.enums import ImportState
from catalog.models import ImportRun
from catalog.search.names import recount_names

from .draft import FileRefused, Prepared, Problem, Raw
from .linked_art import looks_linked_art
from .lock import source_lock
from .mapping import ColumnMapping
from .prepare import FrozenMapping, profile_of, salt_of
from .profiles import MUSEUMS, detect
from .report import Report
from .rows import read_json
from .store import Store, Tally, sort_out
from .survey import Survey, survey
from .tables import read_csv, read_xlsx
from .workers import Judges

PROFILES = (*MUSEUMS, "csv", "xlsx", "linked-art")
Progress = Callable[[str, Tally, float], None]


@dataclass
class Outcome:
    """What became of one file; `refused` tells why it was not imported, or not to its end."""

    file: str
    profile: str = ""
    tally: Tally = field(default_factory=Tally)
    resumed_at: int = 0
    seconds: float = 0.0
    refused: FileRefused | None = None


class SeenIds:
    """The source ids met so far, on disk beyond a few megabytes; for twins inside a file.

    In a dry run it also stands in for the records that a real run would have written.
    """

    def __init__(self) -> None:
        self._base = sqlite3.connect("", check_same_thread=False)
        self._base.execute("PRAGMA synchronous=OFF")
        self._base.execute(
            "CREATE TABLE seen (source, id, file, row, digest,"
            " PRIMARY KEY (source, id)) WITHOUT ROWID"
        )

    def close(self) -> None:
        self._base.close()

    def first_row(self, source: str, source_id: str, file: str, row: int) -> int | None:
        """The row of this file that had the id before; None, and remembered, when new here."""
        key = (source, source_id)
        found = self._base.execute(
            "SELECT file, row FROM seen WHERE source=? AND id=?", key
        ).fetchone()
        if found and found[0] == file:
            return int(found[1])
        self._base.execute(
            "INSERT INTO seen VALUES (?,?,?,?,NULL) ON CONFLICT DO UPDATE SET file=?, row=?",
            (*key, file, row, file, row),
        )
        return None

    def digest(self, source: str, source_id: str) -> str | None:
        """What an earlier file of this dry run would have recorded."""
        row = self._base.execute(
            "SELECT digest FROM seen WHERE source=? AND id=?", (source, source_id)
        ).fetchone()
        return row[0] if row else None

    def record(self, source: str, source_id: str, digest: str) -> None:
        """Remember what a real run would have written."""
        self._base.execute(
            "UPDATE seen SET digest=? WHERE source=? AND id=?", (digest, source, source_id)
        )


def import_files(
    paths: Iterable[Path],
    *,
    profile: str = "auto",
    mapping: ColumnMapping | None = None,
    dry_run: bool = False,
    actor: Any = None,
    workers: int | None = None,
    report: Report | None = None,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Import files one after the other; a refused file doesn't stop the next.

    Raises nothing for bad files (see `Outcome.refused`); a lost database ends everything with its
    own error, and the same call takes up where it stopped.
    """
    report = report or Report()
    outcomes = []
    with closing(SeenIds()) as seen, closing(Judges(workers)) as judges:
        for path in paths:
            outcome = Outcome(path.name)
            outcomes.append(outcome)
            began = time.monotonic()
            try:
                work = _Import(
                    path, profile, mapping, dry_run, actor, judges, report, seen, outcome
                )
                work.run(progress)
            except FileRefused as refusal:
                outcome.refused = refusal
                report.file_refused(path.name, refusal.code, refusal.message)
            outcome.seconds = time.monotonic() - began
    return outcomes


class _Import:
    """One file on its way."""

    def __init__(
        self, path: Path, profile: str, mapping: ColumnMapping | None, dry_run: bool, actor: Any,
        judges: Judges, report: Report, seen: SeenIds, outcome: Outcome,
    ) -> None:  # fmt: skip
        self.found = survey(path)
        self.dry_run, self.actor, self.judges = dry_run, actor, judges
        self.report, self.seen, self.outcome = report, seen, outcome
        self.name, self.mapping = choose(self.found, profile, mapping)
        self.profile = profile_of(self.name, self.mapping)
        outcome.profile = self.name
        self.key = f"{path.resolve()}"

    def run(self, progress: Progress | None) -> None:
        """Everything, from where the last run stopped."""
        batches = self.judges.batches(
            self.name, self.mapping, read_rows(self.found, self.name, self.mapping)
        )
        with closing(batches), nullcontext() if self.dry_run else source_lock(self.profile.source):
            if self.dry_run:
                self._go(batches, None, progress)
                return
            run = take_up_run(self.found, self.name, salt_of(self.name, self.mapping), self.actor)
            self.outcome.resumed_at = run.rows_done
            try:
                self._go(batches, run, progress)
            except FileRefused:
                end_run(run, ImportState.FAILED)
                raise
            end_run(run, ImportState.DONE)
            if run.created or run.updated:
                recount_names()

    def _go(
        self, batches: Iterator[list[Prepared]], run: ImportRun | None, progress: Progress | None
    ) -> None:
        began, tally = time.monotonic(), self.outcome.tally
        store = Store(self.profile, run, self.actor) if run else None
        skip = run.rows_done if run else 0
        if run:
            tally.add(Tally(skip, run.created, run.updated, run.unchanged, run.rejected))
        for rows in batches:
            for row in rows:
                self._mark_twin(row)
            old, new = rows[:skip], rows[skip:]
            skip -= len(old)
            if new:
                tally.add(store.write(new) if store else self._pretend(new))
            for row in rows:
                self.report.row(self.outcome.file, row)
            if progress:
                progress(self.outcome.file, tally, time.monotonic() - began)

    def _mark_twin(self, row: Prepared) -> None:
        if row.problems:
            return
        first = self.seen.first_row(self.profile.source, row.source_id, self.key, row.number)
        if first is not None:
            words = _("来源编号%(id)s在第%(row)d行已经出现过。") % {
                "id": row.source_id,
                "row": first,
            }
            row.problems.append(Problem("duplicate_source_id", words))

    def _pretend(self, rows: list[Prepared]) -> Tally:
        """The counts that writing would give."""
        batch, tally = sort_out(self.profile, rows), Tally(read=len(rows))
        tally.unchanged = batch.unchanged
        pending = [*((row, None) for row in batch.fresh), *batch.changed]
        for row, known in pending:
            earlier = self.seen.digest(self.profile.source, row.source_id)
            if earlier == row.digest:
                tally.unchanged += 1
            elif earlier is not None or known is not None:
                tally.updated += 1
            else:
                tally.created += 1
            self.seen.record(self.profile.source, row.source_id, row.digest)
        tally.rejected = sum(1 for row in rows if row.problems)
        return tally


# ------------------------------------------------------------------ which profile, which rows


def read_rows(found: Survey, name: str, mapping: FrozenMapping | None) -> Iterator[Raw]:
    """The rows of a file as the profile reads it."""
    wanted = {"csv": "table", "xlsx": "workbook"}.get(name, "json")
    if found.kind != wanted:
        raise FileRefused(
            "wrong_profile",
            _("%(file)s不是%(name)s能读的文件。") % {"file": found.path.name, "name": name},
        )
    given = mapping.value if mapping else ColumnMapping()
    if name == "csv":
        return read_csv(found, delimiter=given.delimiter, encoding=given.encoding)
    if name == "xlsx":
        return read_xlsx(found, sheet=given.sheet)
    return read_json(found)


def choose(
    found: Survey, name: str, mapping: ColumnMapping | None
) -> tuple[str, FrozenMapping | None]:
    """The profile of a file, by its first rows when `auto`.

    Raises `FileRefused` for a file that holds no works, or not those of the named museum.
    """
    frozen = FrozenMapping(mapping or ColumnMapping())
    if found.kind != "json":
        table = {"table": "csv", "workbook": "xlsx"}[found.kind]
        if name not in ("auto", table):
            raise _not_that(found, name)
        first = next(read_rows(found, table, frozen), None)
        if first is not None and isinstance(first.payload, dict):
            try:
                frozen.value.check_header(first.payload.keys())
            except FileRefused as refusal:
                if name == "auto" and mapping is None:
                    raise _no_works(found) from None
                raise refusal
        return table, frozen
    heads = [_parsed(raw) for raw in islice(read_json(found), 20)]
    museum = next((p for p in map(detect, heads) if p), None)
    if museum and name in ("auto", museum.name) and not (name == "auto" and mapping):
        return museum.name, None
    if name in ("auto", "linked-art") and any(map(looks_linked_art, heads)):
        return "linked-art", frozen
    raise _no_works(found) if name == "auto" else _not_that(found, name)


def _parsed(raw: Raw) -> Any:
    from json import loads

    try:
        return loads(raw.payload) if isinstance(raw.payload, bytes) else raw.payload
    except (ValueError, RecursionError):
        return None


def _no_works(found: Survey) -> FileRefused:
    return FileRefused(
        "not_works",
        _("%(file)s里不是作品记录，或不是认识的格式；表格请用--mapping说明各列。")
        % {"file": found.path.name},
    )


def _not_that(found: Survey, name: str) -> FileRefused:
    return FileRefused(
        "wrong_profile",
        _("%(file)s不是%(name)s能读的文件。") % {"file": found.path.name, "name": name},
    )


# ------------------------------------------------------------------ runs


@transaction.atomic
def take_up_run(found: Survey, name: str, salt: str, actor: Any) -> ImportRun:
    """The unfinished run of the same file under the same reading, or a new one.

    Call it under the lock of the source. Unfinished runs of an older state of the file end here.
    """
    same = ImportRun.objects.filter(profile=name, state=ImportState.RUNNING)
    run = same.filter(file_digest=found.digest, mapping_digest=salt[:64]).order_by("pk").first()
    others = same.filter(file_name=found.path.name[:300]).exclude(pk=run.pk if run else None)
    others.update(state=ImportState.FAILED, finished_at=db_now())
    return run or ImportRun.objects.create(
        profile=name, file_name=found.path.name[:300], file_digest=found.digest,
        mapping_digest=salt[:64], started_by=actor,
    )  # fmt: skip


def end_run(run: ImportRun, state: str) -> None:
    """Close a run."""
    ImportRun.objects.filter(pk=run.pk).update(state=state, finished_at=db_now())
