"""Wake the readers of the event table's tail, after a commit, never inside it.

NOTIFY within a bid's transaction makes commits wait for each other (measured: a third of the bids
a second). So a commit only sets a flag; a thread of its own notifies, once for all commits of the
last few milliseconds. Nothing depends on it: every reader also asks by itself.
"""

import os
import threading
import time
from typing import Final

import structlog
from django.conf import settings
from django.db import connection

log = structlog.get_logger(__name__)
CHANNEL: Final = "lots"
PAUSE_SECONDS: Final = 0.01
IDLE_SECONDS: Final = 30.0

rung_here = threading.Event()  # heard by the reader of this process, on SQLite
_rung = threading.Event()
_lock = threading.Lock()
_ringer: tuple[int, threading.Thread] | None = None


def ring() -> None:
    """Something about lots was committed. Never fails, never waits."""
    rung_here.set()
    if connection.vendor == "postgresql" and settings.LIVE_NOTIFY:
        _rung.set()
        _start()


def _start() -> None:
    global _ringer
    if _ringer and _ringer[0] == os.getpid() and _ringer[1].is_alive():
        return
    with _lock:
        if not (_ringer and _ringer[0] == os.getpid() and _ringer[1].is_alive()):
            thread = threading.Thread(target=_run, name="lots-bell", daemon=True)
            _ringer = (os.getpid(), thread)
            thread.start()


def _run() -> None:
    """Notify while there is something to tell; the connection is given back when it is quiet."""
    try:
        while _rung.wait(IDLE_SECONDS):
            _rung.clear()
            try:
                with connection.cursor() as cursor:
                    cursor.execute(f"NOTIFY {CHANNEL}")
            except Exception:  # the readers ask by themselves
                log.warning("bell_failed", exc_info=True)
                connection.close()
            time.sleep(PAUSE_SECONDS)
    finally:
        connection.close()
