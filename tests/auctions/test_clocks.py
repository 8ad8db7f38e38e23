"""Ends at midnight, on leap days and around daylight saving; clocks that are wrong."""

import re
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from artmarket.core.clock import SHANGHAI, db_now
from auctions import demo, tasks, wording
from auctions.enums import BidResult, LotState
from auctions.models import Bid, Notice
from auctions.notices.reminding import remind
from auctions.realtime import reader as live_reader
from auctions.selectors.sales import Phase, phase_of
from tests.auctions.clocks import clock, ending, shanghai  # noqa: F401
from tests.auctions.factories import begun, bid, bidder, fresh, put_hours
from tests.auctions.pages import lot_url, text_of

pytestmark = pytest.mark.django_db

MOMENT = timedelta(milliseconds=1)
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
# When clocks are put forward and back, in UTC.
SWITCHES = [
    (BERLIN, datetime(2027, 3, 28, 1, tzinfo=UTC)),
    (BERLIN, datetime(2027, 10, 31, 1, tzinfo=UTC)),
    (NEW_YORK, datetime(2027, 3, 14, 7, tzinfo=UTC)),
    (NEW_YORK, datetime(2027, 11, 7, 6, tzinfo=UTC)),
]


# ------------------------------------------------------------------ midnight, months, leap days


def test_at_midnight_a_bid_is_in_time_to_the_last_millisecond_and_late_on_the_stroke(clock):  # noqa: F811
    midnight = shanghai(2026, 12, 2)
    sale, (one, other) = ending(midnight, lots=2, bidders=2)
    first, second = sale.lots.order_by("number")
    clock.put(midnight - MOMENT)
    assert phase_of(sale, db_now()) == Phase.BIDDING
    assert bid(first, one, 1000).result == BidResult.ACCEPTED
    clock.put(midnight)
    assert phase_of(sale, db_now()) == Phase.CLOSING
    late = bid(second, other, 1000)
    assert (late.result, late.received_at) == (BidResult.CLOSED, midnight)
    assert fresh(first).ends_at == midnight - MOMENT + timedelta(minutes=5)
    assert tasks.close_due() == "closed 1, ended 0, failed 0"
    assert (fresh(first).state, fresh(second).state) == (LotState.OPEN, LotState.PASSED)


def test_an_end_at_midnight_is_shown_with_the_day_that_begins_then_and_without_today(
    clock,  # noqa: F811
    reader,
):
    midnight = shanghai(2026, 12, 2)
    sale, _people = ending(midnight)
    lot = sale.lots.get()
    for now in (midnight - timedelta(hours=23), midnight - timedelta(seconds=30)):
        clock.put(now)
        for url in (lot_url(lot), f"/auctions/{sale.pk}/", "/auctions/"):
            chinese, english = text_of(reader().get(url)), text_of(reader().get(f"/en{url}"))
            assert "2026年12月2日（星期三）00:00" in chinese, url
            assert "Wednesday, 2 December 2026, 00:00" in english, url
            assert "北京时间" in chinese, url
            assert "Beijing time (UTC+8)" in english, url
            assert not re.search("今天|明天|今晚", chinese), url
            assert not re.search("(?i)today|tomorrow|tonight", english), url


@pytest.mark.parametrize(
    ("ends_at", "bid_at", "words"),
    [
        (shanghai(2026, 12, 2), shanghai(2026, 12, 1, 23, 58), "2026年12月2日（星期三）00:03"),
        (
            shanghai(2026, 12, 31, 23, 59),
            shanghai(2026, 12, 31, 23, 58, 30),
            "2027年1月1日（星期五）00:03:30",
        ),
        (
            shanghai(2027, 2, 28, 23, 59),
            shanghai(2027, 2, 28, 23, 58),
            "2027年3月1日（星期一）00:03",
        ),
        (
            shanghai(2028, 2, 28, 23, 59),
            shanghai(2028, 2, 28, 23, 58),
            "2028年2月29日（星期二）00:03",
        ),
        (
            shanghai(2028, 2, 29, 23, 59),
            shanghai(2028, 2, 29, 23, 58),
            "2028年3月1日（星期三）00:03",
        ),
    ],
)
def test_an_extension_goes_over_midnight_the_end_of_a_month_and_the_leap_day(
    clock,  # noqa: F811
    reader,
    ends_at,
    bid_at,
    words,
):
    sale, (one,) = ending(ends_at)
    lot = sale.lots.get()
    clock.put(bid_at)
    assert bid(lot, one, 1000).result == BidResult.ACCEPTED
    lot = fresh(lot)
    assert (lot.first_end, lot.ends_at) == (ends_at, bid_at + timedelta(minutes=5))
    page = text_of(reader().get(lot_url(lot)))
    assert f"{words}结束" in page
    assert f"延时到{words}" in page
    assert calendar_hours(reader(), sale)[1] == ends_at  # as announced


# ------------------------------------------------------------------ daylight saving


def calendar_hours(client, sale) -> tuple[datetime, datetime]:
    """Beginning and end in the calendar file; both have to be written in UTC."""
    file = client.get(reverse("notices:calendar", args=[sale.pk])).content.decode()
    begins, ends = (
        datetime.strptime(re.search(rf"{name}:(\w+)\r\n", file)[1], "%Y%m%dT%H%M%SZ")
        for name in ("DTSTART", "DTEND")
    )
    return begins.replace(tzinfo=UTC), ends.replace(tzinfo=UTC)


@pytest.mark.parametrize("minutes", [-30, 0, 30])
@pytest.mark.parametrize(("zone", "switch"), SWITCHES)
def test_no_end_moves_when_a_bidders_country_changes_its_clocks(
    clock,  # noqa: F811
    reader,
    zone,
    switch,
    minutes,
):
    ends_at = switch + timedelta(minutes=minutes)
    sale, (one,) = ending(ends_at)
    lot = sale.lots.get()
    shown = wording.moment(ends_at)
    assert shown == ends_at.astimezone(SHANGHAI).strftime(
        f"%Y年{ends_at.month}月%-d日（星期日）%H:%M"
    )
    for now in (ends_at - timedelta(hours=12), ends_at - timedelta(minutes=10)):
        clock.put(now)
        with timezone.override(zone):
            page = text_of(reader().get(lot_url(lot)))
            html = reader().get(lot_url(lot)).content.decode()
        assert f"{shown}结束" in page
        assert "北京时间" in page
        ends, told_now = (
            datetime.fromisoformat(re.search(rf'data-{name}="([^"]+)"', html)[1])
            for name in ("ends", "now")
        )
        assert (ends, told_now) == (ends_at, now)
    assert calendar_hours(reader(), sale) == (sale.opens_at, ends_at)

    clock.put(ends_at - timedelta(minutes=1))
    bid(lot, one, 1000)
    assert fresh(lot).ends_at == ends_at + timedelta(minutes=4)


# ------------------------------------------------------------------ a process whose clock is wrong


@pytest.fixture(params=[-7, 7], ids=["behind", "ahead"])
def wrong(request):
    """The process's clock, minutes off the database's; a function that tells how far."""
    off = timedelta(minutes=request.param)

    def travel():
        return time_machine.travel(datetime.now(UTC) + off)

    travel.off = off
    return travel


def test_the_decision_and_the_hammer_follow_the_database(wrong):
    sale = begun(lots=2)
    one = bidder(sale)
    first, second = sale.lots.order_by("number")
    put_hours(sale, 2)
    with wrong():
        assert abs(timezone.now() - db_now()) > timedelta(minutes=6)
        assert bid(first, one, 1000).result == BidResult.ACCEPTED
        assert tasks.close_due() == "closed 0, ended 0, failed 0"
    put_hours(sale, -2)
    with wrong():
        assert bid(second, one, 1000).result == BidResult.CLOSED
        assert tasks.close_due() == "closed 2, ended 1, failed 0"
    assert (fresh(first).state, fresh(second).state) == (LotState.SOLD, LotState.PASSED)
    now = db_now()
    times = [*Bid.objects.values_list("received_at", flat=True), fresh(first).closed_at]
    assert all(now - timedelta(minutes=1) < at <= now for at in times)


def test_the_countdown_the_calendar_and_the_state_follow_the_database(reader, wrong):
    sale = begun(minutes_left=3)
    lot = sale.lots.get()
    file = reader().get(reverse("notices:calendar", args=[sale.pk])).content
    with wrong():
        answer = reader().get(lot_url(lot))
        assert reader().get(reverse("notices:calendar", args=[sale.pk])).content == file
        now = db_now()
    html = answer.content.decode()
    told = datetime.fromisoformat(re.search(r'data-now="([^"]+)"', html)[1])
    assert now - timedelta(seconds=10) < told <= now
    assert "竞价中" in text_of(answer)
    assert "2分" in text_of(answer)


def test_reminders_follow_the_database(wrong):
    sale = begun(minutes_left=30 - wrong.off.total_seconds() / 120)
    soon = wrong.off > timedelta(0)
    one = bidder(sale)
    bid(sale.lots.get(), one, 1000)
    with wrong():
        remind()
    assert Notice.objects.filter(kind="ending", user=one.user).exists() == soon
    at = Notice.objects.values_list("at", flat=True)
    assert all(abs(db_now() - moment) < timedelta(minutes=1) for moment in at)


def test_the_demonstration_sale_counts_its_days_from_the_databases_day(clock):  # noqa: F811
    clock.put(shanghai(2027, 2, 28, 23, 59))
    with time_machine.travel(datetime(2027, 3, 1, 0, 5, tzinfo=SHANGHAI)):
        terms = demo._terms(demo.ANNOUNCED)
    assert terms.notice_on == datetime(2027, 2, 28).date()
    assert terms.opens_at == shanghai(2027, 3, 10, 10)
    assert terms.closes_at == shanghai(2027, 3, 12, 20)


def test_the_streams_time_does_not_move_when_the_processs_clock_is_put_right(monkeypatch):
    offset = live_reader.clock_offset()
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 420)
    told = live_reader.steady() + offset
    assert abs(told - db_now().timestamp()) < 1
    assert abs(live_reader.clock_offset() - offset) < 1
