"""What is logged: one canonical JSON object a fact, without personal data.

Canonical JSON is RFC 8785, so the same fact has one text and one hash. The log keeps what it takes
for ever; what somebody may ask to be forgotten goes in as a salted hash only, and is forgotten when
the salt is thrown away (registry rules, section 7).
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, NoReturn

import rfc8785

from catalog.engine.log.errors import EntryTooLarge, MalformedEntry, WeakSalt

MOST_ENTRY_BYTES: Final = 65_535
SALT_BYTES: Final = 32


def canonical_json(value: object) -> bytes:
    """The UTF-8 text of a value by RFC 8785.

    Raises `MalformedEntry`: a number that JSON cannot hold exactly (whole numbers beyond 2^53-1,
    NaN, infinity), half a surrogate pair, a key that is not text, a type without a JSON form, or
    nesting beyond reason.
    """
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # what it does not know it refuses
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeEncodeError) as error:
        raise MalformedEntry(f"not to be written as canonical JSON: {error}") from error


def write_entry(fact: Mapping[str, object]) -> bytes:
    """The bytes of one log entry. Raises `MalformedEntry`, `EntryTooLarge` above 65,535 bytes."""
    if not isinstance(fact, Mapping):
        raise MalformedEntry("an entry is a JSON object")
    entry = canonical_json(dict(fact))
    _require_room(entry)
    return entry


def read_entry(entry: bytes) -> dict[str, Any]:
    """The object that an entry holds.

    Raises `EntryTooLarge`; `MalformedEntry`: not UTF-8, not JSON, not an object, or not the
    canonical text of what it says (spaces, another order, a key twice, `1.0` for `1`).
    """
    _require_room(entry)
    try:
        fact = json.loads(entry.decode("utf-8"), parse_constant=_refuse_constant)
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise MalformedEntry(f"an entry that is not JSON: {error}") from error
    if not isinstance(fact, dict):
        raise MalformedEntry("an entry is a JSON object")
    if canonical_json(fact) != entry:
        raise MalformedEntry("an entry is not the canonical text of what it says")
    return fact


def commit(value: str, salt: bytes) -> str:
    """The commitment to a personal value: SHA-256 of salt and UTF-8 value, 64 hex digits.

    Args:
        value: the words, exactly as they are to be shown later.
        salt: 32 random bytes, of this value alone; who throws it away forgets the value, since
            names and numbers without it are soon guessed.
    Raises:
        WeakSalt: another length (a fixed one keeps salt and value apart).
        MalformedEntry: half a surrogate pair.
    """
    if not isinstance(salt, bytes) or len(salt) != SALT_BYTES:
        raise WeakSalt(f"a salt has {SALT_BYTES} bytes")
    try:
        return sha256(salt + value.encode("utf-8")).hexdigest()
    except UnicodeEncodeError as error:
        raise MalformedEntry("a value with half a surrogate pair has no UTF-8") from error


def _require_room(entry: bytes) -> None:
    if len(entry) > MOST_ENTRY_BYTES:
        raise EntryTooLarge(
            f"an entry has {len(entry)} bytes, {MOST_ENTRY_BYTES} are the most that a bundle holds"
        )


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
