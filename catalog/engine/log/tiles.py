"""The log as files: tiles of 256 hashes, bundles of 256 entries, and their paths (C2SP tlog-tiles).

A full tile never changes; the last one of a level is partial while the tree grows, and its width is
part of its path. Empty tiles are not served.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from catalog.engine.log.encoding import MOST, read_number
from catalog.engine.log.entries import MOST_ENTRY_BYTES
from catalog.engine.log.errors import (
    EntryTooLarge,
    MalformedNumber,
    MalformedTile,
    MissingHash,
    TrailingBytes,
    WrongIndex,
    WrongSize,
)
from catalog.engine.log.hashing import HASH_BYTES, require_hash
from catalog.engine.log.tree import TILE_HEIGHT, TILE_WIDTH, StoredHashes

ENTRIES: Final = "entries"
MOST_LEVEL: Final = 63

_PATH: Final = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/"
    r"(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Tile:
    """The place of one tile or bundle.

    `level` from 0 to 63, or "entries" for a bundle; `index` within the level; `width` from 1 to
    256 hashes or entries, 256 for a full one.
    """

    level: int | Literal["entries"]
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if self.level != ENTRIES and not 0 <= self.level <= MOST_LEVEL:
            raise MalformedTile(f"no tile has the level {self.level}")
        if not 0 <= self.index <= MOST:
            raise MalformedTile(f"no tile has the index {self.index}")
        if not 1 <= self.width <= TILE_WIDTH:
            raise MalformedTile(f"no tile is {self.width} wide")

    @property
    def is_full(self) -> bool:
        """Whether it will never change."""
        return self.width == TILE_WIDTH

    @property
    def path(self) -> str:
        """Its path behind the prefix of the log: `tile/0/x001/x234/067.p/112`."""
        groups = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            groups.append(f"x{rest % 1000:03d}")
            rest //= 1000
        partial = "" if self.is_full else f".p/{self.width}"
        return f"tile/{self.level}/{'/'.join(reversed(groups))}{partial}"


def read_path(path: str) -> Tile:
    """The tile that a path names; each tile has exactly one path.

    Raises `MalformedTile`: another form, a group too many, a level above 63, a width above 255.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise MalformedTile(f"not the path of a tile: {path[:100]!r}")
    digits = match["index"].replace("/", "").replace("x", "").lstrip("0") or "0"
    try:
        index = read_number(digits, what="the index of a tile")
    except MalformedNumber as error:
        raise MalformedTile(f"not the path of a tile: {path[:100]!r}") from error
    width = int(match["width"] or TILE_WIDTH)
    level: int | Literal["entries"] = ENTRIES if match["level"] == ENTRIES else int(match["level"])
    tile = Tile(level, index, width)
    if tile.path != path:
        raise MalformedTile(f"not the path of a tile: {path[:100]!r}")
    return tile


@dataclass(frozen=True, slots=True)
class LevelWidths:
    """The tiles of one level: how many are full, and how wide the partial one is (0: none)."""

    level: int
    full: int
    partial: int


def level_widths(size: int) -> tuple[LevelWidths, ...]:
    """The levels of a tree of `size` entries, the leaves first. Raises `WrongSize`."""
    if not 0 <= size <= MOST:
        raise WrongSize(f"no tree has {size} entries")
    found, level, count = [], 0, size
    while count:
        found.append(LevelWidths(level, *divmod(count, TILE_WIDTH)))
        count //= TILE_WIDTH
        level += 1
    return tuple(found)


def tiles_of(size: int) -> Iterator[Tile]:
    """All hash tiles of a tree, the leaves first. Raises `WrongSize`."""
    return tiles_between(0, size)


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """The hash tiles which a tree of `new` entries has beyond the full ones of `old` entries.

    These are to be written after an append. Raises `WrongSize`.
    """
    if not 0 <= old <= new:
        raise WrongSize(f"no append leads from {old} to {new} entries")
    before = {row.level: row.full for row in level_widths(old)}
    for row in level_widths(new):
        yield from _tiles(row.level, before.get(row.level, 0), row)


def bundles_between(old: int, new: int) -> Iterator[Tile]:
    """The entry bundles which a log of `new` entries has beyond the full ones of `old`."""
    if not 0 <= old <= new:
        raise WrongSize(f"no append leads from {old} to {new} entries")
    if new:
        yield from _tiles(ENTRIES, old // TILE_WIDTH, level_widths(new)[0])


def _tiles(level: int | Literal["entries"], first: int, row: LevelWidths) -> Iterator[Tile]:
    for index in range(first, row.full):
        yield Tile(level, index)
    if row.partial:
        yield Tile(level, row.full, row.partial)


def holding_tile(level: int, index: int, size: int) -> Tile:
    """The tile of a tree of `size` entries that holds hash `index` of a level.

    Raises `WrongIndex` when that tree has no such hash, `WrongSize`.
    """
    if not 0 <= size <= MOST:
        raise WrongSize(f"no tree has {size} entries")
    count = size >> TILE_HEIGHT * level if level >= 0 else 0
    if not 0 <= index < count:
        raise WrongIndex(f"a tree of {size} entries has no hash {index} at tile level {level}")
    place = index // TILE_WIDTH
    return Tile(level, place, min(TILE_WIDTH, count - place * TILE_WIDTH))


def write_tile(tile: Tile, read: StoredHashes) -> bytes:
    """The bytes of a hash tile. Raises `MalformedTile` (a bundle), `MissingHash`."""
    if tile.level == ENTRIES:
        raise MalformedTile("a bundle holds entries, not hashes")
    row, first = [], tile.index * TILE_WIDTH
    for index in range(first, first + tile.width):
        try:
            found = read(tile.level, index)
        except LookupError as error:
            raise MissingHash(f"hash {index} of tile level {tile.level} is not stored") from error
        row.append(require_hash(found, what=f"stored hash {index} of tile level {tile.level}"))
    return b"".join(row)


def read_tile(tile: Tile, raw: bytes) -> tuple[bytes, ...]:
    """The hashes of a tile. Raises `MalformedTile` when it is not exactly as wide as its path."""
    if tile.level == ENTRIES:
        raise MalformedTile("a bundle holds entries, not hashes")
    if len(raw) != tile.width * HASH_BYTES:
        raise MalformedTile(
            f"{tile.path} has {len(raw)} bytes instead of {tile.width * HASH_BYTES}"
        )
    return tuple(raw[i : i + HASH_BYTES] for i in range(0, len(raw), HASH_BYTES))


def hashes_from_tiles(size: int, fetch: Callable[[Tile], bytes]) -> StoredHashes:
    """A reader of stored hashes out of the tiles of a tree of `size` entries.

    `fetch` gives the bytes of a tile, and is asked once for each. The reader raises `WrongIndex`
    for a hash that the tree does not have, `MalformedTile` for a tile of another length.
    """

    @cache
    def row(tile: Tile) -> tuple[bytes, ...]:
        return read_tile(tile, fetch(tile))

    def read(level: int, index: int) -> bytes:
        return row(holding_tile(level, index, size))[index % TILE_WIDTH]

    return read


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """A bundle of 1 to 256 entries: each behind its length in two bytes, the high one first.

    Raises `MalformedTile` (none, or more than 256), `EntryTooLarge`.
    """
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise MalformedTile(f"a bundle holds 1 to {TILE_WIDTH} entries, not {len(entries)}")
    parts = []
    for entry in entries:
        if len(entry) > MOST_ENTRY_BYTES:
            raise EntryTooLarge(f"an entry of {len(entry)} bytes does not fit in a bundle")
        parts += [len(entry).to_bytes(2, "big"), entry]
    return b"".join(parts)


def read_bundle(raw: bytes, width: int) -> tuple[bytes, ...]:
    """The `width` entries of a bundle.

    Raises `MalformedTile` (width out of range, or it ends inside an entry), `TrailingBytes` (more
    follows than the entries).
    """
    if not 1 <= width <= TILE_WIDTH:
        raise MalformedTile(f"a bundle holds 1 to {TILE_WIDTH} entries, not {width}")
    entries, at = [], 0
    for number in range(width):
        start = at + 2
        end = start + int.from_bytes(raw[at:start], "big")
        if len(raw) < start or len(raw) < end:
            raise MalformedTile(f"the bundle ends inside entry {number} of {width}")
        entries.append(raw[start:end])
        at = end
    if at != len(raw):
        raise TrailingBytes(f"{len(raw) - at} bytes follow the {width} entries of a bundle")
    return tuple(entries)
