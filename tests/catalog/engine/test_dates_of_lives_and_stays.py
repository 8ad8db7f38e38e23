"""Life dates, stays in a provenance, and the partition of time for filters."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artmarket.core.testing import require_shared
from catalog.engine.dates import (
    PERIODS,
    Life,
    PeriodReading,
    period_label,
    period_of,
    read_life,
    read_period,
)


def as_vector(reading: PeriodReading) -> dict[str, Any]:
    pairs = {
        key: list(pair)
        for key in ("acquired", "parted", "possible", "definite")
        if (pair := getattr(reading, key)) is not None
    }
    return pairs | ({"ongoing": True} if reading.ongoing else {})


def test_every_shared_period_vector_is_read_exactly() -> None:
    path = require_shared("vectors/registry/dates.json")
    rows = [r for r in json.loads(path.read_text("utf-8"))["vectors"] if r["kind"] == "period"]
    assert len(rows) == 97
    for row in rows:
        found = read_period(row["text"])
        shown = as_vector(found) if found is not None else None
        assert shown == row["expect"], row


def test_a_stay_is_certain_only_between_the_latest_start_and_the_earliest_end() -> None:
    found = read_period("by 1921 until sometime between 1938 and 1941")
    assert found is not None
    assert found.possible == (None, "1941-12-31")
    assert found.definite == ("1921-12-31", "1938-01-01")


@pytest.mark.parametrize(
    ("text", "acquired", "parted"),
    [
        ("from 1951 to 1963", ("1951", "1951"), ("1963", "1963")),
        ("1935-36", ("1935", "1935"), ("1936", "1936")),
        ("1938年至1946年", ("1938", "1938"), ("1946", "1946")),
        ("光绪七年至宣统三年", ("1881", "1881"), ("1911", "1911")),
        ("20世纪30年代至50年代", ("193X", "193X"), ("195X", "195X")),
        ("after 1945 and before 1957", ("1945", "1957"), None),
        ("before 1970 until after 1980", (None, "1970"), ("1980", None)),
        ("不晚于1950年", (None, "1950"), None),
        ("1950年前后", ("1950~", "1950~"), None),
        ("1980年止", None, ("1980", "1980")),
        ("1995年至少到2001年", ("1995", "1995"), ("2001", None)),
        ("乾隆年间", ("1736/1795", "1736/1795"), None),
    ],
)
def test_wider_wording_of_a_stay_is_read(
    text: str, acquired: tuple[str | None, str | None] | None, parted: tuple[str, str] | None
) -> None:
    found = read_period(text)
    assert found is not None
    assert (found.acquired, found.parted) == (acquired, parted)


@pytest.mark.parametrize("text", ["since 1950", "1950–", "1950-present", "自1950年至今"])
def test_a_stay_without_an_end_is_still_held(text: str) -> None:
    found = read_period(text)
    assert found is not None
    assert (found.acquired, found.parted, found.ongoing) == (("1950", "1950"), None, True)


@pytest.mark.parametrize(
    "text", ["", "until", "by", "1995 until", "1995 and 1996", "on 1990", "Boise"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    assert read_period(text) is None


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    read_period(text)
    read_life(text)


@pytest.mark.parametrize(
    ("text", "birth", "death"),
    [
        ("1833–1898", "1833", "1898"),
        ("(1833 - 1898)", "1833", "1898"),
        ("1910-62", "1910", "1962"),
        ("c. 1600-1660", "1600~", "1660"),
        ("约1620—约1689", "1620~", "1689~"),
        ("1959年生", "1959", None),
        ("b. 1950", "1950", None),
        ("1950—", "1950", None),
        ("1950—至今", "1950", None),
        ("d. 1890", None, "1890"),
        ("born 1921; died 2001", "1921", "2001"),
        ("1900年生，1976年卒", "1900", "1976"),
    ],
)
def test_life_dates_are_read(text: str, birth: str | None, death: str | None) -> None:
    assert read_life(text) == Life(birth, death)


@pytest.mark.parametrize("text", ["1898-1833", "active 1880s", "", "painter"])
def test_a_life_that_runs_backwards_or_is_none_is_refused(text: str) -> None:
    assert read_life(text) is None


def test_the_partition_has_neither_gaps_nor_overlaps_and_stable_keys() -> None:
    assert [bucket.key for bucket in PERIODS] == [
        "p0000",
        "p1000",
        "p1368",
        "p1644",
        "p1800",
        "p1912",
        "p1949",
        "p2000",
    ]
    assert PERIODS[0].first is None
    assert PERIODS[-1].last is None
    for before, after in pairwise(PERIODS):
        assert before.last is not None
        assert after.first == before.last + 1


@pytest.mark.parametrize(
    ("first", "last", "keys"),
    [
        (1911, 1911, ("p1800",)),
        (1912, 1912, ("p1912",)),
        (1949, 1949, ("p1949",)),
        (1867, 1933, ("p1800", "p1912")),
        (-2000, -300, ("p0000",)),
        (1890, None, ("p1800",)),
        (None, 1890, ("p1800",)),
        (None, None, ("unknown",)),
    ],
)
def test_a_work_stands_in_every_bucket_it_may_belong_to(
    first: int | None, last: int | None, keys: tuple[str, ...]
) -> None:
    assert period_of(first, last) == keys


def test_a_bucket_has_a_label_in_both_languages() -> None:
    assert period_label("p1368") == "1368—1643（明）"
    assert period_label("p1368", "en") == "1368–1643 (Ming)"
    assert period_label("unknown") == "年代不详"
    assert period_label("no-such-key") == "no-such-key"
