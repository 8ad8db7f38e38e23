"""Signing keys: sealed under a master secret, and changed without a gap.

A seed never rests in the open. It is wrapped with AES-SIV (RFC 5297) under a key that HKDF-SHA-512
(RFC 5869) derives from the master secret and a salt; identity and public key are sealed with it, so
that a wrapped seed cannot be passed off as another key. AES-SIV stays safe when a salt comes twice,
which is why it is used where randomness comes from the caller. Times are those of `TrustedKey`:
what signs now and what still verifies are told from them alone. Registry rules, section 6.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appraisal.engine.credentials.canonical import Json, canonical, read_json
from appraisal.engine.credentials.errors import CredentialRefused
from appraisal.engine.credentials.moments import aware
from appraisal.engine.credentials.multibase import (
    from_base64url,
    from_multikey,
    to_base64url,
    to_multikey,
)
from appraisal.engine.credentials.proof import public_key_from
from appraisal.engine.credentials.trusted import TrustedKey

FORMAT: Final = "artmarket-signing-key-1"
SEED_BYTES: Final = 32
SALT_BYTES: Final = 32
FEWEST_SECRET_BYTES: Final = 32
LONGEST_WRAPPED: Final = 4096

_DERIVED_BYTES: Final = 64
_MEMBERS: Final = frozenset({"format", "keyId", "publicKeyMultibase", "salt", "sealed"})


class KeyRefused(ValueError):
    """A wrapped key that cannot be opened, or a moment without a key; `code` is stable."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An opened key. The seed shows in no representation, so it reaches no log or trace."""

    key_id: str
    public_key: bytes
    seed: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.key_id!r}, {to_multikey(self.public_key)})"


def wrap(seed: bytes, *, key_id: str, master: bytes, salt: bytes) -> str:
    """Seal a seed; the text can stand in a database or a file.

    Args:
        seed: the 32 bytes of an Ed25519 secret key.
        key_id: the verification method that the key will sign under.
        master: the master secret, at least 32 random bytes; not a password.
        salt: 32 bytes from a random source, new for each call.
    Raises:
        ValueError: a part of a wrong length, an empty key id.
    """
    _check_parts(seed=seed, key_id=key_id, master=master, salt=salt)
    public = to_multikey(public_key_from(seed))
    sealed = _box(master, salt).encrypt(seed, _bound(key_id, public))
    return canonical(
        {
            "format": FORMAT,
            "keyId": key_id,
            "publicKeyMultibase": public,
            "salt": to_base64url(salt),
            "sealed": to_base64url(sealed),
        }
    ).decode()


def unwrap(wrapped: str, masters: Sequence[bytes]) -> SigningKey:
    """Open a sealed seed with the first master secret that fits.

    Args:
        wrapped: a text from `wrap`.
        masters: master secrets, the newest first.
    Raises:
        KeyRefused: `key_unreadable` (not of this form), `key_not_opened` (no secret fits, or a
            part was changed), `key_mismatch` (the seed belongs to another public key).
    """
    content = _read(wrapped)
    salt, sealed = from_base64url(content["salt"]), from_base64url(content["sealed"])
    key_id, public = content["keyId"], content["publicKeyMultibase"]
    for master in masters:
        try:
            seed = _box(master, salt).decrypt(sealed, _bound(key_id, public))
        except InvalidTag:
            continue
        if len(seed) != SEED_BYTES or public_key_from(seed) != from_multikey(public):
            raise KeyRefused("key_mismatch", "the seed belongs to another public key")
        return SigningKey(key_id, from_multikey(public), seed)
    raise KeyRefused("key_not_opened", "no master secret opens this key, or it was changed")


def is_under(wrapped: str, master: bytes) -> bool:
    """Whether this master secret opens the key; for changing secrets. Raises `key_unreadable`."""
    try:
        unwrap(wrapped, [master])
    except KeyRefused as error:
        if error.code == "key_unreadable":
            raise
        return False
    return True


def rewrap(wrapped: str, masters: Sequence[bytes], *, master: bytes, salt: bytes) -> str:
    """The same key sealed under another master secret. Raises as `unwrap` and `wrap`."""
    opened = unwrap(wrapped, masters)
    return wrap(opened.seed, key_id=opened.key_id, master=master, salt=salt)


# ------------------------------------------------------------------ which key, when


def signing_key(keys: Iterable[TrustedKey], controller: str, at: datetime) -> TrustedKey:
    """The key that signs for a controller at a moment: of those that may, the one begun last.

    Raises:
        KeyRefused: `no_key` when none may sign then.
        ValueError: a moment without a zone.
    """
    may = [key for key in keys if key.controller == controller and key.may_sign_at(aware(at))]
    if not may:
        raise KeyRefused("no_key", f"no key may sign for {controller} at {at.isoformat()}")
    return max(may, key=_order)


def verifying_keys(keys: Iterable[TrustedKey], at: datetime) -> tuple[TrustedKey, ...]:
    """The keys whose signatures may still be believed at a moment; the oldest first.

    A key that has ended still verifies what it signed in its time. One not yet begun has signed
    nothing. A revoked one stays listed, with its date: without it a checker could not tell a
    revoked key from an unknown one. Raises ValueError for a moment without a zone.
    """
    aware(at)
    begun = [key for key in keys if key.valid_from is None or key.valid_from <= at]
    return tuple(sorted(begun, key=_order))


@dataclass(frozen=True, slots=True)
class Gap:
    """A span in which no key may sign: from `since` up to `until`, None for ever."""

    since: datetime
    until: datetime | None


def gaps(keys: Iterable[TrustedKey], controller: str, since: datetime) -> tuple[Gap, ...]:
    """Spans from a moment on in which nobody could sign for a controller.

    Raises ValueError for a moment without a zone.
    """
    aware(since)
    own = [key for key in keys if key.controller == controller]
    covered: datetime | None = since
    found: list[Gap] = []
    for key in sorted(own, key=_order):
        end = _end(key)
        begin = max(since, key.valid_from) if key.valid_from else since
        if covered is None or (end is not None and end <= max(covered, begin)):
            continue
        if begin > covered:
            found.append(Gap(covered, begin))
        covered = end
    return (*found, Gap(covered, None)) if covered is not None else tuple(found)


def successor_due(
    keys: Iterable[TrustedKey], controller: str, at: datetime, *, notice: timedelta
) -> bool:
    """Whether a new key is needed: someone must be able to sign from now until `notice` later."""
    return any(gap.since < aware(at) + notice for gap in gaps(keys, controller, at))


def _order(key: TrustedKey) -> tuple[bool, float, str]:
    begin = key.valid_from
    return (begin is not None, begin.timestamp() if begin else 0.0, key.method)


def _end(key: TrustedKey) -> datetime | None:
    ends = [moment for moment in (key.valid_until, key.revoked_at) if moment is not None]
    return min(ends, default=None)


def _check_parts(*, seed: bytes, key_id: str, master: bytes, salt: bytes) -> None:
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed has {SEED_BYTES} bytes")
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    if len(master) < FEWEST_SECRET_BYTES:
        raise ValueError(f"a master secret has at least {FEWEST_SECRET_BYTES} bytes")
    if not key_id:
        raise ValueError("a key needs an id")


def _box(master: bytes, salt: bytes) -> AESSIV:
    derive = HKDF(algorithm=SHA512(), length=_DERIVED_BYTES, salt=salt, info=FORMAT.encode())
    return AESSIV(derive.derive(master))


def _bound(key_id: str, public: str) -> list[bytes]:
    """What is sealed together with the seed, each on its own so that no border can move."""
    return [FORMAT.encode(), key_id.encode(), public.encode()]


def _read(wrapped: str) -> dict[str, str]:
    try:
        content: Json = read_json(wrapped, maximum_bytes=LONGEST_WRAPPED)
        if not isinstance(content, dict) or content.keys() != _MEMBERS:
            raise KeyRefused("key_unreadable", "not a sealed key")
        if content["format"] != FORMAT or not isinstance(content["keyId"], str):
            raise KeyRefused("key_unreadable", "a sealed key of another form")
        from_multikey(content["publicKeyMultibase"])
        if len(from_base64url(content["salt"])) != SALT_BYTES:
            raise KeyRefused("key_unreadable", "a sealed key without its salt")
        from_base64url(content["sealed"])
    except CredentialRefused as error:
        raise KeyRefused("key_unreadable", f"not a sealed key: {error}") from None
    return content
