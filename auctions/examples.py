"""The worked examples of ladders, proxy bids and closing, computed by the engine of the real bids.

Examples are written in whole units with decimals; the engine counts in ten-thousandths here, so
that half a step between two rungs is exact. Formulas: the README of the worked examples.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import takewhile
from typing import Any, Final

from artmarket.core.examples import BadCase, need, register

from . import fee_examples
from .engine import tables as sets
from .engine.bidding import (
    Bid,
    Decision,
    LotState,
    Offer,
    Rules,
    all_of,
    decide,
    hammer,
    last_of,
    standing,
    void,
)
from .engine.closing import ClosingPolicy, Deadline, extend, in_time
from .engine.ladder import Ladder, step_refusal
from .example_reading import amount, read

_UNIT: Final = 10_000  # parts of a whole unit of the currency
_CENT: Final = _UNIT // 100
_NO_LIMIT: Final = 10**60
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_BID_FAMILIES: Final = (
    "race", "random_258", "random_ebay", "random_reserve", "reserve_edge", "retraction",
)  # fmt: skip


def register_examples() -> None:
    """Claim every family of increments and proxy bids."""
    for family, calculator in (
        ("next_bid", next_bid),
        ("snap_next", snap_next),
        ("round_down", round_down),
        ("rungs", rungs),
        ("menu", menu),
        ("preview", preview),
        ("step_multiple", step_multiple),
        ("closing", closing),
    ):
        register(family, calculator)
    for family in _BID_FAMILIES:
        register(family, bidding)
    register("cited", cited)


def cited(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A published example of bids, of a premium or of a resale right, told apart by its fields."""
    if "events" in given:
        return bidding(tables, given)
    return (fee_examples.royalty if "scheme" in given else fee_examples.premium)(tables, given)


# ------------------------------------------------------------------ ladders


def next_bid(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The step at a price, and price plus step."""
    ladder, price = _ladder(tables, given), _amount(given, "price")
    return {
        "increment": _plain(ladder.step_at(price)),
        "next": _plain(ladder.next_bid(price, "add")),
    }


def snap_next(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The smallest rung strictly above a price."""
    return {"next": _plain(_ladder(tables, given).rung_above(_amount(given, "price")))}


def round_down(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The highest rung not above an amount."""
    return {"rung": _plain(_ladder(tables, given).rung_at_or_below(_amount(given, "amount")))}


def rungs(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The rungs within two prices, both included."""
    high = _amount(given, "to")
    found = _ladder(tables, given).rungs(_amount(given, "from"))
    return {"rungs": [_plain(rung) for rung in takewhile(lambda rung: rung <= high, found)]}


def menu(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The maxima offered to a bidder."""
    own = None if given.get("own_max") is None else _amount(given, "own_max")
    count = need(given, "count", int)
    return {
        "menu": [_plain(v) for v in _ladder(tables, given).menu(_amount(given, "ask"), own, count)]
    }


def preview(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The least and greatest step in percent of the rung."""
    found = _ladder(tables, given).preview(_amount(given, "from"), _amount(given, "to"))
    low, high = found or (None, None)
    return {"min_pct": _percent(low), "max_pct": _percent(high)}


def step_multiple(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Whether a bid of a fixed-step sale counts."""
    step = _amount(given, "step")
    if step <= 0:
        raise BadCase("step is not above zero")
    reason = step_refusal(
        start=_amount(given, "start"),
        step=step,
        least=need(given, "min_multiple", int),
        current=None if given.get("current") is None else _amount(given, "current"),
        amount=_amount(given, "amount"),
        by_leader=need(given, "by_leader", bool),
    )
    return {"valid": reason is None, "reason": reason}


# ------------------------------------------------------------------ bids


def bidding(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Every event of a lot with the state after it, and how the lot ends."""
    rules = _rules(tables, given)
    lot = _Lot(rules)
    steps = [lot.step(event) for event in need(given, "events", list)]
    end = hammer(rules, lot.state)
    final = {"sold": end.is_sold, "winner": end.winner, "hammer": _money(end.price)}
    return {"steps": steps, "final": final}


class _Lot:
    """A lot on its way through the events of an example."""

    def __init__(self, rules: Rules) -> None:
        self.rules, self.state, self.bids = rules, LotState(), list[Bid]()

    def step(self, event: Mapping[str, Any]) -> dict[str, Any]:
        do, bidder = need(event, "do"), need(event, "bidder")
        if do == "bid":
            result = self._bid(bidder, _exact(need(event, "amount")))
        elif do in ("retract_last", "retract_all"):
            result = self._retract(bidder, last_of if do == "retract_last" else all_of)
        else:
            raise BadCase(f"an event does {do}")
        now = standing(self.rules, self.state)
        return {
            "result": result,
            "price": _money(now.price),
            "leader": now.leader,
            "ask": _money(now.ask),
            "reserve_met": now.reserve_met,
        }

    def _bid(self, bidder: str, amount: int | None) -> str:
        if amount is None or amount % _CENT:  # more than two decimals
            return "bad_amount"
        own = max((bid.maximum for bid in self.bids if bid.bidder == bidder), default=None)
        decision = decide(self.rules, self.state, Offer(bidder, amount, _EPOCH, own))
        self.state = decision.state
        if decision.maximum is not None:
            self.bids.append(Bid(bidder, decision.maximum, decision.state.sequence))
        return decision.result

    def _retract(self, bidder: str, which: Callable[[list[Bid], str], list[int]]) -> str:
        numbers = which(self.bids, bidder)
        if not numbers:
            return "nothing_to_retract"
        decision: Decision = void(self.state, self.bids, numbers)
        self.state = decision.state
        self.bids = [bid for bid in self.bids if bid.number not in numbers]
        return "retracted"


# ------------------------------------------------------------------ closing


def closing(tables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What each bid near the end does to the ends of the lots."""
    policy = _policy(tables, need(given, "policy", (dict, str)))
    lots = {name: Deadline(_moment(end), _moment(end)) for name, end in need(given, "lots", list)}
    order, bids = list(lots), []
    for name, at in need(given, "bids", list):
        if name not in lots:
            raise BadCase(f"there is no lot {name}")
        result = "accepted" if in_time(lots[name], _moment(at)) else "closed"
        if result == "accepted":
            lots |= extend(policy, lots, order, name, _moment(at))
        bids.append({"result": result, "end": _seconds(lots[name].ends_at)})
    return {"bids": bids, "ends": {name: _seconds(lot.ends_at) for name, lot in lots.items()}}


def _policy(tables: Mapping[str, Any], policy: Any) -> ClosingPolicy:
    if isinstance(policy, str):
        policy = need(need(tables, "closing_policies", dict), policy, dict)
    return read(lambda: sets.closing(policy))


def _moment(seconds: Any) -> datetime:
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise BadCase("a moment is not in whole seconds")
    return _EPOCH + timedelta(seconds=seconds)


def _seconds(moment: datetime) -> int:
    return int((moment - _EPOCH) / timedelta(seconds=1))


# ------------------------------------------------------------------ reading and writing


def _rules(tables: Mapping[str, Any], given: Mapping[str, Any]) -> Rules:
    reserve = None if given.get("reserve") is None else _amount(given, "reserve")
    choices = {
        "step_mode": ("add", "snap"),
        "off_ladder": ("accept", "round_down"),
        "reserve_policy": ("none", "jump", "stand", "house", "half_step"),
    }
    chosen: dict[str, Any] = {name: need(given, name) for name in choices}
    for name, value in chosen.items():
        if value not in choices[name]:
            raise BadCase(f"{name} is none of {', '.join(choices[name])}")
    ladder, opening = _ladder(tables, given), _amount(given, "open")
    return Rules(ladder, opening, reserve, **chosen, most=_NO_LIMIT)


def _ladder(tables: Mapping[str, Any], given: Mapping[str, Any]) -> Ladder:
    table = given if given.get("table") is None else need(tables, need(given, "table"), dict)
    return read(lambda: sets.ladder(table, _UNIT))


def _amount(given: Mapping[str, Any], key: str) -> int:
    return amount(given, key, _UNIT)


def _exact(text: str) -> int | None:
    try:
        return sets.parts(text, _UNIT)
    except sets.TableProblem:
        return None


def _plain(parts: int | None) -> str | None:
    """An amount without trailing zeros."""
    if parts is None:
        return None
    text = format(Decimal(parts) / _UNIT, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _money(parts: int | None) -> str | None:
    """An amount with two decimals, half a cent rounded up."""
    if parts is None:
        return None
    return format((Decimal(parts) / _UNIT).quantize(Decimal("0.01"), ROUND_HALF_UP), "f")


def _percent(share: Fraction | None) -> str | None:
    if share is None:
        return None
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return format(exact.quantize(Decimal("0.01"), ROUND_HALF_UP), "f")
