"""Registry numbers: permanent, meaningless, never reused; short enough to be read aloud.

Seven characters without meaning and one check character (ISO 7064 hybrid system MOD 31,30).
This module never draws a number (the caller brings the chance) and never looks one up.
"""

import unicodedata
from typing import Final, Literal

from stdnum.iso7064 import mod_37_36

ALPHABET: Final = "0123456789BCDFGHJKMNPQRSTVWXYZ"
"""Digits and consonants: no vowel spells a word, no L looks like 1."""

BODY_LENGTH: Final = 7
NUMBER_LENGTH: Final = BODY_LENGTH + 1
SPACE: Final[int] = len(ALPHABET) ** BODY_LENGTH
"""How many different serials `make_number` accepts."""

_STRIDE: Final = 13516413067
"""Coprime to `SPACE` and near its golden section: a step changes every place at once."""

NumberFault = Literal["length", "character", "check"]

_LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_SEPARATORS: Final = frozenset("-‐‑‒–—―−·.。_/")


class NumberError(ValueError):
    """A text is not a registry number; `code` says which of the three things is wrong."""

    def __init__(self, code: NumberFault, text: str) -> None:
        super().__init__(f"{code}: {text!r}")
        self.code: NumberFault = code


def make_number(serial_random: int) -> str:
    """The number of a serial the caller drew at random.

    The hybrid system alone misses one adjacent transposition in 435. Numbers one of whose
    transpositions would also be valid are therefore never issued: another serial far away stands
    in (the fault may lie in the first characters, which all near serials share), so two serials
    may give one number and the caller must keep the numbers unique.

    Args:
        serial_random: 0 ≤ n < `SPACE`.
    Raises:
        ValueError: the serial is outside that range.
    """
    if not 0 <= serial_random < SPACE:
        raise ValueError(f"serial outside 0..{SPACE - 1}: {serial_random}")
    serial = serial_random
    while _is_weak(number := _with_check(serial)):
        serial = (serial + _STRIDE) % SPACE
    return number


def normalise_number(text: str) -> str:
    """What the reader meant: capitals, no spaces or hyphens, look-alikes replaced.

    Full-width characters become plain, O becomes 0, I and L become 1, U becomes V. The result
    is not checked and may still be no number at all.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    kept = "".join(c for c in plain if not c.isspace() and c not in _SEPARATORS)
    return kept.translate(_LOOKALIKES)


def check_number(text: str) -> str:
    """The normal form of a number as somebody typed it.

    Raises:
        NumberError: with code "length" (not eight characters), "character" (one outside the
            alphabet) or "check" (the check character disagrees, or the number is of the kind
            that is never issued).
    """
    number = normalise_number(text)
    if len(number) != NUMBER_LENGTH:
        raise NumberError("length", text)
    if any(c not in ALPHABET for c in number):
        raise NumberError("character", text)
    if not mod_37_36.is_valid(number, alphabet=ALPHABET) or _is_weak(number):
        raise NumberError("check", text)
    return number


def is_number(text: str) -> bool:
    """Whether `check_number` would accept the text."""
    try:
        check_number(text)
    except NumberError:
        return False
    return True


def format_number(number: str) -> str:
    """Two groups of four, as printed: "7K3M-92QF". Accepts whatever `check_number` accepts."""
    normal = check_number(number)
    return f"{normal[:4]}-{normal[4:]}"


def _with_check(serial: int) -> str:
    body = ""
    for _ in range(BODY_LENGTH):
        serial, place = divmod(serial, len(ALPHABET))
        body = ALPHABET[place] + body
    return body + mod_37_36.calc_check_digit(body, alphabet=ALPHABET)


def _is_weak(number: str) -> bool:
    """Whether swapping two different neighbours would give another valid number."""
    for i in range(len(number) - 1):
        first, second = number[i], number[i + 1]
        if first == second:
            continue
        swapped = number[:i] + second + first + number[i + 2 :]
        if mod_37_36.is_valid(swapped, alphabet=ALPHABET):
            return True
    return False
