"""The rules of bidding with maxima: who leads, at what price, and what the next bid must be.

The state of a lot is a pure function of its accepted bids: price = min(highest maximum, next(second
maximum)), the opening price with one bidder; the highest maximum leads, on a tie the earlier one.
`decide` answers one offer and gives the new state and the events; `fold` makes the same state from
the events alone. Auction rules §6.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final, Literal

from .closing import HARD_CLOSE, ClosingPolicy, Deadline, extended_end, in_time
from .ladder import Ladder, StepMode, step_refusal

OffLadder = Literal["accept", "round_down"]
ReservePolicy = Literal["none", "jump", "stand", "house", "half_step"]
Way = Literal["proxy", "fixed_step"]
Result = Literal[
    "accepted",
    "bad_amount",
    "too_large",
    "not_above_own_max",
    "below_ask",
    "needs_confirmation",
    "not_open",
    "closed",
    "leader_may_not_bid",
    "not_a_multiple",
    "below_minimum",
    "not_above_current",
]

HOUSE: Final = "HOUSE"
MOST: Final = 10**15


@dataclass(frozen=True)
class Rules:
    """What a lot is sold by; one version, fixed when bidding opens.

    Arguments: `opening` and `reserve` in the smallest unit (a reserve at or below the opening
    counts as none); `least_multiple` for fixed steps only; `confirm_above` is the multiple of the
    next bid above which an offer has to be confirmed (None: never); `most` the greatest amount.
    """

    ladder: Ladder
    opening: int
    reserve: int | None = None
    reserve_policy: ReservePolicy = "none"
    step_mode: StepMode = "add"
    off_ladder: OffLadder = "accept"
    way: Way = "proxy"
    least_multiple: int = 0
    closing: ClosingPolicy = HARD_CLOSE
    confirm_above: int | None = None
    most: int = MOST

    @cached_property
    def secret_floor(self) -> int | None:
        """The reserve where it binds: above the opening price."""
        return self.reserve if self.reserve is not None and self.reserve > self.opening else None

    @cached_property
    def house_maximum(self) -> int | None:
        """Up to where the house answers for the seller; None where it does not."""
        floor = self.secret_floor
        if floor is None or self.reserve_policy not in ("house", "half_step"):
            return None
        below = self.ladder.rung_at_or_below(floor - 1)
        if below is None or self.reserve_policy == "house":
            return below
        return below + (floor - below) // 2

    def next_bid(self, price: int) -> int:
        """The least bid above a price."""
        return self.ladder.next_bid(price, self.step_mode)


@dataclass(frozen=True, slots=True)
class Bid:
    """An accepted maximum of one bidder; `number` is its place in the order of acceptance."""

    bidder: str
    maximum: int
    number: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What follows from the accepted bids: before any bid price and leader are None.

    `leader` is a bidder or HOUSE; `ask` is the least that somebody who does not lead may bid.
    """

    price: int | None
    leader: str | None
    ask: int
    reserve_met: bool


@dataclass(frozen=True, slots=True)
class LotState:
    """The two best maxima of different bidders, and the end.

    `sequence` is the number of the last event. A lot without an end is one that takes bids until
    somebody ends it; `is_open` is False before the opening, when maxima are only deposited.
    """

    sequence: int = 0
    first: Bid | None = None
    second: Bid | None = None
    deadline: Deadline | None = None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """What one bidder sends.

    `own` is his own highest live maximum on the lot, `at` the moment of receipt, `is_confirmed`
    that he has seen the warning about a large jump.
    """

    bidder: str
    amount: int
    at: datetime
    own: int | None = None
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class BidAccepted:
    sequence: int
    bid: Bid


@dataclass(frozen=True, slots=True)
class BidVoided:
    """One bid no longer counts; `number` is that of the bid."""

    sequence: int
    number: int


@dataclass(frozen=True, slots=True)
class EndMoved:
    """The lot ends later; `counts` is how many of its extensions that uses up."""

    sequence: int
    ends_at: datetime
    counts: int = 1


@dataclass(frozen=True, slots=True)
class Told:
    """Something that changes neither bids nor end; `opens` says that bidding began."""

    sequence: int
    opens: bool = False


Event = BidAccepted | BidVoided | EndMoved | Told


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to an offer. `maximum` is what was kept (after rounding), None when refused."""

    result: Result
    state: LotState
    events: tuple[Event, ...] = ()
    maximum: int | None = None


def standing(rules: Rules, state: LotState) -> Standing:
    """Price, leader, ask and whether the reserve is met."""
    first, second = state.first, state.second
    floor = rules.secret_floor
    if first is None:
        return Standing(None, None, rules.opening, floor is None)
    met = floor is None or first.maximum >= floor
    if rules.way == "fixed_step":
        return Standing(first.maximum, first.bidder, rules.next_bid(first.maximum), met)
    best, leader, runner_up = first.maximum, first.bidder, second.maximum if second else None
    house = rules.house_maximum
    if house is not None:
        if house > best:  # on a tie the house stands back
            best, leader, runner_up = house, HOUSE, best
        else:
            runner_up = house if runner_up is None else max(house, runner_up)
    price = rules.opening if runner_up is None else min(best, rules.next_bid(runner_up))
    if rules.reserve_policy in ("jump", "stand") and floor is not None:
        if met:
            price = max(price, floor)
        elif rules.reserve_policy == "stand":
            price = best
    return Standing(price, leader, rules.next_bid(price), met)


def opened(state: LotState) -> tuple[LotState, Told]:
    """Bidding begins: maxima left before count from here on like all others."""
    event = Told(state.sequence + 1, opens=True)
    return _applied(state, event), event


def decide(rules: Rules, state: LotState, offer: Offer) -> Decision:
    """Accept or refuse one offer; a refusal changes nothing."""
    amount = offer.amount
    if state.deadline and not in_time(state.deadline, offer.at):
        return Decision("closed", state)
    if amount <= 0:
        return Decision("bad_amount", state)
    if amount > rules.most:
        return Decision("too_large", state)
    refused: Result | None
    if rules.way == "fixed_step":
        refused = _refused_step(rules, state, amount, offer)
    else:
        if rules.off_ladder == "round_down":
            amount = rules.ladder.rung_at_or_below(amount) or 0
        refused = _refused_maximum(rules, state, amount, offer)
    if refused:
        return Decision(refused, state)
    return _accepted(rules, state, amount, offer)


def _refused_maximum(rules: Rules, state: LotState, amount: int, offer: Offer) -> Result | None:
    now = standing(rules, state)
    if offer.own is not None and amount <= offer.own:
        return "not_above_own_max"
    if not state.is_open:
        # Before the opening nobody learns what others have left: only the opening price counts.
        if amount < rules.opening:
            return "below_ask"
        return _refused_jump(rules, rules.opening, amount, offer)
    if offer.bidder != now.leader and amount < now.ask:
        return "below_ask"
    return _refused_jump(rules, now.ask, amount, offer)


def _refused_step(rules: Rules, state: LotState, amount: int, offer: Offer) -> Result | None:
    if not state.is_open:
        return "not_open"
    now = standing(rules, state)
    refusal = step_refusal(
        start=rules.opening,
        step=rules.ladder.step_at(rules.opening),
        least=rules.least_multiple,
        current=now.price,
        amount=amount,
        by_leader=offer.bidder == now.leader,
    )
    return refusal or _refused_jump(rules, now.ask, amount, offer)


def _refused_jump(rules: Rules, ask: int, amount: int, offer: Offer) -> Result | None:
    if rules.confirm_above is None or offer.is_confirmed:
        return None
    return "needs_confirmation" if amount > ask * rules.confirm_above else None


def _accepted(rules: Rules, state: LotState, amount: int, offer: Offer) -> Decision:
    events: list[Event] = [
        BidAccepted(state.sequence + 1, Bid(offer.bidder, amount, state.sequence + 1))
    ]
    if state.is_open and state.deadline:
        end = extended_end(rules.closing, state.deadline, offer.at)
        if end is not None:
            events.append(EndMoved(state.sequence + 2, end))
    for event in events:
        state = _applied(state, event)
    return Decision("accepted", state, tuple(events), amount)


def _applied(state: LotState, event: Event) -> LotState:
    """The state after an event that needs no earlier bids to be known again."""
    if isinstance(event, BidAccepted):
        first, second = _placed(state.first, state.second, event.bid)
        return replace(state, sequence=event.sequence, first=first, second=second)
    if isinstance(event, EndMoved):
        assert state.deadline is not None  # noqa: S101 - only a lot with an end is extended
        moved = Deadline(
            event.ends_at,
            state.deadline.first_end,
            state.deadline.extensions + event.counts,
        )
        return replace(state, sequence=event.sequence, deadline=moved)
    if isinstance(event, Told):
        return replace(state, sequence=event.sequence, is_open=state.is_open or event.opens)
    raise TypeError(f"{type(event).__name__} needs the bids before it")


def _placed(first: Bid | None, second: Bid | None, bid: Bid) -> tuple[Bid | None, Bid | None]:
    """The two best maxima after a bid that is above its bidder's own earlier ones."""
    if first is None or first.bidder == bid.bidder:
        return bid, second
    if bid.maximum > first.maximum:
        return bid, first
    if second is None or second.bidder == bid.bidder or bid.maximum > second.maximum:
        return first, bid
    return first, second


def best_two(bids: Iterable[Bid]) -> tuple[Bid | None, Bid | None]:
    """The two best maxima of different bidders among bids in any order."""
    first: Bid | None = None
    second: Bid | None = None
    for bid in sorted(bids, key=lambda b: (-b.maximum, b.number)):
        if first is None:
            first = bid
        elif bid.bidder != first.bidder:
            second = bid
            break
    return first, second


def fold(events: Iterable[Event], start: LotState) -> LotState:
    """The state of a lot from its events alone, in their order."""
    state, bids = start, dict[int, Bid]()
    for event in events:
        if isinstance(event, BidAccepted):
            bids[event.bid.number] = event.bid
        elif isinstance(event, BidVoided):
            bids.pop(event.number, None)
        else:
            state = _applied(state, event)
        first, second = best_two(bids.values())
        state = replace(state, sequence=event.sequence, first=first, second=second)
    return state


def void(state: LotState, bids: Sequence[Bid], numbers: Iterable[int]) -> Decision:
    """Take bids out of the count, for cause; what remains is not checked again.

    `bids` are all live bids of the lot. A bidder's earlier maximum revives with its old rank.
    Raises LookupError when a number is none of them.
    """
    live = {bid.number: bid for bid in bids}
    events: list[Event] = []
    for number in numbers:
        del live[number]
        events.append(BidVoided(state.sequence + len(events) + 1, number))
    first, second = best_two(live.values())
    after = replace(state, sequence=state.sequence + len(events), first=first, second=second)
    return Decision("accepted", after, tuple(events))


def last_of(bids: Sequence[Bid], bidder: str) -> list[int]:
    """The number of a bidder's latest live bid, as a list; empty when there is none."""
    return [max(bid.number for bid in own)] if (own := _own(bids, bidder)) else []


def all_of(bids: Sequence[Bid], bidder: str) -> list[int]:
    """The numbers of all live bids of a bidder."""
    return sorted(bid.number for bid in _own(bids, bidder))


def _own(bids: Sequence[Bid], bidder: str) -> list[Bid]:
    return [bid for bid in bids if bid.bidder == bidder]


@dataclass(frozen=True, slots=True)
class Hammer:
    """How a lot ends: sold to `winner` at `price`, or neither."""

    is_sold: bool
    winner: str | None = None
    price: int | None = None


def hammer(rules: Rules, state: LotState) -> Hammer:
    """Sold iff a bidder leads and the reserve is met (拍卖法 50)."""
    now = standing(rules, state)
    if now.leader in (None, HOUSE) or not now.reserve_met:
        return Hammer(is_sold=False)
    return Hammer(True, now.leader, now.price)
