"""Keys of the log and of its witnesses (C2SP signed-note, tlog-cosignature).

Two types only: Ed25519 over the text of a note (0x01, the log) and Ed25519 over the text with a
time before it (0x04, a witness). A key is what its name, type and bytes are together.
"""

import re
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from catalog.engine.log.encoding import MOST, read_base64, write_base64
from catalog.engine.log.errors import MalformedBase64, MalformedKey, MalformedNumber, WrongSignature

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
TIME_BYTES: Final = 8

_ID: Final = re.compile(r"[0-9a-f]{8}", re.ASCII)


class KeyType(IntEnum):
    """The byte that says how a key signs."""

    LOG = 0x01
    WITNESS = 0x04


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under the name of its holder; `public` has 32 bytes (RFC 8032)."""

    name: str
    type: KeyType
    public: bytes

    def __post_init__(self) -> None:
        require_key_name(self.name)
        if self.type not in (KeyType.LOG, KeyType.WITNESS):
            raise MalformedKey(f"keys of type {self.type!r} are not read here")
        if len(self.public) != KEY_BYTES:
            raise MalformedKey(f"a public key has {KEY_BYTES} bytes, not {len(self.public)}")

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, type and key."""
        named = self.name.encode() + b"\n" + bytes([self.type]) + self.public
        return sha256(named).digest()[:4]

    @property
    def text(self) -> str:
        """The key as configuration writes it: name, ID and base64 of type and key, joined by +."""
        return f"{self.name}+{self.key_id.hex()}+{write_base64(bytes([self.type]) + self.public)}"

    def verify(self, text: bytes, signature: bytes) -> int | None:
        """The time that a witness signed (seconds since 1970), None for the log's own key.

        Args:
            text: the text of the note with its last newline.
            signature: what stands behind the key ID: 64 bytes, of a witness 8 bytes of time before.
        Raises:
            WrongSignature: it does not fit, or has another length.
        """
        at, message = None, text
        if self.type == KeyType.WITNESS:
            at = int.from_bytes(signature[:TIME_BYTES], "big")
            if at > MOST:
                raise WrongSignature(f"{self.name} signed at a time beyond all counting")
            signature, message = signature[TIME_BYTES:], _witnessed(text, at)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise WrongSignature(f"the signature of {self.name} does not fit the text") from error
        return at


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key; `seed` has 32 bytes (RFC 8032) and is never printed."""

    name: str
    type: KeyType
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        require_key_name(self.name)
        if len(self.seed) != KEY_BYTES:
            raise MalformedKey(f"the seed of a key has {KEY_BYTES} bytes, not {len(self.seed)}")

    @property
    def verifier(self) -> VerifierKey:
        """Its public key."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, self.type, public)

    def sign(self, text: bytes, at: int | None = None) -> bytes:
        """The signature as it stands behind the key ID.

        Args:
            text: the text of a note with its last newline.
            at: seconds since 1970 when a witness signs; None for the log.
        Raises:
            MalformedNumber: a witness without a time from 0 to 2^63-1, or a log with one.
        """
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        if self.type == KeyType.LOG:
            if at is not None:
                raise MalformedNumber("the key of a log signs no time")
            return private.sign(text)
        if at is None or not 0 <= at <= MOST:
            raise MalformedNumber("a witness signs a time from 0 to 2^63-1")
        return at.to_bytes(TIME_BYTES, "big") + private.sign(_witnessed(text, at))


def read_key(text: str) -> VerifierKey:
    """The key that a configuration line names.

    Raises `MalformedKey`: not three parts, a name with spaces, a type that is not read here, a
    wrong length, or an ID that is not the key's own.
    """
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise MalformedKey("a key is written name+ID+base64")
    name, key_id, encoded = parts
    try:
        raw = read_base64(encoded, what="the key")
    except MalformedBase64 as error:
        raise MalformedKey(str(error)) from error
    if not raw or raw[0] not in tuple(KeyType):
        raise MalformedKey(f"keys of type {raw[:1].hex() or 'none'} are not read here")
    key = VerifierKey(name, KeyType(raw[0]), raw[1:])
    if _ID.fullmatch(key_id) is None or key_id != key.key_id.hex():
        raise MalformedKey(f"the ID of this key is {key.key_id.hex()}, not {key_id[:40]}")
    return key


def require_key_name(name: str) -> None:
    """A key name is not empty and holds no space, plus sign or control character."""
    if not name or "+" in name or any(c.isspace() or c < " " for c in name):
        raise MalformedKey(f"not the name of a key: {name[:100]!r}")
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise MalformedKey(f"not the name of a key: {name[:100]!r}") from error


def _witnessed(text: bytes, at: int) -> bytes:
    return b"cosignature/v1\ntime %d\n" % at + text
