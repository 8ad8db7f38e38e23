"""Rooms of watchers and what they are told. Pure: no socket, no database, no thread, no clock.

Every message holds the whole public standing of a lot, so the newest one is enough. A watcher who
is slower than his queue is dropped: his browser comes back and begins with a snapshot. All methods
are called from one thread.
"""

import json
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from ..selectors.live import LotFacts

Topic = tuple[str, int]  # ("sale" or "lot", its key)
QUEUE: Final = 64
HISTORY: Final = 64
BEAT: Final = b":\n\n"


class Watcher:
    """One open stream: what waits to be sent, and how to call whoever sends it."""

    __slots__ = ("drop", "has_begun", "is_dropped", "queue", "topic", "wake")

    def __init__(self, topic: Topic, wake: Callable[[], object], drop: Callable[[], object]):
        self.topic, self.wake, self.drop = topic, wake, drop
        self.queue: deque[bytes] = deque()
        self.has_begun = self.is_dropped = False

    def take(self) -> bytes:
        """Everything that waits, in one piece."""
        piece = b"".join(self.queue)
        self.queue.clear()
        return piece


class Room:
    """Those who watch one topic, what they know, and the last messages with their ids."""

    __slots__ = ("count", "facts", "is_known", "recent", "watchers")

    def __init__(self) -> None:
        self.watchers: set[Watcher] = set()
        self.facts: dict[int, LotFacts] = {}
        self.recent: deque[tuple[str, bytes]] = deque(maxlen=HISTORY)
        self.count = 0
        self.is_known = False


class Hub:
    """All rooms of one process.

    Arguments: `boot` names this run of the process in the ids of sales; `now` the database's time
    in seconds; `words` the words of a lot's standing by language.
    """

    def __init__(
        self,
        *,
        boot: str,
        now: Callable[[], float],
        words: Callable[[LotFacts], dict[str, Any]],
        queue: int = QUEUE,
    ) -> None:
        self.boot, self.now, self.words, self.queue = boot, now, words, queue
        self.rooms: dict[Topic, Room] = {}
        self.sent = 0

    # ------------------------------------------------------------- coming and going

    def join(
        self, topic: Topic, *, wake: Callable[[], object], drop: Callable[[], object]
    ) -> Watcher:
        """A new watcher; he is told nothing before `begin`, and misses nothing from here on."""
        watcher = Watcher(topic, wake, drop)
        self.rooms.setdefault(topic, Room()).watchers.add(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """The end of a watcher; an empty room is forgotten. May be called twice."""
        room = self.rooms.get(watcher.topic)
        if room is None:
            return
        room.watchers.discard(watcher)
        if not room.watchers:
            del self.rooms[watcher.topic]

    def knows(self, topic: Topic) -> bool:
        """Whether a snapshot can be given without asking the database."""
        return topic in self.rooms and self.rooms[topic].is_known

    def learn(self, topic: Topic, facts: Iterable[LotFacts]) -> None:
        """What the database said when it was asked; older than what was told meanwhile, perhaps."""
        room = self.rooms.get(topic)
        if room is None:
            return
        known, room.facts = room.facts, {fact.lot: fact for fact in facts}
        for fact in known.values():
            _keep_newer(room, fact)
        room.is_known = True

    def begin(self, watcher: Watcher, last_id: str = "") -> bytes:
        """What a watcher is sent first: what he missed since `last_id` where that is proved by the
        history of this process, otherwise the whole standing."""
        room = self.rooms[watcher.topic]
        watcher.has_begun = True
        missed = self._since(room, last_id)
        return self._snapshot(watcher.topic, room) if missed is None else b"".join([BEAT, *missed])

    @property
    def watchers(self) -> int:
        return sum(len(room.watchers) for room in self.rooms.values())

    def watched(self, kind: str) -> frozenset[int]:
        """The keys of the sales, or lots, that somebody watches; safe to ask from any thread."""
        return frozenset(key for name, key in list(self.rooms) if name == kind)

    # ------------------------------------------------------------- telling

    def tell(self, facts: Iterable[LotFacts]) -> int:
        """Pass on what changed, once for each lot; returns how many messages were queued."""
        told = 0
        for fact in facts:
            for topic in (("lot", fact.lot), ("sale", fact.sale)):
                room = self.rooms.get(topic)
                if room is not None and _keep_newer(room, fact):
                    told += self._send(topic, room, fact)
        return told

    def beat(self) -> None:
        """Keep quiet connections open, and find out about those that are gone."""
        for room in list(self.rooms.values()):
            self._put(room, BEAT)

    def end(self) -> None:
        """Send everybody away; their browsers come back to whoever answers then."""
        for room in list(self.rooms.values()):
            for watcher in list(room.watchers):
                self._drop(watcher)

    # ------------------------------------------------------------- inside

    def _send(self, topic: Topic, room: Room, fact: LotFacts) -> int:
        self.sent += 1
        room.count = self.sent
        name = self._id(topic, room)
        frame = _frame("lot", name, self._told(fact) | {"now": self._millis()})
        room.recent.append((name, frame))
        return self._put(room, frame)

    def _put(self, room: Room, frame: bytes) -> int:
        told = 0
        for watcher in list(room.watchers):
            if not watcher.has_begun:
                continue
            if len(watcher.queue) >= self.queue:
                self._drop(watcher)
                continue
            watcher.queue.append(frame)
            told += 1
            watcher.wake()
        return told

    def _drop(self, watcher: Watcher) -> None:
        watcher.is_dropped = True
        watcher.queue.clear()
        self.leave(watcher)
        watcher.drop()

    def _since(self, room: Room, last_id: str) -> list[bytes] | None:
        names = [name for name, _frame in room.recent]
        if not last_id or last_id == "0" or last_id not in names:
            return None
        return [frame for _name, frame in list(room.recent)[names.index(last_id) + 1 :]]

    def _snapshot(self, topic: Topic, room: Room) -> bytes:
        lots = [self._told(fact) for fact in room.facts.values()]
        return b"retry: 2000\n" + _frame(
            "snapshot", self._id(topic, room), {"now": self._millis(), "lots": lots}
        )

    def _id(self, topic: Topic, room: Room) -> str:
        """The lot's sequence; of a sale, which has many, the number of the message."""
        if topic[0] == "lot":
            return str(room.facts[topic[1]].sequence)
        return f"{self.boot}.{room.count}"

    def _told(self, fact: LotFacts) -> dict[str, Any]:
        return {
            "lot": fact.lot,
            "sequence": fact.sequence,
            "state": fact.state,
            "price": fact.price,
            "ask": fact.ask,
            "bids": fact.bids,
            "reserve_met": fact.reserve_met,
            "opens_at": _iso(fact.opens_at),
            "ends_at": _iso(fact.ends_at),
            "currency": fact.currency,
            "words": self.words(fact),
        }

    def _millis(self) -> int:
        return round(self.now() * 1000)


def _keep_newer(room: Room, fact: LotFacts) -> bool:
    known = room.facts.get(fact.lot)
    if known is not None and fact.rank <= known.rank:
        return False
    room.facts[fact.lot] = fact
    return True


def _frame(event: str, name: str, data: dict[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {event}\nid: {name}\ndata: {text}\n\n".encode()


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds") if moment else None
