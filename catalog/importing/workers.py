"""Judging rows in processes beside the one that writes.

Batches come back in the order of the file, a few at a time, so memory stays the same for any
length. Workers never touch the database and end with their parent, even a killed one.
"""

import gc
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context

from django.db import connection, connections

from .draft import Prepared, Raw
from .limits import BATCH
from .prepare import FrozenMapping, prepare_rows

_AHEAD = 3
_BATCH_BYTES = 8 * 1024 * 1024


class Judges:
    """The processes of one import, for all its files; `close` ends them.

    `workers` 0 judges in this process; None chooses by the machine.
    """

    def __init__(self, workers: int | None = None) -> None:
        if workers is None:
            workers = 0 if connection.in_atomic_block else min(2, os.cpu_count() or 1)
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def close(self) -> None:
        if self._pool:
            gc.unfreeze()
            self._pool.shutdown(wait=False, cancel_futures=True)

    def batches(
        self, name: str, mapping: FrozenMapping | None, rows: Iterable[Raw]
    ) -> Generator[list[Prepared]]:
        """Judged rows in batches.

        The first call starts the processes and closes the connections to the database: call it
        before taking a lock that a connection holds.
        """
        if not self.workers:
            return (prepare_rows(name, mapping, batch) for batch in _batches(rows))
        first, rows = _peeked(rows)
        return self._judged(self._pool or self._start(name, mapping, first), name, mapping, rows)

    def _judged(
        self,
        pool: ProcessPoolExecutor,
        name: str,
        mapping: FrozenMapping | None,
        rows: Iterable[Raw],
    ) -> Generator[list[Prepared]]:
        waiting: deque[Future[list[Prepared]]] = deque()
        try:
            for batch in _batches(rows):
                waiting.append(pool.submit(prepare_rows, name, mapping, batch))
                if len(waiting) > self.workers + _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def _start(
        self, name: str, mapping: FrozenMapping | None, first: list[Raw]
    ) -> ProcessPoolExecutor:
        connections.close_all()  # a socket must not be shared with children
        prepare_rows(name, mapping, first)  # dictionaries and tables are read before the fork
        gc.freeze()  # and shared with the children, not copied by their collectors
        self._pool = ProcessPoolExecutor(
            self.workers, get_context("fork"), _live_with_parent, (os.getpid(),)
        )
        return self._pool


def _peeked(rows: Iterable[Raw]) -> tuple[list[Raw], Iterator[Raw]]:
    """The first row, and all rows from the first on."""
    rest = iter(rows)
    first = list(islice(rest, 1))
    return first, chain(first, rest)


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
    """End when the parent is gone; leave Ctrl-C to the parent.

    Rows hold no cycles: the collector looks seldom.
    """
    gc.set_threshold(100_000, 20, 20)
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
