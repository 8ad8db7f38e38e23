"""A loan in real browsers: asked for, signed by both, delivered, paid out, paid back, redeemed."""

import re

from playwright.sync_api import Page, expect

from tests.browser.looking import overflow, violations
from tests.browser.test_appraisal import press


def number_in(page: Page, pattern: str) -> int:
    found = re.search(pattern, page.url)
    assert found, page.url
    return int(found[1])


def sound(page: Page) -> None:
    """Accessible, and within the window of a phone."""
    assert violations(page) == []
    assert overflow(page, 390) == []
    page.set_viewport_size({"width": 1280, "height": 900})


def apply(page: Page, made: dict) -> int:
    """From the work's own page to the application."""
    page.goto(f"/works/{made['number']}/")
    page.get_by_role("link", name="看贷款产品").click()
    page.locator(f"a[href*='/loans/products/{made['product']}/apply/']").click()
    expect(page.get_by_role("checkbox", name=made["title"])).to_be_checked()
    page.fill("[name=amount]", "100000")
    page.select_option("[name=months]", "12")
    page.fill("[name=purpose]", "扩建工作室")
    press(page, "检查作品")
    expect(page.locator("#checks")).to_contain_text("借款人单独所有")
    expect(page.locator("#checks")).to_contain_text("贷款人来办")
    sound(page)
    press(page, "送出申请")
    return number_in(page, r"/applications/(\d+)/")


def confirm(page: Page, holding: int) -> None:
    """The second person agrees."""
    page.goto(f"/desk/custody/{holding}/")
    press(page, "属实，复核通过")
    expect(page.locator("main")).to_contain_text("已复核")


def test_a_work_is_pledged_and_redeemed(stage, who, platform):
    made = stage(do="begin")
    owner, boss = who(made["owner"]), who(made["boss"])
    keeper, second = who(made["keeper"]), who(made["second"], script=False, width=390)
    stranger = who()

    application = apply(owner, made)
    stage(do="offered", application=application)
    owner.goto("/loans/")
    expect(owner.locator("#you")).to_contain_text("答复要约")
    owner.goto(f"/loans/applications/{application}/")
    sound(owner)
    press(owner, "接受¥100,000的要约")
    loan = number_in(owner, r"/loans/(\d+)/contract/")
    expect(owner.locator("main")).to_contain_text("作品不归贷款人所有")
    sound(owner)
    press(owner, "签这份合同")
    boss.goto(f"/loans/{loan}/contract/")
    press(boss, "签这份合同")
    expect(boss.locator("main")).to_contain_text("合同成立")

    keeper.goto("/desk/custody/")
    keeper.get_by_role("link", name=f"收作品入库：{made['title']}").click()
    for name, value in {"receipt": "CD-1", "place": "甲区一架", "seal": "F-1"}.items():
        keeper.fill(f"[name={name}]", value)
    press(keeper, "记录入库")
    holding = number_in(keeper, r"/custody/(\d+)/")
    sound(keeper)
    pledges = f"SELECT count(*) FROM catalog_encumbrance WHERE work_id = {made['work']}"
    assert platform.rows(pledges) == [(0,)]  # it arises with the second person's word
    stage(do="report", work=made["work"], purpose="pledge")
    confirm(second, holding)
    assert platform.rows(pledges) == [(1,)]
    stranger.goto(f"/works/{made['number']}/")
    expect(stranger.locator("main")).to_contain_text("有权利限制")
    stage(do="paid_out", loan=loan)

    owner.goto(f"/loans/{loan}/")
    expect(owner.locator("#owed")).to_contain_text("¥101,000")  # with the fee, charged besides
    sound(owner)
    owner.get_by_role("radio", name=re.compile("全部还清")).check()
    owner.select_option("[name=pay-gateway]", "bank")
    press(owner, "去付款")
    owner.wait_for_url("**/money/payments/*/")
    reference = owner.url.rstrip("/").rsplit("/", 1)[-1]
    assert stage(do="came", reference=reference)["amount"] == 101_000_00
    owner.goto("/loans/")
    expect(owner.locator("#you")).to_contain_text("取回作品")

    stage(do="report", work=made["work"], purpose="outgoing")
    keeper.goto("/desk/custody/")
    keeper.get_by_role("link", name=f"交还作品：{made['title']}").click()
    press(keeper, "记录出库")
    confirm(second, holding)
    assert platform.rows(f"SELECT state FROM pledges_loan WHERE id = {loan}") == [("closed",)]
    keeper.goto(f"/desk/custody/{holding}/")
    expect(keeper.locator("#chain")).to_contain_text("首尾相接")

    stage(do="logged")
    stranger.goto("/log/")
    lines = stranger.locator(f"#entries tr:has(a[href$='/works/{made['number']}/'])")
    expect(lines.filter(has_text="设立权利限制")).to_have_count(1)
    expect(lines.filter(has_text="解除权利限制")).to_have_count(1)
    stranger.goto(f"/works/{made['number']}/")
    expect(stranger.locator("main")).not_to_contain_text("有权利限制")
    assert stage(do="audit")["faults"] == []
