"""Judging rows in processes beside the one that writes.

Batches come back in the order of the file, a few at a time, so memory stays the same for any
length. Workers never touch the database and end with their parent, even a killed one.
"""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from django.db import connection, connections

from .draft import Prepared, Raw
from .limits import BATCH
from .prepare import FrozenMapping, prepare_rows

_AHEAD = 3
_BATCH_BYTES = 8 * 1024 * 1024


def prepared_batches(
    name: str, mapping: FrozenMapping | None, rows: Iterable[Raw], workers: int | None = None
) -> Generator[list[Prepared]]:
    """Judged rows in batches. `workers` 0 judges in this process; None chooses by the machine."""
    if workers is None:
        workers = 0 if connection.in_atomic_block else min(2, os.cpu_count() or 1)
    if not workers:
        for batch in _batches(rows):
            yield prepare_rows(name, mapping, batch)
        return
    connections.close_all()  # a socket must not be shared with children
    context = get_context("fork")
    with ProcessPoolExecutor(workers, context, _live_with_parent, (os.getpid(),)) as pool:
        waiting: deque[Future[list[Prepared]]] = deque()
        try:
            for batch in _batches(rows):
                waiting.append(pool.submit(prepare_rows, name, mapping, batch))
                if len(waiting) > workers + _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _batches(rows: Iterable[Raw]) -> Iterator[list[Raw]]:
    batch: list[Raw] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += len(row.payload) if isinstance(row.payload, bytes) else 4096
        if len(batch) >= BATCH or size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _live_with_parent(parent: int) -> None:
    """End when the parent is gone; leave Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
