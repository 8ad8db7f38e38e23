"""Keep the projection in step with the catalogue.

`index_works` belongs in the transaction of every change that the public may see; `write_documents`
is the importer's way, which reads nothing back. Both may be repeated without harm.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice

from django.db import transaction

from catalog.models import Attribution, Work

from .backends import get_backend
from .documents import Entry, WorkDocument, build_entry, read_documents
from .facets import outside_prices, outside_values
from .names import ensure_names, refresh_names

BATCH = 500


def index_works(work_ids: Iterable[int]) -> int:
    """Bring the entries of these works up to date; those no longer public are taken out.

    Returns how many entries were written. Call it inside the transaction of the change.
    """
    written = 0
    for batch in _batches(dict.fromkeys(work_ids)):
        documents = read_documents(batch)
        gone = set(batch) - {d.work_id for d in documents}
        backend = get_backend()
        taken_out = backend.indexed(gone)
        if taken_out:
            backend.delete(taken_out)
        written += write_documents(documents)
        if taken_out:
            refresh_names(_artists_of(taken_out))
    return written


def write_documents(documents: Sequence[WorkDocument], *, fresh: bool = False) -> int:
    """Write entries from values that the caller holds.

    Args:
        documents: public works only; drafts must not be passed.
        fresh: the works were made in this transaction: there are no older entries, and apps of
            higher floors can't know them yet, so they are not asked.
    Returns:
        How many were written.
    """
    if not documents:
        return 0
    get_backend().write(build_entries(documents, fresh=fresh), fresh=fresh)
    ensure_names({a for d in documents for a in d.artist_ids})
    return len(documents)


def build_entries(documents: Sequence[WorkDocument], *, fresh: bool = False) -> list[Entry]:
    """Cut works into pieces, with what apps of higher floors know of them."""
    ids = [d.work_id for d in documents]
    codes = {} if fresh else outside_values(ids)
    prices = {} if fresh else outside_prices(ids)
    return [build_entry(d, codes.get(d.work_id, ()), prices.get(d.work_id)) for d in documents]


def index_artists(artist_ids: Collection[int]) -> None:
    """After a change of names: the names themselves, and every work that is found by them."""
    works = Attribution.objects.filter(artist__in=artist_ids).values_list("work_id", flat=True)
    index_works(works.distinct().iterator())
    refresh_names(artist_ids)


def reindex(*, after: int = 0, progress: Callable[[int, int], None] | None = None) -> int:
    """Rebuild every entry, works in the order of their ids, a transaction a batch.

    `progress` is told (entries written, last id); `after` continues where a run was stopped.
    """
    written = 0
    while batch := list(
        Work.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        with transaction.atomic():
            written += index_works(batch)
        after = batch[-1]
        if progress:
            progress(written, after)
    return written


def _artists_of(work_ids: Collection[int]) -> set[int]:
    rows = Attribution.objects.filter(work__in=work_ids).values_list("artist_id", flat=True)
    return set(rows)


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    waiting = iter(ids)
    while batch := list(islice(waiting, BATCH)):
        yield batch
