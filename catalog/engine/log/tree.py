"""The tree as it grows, and proofs about it, from hashes that a store keeps.

The store keeps the hashes that tiles hold and no others: hash `index` of tile level `level` is the
hash over the entries index·256^level up to (index+1)·256^level. What lies between is hashed again
when it is asked for. A `CompactRange` is the whole memory of an append: the roots of the whole
subtrees, at most one for each bit of the size (RFC 9162, section 2.1; C2SP tlog-tiles).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from catalog.engine.log.encoding import MOST
from catalog.engine.log.errors import MissingHash, WrongIndex, WrongSize
from catalog.engine.log.hashing import EMPTY_ROOT, joined, node_hash, require_hash, whole

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT

StoredHashes = Callable[[int, int], bytes]
"""Tile level and index to the hash of 32 bytes; raises LookupError where it has none."""


@dataclass(frozen=True, slots=True)
class StoredHash:
    """One hash to be kept: its tile level, its index in that level, its 32 bytes."""

    level: int
    index: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class CompactRange:
    """A tree of `size` entries by the roots of its whole subtrees, the largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MOST:
            raise WrongSize(f"no tree has {self.size} entries")
        if len(self.peaks) != self.size.bit_count():
            raise WrongSize(
                f"a tree of {self.size} entries has {self.size.bit_count()} whole subtrees, "
                f"not {len(self.peaks)}"
            )
        for peak in self.peaks:
            require_hash(peak, what="the root of a subtree")

    @property
    def root(self) -> bytes:
        """The Merkle tree hash of all entries."""
        return joined(self.peaks)

    def appended(self, leaves: Iterable[bytes]) -> "Growth":
        """The tree with further entries behind it, by their leaf hashes in order.

        One entry costs as many hashes as whole subtrees end with it: about one on the average,
        at most one for each bit of the size. Raises `MalformedHash`, `WrongSize` above 2^63-1.
        """
        size, peaks, stored = self.size, list(self.peaks), list[StoredHash]()
        for leaf in leaves:
            _grow(size, peaks, stored, require_hash(leaf, what="a leaf hash"))
            size += 1
        return Growth(CompactRange(size, tuple(peaks)), tuple(stored))


@dataclass(frozen=True, slots=True)
class Growth:
    """The tree after an append, and the hashes that the store must keep in addition."""

    range: CompactRange
    stored: tuple[StoredHash, ...]


def _grow(size: int, peaks: list[bytes], stored: list[StoredHash], leaf: bytes) -> None:
    """Put one leaf behind `size` others: each whole subtree that it completes is hashed once."""
    stored.append(StoredHash(0, size, leaf))
    root, height, place = leaf, 0, size
    while place & 1:
        root = node_hash(peaks.pop(), root)
        height += 1
        place >>= 1
        if height % TILE_HEIGHT == 0:
            stored.append(StoredHash(height // TILE_HEIGHT, place, root))
    peaks.append(root)


def loaded_range(size: int, read: StoredHashes) -> CompactRange:
    """The tree of this size from stored hashes alone, ready for the next append.

    Raises `WrongSize` (negative, above 2^63-1), `MissingHash`, `MalformedHash`.
    """
    _require_size(size)
    peaks, start = [], 0
    for height in reversed(range(size.bit_length())):
        if size >> height & 1:
            peaks.append(_subtree(height, start >> height, read))
            start += 1 << height
    return CompactRange(size, tuple(peaks))


def tree_root(size: int, read: StoredHashes) -> bytes:
    """The root of the first `size` entries; raises as `loaded_range`."""
    return loaded_range(size, read).root


def inclusion_proof(index: int, size: int, read: StoredHashes) -> tuple[bytes, ...]:
    """The hashes beside the way from entry `index` up to the root of `size` entries.

    From the leaf's neighbour upwards, as RFC 9162, section 2.1.3.1 says. Raises `WrongSize`,
    `WrongIndex` (no such entry), `MissingHash`, `MalformedHash`.
    """
    _require_size(size)
    if not 0 <= index < size:
        raise WrongIndex(f"a tree of {size} entries has no entry {index}")
    beside: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            beside.append(_hash_of(middle, end, read))
            end = middle
        else:
            beside.append(_hash_of(start, middle, read))
            start = middle
    return tuple(reversed(beside))


def consistency_proof(old: int, new: int, read: StoredHashes) -> tuple[bytes, ...]:
    """The hashes which show that a tree of `new` entries begins with the tree of `old` ones.

    As RFC 9162, section 2.1.4.1 says; empty for equal sizes. Raises `WrongSize` (old is zero or
    above new), `MissingHash`, `MalformedHash`.
    """
    _require_size(new)
    if not 0 < old <= new:
        raise WrongSize(f"no proof leads from {old} to {new} entries")
    beside: list[bytes] = []
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            beside.append(_hash_of(middle, end, read))
            end = middle
        else:
            beside.append(_hash_of(start, middle, read))
            start = middle
    if start > 0:  # the old tree is not one whole subtree: its last one has to be told
        beside.append(_hash_of(start, end, read))
    return tuple(reversed(beside))


def _require_size(size: int) -> None:
    if not 0 <= size <= MOST:
        raise WrongSize(f"no tree has {size} entries")


def _split(count: int) -> int:
    """How many of `count` entries (two or more) lie left: the largest power of two below."""
    return 1 << (count - 1).bit_length() - 1


def _hash_of(start: int, end: int, read: StoredHashes) -> bytes:
    """The hash over entries `start` up to `end`, a part as the splitting of a tree makes it."""
    if start == end:
        return EMPTY_ROOT
    peaks = []
    for height in reversed(range((end - start).bit_length())):
        if (end - start) >> height & 1:
            peaks.append(_subtree(height, start >> height, read))
            start += 1 << height
    return joined(peaks)


def _subtree(height: int, index: int, read: StoredHashes) -> bytes:
    """The root of the `index`-th whole subtree of 2^height entries, from one row of one tile."""
    level, above = divmod(height, TILE_HEIGHT)
    count = 1 << above
    return whole([_stored(level, index * count + i, read) for i in range(count)])


def _stored(level: int, index: int, read: StoredHashes) -> bytes:
    try:
        found = read(level, index)
    except LookupError as error:
        raise MissingHash(f"hash {index} of tile level {level} is not stored") from error
    return require_hash(found, what=f"stored hash {index} of tile level {level}")
