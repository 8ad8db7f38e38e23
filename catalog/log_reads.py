"""What everybody reads of the public log: its files, its entries, its proofs.

Only what the last checkpoint covers is shown; a size that was never signed has no proof. Two or
three queries each, however large the log is.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import DomainError
from catalog.engine.log import (
    HASH_BYTES,
    TILE_WIDTH,
    LogError,
    SignedCheckpoint,
    Tile,
    consistency_proof,
    inclusion_proof,
    open_checkpoint,
    read_path,
    write_bundle,
)
from catalog.engine.log.errors import MalformedTile
from catalog.models import LogCheckpoint, LogEntry, LogQueued, LogTile
from catalog.services.log_policy import LogBroken, opened, policy, served_note
from catalog.services.public_log import stored_hashes

TREE_RULE = "log.one_signed_tree"


class NotThere(DomainError):
    """No such tile, entry or checkpoint under the last signed tree."""

    code = "not_in_the_log"
    status = 404
    message = _("日志里没有这一项，或者还没有签到这里。")
    hint = _("新的条目大约一分钟后签入；先看检查点里的大小。")
    rule = TREE_RULE


class Halted(DomainError):
    """Nothing is signed: there is no key, or what is stored is not what was signed."""

    code = "log_halted"
    status = 503
    message = _("公共日志现在没有可以出示的检查点。")
    rule = TREE_RULE


class OutOfRange(DomainError):
    """Sizes or a position for which no proof can be."""

    code = "out_of_range"
    status = 422
    rule = TREE_RULE


@dataclass(frozen=True, slots=True)
class Head:
    """The last signed tree: as opened, as stored, and as it is served."""

    signed: SignedCheckpoint
    row: LogCheckpoint
    note: str

    @property
    def signed_by(self) -> list[str]:
        """The witnesses whose cosignatures it carries."""
        return [witness.name for witness in open_checkpoint(self.note, policy()).witnesses]


def signed_size() -> int:
    """How many entries the last checkpoint covers; 0 before the first."""
    return LogCheckpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0


def head() -> Head:
    """The last signed tree. Raises `NotThere` before the first, `Halted`."""
    row = LogCheckpoint.objects.order_by("-size").first()
    if row is None:
        raise NotThere(_("日志里还没有签过任何条目。"))
    return _head(row)


def _head(row: LogCheckpoint) -> Head:
    try:
        return Head(opened(row), row, served_note(row))
    except (LogBroken, LogError) as error:
        raise Halted() from error


# ------------------------------------------------------------------ files


def read_tile_path(path: str) -> Tile:
    """The tile that a path behind the log's prefix names. Raises `NotThere`."""
    try:
        return read_path(path)
    except MalformedTile as error:
        raise NotThere(hint=str(error)) from error


def tile_bytes(tile: Tile) -> bytes:
    """A tile of hashes or a bundle of entries. Raises `NotThere` beyond the signed tree."""
    size = signed_size()
    count = size if tile.level == "entries" else size >> 8 * tile.level
    first = tile.index * TILE_WIDTH
    if first + tile.width > count:
        raise NotThere()
    found = _bundle(first, tile.width) if tile.level == "entries" else _hashes(tile)
    if found is None:
        raise NotThere()
    return found


def _hashes(tile: Tile) -> bytes | None:
    row = LogTile.objects.filter(level=tile.level, index=tile.index).first()
    length = tile.width * HASH_BYTES
    return bytes(row.hashes)[:length] if row and len(row.hashes) >= length else None


def _bundle(first: int, width: int) -> bytes | None:
    rows = LogEntry.objects.filter(position__gte=first, position__lt=first + width)
    texts = [text.encode() for text in rows.order_by("position").values_list("text", flat=True)]
    return write_bundle(texts) if len(texts) == width else None


# ------------------------------------------------------------------ entries and proofs


def entry_at(position: int) -> LogEntry:
    """The entry at a position from zero. Raises `NotThere`."""
    found = LogEntry.objects.filter(position=position).first()
    if found is None:
        raise NotThere()
    return found


def entry_of(ticket: int) -> LogEntry | LogQueued:
    """The entry of a ticket, logged or still waiting. Raises `NotThere`."""
    found = (
        LogEntry.objects.filter(ticket=ticket).first()
        or LogQueued.objects.filter(pk=ticket).first()
    )
    if found is None:
        raise NotThere()
    return found


def fact_of(entry: LogEntry | LogQueued) -> dict[str, Any]:
    """What an entry says; of one that was tampered with maybe nothing."""
    try:
        fact = json.loads(entry.text)
    except ValueError:
        return {}
    return fact if isinstance(fact, dict) else {}


def latest_entries(count: int) -> Sequence[LogEntry]:
    """The last entries, newest first."""
    return list(LogEntry.objects.order_by("-position")[:count])


def checkpoint_of(size: int | None) -> Head:
    """The signed tree of exactly this size, the last one by default. Raises `OutOfRange`."""
    if size is None:
        return head()
    row = LogCheckpoint.objects.filter(size=size).first()
    if row is None:
        raise OutOfRange(
            _("日志没有签过大小为%(size)d的检查点，最后一份是%(last)d。")
            % {"size": size, "last": signed_size()}
        )
    return _head(row)


def inclusion(position: int, tree: Head) -> list[bytes]:
    """The hashes that show an entry to be in a signed tree, from the leaf upwards."""
    if not 0 <= position < tree.signed.size:
        raise OutOfRange(
            _("大小为%(size)d的日志里没有第%(position)d条，位置从0数起。")
            % {"size": tree.signed.size, "position": position}
        )
    return _made(lambda: inclusion_proof(position, tree.signed.size, stored_hashes()))


def consistency(old: int, new: int) -> list[bytes]:
    """The hashes that show the larger tree to begin with the smaller. Raises `OutOfRange`."""
    last = signed_size()
    if not 1 <= old <= new <= last:
        raise OutOfRange(
            _("要从1到%(last)d之间由小到大取两个大小，不能是%(old)d和%(new)d。")
            % {"last": last, "old": old, "new": new}
        )
    return _made(lambda: consistency_proof(old, new, stored_hashes()))


def _made(proof: Callable[[], Sequence[bytes]]) -> list[bytes]:
    try:
        return list(proof())
    except LogError as error:
        raise Halted() from error
