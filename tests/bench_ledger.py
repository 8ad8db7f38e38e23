"""Entries of the books beside the same writes in plain SQL, in one run: `python -m tests.bench_ledger`.

Needs DATABASE_URL of an empty, migrated PostgreSQL with durable settings. Every check is on: locks,
key, closed months, floors, digest, event. The baseline sends the same rows by the same driver from
as many threads, one statement after another, without any check. Prints entries a second, p50 and p99
for one hot pair of accounts and for 200 accounts, and the ratio; then what an audit of all of it
takes. Rounds alternate, so that a machine that slows down slows both.
"""

import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

THREADS = int(os.environ.get("BENCH_LEDGER_THREADS", "8"))
SECONDS = float(os.environ.get("BENCH_LEDGER_SECONDS", "5"))
ROUNDS = int(os.environ.get("BENCH_LEDGER_ROUNDS", "3"))
PURSES = 200
PLAIN_TABLES = """
DROP TABLE IF EXISTS bench_transfer, bench_entry, bench_account;
CREATE TABLE bench_account (id int PRIMARY KEY, balance bigint NOT NULL DEFAULT 0);
CREATE TABLE bench_entry (id bigserial PRIMARY KEY, key text UNIQUE, kind text, booked_on date);
CREATE TABLE bench_transfer (id bigserial PRIMARY KEY, entry bigint REFERENCES bench_entry,
    debit int REFERENCES bench_account, credit int REFERENCES bench_account, amount bigint);
INSERT INTO bench_account SELECT n FROM generate_series(0, 200) n;
"""
_keys = count(1)

Once = Callable[[random.Random], None]


def main() -> None:
    """Set up, then measure in turns."""
    with tempfile.TemporaryDirectory(prefix="artmarket-ledger-") as folder:
        os.environ.setdefault("VAR_DIR", folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "artmarket.settings.local"
        import django

        django.setup()
        _measure()


def _measure() -> None:
    from artmarket.ledger.enums import Purpose
    from tests.ledger.factories import clearing, of, party

    bank, purses = clearing(), [of(party(), Purpose.PAYABLE) for _n in range(PURSES)]
    _plain_tables()
    kinds = {"one hot pair": 1, f"{PURSES} accounts": PURSES}
    found: dict[str, list[Any]] = {f"{who} {kind}": [] for kind in kinds for who in ("ours", "sql")}
    for _round in range(ROUNDS):
        for kind, many in kinds.items():
            found[f"ours {kind}"].append(_drive(_posting(bank, purses[:many])))
            found[f"sql {kind}"].append(_drive(_plain(many)))
    for kind in kinds:
        rate = statistics.median(rate for rate, _times in found[f"ours {kind}"])
        base = statistics.median(rate for rate, _times in found[f"sql {kind}"])
        times = sorted(t for _rate, spent in found[f"ours {kind}"] for t in spent)
        print(
            f"{kind}: {rate:.0f} entries/s, p50 {_at(times, 0.5):.1f} ms, "
            f"p99 {_at(times, 0.99):.1f} ms, {THREADS} threads; plain SQL {base:.0f}/s; "
            f"ratio {rate / base:.2f}"
        )
    _audit()


def _posting(bank: Any, purses: list[Any]) -> Callable[[], Once]:
    """Money comes in at the bank for one of these accounts."""
    from django.db import transaction

    from artmarket.ledger.services.posting import Leg, post

    def made() -> Once:
        def once(rng: random.Random) -> None:
            with transaction.atomic(durable=True):
                post(
                    actor=None, key=f"bench:{next(_keys)}", kind="bench",
                    legs=[Leg(bank, rng.choice(purses), 100)],
                )  # fmt: skip

        return once

    return made


def _plain(many: int) -> Callable[[], Once]:
    """The same rows without Django and without a check."""
    import psycopg

    def made() -> Once:
        connection = psycopg.connect(os.environ["DATABASE_URL"].replace("postgres:", "postgresql:"))
        connection.prepare_threshold = 1

        def once(rng: random.Random) -> None:
            place = rng.randint(1, many)
            with connection.transaction(), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT id, balance FROM bench_account WHERE id IN (0, %s)"
                    " ORDER BY id FOR NO KEY UPDATE", [place],
                )  # fmt: skip
                cursor.execute(
                    "INSERT INTO bench_entry (key, kind, booked_on)"
                    " VALUES (%s, 'bench', current_date) RETURNING id", [f"bench:{next(_keys)}"],
                )  # fmt: skip
                (entry,) = cursor.fetchone()  # type: ignore[misc]
                cursor.execute(
                    "INSERT INTO bench_transfer (entry, debit, credit, amount)"
                    " VALUES (%s, 0, %s, 100)", [entry, place],
                )  # fmt: skip
                cursor.execute(
                    "UPDATE bench_account SET balance = balance + 100 WHERE id IN (0, %s)", [place]
                )

        return once

    return made


def _plain_tables() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(PLAIN_TABLES)


def _drive(making: Callable[[], Once]) -> tuple[float, list[float]]:
    """Entries a second of all threads, and what each took in ms."""
    from django.db import connection

    start = threading.Barrier(THREADS, timeout=60)

    def run(seed: int) -> tuple[list[float], float]:
        rng, spent, once = random.Random(seed), [], making()
        try:
            once(rng)  # warm
            start.wait()
            began = time.perf_counter()
            while (now := time.perf_counter()) - began < SECONDS:
                once(rng)
                spent.append((time.perf_counter() - now) * 1000)
            return spent, time.perf_counter() - began
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(run, range(THREADS)))
    spent = [t for times, _took in results for t in times]
    return len(spent) / max(took for _times, took in results), spent


def _audit() -> None:
    from artmarket.ledger.audit import audit
    from artmarket.ledger.models import Entry

    began = time.perf_counter()
    faults = list(audit())
    took = time.perf_counter() - began
    assert not faults, faults[:3]
    entries = Entry.objects.count()
    print(f"audit: {entries} entries in {took:.1f} s, {entries / took:.0f} entries/s, no fault")


def _at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


if __name__ == "__main__":
    main()
