"""Who gets the places that become free, and what the others are told."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.engine.seats import Quota, Standing, Wanted, blocking, promotions, standings

HALL, TOUR, OPEN = 1, 2, 3


def quotas(*rows: tuple[int, int | None, int]) -> dict[int, Quota]:
    return {key: Quota(key, size, taken) for key, size, taken in rows}


def wanted(key: int, *keys: int, places: int = 1) -> Wanted:
    return Wanted(key, places, frozenset(keys))


books = st.fixed_dictionaries(
    {
        n: st.builds(Quota, st.just(n), st.none() | st.integers(0, 8), st.integers(0, 9))
        for n in range(4)
    }
)
wishes = st.lists(
    st.tuples(st.integers(1, 4), st.frozensets(st.integers(0, 3), max_size=3)), max_size=12
).map(lambda rows: [Wanted(n, places, keys) for n, (places, keys) in enumerate(rows)])


def taken_by(promoted: list[int], waiting: list[Wanted]) -> Counter[int]:
    taken: Counter[int] = Counter()
    for each in waiting:
        if each.key in promoted:
            taken.update(dict.fromkeys(each.quotas, each.places))
    return taken


def after(book: dict[int, Quota], taken: Counter[int]) -> dict[int, Quota]:
    return {key: replace(quota, taken=quota.taken + taken[key]) for key, quota in book.items()}


@given(wishes, books)
def test_no_quota_is_ever_exceeded(waiting: list[Wanted], book: dict[int, Quota]) -> None:
    taken = taken_by(promotions(waiting, book), waiting)
    for key, quota in after(book, taken).items():
        assert quota.size is None or not taken[key] or quota.taken <= quota.size


@given(wishes, books)
def test_nobody_is_passed_in_a_quota_that_he_waits_for(
    waiting: list[Wanted], book: dict[int, Quota]
) -> None:
    promoted = set(promotions(waiting, book))
    told = standings(waiting, book)
    for earlier, one in enumerate(waiting):
        for later in waiting[earlier + 1 :]:
            if later.key in promoted:
                assert not later.quotas.intersection(told[one.key].blocked_by)


@given(wishes, books)
def test_nobody_waits_without_a_reason(waiting: list[Wanted], book: dict[int, Quota]) -> None:
    promoted = promotions(waiting, book)
    told = standings(waiting, book)
    for n, one in enumerate(waiting):
        before = after(book, taken_by(promoted, waiting[:n]))
        awaited = {key for each in waiting[:n] for key in told[each.key].blocked_by}
        assert set(told[one.key].blocked_by) == set(blocking(one, before)) | (awaited & one.quotas)


@given(wishes, books)
def test_a_second_run_promotes_nobody(waiting: list[Wanted], book: dict[int, Quota]) -> None:
    promoted = promotions(waiting, book)
    left = [each for each in waiting if each.key not in promoted]
    assert promotions(left, after(book, taken_by(promoted, waiting))) == []


@given(wishes, books)
def test_what_is_told_is_what_is_done(waiting: list[Wanted], book: dict[int, Quota]) -> None:
    told = standings(waiting, book)
    assert [each.position for each in told.values()] == list(range(1, len(waiting) + 1))
    free = [key for key, standing in told.items() if not standing.blocked_by]
    assert free == promotions(waiting, book)
    assert all(set(told[each.key].blocked_by) <= each.quotas for each in waiting)


@given(wishes, st.integers(0, 8), st.integers(0, 9))
def test_of_one_quota_the_first_get_places_until_one_does_not_fit(
    waiting: list[Wanted], size: int, taken: int
) -> None:
    waiting = [replace(each, quotas=frozenset({HALL})) for each in waiting]
    promoted, room = [], size - taken
    for each in waiting:
        if each.places > room:
            break
        promoted.append(each.key)
        room -= each.places
    assert promotions(waiting, quotas((HALL, size, taken))) == promoted


def test_the_thirty_first_of_thirty_is_the_first_who_waits() -> None:
    full = quotas((HALL, 30, 30))
    assert blocking(wanted(31, HALL), full) == [HALL]
    assert standings([wanted(31, HALL)], full) == {31: Standing(1, (HALL,))}
    assert promotions([wanted(31, HALL), wanted(32, HALL)], quotas((HALL, 30, 29))) == [31]


def test_who_waits_for_one_quota_does_not_hold_back_the_others() -> None:
    book = quotas((HALL, 30, 30), (TOUR, 10, 8), (OPEN, None, 500))
    waiting = [wanted(1, HALL, TOUR), wanted(2, TOUR), wanted(3, OPEN), wanted(4, HALL)]
    assert promotions(waiting, book) == [2, 3]
    assert standings(waiting, book) == {
        1: Standing(1, (HALL,)),
        2: Standing(2, ()),
        3: Standing(3, ()),
        4: Standing(4, (HALL,)),
    }


def test_a_small_wish_does_not_pass_a_large_one() -> None:
    waiting = [wanted(1, HALL, places=4), wanted(2, HALL)]
    assert promotions(waiting, quotas((HALL, 30, 27))) == []
    assert standings(waiting, quotas((HALL, 30, 27)))[2] == Standing(2, (HALL,))
    assert promotions(waiting, quotas((HALL, 30, 25))) == [1, 2]


def test_a_quota_made_smaller_than_what_is_taken_promotes_nobody() -> None:
    assert blocking(wanted(1, HALL), quotas((HALL, 20, 25))) == [HALL]
    assert promotions([wanted(1, HALL)], quotas((HALL, 20, 25))) == []


def test_all_quotas_that_hold_back_are_named() -> None:
    book = quotas((HALL, 1, 1), (TOUR, 0, 0), (OPEN, None, 7))
    assert blocking(wanted(1, OPEN, TOUR, HALL), book) == [HALL, TOUR]


def test_no_place_is_no_wish_and_an_unknown_quota_an_error() -> None:
    with pytest.raises(ValueError, match="0 places"):
        wanted(1, HALL, places=0)
    with pytest.raises(KeyError):
        blocking(wanted(1, HALL), {})
