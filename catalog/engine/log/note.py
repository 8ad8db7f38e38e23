"""Signed notes: a text, an empty line, and lines of signatures (C2SP signed-note).

The text says nothing before `open_note` has found a signature of a known key; signatures of
unknown keys are passed over, a false one of a known key refuses the whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalog.engine.log.encoding import read_base64, write_base64
from catalog.engine.log.errors import (
    MalformedBase64,
    MalformedKey,
    MalformedNote,
    NoTrustedSignature,
    TrailingBytes,
)
from catalog.engine.log.keys import SigningKey, VerifierKey, require_key_name

MOST_NOTE_BYTES: Final = 1_000_000
MOST_SIGNATURES: Final = 100

_DASH: Final = "— "
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One line: the name of a key, its ID of four bytes, and what the key made of the text."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line with its newline."""
        return f"{_DASH}{self.name} {write_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as read: nothing of it is proved. `text` ends with a newline."""

    text: str
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that fits: whose, and when a witness made it (seconds since 1970)."""

    key: VerifierKey
    at: int | None


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A text that known keys have signed, with those of the signatures that count."""

    text: str
    signed: tuple[Signed, ...]


def read_note(raw: bytes | str) -> Note:
    """The parts of a signed note, unproved.

    Raises `MalformedNote`: not UTF-8, a control character, no empty line before the signatures,
    none of them, more than 100, a line of another form, or too long; `TrailingBytes`: something
    behind the last signature line.
    """
    whole = _decoded(raw)
    text, separator, lines = whole.rpartition("\n\n")
    if not separator:
        raise MalformedNote("a note has an empty line before its signatures")
    if not lines.startswith(_DASH):
        raise MalformedNote("signature lines follow the last empty line of a note")
    if not lines.endswith("\n"):
        raise TrailingBytes("the last signature line ends with a newline")
    rows = lines[:-1].split("\n")
    if len(rows) > MOST_SIGNATURES:
        raise MalformedNote(f"a note has at most {MOST_SIGNATURES} signatures, not {len(rows)}")
    return Note(text + "\n", tuple(_read_line(row) for row in rows))


def _decoded(raw: bytes | str) -> str:
    if len(raw) > MOST_NOTE_BYTES:
        raise MalformedNote(f"a note has at most {MOST_NOTE_BYTES} bytes")
    try:
        whole = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        whole.encode("utf-8")
    except UnicodeError as error:
        raise MalformedNote("a note is UTF-8") from error
    if _CONTROL.search(whole):
        raise MalformedNote("a note holds no control character but the newline")
    return whole


def _read_line(row: str) -> NoteSignature:
    if not row.startswith(_DASH):
        raise TrailingBytes(f"not a signature line: {row[:100]!r}")
    name, separator, encoded = row.removeprefix(_DASH).partition(" ")
    if not separator:
        raise MalformedNote(f"a signature line has a name and a signature: {row[:100]!r}")
    try:
        require_key_name(name)
        raw = read_base64(encoded, what=f"the signature of {name}")
    except (MalformedKey, MalformedBase64) as error:
        raise MalformedNote(str(error)) from error
    if len(raw) < 5:
        raise MalformedNote(f"the signature of {name} is too short")
    return NoteSignature(name, raw[:4], raw[4:])


def open_note(raw: bytes | str, keys: Sequence[VerifierKey]) -> OpenedNote:
    """The text of a note, once a known key has signed it.

    Every signature whose name and ID are those of a known key is verified; what else stands there
    is passed over. Raises as `read_note`, and `WrongSignature`, `NoTrustedSignature`.
    """
    note = read_note(raw)
    return OpenedNote(note.text, verified(note, keys))


def verified(note: Note, keys: Sequence[VerifierKey]) -> tuple[Signed, ...]:
    """The signatures of known keys in their order; raises as `open_note`."""
    known = {(key.name, key.key_id): key for key in keys}
    text, found = note.text.encode("utf-8"), []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            found.append(Signed(key, key.verify(text, signature.signature)))
    if not found:
        names = ", ".join(sorted({signature.name for signature in note.signatures}))
        raise NoTrustedSignature(f"no known key has signed this, only: {names[:300]}")
    return tuple(found)


def write_note(note: Note) -> str:
    """The note as text; reading it gives the same parts. Raises as `read_note`."""
    whole = f"{note.text}\n{''.join(signature.line for signature in note.signatures)}"
    if read_note(whole) != note:
        raise MalformedNote("the text of a note ends with one newline and is not empty")
    return whole


def signed_note(text: str, key: SigningKey, at: int | None = None) -> str:
    """A note with this text, signed by one key; `at` for a witness. Raises as `read_note`."""
    return write_note(Note(text, (signature_of(text, key, at),)))


def signature_of(text: str, key: SigningKey, at: int | None = None) -> NoteSignature:
    """The signature line of a key under a text that ends with a newline."""
    if not text.endswith("\n"):
        raise MalformedNote("the text of a note ends with a newline")
    raw = _decoded(text).encode("utf-8")
    return NoteSignature(key.name, key.verifier.key_id, key.sign(raw, at))
