"""The definitions of RFC 9162, section 2.1, word for word: slow, recursive, over all leaves."""

from collections.abc import Sequence
from hashlib import sha256

from catalog.engine.log import CompactRange, Growth, StoredHashes


def leaf(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), root(leaves[k:])]
    return [*path(m - k, leaves[k:]), root(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], is_whole: bool) -> list[bytes]:
    n = len(leaves)
    if m == n:
        return [] if is_whole else [root(leaves)]
    k = split(n)
    if m <= k:
        return [*subproof(m, leaves[:k], is_whole), root(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), root(leaves[:k])]


class MemoryStore:
    """A store of tile hashes in memory that refuses to write a hash twice."""

    def __init__(self) -> None:
        self.hashes: dict[tuple[int, int], bytes] = {}
        self.reads = 0

    def keep(self, growth: Growth) -> CompactRange:
        for stored in growth.stored:
            assert (stored.level, stored.index) not in self.hashes
            self.hashes[stored.level, stored.index] = stored.hash
        return growth.range

    def read(self, level: int, index: int) -> bytes:
        self.reads += 1
        return self.hashes[level, index]


def grown(leaves: Sequence[bytes]) -> tuple[CompactRange, StoredHashes]:
    """A tree of these leaf hashes, and its store."""
    store = MemoryStore()
    tree = store.keep(CompactRange().appended(leaves))
    return tree, store.read
