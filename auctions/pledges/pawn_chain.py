"""The chain of steps with a pawned thing: the digest of each row holds that of the one before."""

import hashlib
from collections.abc import Iterable
from datetime import UTC

from catalog.engine.log import canonical_json

from .models import PawnStep


def digest_of(row: PawnStep) -> str:
    """SHA-256 of what a row says, in hexadecimal digits."""
    said = {
        "pawn": row.pawn_id, "number": row.number, "kind": str(row.kind),
        "confirms": row.confirms_id, "is_refusal": row.is_refusal, "by": row.by_id,
        "at": row.at.astimezone(UTC).isoformat(timespec="milliseconds"), "place": row.place,
        "seal": row.seal, "tag": row.tag, "note": row.note, "previous": row.previous,
    }  # fmt: skip
    return hashlib.sha256(canonical_json(said)).hexdigest()


def faults_of(rows: Iterable[PawnStep], *, head: str, sequence: int) -> list[str]:
    """What is wrong with the steps of one pawn, in their order."""
    faults, previous, last = [], "", 0
    for place, row in enumerate(rows, 1):
        last = place
        if row.number != place or row.previous != previous:
            faults.append(f"step {row.number} does not follow the one before it")
        if row.digest != digest_of(row):
            faults.append(f"step {row.number} is not what was written")
        previous = row.digest
    if previous != head or last != sequence:
        faults.append(f"the chain ends at {last}, its pawn says {sequence}")
    return faults
