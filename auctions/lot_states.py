"""Between the columns of a lot and the state of the engine; and the same state from the log."""

from collections.abc import Iterable
from dataclasses import dataclass

from .engine import bidding as engine
from .engine.bidding import Bid as EngineBid
from .engine.bidding import LotState as EngineState
from .engine.closing import Deadline
from .enums import LotEventKind, LotState
from .models import Lot, LotEvent
from .rule_books import rules_of

STATE_FIELDS = (
    "sequence", "extensions", "ends_at", "leader", "leader_maximum", "leader_number", "runner_up",
    "runner_up_maximum", "runner_up_number", "price_minor", "ask_minor", "reserve_met",
    "house_leads", "bid_count", "state",
)  # fmt: skip

SEALED_FIELDS = ("sequence", "extensions", "ends_at", "bid_count")


def read_state(lot: Lot) -> EngineState:
    """The state that the columns hold."""
    deadline = None
    if lot.ends_at and lot.first_end:
        deadline = Deadline(lot.ends_at, lot.first_end, lot.extensions)
    return EngineState(
        sequence=lot.sequence,
        first=_bid(lot.leader_id, lot.leader_maximum, lot.leader_number),
        second=_bid(lot.runner_up_id, lot.runner_up_maximum, lot.runner_up_number),
        deadline=deadline,
        is_open=lot.state == LotState.OPEN,
    )


def write_state(lot: Lot, rules: engine.Rules, state: EngineState) -> None:
    """Put a state into the columns; nothing is saved."""
    lot.sequence = state.sequence
    lot.leader_id, lot.leader_maximum, lot.leader_number = _columns(state.first)
    lot.runner_up_id, lot.runner_up_maximum, lot.runner_up_number = _columns(state.second)
    if state.deadline:
        lot.ends_at, lot.extensions = state.deadline.ends_at, state.deadline.extensions
    if not state.is_open:  # what was left before the opening is nobody's business
        lot.price_minor, lot.ask_minor, lot.reserve_met = None, rules.opening, False
        lot.house_leads = False
        return
    now = engine.standing(rules, state)
    lot.price_minor, lot.ask_minor, lot.reserve_met = now.price, now.ask, now.reserve_met
    lot.house_leads = now.leader == engine.HOUSE


@dataclass(frozen=True, slots=True)
class Refolded:
    """A lot made anew from its log, and the columns in which it differs from what is stored."""

    state: EngineState
    differences: dict[str, tuple[object, object]]


def refold(lot: Lot, events: Iterable[LotEvent]) -> Refolded:
    """Fold the log of a lot (with bids at hand) and compare: `differences` holds stored, folded."""
    start = EngineState(
        deadline=Deadline(lot.first_end, lot.first_end) if lot.first_end else None, is_open=False
    )
    rows = list(events)
    state = engine.fold(_engine_events(rows), start)
    copy = Lot(sale=lot.sale, opening_minor=lot.opening_minor, reserve_minor=lot.reserve_minor)
    write_state(copy, rules_of(lot), state)
    copy.bid_count = sum(row.kind == LotEventKind.BID for row in rows)
    found = {}
    for name in SEALED_FIELDS if lot.sale.is_sealed else STATE_FIELDS:
        column = Lot._meta.get_field(name).attname  # type: ignore[union-attr]
        stored, folded = getattr(lot, column), getattr(copy, column)
        if name != "state" and stored != folded and not _is_unset(lot, name):
            found[name] = (stored, folded)
    return Refolded(state, found)


def _is_unset(lot: Lot, name: str) -> bool:
    """A lot that was never announced has no ask and no end yet."""
    return lot.state == LotState.DRAFT and name in ("ask_minor", "reserve_met", "ends_at")


def _engine_events(rows: Iterable[LotEvent]) -> Iterable[engine.Event]:
    for row in rows:
        if row.kind == LotEventKind.BID and row.bid and row.bid.maximum_minor:
            assert row.bid.number  # noqa: S101 - a constraint
            bid = EngineBid(str(row.bid.paddle_id), row.bid.maximum_minor, row.bid.number)
            yield engine.BidAccepted(row.sequence, bid)
        elif row.kind == LotEventKind.VOIDED:
            assert row.bid and row.bid.number  # noqa: S101 - a constraint
            yield engine.BidVoided(row.sequence, row.bid.number)
        elif row.kind == LotEventKind.END_MOVED:
            assert row.ends_at  # noqa: S101 - written together
            yield engine.EndMoved(row.sequence, row.ends_at, row.counts)
        else:
            yield engine.Told(row.sequence, opens=row.kind == LotEventKind.OPENED)


def _bid(paddle: int | None, maximum: int | None, number: int | None) -> EngineBid | None:
    if paddle is None or maximum is None or number is None:
        return None
    return EngineBid(str(paddle), maximum, number)


def _columns(bid: EngineBid | None) -> tuple[int | None, int | None, int | None]:
    return (int(bid.bidder), bid.maximum, bid.number) if bid else (None, None, None)
