"""The list of key enterprises is exact on any day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.engine.key_list import Entry, ListError, check_entries, on_day

START = date(2026, 1, 1)
SPAN = 40


def day(n: int) -> date:
    return START + timedelta(days=n)


def period(key: int, begin: int, end: int | None = None) -> Entry:
    return Entry(key, day(begin), None if end is None else day(end))


entries = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.integers(0, SPAN - 10),
        st.none() | st.integers(0, 9),
    ),
    max_size=8,
).map(lambda rows: [period(k, b, None if n is None else b + n) for k, b, n in rows])


def covers(entry: Entry, when: date) -> bool:
    return entry.from_day <= when <= (entry.until_day or date.max)


def refusal(given_entries: list[Entry], size: int) -> ListError | None:
    try:
        check_entries(given_entries, size)
    except ListError as error:
        return error
    return None


@given(entries, st.integers(-1, SPAN))
def test_a_day_has_those_whose_period_covers_it(given_entries: list[Entry], n: int) -> None:
    keys = {e.key for e in given_entries if covers(e, day(n))}
    assert on_day(given_entries, day(n)) == sorted(keys)


@given(entries, st.integers(0, 4))
def test_the_first_wrong_day_is_told(given_entries: list[Entry], size: int) -> None:
    days = [day(n) for n in range(SPAN)]
    on_each = {d: [e.key for e in given_entries if covers(e, d)] for d in days}
    twice = [d for d in days if len(on_each[d]) > len(set(on_each[d]))]
    full = [d for d in days if len(on_each[d]) > size]
    error = refusal(given_entries, size)
    if twice:
        assert error is not None
        assert (error.code, error.day) == ("overlap", twice[0])
        assert on_each[twice[0]].count(error.keys[0]) > 1
    elif full:
        assert error is not None
        assert (error.code, error.day) == ("too_many", full[0])
        assert error.keys == tuple(sorted(on_each[full[0]]))
    else:
        assert error is None


def test_both_ends_of_a_period_are_listed() -> None:
    listed = [period(1, 5, 7)]
    assert [n for n in range(10) if on_day(listed, day(n))] == [5, 6, 7]


def test_one_follows_another_on_the_next_day() -> None:
    change = [period(1, 0, 9), period(2, 10), period(3, 0)]
    check_entries(change, 2)
    assert (on_day(change, day(9)), on_day(change, day(10))) == ([1, 3], [2, 3])
    late = refusal([period(1, 0, 10), period(2, 10), period(3, 0)], 2)
    assert late is not None
    assert (late.code, late.day, late.keys) == ("too_many", day(10), (1, 2, 3))


def test_an_enterprise_may_come_back() -> None:
    check_entries([period(1, 0, 9), period(1, 20)], 1)
    again = refusal([period(1, 0), period(1, 20)], 5)
    assert again is not None
    assert (again.code, again.day, again.keys) == ("overlap", day(20), (1,))


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    wrong = refusal([period(7, 5, 4)], 30)
    assert wrong is not None
    assert (wrong.code, wrong.day, wrong.keys) == ("ends_before_start", day(5), (7,))
    check_entries([period(7, 5, 5)], 30)


def test_the_end_of_time_is_a_day_like_another() -> None:
    check_entries([Entry(1, START, date.max), Entry(2, START, None)], 2)


def test_thirty_are_a_list_and_thirty_one_are_not() -> None:
    thirty = [period(n, 0) for n in range(30)]
    check_entries(thirty, 30)
    with pytest.raises(ListError, match="too_many"):
        check_entries([*thirty, period(30, 3)], 30)
