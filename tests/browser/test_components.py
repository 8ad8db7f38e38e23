"""Every component in a real browser: accessible, within the window, and alive by keyboard.

Chromium is taken from the environment variable CHROMIUM, or from the system.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM and "CI" not in os.environ, reason="no Chromium here"),
]
AXE_OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright's loop runs in this thread; the database is only touched before and after it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def opened(browser: Browser, address: str, width: int, theme: str, *, script: bool = True) -> Page:
    """A page with this width (px) and theme that fails the test on any script error."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=theme,
        reduced_motion="reduce",
        java_script_enabled=script,
    )
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(address)
    return page


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    return [f"{v['id']}: {[node['target'] for node in v['nodes']]}" for v in found]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_components_have_no_accessibility_violations(
    chromium: Browser, live_server, settings, width: int, theme: str
) -> None:
    settings.DEBUG = True
    page = opened(chromium, f"{live_server.url}/components/", width, theme)
    assert violations(page) == []
    page.locator("[data-opens=withdraw]").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator(".view-full:visible").click()
    assert violations(page) == []
    page.context.close()


@pytest.mark.parametrize("size", ["normal", "large"])
def test_nothing_scrolls_sideways_at_320_pixels(
    chromium: Browser, live_server, settings, size: str
) -> None:
    settings.DEBUG = True
    page = opened(chromium, f"{live_server.url}/components/", 320, "light")
    page.context.add_cookies([{"name": "size", "value": size, "url": live_server.url}])
    page.reload()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.context.close()


def test_tabs_move_with_arrow_keys_and_show_one_section(
    chromium: Browser, live_server, settings
) -> None:
    settings.DEBUG = True
    page = opened(chromium, f"{live_server.url}/components/#t-state", 1280, "light")
    expect(page.get_by_role("tabpanel")).to_have_count(1)
    expect(page.get_by_role("tab", selected=True)).to_have_text("品相")
    page.get_by_role("tab", selected=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", selected=True)).to_have_text("估值")
    page.keyboard.press("Home")
    expect(page.get_by_role("tab", selected=True)).to_have_text("来源")
    page.context.close()


def test_without_script_sections_are_stacked_and_preferences_still_work(
    chromium: Browser, live_server, settings
) -> None:
    settings.DEBUG = True
    page = opened(chromium, f"{live_server.url}/components/", 390, "light", script=False)
    for name in ("t-source", "t-state", "t-value"):
        expect(page.locator(f"#{name}")).to_be_visible()
    page.get_by_role("button", name="大字版").click()
    expect(page.locator("html")).to_have_attribute("data-size", "large")
    page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.context.close()


def test_the_zoomed_picture_obeys_keys_and_closes(chromium: Browser, live_server, settings) -> None:
    settings.DEBUG = True
    page = opened(chromium, f"{live_server.url}/components/", 1280, "light")
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
    page.context.close()


def test_chosen_files_are_shown_and_can_be_taken_back(
    chromium: Browser, live_server, settings
) -> None:
    settings.DEBUG = True
    page = opened(chromium, f"{live_server.url}/components/", 390, "light")
    field = page.locator("file-drop input")
    field.set_input_files([{"name": "说明.txt", "mimeType": "text/plain", "buffer": b"x" * 2500}])
    expect(page.locator(".drop-state")).to_contain_text("3 KB")
    page.get_by_role("button", name="移除 说明.txt").click()
    expect(page.locator(".drop-list")).to_be_hidden()
    assert field.evaluate("input => input.files.length") == 0
    page.context.close()
