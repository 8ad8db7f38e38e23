"""A case in real browsers: asked for, accepted, agreed, judged blind, decided by a third expert.

Everybody has a browser of his own; no expert reads another's opinion or name before all are in.
"""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.looking import overflow, violations
from tests.browser.staging import staged

CASE = "/desk/registrar/cases/{}/"


@pytest.fixture
def people(platform):
    return staged(platform, stage="tests.appraisal.stage", do="people", experts=3)


def picture(name: str = "uv.jpg") -> dict:
    buffer = io.BytesIO()
    Image.new("RGB", (900, 600), "lavender").save(buffer, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def press(page: Page, words: str) -> None:
    """Press the button with these words; the page that answers has loaded."""
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def open_folded(page: Page, words: str) -> None:
    page.locator("summary", has_text=words).first.click()


def ask(page: Page, work: int) -> int:
    """The artist asks from the lister's page of the work; the key of the case."""
    page.goto(f"/desk/artist/works/{work}/")
    page.get_by_role("link", name="申请鉴定").first.click()
    page.fill("[name=question]", "是否本人2019年所作")
    page.fill("[name=scope_of_use]", "送拍")
    press(page, "送交申请")
    expect(page.locator("main")).to_contain_text("已送交")
    return int(page.url.rstrip("/").rsplit("/", 1)[1])


def accept(page: Page, case: int) -> None:
    page.goto(CASE.format(case))
    page.select_option("[name=accept-category]", "painting")
    page.fill("[name=accept-panel_size]", "2")
    press(page, "受理并发出合同")
    expect(page.locator("main")).to_contain_text("已受理")


def agree(page: Page, case: int) -> None:
    page.goto(f"/desk/appraisals/{case}/")
    expect(page.locator("#contract")).to_contain_text("¥1,600")
    press(page, "同意这份合同")
    expect(page.locator("main")).to_contain_text("合同成立")


def name_expert(page: Page, case: int, expert: dict, *, chair: bool = False) -> None:
    page.goto(CASE.format(case))
    page.select_option("[name=name-expert]", str(expert["key"]))
    if chair:
        page.check("[name=name-is_chair]")
    press(page, "指定这位专家")
    expect(page.locator("main")).to_contain_text("已指定")


def declare(page: Page) -> str:
    """The expert finds the case on his desk and declares; the address of his seat."""
    page.goto("/desk/appraiser/")
    page.locator("#you .baton h3 a").first.click()
    expect(page.locator("main img")).to_have_count(0)
    page.check("[name=conflicts][value=none]")
    press(page, "提交声明")
    return page.url


def look(page: Page, case: int) -> None:
    """Everybody who sits, and the registrar, look at the thing."""
    page.goto(CASE.format(case))
    open_folded(page, "记录一次查验")
    page.fill("[name=inspection-place]", "渌水鉴定室")
    page.fill("[name=inspection-began_at]", "2026-01-05T09:30")
    for box in page.locator("[name=inspection-persons]").all():
        box.check()
    press(page, "记录查验")


def inspect(page: Page, case: int) -> None:
    """Two persons look at the thing, and a picture under ultraviolet goes on file."""
    look(page, case)
    open_folded(page, "加证据")
    page.select_option("[name=evidence-kind]", "ultraviolet")
    page.fill("[name=evidence-instrument]", "紫外灯365 nm")
    page.fill("[name=evidence-finding]", "印泥没有新补")
    page.set_input_files("[name=evidence-file]", picture())
    press(page, "加进案卷")
    expect(page.locator("#evidence")).to_contain_text("印泥没有新补")


def opine(page: Page, seat: str, *, term: str, maker: str, reasons: str, saw: bool = True) -> None:
    """Type an opinion, keep it as a draft, read it once more, submit it."""
    page.goto(seat)
    page.select_option("[name=term]", term)
    page.select_option("[name=maker]", maker)
    page.fill("[name=naming]", "春山放鸢图")
    page.fill("[name=date_text]", "2019年")
    page.select_option("[name=confidence]", "high")
    page.fill("[name=reasons]", reasons)
    page.fill("[name=limits]", "没有做成分检测")
    if saw:
        page.check("[name=saw_object]")
    page.locator("[name=evidence]").first.check()
    press(page, "保存草稿")
    expect(page.locator("[name=reasons]")).to_have_value(reasons)
    press(page, "检查并提交")
    expect(page.locator("main")).to_contain_text("只能提交一次")
    press(page, "提交意见")
    expect(page.locator("main")).to_contain_text("已提交并封存")


def test_a_case_from_the_request_to_a_signed_result_with_its_dissent(people, bidder_page, platform):
    artist, desk = bidder_page(people["artist"]), bidder_page(people["registrars"][0])
    first, second, third = (bidder_page(e["email"], width=390) for e in people["experts"])
    case = ask(artist, people["work"])
    accept(desk, case)
    agree(artist, case)
    desk.goto(CASE.format(case))
    desk.fill("[name=fee-reference]", "收据-7")
    press(desk, "记录收款")
    name_expert(desk, case, people["experts"][0], chair=True)
    name_expert(desk, case, people["experts"][1])
    seats = [declare(page) for page in (first, second)]
    desk.goto(CASE.format(case))
    press(desk, "开始鉴定")
    inspect(desk, case)

    maker = people["maker"]
    opine(first, seats[0], term="autograph", maker=maker, reasons="笔墨与款印相合")
    second.goto(seats[1])
    for unread in ("笔墨与款印相合", people["experts"][0]["name"]):
        assert unread not in second.content()
    assert violations(second) == [] and overflow(second, 360) == []
    desk.goto(CASE.format(case))
    assert "笔墨与款印相合" not in desk.content()
    opine(second, seats[1], term="300404282", maker=maker, reasons="用笔较生，似追随者")
    first.goto(seats[0])
    expect(first.locator("#opinions")).to_contain_text("用笔较生，似追随者")
    expect(first.locator("#conclude")).to_contain_text("没有形成多数意见")

    name_expert(desk, case, people["experts"][2])
    first.goto(seats[0])
    assert "用笔较生，似追随者" not in first.content()
    seat = declare(third)
    opine(third, seat, term="autograph", maker=maker, reasons="与所存真迹比对一致", saw=False)
    first.goto(seats[0])
    expect(first.locator("#conclude")).to_contain_text("2位同意，1位不同意")
    press(first, "汇总成结果")
    expect(first.locator("#result")).to_contain_text("待签署")
    artist.goto(f"/desk/appraisals/{case}/")
    assert "用笔较生" not in artist.content()
    press(first, "作为组长签署")
    desk.goto(CASE.format(case))
    press(desk, "作为复核人签署")

    for page in (artist, first, desk):
        assert violations(page) == []
    stranger = bidder_page()
    stranger.goto(f"/works/{people['number']}/")
    shown = stranger.locator("#appraisals")
    for words in ("亲笔", "2位同意，1位不同意", "用笔较生，似追随者", "不同意见", "韩登记"):
        expect(shown).to_contain_text(words)
    stranger.get_by_role("link", name="结果页").click()
    expect(stranger.locator("h1")).to_contain_text("鉴定结果JD-")
    assert violations(stranger) == [] and overflow(stranger, 360) == []


def test_an_opinion_without_script_is_in_once_also_after_the_back_button(people, bidder_page):
    artist, desk = bidder_page(people["artist"]), bidder_page(people["registrars"][0])
    one = bidder_page(people["experts"][0]["email"], script=False, width=390)
    other = bidder_page(people["experts"][1]["email"])
    case = ask(artist, people["work"])
    accept(desk, case)
    agree(artist, case)
    desk.goto(CASE.format(case))
    desk.fill("[name=fee-reference]", "收据-8")
    press(desk, "记录收款")
    name_expert(desk, case, people["experts"][0], chair=True)
    name_expert(desk, case, people["experts"][1])
    seat, _other = declare(one), declare(other)
    desk.goto(CASE.format(case))
    press(desk, "开始鉴定")
    inspect(desk, case)
    opine(one, seat, term="?", maker="", reasons="照片和实物都不足以判断")
    one.go_back()
    expect(one.get_by_role("button", name="提交意见", exact=True)).to_have_count(0)
    expect(one.locator("main")).to_contain_text("已封存")
    desk.goto(CASE.format(case))
    expect(desk.locator("#panel .pill", has_text="已交")).to_have_count(1)
    assert overflow(one, 320) == []
