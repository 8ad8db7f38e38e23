"""Numbers, base64 and lines as the formats of the log write them: one text for each value.

Stricter than `int` and `base64`, which read many texts as the same value; a text that can be
changed without changing its meaning could be replayed as another one.
"""

import base64
import binascii
import re
from typing import Final

from catalog.engine.log.errors import MalformedBase64, MalformedNumber

MOST: Final = 2**63 - 1

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def read_number(text: str, *, what: str) -> int:
    """A whole number from 0 to 2^63-1 in ASCII digits without a leading zero.

    Raises `MalformedNumber`, which names `what` was to be read.
    """
    if _NUMBER.fullmatch(text) is None:
        raise MalformedNumber(f"{what} is not a plain decimal number: {text[:40]!r}")
    number = int(text)
    if number > MOST:
        raise MalformedNumber(f"{what} is above 2^63-1: {text}")
    return number


def read_base64(text: str, *, what: str, length: int | None = None) -> bytes:
    """The bytes of standard base64 (RFC 4648, section 4) with its padding.

    Args:
        length: how many bytes they must be; None for any.
    Raises:
        MalformedBase64: another alphabet, missing padding, spare bits that are not zero, spaces,
            or another length.
    """
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise MalformedBase64(f"{what} is not base64: {text[:60]!r}") from error
    if write_base64(raw) != text:
        raise MalformedBase64(f"{what} is not the standard base64 of its bytes: {text[:60]!r}")
    if length is not None and len(raw) != length:
        raise MalformedBase64(f"{what} has {len(raw)} bytes instead of {length}")
    return raw


def write_base64(raw: bytes) -> str:
    """Standard base64 with padding, without line breaks."""
    return base64.b64encode(raw).decode("ascii")
