"""What an NFC chip says when it is held to a telephone: its number, its counter, its loop.

Chips of the kind NTAG 424 DNA write into the address that they show (secure unique NFC message,
NXP AN12196): either the chip's data sealed with AES-128-CBC, or number and counter in the open, and
always a code of eight bytes over them (AES-CMAC under a key derived of number and counter, NIST
SP 800-38B), so that an address cannot be made up and one already used is known again. The kind
TagTamper adds two letters about its loop: whether it is closed now, and whether it ever was broken.

A tag proves that this chip was there, and nothing about the thing that it hangs on. Registry
rules, section 8.
"""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.cmac import CMAC

KEY_BYTES: Final = 16
NUMBER_BYTES: Final = 7
COUNTER_BYTES: Final = 3
CODE_BYTES: Final = 8
MOST_COUNTER: Final = 2 ** (8 * COUNTER_BYTES) - 1
_NUMBER_AND_COUNTER: Final = 0xC7
"""The first byte of the sealed data: number and counter are in it, the number has seven bytes."""
_SESSION: Final = bytes.fromhex("3CC300010080")
"""The beginning of the text that the key of one reading is derived from."""


class TapFault(StrEnum):
    """Why an address is not believed to come from the chip at this moment."""

    MALFORMED = "malformed"
    FORGED = "forged"
    ANOTHER_CHIP = "another_chip"
    REPLAYED = "replayed"


class Loop(StrEnum):
    """The wire of a chip that tells of tampering; UNKNOWN: this kind of chip has none."""

    UNKNOWN = "unknown"
    WHOLE = "whole"
    BROKEN = "broken"


class TapRefused(ValueError):
    """An address that is not believed; `fault` says why."""

    def __init__(self, fault: TapFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Tap:
    """One believed reading: the chip's number (14 hex digits), its counter, its loop."""

    number: str
    counter: int
    loop: Loop = Loop.UNKNOWN


@dataclass(frozen=True, slots=True)
class ChipKeys:
    """The two keys of a chip, 16 bytes each: one seals its data, one makes its codes."""

    data: bytes
    code: bytes

    def __post_init__(self) -> None:
        if len(self.data) != KEY_BYTES or len(self.code) != KEY_BYTES:
            raise ValueError(f"a key of a chip has {KEY_BYTES} bytes")

    def __repr__(self) -> str:
        return "ChipKeys(…)"


def read_tap(
    keys: ChipKeys,
    *,
    code: str,
    sealed: str = "",
    number: str = "",
    counter: str = "",
    loop: str = "",
    expected: str,
    last_counter: int,
) -> Tap:
    """Judge the parameters of one address, all as hexadecimal text in either case.

    Args:
        keys: the keys of the chip that is expected.
        code: the eight bytes that vouch for the rest.
        sealed: the sixteen bytes of sealed data; or else `number` (7 bytes) and `counter` (3 bytes,
            the most significant first) in the open.
        loop: two letters of a TagTamper chip, its permanent and its present state; "" for others.
            Such a chip covers what stands in the address from these letters to the code.
        expected: the number of the chip that this tag is, 14 hex digits.
        last_counter: the highest counter that was ever believed, -1 for none.
    Raises:
        TapRefused: MALFORMED; FORGED where the code does not fit; ANOTHER_CHIP; REPLAYED where the
            counter is not above the last one.
    """
    if sealed:
        found, count = _opened(keys.data, _bytes(sealed, KEY_BYTES))
    else:
        found, count = _bytes(number, NUMBER_BYTES), _bytes(counter, COUNTER_BYTES)[::-1]
    state = _loop(loop)
    wanted = _code(keys.code, found + count, _covered(loop))
    if not hmac.compare_digest(_bytes(code, CODE_BYTES), wanted):
        raise TapRefused(TapFault.FORGED)
    if found.hex().upper() != expected.upper():
        raise TapRefused(TapFault.ANOTHER_CHIP)
    value = int.from_bytes(count, "little")
    if value <= last_counter:
        raise TapRefused(TapFault.REPLAYED)
    return Tap(found.hex().upper(), value, state)


def tap_code(key: bytes, *, number: str, counter: int, loop: str = "") -> str:
    """The code that a chip of this key writes, 16 hex digits; to fill samples and tests.

    Raises ValueError for a number or a counter that no chip has.
    """
    if not 0 <= counter <= MOST_COUNTER:
        raise ValueError("a counter has three bytes")
    try:
        said = _bytes(number, NUMBER_BYTES)
    except TapRefused as error:
        raise ValueError("a number has seven bytes") from error
    count = counter.to_bytes(COUNTER_BYTES, "little")
    return _code(key, said + count, _covered(loop)).hex().upper()


def _opened(key: bytes, sealed: bytes) -> tuple[bytes, bytes]:
    """Number and counter (as the chip holds it, the least significant byte first)."""
    opener = Cipher(AES(key), CBC(bytes(KEY_BYTES))).decryptor()
    data = opener.update(sealed) + opener.finalize()
    if data[0] != _NUMBER_AND_COUNTER:
        raise TapRefused(TapFault.FORGED)
    end = 1 + NUMBER_BYTES
    return data[1:end], data[end : end + COUNTER_BYTES]


def _covered(loop: str) -> bytes:
    """What the code covers: `…&l=CC&c=` of our address, from the letters on; else nothing."""
    return f"{loop}&c=".encode("ascii", "replace") if loop else b""


def _code(key: bytes, data: bytes, covered: bytes) -> bytes:
    """Every second byte of the CMAC over what the chip covers, under the key of this reading."""
    full = _cmac(_cmac(key, _SESSION + data), covered)
    return full[1::2]


def _cmac(key: bytes, text: bytes) -> bytes:
    mac = CMAC(AES(key))
    mac.update(text)
    return mac.finalize()


def _loop(letters: str) -> Loop:
    """C closed, O open, I not set up; the first letter is the permanent state."""
    if not letters or letters == "II":
        return Loop.UNKNOWN
    if len(letters) != 2 or not set(letters) <= set("COI"):
        raise TapRefused(TapFault.MALFORMED)
    return Loop.WHOLE if letters == "CC" else Loop.BROKEN


def _bytes(text: str, length: int) -> bytes:
    try:
        found = bytes.fromhex(text) if len(text) == 2 * length else b""
    except ValueError:
        found = b""
    if len(found) != length:
        raise TapRefused(TapFault.MALFORMED)
    return found
