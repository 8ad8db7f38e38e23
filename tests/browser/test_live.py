"""A lot page that stays live in a real browser: bids, a lost server, the hammer."""

import os
import re

import pytest
from playwright.sync_api import expect

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
    expect(page.locator("count-down")).to_have_text(re.compile(r"\d"))
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
