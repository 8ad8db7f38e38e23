"""Money in real browsers, broken by hand: clicked twice, gone back, declined, signed out."""

import pytest
from playwright.sync_api import expect

from tests.browser.money.doing import (
    go_to_pay,
    order,
    pay_by_card,
    payments,
    sign_in,
    sound,
    state_of,
    told,
    turn,
)
from tests.browser.test_appraisal import press

# ------------------------------------------------------------------ broken by hand


@pytest.mark.parametrize("script", [True, False])
def test_a_double_click_on_pay_asks_for_one_payment(stage, who, platform, gateway, script):
    made = stage(do="invoiced")
    page = who(made["buyer"], script=script)
    page.goto(order(made))
    page.select_option("[name=pay-gateway]", "stripe")
    page.dblclick("#pay button", no_wait_after=True)
    page.wait_for_url("**/money/payments/*/")
    expect(page.get_by_role("link", name="去付款页面")).to_have_count(1)
    assert payments(platform, made) == [("pending", made["total"], 0, 0)]
    sound(stage, made)


def test_two_tabs_lead_to_one_page_at_the_gateway_and_back_pays_nothing_twice(
    stage, who, platform, gateway
):
    made = stage(do="invoiced")
    first = who(made["buyer"])
    second = first.context.new_page()
    second.goto(order(made))
    go_to_pay(first, made)
    second.select_option("[name=pay-gateway]", "stripe")
    press(second, "去付款")
    links = [
        page.get_by_role("link", name="去付款页面").get_attribute("href")
        for page in (first, second)
    ]
    assert links[0] == links[1]
    address = first.url
    first.goto(links[0])
    second.goto(links[1])
    first.get_by_role("button", name="Pay").click()
    first.wait_for_url(address)
    assert told(gateway) == {200}
    first.reload()
    expect(first.locator("#payment")).to_contain_text("已到账")
    expect(first.get_by_role("link", name="去付款页面")).to_have_count(0)

    # The second tab still shows the order's form from before: nothing more is asked for.
    second.goto(order(made))
    expect(second.locator("#pay")).to_have_count(0)
    first.go_back()  # the gateway's page: it is over there
    first.goto(address)
    first.go_back()
    first.goto(order(made))
    expect(first.locator("#pay")).to_have_count(0)
    assert payments(platform, made) == [("paid", made["total"], made["total"], 0)]
    sound(stage, made)


def test_a_form_from_before_the_payment_is_refused_with_words(stage, who, platform, gateway):
    made = stage(do="invoiced")
    page = who(made["buyer"])
    late = page.context.new_page()
    late.goto(order(made))
    pay_by_card(page, made)
    assert told(gateway) == {200}
    late.select_option("[name=pay-gateway]", "bank")
    press(late, "去付款")
    expect(late.locator("[role=alert]")).to_contain_text("这张账单没有待付的款")
    assert len(payments(platform, made)) == 1
    page.goto("/desk/buyer/orders/")
    page.go_back()
    page.go_back()
    assert payments(platform, made) == [("paid", made["total"], made["total"], 0)]


def test_a_card_that_is_declined_can_be_tried_again_on_the_same_page(stage, who, platform, gateway):
    made = stage(do="invoiced")
    page = who(made["buyer"])
    go_to_pay(page, made)
    address = page.url
    page.get_by_role("link", name="去付款页面").click()
    page.get_by_role("button", name="Decline").click()
    assert told(gateway) == {200}
    assert payments(platform, made) == [("pending", made["total"], 0, 0)]
    page.goto(address)
    page.get_by_role("link", name="去付款页面").click()
    page.get_by_role("button", name="Pay").click()
    page.wait_for_url(address)
    # No message comes: the payer asks himself.
    press(page, "查询是否到账")
    expect(page.locator("#payment")).to_contain_text("已到账")
    turn(page, made, "委托人或拍卖企业", "交付作品")
    assert told(gateway) == {200}
    assert payments(platform, made) == [("paid", made["total"], made["total"], 0)]
    sound(stage, made)


def test_a_session_that_ends_before_accepting_accepts_nothing_and_leads_back(stage, who, platform):
    made = stage(do="delivered")
    page = who(made["buyer"])
    page.goto(order(made))
    page.context.clear_cookies(name="sessionid")
    press(page, "没有问题，验收")
    expect(page.locator("main")).to_contain_text("登录已过期，刚才的操作没有执行")
    assert state_of(platform, made) == "delivered"
    sign_in(page, made["buyer"])
    page.wait_for_url(f"**{order(made)}")
    page.dblclick("#accept button", no_wait_after=True)
    page.wait_for_url(f"**{order(made)}")
    expect(page.locator(".baton")).to_contain_text("放款")
    steps = platform.rows(
        "SELECT count(*) FROM auctions_settlementstep "
        f"WHERE settlement_id = {made['order']} AND kind = 'accepted'"
    )
    assert steps == [(1,)]


def test_nobody_else_finds_an_order_or_its_payment(stage, who, gateway):
    made = stage(do="invoiced")
    buyer, rival, registrar = who(made["buyer"]), who(made["rival"]), who(made["registrar"])
    go_to_pay(buyer, made)
    payment = buyer.url
    for page in (rival, registrar):
        for path in (order(made), payment):
            assert page.goto(path).status == 404
            assert len(page.locator("main").inner_text()) > 10
    assert rival.goto("/desk/house/orders/").status == 403
    assert rival.goto("/money/review/").status == 403
    seller = who(made["seller"])
    assert seller.goto(order(made)).status == 200
    expect(seller.locator("#pay, #accept")).to_have_count(0)
    assert seller.goto(payment).status == 404
    stranger = who()
    stranger.goto(order(made))
    assert "/account/login/" in stranger.url
