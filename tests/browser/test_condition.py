"""Condition reports in a real browser: drawing by pointer, by keys, as numbers; comparing; paper."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Platform
from tests.browser.looking import Traffic

BUDGET = 30_000


@pytest.fixture(scope="module")
def draft(platform: Platform) -> str:
    """The address of the draft of the demonstration district."""
    ((pk,),) = platform.rows("SELECT min(id) FROM appraisal_conditionreport WHERE state = 'draft'")
    return f"/desk/condition/{pk}/"


@pytest.fixture(scope="module")
def examined(platform: Platform) -> str:
    """The address of the second report of the work that was examined twice."""
    ((number,),) = platform.rows(
        "SELECT w.number FROM catalog_work w JOIN appraisal_conditionreport r ON r.work_id = w.id "
        "WHERE r.serial = 2 AND r.state = 'closed' ORDER BY r.id LIMIT 1"
    )
    return f"/works/{number}/condition/2/"


def last_region(platform: Platform) -> str:
    return platform.rows(
        "SELECT f.region ->> 'value' FROM appraisal_conditionfinding f "
        "JOIN appraisal_conditionreport r ON r.id = f.report_id WHERE r.state = 'draft' "
        "ORDER BY f.id DESC LIMIT 1"
    )[0][0]


def save(page: Page) -> None:
    page.get_by_role("button", name="保存这一项").click()
    expect(page.get_by_text("项已保存")).to_be_visible()


def numbers(page: Page) -> list[float]:
    return [float(n) for n in page.locator("#id_region").input_value().split(" ")]


def test_a_rectangle_is_drawn_with_the_mouse(visit: Callable, draft: str, platform: Platform):
    page = visit(draft, role="registrar")
    page.get_by_role("button", name="画矩形").click()
    picture = page.locator("condition-stage svg").first
    picture.scroll_into_view_if_needed()
    whole = page.locator("condition-stage svg > image").first.bounding_box()
    page.mouse.move(whole["x"] + whole["width"] * 0.25, whole["y"] + whole["height"] * 0.25)
    page.mouse.down()
    page.mouse.move(whole["x"] + whole["width"] * 0.4, whole["y"] + whole["height"] * 0.3)
    page.mouse.move(whole["x"] + whole["width"] * 0.75, whole["y"] + whole["height"] * 0.5)
    page.mouse.up()
    assert numbers(page) == pytest.approx([25, 25, 50, 25], abs=0.6)
    page.locator("#id_kind").select_option("stain")
    save(page)
    assert last_region(platform).startswith("xywh=percent:2")


def test_a_rectangle_and_a_polygon_are_drawn_with_keys_alone(visit: Callable, draft: str, platform):
    page = visit(draft, role="registrar")
    page.get_by_role("button", name="画矩形").focus()
    page.keyboard.press("Enter")
    expect(page.locator("condition-stage svg").first).to_be_focused()
    for key in ("Space", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown", "Space"):
        page.keyboard.press(key)
    left, top, width, height = numbers(page)
    assert (left, top, width) == (50, 50, 10)
    assert height > 0
    expect(page.locator("condition-stage [role=status]").first).to_contain_text("50 50 10")
    page.get_by_role("button", name="画多边形").focus()
    page.keyboard.press("Enter")
    for key in ("Space", "Shift+ArrowRight", "Space", "Shift+ArrowDown", "Space", "ArrowLeft",
                "Space", "Backspace", "Enter"):  # fmt: skip
        page.keyboard.press(key)
    points = page.locator("#id_region").input_value().split(" ")
    assert len(points) == 3
    assert points[0] == "50,50"
    save(page)
    assert "<polygon" in last_region(platform)


def test_numbers_do_without_script_and_stay_after_a_mistake(visit: Callable, draft: str, platform):
    page = visit(draft, role="registrar", script=False)
    page.fill("#id_region", "90 90 20 20")
    page.fill("#id_note", "右下角磨损")
    page.get_by_role("button", name="保存这一项").click()
    expect(page.get_by_text("有一部分在图片之外").first).to_be_visible()
    assert page.locator("#id_note").input_value() == "右下角磨损"
    page.fill("#id_region", "80 80 20 20")
    save(page)
    assert last_region(platform) == "xywh=percent:80,80,20,20"


def test_a_finger_draws_on_a_phone(platform: Platform, browser, session_of, draft: str):
    context = browser.new_context(
        base_url=platform.url, viewport={"width": 390, "height": 844}, has_touch=True,
        is_mobile=True, storage_state=session_of("registrar"), reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.goto(draft)
    page.get_by_role("button", name="画多边形").tap()
    whole = page.locator("condition-stage svg > image").first
    whole.scroll_into_view_if_needed()
    for x, y in ((0.2, 0.2), (0.6, 0.2), (0.6, 0.5)):
        box = whole.bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    page.get_by_role("button", name="完成多边形").tap()
    assert len(page.locator("#id_region").input_value().split(" ")) == 3
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


def test_two_reports_move_together_and_lie_over_each_other(visit: Callable, examined: str):
    page = visit(f"{examined}compare/1/")
    stages = page.locator("condition-stage")
    expect(stages).to_have_count(2)
    stages.first.get_by_role("button", name="放大").click()
    boxes = [stages.nth(n).locator("svg").first.get_attribute("viewBox") for n in (0, 1)]
    assert boxes[0] == boxes[1]
    assert not boxes[0].startswith("0 0 ")
    page.get_by_role("button", name="叠在一起").click()
    layer = stages.first.locator("svg svg")
    expect(layer).to_have_attribute("opacity", "0.5")
    page.get_by_label("后一张的浓淡").fill("80")
    expect(layer).to_have_attribute("opacity", "0.8")
    page.get_by_role("button", name="叠在一起").click()
    expect(stages.nth(1)).to_be_visible()
    changes = page.locator("#differences")
    for words in ("新出现", "撕裂", "有变化", "折痕", "范围变大", "不再见到", "积尘"):
        expect(changes).to_contain_text(words)


@pytest.mark.parametrize(("prefix", "words"), [("", "下载PDF"), ("/en", "Download PDF")])
def test_the_paper_is_downloaded(visit: Callable, examined: str, prefix: str, words: str):
    page = visit(f"{prefix}{examined}")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=words).click()
    assert waiting.value.suggested_filename.startswith("condition-")
    with pikepdf.open(io.BytesIO(Path(waiting.value.path()).read_bytes())) as file:
        assert sum(len(sheet.get_images()) for sheet in file.pages) >= 1


@pytest.mark.parametrize("name", ["editor", "report", "compare"])
def test_scripts_are_small(visit: Callable, draft: str, examined: str, name: str, browser, platform,
                           session_of):  # fmt: skip
    address = {"editor": draft, "report": examined, "compare": f"{examined}compare/1/"}[name]
    context = browser.new_context(base_url=platform.url, storage_state=session_of("registrar"))
    page = context.new_page()
    heard = Traffic.of(page)
    page.goto(address, wait_until="networkidle")
    sizes = heard.sizes()
    print(name, sizes)
    context.close()
    assert sizes["script"] <= BUDGET
    assert sizes["html"] <= 60_000
    assert heard.complaints == []
