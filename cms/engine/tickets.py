"""The code on a ticket: which booking and which of its places, and that we issued it.

48 characters of A–Z and 2–7, safe in an address and in the alphanumeric mode of a QR code; nothing
about the person. A checker without a network proves it by the key; whether the place was used or
cancelled, the list of bookings says. Events rules §2.
"""

import base64
import binascii
import hmac
import unicodedata
import uuid
from collections.abc import Sequence
from typing import Final, Literal

VERSION: Final = 1
CODE_LENGTH: Final = 48
MOST_PLACES: Final = 2**16
LEAST_KEY_BYTES: Final = 16

_SIGNED_BYTES: Final = 1 + 16 + 2
_MARK_BYTES: Final = 11  # 88 bits; with the rest 30 bytes, so that no bit of the code is idle
_PURPOSE: Final = b"artmarket ticket\x00"
_LOOKALIKES: Final = str.maketrans({"0": "O", "1": "I"})
_LONGEST_TEXT: Final = 4 * CODE_LENGTH

TicketFault = Literal["unreadable", "forged"]


class TicketError(ValueError):
    """A text that is no ticket of ours; `code` says why."""

    def __init__(self, code: TicketFault) -> None:
        super().__init__(code)
        self.code: TicketFault = code


def ticket_code(booking: uuid.UUID, place: int, key: bytes) -> str:
    """The code of one place of a booking.

    Args:
        booking: the booking.
        place: which of its places, 0 ≤ place < `MOST_PLACES`.
        key: the secret, `LEAST_KEY_BYTES` or more.
    Raises:
        ValueError: no such place, or the key is too short.
    """
    if not 0 <= place < MOST_PLACES:
        raise ValueError(f"no ticket has the place {place}")
    signed = bytes([VERSION]) + booking.bytes + place.to_bytes(2, "big")
    return base64.b32encode(signed + _mark(signed, key)).decode()


def read_ticket(code: str, keys: Sequence[bytes]) -> tuple[uuid.UUID, int]:
    """The booking and the place of a code, as it was scanned or typed.

    Spaces, hyphens and small letters are forgiven, 0 is read as O and 1 as I.

    Args:
        code: the text.
        keys: the secrets that are still believed, the newest first.
    Raises:
        TicketError: "unreadable", no ticket of a kind we know; "forged", signed with none of the
            keys.
        ValueError: a key is too short.
    """
    whole = _bytes(code)
    signed, mark = whole[:_SIGNED_BYTES], whole[_SIGNED_BYTES:]
    if signed[0] != VERSION:
        raise TicketError("unreadable")
    if not any(hmac.compare_digest(mark, _mark(signed, key)) for key in keys):
        raise TicketError("forged")
    return uuid.UUID(bytes=signed[1:17]), int.from_bytes(signed[17:], "big")


def _bytes(code: str) -> bytes:
    if len(code) > _LONGEST_TEXT:
        raise TicketError("unreadable")
    plain = unicodedata.normalize("NFKC", code).upper()
    kept = "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Pd")
    if len(kept) != CODE_LENGTH:
        raise TicketError("unreadable")
    try:
        return base64.b32decode(kept.translate(_LOOKALIKES))
    except (binascii.Error, ValueError) as error:
        raise TicketError("unreadable") from error


def _mark(signed: bytes, key: bytes) -> bytes:
    if len(key) < LEAST_KEY_BYTES:
        raise ValueError(f"a key of tickets has {LEAST_KEY_BYTES} bytes or more")
    return hmac.digest(key, _PURPOSE + signed, "sha256")[:_MARK_BYTES]
