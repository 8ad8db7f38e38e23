"""Take out of a picture's file what it tells of its maker: place, camera, notes. Pure.

The pixels stay as they are, bit by bit. Of EXIF only the turn of the picture is kept, because the
picture would lie on its side without it. Sources: JPEG (ITU-T T.81), EXIF 2.32, PNG (third
edition), WebP container (RFC 9649).
"""

import re
import struct
import zlib
from io import BytesIO
from typing import Final

from PIL import Image, UnidentifiedImageError

_ORIENTATION: Final = 0x0112
_JPEG_DROPPED: Final = frozenset({0xE1, 0xED, 0xFE, *range(0xE3, 0xEE), 0xEF})
"""Exif and XMP, IPTC, comments and makers' own; APP0, the colour profile and APP14 stay."""
_AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_PNG_DROPPED: Final = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_WEBP_DROPPED: Final = frozenset({b"EXIF", b"XMP "})
_WEBP_FLAGS: Final = 0x08 | 0x04  # EXIF and XMP stand in the file


def without_traces(data: bytes) -> bytes:
    """The same picture without the data about its making; other kinds of files as they are."""
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return data


def _jpeg(data: bytes) -> bytes:
    kept = [data[:2]]
    turn = _turn_of(data)
    if turn != 1:
        kept.append(_segment(b"Exif\0\0" + _exif(turn)))
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xD9:
            break
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:  # without a length
            kept.append(data[at : at + 2])
            at += 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker not in _JPEG_DROPPED and data[at + 4 : at + 8] != b"MPF\0":
            kept.append(data[at:end])
        at = end
        if marker == 0xDA:
            at = _end_of_scan(data, end)
            kept.append(data[end:at])
    # The first picture ends here: second pictures and what is hidden after it stay behind.
    return b"".join([*kept, b"\xff\xd9"])


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the marker after a scan stands; stuffed bytes and restarts are part of the scan."""
    found = _AFTER_SCAN.search(data, at)
    return found.start() if found else len(data)


def _segment(body: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _exif(turn: int) -> bytes:
    """A directory with the orientation alone."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, turn, 0)
    return b"MM\0*\0\0\0\x08" + struct.pack(">H", 1) + entry + b"\0\0\0\0"


def _png(data: bytes) -> bytes:
    kept = [data[:8]]
    turn = _turn_of(data)
    at = 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if name not in _PNG_DROPPED:
            kept.append(data[at : at + 12 + size])
        if name == b"IHDR" and turn != 1:
            kept.append(_chunk(b"eXIf", _exif(turn)))
        at += 12 + size
        if name == b"IEND":
            break
    return b"".join(kept)


def _chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def _webp(data: bytes) -> bytes:
    turn = _turn_of(data)
    kept: list[bytes] = []
    at = 12
    while at + 8 <= len(data):
        name = data[at : at + 4]
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        chunk = data[at : at + 8 + size + size % 2]
        if name == b"VP8X":
            flags = (chunk[8] & ~_WEBP_FLAGS) | (0x08 if turn != 1 else 0)
            chunk = chunk[:8] + bytes([flags]) + chunk[9:]
        if name not in _WEBP_DROPPED:
            kept.append(chunk)
        at += 8 + size + size % 2
    if turn != 1:
        body = _exif(turn)
        kept.append(b"EXIF" + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2))
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _turn_of(data: bytes) -> int:
    """The orientation that the file names, 1 to 8."""
    try:
        with Image.open(BytesIO(data)) as picture:
            turn = picture.getexif().get(_ORIENTATION, 1)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return 1
    return turn if isinstance(turn, int) and 1 <= turn <= 8 else 1
