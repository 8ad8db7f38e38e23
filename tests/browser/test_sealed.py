"""A sealed sale from registration to its opening: nobody reads an amount before the close."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import overflow, violations

# Offers of three bidders in yuan, no amount in both sales, and what the highest of them pays.
OFFERS = {"first": (20_731, 34_517, 27_693), "second": (21_743, 36_529, 28_697)}
PAID = {"first": 34_517, "second": 28_697}


def register(page: Page, sale: int) -> None:
    """Accept the conditions and register."""
    page.goto(f"/auctions/{sale}/register/")
    for box in page.locator("#register form input[type=checkbox][required]").all():
        box.check()
    page.click("#register form .btn-primary")
    expect(page.locator("#paddles")).to_contain_text("待拍卖企业审核")


def approve(page: Page, sale: int, people: int) -> None:
    """The house approves so many who wait."""
    for _n in range(people):
        page.goto(f"/desk/house/sales/{sale}/paddles/")
        page.get_by_role("link", name=re.compile("^审核 ?号牌")).first.click()
        page.check("input[name=state][value=approved]")
        page.get_by_role("button", name="记下决定").click()
        page.wait_for_url("**/paddles/")


def offer(page: Page, url: str, amount: int) -> None:
    """Type a sealed offer, check it, confirm it."""
    page.goto(url)
    page.fill("#bid [name=other]", f"{amount}")
    page.click("#bid .btn-primary")
    expect(page.locator(".confirm")).to_contain_text(f"¥{amount:,}")
    page.click(".confirm form button")
    page.wait_for_url(f"**{url}")
    expect(page.locator("#standing")).to_contain_text("已密封")


def amounts_in(page: Page, offers: tuple[int, ...]) -> list[int]:
    """Those of the offers that the page as it was sent, and as its scripts left it, gives away."""
    sent = page.request.get(page.url).text()
    return [
        amount
        for amount in offers
        if re.search(rf"(?<![\w-])({amount:,}|{amount}|{amount}00)(?![\w-])", sent + page.content())
    ]


@pytest.mark.parametrize("price", ["first", "second"])
def test_three_sealed_bids_stay_sealed_until_the_close_and_then_the_best_wins(
    stage, bidder_page, visit, price
):
    made = stage(
        do="begin", minutes=60, bidders=0, newcomers=3, format="sealed", sealed_price=price
    )
    offers = OFFERS[price]
    sale, (lot, work) = made["sale"], made["lots"][0]
    url = f"/auctions/{sale}/lots/1/"
    bidders = [bidder_page(email) for email in made["newcomers"]]
    house, stranger = bidder_page(made["boss"]), bidder_page()
    operator = visit("/desk/operator/", role="operator")
    for page in bidders:
        register(page, sale)
    approve(house, sale, len(bidders))
    for page, amount in zip(bidders, offers, strict=True):
        offer(page, url, amount)

    public = [
        f"{language}{path}"
        for language in ("", "/en")
        for path in (url, f"/auctions/{sale}/", "/auctions/", f"/works/{work}/")
    ]
    desk = [f"/desk/house/lots/{lot}/bids/", f"/desk/house/sales/{sale}/"]
    read = {
        stranger: public,
        operator: [*public, desk[0], "/desk/operator/", "/desk/operator/events/"],
        house: [*public, *desk, f"/desk/house/sales/{sale}/paddles/", "/account/inbox/"],
        **{page: [*public, "/desk/buyer/bids/", "/account/inbox/"] for page in bidders},
    }
    told = []
    for page, paths in read.items():
        for path in paths:
            answer = page.goto(path)
            assert answer.status == 200, path
            told += [(path, amount) for amount in amounts_in(page, offers)]
    assert told == []
    house.goto(desk[0])
    expect(house.locator("main")).to_contain_text("不显示")
    bidders[0].goto(url)
    expect(bidders[0].locator("#history")).to_contain_text("开标以前什么都不显示")
    assert violations(bidders[0]) == []
    assert overflow(bidders[0], 390) == []

    stage(do="hours", sale=sale, minutes=-1)
    stranger.goto(url)
    state = stranger.locator('[data-live="state"]').first
    expect(state).to_have_text("成交", timeout=60_000)  # by the platform's own duty, told live
    paid = f"¥{PAID[price]:,}"
    for page in (stranger, operator, house, *bidders):
        page.goto(url)
        expect(page.locator("#live")).to_contain_text(paid)
        for amount in offers:
            expect(page.locator("#history")).to_contain_text(f"¥{amount:,}")
    expect(bidders[1].locator("#standing")).to_contain_text(f"成交，你以{paid}买下")
    for page in (bidders[0], bidders[2]):
        expect(page.locator("#standing")).to_contain_text("不是你")
    house.goto(desk[0])
    for amount in offers:
        expect(house.locator("main")).to_contain_text(f"¥{amount:,}")
