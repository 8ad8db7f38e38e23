"""The public log in memory: `python -m tests.bench_log` (BENCH_LOG_ENTRIES, default 1,000,000).

Appends entries one by one, each from the compact range of the one before, into a store in memory.
Prints, at each power of ten, the mean and the greatest number of hashes that an append took, what
its root and a fresh start (from stored hashes alone) cost, beside the hashes of a root made anew;
then appends a second, and the time of proofs.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from catalog.engine.log import (
    CompactRange,
    StoredHash,
    consistency_proof,
    hashing,
    inclusion_proof,
    leaf_hash,
    loaded_range,
    tree,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = int(os.environ.get("BENCH_LOG_ENTRIES", "1000000"))
BATCH = 256


class Counter:
    """Counts the nodes hashed while it is on."""

    def __init__(self) -> None:
        self.nodes = 0

    @contextmanager
    def on(self) -> Iterator[None]:
        plain = hashing.node_hash

        def counted(left: bytes, right: bytes) -> bytes:
            self.nodes += 1
            return plain(left, right)

        tree.node_hash = hashing.node_hash = counted  # type: ignore[assignment]
        try:
            yield
        finally:
            tree.node_hash = hashing.node_hash = plain  # type: ignore[assignment]


class Store:
    """Tile hashes in memory, with the number of reads."""

    def __init__(self) -> None:
        self.hashes: dict[tuple[int, int], bytes] = {}
        self.reads = 0

    def keep(self, stored: tuple[StoredHash, ...]) -> None:
        for one in stored:
            self.hashes[one.level, one.index] = one.hash

    def read(self, level: int, index: int) -> bytes:
        self.reads += 1
        return self.hashes[level, index]


def entry(number: int) -> bytes:
    return b'{"id":"WF-2026-%07d","t":"object.registered"}' % number


def main() -> None:
    """Count on one run, time on another: counting slows the hashing down."""
    store = _counted()
    _timed(store)


def _counted() -> Store:
    store, grown, counter = Store(), CompactRange(), Counter()
    print("entries    hashes an append: mean  most   root of it   fresh start: reads  naive root")
    step, most = 1000, 0
    with counter.on():
        for number in range(ENTRIES):
            before = counter.nodes
            growth = grown.appended([leaf_hash(entry(number))])
            most = max(most, 1 + counter.nodes - before)
            grown = growth.range
            store.keep(growth.stored)
            size = number + 1
            if size in (step, ENTRIES):
                mean = 1 + counter.nodes / size
                before, store.reads = counter.nodes, 0
                assert loaded_range(size, store.read) == grown
                reads, loaded = store.reads, counter.nodes
                assert grown.root
                root = counter.nodes - loaded
                print(
                    f"{size:>9,} {mean:>23.3f} {most:>5} {root:>12} {reads:>20} {2 * size - 1:>11,}"
                )
                counter.nodes = before
                step *= 10
    return store


def _timed(store: Store) -> None:
    leaves = [leaf_hash(entry(number)) for number in range(ENTRIES)]
    began = time.perf_counter()
    grown, kept = CompactRange(), Store()
    for leaf in leaves:
        growth = grown.appended((leaf,))
        kept.keep(growth.stored)
        grown = growth.range
    one_by_one = ENTRIES / (time.perf_counter() - began)
    assert kept.hashes == store.hashes
    began = time.perf_counter()
    batched, kept = CompactRange(), Store()
    for start in range(0, ENTRIES, BATCH):
        batch = [leaf_hash(entry(n)) for n in range(start, min(start + BATCH, ENTRIES))]
        growth = batched.appended(batch)
        kept.keep(growth.stored)
        batched = growth.range
        assert batched.root
    in_batches = ENTRIES / (time.perf_counter() - began)
    assert batched == grown
    print(f"appends a second: {one_by_one:,.0f} one by one (leaf hashes given), ", end="")
    print(f"{in_batches:,.0f} from entries in batches of {BATCH}, a root after each")
    rounds, size, root = 1000, ENTRIES, grown.root
    began = time.perf_counter()
    for n in range(rounds):
        index = n * size // rounds
        verify_inclusion(index, size, root, leaves[index], inclusion_proof(index, size, store.read))
    inclusion = (time.perf_counter() - began) / rounds
    began = time.perf_counter()
    for n in range(rounds // 10):
        old = 1 + n * size // rounds
        older = loaded_range(old, store.read).root
        verify_consistency(old, size, older, root, consistency_proof(old, size, store.read))
    consistency = (time.perf_counter() - began) / (rounds // 10)
    print(f"a proof made from stored hashes and verified: inclusion {inclusion * 1000:.2f} ms, ")
    print(f"consistency (with the old root) {consistency * 1000:.2f} ms")


if __name__ == "__main__":
    main()
