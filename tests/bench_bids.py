"""Bids through HTTP beside the same transaction by pgbench, in one run: `python -m tests.bench_bids`.

Needs DATABASE_URL of an empty, migrated PostgreSQL with durable settings. Every check is on: session,
form guard, paddle, bars, keys, the log. Prints decided bids a second (and how many of them were
accepted: of those on the way at the same moment the lower ones come too late), p50 and p99 for one hot
lot and for 100 lots, what pgbench does with separate statements at as many clients, and the ratio.
Rounds alternate, so that a machine that slows down slows both.
"""

import os
import random
import re
import selectors
import socket
import statistics
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

CLIENTS = 32
WORKERS = int(os.environ.get("BENCH_BID_WORKERS", "2"))
THREADS = int(os.environ.get("BENCH_BID_THREADS", "24"))
SECONDS = float(os.environ.get("BENCH_BID_SECONDS", "6"))
ROUNDS = int(os.environ.get("BENCH_BID_ROUNDS", "3"))
PGBENCH_TABLES = """
DROP TABLE IF EXISTS bench_lot, bench_bid, bench_event;
CREATE TABLE bench_lot (id int PRIMARY KEY, leader int, maximum bigint, second bigint, price bigint,
    sequence int, bids int, ends_at timestamptz);
CREATE TABLE bench_bid (id bigserial PRIMARY KEY, lot int NOT NULL REFERENCES bench_lot, paddle int,
    key text, amount bigint, maximum bigint, number int, received_at timestamptz, answer jsonb,
    UNIQUE (paddle, key), UNIQUE (lot, number));
CREATE TABLE bench_event (id bigserial PRIMARY KEY, lot int NOT NULL REFERENCES bench_lot,
    sequence int, kind text, at timestamptz, UNIQUE (lot, sequence));
INSERT INTO bench_lot SELECT n, 0, 0, 0, 0, 0, 0, now() + interval '1 day'
    FROM generate_series(1, 100) n;
"""
PGBENCH_BID = """
\\set paddle random(1, 1000)
\\set amount random(1, 1000000)
\\set lot {lot}
BEGIN;
SELECT leader, maximum, sequence AS seq, clock_timestamp() FROM bench_lot WHERE id = :lot FOR NO KEY UPDATE \\gset
INSERT INTO bench_bid (lot, paddle, key, amount, maximum, number, received_at, answer)
    VALUES (:lot, :paddle, gen_random_uuid()::text, :amount, :amount, :seq + 1, now(), '{{}}');
INSERT INTO bench_event (lot, sequence, kind, at) VALUES (:lot, :seq + 1, 'bid', now());
UPDATE bench_lot SET leader = :paddle, maximum = :amount, sequence = sequence + 1, bids = bids + 1
    WHERE id = :lot;
COMMIT;
"""


def main() -> None:
    """Set up, then measure in turns."""
    with tempfile.TemporaryDirectory(prefix="artmarket-bids-") as folder:
        os.environ.setdefault("VAR_DIR", folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "artmarket.settings.local"
        import django

        django.setup()
        _measure(Path(folder))


def _measure(folder: Path) -> None:
    from tests.auctions.bid_server import BidClient, BidServer

    hot, many, paddles = _sale()
    clients = [BidClient(paddle) for paddle in paddles]
    environment = {name: os.environ[name] for name in ("DATABASE_URL", "VAR_DIR")}
    environment["DJANGO_SETTINGS_MODULE"] = "artmarket.settings.local"
    server = BidServer(environment, workers=WORKERS, threads=THREADS)
    figures: dict[str, list[Any]] = {"hot": [], "many": [], "pg hot": [], "pg many": []}
    try:
        _drive(clients, server.port, [hot], 2)  # warm
        for _round in range(ROUNDS):
            figures["hot"].append(_drive(clients, server.port, [hot], SECONDS))
            figures["pg hot"].append(_pgbench(folder, "1"))
            figures["many"].append(_drive(clients, server.port, many, SECONDS))
            figures["pg many"].append(_pgbench(folder, "random(1, 100)"))
    finally:
        server.stop()
    for name, title in (("hot", "one hot lot"), ("many", "100 lots")):
        rates = [rate for rate, _share, _times in figures[name]]
        accepted = statistics.median(share for _rate, share, _times in figures[name])
        times = sorted(t for *_rest, spent in figures[name] for t in spent)
        base = statistics.median(figures[f"pg {name}"])
        rate = statistics.median(rates)
        print(
            f"{title}: {rate:.0f} bids/s decided over HTTP ({accepted:.0%} accepted), "
            f"p50 {_at(times, 0.5):.1f} ms, p99 {_at(times, 0.99):.1f} ms, {CLIENTS} clients; "
            f"pgbench {base:.0f}/s; ratio {rate / base:.2f}"
        )


def _sale() -> tuple[int, list[int], list[Any]]:
    """A sale with 101 lots under way, and as many approved paddles as clients."""
    from auctions.models import Lot, RuleSet, Sale
    from tests.auctions.factories import begun, bidder, fresh

    fine = RuleSet.objects.create(
        kind="ladder", name="bench", house="bench", source="bench", sureness="project",
        body={"rows": [["0", "0.01"]]},
    )  # fmt: skip
    sale = begun(minutes_left=600)
    Sale.objects.filter(pk=sale.pk).update(ladder=fine, confirm_above=None)
    first = sale.lots.get()
    rows = []
    for n in range(100):
        row = fresh(first)
        row.pk, row.number, row.encumbrance_id = None, 1000 + n, None
        rows.append(row)
    many = [lot.pk for lot in Lot.objects.bulk_create(rows)]
    return first.pk, many, [bidder(sale) for _n in range(CLIENTS)]


_amounts = count(200_000, 7)


class _Line:
    """One bidder on a kept connection, with at most one bid on the way.

    The client shares the cores with what it measures, as pgbench does: it speaks HTTP by hand.
    """

    def __init__(self, client: Any, port: int) -> None:
        self.paddle, self.rng = client.paddle, random.Random(client.paddle)
        self.head = "".join(f"{name}: {value}\r\n" for name, value in client.headers.items())
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got, self.began = b"", 0.0

    def send(self, lots: list[int]) -> None:
        amount = next(_amounts)
        body = (
            f'{{"paddle": {self.paddle}, "amount": {amount}, "currency": "CNY", '
            f'"key": "b{amount}", "confirmed": true}}'
        )
        self.got, self.began = b"", time.perf_counter()
        self.socket.sendall(
            f"POST /auctions/lots/{self.rng.choice(lots)}/bids/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"{self.head}Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )

    def read(self) -> bool | None:
        """Whether the bid was accepted; None while the answer is not whole."""
        piece = self.socket.recv(65536)
        assert piece, "the server hung up"
        self.got += piece
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found or len(body) < int(_LENGTH.search(head)[1]):  # type: ignore[index]
            return None
        assert head.startswith(b"HTTP/1.1 200"), self.got
        return b'"accepted": true' in body


_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def _drive(
    clients: list[Any], port: int, lots: list[int], seconds: float
) -> tuple[float, float, list[float]]:
    """Decided bids a second, the share of accepted ones, and what each took in ms."""
    spent: list[float] = []
    accepted = 0
    with selectors.DefaultSelector() as waiting:
        lines = [_Line(client, port) for client in clients]
        began = time.perf_counter()
        for line in lines:
            waiting.register(line.socket, selectors.EVENT_READ, line)
            line.send(lots)
        open_lines = len(lines)
        while open_lines:
            for key, _mask in waiting.select():
                line = key.data
                answer = line.read()
                if answer is None:
                    continue
                now = time.perf_counter()
                spent.append((now - line.began) * 1000)
                accepted += answer
                if now - began < seconds:
                    line.send(lots)
                else:
                    waiting.unregister(line.socket)
                    line.socket.close()
                    open_lines -= 1
        took = time.perf_counter() - began
    return len(spent) / took, accepted / max(len(spent), 1), spent


def _pgbench(folder: Path, lot: str) -> float:
    """Transactions a second of the same writes as separate statements."""
    from artmarket.core.testing_postgres import postgres_binary

    url = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
    script = folder / "bid.sql"
    script.write_text(PGBENCH_BID.format(lot=lot), encoding="utf-8")
    psql, pgbench = (str(postgres_binary(name)) for name in ("psql", "pgbench"))
    subprocess.run([psql, "-q", url, "-c", PGBENCH_TABLES], check=True, capture_output=True)
    done = subprocess.run(
        [
            pgbench, "-n", "-c", str(CLIENTS), "-j", "2", "-T", str(max(2, round(SECONDS))),
            "-f", str(script), url,
        ],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])


def _at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


if __name__ == "__main__":
    main()
