"""A source changed its record: bring the work up to date and keep what it said before.

The museum's own words and measures are replaced, with before and after in the event; opinions on
makers are never erased, a dropped one is superseded. What registrars added stays.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from artmarket.core.clock import today
from artmarket.core.events import diff, record_event
from catalog.enums import AttributionStatus
from catalog.locks import lock_works
from catalog.models import Attribution, SourceRecord, Work
from catalog.search import index_works
from catalog.selectors import works_for_page
from catalog.snapshots import snapshot_of

from .draft import Prepared, WorkDraft
from .store import Known, write_parts

if TYPE_CHECKING:
    from .store import Store


def update_works(
    store: "Store",
    pairs: Sequence[tuple[Prepared, Known]],
    artists: dict[str, int],
    now: datetime,
) -> None:
    """Update the works of changed rows, with an event for each, in the running transaction."""
    ids = [known.work_id for _row, known in pairs]
    lock_works(pks=ids)
    before = {work.pk: snapshot_of(work) for work in works_for_page().filter(pk__in=ids)}
    works = Work.objects.in_bulk(ids)
    drafts = [(known.work_id, row.draft) for row, known in pairs if row.draft]
    for pk, draft in drafts:
        _rewrite(works[pk], draft, now)
    for name in ("work_terms", "dimensions", "inscriptions", "citations"):
        Work._meta.get_field(name).related_model.objects.filter(work__in=ids).delete()
    write_parts(drafts)
    for pk, draft in drafts:
        _reconsider(store, pk, draft, artists)
    _keep_sources(store, pairs)
    after = {work.pk: snapshot_of(work) for work in works_for_page().filter(pk__in=ids)}
    for row, known in pairs:
        old, new = diff(before[known.work_id], after[known.work_id])
        record_event(
            actor=store.actor, action="work.import_updated", subject=works[known.work_id],
            before=old, after=new, source=store.profile.source, source_id=row.source_id,
            run=store.run.pk, digest_before=known.digest, digest=row.digest,
        )  # fmt: skip
    index_works(ids)


def _rewrite(work: Work, draft: WorkDraft, now: datetime) -> None:
    for name, value in draft.values.items():
        setattr(work, name, value)
    work.version += 1
    work.updated_at = now
    work.save(update_fields=[*draft.values, "version", "updated_at"])


def _reconsider(store: "Store", work_id: int, draft: WorkDraft, artists: dict[str, int]) -> None:
    """Keep the museum's opinions that still stand, supersede the others, add what is new."""
    wanted = {(artists[m.key], m.term, m.role, m.as_written): m for m in draft.makers}
    standing = Attribution.objects.filter(
        work=work_id, by=store.profile.by[:200], by_user=None, status=AttributionStatus.CURRENT
    )
    for opinion in standing:
        key = (opinion.artist_id, opinion.term, opinion.role, opinion.as_written)
        if key in wanted:
            del wanted[key]
        else:
            opinion.status = AttributionStatus.SUPERSEDED
            opinion.until = today().isoformat()
            opinion.save(update_fields=["status", "until"])
    if wanted:
        store.write_opinions(
            [(work_id, WorkDraft(draft.source_id, makers=list(wanted.values())))], artists
        )


def _keep_sources(store: "Store", pairs: Sequence[tuple[Prepared, Known]]) -> None:
    records = {
        record.work_id: record
        for record in SourceRecord.objects.filter(work__in=[k.work_id for _r, k in pairs])
    }
    for row, known in pairs:
        record = records[known.work_id]
        record.raw, record.digest, record.run = json.loads(row.raw), row.digest, store.run
        record.url = row.draft.url if row.draft else ""
        record.licence = store.profile.licence[:200]
    SourceRecord.objects.bulk_update(
        records.values(), ["raw", "digest", "run", "url", "licence"], batch_size=200
    )
