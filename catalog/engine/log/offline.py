"""Proofs to keep beside a certificate: an entry is logged, nobody asked (C2SP tlog-proof).

A file holds the position, the hashes beside the way to the root, and the signed checkpoint. It
holds neither the entry nor its hash: who verifies brings the entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalog.engine.log.checkpoint import Policy, SignedCheckpoint, open_checkpoint
from catalog.engine.log.encoding import read_base64, read_number, write_base64
from catalog.engine.log.errors import MalformedBase64, MalformedNumber, MalformedProof
from catalog.engine.log.hashing import HASH_BYTES
from catalog.engine.log.note import MOST_NOTE_BYTES, read_note
from catalog.engine.log.proofs import verify_entry

FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
SUFFIX: Final = ".tlog-proof"
MOST_HASHES: Final = 63


@dataclass(frozen=True, slots=True)
class OfflineProof:
    """A proof as read, unproved; `checkpoint` is the signed note, `extra` is signed by nobody."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""


def write_proof(index: int, hashes: Sequence[bytes], checkpoint: str, extra: bytes = b"") -> str:
    """The text of a proof file.

    Args:
        index: position of the entry. `hashes`: its inclusion proof, from the leaf upwards.
        checkpoint: the whole signed note. `extra`: bytes for the application, empty for none.
    Raises:
        MalformedProof: what cannot be read again; MalformedNote: the checkpoint.
    """
    lines = [FIRST_LINE]
    if extra:
        lines.append(f"extra {write_base64(extra)}")
    lines += [f"index {index}", *map(write_base64, hashes), ""]
    text = "\n".join(lines) + "\n" + checkpoint
    if read_proof(text) != OfflineProof(index, tuple(hashes), checkpoint, extra):
        raise MalformedProof("these parts do not make one proof")
    return text


def read_proof(raw: bytes | str) -> OfflineProof:
    """The parts of a proof file, unproved.

    Raises `MalformedProof` (another first line, no index, a hash that is not 32 bytes of base64,
    more than 63 of them, no empty line before the checkpoint, not UTF-8, too long); for the
    checkpoint as `read_note`.
    """
    if len(raw) > 2 * MOST_NOTE_BYTES:
        raise MalformedProof("the proof is too long")
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
    except UnicodeDecodeError as error:
        raise MalformedProof("a proof is UTF-8") from error
    head, separator, checkpoint = text.partition("\n\n")
    if not separator:
        raise MalformedProof("a proof has an empty line before its checkpoint")
    lines = head.split("\n")
    if lines.pop(0) != FIRST_LINE:
        raise MalformedProof(f"a proof begins with {FIRST_LINE}")
    try:
        extra = _extra(lines)
        if not lines or not lines[0].startswith("index "):
            raise MalformedProof("a proof names the index of its entry")
        index = read_number(lines.pop(0).removeprefix("index "), what="the index")
        if len(lines) > MOST_HASHES:
            raise MalformedProof(f"no tree needs more than {MOST_HASHES} hashes")
        hashes = tuple(
            read_base64(line, what=f"hash {place}", length=HASH_BYTES)
            for place, line in enumerate(lines)
        )
    except (MalformedNumber, MalformedBase64) as error:
        raise MalformedProof(str(error)) from error
    read_note(checkpoint)
    return OfflineProof(index, hashes, checkpoint, extra)


def _extra(lines: list[str]) -> bytes:
    """Take the line of extra bytes off, when there is one."""
    if not lines or not lines[0].startswith("extra "):
        return b""
    extra = read_base64(lines.pop(0).removeprefix("extra "), what="the extra bytes")
    if not extra:
        raise MalformedProof("a proof without extra bytes has no line for them")
    return extra


def verify_offline(
    raw: bytes | str, entry: bytes, policy: Policy, *, now: int | None = None
) -> SignedCheckpoint:
    """The signed checkpoint under which this entry is proved to be logged.

    Args:
        raw: the proof file. `entry`: the bytes of the entry, from wherever the caller has them.
        policy: which log and whose keys count. `now`: as for `open_checkpoint`.
    Raises:
        Whatever `read_proof`, `open_checkpoint` and `verify_entry` raise.
    """
    proof = read_proof(raw)
    checkpoint = open_checkpoint(proof.checkpoint, policy, now=now)
    verify_entry(entry, proof.index, proof.hashes, checkpoint)
    return checkpoint
