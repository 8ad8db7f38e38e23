"""What people do with a loan in a browser, from the application to the work's leaving."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Platform
from tests.browser.looking import overflow, violations
from tests.browser.money.doing import HEAD
from tests.browser.test_appraisal import press
from tests.factories import PASSWORD

HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass
class Scene:
    """A loan under way: what the stage made, everybody's page, and the keys as they come."""

    stage: Callable[..., dict]
    platform: Platform
    made: dict
    people: dict[str, Page]
    loan: int = 0
    number: str = ""
    holding: int = 0

    def __getattr__(self, name: str) -> Page:
        return self.people[name]

    def rows(self, sql: str) -> list[tuple]:
        return self.platform.rows(sql)

    def state(self) -> str:
        return self.rows(f"SELECT state FROM pledges_loan WHERE id = {self.loan}")[0][0]

    @property
    def case(self) -> str:
        """The lender's page of default and realisation."""
        return f"/lending/disposals/{self.number}/"

    @property
    def own(self) -> str:
        """The same for the borrower."""
        return f"/loans/{self.number}/disposal/"


def scene(stage: Callable[..., dict], who: Callable[..., Page], platform: Platform, **terms: Any):
    """The people of a loan, signed in, each in a browser of his own."""
    made = stage(do="begin", **terms)
    names = ("owner", "boss", "clerk", "keeper", "operator")
    people = {name: who(made[name]) for name in names}
    people["second"] = who(made["second"], script=False, width=390)
    return Scene(stage, platform, made, people | {"stranger": who()})


def number_in(page: Page, pattern: str) -> int:
    found = re.search(pattern, page.url)
    assert found, page.url
    return int(found[1])


def sound(page: Page) -> None:
    """Accessible, and within the window of a phone."""
    wrong = [*violations(page), *overflow(page, 390)]
    page.set_viewport_size({"width": 1280, "height": 900})
    assert wrong == [], f"{page.url}: {wrong}"


def says(page: Page, at: str, *words: str) -> None:
    """The page opens, is sound, and says this."""
    page.goto(at)
    for each in words:
        expect(page.locator("main")).to_contain_text(each)
    sound(page)


def in_english(at: Scene, page: Page, address: str) -> None:
    """The same page in English: sound, and no heading or button of ours is left in Chinese."""
    answer = page.goto(f"/en{address}")
    assert answer is not None and answer.status == 200, address
    assert page.locator("html").get_attribute("lang") == "en"
    given = [at.made[name] for name in ("title", "lender_name")]
    ours = page.locator("main h2, main h3, main th, main dt, main button").all_inner_texts()
    left = [text for text in ours if HAN.search(re.sub("|".join(map(re.escape, given)), "", text))]
    assert left == [], f"{page.url}: {left}"
    sound(page)


# ------------------------------------------------------------------ a work is pledged


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


def agree(at: Scene) -> None:
    """The application, the lender's offer, and the borrower's yes: the contract waits."""
    owner = at.owner
    application = apply(owner, at.made)
    at.stage(do="offered", application=application)
    owner.goto("/loans/")
    expect(owner.locator("#you")).to_contain_text("答复要约")
    owner.goto(f"/loans/applications/{application}/")
    sound(owner)
    press(owner, "接受¥100,000的要约")
    at.loan = number_in(owner, r"/loans/(\d+)/contract/")
    at.number = at.rows(f"SELECT number FROM pledges_loan WHERE id = {at.loan}")[0][0]


def sign(at: Scene) -> None:
    """Both sides read the contract and sign it."""
    for page in (at.owner, at.boss):
        page.goto(f"/loans/{at.loan}/contract/")
        expect(page.locator("main")).to_contain_text("作品不归贷款人所有")
        sound(page)
        press(page, "签这份合同")
        expect(page).to_have_url(re.compile("/account/reauthenticate/"))  # an act that binds
        page.fill("[name=password]", PASSWORD)
        press(page, "继续")
    expect(at.boss.locator("main")).to_contain_text("合同成立")


def deliver(at: Scene) -> None:
    """The custodian takes the work in; the pledge arises with the second person's word."""
    keeper, work = at.keeper, at.made["work"]
    keeper.goto("/desk/custody/")
    keeper.get_by_role("link", name=f"收作品入库：{at.made['title']}").click()
    serial = f"{time.time_ns()}"
    for name, value in {
        "receipt": f"CD{serial}",
        "place": "甲区一架",
        "seal": f"F{serial}",
    }.items():
        keeper.fill(f"[name={name}]", value)
    press(keeper, "记录入库")
    at.holding = number_in(keeper, r"/custody/(\d+)/")
    sound(keeper)
    pledges = f"SELECT count(*) FROM catalog_encumbrance WHERE work_id = {work}"
    assert at.rows(pledges) == [(0,)]
    at.stage(do="report", work=work, purpose="pledge")
    confirm(at.second, at.holding)
    assert at.rows(pledges) == [(1,)]
    at.stranger.goto(f"/works/{at.made['number']}/")
    expect(at.stranger.locator("main")).not_to_contain_text("没有权利限制")


def lend(at: Scene) -> None:
    """From the application to the money."""
    agree(at)
    sign(at)
    deliver(at)
    at.stage(do="paid_out", loan=at.loan)
    assert at.state() == "active"


def confirm(page: Page, holding: int) -> None:
    """The second person agrees."""
    page.goto(f"/desk/custody/{holding}/")
    press(page, "属实，复核通过")
    expect(page.locator("main")).to_contain_text("已复核")


def hand_out(at: Scene) -> None:
    """The custodian lets the work go to whoever has a right to it."""
    at.stage(do="report", work=at.made["work"], purpose="outgoing")
    at.keeper.goto("/desk/custody/")
    at.keeper.get_by_role("link", name=f"交还作品：{at.made['title']}").click()
    press(at.keeper, "记录出库")
    confirm(at.second, at.holding)
    assert at.state() == "closed"
    at.keeper.goto(f"/desk/custody/{at.holding}/")
    expect(at.keeper.locator("#chain")).to_contain_text("首尾相接")


# ------------------------------------------------------------------ a margin call, a default


def revalue(at: Scene) -> None:
    """All works lose 60 %: one person proposes after a look at what it does, another confirms."""
    clerk = at.clerk
    clerk.goto("/lending/revaluations/")
    for name, value in {"cut_pct": "60", "source": "春拍成交价指数"}.items():
        clerk.fill(f"[name={name}]", value)
    clerk.select_option("[name=category]", label="全部类别")
    press(clerk, "先看影响")
    effect = clerk.locator("#new")
    expect(effect).to_contain_text("受影响的贷款")
    expect(effect).to_contain_text("¥25,000")  # 101,000 owed, 76,000 of capacity left
    sound(clerk)
    press(clerk, "提出重估")
    expect(clerk.locator("main")).to_contain_text("等贷款人的另一位管理员确认")
    assert at.rows(_CALLS.format(at.loan)) == []
    at.boss.goto(clerk.url)
    sound(at.boss)
    press(at.boss, "确认重估")
    expect(at.boss.locator("main")).to_contain_text("相关贷款的担保已经重算")
    assert at.rows(_CALLS.format(at.loan)) == [("open", 25_000_00)]


_CALLS = "SELECT state, remaining_minor FROM pledges_margincall WHERE loan_id = {}"


def call_for_more(at: Scene) -> None:
    """The call on both sides, its notice, and the days in which nobody cures it."""
    says(at.owner, f"/loans/{at.number}/margin/", "没有追加担保")  # nothing before the notice
    clerk = at.clerk
    says(clerk, "/lending/margin/", at.number, "¥25,000")
    clerk.get_by_role("link", name=at.number).click()
    press(clerk, "发出通知")
    expect(clerk.locator("main")).to_contain_text("通知已送达借款人的收件箱")
    sound(clerk)
    owner = at.owner
    owner.goto("/account/inbox/")
    expect(owner.locator("main")).to_contain_text(at.number)
    owner.goto(f"/loans/{at.loan}/")
    expect(owner.locator("#margin")).to_contain_text("担保还缺¥25,000")
    sound(owner)
    owner.get_by_role("link", name="看怎样补足").click()
    expect(owner.locator("#ways")).to_contain_text("还款¥25,000")
    sound(owner)
    at.stage(do="days", loan=at.loan, days=30)
    assert at.rows(_CALLS.format(at.loan)) == [("escalated", 25_000_00)]
    for page, address in ((clerk, clerk.url), (owner, f"/loans/{at.number}/margin/")):
        says(page, address, "逾期未补足", "期限已过，没有补足")


def default(at: Scene) -> None:
    """Notice of default, a declaration that comes too early, and one after the days."""
    clerk, boss = at.clerk, at.boss
    clerk.goto("/lending/disposals/")
    clerk.get_by_role("link", name=at.number).click()
    clerk.locator(f"[name=notice-{at.loan}-words]").fill("追加担保逾期没有办结。")
    press(clerk, "发出通知")
    expect(clerk.locator("#default")).to_contain_text("追加担保")
    says(at.owner, at.own, "贷款人通知违约", "追加担保逾期没有办结。")
    boss.goto(at.case)
    press(boss, "宣告违约")
    expect(boss.locator("main")).to_contain_text("补正期限还没有过")
    at.stage(do="days", loan=at.loan, days=30)
    boss.goto(at.case)
    press(boss, "宣告违约")
    expect(boss.locator("main")).to_contain_text("已宣告违约")
    press(boss, "开始处置")
    expect(boss.locator("main")).to_contain_text("处置已经开始")
    sound(boss)
    says(at.owner, at.own, "质物正在处置", "付清全部欠款（¥101,000")


# ------------------------------------------------------------------ money


def transfer(at: Scene, payer: Page, name: str) -> int:
    """On the page of a payment: its transfer comes from his account, and the operator takes the
    statement in.

    Returns the amount in the smallest unit.
    """
    reference = payer.url.rstrip("/").rsplit("/", 1)[-1]
    ((amount,),) = at.rows(
        f"SELECT amount_minor FROM ledger_payment WHERE reference = '{reference}'"
    )
    shown = payer.locator("#payment .mono").first.inner_text()
    day = at.rows("SELECT to_char(now() AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')")[0][0]
    line = f'{day},T{time.time_ns()},CNY,"{amount / 100:.2f}",{name},{shown}\n'
    operator = at.operator
    operator.goto("/money/statements/")
    operator.set_input_files(
        "[name=file]",
        {"name": "a.csv", "mimeType": "text/csv", "buffer": (HEAD + line).encode()},
    )
    press(operator, "导入对账单")
    expect(operator.locator("main, .messages").first).to_contain_text("新1行，其中待查0行")
    return amount


def payouts(at: Scene) -> dict[str, int]:
    """What waits to be paid out to whom (person's address or organisation's name)."""
    rows = at.rows(
        "SELECT coalesce(u.email, o.name), sum(p.amount_minor) FROM ledger_payout p "
        "JOIN accounts_party a ON a.id = p.party_id LEFT JOIN accounts_user u ON u.id = a.user_id "
        "LEFT JOIN accounts_organisation o ON o.id = a.organisation_id "
        "WHERE p.state NOT IN ('done', 'failed') GROUP BY 1"
    )
    return {name: int(amount) for name, amount in rows}


def pay_out(at: Scene) -> None:
    """The operator transfers all that waits, and writes down the bank's numbers."""
    waiting = at.rows("SELECT id FROM ledger_payout WHERE state NOT IN ('done', 'failed')")
    for (pk,) in sorted(waiting):
        at.operator.goto("/money/review/")
        at.operator.locator(f"#payout a[href$='/payout/{pk}/']").click()
        at.operator.fill("[name=sent-reference]", f"OUT{pk}")
        press(at.operator, "登记已付")
    assert payouts(at) == {}


# ------------------------------------------------------------------ what stays


def logged(at: Scene, **counts: int) -> None:
    """The public log has so many lines of each kind about the work."""
    at.stage(do="logged")
    page = at.stranger
    page.goto("/log/")
    lines = page.locator(f"#entries tr:has(a[href$='/works/{at.made['number']}/'])")
    for words, n in counts.items():
        expect(lines.filter(has_text=words)).to_have_count(n)
    sound(page)


def owned_by(at: Scene, reader: Page, name: str) -> None:
    """The work's page names this owner to those who may know, and nothing lies on the work."""
    reader.goto(f"/works/{at.made['number']}/")
    expect(reader.locator("#title")).to_contain_text(name)
    at.stranger.goto(f"/works/{at.made['number']}/")
    expect(at.stranger.locator("main")).to_contain_text("没有权利限制")


def proved(at: Scene) -> None:
    """`audit_pledges` and `audit_ledger` find nothing on the platform's database."""
    for name, (code, said) in at.stage(do="audit").items():
        assert code == 0, f"{name}: {said}"
