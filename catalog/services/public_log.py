"""The public log: facts are queued with their change, then get a position and a signed root.

`queue_entry` runs inside the transaction of the fact, so neither is there without the other.
`integrate` gives positions in the order of the queue, keeps the hashes of the tree and signs, all
or nothing; two at once cannot fork the log, since one position and one size exist once. It stops
where the tiles are not what was signed, and after an audit that found a fault, until a later one
finds none. Registry rules, section 7.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, OuterRef, Subquery

from artmarket.core import duties
from catalog.engine.log import (
    HASH_BYTES,
    TILE_WIDTH,
    Checkpoint,
    CheckpointFault,
    CompactRange,
    EntryFault,
    Growth,
    HashFault,
    LogError,
    SignedCheckpoint,
    StoredHashes,
    audit,
    inclusion_proof,
    leaf_hash,
    loaded_range,
    open_checkpoint,
    signed_checkpoint,
    write_entry,
    write_proof,
)
from catalog.models import (
    LogAudit,
    LogCheckpoint,
    LogCosignature,
    LogEntry,
    LogQueued,
    LogTile,
)

from .log_policy import (
    NOT_SIGNED,
    LogBroken,
    NotLogged,
    note_with,
    opened,
    origin,
    policy,
    served_note,
    signing_key,
    witness_keys,
)

__all__ = [
    "BATCH", "LogBroken", "NotLogged", "audit_log", "head", "integrate", "origin", "policy",
    "proof_of", "queue_entry", "register_duties", "signing_key", "stored_hashes",
]  # fmt: skip
BATCH = 5_000


def queue_entry(*, fact: Mapping[str, object]) -> LogQueued:
    """Queue one fact inside the caller's transaction.

    Args:
        fact: a JSON object; personal values only as `catalog.engine.log.commit` makes them.
    Returns:
        The row whose key is the ticket for `proof_of`.
    Raises:
        RuntimeError: outside a transaction; MalformedEntry, EntryTooLarge.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an entry is queued in the transaction of its fact")
    return LogQueued.objects.create(text=write_entry(fact).decode())


def integrate(*, most: int = BATCH) -> int:
    """Log what waits, at most so many entries, and sign the tree; returns how many.

    Zero when nothing waits, or another process was faster. Raises `LogBroken`.
    """
    before = _signed_size()
    try:
        return _integrate(most)
    except IntegrityError as error:
        if _signed_size() == before:
            raise LogBroken(f"entries or tiles stand beyond the {before} signed ones") from error
        return 0  # another process gave out these positions; the next turn comes


def _signed_size() -> int:
    return LogCheckpoint.objects.aggregate(size=Max("size"))["size"] or 0


@transaction.atomic(durable=True)
def _integrate(most: int) -> int:
    waiting = list(LogQueued.objects.order_by("pk")[:most])
    if not waiting:
        return 0
    last_audit = LogAudit.objects.order_by("-pk").first()
    if last_audit and not last_audit.is_sound:
        raise LogBroken(f"the audit of {last_audit.at} found a fault")
    last = head()
    tree = _signed_tree(last)
    entries = [
        LogEntry(
            position=tree.size + place,
            ticket=row.pk,
            text=row.text,
            leaf_hash=leaf_hash(row.text.encode()),
            queued_at=row.queued_at,
        )
        for place, row in enumerate(waiting)
    ]
    LogEntry.objects.bulk_create(entries)
    growth = tree.appended(bytes(entry.leaf_hash) for entry in entries)
    _keep(growth)
    stated = Checkpoint(origin(), growth.range.size, growth.range.root)
    LogCheckpoint.objects.create(size=stated.size, note=signed_checkpoint(stated, signing_key()))
    LogQueued.objects.filter(pk__in=[row.pk for row in waiting]).delete()
    return len(waiting)


def _signed_tree(last: SignedCheckpoint | None) -> CompactRange:
    """The tree as stored, once its root is the one signed."""
    size = last.size if last else 0
    try:
        tree = loaded_range(size, stored_hashes())
    except LogError as error:
        raise LogBroken(f"the tree of {size} entries cannot be read: {error}") from error
    if last and tree.root != last.root:
        raise LogBroken(f"the stored tree of {size} entries has not the root that was signed")
    return tree


def _keep(growth: Growth) -> None:
    """Write the new hashes into their tiles; each must follow those that are there."""
    rows = defaultdict[tuple[int, int], list[bytes]](list)
    first: dict[tuple[int, int], int] = {}
    for stored in growth.stored:
        place = stored.level, stored.index // TILE_WIDTH
        first.setdefault(place, stored.index % TILE_WIDTH)
        rows[place].append(stored.hash)
    for (level, index), hashes in rows.items():
        start = first[level, index]
        if not start:
            LogTile.objects.create(level=level, index=index, hashes=b"".join(hashes))
            continue
        tile = LogTile.objects.filter(level=level, index=index).first()
        before = bytes(tile.hashes) if tile else b""
        if tile is None or len(before) != start * HASH_BYTES:
            raise LogBroken(f"tile {level}/{index} is not as wide as the tree that was signed")
        tile.hashes = before + b"".join(hashes)
        tile.save(update_fields=["hashes"])


def head() -> SignedCheckpoint | None:
    """The last checkpoint, opened; None before the first. Raises `LogBroken`."""
    row = LogCheckpoint.objects.order_by("-size").first()
    return opened(row) if row else None


def stored_hashes() -> StoredHashes:
    """A reader of the tiles, each fetched once; raises LookupError where a hash is missing."""
    tiles: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        place = level, index // TILE_WIDTH
        if place not in tiles:
            row = LogTile.objects.filter(level=level, index=place[1]).first()
            tiles[place] = bytes(row.hashes) if row else b""
        start = index % TILE_WIDTH * HASH_BYTES
        found = tiles[place][start : start + HASH_BYTES]
        if len(found) != HASH_BYTES:
            raise LookupError(f"hash {index} of level {level}")
        return found

    return read


def proof_of(*, ticket: int) -> str:
    """The proof file of the entry that was queued under this ticket; see `proof_at`.

    Raises `NotLogged`, `LogBroken`.
    """
    entry = LogEntry.objects.filter(ticket=ticket).first()
    if entry is None:
        raise NotLogged(f"entry {ticket} is not logged yet")
    return proof_at(position=entry.position)


def proof_at(*, position: int) -> str:
    """The proof file of the entry at this position: nobody has to be asked again.

    Against the last checkpoint that a listed witness has cosigned, when the entry is in it; else
    against the last one. Raises `NotLogged`, `LogBroken`.
    """
    rows = LogCheckpoint.objects.filter(size__gt=position).order_by("-size")
    listed = [key.text for key in witness_keys()]
    cosigned = LogCosignature.objects.filter(size__gt=position, key__in=listed).values("size")
    for row in (*rows.filter(size__in=cosigned)[:1], *rows[:1]):
        try:
            hashes = inclusion_proof(position, row.size, stored_hashes())
        except LogError as error:
            raise LogBroken(f"no proof of entry {position}: {error}") from error
        return write_proof(position, hashes, served_note(row))
    raise NotLogged(f"no checkpoint has an entry {position} yet")


@transaction.atomic(durable=True)
def audit_log(*, others: Sequence[str] = ()) -> LogAudit:
    """Look over entries, tiles, checkpoints and cosignatures, and keep what was found.

    Args:
        others: signed checkpoints that somebody else has kept; the log must have grown through
            them as through its own.
    Raises:
        LogBroken, MalformedKey, UnsoundPolicy: the keys are not set as they should be; nothing is
            kept then.
    """
    trusted = policy()
    faults: list[dict[str, object]] = []
    checkpoints = []
    for row in LogCheckpoint.objects.order_by("size"):
        try:
            checkpoints.append(opened(row))
        except LogBroken as error:
            faults.append({"fault": "checkpoint", "size": row.size, "why": str(error)})
    size = checkpoints[-1].size if checkpoints else 0
    for note in others:
        try:
            checkpoints.append(open_checkpoint(note, trusted))
        except LogError as error:
            faults.append({"fault": "checkpoint", "size": None, "why": str(error)})
    checkpoints.sort(key=lambda checkpoint: checkpoint.size)
    faults += _wrong_cosignatures()
    texts = LogEntry.objects.order_by("position").values_list("text", flat=True)
    report = audit((text.encode() for text in texts.iterator()), size, stored_hashes(), checkpoints)
    found: list[EntryFault | HashFault | CheckpointFault] = [*report.hashes, *report.checkpoints]
    if report.entry:
        found.insert(0, report.entry)
    faults += [{"fault": type(fault).__name__} | asdict(fault) for fault in found]
    if report.suspects:
        faults.append(
            {"fault": "suspects", "first": report.suspects[0], "before": report.suspects[1]}
        )
    return LogAudit.objects.create(size=report.size, is_sound=not faults, faults=faults)


def _wrong_cosignatures() -> Iterator[dict[str, object]]:
    """Cosignatures that fit no stored checkpoint: one of the two is not what it was."""
    note = LogCheckpoint.objects.filter(size=OuterRef("size")).values("note")
    rows = LogCosignature.objects.annotate(note=Subquery(note)).order_by("size", "pk")
    for row in rows.iterator():
        if row.note is None or note_with(row.note, row) is None:
            yield {"fault": "cosignature", "size": row.size, "witness": row.key.partition("+")[0]}


def register_duties() -> None:
    """Announce the duties (AppConfig.ready)."""
    duties.register("public-log", 60, _integrate_all)
    duties.register("public-log-audit", 86_400, _audit)


def _integrate_all() -> str:
    if not settings.PUBLIC_LOG_KEY:
        return NOT_SIGNED
    total = 0
    while done := integrate():
        total += done
    return f"{total} entries logged"


def _audit() -> str:
    if not settings.PUBLIC_LOG_KEY:
        return NOT_SIGNED
    found = audit_log()
    if not found.is_sound:
        raise LogBroken(f"the public log is not what was signed: {found.faults[:3]}")
    return f"{found.size} entries sound"
