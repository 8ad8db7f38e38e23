"""The queue by itself: everybody answered once, in order, and a spoilt round spoils nobody else."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from auctions.services.together import Together


class Desk:
    """Remembers its rounds; the first one waits until `opened`."""

    def __init__(self, *, hold_first: bool = False) -> None:
        self.rounds: list[list[int]] = []
        self.opened, self.began = threading.Event(), threading.Event()
        self.hold_first = hold_first

    def decide(self, key, items):
        first = not self.rounds
        self.rounds.append(list(items))
        self.began.set()
        if first and self.hold_first:
            assert self.opened.wait(10)
        if any(item < 0 for item in items):
            raise ValueError(f"{min(items)} is below zero")
        return [(key, item * 10) for item in items]


def waiting_places(together, key):
    return len(together._queues.get(key, ()))


def wait_until(condition):
    done = threading.Event()
    for _n in range(2000):
        if condition():
            return
        done.wait(0.005)
    raise AssertionError("nothing happened")


def test_alone_one_is_decided_at_once():
    desk = Desk()
    assert Together(desk.decide).submit("lot", 7) == ("lot", 70)
    assert desk.rounds == [[7]]


def held(items, **more):
    """Submit `items` while the first round is held; their outcomes in the order of submission."""
    desk = Desk(hold_first=True)
    together = Together(desk.decide, **more)
    with ThreadPoolExecutor(len(items) + 1) as pool:
        first = pool.submit(together.submit, "lot", 0)
        assert desk.began.wait(10)
        later = []
        for n, item in enumerate(items, 1):
            later.append(pool.submit(together.submit, "lot", item))
            wait_until(lambda n=n: waiting_places(together, "lot") == n)
        desk.opened.set()
        assert first.result(10) == ("lot", 0)
        outcomes = [future.exception(10) or future.result() for future in later]
    assert together._queues == {}
    return desk.rounds, outcomes


def test_those_who_come_meanwhile_are_decided_together_in_their_order():
    rounds, outcomes = held([5, 3, 4])
    assert rounds == [[0], [5, 3, 4]]
    assert outcomes == [("lot", 50), ("lot", 30), ("lot", 40)]


def test_a_round_has_its_most():
    rounds, outcomes = held([1, 2, 3, 4, 5], most=2)
    assert rounds == [[0], [1, 2], [3, 4], [5]]
    assert outcomes == [("lot", n * 10) for n in (1, 2, 3, 4, 5)]


def test_one_that_spoils_the_round_spoils_it_for_nobody_else():
    rounds, outcomes = held([1, -2, 3])
    assert rounds == [[0], [1, -2, 3], [1], [-2], [3]]
    assert outcomes[0] == ("lot", 10)
    assert isinstance(outcomes[1], ValueError)
    assert outcomes[2] == ("lot", 30)


def test_what_concerns_all_is_told_to_all_and_not_tried_again():
    rounds, outcomes = held([1, -2, 3], for_all=(ValueError,))
    assert rounds == [[0], [1, -2, 3]]
    assert [type(outcome) for outcome in outcomes] == [ValueError] * 3


def test_other_keys_do_not_wait():
    desk = Desk(hold_first=True)
    together = Together(desk.decide)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(together.submit, "one", 1)
        assert desk.began.wait(10)
        assert together.submit("other", 2) == ("other", 20)
        desk.opened.set()
        assert first.result(10) == ("one", 10)


@pytest.mark.parametrize("threads", [4, 16])
def test_many_threads_are_each_answered_once(threads):
    desk = Desk()
    together = Together(desk.decide, most=8)
    with ThreadPoolExecutor(threads) as pool:
        outcomes = list(pool.map(lambda n: together.submit(n % 3, n), range(600)))
    assert outcomes == [(n % 3, n * 10) for n in range(600)]
    assert sorted(item for items in desk.rounds for item in items) == list(range(600))
    assert together._queues == {}
