"""Working days and trading days."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from artmarket.core import calendars
from artmarket.core.calendars import Calendar, CalendarNotCovered, china
from artmarket.core.testing import require_shared

FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)
days = st.dates(FIRST, date(2026, 9, 30))
counts = st.integers(0, 40)
kinds = st.sampled_from(["working", "trading"])


def every_day() -> list[date]:
    return [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]


def test_the_platforms_own_facts_agree_with_the_shared_table_on_every_day() -> None:
    path = require_shared("vectors/calendar.json")
    table = json.loads(path.read_text("utf-8"))["tables"]["cn"]
    shared = Calendar.of(
        table["years"],
        *(map(date.fromisoformat, table[key]) for key in ("holidays", "makeup", "trading_closed")),
    )
    assert shared.years == china().years
    for day in every_day():
        assert china().is_working(day) == shared.is_working(day), day
        assert china().is_trading(day) == shared.is_trading(day), day


def test_each_year_has_as_many_working_and_trading_days_as_were_announced() -> None:
    working = dict.fromkeys((2024, 2025, 2026), 0)
    trading = dict(working)
    for day in every_day():
        working[day.year] += china().is_working(day)
        trading[day.year] += china().is_trading(day)
    assert working == {2024: 251, 2025: 248, 2026: 248}
    assert trading == {2024: 242, 2025: 243, 2026: 242}


@pytest.mark.parametrize(
    ("day", "working", "trading"),
    [
        (date(2025, 9, 28), True, False),  # Sunday worked
        (date(2024, 2, 9), True, False),  # New Year's Eve: offices open, exchanges shut
        (date(2026, 10, 8), True, True),
        (date(2026, 2, 16), False, False),
        (date(2025, 4, 6), False, False),
    ],
)
def test_the_two_calendars_differ(day: date, working: bool, trading: bool) -> None:
    assert (china().is_working(day), china().is_trading(day)) == (working, trading)


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2027, 1, 1)])
def test_a_year_that_is_not_announced_is_refused(day: date) -> None:
    with pytest.raises(CalendarNotCovered) as caught:
        china().is_working(day)
    assert caught.value.code == "calendar_not_covered"
    assert caught.value.data == {"year": day.year, "years": [2024, 2025, 2026]}
    with pytest.raises(CalendarNotCovered):
        china().is_trading(day)


def test_a_count_that_leaves_the_known_years_is_refused_and_not_cut_short() -> None:
    assert calendars.add_days(china(), date(2026, 12, 30), 1, "working") == LAST
    with pytest.raises(CalendarNotCovered):
        calendars.add_days(china(), date(2026, 12, 30), 2, "working")


def test_no_period_is_negative() -> None:
    with pytest.raises(ValueError):
        calendars.add_days(china(), FIRST, -1, "working")
    with pytest.raises(ValueError):
        calendars.keep_until(FIRST, -1)


@given(start=days, n=counts, kind=kinds)
def test_exactly_n_days_of_the_kind_lie_after_the_start(start: date, n: int, kind: str) -> None:
    end = calendars.add_days(china(), start, n, kind)
    between = [start + k * DAY for k in range(1, (end - start).days + 1)]
    assert sum(china().counts(day, kind) for day in between) == n
    assert n == 0 or china().counts(end, kind)


@given(start=days, a=counts, b=counts, kind=kinds)
def test_counting_in_two_steps_is_counting_at_once(start: date, a: int, b: int, kind: str) -> None:
    assume(a + b <= 50)
    first = calendars.add_days(china(), start, a, kind)
    assert calendars.add_days(china(), first, b, kind) == calendars.add_days(
        china(), start, a + b, kind
    )


@given(start=days)
def test_no_day_trades_that_is_not_worked(start: date) -> None:
    assert china().is_working(start) or not china().is_trading(start)


@given(start=days, later=st.integers(0, 30), n=counts, kind=kinds)
def test_a_later_start_never_ends_earlier(start: date, later: int, n: int, kind: str) -> None:
    assert calendars.add_days(china(), start, n, kind) <= calendars.add_days(
        china(), start + later * DAY, n, kind
    )


@given(start=st.dates(date(1900, 1, 1), date(2200, 1, 1)), years=st.integers(0, 100))
def test_a_record_is_kept_to_the_same_day_of_the_year(start: date, years: int) -> None:
    end = calendars.keep_until(start, years)
    assert end.year == start.year + years
    assert (end.month, end.day) in {(start.month, start.day), (2, 28)}


def test_a_leap_day_is_kept_when_the_year_has_one() -> None:
    assert calendars.keep_until(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert calendars.keep_until(date(2024, 2, 29), 5) == date(2029, 2, 28)


def test_the_same_item_waits_five_trading_days() -> None:
    gap = calendars.same_item_gap(
        china(), traded=date(2024, 2, 5), next_trade=date(2024, 2, 19), trading_days=5
    )
    assert (gap.earliest, gap.allowed) == (date(2024, 2, 20), False)


def test_changed_terms_start_the_count_again() -> None:
    published, changed = date(2025, 9, 22), date(2025, 10, 9)
    notice = calendars.changed_terms(
        china(), published=published, changed_on=changed, working_days=20
    )
    assert notice == calendars.Notice(date(2025, 11, 5), True)
    with pytest.raises(ValueError):
        calendars.changed_terms(china(), published=changed, changed_on=published, working_days=20)


@pytest.mark.parametrize(
    ("announced", "each", "ends"),
    [
        (True, 5, (date(2025, 10, 24), date(2025, 10, 31))),
        (True, 4, (date(2025, 10, 24),)),
        (False, 5, (date(2025, 10, 24),)),
    ],
)
def test_only_an_announced_extension_of_full_length_extends(
    announced: bool, each: int, ends: tuple[date, ...]
) -> None:
    found = calendars.extension(
        china(),
        published=date(2025, 9, 22),
        working_days=20,
        announced=announced,
        each=each,
        times=1,
        least=5,
    )
    assert found == ends


def test_a_deadline_on_a_day_of_rest_rolls_to_the_next_working_day() -> None:
    found = calendars.deadline(china(), event=date(2025, 9, 5), days=30, kind="calendar")
    assert found == calendars.Deadline(date(2025, 10, 5), date(2025, 10, 9))


@pytest.mark.parametrize(
    "text",
    [
        "[[year]]\nyear = 2025\noff = [{ first = 2026-01-01, last = 2026-01-01 }]\n",
        "[[year]]\nyear = 2025\noff = []\nmakeup = [2025-01-27]\n",
    ],
)
def test_a_calendar_file_with_a_day_in_the_wrong_place_is_refused(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError):
        calendars.read_calendar(path)
