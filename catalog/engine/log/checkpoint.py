"""Checkpoints: which tree a log has signed, and which witnesses with it (C2SP tlog-checkpoint).

`open_checkpoint` is the only place where the size and the root of a tree come from: both out of one
note that the log's key has signed. Who only reads the lines has proved nothing.
"""

import re
from dataclasses import dataclass
from typing import Final

from catalog.engine.log.encoding import MOST, read_base64, read_number, write_base64
from catalog.engine.log.errors import (
    MalformedBase64,
    MalformedCheckpoint,
    MalformedNumber,
    NotEnoughWitnesses,
    NoTrustedSignature,
    SignedInFuture,
    UnsoundPolicy,
    WrongOrigin,
    WrongRoot,
)
from catalog.engine.log.hashing import EMPTY_ROOT, HASH_BYTES
from catalog.engine.log.keys import KeyType, SigningKey, VerifierKey
from catalog.engine.log.note import read_note, signed_note, verified

_LINE: Final = re.compile(r"[^\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says: of which log, how many entries, their root; unproved by itself."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if _LINE.fullmatch(line) is None:
                raise MalformedCheckpoint(f"not a line of a checkpoint: {line[:100]!r}")
        if not 0 <= self.size <= MOST:
            raise MalformedCheckpoint(f"no tree has {self.size} entries")
        if len(self.root) != HASH_BYTES:
            raise MalformedCheckpoint(f"a root has {HASH_BYTES} bytes, not {len(self.root)}")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise WrongRoot("an empty tree has the hash of nothing as its root")

    @property
    def text(self) -> str:
        """The text of the note that is signed, with its last newline."""
        lines = (self.origin, str(self.size), write_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A witness that has signed, and the last time it says so (seconds since 1970)."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class SignedCheckpoint(Checkpoint):
    """A checkpoint out of `open_checkpoint`: the log has signed it, and these witnesses."""

    witnesses: tuple[Witnessed, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom a verifier trusts for a log.

    `log_keys`: one of them must have signed (several while a key is changed); `witnesses`:
    `needed` of them must have signed too. A key serves one of them once: a log that is its own
    witness, or two names over one key, would prove nothing more.
    """

    origin: str
    log_keys: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...] = ()
    needed: int = 0

    def __post_init__(self) -> None:
        if not self.origin or not self.log_keys:
            raise UnsoundPolicy("a policy names an origin and a key of the log")
        if any(key.type != KeyType.LOG for key in self.log_keys):
            raise UnsoundPolicy("the log signs with keys of type 0x01")
        if any(key.type != KeyType.WITNESS for key in self.witnesses):
            raise UnsoundPolicy("witnesses sign with keys of type 0x04")
        publics = [key.public for key in (*self.log_keys, *self.witnesses)]
        if len(set(publics)) != len(publics):
            raise UnsoundPolicy("each log and each witness has a key of its own")
        if not 0 <= self.needed <= len(self.witnesses):
            raise UnsoundPolicy(f"{self.needed} of {len(self.witnesses)} witnesses cannot sign")


def read_checkpoint(text: str) -> Checkpoint:
    """The lines of a checkpoint, unproved.

    Args:
        text: the text of the note with its last newline.
    Raises:
        MalformedCheckpoint: fewer than three lines, an empty one, a size that is not plain
            digits, a root that is not 32 bytes of base64. WrongRoot: of an empty tree.
    """
    if not text.endswith("\n"):
        raise MalformedCheckpoint("a checkpoint ends with a newline")
    lines = text[:-1].split("\n")
    if len(lines) < 3:
        raise MalformedCheckpoint("a checkpoint has an origin, a size and a root")
    origin, size, root = lines[:3]
    try:
        return Checkpoint(
            origin,
            read_number(size, what="the size of the tree"),
            read_base64(root, what="the root", length=HASH_BYTES),
            tuple(lines[3:]),
        )
    except (MalformedNumber, MalformedBase64) as error:
        raise MalformedCheckpoint(str(error)) from error


def open_checkpoint(
    raw: bytes | str, policy: Policy, *, now: int | None = None
) -> SignedCheckpoint:
    """The tree that a note proves the log to have signed.

    Args:
        raw: the whole note.
        policy: which log and whose keys count.
        now: seconds since 1970; a witness that signed later is refused. None: not asked.
    Raises:
        WrongOrigin: of another log. WrongSignature: of a known key, for this text.
        NoTrustedSignature: none of the log. NotEnoughWitnesses, SignedInFuture.
        MalformedNote, TrailingBytes, MalformedCheckpoint, WrongRoot: see `read_note`.
    """
    note = read_note(raw)
    origin = note.text.partition("\n")[0]
    if origin != policy.origin:
        raise WrongOrigin(f"a checkpoint of {origin[:100]!r}, not of {policy.origin!r}")
    found = verified(note, (*policy.log_keys, *policy.witnesses))
    if not any(signed.key.type == KeyType.LOG for signed in found):
        raise NoTrustedSignature(f"the log {policy.origin} has not signed this")
    stated = read_checkpoint(note.text)
    times: dict[str, int] = {}
    for signed in found:
        if signed.at is not None:
            if now is not None and signed.at > now:
                raise SignedInFuture(f"{signed.key.name} signed {signed.at - now} s after now")
            times[signed.key.name] = max(signed.at, times.get(signed.key.name, 0))
    if len(times) < policy.needed:
        raise NotEnoughWitnesses(f"{len(times)} witnesses signed, {policy.needed} are needed")
    witnesses = tuple(Witnessed(name, at) for name, at in times.items())
    return SignedCheckpoint(stated.origin, stated.size, stated.root, stated.extensions, witnesses)


def signed_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> str:
    """The note by which the log signs a tree.

    The caller answers for it that this tree contains every tree signed before. Raises
    `UnsoundPolicy` when the key is not one that logs sign with.
    """
    if key.type != KeyType.LOG:
        raise UnsoundPolicy("the log signs with a key of type 0x01")
    return signed_note(checkpoint.text, key)
