"""A loan in real browsers: asked for, signed by both, delivered, paid out, paid back, redeemed."""

import re

from playwright.sync_api import expect

from tests.browser.loans.doing import hand_out, lend, logged, proved, scene, sound
from tests.browser.test_appraisal import press


def test_a_work_is_pledged_and_redeemed(stage, who, platform):
    at = scene(stage, who, platform)
    lend(at)
    owner = at.owner
    owner.goto(f"/loans/{at.loan}/")
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
    hand_out(at)
    logged(at, 设立权利限制=1, 解除权利限制=1)
    at.stranger.goto(f"/works/{at.made['number']}/")
    expect(at.stranger.locator("main")).to_contain_text("没有权利限制")
    proved(at)
