"""The whole way in real browsers: from the artist's question to a certificate, and its revocation.

Two experts differ, a third decides; the certificate is issued, its paper downloaded, the code on
its page read and opened, the file checked in the browser; then it is revoked, and every check says
so with the day. The steps of the case are those of `test_appraisal`.
"""

import re

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import violations
from tests.browser.staging import staged
from tests.browser.test_appraisal import (
    CASE,
    accept,
    agree,
    ask,
    declare,
    inspect,
    look,
    name_expert,
    opine,
    press,
)
from tests.browser.test_verify import choose, verdict

FOLLOWER = "300404282"


@pytest.fixture
def people(platform):
    return staged(platform, stage="tests.appraisal.stage", do="people", experts=3)


def judged(people: dict, bidder_page) -> None:
    """A case that two experts judge differently, a third decides, and two persons sign."""
    artist, desk = bidder_page(people["artist"]), bidder_page(people["registrars"][0])
    experts = [bidder_page(expert["email"]) for expert in people["experts"]]
    case = ask(artist, people["work"])
    accept(desk, case)
    agree(artist, case)
    desk.goto(CASE.format(case))
    desk.fill("[name=fee-reference]", "收据-9")
    press(desk, "记录收款")
    name_expert(desk, case, people["experts"][0], chair=True)
    name_expert(desk, case, people["experts"][1])
    seats = [declare(page) for page in experts[:2]]
    desk.goto(CASE.format(case))
    press(desk, "开始鉴定")
    inspect(desk, case)
    maker = people["maker"]
    opine(experts[0], seats[0], term="autograph", maker=maker, reasons="笔墨与款印相合")
    opine(experts[1], seats[1], term=FOLLOWER, maker=maker, reasons="用笔较生")
    name_expert(desk, case, people["experts"][2])
    third = declare(experts[2])
    look(desk, case)
    opine(experts[2], third, term="autograph", maker=maker, reasons="与真迹一致")
    experts[0].goto(seats[0])
    press(experts[0], "汇总成结果")
    press(experts[0], "作为组长签署")
    desk.goto(CASE.format(case))
    press(desk, "作为复核人签署")


def code_on(page: Page) -> str:
    """What a telephone reads from the code that the page shows, held as large as a telephone."""
    source = page.locator("img[src$='qr.svg']").first.evaluate("(img) => img.src")
    near = page.context.new_page()
    near.set_viewport_size({"width": 700, "height": 700})
    near.set_content(f'<img src="{source}" width="640" height="640">')
    near.wait_for_function("document.images[0].naturalWidth > 0")
    image = cv2.imdecode(np.frombuffer(near.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    near.close()
    return cv2.QRCodeDetector().detectAndDecode(image)[0]


def test_from_the_question_to_the_revocation(people, bidder_page, platform):
    judged(people, bidder_page)
    registrar = bidder_page(people["registrars"][1])
    registrar.goto(f"/desk/registrar/works/{people['work']}/issued/")
    press(registrar, "出具专家组鉴定意见")
    number = registrar.locator("#issued .panel-title").first.inner_text().split()[-1]

    reader = bidder_page(width=390)
    reader.goto(f"/works/{people['number']}/")
    expect(reader.locator("main")).to_contain_text(number)
    scanned = code_on(reader)
    assert f"/verify/{number}/?d=" in scanned
    reader.goto(re.sub(r"^https?://[^/]+", "", scanned))
    expect(reader.locator("h1")).to_have_text("有效")
    for words in ("鉴定意见", "二维码里的摘要与登记的证书一致", "2", "1"):
        expect(reader.locator("main")).to_contain_text(words)
    assert violations(reader) == []

    paper = reader.request.get(f"/certificates/{number}.pdf")
    assert paper.status == 200 and paper.body().startswith(b"%PDF")
    file = reader.request.get(f"/certificates/{number}.json").body()
    reader.goto("/verify/")
    for name, content, kind in (
        ("c.json", file, "application/json"),
        ("c.pdf", paper.body(), "application/pdf"),
    ):
        choose(reader, name, content, kind)
        expect(reader.locator("#check-result")).to_contain_text(number)
        expect(verdict(reader)).to_have_text("有效")
    choose(reader, "c.json", file.replace(b'"experts":3', b'"experts":9'), "application/json")
    expect(verdict(reader)).to_have_text("不成立")

    panel = registrar.locator("#issued .panel", has_text=number)
    panel.locator("[name=reason]").fill("复查发现印章为后添")
    with registrar.expect_navigation():
        panel.get_by_role("button", name="撤销").click()
    day = platform.rows(
        "SELECT to_char(state_since AT TIME ZONE 'Asia/Shanghai', 'YYYY年FMMM月FMDD日') "
        f"FROM appraisal_certificate WHERE number = '{number}'"
    )[0][0]
    reader.goto("/verify/")
    choose(reader, "c.json", file, "application/json")
    expect(verdict(reader)).to_have_text("已撤销")
    reader.goto(f"/verify/{number}/")
    expect(reader.locator("h1")).to_have_text("已撤销")
    expect(reader.locator(".verdict")).to_contain_text(f"自{day}")
    expect(reader.locator("#history")).to_contain_text("复查发现印章为后添")
