"""Keys, checkpoints and logs for tests; the keys are made of printed words and worth nothing."""

from collections.abc import Sequence
from hashlib import sha256

from catalog.engine.log import (
    Checkpoint,
    CompactRange,
    KeyType,
    Policy,
    SignedCheckpoint,
    SigningKey,
    leaf_hash,
    open_checkpoint,
    signed_checkpoint,
)

ORIGIN = "log.example/works"


def key_of(name: str, type_: KeyType) -> SigningKey:
    return SigningKey(name, type_, sha256(f"test key of {name}".encode()).digest())


LOG = key_of(ORIGIN, KeyType.LOG)
WITNESS = key_of("witness.example/a", KeyType.WITNESS)
OTHER_WITNESS = key_of("witness.example/b", KeyType.WITNESS)
POLICY = Policy(ORIGIN, (LOG.verifier,), (WITNESS.verifier, OTHER_WITNESS.verifier))


def note_over(entries: Sequence[bytes], size: int | None = None) -> str:
    """The signed note over the first `size` of these entries (None: all)."""
    tree = CompactRange().appended(leaf_hash(entry) for entry in entries[:size]).range
    return signed_checkpoint(Checkpoint(ORIGIN, tree.size, tree.root), LOG)


def opened_over(entries: Sequence[bytes], size: int | None = None) -> SignedCheckpoint:
    return open_checkpoint(note_over(entries, size), POLICY)
