"""Whose signatures count for our log, and the checkpoint as it is served.

The log has one key that signs and, after a change of key, earlier ones whose checkpoints still
open. Witnesses are those of PUBLIC_LOG_WITNESSES. Registry rules, section 7.
"""

from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings

from catalog.engine.log import (
    KeyType,
    LogError,
    Note,
    Policy,
    SignedCheckpoint,
    SigningKey,
    VerifierKey,
    open_checkpoint,
    open_note,
    read_key,
    read_note,
    write_note,
)
from catalog.models import LogCheckpoint, LogCosignature

NOT_SIGNED = "PUBLIC_LOG_KEY is not set: nothing is logged"


class LogBroken(RuntimeError):
    """What is stored is not what was signed: nothing more is signed until somebody has looked."""


class NotLogged(LookupError):
    """The entry still waits, or was never queued."""


def origin() -> str:
    """The name of this log, its first line in every checkpoint; it must never change."""
    return settings.PUBLIC_LOG_ORIGIN or f"{urlsplit(settings.SITE_URL).netloc}/log"


def signing_key() -> SigningKey:
    """The key of the log, made of PUBLIC_LOG_KEY. Raises `LogBroken` when that is not set."""
    if not settings.PUBLIC_LOG_KEY:
        raise LogBroken(NOT_SIGNED)
    seed = sha256(b"key of the public log\n" + settings.PUBLIC_LOG_KEY.encode()).digest()
    return SigningKey(origin(), KeyType.LOG, seed)


def log_keys() -> tuple[VerifierKey, ...]:
    """The key that signs now, then those of PUBLIC_LOG_OLD_KEYS. Raises `LogBroken`."""
    earlier = (read_key(text) for text in settings.PUBLIC_LOG_OLD_KEYS)
    return (signing_key().verifier, *earlier)


def witness_keys() -> tuple[VerifierKey, ...]:
    """The witnesses whose cosignatures are taken and served."""
    return tuple(read_key(text) for text in settings.PUBLIC_LOG_WITNESSES)


def policy() -> Policy:
    """Whom we trust for our own checkpoints: our keys; witnesses add to them. Raises `LogBroken`.

    UnsoundPolicy and MalformedKey: the settings name a key twice, or one that is none.
    """
    return Policy(origin(), log_keys(), witness_keys())


def opened(row: LogCheckpoint) -> SignedCheckpoint:
    """The tree that a stored checkpoint proves. Raises `LogBroken`, and as `policy`."""
    trusted = policy()
    try:
        found = open_checkpoint(row.note, trusted)
    except LogError as error:
        raise LogBroken(f"checkpoint {row.size} does not open: {error}") from error
    if found.size != row.size:
        raise LogBroken(f"checkpoint {row.size} is one of {found.size} entries")
    return found


def served_note(row: LogCheckpoint) -> str:
    """The signed checkpoint with the last cosignature of each witness that fits it."""
    note = read_note(row.note)
    lines = {}
    for cosignature in LogCosignature.objects.filter(size=row.size).order_by("signed_at", "pk"):
        with_line = note_with(row.note, cosignature)
        if with_line is not None:
            lines[cosignature.key] = with_line.signatures[-1]
    return write_note(Note(note.text, (*note.signatures, *lines.values())))


def note_with(note: str, cosignature: LogCosignature) -> Note | None:
    """The note with this cosignature behind it; None when that does not fit the text."""
    try:
        raw = note + cosignature.line
        open_note(raw, [read_key(cosignature.key)])
        return read_note(raw)
    except LogError:
        return None
