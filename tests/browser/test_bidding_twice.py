"""What goes wrong between two clicks of a bid: sign-in ends, twice, back again, in two tabs."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD


@pytest.fixture
def begun(stage, bidder_page):
    """A bidder's page on a lot, its address, and who he is."""
    made = stage(do="begin", minutes=30, bidders=1)
    url = f"/auctions/{made['sale']}/lots/1/"
    email = made["bidders"][0]["email"]
    return bidder_page(email), url, email


def check(page: Page, url: str, typed: str) -> None:
    """The first step: as far as the page that asks to confirm."""
    page.goto(url)
    page.fill("#bid [name=other]", typed)
    page.click("#bid .btn-primary")
    expect(page.locator(".confirm")).to_be_visible()


def bids_in(page: Page, url: str) -> int:
    """How many bids the history of the lot tells."""
    page.goto(url)
    return page.locator("#history tbody tr", has_text="出价").count()


def test_a_session_that_ends_before_the_second_step_bids_nothing_and_leads_back(begun):
    page, url, email = begun
    check(page, url, "2,000")
    page.context.clear_cookies(name="sessionid")
    page.click(".confirm form button")
    expect(page.locator("main")).to_contain_text("登录已过期，刚才的操作没有执行")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url(f"**{url}")
    expect(page.locator("#standing")).to_contain_text("你还没有出价")
    expect(page.locator("#history")).to_contain_text("还没有人出价")
    check(page, url, "2,000")
    page.click(".confirm form button")
    page.wait_for_url(f"**{url}")
    assert bids_in(page, url) == 1


@pytest.mark.parametrize("script", [True, False])
def test_a_double_click_is_one_bid(stage, bidder_page, script):
    made = stage(do="begin", minutes=30, bidders=1)
    url = f"/auctions/{made['sale']}/lots/1/"
    page = bidder_page(made["bidders"][0]["email"], script=script)
    check(page, url, "2,000")
    page.dblclick(".confirm form button", no_wait_after=True)
    page.wait_for_url(f"**{url}")
    expect(page.locator("#standing")).to_contain_text("你领先，最高价¥2,000")
    assert bids_in(page, url) == 1


def test_back_after_a_bid_shows_the_old_step_and_sending_it_again_changes_nothing(begun):
    page, url, _email = begun
    check(page, url, "2,000")
    page.click(".confirm form button")
    page.wait_for_url(f"**{url}")
    page.go_back()
    button = page.locator(".confirm form button")
    expect(button).not_to_have_attribute("aria-busy", "true")
    button.click()
    page.wait_for_url(f"**{url}")
    expect(page.locator("#standing")).to_contain_text("你领先，最高价¥2,000")
    assert bids_in(page, url) == 1


def test_two_tabs_of_one_bidder_cannot_lower_what_one_of_them_left(begun):
    page, url, _email = begun
    other = page.context.new_page()
    other.goto(url)  # before the first tab bids: it knows nothing of it
    check(page, url, "2,000")
    page.click(".confirm form button")
    page.wait_for_url(f"**{url}")

    other.fill("#bid [name=other]", "1,500")
    other.click("#bid .btn-primary")
    other.click(".confirm form button")
    expect(other.get_by_role("alert")).to_contain_text("不高于你已经留下的最高价")
    assert bids_in(page, url) == 1
    check(other, url, "3,000")
    other.click(".confirm form button")
    other.wait_for_url(f"**{url}")
    page.reload()
    expect(page.locator("#standing")).to_contain_text("你领先，最高价¥3,000")
    expect(page.locator("#live")).to_contain_text("¥1,000")
    assert bids_in(page, url) == 2
