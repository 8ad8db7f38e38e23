"""Walk a JPEG's markers (ITU T.81 Annex B) without decoding anything."""

import re

from .facts import Structure
from .refusals import Damaged, HiddenContent, Truncated

_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_START_OF_FRAME = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
MAX_SCANS = 200  # a progressive picture has about ten; thousands only burn time
MAX_COMPANIONS = 4  # gain map and previews of a multi-picture file (CIPA DC-007)


def walk(data: bytes) -> Structure:
    """The first picture's structure; `end` is the file's end when only its own companions follow.

    Companions are the further JPEGs that a multi-picture file announces (phones keep the HDR gain
    map so). Padding zeros count as the end too. Raises Truncated, Damaged, HiddenContent.
    """
    first, announced = _one(data, 0)
    end, companions = first.end, 0
    texts = list(first.texts)
    while announced and data[end : end + 3] == b"\xff\xd8\xff":
        companions += 1
        if companions > MAX_COMPANIONS:
            raise HiddenContent()
        following, _more = _one(data, end)
        texts += following.texts
        end = following.end
    if end < len(data) and not data[end : end + 65536].strip(b"\0") and len(data) - end <= 65536:
        end = len(data)
    return Structure(first.width, first.height, 1, end, texts)


def _one(data: bytes, start: int) -> tuple[Structure, bool]:
    """One JPEG from its SOI to its EOI, and whether it announces companions (MPF)."""
    position, scans, announced = start + 2, 0, False
    size: tuple[int, int] | None = None
    texts: list[tuple[int, int]] = []
    while True:
        marker, position = _marker(data, position)
        if marker == 0xD9:
            break
        if marker in _STANDALONE:
            continue
        length = int.from_bytes(data[position : position + 2], "big")
        if length < 2:
            raise Damaged() if position + 2 <= len(data) else Truncated()
        if position + length > len(data):
            raise Truncated()
        if marker in _START_OF_FRAME:
            if size is not None:
                raise Damaged()
            size = _frame_size(data, position)
        elif marker == 0xDA:
            scans += 1
            if scans > MAX_SCANS:
                raise Damaged()
            found = _NEXT_MARKER.search(data, position + length)
            if found is None:
                raise Truncated()
            position = found.start()
            continue
        elif marker >= 0xE0:
            texts.append((position + 2, position + length))
            announced |= marker == 0xE2 and data[position + 2 : position + 6] == b"MPF\0"
        position += length
    if size is None or not scans:
        raise Damaged()
    return Structure(size[0], size[1], 1, position, texts), announced


def _marker(data: bytes, position: int) -> tuple[int, int]:
    """The marker at this position and the position behind it; fill bytes are skipped."""
    if position + 2 > len(data):
        raise Truncated()
    if data[position] != 0xFF:
        raise Damaged()
    while data[position] == 0xFF:
        position += 1
        if position >= len(data):
            raise Truncated()
    return data[position], position + 1


def _frame_size(data: bytes, position: int) -> tuple[int, int]:
    height = int.from_bytes(data[position + 3 : position + 5], "big")
    width = int.from_bytes(data[position + 5 : position + 7], "big")
    if not width or not height:
        raise Damaged()
    return width, height
