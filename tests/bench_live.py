"""How fast one bid reaches thousands of watchers of one lot: one server process, real sockets.

`measure(url, watchers)` expects a migrated database; `python -m tests.bench_live` makes its own.
"""

import asyncio
import os
import resource
import statistics
import sys
import time

COUNTS = (1_000, 5_000)
BIDS = 5


def measure(url: str, counts: tuple[int, ...] = COUNTS) -> None:
    """Print, for each number of watchers, the delay from a bid's commit to a watcher."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "artmarket.settings.test"
    os.environ["ARTMARKET_TEST_DATABASE_URL"] = url
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from tests.auctions.factories import begun, bidder
    from tests.auctions.live_server import Server

    settings.LIVE_NOTIFY = True
    most = max(counts) + 100
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(most * 2, 4096)), hard))
    sale = begun()
    lot = sale.lots.get()
    people = [bidder(sale), bidder(sale)]
    server = Server(url)
    try:
        amount = 1_000
        for count in counts:
            amount = asyncio.run(_round(server, count, lot, people, amount))
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                )
                (held,) = cursor.fetchone()
            print(f"  connections to the database, bidder and bell included: {held}", flush=True)
    finally:
        server.kill()


async def _round(server, count: int, lot, people: list, amount: int) -> int:
    began = time.perf_counter()
    watching = []
    for first in range(0, count, 200):
        some = (_open(server.port, lot.pk) for _n in range(min(200, count - first)))
        watching += await asyncio.gather(*some)
    opened = time.perf_counter() - began
    delays: list[float] = []
    for turn in range(BIDS):
        amount *= 2
        heard = [asyncio.create_task(_hear(reader)) for reader, _writer in watching]
        await asyncio.sleep(0.2)
        await asyncio.to_thread(_bid, lot, people[turn % 2], amount)
        committed = time.perf_counter()
        arrivals = await asyncio.gather(*heard)
        delays += [1000 * (arrived - committed) for arrived in arrivals]
        await asyncio.sleep(0.2)
    delays.sort()
    memory = _resident(server.process.pid) / 1024
    print(
        f"{count:,} watchers of one lot, {BIDS} bids: p50 {statistics.median(delays):.0f} ms, "
        f"p99 {delays[int(len(delays) * 0.99)]:.0f} ms, last {delays[-1]:.0f} ms after the commit; "
        f"opened in {opened:.1f} s; the server holds {memory:.0f} MB",
        flush=True,
    )
    for _reader, writer in watching:
        writer.close()
    return amount


async def _open(port: int, lot: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /live/lots/{lot}/ HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    await reader.readuntil(b"event: snapshot")
    await reader.readuntil(b"\n\n\r\n")
    return reader, writer


async def _hear(reader: asyncio.StreamReader) -> float:
    await reader.readuntil(b"event: lot\n")
    moment = time.perf_counter()
    await reader.readuntil(b"\n\n\r\n")
    return moment


def _bid(lot, paddle, amount: int) -> None:
    from tests.auctions.factories import bid

    answer = bid(lot, paddle, amount, is_confirmed=True)
    assert answer.is_accepted, answer


def _resident(pid: int) -> int:
    with open(f"/proc/{pid}/status") as file:  # noqa: PTH123
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def main() -> None:
    from artmarket.core.testing_postgres import Cluster
    from tests.bench import prepared

    measure(prepared(Cluster(durable=True), "live"))


if __name__ == "__main__":
    sys.exit(main())
