"""Keys that are trusted, who controls each, and when: from a DID document or a list of keys.

Whoever checks brings this list; a document never brings its own. `did:web` is read from the
document that the caller fetched or keeps; nothing is fetched here.
Sources: W3C Controlled Identifiers 1.0, section 2.2; did:web method specification.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from appraisal.engine.credentials.canonical import Json
from appraisal.engine.credentials.errors import CredentialRefused
from appraisal.engine.credentials.moments import aware, read_moment, write_moment
from appraisal.engine.credentials.multibase import from_multikey, public_key_of, to_multikey
from appraisal.engine.credentials.proof import as_list

MOST_KEYS: Final = 1000
_DID_WEB: Final = re.compile(
    r"did:web:(?P<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(%3A(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(:[A-Za-z0-9._-]+)*)"
)


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """One public key, by its verification method, and its controller: the issuer it signs for.

    It may sign from `valid_from` on and before `valid_until`. From `revoked_at` on it signs
    nothing any more, and what it claims to have signed earlier needs another witness of the date,
    for whoever stole a key writes the date he likes.
    """

    method: str
    controller: str
    public_key: bytes
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    revoked_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.method or not self.controller:
            raise ValueError("a key needs its method and its controller")
        to_multikey(self.public_key)
        for moment in (self.valid_from, self.valid_until, self.revoked_at):
            if moment is not None:
                aware(moment)
        if self.valid_from and self.valid_until and self.valid_from >= self.valid_until:
            raise ValueError("a key must begin before it ends")

    def may_sign_at(self, moment: datetime) -> bool:
        """Whether a signature of this moment lies within the time of the key."""
        return (
            (self.valid_from is None or self.valid_from <= moment)
            and (self.valid_until is None or moment < self.valid_until)
            and (self.revoked_at is None or moment < self.revoked_at)
        )


def read_keys(document: Json) -> tuple[TrustedKey, ...]:
    """The keys of a DID document, of a list `{"keys": […]}`, or of a JSON list of either.

    Each key has `id`, `controller`, `publicKeyMultibase`, and may have `validFrom`, `expires` and
    `revoked`. From a DID document only the keys under `assertionMethod` are taken.

    Raises:
        CredentialRefused: `keys_unreadable`, `key_twice`.
    """
    found: list[TrustedKey] = []
    for part in as_list(document):
        found.extend(_keys_of(part))
        if len(found) > MOST_KEYS:
            raise _unreadable(f"more than {MOST_KEYS} keys")
    if len({key.method for key in found}) != len(found):
        raise CredentialRefused("key_twice", "a verification method stands twice in the keys")
    return tuple(found)


def did_document(did: str, keys: Sequence[TrustedKey]) -> dict[str, Json]:
    """The DID document that publishes keys of one controller; `read_keys` reads it back.

    Raises ValueError when a key belongs to another controller.
    """
    if any(key.controller != did or not key.method.startswith(f"{did}#") for key in keys):
        raise ValueError("a DID document lists its own keys only")
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [_entry(key) for key in keys],
        "assertionMethod": [key.method for key in keys],
    }


def did_web_address(did: str) -> str:
    """The address at which the document of a `did:web` is published.

    Raises `CredentialRefused` `not_did_web`.
    """
    parts = _DID_WEB.fullmatch(did)
    if parts is None:
        raise CredentialRefused("not_did_web", "not a did:web identifier")
    names = parts["path"].split(":")[1:]
    if ".." in names or "." in names:
        raise CredentialRefused("not_did_web", "not a did:web identifier")
    host = parts["host"] + (f":{parts['port']}" if parts["port"] else "")
    return f"https://{host}/{'/'.join(names or ['.well-known'])}/did.json"


def _keys_of(part: Json) -> Iterable[TrustedKey]:
    if not isinstance(part, Mapping):
        raise _unreadable("neither a DID document nor a list of keys")
    if isinstance(part.get("keys"), list):
        return [_key(entry, None) for entry in part["keys"]]
    return _keys_of_did(part)


def _keys_of_did(part: Mapping[str, Json]) -> list[TrustedKey]:
    did, methods = part.get("id"), part.get("verificationMethod", [])
    asserting = part.get("assertionMethod")
    if not isinstance(did, str) or not isinstance(methods, list) or not isinstance(asserting, list):
        raise _unreadable("neither a DID document nor a list of keys")
    named = {_absolute(entry, did) for entry in asserting if isinstance(entry, str)}
    entries = [entry for entry in methods if _method_id(entry, did) in named]
    entries += [entry for entry in asserting if not isinstance(entry, str)]
    return [_key(entry, did) for entry in entries]


def _key(entry: Json, did: str | None) -> TrustedKey:
    method = _method_id(entry, did or "")
    controller = entry.get("controller", did)
    if not isinstance(controller, str) or (did is not None and controller != did):
        raise _unreadable("a key without its controller, or in the document of another")
    try:
        public_key = from_multikey(entry.get("publicKeyMultibase"))
        if public_key_of(method) not in (None, public_key):
            raise _unreadable("a did:key that names another key")
        moments = (
            read_moment(entry[name]) if entry.get(name) is not None else None
            for name in ("validFrom", "expires", "revoked")
        )
        return TrustedKey(method, controller, public_key, *moments)
    except ValueError as error:
        raise _unreadable(f"{method}: {error}") from None


def _method_id(entry: Json, did: str) -> str:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str):
        raise _unreadable("a key without an id")
    return _absolute(entry["id"], did)


def _absolute(method: str, did: str) -> str:
    return did + method if method.startswith("#") else method


def _entry(key: TrustedKey) -> dict[str, Json]:
    moments = {"validFrom": key.valid_from, "expires": key.valid_until, "revoked": key.revoked_at}
    return {
        "id": key.method,
        "type": "Multikey",
        "controller": key.controller,
        "publicKeyMultibase": to_multikey(key.public_key),
        **{name: write_moment(moment) for name, moment in moments.items() if moment is not None},
    }


def _unreadable(words: str) -> CredentialRefused:
    return CredentialRefused("keys_unreadable", words)
