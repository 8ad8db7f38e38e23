"""What can be wrong with something that claims to come from the log, one class per reason.

`code` is for machines, the text for people. All are `LogError`, so a caller may catch one.
"""

from typing import ClassVar


class LogError(ValueError):
    """Something does not belong to the log, or cannot be read."""

    code: ClassVar[str] = "log"


class MalformedNumber(LogError):
    """Not plain decimal digits without a leading zero, or out of range."""

    code = "malformed_number"


class MalformedBase64(LogError):
    """Not the one standard base64 text of its bytes."""

    code = "malformed_base64"


class MalformedHash(LogError):
    """Not 32 bytes."""

    code = "malformed_hash"


class MalformedEntry(LogError):
    """Not one canonical JSON object."""

    code = "malformed_entry"


class EntryTooLarge(LogError):
    """Longer than an entry bundle can hold."""

    code = "entry_too_large"


class WeakSalt(LogError):
    """A salt of the wrong length hides nothing."""

    code = "weak_salt"


class MalformedTile(LogError):
    """A tile, bundle or path of another form or length than its place asks for."""

    code = "malformed_tile"


class TrailingBytes(LogError):
    """Something follows where nothing may follow."""

    code = "trailing_bytes"


class MalformedKey(LogError):
    """A key whose text, name, type or length is wrong, or whose ID is not its own."""

    code = "malformed_key"


class MalformedNote(LogError):
    """Not the form of a signed note."""

    code = "malformed_note"


class MalformedCheckpoint(LogError):
    """A note whose text is not a checkpoint."""

    code = "malformed_checkpoint"


class MalformedProof(LogError):
    """Not the form of an offline proof."""

    code = "malformed_proof"


class UnsoundPolicy(LogError):
    """A policy under which a signature would prove nothing."""

    code = "unsound_policy"


class NoTrustedSignature(LogError):
    """No known key has signed; signatures of unknown keys count for nothing."""

    code = "no_trusted_signature"


class WrongSignature(LogError):
    """A known key is named, and its signature does not fit the text (or its time)."""

    code = "wrong_signature"


class NotEnoughWitnesses(LogError):
    """Fewer known witnesses have signed than the policy asks for."""

    code = "not_enough_witnesses"


class SignedInFuture(LogError):
    """A witness signed at a time that has not come yet."""

    code = "signed_in_future"


class WrongOrigin(LogError):
    """A checkpoint of another log."""

    code = "wrong_origin"


class WrongSize(LogError):
    """A tree size that is not the one signed, or that no such proof can have."""

    code = "wrong_size"


class WrongIndex(LogError):
    """A position outside the tree."""

    code = "wrong_index"


class WrongLeaf(LogError):
    """A leaf hash that is not the hash of the entry."""

    code = "wrong_leaf"


class WrongProofLength(LogError):
    """Too few or too many hashes for this position and size."""

    code = "wrong_proof_length"


class WrongRoot(LogError):
    """The proof leads to another root than the one signed."""

    code = "wrong_root"


class OlderCheckpoint(LogError):
    """A smaller tree where a grown one is due: an old checkpoint shown again."""

    code = "older_checkpoint"


class Fork(LogError):
    """Two signed trees of which neither contains the other."""

    code = "fork"


class MissingHash(LogError):
    """The store does not hold a hash that a tree of this size needs."""

    code = "missing_hash"
