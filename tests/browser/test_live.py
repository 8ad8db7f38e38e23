"""A lot page that stays live in a real browser: bids, a lost server, the hammer."""

import os
import re
from datetime import datetime

import pytest
from playwright.sync_api import expect

from artmarket.core.clock import SHANGHAI
from auctions.models import Lot
from auctions.services.closing import close_lot
from tests.auctions.factories import begun, bid, bidder, forget_rule_sets, put_hours
from tests.auctions.live_server import Server

pytestmark = pytest.mark.django_db(transaction=True)
# The browser's driver runs a loop in this thread; the database is asked, and emptied, in it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def server(db):
    forget_rule_sets()
    made = Server()
    yield made
    made.kill()


def opened(browser, server, path: str, **options):
    context = browser.new_context(base_url=f"http://127.0.0.1:{server.port}", **options)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(path)
    return context, page, problems


@pytest.mark.parametrize(
    ("language", "money", "said", "sold", "lost"),
    [
        ("", "¥", "现价", "成交", "连接断开"),
        ("/en", "CN¥", "Now at", "Sold", "Connection lost"),
    ],
)
def test_the_page_follows_the_bids_survives_the_server_and_shows_the_end(
    browser, server, language, money, said, sold, lost
):
    price, second = f"{money}1,000", f"{money}3,200"
    sale = begun()
    lot = sale.lots.get()
    people = [bidder(sale), bidder(sale)]
    context, page, problems = opened(browser, server, f"{language}/auctions/{sale.pk}/lots/1/")
    shown = page.locator('#bid [data-live="price"]')
    ends = page.locator('#bid [data-live="ends"]')
    first_end = ends.inner_text()
    expect(page.locator("#bid count-down")).to_have_text(re.compile(r"\d"))
    bid(lot, people[0], 3000)
    expect(shown).to_have_text(price)
    expect(page.locator("[data-live-stale]")).to_be_visible()

    server.kill()
    note = page.locator("[data-live-lost]")
    expect(note).to_contain_text(lost)
    expect(note).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
    bid(lot, people[1], 9000)
    put_hours(sale, 120)
    again = Server(port=server.port)
    try:
        expect(shown).to_have_text(second, timeout=30_000)
        expect(note).to_be_hidden()
        expect(ends).not_to_have_text(first_end)
        expect(page.locator("[data-live-said]")).to_contain_text(
            re.compile(f"{said}.*{second}"), timeout=10_000
        )
        put_hours(sale, -1)
        close_lot(lot_id=lot.pk)
        expect(page.locator('[data-live="state"]')).to_have_text(sold)
        assert problems == []
    finally:
        context.close()
        again.kill()


def test_the_page_of_a_sale_follows_all_its_lots(browser, server):
    sale = begun(lots=2)
    first, second = sale.lots.order_by("number")
    one, other = bidder(sale), bidder(sale)
    context, page, problems = opened(browser, server, f"/auctions/{sale.pk}/")
    card = page.locator(f'[data-lot="{first.pk}"]')
    try:
        expect(card).to_contain_text("起拍价，不含佣金")
        bid(first, one, 3000)
        expect(card).to_contain_text("当前价，不含佣金，1次出价")
        bid(first, other, 9000)
        expect(card.locator('[data-live="price"]')).to_have_text("¥3,200")
        expect(card).to_contain_text("2次出价")
        expect(page.locator(f'[data-lot="{second.pk}"]')).to_contain_text("起拍价，不含佣金")
        expect(page.locator("[data-live-stale]")).to_be_hidden()
        assert page.locator("[data-live-said]").inner_text() == ""
        put_hours(sale, -1)
        close_lot(lot_id=first.pk)
        expect(card.locator('[data-live="state"]')).to_have_text("成交")
        expect(card).to_contain_text("落槌价，不含佣金")
        expect(page.locator("[data-live-stale]")).to_contain_text("有拍品结束了")
        assert problems == []
    finally:
        context.close()


# What a browser in a zone says of an end around the hours in which its clocks change.
OWN_TIMES = (
    ("Europe/Berlin", "2027-03-28T00:30Z", "08:30", "01:30:00 CET"),
    ("Europe/Berlin", "2027-03-28T01:30Z", "09:30", "03:30:00 CEST"),
    ("Europe/Berlin", "2027-10-31T00:30Z", "08:30", "02:30:00 CEST"),
    ("Europe/Berlin", "2027-10-31T01:30Z", "09:30", "02:30:00 CET"),
    ("America/New_York", "2027-03-14T06:30Z", "14:30", "01:30:00 GMT-5"),
    ("America/New_York", "2027-03-14T07:30Z", "15:30", "03:30:00 GMT-4"),
    ("America/New_York", "2027-11-07T05:30Z", "13:30", "01:30:00 GMT-4"),
    ("America/New_York", "2027-11-07T06:30Z", "14:30", "01:30:00 GMT-5"),
    ("Asia/Shanghai", "2027-11-07T06:30Z", "14:30", ""),
    ("Asia/Singapore", "2027-11-07T06:30Z", "14:30", ""),
)


def test_the_end_stands_in_beijing_time_and_in_the_readers_own_named_zone(browser, server):
    sale = begun()
    for zone, ends_at, beijing, own in OWN_TIMES:
        at = datetime.fromisoformat(ends_at)
        Lot.objects.filter(sale=sale).update(first_end=at, ends_at=at)
        path = f"/en/auctions/{sale.pk}/lots/1/"
        context, page, problems = opened(browser, server, path, timezone_id=zone)
        ends = page.locator('#bid [data-live="ends"]')
        expect(ends).to_contain_text(f" {at.astimezone(SHANGHAI):%Y}, {beijing}")
        expect(page.locator("#bid")).to_contain_text("Beijing time (UTC+8)")
        line = page.locator("own-time")
        if own:
            expect(line).to_contain_text(f"Your time zone ({zone}): ")
            expect(line).to_contain_text(own)
        else:
            expect(line).to_be_hidden()
        assert problems == []
        context.close()
