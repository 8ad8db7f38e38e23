"""When lots end: a bid in the last moments moves the end by one published rule.

A bid is in time iff it was received before the end; equal is late. Ends never fall. Auction rules
§7; 法释〔2016〕18号 Art. 20 is the judicial example.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Base = Literal["bid_time", "old_end"]
Scope = Literal["lot", "group", "later"]


@dataclass(frozen=True, slots=True)
class ClosingPolicy:
    """How bids near the end extend it.

    `window`: a bid with at most this much time left triggers (zero: never); `extension`: by how
    much; `base`: counted from the receipt of the bid or from the old end; `scope`: this lot, all
    lots of the group, or this lot and all after it; `most`: how many times a lot is extended (None:
    no limit); `hard_after`: no end later than so long after the first end (None: no cap).
    """

    window: timedelta = timedelta(0)
    extension: timedelta = timedelta(0)
    base: Base = "bid_time"
    scope: Scope = "lot"
    most: int | None = None
    hard_after: timedelta | None = None


HARD_CLOSE = ClosingPolicy()


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of a lot, the end it was announced with, and how often it was moved."""

    ends_at: datetime
    first_end: datetime
    extensions: int = 0


def in_time(deadline: Deadline, at: datetime) -> bool:
    """Whether a bid received at this moment counts."""
    return at < deadline.ends_at


def extended_end(policy: ClosingPolicy, deadline: Deadline, at: datetime) -> datetime | None:
    """The new end after a bid accepted at this moment, or None when it does not move."""
    if not policy.window or deadline.ends_at - at > policy.window:
        return None
    if policy.most is not None and deadline.extensions >= policy.most:
        return None
    start = at if policy.base == "bid_time" else deadline.ends_at
    end = max(deadline.ends_at, start + policy.extension)
    if policy.hard_after is not None:
        end = max(deadline.ends_at, min(end, deadline.first_end + policy.hard_after))
    return end if end > deadline.ends_at else None


def extend(
    policy: ClosingPolicy,
    lots: Mapping[str, Deadline],
    order: Sequence[str],
    lot: str,
    at: datetime,
) -> dict[str, Deadline]:
    """The deadlines that a bid on `lot` moves, by lot; empty when it moves none.

    `order` is the order of the sale. In a group all share one end and one count; with scope
    `later` all lots after this one move by the same time, and only this lot counts the extension.
    """
    own = lots[lot]
    end = extended_end(policy, own, at)
    if end is None:
        return {}
    if policy.scope == "group":
        return {name: _moved(lots[name], end, counts=True) for name in order}
    moved = {lot: _moved(own, end, counts=True)}
    if policy.scope == "later":
        shift = end - own.ends_at
        for name in order[order.index(lot) + 1 :]:
            moved[name] = _moved(lots[name], lots[name].ends_at + shift, counts=False)
    return moved


def _moved(deadline: Deadline, end: datetime, *, counts: bool) -> Deadline:
    return Deadline(end, deadline.first_end, deadline.extensions + counts)
