"""Walk a PNG's chunks with their checksums (ISO/IEC 15948) without inflating anything."""

import zlib

from .facts import Structure
from .refusals import Damaged, Truncated

_STEP = 1 << 20
_PIXEL_CHUNKS = {b"IDAT", b"fdAT", b"PLTE", b"iCCP"}


def walk(data: bytes) -> Structure:
    """The structure up to IEND. Raises Truncated, Damaged (wrong checksum or order)."""
    position, frames, seen_pixels = 8, 1, False
    width = height = 0
    texts: list[tuple[int, int]] = []
    while True:
        if position + 12 > len(data):
            raise Truncated()
        length = int.from_bytes(data[position : position + 4], "big")
        kind = data[position + 4 : position + 8]
        body = position + 8
        if length > 0x7FFFFFFF or not kind.isalpha():
            raise Damaged()
        if body + length + 4 > len(data):
            raise Truncated()
        if (kind == b"IHDR") != (position == 8) or (kind == b"IHDR" and length != 13):
            raise Damaged()
        if kind == b"IHDR":
            width = int.from_bytes(data[body : body + 4], "big")
            height = int.from_bytes(data[body + 4 : body + 8], "big")
        elif kind == b"acTL" and length == 8:
            frames = int.from_bytes(data[body : body + 4], "big")
        seen_pixels |= kind == b"IDAT"
        if kind not in _PIXEL_CHUNKS:
            texts.append((body, body + length))
        _check_sum(data, position + 4, body + length)
        position = body + length + 4
        if kind == b"IEND":
            break
    if not width or not height or not seen_pixels:
        raise Damaged()
    return Structure(width, height, frames, position, texts)


def header_size(data: bytes) -> tuple[int, int]:
    """Width and height of IHDR, which is always first."""
    if len(data) < 33:
        raise Truncated()
    if data[12:16] != b"IHDR":
        raise Damaged()
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _check_sum(data: bytes, start: int, stop: int) -> None:
    total = 0
    for at in range(start, stop, _STEP):
        total = zlib.crc32(data[at : min(at + _STEP, stop)], total)
    if total != int.from_bytes(data[stop : stop + 4], "big"):
        raise Damaged()
