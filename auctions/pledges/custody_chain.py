"""The chain of custody records: what each row says, and its digest with that of the row before.

Pure but for the rows it reads. A row that was changed, taken out or put in breaks it.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from catalog.engine.log import canonical_json

from .models import CustodyEvent


def content_of(row: CustodyEvent) -> dict[str, Any]:
    """All that a row says, as data."""
    return {
        "holding": row.holding_id,
        "number": row.number,
        "kind": str(row.kind),
        "confirms": row.confirms_id,
        "is_refusal": row.is_refusal,
        "by": row.by_id,
        "at": row.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "place": row.place,
        "seal": row.seal,
        "tag": row.tag,
        "result": str(row.result),
        "picture": row.picture.sha256 if row.picture else "",
        "note": row.note,
        "previous": row.previous,
    }


def digest_of(row: CustodyEvent) -> str:
    """SHA-256 of what a row says, in hexadecimal digits."""
    return hashlib.sha256(canonical_json(content_of(row))).hexdigest()


def faults_of(rows: Iterable[CustodyEvent], *, head: str, sequence: int) -> list[str]:
    """What is wrong with the rows of one holding, in their order."""
    faults, previous, last = [], "", 0
    for place, row in enumerate(rows, 1):
        last = place
        if row.number != place:
            faults.append(f"row {row.number} stands in place {place}")
        if row.previous != previous:
            faults.append(f"row {row.number} does not follow the one before it")
        if row.digest != digest_of(row):
            faults.append(f"row {row.number} is not what was written")
        previous = row.digest
    if previous != head or last != sequence:
        faults.append(f"the chain ends at {last}, its holding says {sequence}")
    return faults
