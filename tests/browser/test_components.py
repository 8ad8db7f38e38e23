"""Every component in a real browser: accessible, within the window, and alive by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import violations

PAGE = "/components/"
STAFF = "operator"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_components_have_no_accessibility_violations(visit, width: int, theme: str) -> None:
    page = visit(PAGE, width=width, theme=theme, role=STAFF)
    assert violations(page) == []
    page.locator("[data-opens=withdraw]").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator(".view-full:visible").click()
    assert violations(page) == []


@pytest.mark.parametrize("size", ["normal", "large"])
def test_nothing_scrolls_sideways_at_320_pixels(visit, platform, size: str) -> None:
    page = visit(PAGE, width=320, role=STAFF)
    page.context.add_cookies([{"name": "size", "value": size, "url": platform.url}])
    page.reload()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_tabs_move_with_arrow_keys_and_show_one_section(visit) -> None:
    page = visit(PAGE + "#t-state", role=STAFF)
    expect(page.get_by_role("tabpanel")).to_have_count(1)
    expect(page.get_by_role("tab", selected=True)).to_have_text("品相")
    page.get_by_role("tab", selected=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", selected=True)).to_have_text("估值")
    page.keyboard.press("Home")
    expect(page.get_by_role("tab", selected=True)).to_have_text("来源")


def test_without_script_sections_are_stacked_and_preferences_still_work(visit) -> None:
    page = visit(PAGE, width=390, script=False, role=STAFF)
    for name in ("t-source", "t-state", "t-value"):
        expect(page.locator(f"#{name}")).to_be_visible()
    page.get_by_role("button", name="大字版").click()
    expect(page.locator("html")).to_have_attribute("data-size", "large")
    expect(page.locator("html")).to_have_css("font-size", "20px")
    page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_zoomed_picture_obeys_keys_and_closes(visit) -> None:
    page = visit(PAGE, role=STAFF)
    page.locator(".view-full:visible").click()
    picture = page.locator(".zoom img")
    expect(picture).to_have_class("whole")
    page.get_by_role("button", name="原尺寸").click()
    expect(picture).to_have_attribute("width", "800")
    page.keyboard.press("+")
    expect(picture).to_have_attribute("width", "1200")
    page.keyboard.press("0")
    expect(picture).to_have_class("whole")
    page.keyboard.press("Escape")
    expect(page.locator(".zoom")).to_have_count(0)


def test_chosen_files_are_shown_and_can_be_taken_back(visit) -> None:
    page = visit(PAGE, width=390, role=STAFF)
    field = page.locator("file-drop input")
    field.set_input_files([{"name": "说明.txt", "mimeType": "text/plain", "buffer": b"x" * 2500}])
    expect(page.locator(".drop-state")).to_contain_text("3 KB")
    page.get_by_role("button", name="移除 说明.txt").click()
    expect(page.locator(".drop-list")).to_be_hidden()
    assert field.evaluate("input => input.files.length") == 0
