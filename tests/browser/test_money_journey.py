"""Money in real browsers: from the bid to the payout, back to the card, by transfer, and broken.

The platform is `make run`'s own, without the demonstration, its gateway the Stripe-protocol server
of `tests.ledger` on loopback: cards, holds, refunds and signed messages are its own, the pages and
the HTTP between both are real. ARTMARKET_MONEY_PLATFORM=address|database|process|folder|port names
a platform that runs already.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from artmarket.core.testing import PROJECT_DIR
from artmarket.core.testing_postgres import Cluster, free_port
from tests.browser.conftest import Platform, environment, start_platform
from tests.browser.looking import overflow, violations
from tests.browser.money_stage import ANSWER
from tests.browser.test_appraisal import press
from tests.browser.test_bidding import offer
from tests.factories import PASSWORD, TOTP_SECRET
from tests.ledger.stripe_account import SECRET_KEY, WEBHOOK_SECRET, Stripe
from tests.ledger.stripe_server import StripeServer

BANK_ACCOUNT = "渌水银行 6222-0001"
HEAD = "记账日期,流水号,币种,金额,对方户名,附言\n"
FOLLOWER = "300404282"
TOTAL = "¥2,990"  # the hammer at 2,600 yuan and 15 % of it


# ------------------------------------------------------------------ the platform and its people


@pytest.fixture(scope="module")
def gateway_port() -> int:
    """Where the gateway listens, before it does."""
    given = os.environ.get("ARTMARKET_MONEY_PLATFORM")
    return int(given.split("|")[4]) if given else free_port()


@pytest.fixture(scope="module")
def platform(gateway_port: int) -> Iterator[Platform]:
    """A platform with a gateway and a bank account; everything on it is of these tests."""
    settings = {
        "DEMO": "0", "STRIPE_SECRET_KEY": SECRET_KEY, "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_API_BASE": f"http://127.0.0.1:{gateway_port}", "BANK_ACCOUNT": BANK_ACCOUNT,
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:  # the stage's processes are set up alike
        for name, value in settings.items():
            patch.setenv(name, value)
        if given := os.environ.get("ARTMARKET_MONEY_PLATFORM"):
            url, database_url, pid, place, _port = given.split("|")
            yield Platform(url, database_url, int(pid), Path(place))
            return
        cluster, folder = Cluster(), Path(tempfile.mkdtemp(prefix="artmarket-money-"))
        database_url = cluster.database("money")
        started = start_platform(folder, DATABASE_URL=database_url)
        yield Platform(started.url, database_url, started.process.pid, folder)
        started.process.send_signal(signal.SIGINT)
        assert started.process.wait(timeout=30) == 0
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def gateway(platform: Platform, gateway_port: int) -> Iterator[Stripe]:
    """The gateway's account; its messages go to the platform when a test sends them."""
    server = StripeServer(platform.folder / "gateway.db", gateway_port).start()
    server.stripe.webhook_url = f"{platform.url}/money/webhooks/stripe/"
    yield server.stripe
    server.stop()


@pytest.fixture(scope="module")
def stage(platform: Platform, gateway: Stripe) -> Iterator[Callable[..., dict]]:
    """Put things on the platform: stage(do="begin"); one process of its own does it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.money_stage"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT_DIR,
        env=environment(0, platform.folder, DATABASE_URL=platform.database_url,
                        SITE_URL=platform.url, DJANGO_SETTINGS_MODULE="artmarket.settings.local"),
    )  # fmt: skip
    asks, answers = process.stdin, process.stdout
    assert asks and answers

    def ask(**asked: Any) -> dict:
        asks.write(json.dumps(asked) + "\n")
        asks.flush()
        for line in answers:
            if line.startswith(ANSWER):
                answer = json.loads(line.removeprefix(ANSWER))
                assert "failed" not in answer, answer["failed"]
                return answer
        raise AssertionError(f"the stage ended with {process.wait()}; its words are above")

    yield ask
    asks.close()
    assert process.wait(timeout=30) == 0


@pytest.fixture
def who(platform: Platform, browser: Browser) -> Iterator[Callable[..., Page]]:
    """A page in a browser of its own, signed in, with the second factor where one is asked for."""
    contexts, problems = [], []

    def page(email: str = "", *, script: bool = True, width: int = 1280) -> Page:
        context = browser.new_context(
            base_url=platform.url, java_script_enabled=script, reduced_motion="reduce",
            viewport={"width": width, "height": 900}, locale="zh-CN",
        )  # fmt: skip
        context.set_default_timeout(30_000)
        contexts.append(context)
        opened = context.new_page()
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.on(
            "console",
            lambda m: problems.append(m.text) if "Content Security Policy" in m.text else None,
        )
        if email:
            opened.goto("/account/login/")
            sign_in(opened, email)
        return opened

    yield page
    for context in contexts:
        context.close()
    assert problems == []


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


# ------------------------------------------------------------------ the whole way


def test_from_the_bid_to_the_payout(stage, who, platform, gateway):
    made = stage(do="begin", deposit="yujian-app", approval="automatic")
    buyer, rival, boss = who(made["buyer"]), who(made["rival"]), who(made["boss"])
    hold = hold_deposit(buyer, gateway, made)
    offer(rival, lot(made), choose="¥2,000")
    buyer.goto(lot(made))
    buyer.select_option("#bid select", label="¥2,200")
    seen = buyer.locator("[data-cost=total]").inner_text()
    assert seen == "¥2,530"
    offer(buyer, lot(made), choose="¥2,200")
    stage(do="hammer", sale=made["sale"])

    boss.goto("/desk/house/orders/")
    press(boss, "开账单")
    buyer.goto("/desk/buyer/orders/")
    expect(buyer.locator("main")).to_contain_text("买受人 付款")
    expect(buyer.locator("main")).to_contain_text(seen)
    buyer.locator("main table a").first.click()
    made["order"] = int(re.search(r"/orders/(\d+)/", buyer.url)[1])
    expect(buyer.locator("#bill")).to_contain_text(seen)
    made["invoice"] = buyer.locator("#bill dd").first.inner_text()
    assert violations(buyer) == [] and overflow(buyer, 390) == []

    address = pay_by_card(buyer, made)
    expect(buyer.locator("#payment")).to_contain_text(seen)
    turn(boss, made, "买受人", "付款")
    assert told(gateway) == {200}
    assert told(gateway) == {200}  # every message twice
    buyer.goto(address)
    expect(buyer.locator("#payment")).to_contain_text("已到账")
    assert violations(buyer) == [] and overflow(buyer, 390) == []
    assert payments(platform, made) == [("paid", 253000, 253000, 0)]
    see(buyer, made, "托管中")
    turn(buyer, made, "委托人或拍卖企业", "交付作品")

    send(boss, made)
    expect(boss.locator("main")).to_contain_text("还没有可用的状况报告")
    stage(do="report", work=made["work"])
    send(boss, made)
    expect(boss.locator("main")).to_contain_text("已登记发运")
    receive(buyer, made)
    press(buyer, "没有问题，验收")
    stage(do="duties")
    assert state_of(platform, made) == "released"
    confirm_payouts(who(made["operator"]), platform, made)
    stage(do="duties")
    assert state_of(platform, made) == "closed"
    assert gateway.get("payment_intent", hold)["status"] == "canceled"
    assert told(gateway) == {200}

    for reader in (buyer, who(made["registrar"])):
        assert made["buyer_name"] in owner_seen_by(reader, made)
    stranger = who()
    stranger.goto("/log/")
    lines = stranger.locator(f"#entries tr:has(a[href$='/works/{made['number']}/'])")
    expect(lines.filter(has_text="权属转移")).to_have_count(1)
    stranger.goto(lot(made))
    expect(stranger.locator("[data-live=state]").first).to_have_text("成交")
    assert state_of_lot(platform, made) == "settled"
    sound(stage, made)


def test_a_fake_goes_back_and_its_price_to_the_card(stage, who, platform, gateway):
    made = stage(do="invoiced")
    buyer, boss, operator = who(made["buyer"]), who(made["boss"]), who(made["operator"])
    address = pay_by_card(buyer, made)
    assert told(gateway) == {200}
    stage(do="report", work=made["work"])
    send(boss, made)
    receive(buyer, made)
    buyer.select_option("[name=claim-kind]", "authenticity")
    buyer.fill("[name=claim-words]", "款印与真迹不符。")
    press(buyer, "提出异议")
    see(boss, made, "款印与真迹不符。")
    boss.fill("[name=answer-words]", "请鉴定。")
    press(boss, "答复异议")
    case = stage(do="asked", work=made["work"])
    see(operator, made, "请鉴定。")
    operator.fill("[name=case-number]", case["case_number"])
    press(operator, "写明案卷")
    stage(do="judged", case=case["case"], term=FOLLOWER)
    see(operator, made)
    operator.select_option("[name=decide-decision]", "uphold")
    operator.fill("[name=decide-reasons]", f"{case['case_number']}认定不是本人所作")
    press(operator, "裁定")
    see(buyer, made, "认定不是本人所作")
    turn(buyer, made, "买受人", "退回作品")
    assert violations(buyer) == [] and overflow(buyer, 390) == []
    boss.goto(order(made))
    boss.fill("[name=returned-proof]", "退件入库")
    press(boss, "登记退回并退款")
    stage(do="duties")
    assert told(gateway) == {200}

    last = gateway.all("refund")[0]
    assert (last["amount"], last["status"]) == (made["total"], "succeeded")
    assert payments(platform, made) == [("paid", made["total"], made["total"], made["total"])]
    buyer.goto(address)
    expect(buyer.get_by_role("table")).to_contain_text(TOTAL)
    assert violations(buyer) == [] and overflow(buyer, 390) == []
    assert state_of(platform, made) == "refunded"
    registrar, stranger = who(made["registrar"]), who()
    assert made["seller_name"] in owner_seen_by(registrar, made)
    stranger.goto(lot(made))
    expect(stranger.locator("[data-live=state]").first).to_have_text("成交已撤销")
    assert state_of_lot(platform, made) == "rescinded"
    held = platform.rows(
        f"SELECT count(*) FROM catalog_encumbrance WHERE work_id = {made['work']} "
        "AND released_at IS NULL"
    )
    assert held == [(0,)]
    sound(stage, made)


def test_without_script_a_transfer_with_its_reference_is_held_for_the_buyer(stage, who, platform):
    made = stage(do="invoiced")
    buyer = who(made["buyer"], script=False, width=390)
    operator = who(made["operator"], script=False, width=390)
    go_to_pay(buyer, made, "bank")
    reference = buyer.locator("#payment dd").first.inner_text()
    for words in (BANK_ACCOUNT, reference, TOTAL):
        expect(buyer.locator("#payment")).to_contain_text(words)
    assert overflow(buyer, 390) == []

    def line(number: str, text: str) -> str:
        return f'2026-07-06,{number},CNY,"2990.00",{made["buyer_name"]},{text}\n'

    serial = time.time_ns()
    file = HEAD + line(f"A{serial}", "货款") + line(f"B{serial}", f"货款 {reference}")
    for new in ("新2行，其中待查1行", "新0行，其中待查0行"):
        operator.goto("/money/statements/")
        operator.set_input_files(
            "[name=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": file.encode()}
        )
        press(operator, "导入对账单")
        expect(operator.locator("main, .messages").first).to_contain_text(new)
    assert overflow(operator, 390) == []
    assert payments(platform, made) == [("paid", 299000, 299000, 0)]
    see(buyer, made, "托管中")
    turn(buyer, made, "委托人或拍卖企业", "交付作品")
    assert overflow(buyer, 390) == []
    held = platform.rows(
        "SELECT a.purpose, a.balance_minor FROM ledger_account a JOIN accounts_party p "
        f"ON a.party_id = p.id JOIN accounts_user u ON p.user_id = u.id "
        f"WHERE u.email = '{made['buyer']}' AND a.balance_minor <> 0"
    )
    assert held == [("escrow", 299000)]
    sound(stage, made)


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
