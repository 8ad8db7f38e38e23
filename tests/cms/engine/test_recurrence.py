"""When a repeating event takes place, and what a changed rule does to sessions that exist."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.engine.clashes import SlotError
from cms.engine.recurrence import (
    SHANGHAI,
    Existing,
    Planned,
    RuleError,
    difference,
    normal_rule,
    plan,
    starts,
)

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FIRST = datetime(2026, 12, 28, 9, 30, tzinfo=SHANGHAI)  # a Monday
HORIZON = date(2028, 12, 31)


def on(rule: str, first: datetime = FIRST, horizon: date = HORIZON, most: int = 2000) -> list[date]:
    return [moment.date() for moment in starts(rule, first, horizon=horizon, most=most)]


# What the rule says, one day after the other.


def by_walking(parts: dict[str, str], first: date, last: date) -> list[date]:
    """The days of a rule by asking each day whether it is one; slow, and plain to read."""
    found = [day for day in days_between(first, last) if is_of_rule(day, parts, first)]
    return found[: int(parts["COUNT"])] if "COUNT" in parts else found


def days_between(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def is_of_rule(day: date, parts: dict[str, str], first: date) -> bool:
    frequency = parts["FREQ"]
    monday = timedelta(days=1)
    periods = {
        "DAILY": (day - first).days,
        "WEEKLY": ((day - day.weekday() * monday) - (first - first.weekday() * monday)).days // 7,
        "MONTHLY": (day.year - first.year) * 12 + day.month - first.month,
        "YEARLY": day.year - first.year,
    }
    if periods[frequency] % int(parts.get("INTERVAL", "1")):
        return False
    months = [int(n) for n in parts["BYMONTH"].split(",")] if "BYMONTH" in parts else []
    if months and day.month not in months:
        return False
    numbers = [int(n) for n in parts["BYMONTHDAY"].split(",")] if "BYMONTHDAY" in parts else []
    length = monthrange(day.year, day.month)[1]
    if numbers and day.day not in numbers and day.day - length - 1 not in numbers:
        return False
    named = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    if named:
        return any(is_weekday(day, name, frequency, months) for name in named)
    if numbers or frequency == "DAILY":
        return True
    if frequency == "WEEKLY":
        return day.weekday() == first.weekday()
    return day.day == first.day and (
        frequency == "MONTHLY" or bool(months) or day.month == first.month
    )


def is_weekday(day: date, name: str, frequency: str, months: list[int]) -> bool:
    if DAYS[day.weekday()] != name[-2:]:
        return False
    if len(name) == 2:
        return True
    if frequency == "MONTHLY" or months:
        begin, end = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    else:
        begin, end = date(day.year, 1, 1), date(day.year, 12, 31)
    alike = [each for each in days_between(begin, end) if each.weekday() == day.weekday()]
    ordinal = int(name[:-2])
    index = ordinal - 1 if ordinal > 0 else len(alike) + ordinal
    return 0 <= index < len(alike) and alike[index] == day


def some(values: list[str], most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True).map(",".join)


@st.composite
def rules(draw: st.DrawFn) -> dict[str, str]:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {"FREQ": frequency}
    if draw(st.booleans()):
        parts["INTERVAL"] = str(draw(st.integers(1, 5)))
    if draw(st.booleans()):
        parts["BYMONTH"] = draw(some([str(n) for n in range(1, 13)]))
    days = draw(st.sampled_from(["none", "weekdays", "month days", "both", "ordinals"]))
    if days in {"weekdays", "both"}:
        parts["BYDAY"] = draw(some(list(DAYS)))
    if days in {"month days", "both"} and frequency != "WEEKLY":
        parts["BYMONTHDAY"] = draw(some([str(n) for n in range(-31, 32) if n]))
    if days == "ordinals" and frequency in {"MONTHLY", "YEARLY"}:
        most = 5 if frequency == "MONTHLY" or "BYMONTH" in parts else 53
        ordinals = [n for n in range(-most, most + 1) if n]
        parts["BYDAY"] = draw(some([f"{n}{day}" for n in ordinals for day in DAYS]))
    if draw(st.booleans()):
        parts["COUNT"] = str(draw(st.integers(1, 40)))
    else:
        parts["UNTIL"] = f"{draw(st.dates(date(2029, 1, 1), date(2030, 12, 31))):%Y%m%d}"
    return parts


def text(parts: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


firsts = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(rules(), firsts)
def test_a_rule_gives_the_days_that_a_walk_from_day_to_day_finds(
    parts: dict[str, str], first: date
) -> None:
    moment = datetime(first.year, first.month, first.day, 19, 15, tzinfo=SHANGHAI)
    assert on(text(parts), moment) == by_walking(parts, first, HORIZON)


@given(rules(), firsts)
def test_the_normal_form_is_one_and_says_the_same(parts: dict[str, str], first: date) -> None:
    turned = dict(reversed(parts.items()))
    normal = normal_rule(text(parts))
    assert normal_rule(normal) == normal == normal_rule(f" rrule:{text(turned).lower()} ")
    moment = datetime(first.year, first.month, first.day, 19, 15, tzinfo=SHANGHAI)
    assert on(normal, moment) == on(text(parts), moment)


def test_the_normal_form_sorts_and_ends_in_utc() -> None:
    assert normal_rule("BYDAY=FR,MO,FR;INTERVAL=01;FREQ=WEEKLY;UNTIL=20261231") == (
        "FREQ=WEEKLY;UNTIL=20261231T155959Z;BYDAY=MO,FR"
    )
    assert normal_rule("FREQ=DAILY;UNTIL=20261231T203000") == "FREQ=DAILY;UNTIL=20261231T123000Z"
    assert normal_rule("FREQ=MONTHLY;COUNT=3;BYDAY=+2TU,-1SU") == (
        "FREQ=MONTHLY;COUNT=3;BYDAY=-1SU,2TU"
    )


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("", "unreadable"),
        ("every Monday", "unreadable"),
        ("COUNT=3", "unreadable"),
        ("FREQ=SOMETIMES;COUNT=3", "unreadable"),
        ("FREQ=WEEKLY;COUNT=3;", "unreadable"),
        ("FREQ=WEEKLY;FREQ=DAILY;COUNT=3", "unreadable"),
        ("FREQ=WEEKLY;COUNT=0", "unreadable"),
        ("FREQ=WEEKLY;COUNT=-1", "unreadable"),
        ("FREQ=WEEKLY;COUNT=３", "unreadable"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20270101", "unreadable"),
        ("FREQ=WEEKLY;COUNT=3;INTERVAL=0", "unreadable"),
        ("FREQ=WEEKLY;COUNT=3;INTERVAL=1000", "unreadable"),
        ("FREQ=WEEKLY;COUNT=3;BYDAY=XX", "unreadable"),
        ("FREQ=WEEKLY;COUNT=3;BYDAY=MO,", "unreadable"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=0MO", "unreadable"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=6MO", "unreadable"),
        ("FREQ=YEARLY;BYMONTH=2;COUNT=3;BYDAY=6MO", "unreadable"),
        ("FREQ=YEARLY;COUNT=3;BYDAY=54MO", "unreadable"),
        ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=32", "unreadable"),
        ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=0", "unreadable"),
        ("FREQ=YEARLY;COUNT=3;BYMONTH=13", "unreadable"),
        ("FREQ=YEARLY;COUNT=3;BYMONTH=-1", "unreadable"),
        ("FREQ=DAILY;UNTIL=20270230", "unreadable"),
        ("FREQ=DAILY;UNTIL=00010101T000000", "unreadable"),
        ("FREQ=DAILY;UNTIL=tomorrow", "unreadable"),
        ("FREQ=DAILY;COUNT=3;BYMONTHDAY=" + ",".join(["1"] * 300), "unreadable"),
        ("FREQ=HOURLY;COUNT=3", "unsupported"),
        ("FREQ=WEEKLY;COUNT=3;BYHOUR=9", "unsupported"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=MO;BYSETPOS=-1", "unsupported"),
        ("FREQ=YEARLY;COUNT=3;BYWEEKNO=20", "unsupported"),
        ("FREQ=WEEKLY;COUNT=3;WKST=SU", "unsupported"),
        ("FREQ=WEEKLY;COUNT=3;BYDAY=1MO", "unsupported"),
        ("FREQ=WEEKLY;COUNT=3;BYMONTHDAY=1", "unsupported"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=1MO,TU", "unsupported"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=1MO;BYMONTHDAY=1", "unsupported"),
        ("FREQ=WEEKLY", "endless"),
        ("FREQ=WEEKLY;BYDAY=MO", "endless"),
    ],
)
def test_a_rule_that_is_not_followed_says_why(rule: str, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        normal_rule(rule)
    assert refused.value.code == code


@given(st.text(max_size=60) | st.text("FREQ=DAILYWKMO;COUNT,123-", max_size=60))
def test_any_text_is_a_rule_or_is_refused(anything: str) -> None:
    try:
        normal = normal_rule(anything)
    except RuleError:
        return
    assert normal_rule(normal) == normal


def test_the_first_day_counts_only_where_it_fits() -> None:
    assert on("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3") == [
        date(2026, 12, 28),
        date(2026, 12, 30),
        date(2027, 1, 4),
    ]
    assert on("FREQ=WEEKLY;BYDAY=WE;COUNT=2") == [date(2026, 12, 30), date(2027, 1, 6)]


def test_a_week_begins_on_monday() -> None:
    tuesday = datetime(2027, 1, 5, 9, 30, tzinfo=SHANGHAI)
    assert on("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;COUNT=4", tuesday) == [
        date(2027, 1, 5),
        date(2027, 1, 10),
        date(2027, 1, 19),
        date(2027, 1, 24),
    ]


def test_a_month_without_the_day_is_passed_over() -> None:
    first = datetime(2026, 10, 31, 9, 30, tzinfo=SHANGHAI)
    assert on("FREQ=MONTHLY;COUNT=4", first) == [
        date(2026, 10, 31),
        date(2026, 12, 31),
        date(2027, 1, 31),
        date(2027, 3, 31),
    ]
    leap = datetime(2028, 2, 29, 9, 30, tzinfo=SHANGHAI)
    assert on("FREQ=YEARLY;COUNT=3", leap, date(2040, 1, 1)) == [
        date(2028, 2, 29),
        date(2032, 2, 29),
        date(2036, 2, 29),
    ]


def test_the_last_day_and_the_last_moment_are_included() -> None:
    rule = "FREQ=DAILY;UNTIL=20270103T013000Z"  # 09:30 in Shanghai
    assert on(rule)[-1] == date(2027, 1, 3)
    assert on("FREQ=DAILY;UNTIL=20270103T012959Z")[-1] == date(2027, 1, 2)
    assert on(rule, horizon=date(2026, 12, 31))[-1] == date(2026, 12, 31)
    assert on(rule, horizon=date(2026, 12, 27)) == []


def test_the_time_of_day_is_that_of_shanghai() -> None:
    late = datetime(2026, 12, 28, 17, 0, tzinfo=UTC)  # 01:00 on the 29th
    first, second = starts("FREQ=MONTHLY;COUNT=2", late, horizon=HORIZON, most=9)
    assert first == late
    assert first.tzinfo is SHANGHAI
    assert second == datetime(2027, 1, 29, 1, 0, tzinfo=SHANGHAI)
    with pytest.raises(ValueError, match="time zone"):
        starts("FREQ=DAILY;COUNT=2", late.replace(tzinfo=None), horizon=HORIZON, most=9)


def test_more_sessions_than_allowed_are_refused_and_not_cut() -> None:
    assert len(on("FREQ=DAILY;COUNT=500", most=500)) == 500
    with pytest.raises(RuleError) as refused:
        on("FREQ=DAILY;COUNT=501", most=500)
    assert refused.value.code == "too_many"
    assert len(on("FREQ=DAILY;COUNT=501", most=500, horizon=date(2027, 1, 31))) == 35


def test_a_rule_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        on("FREQ=DAILY;UNTIL=20261227")
    assert refused.value.code == "before_start"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=1",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2;COUNT=1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1",
    ],
)
def test_a_day_that_never_comes_is_no_session(rule: str) -> None:
    assert on(rule) == []


def test_a_plan_gives_each_session_its_length() -> None:
    length = timedelta(hours=15)
    sessions = plan("FREQ=DAILY;COUNT=2", FIRST, length, horizon=HORIZON, most=9)
    assert sessions == [
        Planned(FIRST, FIRST + length, FIRST),
        Planned(
            FIRST + timedelta(days=1), FIRST + timedelta(days=1) + length, FIRST + timedelta(days=1)
        ),
    ]
    with pytest.raises(SlotError) as refused:
        plan("FREQ=DAILY;COUNT=2", FIRST, timedelta(), horizon=HORIZON, most=9)
    assert refused.value.code == "ends_before_start"


# Sessions that exist


def planned(*days: int) -> list[Planned]:
    moments = [FIRST + timedelta(days=n) for n in days]
    return [Planned(moment, moment + timedelta(hours=1), moment) for moment in moments]


def existing(key: int, day: int, *, changed: bool = False, booked: bool = False) -> Existing:
    moment = (FIRST + timedelta(days=day)).astimezone(UTC)
    return Existing(key, moment, is_exception=changed, has_bookings=booked)


def test_what_left_the_plan_goes_unless_people_changed_or_booked_it() -> None:
    stored = [
        existing(1, 0, changed=True),
        existing(2, 7),
        existing(3, 14),
        existing(4, 21, booked=True),
        existing(5, 28, changed=True),
    ]
    changes = difference(planned(0, 7, 8), stored)
    assert changes.add == planned(8)
    assert changes.keep == [1, 2]
    assert changes.drop == [3]
    assert changes.orphaned == [4, 5]


day_sets = st.sets(st.integers(0, 12)).map(sorted)
stores = st.lists(
    st.tuples(st.integers(0, 12), st.booleans(), st.booleans()), unique_by=lambda row: row[0]
)


@given(day_sets, stores)
def test_done_twice_the_second_time_changes_nothing(
    days: list[int], store: list[tuple[int, bool, bool]]
) -> None:
    wanted = planned(*days)
    stored = [existing(n, d, changed=c, booked=b) for n, (d, c, b) in enumerate(store)]
    changes = difference(wanted, stored)
    assert sorted(changes.drop + changes.keep + changes.orphaned) == list(range(len(stored)))
    assert not any(stored[n].is_exception or stored[n].has_bookings for n in changes.drop)
    left = [each for each in stored if each.key not in changes.drop]
    left += [
        Existing(100 + n, each.original_start, is_exception=False, has_bookings=False)
        for n, each in enumerate(changes.add)
    ]
    again = difference(wanted, left)
    assert (again.add, again.drop, again.orphaned) == ([], [], changes.orphaned)
    assert {each.original_start for each in wanted} <= {each.original_start for each in left}
