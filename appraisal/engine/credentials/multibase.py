"""Bytes written as text: base58btc (`z…`), base64url (`u…`), and keys as Multikey.

Source: W3C Controlled Identifiers 1.0, sections 2.4 (Multibase) and 2.2.2 (Multikey). One value
has one spelling here: whatever does not come out again as it went in is refused.
"""

import base64
import re
from typing import Final

from appraisal.engine.credentials.errors import CredentialRefused

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LONGEST_BASE58: Final = 200
ED25519_PUBLIC: Final = b"\xed\x01"
ED25519_SECRET: Final = b"\x80\x26"
KEY_BYTES: Final = 32

_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*")


def to_base58(content: bytes) -> str:
    """Bytes as base58btc with the prefix `z`."""
    number, text = int.from_bytes(content, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    zeros = len(content) - len(content.lstrip(b"\0"))
    return "z" + ALPHABET[0] * zeros + text


def from_base58(text: object) -> bytes:
    """The bytes of a base58btc text with the prefix `z`.

    Raises `CredentialRefused` `not_base58`.
    """
    if (
        not isinstance(text, str)
        or not text.startswith("z")
        or not 1 < len(text) <= LONGEST_BASE58
        or not set(text[1:]) <= _VALUES.keys()
    ):
        raise CredentialRefused("not_base58", "not base58btc with the prefix z")
    number = 0
    for character in text[1:]:
        number = number * 58 + _VALUES[character]
    zeros = len(text[1:]) - len(text[1:].lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def to_base64url(content: bytes) -> str:
    """Bytes as base64url without padding, with the prefix `u`."""
    return "u" + base64.urlsafe_b64encode(content).decode().rstrip("=")


def from_base64url(text: object) -> bytes:
    """The bytes of a base64url text with the prefix `u`, without padding.

    Raises `CredentialRefused` `not_base64url`, also for spare bits that are not zero.
    """
    refused = CredentialRefused("not_base64url", "not base64url with the prefix u")
    if not isinstance(text, str) or not text.startswith("u") or len(text) % 4 == 2:
        raise refused
    if not _BASE64URL.fullmatch(text[1:]):
        raise refused
    content = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
    if to_base64url(content) != text:
        raise refused
    return content


def to_multikey(public_key: bytes) -> str:
    """The 32 bytes of an Ed25519 public key as Multikey (`z6Mk…`). Raises ValueError."""
    if len(public_key) != KEY_BYTES:
        raise ValueError("an Ed25519 public key has 32 bytes")
    return to_base58(ED25519_PUBLIC + public_key)


def from_multikey(text: object) -> bytes:
    """The 32 bytes of an Ed25519 public key. Raises `CredentialRefused` `not_ed25519_key`."""
    return _key(text, ED25519_PUBLIC)


def from_secret_multikey(text: object) -> bytes:
    """The 32-byte seed of an Ed25519 secret key (`z3u2…`). Raises as `from_multikey`."""
    return _key(text, ED25519_SECRET)


def did_key(public_key: bytes) -> str:
    """The `did:key` identifier of an Ed25519 public key."""
    return f"did:key:{to_multikey(public_key)}"


def did_key_method(public_key: bytes) -> str:
    """The verification method of a `did:key`: the identifier, and the key again as fragment."""
    return f"{did_key(public_key)}#{to_multikey(public_key)}"


def public_key_of(method: str) -> bytes | None:
    """The public key that a `did:key` verification method names; None for any other method.

    Raises `CredentialRefused` `not_ed25519_key` when it is a `did:key` that names none.
    """
    if not method.startswith("did:key:"):
        return None
    identifier, _, fragment = method.removeprefix("did:key:").partition("#")
    if identifier != fragment:
        raise CredentialRefused("not_ed25519_key", "the two halves of a did:key differ")
    return from_multikey(identifier)


def _key(text: object, prefix: bytes) -> bytes:
    try:
        content = from_base58(text)
    except CredentialRefused:
        content = b""
    if len(content) != len(prefix) + KEY_BYTES or not content.startswith(prefix):
        raise CredentialRefused("not_ed25519_key", "not an Ed25519 key in Multikey form")
    return content[len(prefix) :]
