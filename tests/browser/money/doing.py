"""What people do with money in a browser, and what the platform says of it."""

import time
from collections.abc import Callable

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.browser.conftest import Platform
from tests.browser.looking import overflow, violations
from tests.browser.test_appraisal import press
from tests.factories import PASSWORD, TOTP_SECRET
from tests.ledger.stripe_account import Stripe

BANK_ACCOUNT = "渌水银行 6222-0001"
HEAD = "记账日期,流水号,币种,金额,对方户名,附言\n"
FOLLOWER = "300404282"
TOTAL = "¥2,990"  # the hammer at 2,600 yuan and 15 % of it


def sign_in(page: Page, email: str) -> None:
    """Fill in the page of sign-in, and the code of the authenticator."""
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "/login/" not in url)
    if "/2fa/authenticate/" in page.url:
        page.fill("[name=code]", format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30)))
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/2fa/" not in url)


# ------------------------------------------------------------------ what people do


def order(made: dict) -> str:
    return f"/desk/orders/{made['order']}/"


def lot(made: dict) -> str:
    return f"/auctions/{made['sale']}/lots/1/"


def see(page: Page, made: dict, *words: str) -> None:
    """Open the order; it says this."""
    page.goto(order(made))
    for each in words:
        expect(page.locator("main")).to_contain_text(each)


def turn(page: Page, made: dict, side: str, task: str) -> None:
    """Open the order; it is this side's turn to do this."""
    page.goto(order(made))
    baton = page.locator(".baton").first
    expect(baton).to_contain_text(side)
    expect(baton.get_by_role("heading")).to_have_text(task)


def go_to_pay(page: Page, made: dict, way: str = "stripe") -> None:
    """From the order to the page of its payment."""
    page.goto(order(made))
    page.select_option("[name=pay-gateway]", way)
    press(page, "去付款")
    page.wait_for_url("**/money/payments/*/")


def pay_by_card(page: Page, made: dict) -> str:
    """As far as the way back from the gateway's own page; the address of the payment."""
    go_to_pay(page, made)
    address = page.url
    page.get_by_role("link", name="去付款页面").click()
    page.get_by_role("button", name="Pay").click()
    page.wait_for_url(address)
    return address


def told(gateway: Stripe) -> set[int]:
    """The gateway sends all its messages, oldest first; the answers."""
    return set(gateway.send_events())


def send(page: Page, made: dict) -> None:
    """The house gives the work to a carrier."""
    page.goto(order(made))
    for name, value in {
        "carrier": "顺丰", "tracking": "SF1", "insured": "2990", "policy": "P1",
    }.items():  # fmt: skip
        page.fill(f"[name=dispatch-{name}]", value)
    press(page, "登记发运")


def receive(page: Page, made: dict) -> None:
    """The buyer says that it is with him."""
    page.goto(order(made))
    page.fill("[name=deliver-proof]", "本人签收")
    press(page, "登记签收")


def confirm_payouts(page: Page, platform: Platform, made: dict) -> None:
    """The operator transfers what is to be paid out, and writes down the bank's numbers."""
    due = platform.rows(
        "SELECT id FROM ledger_payout WHERE subject_kind = 'auctions.settlement' "
        f"AND subject_id = '{made['order']}' ORDER BY id"
    )
    assert len(due) == 2  # the seller and the house
    for (pk,) in due:
        page.goto("/money/review/")
        page.locator(f"#payout a[href$='/payout/{pk}/']").click()
        page.fill("[name=sent-reference]", f"OUT{pk}")
        press(page, "登记已付")


def sound(stage: Callable[..., dict], made: dict) -> None:
    """Both proofs find nothing, and the gateway's own list of movements is the books'."""
    for name, (code, said) in stage(do="audit", sale=made["sale"]).items():
        assert code == 0, f"{name}: {said}"


def owner_seen_by(page: Page, made: dict) -> str:
    """Who owns the work, as its page tells those who may know."""
    page.goto(f"/works/{made['number']}/")
    return page.locator("#title").inner_text()


def payments(platform: Platform, made: dict) -> list[tuple]:
    """What the invoice was asked: the state and sum of each payment."""
    return platform.rows(
        "SELECT p.state, p.amount_minor, p.received_minor, p.refunded_minor FROM ledger_payment p "
        "JOIN auctions_invoice i ON p.subject_id = i.id::text AND p.purpose = 'invoice' "
        f"WHERE i.number = '{made['invoice']}' ORDER BY p.id"
    )


def state_of(platform: Platform, made: dict) -> str:
    return platform.rows(f"SELECT state FROM auctions_settlement WHERE id = {made['order']}")[0][0]


def hold_deposit(page: Page, gateway: Stripe, made: dict) -> str:
    """Register, freeze the deposit on a card, and be let in by the sale's rule; the hold's name."""
    at = f"/auctions/{made['sale']}/register/"
    page.goto(at)
    page.check("[name=accepts]")
    press(page, "登记竞买")
    expect(page.locator("#paddles")).to_contain_text("还差¥50")
    press(page, "银行卡冻结")
    page.get_by_role("link", name="去付款页面").click()
    page.get_by_role("button", name="Pay").click()
    page.wait_for_url("**/money/payments/*/")
    assert told(gateway) == {200}
    page.goto(at)
    expect(page.locator("#paddles")).to_contain_text("¥50已在银行卡上冻结，没有扣款")
    assert violations(page) == [] and overflow(page, 390) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    held = gateway.all("payment_intent", capture_method="manual", status="requires_capture")
    assert [row["amount"] for row in held] == [5000]
    return held[0]["id"]


def state_of_lot(platform: Platform, made: dict) -> str:
    return platform.rows(f"SELECT state FROM auctions_lot WHERE id = {made['lot']}")[0][0]
