"""Walk the boxes of AVIF and HEIC (ISO/IEC 14496-12, 23008-12) without decoding anything."""

from collections.abc import Iterator

from .facts import Structure
from .refusals import Damaged, Truncated

_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"iprp", b"ipco"}
_KNOWN = {b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"uuid", b"idat"}
MAX_BOXES = 20_000


def walk(data: bytes) -> Structure:
    """The largest announced pixels, frames of a sequence, and where the last known box ends.

    Raises Truncated, Damaged.
    """
    width = height = end = count = 0
    frames = 1
    texts: list[tuple[int, int]] = []
    for kind, body, stop in _boxes(data, 0, len(data), top=True):
        if kind not in _KNOWN:
            break
        end = stop
        if kind not in (b"mdat", b"ftyp", b"meta", b"moov"):
            texts.append((body, stop))
        if kind not in (b"meta", b"moov"):
            continue
        for inner, at, to in _descend(data, body + (4 if kind == b"meta" else 0), stop):
            count += 1
            if count > MAX_BOXES:
                raise Damaged()
            if inner == b"ispe" and to - at >= 12:
                width = max(width, int.from_bytes(data[at + 4 : at + 8], "big"))
                height = max(height, int.from_bytes(data[at + 8 : at + 12], "big"))
            elif inner == b"stsz" and to - at >= 12:
                frames = max(frames, int.from_bytes(data[at + 8 : at + 12], "big"))
    if not width or not height:
        raise Damaged()
    return Structure(width, height, frames, end, texts)


def _descend(
    data: bytes, start: int, stop: int, depth: int = 0
) -> Iterator[tuple[bytes, int, int]]:
    if depth > 8:
        raise Damaged()
    for kind, body, to in _boxes(data, start, stop):
        yield kind, body, to
        if kind in _CONTAINERS:
            yield from _descend(data, body, to, depth + 1)


def _boxes(
    data: bytes, start: int, stop: int, *, top: bool = False
) -> Iterator[tuple[bytes, int, int]]:
    """Boxes between two positions: kind, start of the body, end."""
    position = start
    while position < stop:
        short = Truncated if top else Damaged
        if position + 8 > stop:
            raise short()
        size = int.from_bytes(data[position : position + 4], "big")
        kind = data[position + 4 : position + 8]
        body = position + 8
        if size == 1:
            size = int.from_bytes(data[body : body + 8], "big")
            body += 8
        elif size == 0:
            size = stop - position
        if size < body - position:
            raise Damaged()
        if position + size > stop:
            raise short()
        yield kind, body, position + size
        position += size
