"""Walk a TIFF's directories (TIFF 6.0, BigTIFF) without decoding anything.

A TIFF has no end mark: its end is the furthest byte that any directory points at.
"""

from dataclasses import dataclass, field

from .facts import Structure
from .refusals import Damaged, Truncated

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES |= {16: 8, 17: 8, 18: 8}
_WIDTH, _HEIGHT = 256, 257
_DATA = ((273, 279), (324, 325), (513, 514))  # strips, tiles, JPEG stream: offsets and lengths
_DIRECTORIES = (330, 34665, 34853, 40965)  # SubIFDs, Exif, GPS, Interoperability
_TEXTS = {270, 271, 272, 305, 306, 315, 700, 33432, 33723, 37510, 42016}
MAX_DIRECTORIES = 1000


@dataclass
class _Walk:
    data: bytes
    order: str
    big: bool
    end: int = 8
    seen: set[int] = field(default_factory=set)
    texts: list[tuple[int, int]] = field(default_factory=list)

    def number(self, at: int, size: int) -> int:
        """The unsigned number at this position; Truncated when the file ends before."""
        if at + size > len(self.data):
            raise Truncated()
        return int.from_bytes(self.data[at : at + size], self.order)  # type: ignore[arg-type]

    def reach(self, at: int, size: int) -> None:
        """Note that the file needs these bytes."""
        if at + size > len(self.data):
            raise Truncated()
        self.end = max(self.end, at + size)

    def directory(self, at: int) -> tuple[dict[int, list[int]], int]:
        """The numeric entries of one directory and the position of the next one (0: none)."""
        if at in self.seen or len(self.seen) >= MAX_DIRECTORIES:
            raise Damaged()
        self.seen.add(at)
        wide = 8 if self.big else 4
        head, entry = (8, 20) if self.big else (2, 12)
        count = self.number(at, head)
        if count > 4096:
            raise Damaged()
        self.reach(at, head + count * entry + wide)
        entries: dict[int, list[int]] = {}
        for n in range(count):
            where = at + head + n * entry
            tag, kind = self.number(where, 2), self.number(where + 2, 2)
            entries[tag] = self._values(tag, kind, self.number(where + 4, wide), where + 4 + wide)
        self._reach_pixels(entries)
        for tag in _DIRECTORIES:
            for inner in entries.get(tag, []):
                if inner:
                    self.directory(inner)
        return entries, self.number(at + head + count * entry, wide)

    def _values(self, tag: int, kind: int, count: int, where: int) -> list[int]:
        size, wide = _SIZES.get(kind, 0), 8 if self.big else 4
        if not size:
            return []
        if size * count > wide:
            where = self.number(where, wide)
            self.reach(where, size * count)
        if tag in _TEXTS:
            self.texts.append((where, where + size * count))
        wanted = {_WIDTH, _HEIGHT, *_DIRECTORIES, *(t for pair in _DATA for t in pair)}
        if tag not in wanted or kind not in (3, 4, 13, 16, 18):
            return []
        return [self.number(where + i * size, size) for i in range(count)]

    def _reach_pixels(self, entries: dict[int, list[int]]) -> None:
        for offsets, lengths in _DATA:
            for at, size in zip(entries.get(offsets, []), entries.get(lengths, []), strict=False):
                self.reach(at, size)


def walk(data: bytes) -> Structure:
    """The structure of the first picture and the number of pictures. Raises Truncated, Damaged."""
    if len(data) < 8:
        raise Truncated()
    order = "little" if data[:2] == b"II" else "big"
    big = 43 in (data[2], data[3])
    walk_ = _Walk(data, order, big)
    position = walk_.number(8, 8) if big else walk_.number(4, 4)
    frames, size = 0, (0, 0)
    while position:
        entries, position = walk_.directory(position)
        width, height = (entries.get(_WIDTH) or [0])[0], (entries.get(_HEIGHT) or [0])[0]
        size = (width, height) if not frames else (max(size[0], width), max(size[1], height))
        frames += 1
    if not size[0] or not size[1]:
        raise Damaged()
    end = walk_.end
    if len(data) - end <= 15 and not data[end:].strip(b"\0"):
        end = len(data)  # alignment
    return Structure(size[0], size[1], frames, end, walk_.texts)
