"""Write one batch of judged rows: works, what describes them, makers, sources, search entries.

A batch is one transaction; a row that the database refuses is found by writing the batch again row
by row under savepoints, and never takes its neighbours with it. Works are never matched by text:
(source, source id) alone says that two rows are the same record.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from artmarket.core.clock import db_now
from artmarket.core.events import record_event
from catalog.bulk import blank, draw_keys, insert
from catalog.enums import AttributionStatus, Living, NameKind, TermUse, WorkState
from catalog.models import (
    Artist,
    ArtistIdentifier,
    ArtistName,
    Attribution,
    Citation,
    Dimension,
    ImportRejection,
    ImportRun,
    Inscription,
    RegistryNumber,
    SourceRecord,
    Work,
    WorkTerm,
)
from catalog.search.backends import get_backend
from catalog.search.documents import BY_THE_MAKER, Entry, order_key
from catalog.search.facets import facet
from catalog.search.names import ensure_names

from .draft import Maker, Prepared, Problem, WorkDraft
from .profiles import Profile

_REMEMBERED: Final = 200_000
USES: Final = (
    ("types", TermUse.TYPE),
    ("materials", TermUse.MATERIAL),
    ("techniques", TermUse.TECHNIQUE),
)


@dataclass(slots=True)
class Tally:
    """How rows ended."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    def add(self, other: "Tally") -> None:
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def as_dict(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(slots=True)
class Known:
    """What is already recorded of one row."""

    work_id: int
    digest: str


@dataclass(slots=True)
class Batch:
    """Rows by what is to be done with them."""

    fresh: list[Prepared] = field(default_factory=list)
    changed: list[tuple[Prepared, Known]] = field(default_factory=list)
    unchanged: int = 0


def sort_out(profile: Profile, rows: Sequence[Prepared]) -> Batch:
    """Compare rows with what is recorded; adds a problem to rows that claim a number in use."""
    sound = [row for row in rows if not row.problems]
    known = {
        source_id: Known(work_id, digest)
        for source_id, work_id, digest in SourceRecord.objects.filter(
            source=profile.source, source_id__in=[row.source_id for row in sound]
        ).values_list("source_id", "work_id", "digest")
    }
    _refuse_taken_numbers(sound)
    batch = Batch()
    for row in sound:
        before = known.get(row.source_id)
        if row.problems:
            continue
        if before is None:
            batch.fresh.append(row)
        elif before.digest == row.digest:
            batch.unchanged += 1
        else:
            batch.changed.append((row, before))
    return batch


def _refuse_taken_numbers(rows: Iterable[Prepared]) -> None:
    claims = {
        row.draft.claimed_number: row for row in rows if row.draft and row.draft.claimed_number
    }
    if not claims:
        return
    taken = RegistryNumber.objects.filter(number__in=claims).values_list("number", flat=True)
    for number in taken:
        claims[number].problems.append(
            Problem(
                "duplicate_registry_number",
                _("登记号%(number)s已属于一件登记在册的作品；导入不改动登记作品。")
                % {"number": number},
                "number",
            )
        )


class Store:
    """Writes the batches of one run. `actor` is None for the platform itself."""

    def __init__(self, profile: Profile, run: ImportRun, actor: Any = None) -> None:
        self.profile = profile
        self.run = run
        self.actor = actor
        self._artists: dict[str, int] = {}

    def write(self, rows: Sequence[Prepared]) -> Tally:
        """Write a batch in one transaction with the progress of its run."""
        try:
            tally, progress, artists = self._write(rows, self._all_at_once)
        except (DataError, IntegrityError):
            tally, progress, artists = self._write(rows, self._one_by_one)
        for name, value in progress.items():
            setattr(self.run, name, value)
        # Only what was committed is remembered: a key of a rolled-back maker names nobody.
        self._artists = artists if len(artists) < _REMEMBERED else {}
        return tally

    @transaction.atomic
    def _write(
        self, rows: Sequence[Prepared], way: Any
    ) -> tuple[Tally, dict[str, int], dict[str, int]]:
        artists = dict(self._artists)
        batch = sort_out(self.profile, rows)
        tally = way(batch, artists, db_now())
        refused = [row for row in rows if row.problems]
        tally.read, tally.unchanged, tally.rejected = len(rows), batch.unchanged, len(refused)
        self._keep_rejections(refused)
        progress = self._keep_progress(tally, rows)
        return tally, progress, artists

    def _all_at_once(self, batch: Batch, artists: dict[str, int], now: datetime) -> Tally:
        self._create(batch.fresh, artists, now)
        self._update(batch.changed, artists, now)
        return Tally(created=len(batch.fresh), updated=len(batch.changed))

    def _one_by_one(self, batch: Batch, artists: dict[str, int], now: datetime) -> Tally:
        tally = Tally()
        for row in batch.fresh:
            tally.created += self._try(
                row, artists, lambda row=row: self._create([row], artists, now)
            )
        for pair in batch.changed:
            tally.updated += self._try(
                pair[0], artists, lambda p=pair: self._update([p], artists, now)
            )
        return tally

    def _try(self, row: Prepared, artists: dict[str, int], write: Any) -> int:
        before = dict(artists)
        try:
            with transaction.atomic():
                write()
                # Foreign keys are checked at commit; here the row alone has to answer for itself.
                connection.check_constraints()
        except (DataError, IntegrityError) as error:
            artists.clear()
            artists.update(before)
            words = _("数据库不收这一行：%(why)s") % {"why": " ".join(str(error).split())}
            row.problems.append(Problem("database_refused", words[:500]))
            return 0
        return 1

    # -------------------------------------------------------------- progress

    def _keep_rejections(self, refused: Sequence[Prepared]) -> None:
        found = {}
        for row in refused:
            for problem in row.problems:
                kept = found.get((row.number, problem.code))
                message = f"{kept.message} {problem.message}" if kept else problem.message
                found[row.number, problem.code] = ImportRejection(
                    run=self.run, row=row.number, source_id=row.source_id[:200],
                    code=problem.code, message=message[:500],
                )  # fmt: skip
        ImportRejection.objects.bulk_create(found.values(), batch_size=500, ignore_conflicts=True)

    def _keep_progress(self, tally: Tally, rows: Sequence[Prepared]) -> dict[str, int]:
        run = self.run
        counts = {name: getattr(run, name) + getattr(tally, name) for name in COUNTS}
        counts["rows_done"] = run.rows_done + len(rows)
        ImportRun.objects.filter(pk=run.pk).update(**counts)
        if tally.created or tally.updated or tally.rejected:
            record_event(
                actor=self.actor, action="import.batch", subject=run, after=tally.as_dict(),
                first_row=rows[0].number, last_row=rows[-1].number, source=self.profile.source,
            )  # fmt: skip
        return counts

    # -------------------------------------------------------------- makers

    def _learn_artists(self, rows: Iterable[Prepared], artists: dict[str, int]) -> None:
        """Find or make the makers of these rows. Never across sources, never by likeness."""
        wanted = {
            m.key: m for row in rows if row.draft for m in row.draft.makers if m.key not in artists
        }
        if not wanted:
            return
        found = ArtistIdentifier.objects.filter(scheme=self.profile.source, value__in=wanted)
        artists.update(found.values_list("value", "artist_id"))
        new = [maker for key, maker in wanted.items() if key not in artists]
        pairs = list(zip(draw_keys(Artist, len(new)), new, strict=True))
        empty = blank(Artist)
        insert(Artist, ["id", *empty], ((pk, *(empty | _artist(m)).values()) for pk, m in pairs))
        insert(
            ArtistIdentifier,
            ("artist", "scheme", "value"),
            ((pk, self.profile.source, m.key) for pk, m in pairs),
        )
        empty = blank(ArtistName)
        insert(
            ArtistName,
            list(empty),
            (
                (empty | {"artist": pk, "text": text, "kind": NameKind.AS_WRITTEN.value}).values()
                for pk, m in pairs
                for text in dict.fromkeys(m.other_names)
            ),
        )
        artists.update((m.key, pk) for pk, m in pairs)

    # -------------------------------------------------------------- new works

    def _create(self, rows: Sequence[Prepared], artists: dict[str, int], now: datetime) -> None:
        if not rows:
            return
        self._learn_artists(rows, artists)
        drafts = [row.draft for row in rows if row.draft]
        ids = draw_keys(Work, len(drafts))
        pairs = list(zip(ids, drafts, strict=True))
        empty = {**blank(Work), **_RECORDED, "created_at": now, "updated_at": now}
        fields = list(empty)
        insert(
            Work,
            ["id", *fields],
            (
                (pk, *(draft.values.get(name, empty[name]) for name in fields))
                for pk, draft in pairs
            ),
        )
        write_parts(pairs)
        self.write_opinions(pairs, artists)
        insert(
            SourceRecord,
            ("work", "source", "source_id", "raw", "digest", "licence", "url", "run"),
            (
                (
                    pk, self.profile.source, row.source_id, row.raw, row.digest,
                    self.profile.licence[:200], row.draft.url if row.draft else "", self.run.pk,
                )
                for pk, row in zip(ids, rows, strict=True)
            ),
        )  # fmt: skip
        entries, named = [], set()
        for pk, row in zip(ids, rows, strict=True):
            entry, own = _placed(row, pk, now, artists)
            entries.append(entry)
            named |= own
        get_backend().write(entries, fresh=True)
        ensure_names(named)

    def write_opinions(
        self, drafts: Sequence[tuple[int, WorkDraft]], artists: dict[str, int]
    ) -> None:
        """Each maker as an opinion of the museum."""
        insert(
            Attribution,
            (
                *("work", "artist", "term", "as_written", "role", "by", "position"),
                *("basis", "confidence", "since", "until", "status"),
            ),
            (
                (
                    *(pk, artists[m.key], m.term, m.as_written, m.role, self.profile.by[:200], i),
                    *("", "", "", "", AttributionStatus.CURRENT.value),
                )
                for pk, draft in drafts
                for i, m in enumerate(draft.makers)
            ),
        )

    # -------------------------------------------------------------- changed works

    def _update(
        self, pairs: Sequence[tuple[Prepared, Known]], artists: dict[str, int], now: datetime
    ) -> None:
        if not pairs:
            return
        from .updates import update_works

        self._learn_artists([row for row, _known in pairs], artists)
        update_works(self, pairs, artists, now)


COUNTS: Final = ("created", "updated", "unchanged", "rejected")


def _artist(maker: Maker) -> dict[str, Any]:
    return {
        "name": maker.name,
        "sort_name": (maker.other_names or (maker.name,))[0],
        "birth_edtf": maker.birth_edtf,
        "death_edtf": maker.death_edtf,
        "birth_year": maker.birth_year,
        "death_year": maker.death_year,
        "living": (Living.NO if maker.death_edtf else Living.UNKNOWN).value,
        "nationality": maker.nationality,
        "is_open_data": True,
    }


# A recorded work of open data: public, never offered, never numbered.
_RECORDED: Final = {
    "state": WorkState.RECORDED.value,
    "is_open_data": True,
    "is_public": True,
}


def write_parts(drafts: Sequence[tuple[int, WorkDraft]]) -> None:
    """Terms, sizes, inscriptions and citations of works that have none."""
    insert(
        WorkTerm,
        ("work", "term", "use", "position"),
        (
            (pk, term, use.value, i)
            for pk, draft in drafts
            for name, use in USES
            for i, term in enumerate(getattr(draft, name))
        ),
    )
    insert(
        Dimension,
        ("work", "part", "dimension", "value", "unit", "mm", "position"),
        (
            (pk, d.part[:60], d.dimension, _four(d.value), d.unit, _four(d.mm), i)
            for pk, draft in drafts
            for i, d in enumerate(draft.dimensions)
        ),
    )
    empty = blank(Inscription)
    fields = [name for name in empty if name != "work"]
    insert(
        Inscription,
        ["work", *fields],
        (
            (pk, *(row.get(name, empty[name]) for name in fields))
            for pk, draft in drafts
            for row in draft.inscriptions
        ),
    )
    insert(
        Citation,
        ("work", "kind", "text"),
        ((pk, kind, text) for pk, draft in drafts for kind, text in draft.citations),
    )


def _four(value: Decimal | None) -> str | None:
    """As the column keeps it, with four decimals."""
    return None if value is None else format(value, ".4f")


def _placed(
    row: Prepared, work_id: int, now: datetime, artists: dict[str, int]
) -> tuple[Entry, set[int]]:
    """The search entry with its keys, and the makers under whom the work stands."""
    entry, draft = row.entry, row.draft
    assert entry is not None and draft is not None  # noqa: S101 - rows without problems have both
    own = {artists[m.key] for m in draft.makers if m.term in BY_THE_MAKER}
    shelf = facet("artist")
    assert shelf is not None  # noqa: S101 - the catalogue's own facet
    entry.work_id, entry.order_key = work_id, order_key(now)
    entry.facets = sorted({*entry.facets, *(shelf.code(str(pk)) for pk in own)})
    return entry, own
