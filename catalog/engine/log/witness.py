"""What a witness does before it signs: it sees that the log has only grown (C2SP tlog-cosignature).

A witness remembers the last checkpoint that it has signed, and signs no other past.
"""

from collections.abc import Sequence

from catalog.engine.log.checkpoint import Policy, SignedCheckpoint, open_checkpoint
from catalog.engine.log.errors import UnsoundPolicy
from catalog.engine.log.keys import KeyType, SigningKey
from catalog.engine.log.note import Note, read_note, signature_of, write_note
from catalog.engine.log.proofs import verify_growth


def cosigned(
    raw: bytes | str,
    policy: Policy,
    key: SigningKey,
    *,
    at: int,
    last: SignedCheckpoint | None,
    proof: Sequence[bytes] = (),
) -> str:
    """The note with one more signature line.

    Args:
        raw: the checkpoint as the log has signed it.
        policy: the log and its keys; other witnesses need not have signed before.
        key: the witness's own, of type 0x04.
        at: when it signs, in seconds since 1970.
        last: what it has signed before; None for the first time.
        proof: that the new tree contains the last one.
    Raises:
        Whatever `open_checkpoint` and `verify_growth` raise; UnsoundPolicy: another type of key.
    """
    if key.type != KeyType.WITNESS:
        raise UnsoundPolicy("a witness signs with a key of type 0x04")
    newer = open_checkpoint(raw, policy)
    if last is not None:
        verify_growth(last, newer, proof)
    note = read_note(raw)
    line = signature_of(note.text, key, at)
    return write_note(Note(note.text, (*note.signatures, line)))
