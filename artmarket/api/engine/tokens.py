"""The form of access tokens: a prefix that scanners know, 190 random bits, a checksum.

A leaked token is found by its prefix; a mistyped one is refused by its checksum without asking the
database. Only the SHA-256 digest is stored: the token itself is as random as a key.
"""

import hashlib
import secrets
import string
import zlib
from typing import Final

PREFIX: Final = "amk_"
_ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM: Final = 32
_CHECK: Final = 6
SHOWN: Final = len(PREFIX) + 6
"""How many characters of a token are kept in clear, to tell tokens apart."""


def make_token() -> str:
    """A new token."""
    random = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
    return f"{PREFIX}{random}{_check(random)}"


def is_token(text: str) -> bool:
    """Whether the text has the form of a token, checksum included."""
    random, check = text[len(PREFIX) : -_CHECK], text[-_CHECK:]
    return (
        text.startswith(PREFIX)
        and len(random) == _RANDOM
        and all(c in _ALPHABET for c in random)
        and check == _check(random)
    )


def digest_of(token: str) -> str:
    """What is stored of a token (hex)."""
    return hashlib.sha256(token.encode()).hexdigest()


def _check(random: str) -> str:
    number = zlib.crc32(random.encode())
    letters = []
    for _place in range(_CHECK):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return "".join(reversed(letters))
