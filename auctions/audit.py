"""Prove a lot from its log: its state, its numbering, and how it ended.

Reads only. What is stored must follow from the events alone; a lot that does not is reported with
what is stored and what follows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from .engine import bidding as engine
from .engine.sealed import open_sealed
from .enums import CLOSED_LOTS, BidResult, LotEventKind, LotState
from .lot_states import refold
from .models import Lot, LotEvent
from .rule_books import rules_of


@dataclass(slots=True)
class Audit:
    """What was found of one lot; no faults means that its log tells it whole."""

    lot: str
    pk: int
    faults: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {"lot": self.lot, "id": self.pk, "faults": self.faults}


def audit_lots(*, sale_id: int | None = None) -> Iterator[Audit]:
    """Every lot (of one sale), in its order, a few at a time."""
    log = LotEvent.objects.select_related("bid").order_by("sequence")
    lots = Lot.objects.select_related("sale").prefetch_related(
        Prefetch("events", queryset=log, to_attr="log")
    )
    if sale_id is not None:
        lots = lots.filter(sale=sale_id)
    for lot in lots.order_by("sale", "number").iterator(chunk_size=200):
        yield audit_lot(lot, lot.log)


def audit_lot(lot: Lot, log: list[LotEvent]) -> Audit:
    """One lot with its events in order, bids at hand."""
    found = Audit(f"{lot.sale_id}/{lot.number}", lot.pk)
    numbers = [row.sequence for row in log]
    if numbers != list(range(1, len(numbers) + 1)):
        found.faults.append(f"sequence: {numbers}")
    refolded = refold(lot, log)
    for name, (stored, folded) in refolded.differences.items():
        found.faults.append(f"{name}: stored {stored}, from the log {folded}")
    _check_bids(lot, log, found)
    if lot.state in CLOSED_LOTS:
        _check_end(lot, log, refolded.state, found)
    return found


def _check_bids(lot: Lot, log: list[LotEvent], found: Audit) -> None:
    """Accepted bids and events of bids are the same, each under the same number."""
    rows = lot.bids.filter(result=BidResult.ACCEPTED).values_list("number", flat=True)
    accepted = {number or 0 for number in rows}
    told = {row.sequence for row in log if row.kind == LotEventKind.BID}
    if accepted != told:
        found.faults.append(f"bids: {sorted(accepted ^ told)} stand on one side only")


def _check_end(lot: Lot, log: list[LotEvent], state: engine.LotState, found: Audit) -> None:
    if lot.state == LotState.WITHDRAWN:
        return
    end = _end(lot, log, state)
    stored = (str(lot.winner_id) if lot.winner_id else None, lot.hammer_minor)
    if (end.winner, end.price) != stored:
        found.faults.append(f"hammer: stored {stored}, from the log {(end.winner, end.price)}")
    if end.is_sold != (lot.state == LotState.SOLD):
        found.faults.append(f"state: {lot.state}, from the log sold={end.is_sold}")


def _end(lot: Lot, log: list[LotEvent], state: engine.LotState) -> engine.Hammer:
    if not lot.sale.is_sealed:
        if not state.is_open:
            state, _event = engine.opened(state)
        return engine.hammer(rules_of(lot), state)
    revealed: dict[str, Any] = next(
        (row.data for row in reversed(log) if row.kind == LotEventKind.CLOSED), {}
    )
    paddles = {row.sequence: row.bid.paddle_id for row in log if row.bid}
    bids = [engine.Bid(str(paddles[n]), amount, n) for n, amount in revealed.get("bids", [])]
    return open_sealed(
        bids,
        opening=lot.opening_minor,
        reserve=lot.reserve_minor,
        price_rule=lot.sale.sealed_price,  # type: ignore[arg-type]
    )
