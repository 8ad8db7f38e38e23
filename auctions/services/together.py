"""Decide what waits at the same moment in one go.

Threads of one process that want the same lot stand in one queue. Whoever comes first decides all
that wait, in the order of their coming, and hands the next round to the first that came meanwhile:
nobody leads two rounds, nobody waits for a round that he could have joined. Between processes the
row's lock orders the rounds. Knows nothing of bids: `decide` takes a key and items and gives an
outcome for each, in their order. After flat combining: Hendler, Incze, Shavit, Tzafrir 2010.
"""

import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
I = TypeVar("I")  # noqa: E741 - an item
O = TypeVar("O")  # noqa: E741 - its outcome


@dataclass(eq=False, slots=True)
class _Place(Generic[I, O]):
    """One caller in the queue; woken either with an answer or to lead the next round."""

    item: I
    woken: threading.Event = field(default_factory=threading.Event)
    outcome: O | None = None
    error: Exception | None = None
    is_answered: bool = False


class Together(Generic[K, I, O]):
    """A queue a key, decided in rounds of at most `most`.

    Errors of the kinds `for_all` (the database is away, say) concern a whole round; after any other
    each item of the round is decided by itself.
    """

    def __init__(
        self,
        decide: Callable[[K, Sequence[I]], Sequence[O]],
        *,
        most: int = 64,
        for_all: tuple[type[Exception], ...] = (),
    ) -> None:
        self._decide, self._most, self._for_all = decide, most, for_all
        self._mutex = threading.Lock()
        self._queues: dict[K, deque[_Place[I, O]]] = {}

    def submit(self, key: K, item: I) -> O:
        """Have an item decided, alone or with others; raises what its round raised."""
        place: _Place[I, O] = _Place(item)
        with self._mutex:
            queue = self._queues.get(key)
            if queue is None:
                self._queues[key] = deque()  # nobody leads: this caller does
            else:
                queue.append(place)
        if queue is not None:
            place.woken.wait()
        if not place.is_answered:
            self._lead(key, place)
        if place.error is not None:
            raise place.error
        return place.outcome  # type: ignore[return-value]

    def _lead(self, key: K, own: _Place[I, O]) -> None:
        with self._mutex:
            queue = self._queues[key]
            round_ = [own, *(queue.popleft() for _n in range(min(len(queue), self._most - 1)))]
        try:
            self._run(key, round_)
        finally:
            with self._mutex:
                following = queue.popleft() if queue else None
                if following is None:
                    del self._queues[key]
            for place in round_[1:]:
                place.woken.set()
            if following is not None:
                following.woken.set()

    def _run(self, key: K, round_: list[_Place[I, O]]) -> None:
        try:
            outcomes = self._decide(key, [place.item for place in round_])
        except Exception as error:
            if len(round_) > 1 and not isinstance(error, self._for_all):
                # One of them spoilt the round and nothing of it stands.
                for place in round_:
                    self._run(key, [place])
                return
            for place in round_:
                place.error, place.is_answered = error, True
            return
        except BaseException:
            for place in round_:
                place.error, place.is_answered = RuntimeError("the round was broken off"), True
            raise
        for place, outcome in zip(round_, outcomes, strict=True):
            place.outcome, place.is_answered = outcome, True
