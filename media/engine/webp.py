"""Walk a WebP's RIFF chunks (RFC 9649) without decoding anything."""

from .facts import Structure
from .refusals import Damaged, Truncated


def walk(data: bytes) -> Structure:
    """The structure of the RIFF chunk; `end` is where it ends. Raises Truncated, Damaged."""
    if len(data) < 20:
        raise Truncated()
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise Truncated()
    position, frames = 12, 0
    width = height = 0
    pictures = 0
    texts: list[tuple[int, int]] = []
    while position < end:
        if position + 8 > end:
            raise Damaged()
        kind = data[position : position + 4]
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        body = position + 8
        if body + length > end:
            raise Damaged()
        w, h = _size(kind, data[body : body + 10])
        width, height = max(width, w), max(height, h)
        frames += kind == b"ANMF"
        pictures += kind in (b"VP8 ", b"VP8L", b"ANMF")
        if kind not in (b"VP8 ", b"VP8L", b"ANMF", b"ALPH", b"ICCP", b"VP8X"):
            texts.append((body, body + length))
        position = body + length + (length & 1)
    if not width or not height or not pictures or position != end:
        raise Damaged()
    return Structure(width, height, max(frames, 1), end, texts)


def _size(kind: bytes, body: bytes) -> tuple[int, int]:
    """Pixels that this chunk announces; 0 × 0 for chunks without any."""
    if kind not in (b"VP8X", b"VP8L", b"VP8 "):
        return 0, 0
    if len(body) < (5 if kind == b"VP8L" else 10):
        raise Damaged()
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(
        body[8:10], "little"
    ) & 0x3FFF
