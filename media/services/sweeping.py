"""Finish what a crash left: clear unfinished uploads, queue forgotten pictures, delete lost files.

Run by `manage.py tick`. Everything here may run twice and beside uploads and workers: it only
touches what is older than any upload or drawing can last.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.storage import Storage
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError

from .. import files
from ..enums import DocumentState, ImageState
from ..locks import lock_image
from ..models import Derivative, Document, Image, Pyramid
from ..tasks import make_picture
from .documents import clear_unfinished_document
from .pictures import clear_unfinished

UPLOAD_LASTS = timedelta(hours=1)  # longer than any upload after its last byte has come
DRAWING_LASTS = timedelta(minutes=10)  # longer than any picture within the cap takes
BATCH = 500
SHARDS = tuple(f"{n:02x}" for n in range(256))
SHARDS_A_RUN = 16


@dataclass(frozen=True, slots=True)
class Swept:
    """What was done, in numbers."""

    cleared: int = 0
    queued: int = 0
    originals_deleted: int = 0
    pictures_deleted: int = 0
    documents_deleted: int = 0
    pyramids_deleted: int = 0
    spooled_deleted: int = 0

    def __str__(self) -> str:
        return (
            f"{self.cleared} unfinished cleared, {self.queued} queued, "
            f"{self.originals_deleted} + {self.pictures_deleted} + {self.documents_deleted} + "
            f"{self.pyramids_deleted} + {self.spooled_deleted} "
            "lost files deleted"
        )


def sweep_due() -> Swept:
    """The duty: by the database's clock, one part of the folders a run."""
    now = db_now()
    part = int(now.timestamp() // 600) % (len(SHARDS) // SHARDS_A_RUN)
    return sweep(now=now, shards=SHARDS[part * SHARDS_A_RUN : (part + 1) * SHARDS_A_RUN])


def sweep(*, now: datetime, shards: Iterable[str] = SHARDS) -> Swept:
    """Finish or clear what is left over at `now`, and lost files in these folders (shards)."""
    shards = list(shards)
    private, public = files.private(), files.public()
    return Swept(
        cleared=_clear_unfinished(now) + _clear_unfinished_documents(now),
        queued=_queue_forgotten(now),
        originals_deleted=sum(
            _delete_lost_originals(now, s) for s in _present(private, files.ORIGINALS, shards)
        ),
        pictures_deleted=sum(
            _delete_lost_pictures(now, s) for s in _present(public, files.PICTURES, shards)
        ),
        documents_deleted=sum(
            _delete_lost_documents(now, s) for s in _present(private, files.DOCUMENTS, shards)
        ),
        pyramids_deleted=sum(
            _delete_lost_pyramids(now, s) for s in _present(private, files.PYRAMIDS, shards)
        ),
        spooled_deleted=_delete_spooled(now),
    )


def _clear_unfinished(now: datetime) -> int:
    rows = Image.objects.filter(state=ImageState.RECEIVING, created_at__lt=now - UPLOAD_LASTS)
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return sum(clear_unfinished(image_id=pk) for pk in pks)


def _clear_unfinished_documents(now: datetime) -> int:
    rows = Document.objects.filter(state=DocumentState.RECEIVING, created_at__lt=now - UPLOAD_LASTS)
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return sum(clear_unfinished_document(document_id=pk) for pk in pks)


def _queue_forgotten(now: datetime) -> int:
    """Queue waiting pictures that no live task will draw: its worker died, or nobody queued it."""
    count, after = 0, 0
    waiting = Image.objects.filter(state=ImageState.WAITING, created_at__lt=now - DRAWING_LASTS)
    while True:
        pks = list(waiting.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not pks:
            return count
        after = pks[-1]
        live = _queued_ids(pks, now)
        count += sum(_queue(image_id=pk) for pk in pks if pk not in live)


def _queued_ids(pks: list[int], now: datetime) -> set[int]:
    """Which of these pictures a queued task, or one begun lately, will draw."""
    tasks = DBTaskResult.objects.filter(
        task_path=make_picture.module_path, args_kwargs__kwargs__image_id__in=pks
    )
    ready = tasks.filter(status="READY")
    running = tasks.filter(status="RUNNING", started_at__gte=now - DRAWING_LASTS)
    return {
        t["kwargs"]["image_id"] for t in (ready | running).values_list("args_kwargs", flat=True)
    }


@transaction.atomic(durable=True)
def _queue(*, image_id: int) -> bool:
    try:
        image = lock_image(pk=image_id)
    except DomainError:
        return False
    if image.state != ImageState.WAITING:
        return False
    make_picture.enqueue(image_id=image.pk)
    return True


def _delete_lost_originals(now: datetime, shard: str) -> int:
    """Originals without a row: of a crash between the file and the row, or of a failed deletion."""

    def named(found: set[str]) -> set[str]:
        rows = Image.objects.filter(original_path__in=found)
        return set(rows.values_list("original_path", flat=True))

    return _delete_lost_private(now, f"{files.ORIGINALS}/{shard}", named)


def _delete_lost_documents(now: datetime, shard: str) -> int:
    """Documents without a row, for the same reasons."""

    def named(found: set[str]) -> set[str]:
        return set(Document.objects.filter(path__in=found).values_list("path", flat=True))

    return _delete_lost_private(now, f"{files.DOCUMENTS}/{shard}", named)


def _delete_lost_pyramids(now: datetime, shard: str) -> int:
    """Pyramids that no row names: of a worker that died or came second."""

    def named(found: set[str]) -> set[str]:
        return set(Pyramid.objects.filter(path__in=found).values_list("path", flat=True))

    folder = f"{files.PYRAMIDS}/{shard}"
    names = _listed(files.private(), folder)[0]
    return sum(_delete_lost_private(now, f"{folder}/{name}", named) for name in names)


def _delete_lost_private(now: datetime, folder: str, named: Callable[[set[str]], set[str]]) -> int:
    storage, count = files.private(), 0
    for names in _batches(_listed(storage, folder)[1]):
        found = {f"{folder}/{n}" for n in names}
        count += files.remove(storage, _old(storage, found - named(found), now))
    return count


def _delete_lost_pictures(now: datetime, shard: str) -> int:
    """Public pictures that no row names: of a worker that died or came second."""
    storage, folder = files.public(), f"{files.PICTURES}/{shard}"
    count = 0
    for names in _batches(_listed(storage, folder)[0]):
        uuids = [UUID(n) for n in names if _is_uuid(n)]
        known = set(Derivative.objects.filter(image__uuid__in=uuids).values_list("path", flat=True))
        found = {
            f"{folder}/{uuid.hex}/{attempt}/{name}"
            for uuid in uuids
            for attempt in _listed(storage, f"{folder}/{uuid.hex}")[0]
            for name in _listed(storage, f"{folder}/{uuid.hex}/{attempt}")[1]
        }
        count += files.remove(storage, _old(storage, found - known, now))
    return count


def _delete_spooled(now: datetime) -> int:
    """Temporary files of uploads whose process was killed."""
    old = (now - UPLOAD_LASTS).timestamp()
    folders = [(Path(tempfile.gettempdir()), f"{files.SPOOL_PREFIX}*")]
    if settings.FILE_UPLOAD_TEMP_DIR:
        folders.append((Path(settings.FILE_UPLOAD_TEMP_DIR), "*.upload*"))
    count = 0
    for folder, pattern in folders:
        for path in folder.glob(pattern):
            with suppress(OSError):
                if path.stat().st_mtime < old:
                    path.unlink()
                    count += 1
    return count


def _old(storage: Storage, names: Iterable[str], now: datetime) -> list[str]:
    """Those of the files that no running upload or worker can be about to name."""
    old = []
    for name in names:
        with suppress(FileNotFoundError):
            if storage.get_modified_time(name).astimezone(UTC) < now - UPLOAD_LASTS:
                old.append(name)
    return old


def _present(storage: Storage, root: str, shards: Iterable[str]) -> list[str]:
    """Those of the shards that exist: one question to a store beyond this machine, not 256."""
    found = set(_listed(storage, root)[0])
    return [shard for shard in shards if shard in found]


def _listed(storage: Storage, folder: str) -> tuple[list[str], list[str]]:
    try:
        return storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return [], []


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(names)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _is_uuid(name: str) -> bool:
    return len(name) == 32 and all(c in "0123456789abcdef" for c in name)
