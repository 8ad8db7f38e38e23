"""Witnesses of the public log: what one does before he signs, and how his signature comes to us.

A witness reads the log as a stranger does, sees that it has only grown since the checkpoint that
he signed last, keeps the new one, then signs (C2SP tlog-cosignature). Whoever holds the key of a
listed witness may hand a cosignature in; it needs no account, since the signature is the proof.
"""

import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError
from catalog.engine.log import (
    KeyType,
    LogError,
    Note,
    Policy,
    SignedCheckpoint,
    SigningKey,
    Tile,
    consistency_proof,
    cosigned,
    hashes_from_tiles,
    open_checkpoint,
    open_note,
    read_note,
    write_note,
)
from catalog.engine.log.encoding import read_base64, write_base64
from catalog.engine.log.errors import MalformedBase64, MalformedKey
from catalog.models import LogCheckpoint, LogCosignature

from .log_policy import policy, witness_keys

WITNESS_RULE = "log.known_witnesses"
SKEW_RULE = "log.witness_skew_seconds"
PREFIX: Final = "PRIVATE+KEY+"


class CosignatureRefused(DomainError):
    """What was handed in is no cosignature of a listed witness under a checkpoint of ours."""

    code = "cosignature_refused"
    status = 422
    message = _("这份联署没有收下。")
    rule = WITNESS_RULE


class Source(Protocol):
    """Where a witness reads the log, and where he brings his signature."""

    def checkpoint(self) -> str:
        """The last checkpoint as it is served."""

    def tile(self, tile: Tile) -> bytes:
        """The bytes of a hash tile."""

    def submit(self, note: str) -> None:
        """Hand in a cosigned checkpoint."""


# ------------------------------------------------------------------ the witness's side


def read_secret(text: str) -> SigningKey:
    """A private key as its file holds it (PRIVATE+KEY+name+ID+base64). Raises `MalformedKey`."""
    parts = text.strip().removeprefix(PREFIX).split("+", 2)
    if not text.strip().startswith(PREFIX) or len(parts) != 3:
        raise MalformedKey(f"a private key begins with {PREFIX} and has three parts more")
    try:
        raw = read_base64(parts[2], what="the private key")
    except MalformedBase64 as error:
        raise MalformedKey("a private key ends with base64") from error
    if raw[:1] != bytes([KeyType.WITNESS]):
        raise MalformedKey("a witness signs with a key of type 0x04")
    key = SigningKey(parts[0], KeyType.WITNESS, raw[1:])
    if parts[1] != key.verifier.key_id.hex():
        raise MalformedKey(f"the ID of this key is {key.verifier.key_id.hex()}")
    return key


def write_secret(key: SigningKey) -> str:
    """The private key as a file holds it."""
    encoded = write_base64(bytes([key.type]) + key.seed)
    return f"{PREFIX}{key.name}+{key.verifier.key_id.hex()}+{encoded}"


def cosign(source: Source, key: SigningKey, trusted: Policy, *, kept: Path, at: int) -> str:
    """Sign the log's last checkpoint if it has only grown; returns the cosigned note.

    Args:
        source: the log. `key`: the witness's own. `trusted`: the log and its keys.
        kept: the file of the checkpoint that he signed last; written before the signature is
            given away, so that a crash never lets him sign a fork. `at`: seconds since 1970.
    Raises:
        Whatever `engine.log.cosigned` raises: OlderCheckpoint, Fork, WrongOrigin, WrongSignature,
        and MalformedTile or WrongProofLength for tiles that are not what they should be.
    """
    raw = source.checkpoint()
    newer = open_checkpoint(raw, trusted)
    last = open_checkpoint(kept.read_text("utf-8"), trusted) if kept.exists() else None
    note = cosigned(raw, trusted, key, at=at, last=last, proof=_growth(source, last, newer))
    _write(kept, note)
    source.submit(note)
    return note


def _growth(source: Source, last: SignedCheckpoint | None, newer: SignedCheckpoint) -> list[bytes]:
    """The hashes that show the growth, made of tiles by the witness himself."""
    if last is None or not 0 < last.size < newer.size:
        return []
    return list(
        consistency_proof(last.size, newer.size, hashes_from_tiles(newer.size, source.tile))
    )


def _write(path: Path, text: str) -> None:
    """Replace the file in one step and make sure that it is on the disk."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)


# ------------------------------------------------------------------ our side


@transaction.atomic(durable=True)
def receive_cosignature(*, note: str) -> list[LogCosignature]:
    """Keep what listed witnesses have signed under one of our checkpoints; twice changes nothing.

    Args:
        note: the checkpoint with the log's signature and those of the witnesses.
    Raises:
        CosignatureRefused: not a checkpoint that we have signed, no listed witness, a signature
            that does not fit, or one of a time that has not come.
    """
    now = int(db_now().timestamp()) + int(rulebook.get(SKEW_RULE))
    try:
        stated = open_checkpoint(note, policy(), now=now)
        parts = read_note(note)
    except LogError as error:
        raise CosignatureRefused(hint=str(error), reason=error.code) from error
    ours = LogCheckpoint.objects.filter(size=stated.size).first()
    if ours is None or read_note(ours.note).text != parts.text:
        raise CosignatureRefused(
            _("日志没有签过这样一份检查点。"), reason="not_ours", size=stated.size
        )
    found = list(_kept(parts, stated.size))
    if not found:
        raise CosignatureRefused(_("上面没有名单里的见证人的签名。"), reason="no_listed_witness")
    return found


def _kept(parts: Note, size: int) -> Sequence[LogCosignature]:
    known = {(key.name, key.key_id): key for key in witness_keys()}
    rows = []
    for signature in parts.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        alone = open_note(write_note(Note(parts.text, (signature,))), [key])
        signed_at = datetime.fromtimestamp(alone.signed[0].at or 0, UTC)
        row, _is_new = LogCosignature.objects.get_or_create(
            size=size, key=key.text, signed_at=signed_at, defaults={"line": signature.line}
        )
        rows.append(row)
    return rows
