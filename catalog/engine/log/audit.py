"""The nightly look over the whole log: is it still what was signed?

Three witnesses are heard: the entries, the hashes that the tiles keep, and the checkpoints that
were signed over the years. Where two of them disagree, the third says who is wrong. It names
the first entry that is not what it was, each hash that does not fit, and each checkpoint that the
log cannot have grown through (registry rules, section 7: a mismatch stops issuing).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from typing import Literal

from catalog.engine.log.checkpoint import SignedCheckpoint
from catalog.engine.log.errors import MalformedHash, WrongSize
from catalog.engine.log.hashing import leaf_hash, require_hash, whole
from catalog.engine.log.tiles import level_widths
from catalog.engine.log.tree import TILE_WIDTH, CompactRange, StoredHashes

EntryKind = Literal["changed", "removed", "inserted", "swapped", "reordered"]
CheckpointKind = Literal["other_log", "replayed", "fork", "beyond", "contradicted"]


@dataclass(frozen=True, slots=True)
class EntryFault:
    """The first entry that is not the one logged at its place.

    `kind`: "changed" (another one stands there), "removed" (it is gone, later ones moved up),
    "inserted" (a strange one stands before it), "swapped" (with the entry at `other`, and nothing
    else), "reordered" (the same entries in another order). `is_signed`: a sound checkpoint proves
    it; else entry and stored hash differ, and nothing signed says yet which of them is right.
    """

    index: int
    kind: EntryKind
    is_signed: bool
    other: int | None = None


@dataclass(frozen=True, slots=True)
class HashFault:
    """A stored hash that is missing, or is not what lies below it (of a leaf: its entry)."""

    level: int
    index: int
    is_missing: bool


@dataclass(frozen=True, slots=True)
class CheckpointFault:
    """A checkpoint through which the log cannot have grown, by its place in the list.

    `kind`: "other_log"; "replayed" (an old one shown after a later one); "fork" (a larger or equal
    tree that fits the log proves that this one does not); "beyond" (more entries were signed than
    are there); "contradicted" (it does not fit, and nothing later does). The two histories part at
    an entry from `since` up to `size`.
    """

    place: int
    size: int
    kind: CheckpointKind
    since: int


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What the audit found.

    `root` is the root over all entries as they are now. `suspects`, from the first up to but
    without the last, are the entries among which one was rewritten together with its stored
    hash, so that only signed roots tell; None where there is no such sign.
    """

    size: int
    root: bytes
    entry: EntryFault | None
    hashes: tuple[HashFault, ...]
    checkpoints: tuple[CheckpointFault, ...]
    suspects: tuple[int, int] | None

    @property
    def is_sound(self) -> bool:
        """Whether nothing at all was found."""
        return not (self.entry or self.hashes or self.checkpoints)


def audit(
    entries: Iterable[bytes],
    size: int,
    read: StoredHashes,
    checkpoints: Sequence[SignedCheckpoint],
) -> AuditReport:
    """Compare entries, stored hashes and checkpoints.

    Args:
        entries: the bytes of all entries of the tree, in order.
        size: how many entries the stored tree has.
        read: the stored hashes; one that is missing raises LookupError and is reported.
        checkpoints: opened ones of this log in the order in which they were signed or shown.
    Returns:
        The report; bad data is never an exception here, except `WrongSize` for a size that no
        tree has.
    """
    if size < 0:
        raise WrongSize(f"no tree has {size} entries")
    leaves = [leaf_hash(entry) for entry in entries]
    kept = [_kept(read, 0, index) for index in range(size)]
    sizes = sorted({checkpoint.size for checkpoint in checkpoints})
    by_entries = _roots(leaves, sizes)
    proved = max((c.size for c in checkpoints if by_entries.get(c.size) == c.root), default=0)
    truth = _truth(leaves, kept, proved)
    by_truth = _roots(list(takewhile(bool, truth)), sizes)
    signed = max((c.size for c in checkpoints if by_truth.get(c.size) == c.root), default=0)
    hashes = (*_wrong_leaves(leaves, kept, proved), *_wrong_nodes(size, read))
    faults = tuple(_checkpoint_faults(checkpoints, by_entries, by_truth))
    entry = _first_difference(leaves, truth, signed)
    if entry is None and any(fault.kind == "beyond" for fault in faults):
        entry = EntryFault(len(leaves), "removed", is_signed=True)
    root = CompactRange().appended(leaves).range.root
    return AuditReport(len(leaves), root, entry, hashes, faults, _suspects(faults, hashes))


def _kept(read: StoredHashes, level: int, index: int) -> bytes | None:
    """A stored hash; None where there is none, or something that is not a hash."""
    try:
        return require_hash(read(level, index), what="a stored hash")
    except (LookupError, MalformedHash):
        return None


def _roots(leaves: Sequence[bytes], sizes: Sequence[int]) -> dict[int, bytes]:
    """The roots over the first leaves, for those of the sizes (ascending) that there are."""
    found, grown = dict[int, bytes](), CompactRange()
    for size in sizes:
        if size > len(leaves):
            break
        grown = grown.appended(leaves[grown.size : size]).range
        found[size] = grown.root
    return found


def _wrong_leaves(
    leaves: Sequence[bytes], kept: Sequence[bytes | None], proved: int
) -> Iterator[HashFault]:
    """Stored leaf hashes that are missing, or differ from an entry that is proved."""
    for index in range(max(len(kept), proved)):
        leaf = kept[index] if index < len(kept) else None
        if leaf is None or (index < proved and leaf != leaves[index]):
            yield HashFault(0, index, leaf is None)


def _wrong_nodes(size: int, read: StoredHashes) -> Iterator[HashFault]:
    """Stored hashes above the leaves that are missing or not made of the row below them."""
    for row in level_widths(size)[1:]:
        for index in range(row.full * TILE_WIDTH + row.partial):
            found = _kept(read, row.level, index)
            first = index * TILE_WIDTH
            below = [_kept(read, row.level - 1, first + i) for i in range(TILE_WIDTH)]
            sound = [leaf for leaf in below if leaf is not None]
            if found is None:
                yield HashFault(row.level, index, is_missing=True)
            elif len(sound) == TILE_WIDTH and whole(sound) != found:
                yield HashFault(row.level, index, is_missing=False)


def _truth(leaves: Sequence[bytes], kept: Sequence[bytes | None], proved: int) -> list[bytes]:
    """The leaf hashes as they must be: of entries that are proved, then as stored.

    Where the stored one is missing the entry is taken; where both are, nothing (no bytes).
    """
    behind = [
        (leaves[index] if index < len(leaves) else b"") if leaf is None else leaf
        for index, leaf in enumerate(kept[proved:], start=proved)
    ]
    return [*leaves[:proved], *behind]


def _first_difference(
    leaves: Sequence[bytes], truth: Sequence[bytes], signed: int
) -> EntryFault | None:
    """The first place where entries and truth differ, and what happened there."""
    pairs = enumerate(zip_longest(leaves, truth))
    apart = [index for index, (leaf, true) in pairs if leaf != true]
    if not apart:
        return None
    first = apart[0]
    if len(apart) == 2 and len(leaves) == len(truth):
        other = apart[1]
        if leaves[first] == truth[other] and leaves[other] == truth[first]:
            return EntryFault(first, "swapped", first < signed, other)
    return EntryFault(first, _kind(leaves[first:], truth[first:]), first < signed)


def _kind(leaves: Sequence[bytes], truth: Sequence[bytes]) -> EntryKind:
    """What happened at the first place of two rows that differ there."""
    now, then = Counter(leaves), Counter(truth)
    missing, strange = then - now, now - then
    is_gone = bool(truth) and truth[0] in missing
    is_strange = bool(leaves) and leaves[0] in strange
    if is_gone:
        return "changed" if is_strange else "removed"
    return "inserted" if is_strange else "reordered"


def _checkpoint_faults(
    checkpoints: Sequence[SignedCheckpoint], *sides: Mapping[int, bytes]
) -> Iterator[CheckpointFault]:
    """The checkpoints that do not fit, in their order; `sides` are roots by size."""
    sound = [c.size for c in checkpoints if any(side.get(c.size) == c.root for side in sides)]
    largest = 0
    for place, checkpoint in enumerate(checkpoints):
        size = checkpoint.size
        since = max((other for other in sound if other < size), default=0)
        kind: CheckpointKind | None = None
        if checkpoint.origin != checkpoints[0].origin:
            kind = "other_log"
        elif not any(size in side for side in sides):
            kind = "beyond"
        elif all(side.get(size) != checkpoint.root for side in sides):
            kind = "fork" if any(other >= size for other in sound) else "contradicted"
        elif size < largest:
            kind = "replayed"
        if kind:
            yield CheckpointFault(place, size, kind, since)
        if kind not in ("other_log", "fork"):
            largest = max(largest, size)


def _suspects(
    faults: Sequence[CheckpointFault], hashes: Sequence[HashFault]
) -> tuple[int, int] | None:
    """Where something was rewritten with its stored hash, narrowed by the row above the leaves."""
    against = [fault for fault in faults if fault.kind == "contradicted"]
    if not against:
        return None
    earliest = min(against, key=lambda fault: fault.size)
    first, before = earliest.since, earliest.size
    for fault in hashes:
        start = fault.index * TILE_WIDTH
        if fault.level == 1 and not fault.is_missing and first < start + TILE_WIDTH <= before:
            return max(first, start), start + TILE_WIDTH
    return first, before
