"""Measure the stored public log: what a logged fact costs, its files beside the bare queries."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.test import Client

from catalog.models import LogCheckpoint, LogEntry, LogQueued, LogTile
from catalog.services.log_facts import moment
from catalog.services.public_log import BATCH, audit_log, integrate, queue_entry

ROUNDS = 200


class Command(BaseCommand):
    help = "Fill the public log of an empty database and time queueing, signing, files, the audit."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--entries", type=int, default=70_000)

    def handle(self, *args: Any, entries: int, **options: Any) -> None:
        if LogEntry.objects.exists() or LogQueued.objects.exists():
            raise CommandError("the log of this database is not empty")
        self._filled(entries)
        alone = timed(_queued)
        self.stdout.write(f"queueing a fact in its transaction: p50 {alone:.2f} ms")
        integrate()
        one = timed(_queued_and_signed)
        self.stdout.write(f"queueing and signing one entry: p50 {one:.1f} ms")
        self._served(LogEntry.objects.count())
        began = time.perf_counter()
        found = audit_log()
        took = time.perf_counter() - began
        self.stdout.write(f"audit of {found.size:,} entries: {took:.1f} s, sound {found.is_sound}")

    def _filled(self, entries: int) -> None:
        rows = (LogQueued(text=_text(n)) for n in range(entries))
        LogQueued.objects.bulk_create(rows, batch_size=BATCH)
        began = time.perf_counter()
        while integrate():
            pass
        rate = entries / (time.perf_counter() - began)
        self.stdout.write(
            f"{entries:,} entries signed in batches of {BATCH:,}: {rate:,.0f} a second"
        )

    def _served(self, size: int) -> None:
        client = Client(SERVER_NAME="localhost")
        middle = size // 512
        self.stdout.write(f"{'':28}{'p50 ms':>8}{'queries alone':>15}{'ratio':>8}")
        rows: tuple[tuple[str, str, Callable[[], Any]], ...] = (
            ("checkpoint", "/log/checkpoint", lambda: LogCheckpoint.objects.order_by("-size")[0]),
            ("full tile", f"/log/tile/0/{middle:03d}",
             lambda: LogTile.objects.get(level=0, index=middle)),
            ("full bundle", f"/log/tile/entries/{middle:03d}", lambda: _bundle(middle)),
            ("proof", f"/log/proof/{size // 2}.tlog-proof", lambda: _tiles(size)),
        )  # fmt: skip
        for name, path, bare in rows:
            ours, alone = timed(partial(_asked, client, path)), timed(bare)
            self.stdout.write(f"{name:28}{ours:8.2f}{alone:15.2f}{ours / alone:7.1f}×")


def _text(number: int) -> str:
    return f'{{"at":"2026-01-01T00:00:00Z","kind":"work.registered","work":"{number:08d}"}}'


def _queued() -> None:
    with transaction.atomic():
        queue_entry(fact={"kind": "work.registered", "at": moment(datetime.now(UTC))})


def _queued_and_signed() -> None:
    _queued()
    integrate()


def _bundle(index: int) -> list[str]:
    first = index * 256
    rows = LogEntry.objects.filter(position__gte=first, position__lt=first + 256)
    return list(rows.order_by("position").values_list("text", flat=True))


def _tiles(size: int) -> list[Any]:
    """The tiles that a proof from the middle needs at least: its own and the last of each level."""
    places = [(0, size // 512), (0, size // 256), (1, 0), (1, size // 65_536)]
    return [LogTile.objects.filter(level=level, index=index).first() for level, index in places]


def _asked(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise CommandError(f"{path} answered {answer.status_code}")


def timed(run: Callable[[], Any]) -> float:
    """Milliseconds of the middle round; one round before is not counted."""
    run()
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        run()
        found.append((time.perf_counter() - began) * 1000)
    return median(found)
