"""Bidding in real browsers: rivals, an extension, the cost, and all of it without script."""

from playwright.sync_api import Page, expect

from tests.browser.looking import overflow, violations


def offer(page: Page, url: str, *, choose: str = "", typed: str = "") -> None:
    """Choose or type an amount, check it, confirm it."""
    page.goto(url)
    if choose:
        page.select_option("#bid select", label=choose)
    if typed:
        page.fill("#bid [name=other]", typed)
    page.click("#bid .btn-primary")
    page.click(".confirm form button")
    page.wait_for_url(f"**{url}*")


def test_two_rivals_bid_through_an_extension_and_a_stranger_sees_it(stage, bidder_page):
    made = stage(do="begin", minutes=3)
    url = f"/auctions/{made['sale']}/lots/1/"
    first, second = (bidder_page(b["email"]) for b in made["bidders"])
    stranger = bidder_page()
    stranger.goto(url)
    before = stranger.locator(".closing strong").inner_text()
    expect(stranger.locator("#standing")).to_contain_text("登录并登记")
    expect(stranger.locator("#history")).to_contain_text("还没有人出价")

    offer(first, url, choose="¥2,000")
    expect(first.locator("#standing")).to_contain_text("你领先，最高价¥2,000，已用到¥1,000")
    stranger.reload()
    after = stranger.locator(".closing strong").inner_text()
    assert before != after
    expect(stranger.locator("#history")).to_contain_text("延时到")

    offer(second, url, typed="3,000")
    expect(second.locator("#standing")).to_contain_text("你领先，最高价¥3,000，已用到¥2,200")
    first.reload()
    expect(first.locator("#standing")).to_contain_text("已被超越，再出¥2,400起")
    stranger.reload()
    expect(stranger.locator("#live")).to_contain_text("¥2,200")
    assert "3,000" not in stranger.locator("#history").inner_text()
    for wrong in (violations(first), violations(stranger), overflow(first, 360)):
        assert wrong == []
    first.goto("/desk/buyer/bids/")
    expect(first.locator("#outbid")).to_contain_text(made["title"])
    assert violations(first) == []


def test_the_cost_and_the_clock_follow_what_the_server_said(stage, bidder_page):
    made = stage(do="begin", minutes=3, bidders=1)
    page = bidder_page(made["bidders"][0]["email"])
    page.goto(f"/auctions/{made['sale']}/lots/1/")
    expect(page.locator("[data-cost=total]")).to_have_text("¥1,150")
    page.select_option("#bid select", label="¥2,000")
    expect(page.locator("[data-cost=premium]")).to_have_text("¥300")
    expect(page.locator("[data-cost=total]")).to_have_text("¥2,300")
    page.fill("#bid [name=other]", "2345")
    expect(page.locator("[data-cost=total]")).to_have_text("下一步算出")
    clock = page.locator("#bid count-down")
    assert clock.inner_text().startswith("02:")
    told = clock.inner_text()
    expect(clock).not_to_have_text(told)
    # A wrong clock on the reader's machine changes nothing: the server's time came with the page.
    page.clock.install(time="2020-01-01T00:00:00Z")
    page.reload()
    assert page.locator("#bid count-down").inner_text().startswith("02:")


def test_a_bid_without_script_is_one_bid_however_often_it_is_sent(stage, bidder_page, platform):
    made = stage(do="begin", minutes=30, bidders=1)
    url = f"/auctions/{made['sale']}/lots/1/"
    page = bidder_page(made["bidders"][0]["email"], script=False, width=390)
    page.goto(url)
    page.select_option("#bid select", label="¥1,500")
    page.click("#bid .btn-primary")
    expect(page.locator(".confirm")).to_contain_text("¥1,725")
    assert overflow(page, 320) == []
    page.click(".confirm form button")
    page.wait_for_url(f"**{url}")
    expect(page.locator("#standing")).to_contain_text("你领先，最高价¥1,500")
    page.go_back()
    page.locator(".confirm form button").click()
    page.wait_for_url(f"**{url}")
    count = platform.rows(
        "SELECT count(*) FROM auctions_bid b JOIN auctions_lot l ON l.id = b.lot_id "
        f"WHERE l.sale_id = {made['sale']}"
    )
    assert count[0][0] == 1


def test_a_page_without_script_beside_a_live_one_shows_the_same_price_and_bids(stage, bidder_page):
    made = stage(do="begin", minutes=30)
    url = f"/auctions/{made['sale']}/lots/1/"
    live = bidder_page(made["bidders"][0]["email"])
    still = bidder_page(made["bidders"][1]["email"], script=False, width=390)
    stranger = bidder_page()
    for page in (stranger, still):
        page.goto(url)
    shown = '#bid [data-live="price"]'
    offer(live, url, typed="2,000")
    expect(stranger.locator(shown)).to_have_text("¥1,000")
    expect(stranger.locator("[data-live-stale]")).to_be_visible()
    expect(still.locator("#live")).to_contain_text("起拍价")  # nothing moves by itself
    still.reload()
    expect(still.locator(shown)).to_have_text("¥1,000")
    expect(still.locator("[data-live-lost], [data-live-stale]").first).to_be_hidden()
    still.select_option("#bid select", label="¥2,200")
    still.click("#bid .btn-primary")
    still.click(".confirm form button")
    still.wait_for_url(f"**{url}")
    expect(still.locator("#standing")).to_contain_text("你领先，最高价¥2,200")
    for page in (live, stranger):
        expect(page.locator(shown)).to_have_text("¥2,200")
    assert overflow(still, 390) == []


def test_the_bar_stands_while_the_button_is_out_of_view_and_covers_no_footer(stage, bidder_page):
    made = stage(do="begin", minutes=30, bidders=1)
    url = f"/auctions/{made['sale']}/lots/1/"
    for width, theme in ((390, "light"), (1280, "dark")):
        page = bidder_page(made["bidders"][0]["email"], width=width, theme=theme)
        page.goto(url)
        bar, button = page.locator("aside.bid-bar"), page.locator("#bid .btn-primary")
        button.scroll_into_view_if_needed()
        expect(bar).to_be_hidden()
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        expect(bar).to_be_visible()
        expect(bar).to_contain_text("¥1,000")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")  # it made the page longer
        footer, stands = page.locator("footer").bounding_box(), bar.bounding_box()
        assert footer["y"] + footer["height"] <= stands["y"] + 1
        assert stands["y"] + stands["height"] <= 901
        assert violations(page) == []
        bar.get_by_role("link", name="去出价").click()
        expect(page.locator("#bid")).to_be_in_viewport()
        assert page.url.endswith("#bid")
        assert overflow(page, 320) == []
    still = bidder_page(made["bidders"][0]["email"], script=False)
    still.goto(url)
    expect(still.locator("aside.bid-bar")).to_be_hidden()


def test_the_catalogue_shows_own_lots_by_address(stage, bidder_page):
    made = stage(do="begin", minutes=30, lots=3)
    sale = f"/auctions/{made['sale']}/"
    one, other = (bidder_page(b["email"], width=390) for b in made["bidders"])
    offer(one, f"{sale}lots/1/", typed="2,000")
    offer(one, f"{sale}lots/2/", typed="2,000")
    offer(other, f"{sale}lots/2/", typed="3,000")
    one.click('#bid form[action$="/watch/"] button')
    one.goto(sale)
    cards = one.locator("#lots .card")
    expect(cards).to_have_count(3)
    one.get_by_role("link", name="我出过价的 2").click()
    expect(cards).to_have_count(2)
    expect(cards.nth(0)).to_contain_text("领先")
    expect(cards.nth(1)).to_contain_text("被超越")
    one.get_by_role("link", name="我关注的 1").click()
    expect(cards).to_have_count(1)
    one.go_back()
    expect(cards).to_have_count(2)
    assert violations(one) == []
    assert overflow(one, 320) == []
