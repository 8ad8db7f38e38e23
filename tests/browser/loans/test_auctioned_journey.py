"""A pledge in default that is auctioned: the lender is paid first, the owner gets the rest."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.browser.loans.doing import (
    Scene,
    call_for_more,
    default,
    hand_out,
    in_english,
    lend,
    logged,
    number_in,
    owned_by,
    pay_out,
    payouts,
    proved,
    revalue,
    says,
    scene,
    sound,
    transfer,
)
from tests.browser.money.doing import receive
from tests.browser.test_appraisal import press
from tests.browser.test_bidding import offer
from tests.browser.test_sealed import approve, register

OWED = 101_000_00


def consign(at: Scene, house: Page, of: dict) -> None:
    """The lender consigns it, the house names its terms, the lender agrees."""
    boss = at.boss
    boss.goto(at.case)
    boss.locator("[name$=-house]").select_option(label=of["house"])
    press(boss, "委托")
    expect(boss.locator("main")).to_contain_text("等拍卖企业提出条件")
    house.goto("/desk/house/consignments/")
    house.get_by_role("link", name=at.made["title"]).click()
    for name, value in {
        "opening": "100000", "estimate_low": "150000", "estimate_high": "300000",
        "reserve": "120000", "withdrawal": "0",
    }.items():  # fmt: skip
        house.fill(f"[name={name}]", value)
    press(house, "发给委托人")
    sound(house)
    boss.goto(at.case)
    press(boss, "同意")
    expect(boss.locator("main")).to_contain_text("委托合同已成立")


def announce(at: Scene, house: Page, of: dict) -> int:
    """The house drafts a sale, puts the work into it and announces it."""
    house.goto(f"/desk/house/of/{of['slug']}/conditions/")
    house.fill("[name=text]", "竞买人登记以后可以出价，价高者得。")
    press(house, "发布新的一版")
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    house.goto(f"/desk/house/of/{of['slug']}/sales/new/")
    house.fill("[name=title]", "处置专场")
    house.fill("[name=place]", "渌水艺术仓库")
    for name, days in {"notice_on": 0, "viewing_from": 5, "viewing_until": 7}.items():
        house.fill(f"[name={name}]", f"{now + timedelta(days=days):%Y-%m-%d}")
    for name, days in {"opens_at": 9, "closes_at": 10}.items():
        house.fill(f"[name={name}]", f"{now + timedelta(days=days):%Y-%m-%dT%H:%M}")
    press(house, "保存草稿")
    sale = number_in(house, r"/sales/(\d+)/")
    add = house.locator("#add")
    add.locator("[name=consignment]").select_option(index=0)
    press(house, "放进图录")
    sound(house)
    house.get_by_role("link", name="公告拍卖会").click()
    press(house, "公告拍卖会")
    expect(house.locator("main")).to_contain_text("从现在起不能再改")
    return sale


def bid(at: Scene, house: Page, bidders: list[Page], sale: int) -> int:
    """Both register and are let in, bid against each other, and the hammer falls; its price."""
    for page in bidders:
        register(page, sale)
    approve(house, sale, len(bidders))
    at.stage(do="hours", sale=sale, minutes=60)
    lot = f"/auctions/{sale}/lots/1/"
    for page, typed in zip(bidders, ("150,000", "200,000"), strict=True):
        offer(page, lot, typed=typed)
    expect(bidders[1].locator("#standing")).to_contain_text("你领先")
    expect(at.stranger.locator("main")).to_be_visible()
    at.stage(do="hammer", sale=sale)
    says(at.stranger, lot, "成交")
    ((price,),) = at.rows(f"SELECT hammer_minor FROM auctions_lot WHERE sale_id = {sale}")
    assert 150_000_00 <= price <= 200_000_00
    return price


def settle(at: Scene, house: Page, buyer: Page, name: str) -> None:
    """Invoiced, paid by transfer, sent with a report, received, accepted, shared out."""
    house.goto("/desk/house/orders/")
    press(house, "开账单")
    buyer.goto("/desk/buyer/orders/")
    buyer.locator("main table a").first.click()
    order = {"order": number_in(buyer, r"/orders/(\d+)/")}
    sound(buyer)
    address = buyer.url
    buyer.select_option("[name=pay-gateway]", "bank")
    press(buyer, "去付款")
    buyer.wait_for_url("**/money/payments/*/")
    transfer(at, buyer, name)
    buyer.goto(address)
    expect(buyer.locator("main")).to_contain_text("托管中")
    at.stage(do="report", work=at.made["work"], purpose="outgoing")
    house.goto(address)
    for name, value in {
        "carrier": "顺丰", "tracking": "SF1", "insured": "300000", "policy": "P1",
    }.items():  # fmt: skip
        house.fill(f"[name=dispatch-{name}]", value)
    press(house, "登记发运")
    receive(buyer, order)
    press(buyer, "没有问题，验收")
    pay_out(at)  # what was lent, before there is more
    at.stage(do="duties")


def test_a_pledge_is_auctioned_after_a_default(stage, who, platform):
    at = scene(stage, who, platform, realisation=["auction", "court"])
    of = stage(do="house")
    house = who(of["boss"])
    bidders = [who(one["email"]) for one in of["bidders"]]
    buyer, buyer_name = bidders[1], of["bidders"][1]["name"]
    lend(at)
    revalue(at)
    call_for_more(at)
    default(at)
    consign(at, house, of)
    sale = announce(at, house, of)
    price = bid(at, house, bidders, sale)
    settle(at, house, buyer, buyer_name)

    net = price - price * 5 // 100  # the house's commission of the seller
    surplus = net - OWED
    waiting = payouts(at)
    assert (waiting[at.made["lender_name"]], waiting[at.made["owner"]]) == (OWED, surplus)
    for reader, address in ((at.boss, at.case), (at.owner, at.own)):
        says(reader, address, "¥1,000", "¥100,000", f"¥{surplus // 100:,}")
    says(at.owner, f"/loans/{at.loan}/", "还清")
    pay_out(at)
    at.stage(do="duties")
    hand_out(at)
    owned_by(at, buyer, buyer_name)
    # the pledge; it gives way to the lot; the lot's lock ends with the title
    logged(at, 设立权利限制=2, 权属转移=1, 解除权利限制=2)
    proved(at)
    for page, address in (
        (at.boss, "/lending/"), (at.boss, "/lending/margin/"), (at.boss, "/lending/revaluations/"),
        (at.boss, at.case), (at.owner, f"/loans/{at.loan}/"), (at.owner, at.own),
        (at.keeper, "/desk/custody/"),
    ):  # fmt: skip
        in_english(at, page, address)
