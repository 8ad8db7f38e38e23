"""Read the tail of the event table for the hub: one thread and one connection in each process.

What is visible is passed on at once; `core.tail` says up to where nothing can appear any more, so a
transaction that commits late is neither missed nor waited for. Not the event but the lot's row is
told: it is never older than the event.
"""

import threading
import time
from collections.abc import Callable, Collection
from typing import Final

import structlog
from django.db import connection

from artmarket.core.clock import db_now
from artmarket.core.models import Event
from artmarket.core.tail import Place, advance

from ..models import Lot
from ..selectors.live import LotFacts, facts_of_watched
from . import bell

log = structlog.get_logger(__name__)
POLL_SECONDS: Final = 1.0
OVERLAP: Final = 5_000
LOT: Final = Lot._meta.label_lower
steady = time.monotonic


class Reader(threading.Thread):
    """Calls `tell(facts, offset)` with what changed; `offset` is how far the database's clock is
    ahead of this process's steady one, in seconds; `watched()` gives the lots and sales that are
    watched."""

    def __init__(
        self,
        *,
        watched: Callable[[], tuple[Collection[int], Collection[int]]],
        tell: Callable[[list[LotFacts], float], object],
    ) -> None:
        super().__init__(name="lots-reader", daemon=True)
        self.watched, self.tell = watched, tell
        self.stopped = threading.Event()
        self.place, self.seen = Place(), set[int]()

    def stop(self) -> None:
        self.stopped.set()
        bell.rung_here.set()

    def run(self) -> None:
        while not self.stopped.is_set():
            try:
                self.begin()
                while not self.stopped.is_set():
                    self.step()
                    self._wait()
            except Exception:  # the database may be gone for a while
                log.warning("live_reader_failed", exc_info=True)
                connection.close()
                self.stopped.wait(POLL_SECONDS)
        connection.close()

    def begin(self) -> None:
        """From here on nothing is missed; what was missed before is read from the rows."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {bell.CHANNEL}")
        last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        # Keys drawn before this moment may still become visible: begin well below.
        self.place = Place(max(0, last - OVERLAP), max(0, last - OVERLAP))
        self.seen = set(self._rows())
        self._tell(None)

    def step(self) -> None:
        """Pass on the lots that new events are about."""
        place, _keys = advance(self.place)
        rows = self._rows()  # after it: everything up to the new place is visible now
        lots = {int(lot) for pk, lot in rows.items() if pk not in self.seen}
        self.place = place
        self.seen = {pk for pk in rows if pk > self.place.done}
        if lots:
            self._tell(lots)

    def _rows(self) -> dict[int, str]:
        rows = Event.objects.filter(pk__gt=self.place.done, object_type=LOT).order_by("pk")
        return dict(rows.values_list("pk", "object_id"))

    def _tell(self, lots: Collection[int] | None) -> None:
        watched_lots, watched_sales = self.watched()
        if not watched_lots and not watched_sales:
            return
        facts = facts_of_watched(lots, watched_lots=watched_lots, watched_sales=watched_sales)
        if facts:
            self.tell(facts, clock_offset())

    def _wait(self) -> None:
        if connection.vendor != "postgresql":
            bell.rung_here.wait(POLL_SECONDS)
            bell.rung_here.clear()
            return
        connection.ensure_connection()
        for _notice in connection.connection.notifies(timeout=POLL_SECONDS, stop_after=1):
            pass


def clock_offset() -> float:
    """How many seconds the database's clock is ahead of this process's steady one.

    The machine's time of day may be put right meanwhile; that one only runs on.
    """
    before = steady()
    moment = db_now().timestamp()
    return moment - (before + steady()) / 2
