"""Prove a lot from its log: its state, its numbering, and how it ended.

Reads only. What is stored must follow from the events alone; a lot that does not is reported with
what is stored and what follows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Prefetch

from . import settlement_audit
from .engine import aftermath
from .engine import bidding as engine
from .engine.sealed import open_sealed
from .enums import (
    CLOSED_LOTS,
    UNSOLD_LOTS,
    AwardedBy,
    BidResult,
    LotEventKind,
    LotState,
    OfferState,
)
from .lot_states import refold
from .models import Lot, LotEvent
from .rule_books import rules_of
from .services.aftermath import is_held, last_bids

STATES: Final[dict[aftermath.Standing, tuple[str, ...]]] = {
    "unsold": UNSOLD_LOTS,
    "sold": (LotState.SOLD,),
    "settled": (LotState.SETTLED,),
    "defaulted": (LotState.DEFAULTED,),
    "rescinded": (LotState.RESCINDED,),
}


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
    lots = Lot.objects.select_related("sale", "encumbrance").prefetch_related(
        Prefetch("events", queryset=log, to_attr="log"),
        *("defaults", "second_chances", "after_sale_offers", "corrections"),
        *("settlements__steps", "settlements__receipts"),
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
    _check_aftermath(lot, log, found)
    _check_corrections(lot, log, found)
    found.faults.extend(settlement_audit.faults_of(lot))
    return found


def _check_bids(lot: Lot, log: list[LotEvent], found: Audit) -> None:
    """Accepted bids and events of bids are the same, each under the same number."""
    rows = lot.bids.filter(result=BidResult.ACCEPTED).values_list("number", flat=True)
    accepted = {number or 0 for number in rows}
    told = {row.sequence for row in log if row.kind == LotEventKind.BID}
    if accepted != told:
        found.faults.append(f"bids: {sorted(accepted ^ told)} stand on one side only")


def _check_end(lot: Lot, log: list[LotEvent], state: engine.LotState, found: Audit) -> None:
    """The hammer as the bids give it, and what followed it, are how the lot stands."""
    if lot.state == LotState.WITHDRAWN:
        return
    hammer = _hammer(lot, log, state)
    told: dict[str, Any] = next((row.data for row in log if row.kind == LotEventKind.CLOSED), {})
    if told.get("hammer") != hammer.price:
        found.faults.append(
            f"closed: the log says {told.get('hammer')}, the bids {hammer.price}"
        )  # fmt: skip
    try:
        end = aftermath.fold(hammer, _steps(log))
    except aftermath.Impossible as problem:
        found.faults.append(f"aftermath: {problem}")
        return
    stored = (str(lot.winner_id) if lot.winner_id else None, lot.hammer_minor)
    if (end.buyer, end.price) != stored:
        found.faults.append(f"hammer: stored {stored}, from the log {(end.buyer, end.price)}")
    if lot.state not in STATES[end.standing]:
        found.faults.append(f"state: {lot.state}, from the log {end.standing}")
    if end.is_released and is_held(lot):
        found.faults.append("lock: the work was given back and is still locked")


def _steps(log: Iterable[LotEvent]) -> Iterator[aftermath.Step]:
    for row in log:
        if row.kind == LotEventKind.SETTLED:
            yield aftermath.Paid()
        elif row.kind == LotEventKind.DEFAULTED:
            yield aftermath.Defaulted()
        elif row.kind == LotEventKind.RESCINDED:
            yield aftermath.Rescinded()
        elif row.kind == LotEventKind.AWARDED:
            yield aftermath.Awarded(str(row.data.get("paddle")), row.data.get("hammer") or 0)
        elif row.kind == LotEventKind.RELEASED:
            yield aftermath.Released()


def _check_aftermath(lot: Lot, log: list[LotEvent], found: Audit) -> None:
    """Each default and each accepted offer has its event, and each event its row."""
    defaults = {(d.number, d.paddle_id, d.hammer_minor) for d in lot.defaults.all()}
    told = {
        (row.sequence, row.data.get("paddle"), row.data.get("hammer"))
        for row in log
        if row.kind == LotEventKind.DEFAULTED
    }
    if defaults != told:
        found.faults.append(f"defaults: {sorted(defaults ^ told)} stand on one side only")
    chances = [c for c in lot.second_chances.all() if c.state == OfferState.ACCEPTED]
    offers = [o for o in lot.after_sale_offers.all() if o.state == OfferState.ACCEPTED]
    accepted = {
        *((AwardedBy.SECOND_CHANCE.value, c.paddle_id, c.amount_minor) for c in chances),
        *((AwardedBy.AFTER_SALE.value, o.paddle_id, o.amount_minor) for o in offers),
    }
    awarded = {
        (row.data.get("by"), row.data.get("paddle"), row.data.get("hammer"))
        for row in log
        if row.kind == LotEventKind.AWARDED
    }
    if accepted != awarded:
        found.faults.append(f"awards: {sorted(accepted ^ awarded)} stand on one side only")
    if lot.second_chances.all():
        bids = last_bids(lot)
        for chance in lot.second_chances.all():
            own = bids.get(chance.paddle_id)
            if own != chance.amount_minor:
                found.faults.append(f"second chance {chance.pk}: not at the last bid of its paddle")


def _check_corrections(lot: Lot, log: list[LotEvent], found: Audit) -> None:
    """Corrections follow one from the other, and the last one is what stands."""
    rows = sorted(lot.corrections.all(), key=lambda row: row.number)
    told = {row.sequence for row in log if row.kind == LotEventKind.CORRECTED}
    numbers = {row.number for row in rows}
    if numbers != told:
        found.faults.append(f"corrections: {sorted(numbers ^ told)} stand on one side only")
    text: dict[str, Any] = {}
    for row in rows:
        broken = [name for name, value in row.before.items() if text.get(name, value) != value]
        if broken:
            found.faults.append(f"correction {row.number}: {broken} do not follow")
        text |= row.after
    for name, value in text.items():
        if getattr(lot, name) != value:
            found.faults.append(f"{name}: stored otherwise than corrected")


def _hammer(lot: Lot, log: list[LotEvent], state: engine.LotState) -> engine.Hammer:
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
