"""Human references of payments, refunds and payouts, and how to find one in a bank's text.

A letter for the kind, eight characters without look-alikes, a check character over all of it
(ISO 7064 MOD 37,36). Pure: the caller brings the chance.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from stdnum.iso7064 import mod_37_36

ALPHABET: Final = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""Digits and consonants that are not taken for one another; no vowel spells a word."""
BODY: Final = 8
PAYMENT: Final = "P"
REFUND: Final = "R"
PAYOUT: Final = "W"
SPACE: Final = len(ALPHABET) ** BODY

_SEPARATED: Final = re.compile(r"[\s\-‐‑‒–—―−·.。_/:：]+")
_SHAPE: Final = re.compile(rf"(?=([{PAYMENT}{REFUND}{PAYOUT}][{ALPHABET}]{{{BODY}}}[0-9A-Z]))")


def make_reference(kind: str, serial: int) -> str:
    """The reference of a serial (0 ≤ serial < `SPACE`): `P-2345-BCDF-X` without its hyphens."""
    if not 0 <= serial < SPACE:
        raise ValueError(f"serial outside 0..{SPACE - 1}")
    body = ""
    for _place in range(BODY):
        serial, place = divmod(serial, len(ALPHABET))
        body = ALPHABET[place] + body
    return kind + body + mod_37_36.calc_check_digit(kind + body)


def printed(reference: str) -> str:
    """A reference as it is read aloud: `P-2345-BCDF-X`."""
    return "-".join([reference[0], reference[1:5], reference[5:9], reference[9:]])


def references_in(text: str, kinds: Iterable[str] = (PAYMENT,)) -> list[str]:
    """Every valid reference in a text, each once, in the order in which they stand.

    Width, case, spaces and hyphens do not matter; one whose check character is wrong is none.
    """
    plain = _SEPARATED.sub("", unicodedata.normalize("NFKC", text).upper())
    wanted = tuple(kinds)
    found = [
        each
        for each in _SHAPE.findall(plain)
        if each.startswith(wanted) and mod_37_36.is_valid(each)
    ]
    return list(dict.fromkeys(found))
