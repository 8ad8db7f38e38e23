"""Calendar files say what the plan says, and any calendar program can read them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from cms.engine.clashes import SlotError
from cms.engine.ics import Entry, calendar_file
from cms.engine.recurrence import SHANGHAI, RuleError, plan

START = datetime(2026, 12, 30, 9, 30, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)
STAMP = datetime(2026, 11, 1, 3, 4, 5, tzinfo=UTC)


def entry(**changes: Any) -> Entry:
    given_values: dict[str, Any] = {
        "uid": "session-7@events.example",
        "sequence": 2,
        "starts_at": START,
        "ends_at": START + HOUR,
        "summary": "风筝课",
        "description": "扎一只沙燕。",
        "location": "十笏园",
        "url": "https://example.org/events/7/",
        "status": "CONFIRMED",
        "stamp": STAMP,
    }
    return Entry(**(given_values | changes))


def written(*entries: Entry, name: str = "活动", language: str = "zh-Hans") -> bytes:
    return calendar_file(name, entries, language=language)


def read(*entries: Entry) -> list[Any]:
    return list(Calendar.from_ical(written(*entries)).walk("VEVENT"))


def unfolded(file: bytes) -> list[str]:
    """The lines as RFC 5545 joins them, without the library."""
    return file.replace(b"\r\n ", b"").decode().split("\r\n")


def expanded(event: Any) -> Iterator[datetime]:
    """The starts of a series as a calendar program finds them, exceptions left out."""
    rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=event["DTSTART"].dt)
    skipped = {each.dt for each in event["EXDATE"].dts} if "EXDATE" in event else set()
    return (moment for moment in rule if moment not in skipped)


def test_a_file_has_what_every_calendar_program_needs() -> None:
    assert unfolded(written(entry(latitude=36.7069, longitude=119.1618))) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//artmarket//events//ZH-HANS",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME;LANGUAGE=zh-Hans:活动",
        "X-WR-CALNAME:活动",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Shanghai",
        "BEGIN:STANDARD",
        "DTSTART:19920101T000000",
        "TZNAME:CST",
        "TZOFFSETFROM:+0800",
        "TZOFFSETTO:+0800",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        "SUMMARY;LANGUAGE=zh-Hans:风筝课",
        "DTSTART;TZID=Asia/Shanghai:20261230T093000",
        "DTEND;TZID=Asia/Shanghai:20261230T103000",
        "DTSTAMP:20261101T030405Z",
        "UID:session-7@events.example",
        "SEQUENCE:2",
        "DESCRIPTION;LANGUAGE=zh-Hans:扎一只沙燕。",
        "GEO:36.7069;119.1618",
        "LAST-MODIFIED:20261101T030405Z",
        "LOCATION;LANGUAGE=zh-Hans:十笏园",
        "STATUS:CONFIRMED",
        "URL:https://example.org/events/7/",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_calendar_without_events_is_a_calendar() -> None:
    calendar = Calendar.from_ical(written())
    assert calendar.walk("VEVENT") == []
    assert len(calendar.walk("VTIMEZONE")) == 1


def test_what_is_empty_is_left_out() -> None:
    (event,) = read(entry(description="", location="", url="", latitude=36.7))
    assert not {"DESCRIPTION", "LOCATION", "URL", "GEO", "RRULE", "EXDATE"} & set(event)


def test_a_cancelled_session_stays_as_cancelled() -> None:
    (event,) = read(entry(status="CANCELLED", sequence=3))
    assert (str(event["STATUS"]), event["SEQUENCE"]) == ("CANCELLED", 3)


def test_moments_are_written_in_shanghai_whatever_zone_they_come_in() -> None:
    utc = entry(starts_at=START.astimezone(UTC), ends_at=(START + HOUR).astimezone(UTC))
    assert written(utc) == written(entry())
    (event,) = read(utc)
    assert event["DTSTART"].dt == START
    assert event["DTSTART"].dt.tzinfo == SHANGHAI


texts = st.text(max_size=200) | st.text("风筝ab\\nN;,:\"^ \t\r\n😀'", max_size=200)


@given(texts, texts, texts)
def test_any_text_comes_back_and_no_line_is_too_long(
    summary: str, description: str, name: str
) -> None:
    file = written(entry(summary=summary, description=description), name=name)
    for line in file.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no character is cut in two
        assert b"\n" not in line and b"\r" not in line
    calendar = Calendar.from_ical(file)
    (event,) = calendar.walk("VEVENT")
    assert str(event["SUMMARY"]) == as_kept(summary)
    assert str(event.get("DESCRIPTION", "")) == as_kept(description)
    assert unfolded(file)[5:7] == [
        f"NAME;LANGUAGE=zh-Hans:{escaped(as_kept(name))}",
        f"X-WR-CALNAME:{escaped(as_kept(name))}",
    ]
    assert event["DTSTART"].dt == START


def escaped(text: str) -> str:
    """A text as RFC 5545 escapes it."""
    return "".join({"\n": "\\n"}.get(c, f"\\{c}" if c in "\\;," else c) for c in text)


def as_kept(text: str) -> str:
    """A text without control characters; its lines end in LF."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or not (ord(c) < 32 or 127 <= ord(c) < 160))


def test_no_text_makes_a_line_of_its_own() -> None:
    attack = "课\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:other"
    (event,) = read(entry(summary=attack, location=attack, url="https://x/\r\nSTATUS:CANCELLED"))
    assert str(event["UID"]) == "session-7@events.example"
    assert str(event["STATUS"]) == "CONFIRMED"
    assert str(event["URL"]) == "https://x/%0ASTATUS:CANCELLED"


def test_an_address_is_written_in_ascii() -> None:
    (event,) = read(entry(url="https://example.org/活动/?a=1&b=2#c d%20e"))
    assert str(event["URL"]) == ("https://example.org/%E6%B4%BB%E5%8A%A8/?a=1&b=2#c%20d%20e")


@pytest.mark.parametrize(
    ("rule", "first", "horizon"),
    [
        ("FREQ=WEEKLY;BYDAY=WE,TH;COUNT=6", START, date(2027, 12, 31)),
        ("FREQ=WEEKLY;INTERVAL=2;UNTIL=20270228", START, date(2027, 12, 31)),
        (
            "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=5",
            datetime(2026, 10, 31, 14, 0, tzinfo=SHANGHAI),
            date(2027, 12, 31),
        ),
        ("FREQ=MONTHLY;BYDAY=-1WE;UNTIL=20271229T013000Z", START, date(2027, 12, 31)),
        ("FREQ=YEARLY;COUNT=3", datetime(2028, 2, 29, 8, 0, tzinfo=SHANGHAI), date(2040, 1, 1)),
        (
            "FREQ=DAILY;UNTIL=20270105",
            datetime(2026, 12, 29, 0, 0, tzinfo=SHANGHAI),
            date(2027, 9, 9),
        ),
    ],
)
def test_a_series_repeats_over_the_years_end_as_planned(
    rule: str, first: datetime, horizon: date
) -> None:
    sessions = plan(rule, first, HOUR, horizon=horizon, most=500)
    assert sessions[0].starts_at.year < sessions[-1].starts_at.year
    (event,) = read(entry(starts_at=first, ends_at=first + HOUR, rule=rule))
    assert list(expanded(event)) == [each.starts_at for each in sessions]
    assert event["DTEND"].dt - event["DTSTART"].dt == HOUR


def test_of_ten_dates_one_is_cancelled_and_one_moved() -> None:
    rule = "FREQ=WEEKLY;COUNT=10"
    sessions = plan(rule, START, HOUR, horizon=date(2027, 12, 31), most=500)
    gone, moved = sessions[3].original_start, sessions[5].original_start
    later = moved + timedelta(days=1)
    series, departed = read(
        entry(rule=rule, exceptions=(gone.astimezone(UTC),)),
        entry(starts_at=later, ends_at=later + HOUR, original_start=moved.astimezone(UTC)),
    )
    assert series["UID"] == departed["UID"]
    assert departed["RECURRENCE-ID"].dt == moved
    shown = [m for m in expanded(series) if m != departed["RECURRENCE-ID"].dt]
    shown.append(departed["DTSTART"].dt)
    assert sorted(shown) == sorted(
        later if each.original_start == moved else each.starts_at
        for each in sessions
        if each.original_start != gone
    )
    assert len(shown) == 9


def test_a_rule_is_written_in_its_normal_form() -> None:
    file = written(entry(rule="BYDAY=TH,WE;FREQ=WEEKLY;UNTIL=20270131"))
    assert "RRULE:FREQ=WEEKLY;UNTIL=20270131T155959Z;BYDAY=WE,TH" in unfolded(file)


def test_what_is_no_entry_is_refused() -> None:
    with pytest.raises(SlotError):
        written(entry(ends_at=START))
    with pytest.raises(RuleError):
        written(entry(rule="FREQ=WEEKLY"))
    with pytest.raises(ValueError, match="time zone"):
        written(entry(starts_at=START.replace(tzinfo=None)))
    with pytest.raises(ValueError, match="UID"):
        written(entry(uid="\x00"))
    with pytest.raises(ValueError, match="language"):
        written(language="zh:evil")
    with pytest.raises(ValueError, match="minutes"):
        calendar_file("活动", [], language="en", refresh_minutes=0)
