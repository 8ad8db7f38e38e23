"""Sessions that share a room at a time are found, every pair once."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.engine.clashes import Clash, Slot, SlotError, check_slot, clashes

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def slot(key: int, start: int, end: int, room: int | None = 1) -> Slot:
    return Slot(key, room, at(start), at(end))


slots = st.lists(
    st.tuples(st.none() | st.integers(1, 3), st.integers(0, 30), st.integers(0, 12)),
    max_size=25,
).map(lambda rows: [slot(n, s, s + length, room) for n, (room, s, length) in enumerate(rows)])


@given(slots)
def test_every_pair_that_shares_a_minute_is_found_once(given_slots: list[Slot]) -> None:
    def minutes(each: Slot) -> set[tuple[int, datetime]]:
        length = int((each.ends_at - each.starts_at).total_seconds()) // 60
        begin = each.starts_at
        return {(each.room or 0, begin + timedelta(minutes=n)) for n in range(length)}

    pairs = [
        {one.key, other.key}
        for one, other in combinations(given_slots, 2)
        if one.room is not None and minutes(one) & minutes(other)
    ]
    found = clashes(given_slots)
    assert sorted(map(sorted, pairs)) == sorted(sorted((c.first, c.second)) for c in found)
    by_key = {each.key: each for each in given_slots}
    assert all(by_key[c.first].starts_at <= by_key[c.second].starts_at for c in found)
    assert all(by_key[c.first].room == c.room == by_key[c.second].room for c in found)


@given(slots)
def test_the_order_given_does_not_matter(given_slots: list[Slot]) -> None:
    assert clashes(given_slots[::-1]) == clashes(given_slots)


def test_one_may_begin_when_another_ends() -> None:
    assert clashes([slot(1, 0, 60), slot(2, 60, 90)]) == []
    assert clashes([slot(1, 0, 61), slot(2, 60, 90)]) == [Clash(1, 2, 1)]


def test_without_a_room_nothing_clashes() -> None:
    assert clashes([slot(1, 0, 60, None), slot(2, 0, 60, None), slot(3, 0, 60)]) == []


def test_a_long_one_clashes_with_all_within_it_in_order() -> None:
    found = clashes([slot(9, 0, 300), slot(3, 200, 210), slot(2, 10, 20), slot(1, 205, 220)])
    assert found == [Clash(9, 2, 1), Clash(9, 3, 1), Clash(9, 1, 1), Clash(3, 1, 1)]


def test_ten_thousand_sessions_one_after_the_other_do_not_clash() -> None:
    assert clashes(slot(n, 10 * n, 10 * n + 10, n % 7) for n in range(10_000)) == []


@pytest.mark.parametrize(
    ("minutes", "code"), [(-1, "ends_before_start"), (0, "ends_before_start"), (61, "too_long")]
)
def test_a_time_that_no_session_has_is_refused(minutes: int, code: str) -> None:
    with pytest.raises(SlotError) as refused:
        check_slot(at(0), at(minutes), longest=timedelta(hours=1))
    assert refused.value.code == code


def test_the_longest_session_is_allowed_and_without_a_limit_any() -> None:
    check_slot(at(0), at(60), longest=timedelta(hours=1))
    check_slot(at(0), at(60_000))
