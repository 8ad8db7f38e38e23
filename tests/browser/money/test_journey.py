"""Money in real browsers: from the bid to the payout, back to the card, and by transfer."""

import re
import time

from playwright.sync_api import expect

from tests.browser.looking import overflow, violations
from tests.browser.money.doing import (
    BANK_ACCOUNT,
    FOLLOWER,
    HEAD,
    TOTAL,
    confirm_payouts,
    go_to_pay,
    hold_deposit,
    lot,
    order,
    owner_seen_by,
    pay_by_card,
    payments,
    receive,
    see,
    send,
    sound,
    state_of,
    state_of_lot,
    told,
    turn,
)
from tests.browser.test_appraisal import press
from tests.browser.test_bidding import offer

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
    expect(buyer.locator("main")).to_contain_text("你 付款")
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
    turn(buyer, made, "你", "退回作品")
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
    expect(buyer.get_by_role("table", name="退款")).to_contain_text(TOTAL)
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
    reference = buyer.locator("#payment .mono").first.inner_text()
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
