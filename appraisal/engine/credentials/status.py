"""Status lists: one bit per certificate, in a signed document that everybody fetches whole.

So nobody learns which certificate was looked up. Bit 0 is the left-most bit of the first byte;
GZIP, then base64url with the prefix `u`. Two lists: revocation is for good, suspension passes.
Source: W3C Bitstring Status List 1.0; registry rules, section 6.
"""

import re
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from appraisal.engine.credentials.canonical import Json
from appraisal.engine.credentials.errors import CredentialRefused
from appraisal.engine.credentials.moments import write_moment
from appraisal.engine.credentials.multibase import from_base64url, to_base64url
from appraisal.engine.credentials.proof import as_list

FEWEST_BITS: Final = 131_072
MOST_BITS: Final = 2**24
LONGEST_ENCODED: Final = 4_000_000
CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"

_GZIP: Final = 31
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")


class Purpose(StrEnum):
    """What a set bit means."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Where a certificate finds its bit: the address of a list, and the index in it."""

    purpose: Purpose
    list_id: str
    index: int


@dataclass(frozen=True, slots=True)
class StatusList:
    """The bits of one list, read from its document."""

    list_id: str
    purposes: frozenset[str]
    bits: bytes


def blank(size: int = FEWEST_BITS) -> bytes:
    """A list of `size` clear bits. Raises ValueError below 131,072, above 2²⁴ or with a rest."""
    if not FEWEST_BITS <= size <= MOST_BITS or size % 8:
        raise ValueError(f"a status list has {FEWEST_BITS} to {MOST_BITS} bits, in whole bytes")
    return bytes(size // 8)


def is_set(bits: bytes, index: int) -> bool:
    """The bit of an index. Raises `CredentialRefused` `index_outside`."""
    _check_index(bits, index)
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


def changed(bits: bytes, *, on: Collection[int] = (), off: Collection[int] = ()) -> bytes:
    """A new list, with some bits set and others cleared; the old one stays as it was.

    Raises `CredentialRefused` `index_outside`; ValueError when an index is in both.
    """
    if set(on) & set(off):
        raise ValueError("an index cannot be set and cleared at once")
    after = bytearray(bits)
    for index in on:
        _check_index(bits, index)
        after[index // 8] |= 1 << (7 - index % 8)
    for index in off:
        _check_index(bits, index)
        after[index // 8] &= ~(1 << (7 - index % 8)) & 0xFF
    return bytes(after)


def encode_list(bits: bytes) -> str:
    """The text of a list; the same bits give the same text. Raises ValueError on a wrong size."""
    blank(len(bits) * 8)
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    return to_base64url(packer.compress(bits) + packer.flush())


def decode_list(text: object, *, most_bits: int = MOST_BITS) -> bytes:
    """The bits of a text; unpacks no further than `most_bits`.

    Raises:
        CredentialRefused: `list_unreadable` (prefix, base64url, GZIP), `list_too_short`,
            `list_too_long`.
    """
    if isinstance(text, str) and len(text) > LONGEST_ENCODED:
        raise CredentialRefused("list_too_long", "the status list is too long")
    try:
        packed = from_base64url(text)
        unpacker = zlib.decompressobj(_GZIP)
        bits = unpacker.decompress(packed, most_bits // 8 + 1)
    except (CredentialRefused, zlib.error):
        raise CredentialRefused("list_unreadable", "the status list cannot be unpacked") from None
    if len(bits) * 8 > most_bits:
        raise CredentialRefused("list_too_long", f"the status list has over {most_bits} bits")
    if not unpacker.eof or unpacker.unused_data:
        raise CredentialRefused("list_unreadable", "the status list is cut off or has a tail")
    if len(bits) * 8 < FEWEST_BITS:
        raise CredentialRefused("list_too_short", f"the status list has under {FEWEST_BITS} bits")
    return bits


def status_entry(purpose: Purpose, list_id: str, index: int) -> dict[str, Json]:
    """The entry that a certificate carries. Raises ValueError for an index below zero."""
    if not 0 <= index < MOST_BITS:
        raise ValueError("an index lies within its list")
    return {
        "id": f"{list_id}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose.value,
        "statusListIndex": str(index),
        "statusListCredential": list_id,
    }


def read_entries(document: Mapping[str, Json]) -> tuple[StatusEntry, ...]:
    """The entries of a certificate for revocation and suspension; others are left out.

    Raises `CredentialRefused` `status_entry_unreadable`.
    """
    if "credentialStatus" not in document:
        return ()
    found = (_entry(entry) for entry in as_list(document["credentialStatus"]))
    return tuple(entry for entry in found if entry is not None)


def build_status_list(
    *,
    list_id: str,
    issuer: str,
    purpose: Purpose,
    bits: bytes,
    valid_from: datetime,
    valid_until: datetime | None = None,
    fetch_again_after: timedelta | None = None,
) -> dict[str, Json]:
    """The unsigned document of a list.

    Args:
        list_id: the address at which it is published.
        issuer: the issuer, the same as of the certificates.
        purpose: what a set bit means.
        bits: the list, see `blank` and `changed`.
        valid_from: the moment of which the list speaks, with a zone.
        valid_until: from when on it must not be used any more.
        fetch_again_after: how long a copy may be kept (`ttl`, written in milliseconds).
    Raises:
        ValueError: a list of a wrong size, a moment without a zone.
    """
    subject: dict[str, Json] = {
        "id": f"{list_id}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purpose.value,
        "encodedList": encode_list(bits),
    }
    if fetch_again_after is not None:
        subject["ttl"] = fetch_again_after // timedelta(milliseconds=1)
    return {
        "@context": [CONTEXT],
        "id": list_id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": write_moment(valid_from),
        **({"validUntil": write_moment(valid_until)} if valid_until is not None else {}),
        "credentialSubject": subject,
    }


def read_status_list(document: Mapping[str, Json]) -> StatusList:
    """The list in a document, whose proof the caller checks.

    Raises `CredentialRefused` `not_a_status_list`, or as `decode_list`.
    """
    subject, list_id = document.get("credentialSubject"), document.get("id")
    if (
        "BitstringStatusListCredential" not in as_list(document.get("type"))
        or not isinstance(list_id, str)
        or not isinstance(subject, Mapping)
        or subject.get("type") != "BitstringStatusList"
    ):
        raise CredentialRefused("not_a_status_list", "the document is no status list")
    purposes = [item for item in as_list(subject.get("statusPurpose")) if isinstance(item, str)]
    return StatusList(list_id, frozenset(purposes), decode_list(subject.get("encodedList")))


def _entry(entry: Json) -> StatusEntry | None:
    if not isinstance(entry, Mapping) or entry.get("type") != "BitstringStatusListEntry":
        raise _unreadable()
    purpose, index = entry.get("statusPurpose"), entry.get("statusListIndex")
    list_id = entry.get("statusListCredential")
    if not isinstance(purpose, str):
        raise _unreadable()
    if purpose not in {member.value for member in Purpose}:
        return None
    if (
        not isinstance(index, str)
        or not _INDEX.fullmatch(index)
        or not isinstance(list_id, str)
        or entry.get("statusSize", 1) is True
        or entry.get("statusSize", 1) != 1
    ):
        raise _unreadable()
    return StatusEntry(Purpose(purpose), list_id, int(index))


def _unreadable() -> CredentialRefused:
    return CredentialRefused("status_entry_unreadable", "a status entry cannot be read")


def _check_index(bits: bytes, index: int) -> None:
    if not 0 <= index < len(bits) * 8:
        raise CredentialRefused("index_outside", f"index {index} lies outside the list")
