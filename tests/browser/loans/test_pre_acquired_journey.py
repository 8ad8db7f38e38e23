"""A pledge that its pre-acquirer takes: his signature, the default, his price, the work his."""

from playwright.sync_api import expect

from tests.browser.loans.doing import (
    Scene,
    agree,
    call_for_more,
    default,
    deliver,
    hand_out,
    in_english,
    logged,
    owned_by,
    pay_out,
    payouts,
    proved,
    revalue,
    says,
    scene,
    sign,
    sound,
    transfer,
)
from tests.browser.test_appraisal import press

PRICE, OWED = 300_000_00, 101_000_00


def commit(at: Scene, page, acquirer: dict) -> None:
    """The lender asks him, he reads and signs, and his capacity is checked."""
    boss = at.boss
    boss.goto(at.case)
    asked = boss.locator("form[action*='/ask/']")
    asked.locator("[name$=-party]").fill(acquirer["email"])
    asked.locator("[name$=-price]").fill("300000")
    asked.locator("[name$=-expires_on]").fill("2099-12-31")
    press(boss, "邀请")
    expect(boss.locator("main")).to_contain_text("等预收购人签字")
    sound(boss)
    page.goto("/pre-acquirers/")
    page.get_by_role("link", name=at.made["title"]).click()
    expect(page.locator("main")).to_contain_text("¥300,000")
    sound(page)
    press(page, "签字")
    expect(page.locator("main")).to_contain_text("已签字")
    boss.goto(at.case)
    checked = boss.locator("form[action*='/check/']")
    checked.locator("[name$=-is_able]").check()
    checked.locator("[name$=-papers]").fill("存款证明")
    with boss.expect_navigation():
        checked.get_by_role("button", name="记录").click()
    expect(boss.locator("main")).to_contain_text("已记录")


def test_the_pre_acquirer_takes_the_work(stage, who, platform):
    at = scene(stage, who, platform, realisation=["pre_acquirer", "court"])
    acquirer = stage(do="acquirer")
    page = who(acquirer["email"])
    agree(at)
    commit(at, page, acquirer)
    # who would buy, and at which price, stands before the borrower when he signs
    says(at.owner, at.own, acquirer["name"], "¥300,000")
    sign(at)
    deliver(at)
    stage(do="paid_out", loan=at.loan)
    revalue(at)
    call_for_more(at)
    default(at)

    boss = at.boss
    called = boss.locator("form[action*='/call/']")
    called.locator("[name$=-costs]").fill("2000")
    called.locator("[name$=-costs_for]").fill("公证与运输")
    press(boss, "通知预收购人")
    page.goto("/pre-acquirers/")
    page.locator("#purchases").get_by_role("link", name=at.made["title"]).click()
    expect(page.locator("main")).to_contain_text("¥300,000")
    sound(page)
    page.select_option("[name=gateway]", "bank")
    press(page, "去付款")
    page.wait_for_url("**/money/payments/*/")
    pay_out(at)  # what was lent, before there is more
    assert transfer(at, page, acquirer["name"]) == PRICE

    for reader, address in ((boss, at.case), (at.owner, at.own)):
        says(reader, address, "¥300,000", "¥197,000")
    expect(boss.locator("main")).to_contain_text("处置完毕")
    assert payouts(at) == {
        at.made["lender_name"]: OWED + 2_000_00, at.made["owner"]: PRICE - OWED - 2_000_00,
    }  # fmt: skip
    pay_out(at)
    in_english(at, page, "/pre-acquirers/")
    page.goto("/pre-acquirers/")
    page.locator("#purchases").get_by_role("link", name=at.made["title"]).click()
    expect(page.locator("main")).to_contain_text("作品已经归你")
    hand_out(at)
    owned_by(at, page, acquirer["name"])
    logged(at, 设立权利限制=1, 权属转移=1, 解除权利限制=1)
    proved(at)
