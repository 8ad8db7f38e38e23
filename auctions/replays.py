"""Play recorded bid histories through the engine of the real bids, and compare how they ended.

Reads tables with the columns auctionid, bid, bidtime, bidder, openbid, price (CSV, or one JSON
object a line), bids in any order of auctions. Times order the bids of an auction; on equal times
the order of the file does. Nothing is stored.
"""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any, Final

from django.utils.translation import gettext as _

from .engine import bidding as engine
from .engine.ladder import Ladder
from .engine.tables import TableProblem, parts

COLUMNS: Final = ("auctionid", "bid", "bidtime", "bidder", "openbid", "price")
UNIT: Final = 100
MAX_LINE: Final = 1 << 20
_WHEN: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Unreadable(ValueError):
    """The file is no bid history; the text says why, with the line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One recorded bid, amounts in cents."""

    lot: str
    amount: int
    at: Decimal
    bidder: str
    opening: int
    recorded: int


@dataclass(slots=True)
class Replay:
    """One lot played to its end. `winner` and `recorded` are what the history says."""

    lot: str
    price: int | None
    leader: str | None
    recorded: int
    winner: str
    bidders: int
    results: Counter[str] = field(default_factory=Counter)

    @property
    def differences(self) -> list[str]:
        found = []
        if self.leader != self.winner:
            found.append("leader")
        if self.price != self.recorded:
            found.append("price")
        return found

    def as_dict(self) -> dict[str, Any]:
        return {
            "lot": self.lot,
            "price": _money(self.price),
            "leader": self.leader,
            "recorded_price": _money(self.recorded),
            "recorded_winner": self.winner,
            "bidders": self.bidders,
            "results": dict(self.results),
            "differences": self.differences,
        }


def read_rows(path: Path) -> Iterator[Row]:
    """The bids of a file. Raises Unreadable, OSError."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            records = _json_lines(stream) if _is_json(stream) else _table(stream)
            for line, record in records:
                yield _row(line, record)
        except (UnicodeDecodeError, csv.Error) as error:
            raise Unreadable(str(error)) from error


def replay(ladder: Ladder, rows: Iterable[Row]) -> Iterator[Replay]:
    """Play every lot: steps are added, odd amounts taken as they are, no reserve."""
    lots: dict[str, list[Row]] = {}
    for row in rows:
        lots.setdefault(row.lot, []).append(row)
    for lot, bids in lots.items():
        yield _played(ladder, lot, sorted(bids, key=lambda row: row.at))


def summary(replays: Iterable[Replay]) -> dict[str, Any]:
    """Counts over all lots."""
    played = list(replays)
    several = [one for one in played if one.bidders > 1]
    return {
        "lots": len(played),
        "several_bidders": len(several),
        "results": dict(sum((one.results for one in played), Counter())),
        "leader_as_recorded": sum(one.leader == one.winner for one in played),
        "price_as_recorded": sum(one.price == one.recorded for one in played),
        "price_as_recorded_several": sum(one.price == one.recorded for one in several),
    }


def _played(ladder: Ladder, lot: str, bids: list[Row]) -> Replay:
    rules, state = engine.Rules(ladder, bids[0].opening), engine.LotState()
    own: dict[str, int] = {}
    results: Counter[str] = Counter()
    for row in bids:
        offer = engine.Offer(row.bidder, row.amount, _WHEN, own.get(row.bidder))
        decision = engine.decide(rules, state, offer)
        results[decision.result] += 1
        state = decision.state
        if decision.maximum is not None:
            own[row.bidder] = decision.maximum
    now = engine.standing(rules, state)
    best = max(bids, key=lambda row: row.amount)  # the earliest of equal ones
    return Replay(
        lot, now.price, now.leader, bids[-1].recorded, best.bidder,
        len({row.bidder for row in bids}), results,
    )  # fmt: skip


def _is_json(stream: IO[str]) -> bool:
    start = stream.read(1)
    stream.seek(0)
    return start == "{"


def _table(stream: IO[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(stream)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise Unreadable(_("缺少列：%(names)s") % {"names": ", ".join(missing)})
    for record in reader:
        yield reader.line_num, record


def _json_lines(stream: IO[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line, text in enumerate(stream, 1):
        if not text.strip():
            continue
        try:
            record = json.loads(text, parse_float=Decimal) if len(text) <= MAX_LINE else None
        except ValueError:
            record = None
        if not isinstance(record, dict):
            raise Unreadable(_("第%(line)d行不是JSON对象。") % {"line": line})
        yield line, record


def _row(line: int, record: Mapping[str, Any]) -> Row:
    try:
        return Row(
            str(record["auctionid"]),
            parts(record["bid"], UNIT),
            Decimal(record["bidtime"]),
            str(record["bidder"]),
            parts(record["openbid"], UNIT),
            parts(record["price"], UNIT),
        )
    except (KeyError, TypeError, InvalidOperation, TableProblem) as error:
        raise Unreadable(_("第%(line)d行读不懂：%(why)s") % {"line": line, "why": error}) from error


def _money(cents: int | None) -> str | None:
    return None if cents is None else format(Decimal(cents) / UNIT, ".2f")
