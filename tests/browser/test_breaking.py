"""What people do that no page expects: twice, too late, the wrong file, the wrong desk, no mouse.

Each test breaks something on purpose and looks whether anything was lost or done twice.
"""

import io
import os
import re
import signal
import time

from PIL import Image
from playwright.sync_api import Page, expect

from artmarket.core.demo import PASSWORD, address
from tests.browser.conftest import Platform, sign_in
from tests.browser.test_newcomer import begin_draft, describe_pictures, describe_work
from tests.browser.test_start import children

EDIT = re.compile(r"/desk/artist/works/(\d+)/edit/")
MAIN_FORM = "form:has([name=version])"


def pixels(format_name: str, name: str, kind: str, *, cut: int = 0) -> dict:
    """A small picture as a file of the form; `cut` bytes are missing at its end."""
    buffer = io.BytesIO()
    Image.effect_noise((400, 300), 60).convert("RGB").save(buffer, format_name)
    content = buffer.getvalue()
    return {"name": name, "mimeType": kind, "buffer": content[: len(content) - cut]}


def draft_of(page: Page) -> int:
    """The number of the draft on the page."""
    return int(EDIT.search(page.url)[1])


def start_draft(page: Page, title: str) -> int:
    """A draft with a title only."""
    page.goto("/desk/artist/works/new/")
    page.fill("[name=title]", title)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(EDIT)
    return draft_of(page)


def events(platform: Platform, work: int, action: str) -> int:
    """How many events of this kind a work has."""
    found = platform.rows(
        "SELECT count(*) FROM core_event WHERE object_type = 'catalog.work' "
        f"AND object_id = '{work}' AND action = '{action}'"
    )
    return found[0][0]


def test_a_double_click_submits_and_registers_once(visit, platform):
    title = "双击的一件"
    page = visit("/", role="artist")
    edit = begin_draft(page, "", title, seed=31)
    work = draft_of(page)
    describe_work(page, title)
    describe_pictures(page)
    page.goto(edit.replace("/edit/", "/"))
    page.locator("#next form button.btn-primary").dblclick()
    page.wait_for_load_state()
    expect(page.locator("#next form [name=csrfmiddlewaretoken]")).to_have_count(1)
    assert events(platform, work, "work.submitted") == 1

    desk = visit(f"/desk/registrar/works/{work}/", role="registrar")
    other = visit(f"/desk/registrar/works/{work}/", role="registrar")
    desk.locator("#decide button").dblclick()
    desk.wait_for_url(re.compile(r"/works/[0-9B-Z]{8}/$"))
    assert events(platform, work, "work.registered") == 1

    other.locator("#decide button").click()
    other.wait_for_load_state()
    expect(other.locator("main")).to_contain_text(re.compile(r"\S"))
    assert events(platform, work, "work.registered") == 1
    numbers = platform.rows(f"SELECT number FROM catalog_work WHERE id = {work}")
    assert len(numbers) == 1 and numbers[0][0]

    page.reload()
    page.go_back()
    page.wait_for_load_state()
    page.goto(edit)
    expect(page).not_to_have_url(EDIT)  # registered: no form to change it behind the registrar


def test_the_second_tab_is_refused_and_keeps_what_was_typed(visit, platform):
    first = visit("/", role="artist")
    work = start_draft(first, "两个窗口")
    second = first.context.new_page()
    second.goto(first.url)
    form = first.locator(MAIN_FORM)
    form.locator("[name=subject]").fill("先存的题材")
    form.locator(".form-actions button:not([name])").click()
    first.wait_for_load_state()
    late = second.locator(MAIN_FORM)
    late.locator("[name=subject]").fill("后存的题材")
    late.locator(".form-actions button:not([name])").click()
    second.wait_for_load_state()
    expect(second.locator("main [role=alert] li")).to_have_count(1)
    expect(second.locator("[name=subject]")).to_have_value("后存的题材")
    assert platform.rows(f"SELECT subject FROM catalog_work WHERE id = {work}") == [("先存的题材",)]


def test_an_ended_session_leads_to_sign_in_and_says_that_nothing_was_saved(visit, platform):
    page = visit("/", role="artist")
    work = start_draft(page, "登录过期")
    page.locator(f"{MAIN_FORM} [name=subject]").fill("没存下的题材")
    page.context.clear_cookies(name="sessionid")
    page.locator(f"{MAIN_FORM} .form-actions button:not([name])").click()
    page.wait_for_load_state()
    assert "/account/login/" in page.url
    expect(page.locator(".messages")).to_contain_text("没有执行")
    assert platform.rows(f"SELECT subject FROM catalog_work WHERE id = {work}") == [("",)]
    page.fill("[name=login]", address("artist"))
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    expect(page).to_have_url(re.compile(rf"/works/{work}/edit/$"))


def test_the_wrong_desk_answers_in_words(visit):
    page = visit("/", role="buyer")
    for path in ("/desk/registrar/", "/desk/bureau/", "/desk/operator/", "/desk/artist/"):
        answer = page.goto(path)
        assert answer.status == 403
        assert len(page.locator("main").inner_text()) > 10
        expect(page.locator("header a").first).to_be_visible()


def test_an_empty_form_and_a_huge_title_are_refused_with_words(visit):
    page = visit("/desk/artist/works/new/", role="artist")
    for control in ("required", "maxlength"):
        page.locator("[name=title]").evaluate(f"e => e.removeAttribute('{control}')")
    page.locator("main form button.btn-primary").click()
    expect(page.locator(".error").first).to_be_visible()
    page.locator("[name=title]").evaluate("e => e.removeAttribute('maxlength')")
    page.locator("[name=title]").evaluate("(e, v) => { e.value = v; }", "鸢" * 20_000)
    page.locator("main form button.btn-primary").click()
    expect(page.locator(".error").first).to_be_visible()
    assert len(page.locator("[name=title]").input_value()) == 20_000
    assert page.evaluate("document.documentElement.scrollWidth") == 1280


def test_bad_pictures_are_named_and_the_good_one_stays(visit, platform):
    page = visit("/", role="artist")
    work = start_draft(page, "混着坏照片")
    page.set_input_files(
        "[name=pictures]",
        [
            pixels("PNG", "其实是PNG.jpg", "image/jpeg"),
            pixels("JPEG", "截断.jpg", "image/jpeg", cut=9_000),
            pixels("JPEG", "好的.jpg", "image/jpeg"),
        ],
    )
    page.locator("form[action$='/photos/'] button.btn").last.click()
    refused = page.locator(".drop-refused li")
    expect(refused).to_have_count(2)
    expect(page.locator(".photo-row")).to_have_count(1)
    words = " ".join(refused.all_inner_texts())
    assert "其实是PNG.jpg" in words
    assert "截断.jpg" in words
    assert "好的.jpg" not in words
    assert platform.rows(f"SELECT count(*) FROM catalog_workphoto WHERE work_id = {work}") == [(1,)]


def test_without_script_one_can_browse_search_draft_and_see_what_is_missing(visit):
    page = visit("/works/", script=False, role="artist")
    page.fill("#browse-form [name=q]", "风筝")
    page.locator("#browse-form .searchbar button").click()
    expect(page).to_have_url(re.compile(r"q="))
    expect(page.locator("#results .card").first).to_be_visible()
    start_draft(page, "无脚本")
    page.locator(f"{MAIN_FORM} [name=subject]").fill("无脚本的题材")
    page.locator(f"{MAIN_FORM} .form-actions button[name=preview]").click()
    expect(page.locator("#next li").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("无脚本的题材")


def test_the_keyboard_alone_leads_from_home_to_a_work(visit):
    page = visit("/")
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.getAttribute('href')")
    assert skip and skip.startswith("#")
    page.keyboard.press("Enter")

    def tab_to(condition: str) -> None:
        for _step in range(80):
            page.keyboard.press("Tab")
            if page.evaluate(
                f"(() => {{ const a = document.activeElement; return {condition}; }})()"
            ):
                return
        raise AssertionError(f"80 tabs do not reach {condition}")

    tab_to("a.matches('main a[href$=\"/works/\"]')")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/works/$"))
    tab_to("a.matches('#results .card a')")
    outline = page.evaluate(
        "getComputedStyle(document.activeElement.closest('.card')).outlineStyle"
    )
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/works/[0-9B-Z]{8}/$"))


def worker(platform: Platform) -> int | None:
    """The worker's process, a child of the platform's."""
    found = [pid for pid, line in children(platform.pid).items() if "db_worker" in line]
    return found[0] if found else None


def test_a_killed_worker_is_started_again_and_the_pictures_become_ready(visit, platform):
    page = visit("/", role="artist")
    start_draft(page, "后台断过")
    before = worker(platform)
    os.kill(before, signal.SIGSTOP)  # so that the picture surely waits
    page.set_input_files("[name=pictures]", [pixels("JPEG", "等待.jpg", "image/jpeg")])
    page.locator("form[action$='/photos/'] button.btn").last.click()
    page.wait_for_load_state()
    expect(page.locator(".photo-row")).to_have_count(1)
    expect(page.locator(".photo-row img")).to_have_count(0)
    os.kill(before, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and worker(platform) in {None, before}:
        time.sleep(0.2)
    assert worker(platform) not in {None, before}
    while time.monotonic() < deadline + 60 and not page.locator(".photo-row img").count():
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.locator(".photo-row img")).to_have_count(1)


def test_signing_in_with_a_wrong_password_says_so_and_keeps_the_address(visit):
    page = visit("/account/login/")
    page.fill("[name=login]", "nobody@demo.artmarket.example")
    page.fill("[name=password]", "wrong")
    page.click("main form button[type=submit]")
    expect(page.locator("main [role=alert] li")).to_have_count(1)
    expect(page.locator("[name=login]")).to_have_value("nobody@demo.artmarket.example")
    sign_in(page, "buyer")
    assert page.goto("/account/").status == 200
