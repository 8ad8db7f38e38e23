"""Rooms of watchers: nothing is missed, nothing old overtakes, nobody slow holds up the others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from auctions.realtime.hub import BEAT, Hub
from auctions.realtime.urls import address_of, topic_at
from auctions.selectors.live import LIVE, LotFacts
from tests.auctions.streams import frames

END = datetime(2026, 12, 1, 12, tzinfo=UTC)
LOT, SALE = ("lot", 7), ("sale", 3)


def facts(sequence: int = 1, **changes) -> LotFacts:
    made = LotFacts(7, 3, LIVE, sequence, 1000_00, 1100_00, 1, False, END, END, "CNY")
    return replace(made, **changes)


def hub(queue: int = 64, boot: str = "b") -> Hub:
    return Hub(boot=boot, now=lambda: 1.5, words=lambda fact: {}, queue=queue)


class Browser:
    """A watcher with what it was sent."""

    def __init__(self, of: Hub, topic=LOT, *, known=(), last_id: str = "") -> None:
        self.hub, self.woken, self.dropped = of, 0, 0
        self.watcher = of.join(topic, wake=self._wake, drop=self._drop)
        if not of.knows(topic):
            of.learn(topic, known or [facts()])
        self.first = list(frames(of.begin(self.watcher, last_id)))

    def _wake(self) -> None:
        self.woken += 1

    def _drop(self) -> None:
        self.dropped += 1

    def heard(self) -> list[int]:
        return [data["sequence"] for _e, _i, data in frames(self.watcher.take())]


def test_a_stream_begins_with_the_whole_standing_and_the_servers_time():
    event, name, data = Browser(hub()).first[0]
    assert (event, name, data["now"]) == ("snapshot", "1", 1500)
    assert data["lots"][0] == {
        "lot": 7, "sequence": 1, "state": "live", "price": 1000_00, "ask": 1100_00, "bids": 1,
        "reserve_met": False, "opens_at": "2026-12-01T12:00:00.000+00:00",
        "ends_at": "2026-12-01T12:00:00.000+00:00", "currency": "CNY", "words": {},
    }  # fmt: skip


def test_those_who_watch_the_lot_and_those_who_watch_its_sale_are_told_once():
    here = hub()
    lot, sale, other = (
        Browser(here),
        Browser(here, SALE),
        Browser(here, ("lot", 8), known=[facts(lot=8)]),
    )
    assert here.tell([facts(2), facts(2)]) == 2
    assert (lot.heard(), sale.heard(), other.heard()) == ([2], [2], [])
    assert (lot.woken, other.woken) == (1, 0)


def test_what_is_older_than_known_is_not_told():
    here = hub()
    one = Browser(here, known=[facts(5)])
    here.tell([facts(4), facts(5, price=1)])
    assert one.heard() == []


def test_an_end_that_moves_and_the_hammer_are_told_though_the_sequence_is_hidden():
    here = hub()
    one = Browser(here, known=[facts(0)])
    here.tell([facts(0, ends_at=END + timedelta(minutes=5))])
    here.tell([facts(9, state="sold"), facts(0, ends_at=END + timedelta(minutes=9))])
    assert one.heard() == [0, 9]


def test_what_is_told_while_the_snapshot_is_read_is_in_the_snapshot():
    here = hub()
    watcher = here.join(LOT, wake=lambda: None, drop=lambda: None)
    here.tell([facts(3)])
    here.learn(LOT, [facts(2)])
    _event, name, data = next(frames(here.begin(watcher)))
    assert (name, data["lots"][0]["sequence"]) == ("3", 3)
    assert watcher.take() == b""
    here.tell([facts(4)])
    assert [d["sequence"] for _e, _i, d in frames(watcher.take())] == [4]


def test_whoever_comes_back_gets_what_he_missed_and_only_that():
    here = hub()
    stays, goes = Browser(here), Browser(here)
    here.tell([facts(2)])
    here.leave(goes.watcher)
    here.tell([facts(3)])
    here.tell([facts(5)])
    back = Browser(here, last_id="2")
    assert [(e, i) for e, i, _d in back.first] == [("lot", "3"), ("lot", "5")]
    assert stays.heard() == [2, 3, 5]


@pytest.mark.parametrize("last_id", ["", "0", "1", "4", "99", "b.1", "\r\n"])
def test_a_gap_that_is_not_proved_closed_is_closed_by_a_snapshot(last_id):
    here = hub()
    Browser(here)
    here.tell([facts(2)])
    here.tell([facts(5)])
    back = Browser(here, last_id=last_id)
    assert [(e, i) for e, i, _d in back.first] == [("snapshot", "5")]


def test_the_id_of_another_process_proves_nothing():
    one, other = hub(boot="x"), hub(boot="y")
    first = Browser(one, SALE)
    one.tell([facts(2)])
    (_e, name, _d) = next(frames(first.watcher.take()))
    Browser(other, SALE)
    other.tell([facts(3)])
    assert name == "x.1"
    assert Browser(one, SALE, last_id=name).first == []
    assert Browser(other, SALE, last_id=name).first[0][0] == "snapshot"


def test_a_slow_watcher_is_dropped_and_the_others_hear_everything():
    here = hub(queue=2)
    slow, quick = Browser(here), Browser(here)
    heard = []
    for sequence in (2, 3, 4, 5):
        here.tell([facts(sequence)])
        heard += quick.heard()
    assert heard == [2, 3, 4, 5]
    assert (slow.dropped, slow.watcher.is_dropped, slow.watcher.take()) == (1, True, b"")
    assert here.watchers == 1
    assert Browser(here).first[0][2]["lots"][0]["sequence"] == 5


def test_an_empty_room_is_forgotten():
    here = hub()
    one = Browser(here)
    assert here.watched("lot") == {7}
    here.leave(one.watcher)
    here.leave(one.watcher)
    assert (here.watched("lot"), here.knows(LOT), here.rooms) == (frozenset(), False, {})


def test_quiet_connections_are_kept_open_by_a_comment():
    here = hub()
    one = Browser(here)
    here.beat()
    assert one.watcher.take() == BEAT


def test_at_the_end_everybody_is_sent_away():
    here = hub()
    people = [Browser(here) for _n in range(3)]
    here.end()
    assert [p.dropped for p in people] == [1, 1, 1]
    assert here.watchers == 0


@pytest.mark.parametrize(
    ("path", "topic"),
    [
        ("/live/lots/12/", ("lot", 12)),
        ("/live/sales/3/", SALE),
        ("/live/lots/0/", None),
        ("/live/lots/１/", None),
        ("/live/lots/12", None),
        ("/live/works/12/", None),
        ("/live/lots/12/\n", None),
        ("/live/lots/1234567890123456789/", None),
    ],
)
def test_only_lots_and_sales_have_streams(path, topic):
    assert topic_at(path) == topic
    if topic:
        assert address_of(topic) == path
