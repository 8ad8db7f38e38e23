"""Pictures on the artist's desk: chosen, dropped, pasted; their progress, refusals and accidents.

On drafts of their own, by the platform's own program; what the server kept is asked of its database.
"""

import base64
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

from .conftest import Platform
from .looking import overflow, violations

SIZE = (400, 300)
SLOW = 400_000  # bytes a second
NEW = "/desk/artist/works/new/"
DROP = """async ([files, selector]) => {
  const bag = new DataTransfer();
  for (const { name, type, content } of files) {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    bag.items.add(new File([bytes], name, { type, lastModified: 1 }));
  }
  const zone = document.querySelector(selector);
  for (const kind of ["dragenter", "dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: bag, bubbles: true, cancelable: true }));
  }
}"""
PASTE = """async (content) => {
  const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
  const item = new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) });
  await navigator.clipboard.write([item]);
}"""
WORDS = {
    "": {
        "send": "上传照片",
        "save": "保存草稿",
        "title": "名称",
        "done": "{}个已收下。",
        "some": "{}个没有收下",
        "dismiss": "知道了",
        "kind": "这里只收JPEG、PNG、WebP、AVIF、TIFF和HEIC图片。",
        "mismatch": "文件名以“.jpg”结尾，内容却是PNG图片。",
    },
    "/en": {
        "send": "Upload photographs",
        "save": "Save draft",
        "title": "Title",
        "done": "Received: {}.",
        "some": "Not received: {}",
        "dismiss": "Dismiss",
        "kind": "Only JPEG, PNG, WebP, AVIF, TIFF and HEIC pictures are accepted here.",
        "mismatch": "PNG",
    },
}


def picture(ending: str = "JPEG", size: tuple[int, int] = SIZE) -> bytes:
    """A small picture of noise, another one each time: nobody finds it alike to anything."""
    out = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(out, ending)
    return out.getvalue()


def heavy() -> bytes:
    """A picture of two megabytes that no packing makes smaller."""
    out = io.BytesIO()
    Image.effect_noise((1600, 1300), 90).save(out, "PNG")
    return out.getvalue()


def chosen(name: str, content: bytes, kind: str = "image/jpeg") -> dict:
    return {"name": name, "mimeType": kind, "buffer": content}


def dropped(name: str, content: bytes, kind: str = "image/jpeg") -> dict:
    return {"name": name, "type": kind, "content": base64.b64encode(content).decode()}


class Kept:
    """What the platform keeps of one draft and of its painter."""

    def __init__(self, platform: Platform, work: int) -> None:
        self.platform, self.work = platform, work

    def names(self) -> list[str]:
        """The file names of the draft's pictures in their order."""
        rows = self.platform.rows(
            "SELECT i.original_name FROM catalog_workphoto p JOIN media_image i ON i.id = p.image_id"
            f" WHERE p.work_id = {self.work} ORDER BY p.position, p.id"
        )
        return [name for (name,) in rows]

    def images(self) -> int:
        """How many rows of pictures there are, half-done ones included."""
        return self.platform.rows("SELECT count(*) FROM media_image")[0][0]

    def loose(self) -> int:
        """Pictures of nothing: rows that never ended, or that no work shows, by file name."""
        return self.platform.rows(
            "SELECT count(*) FROM media_image i LEFT JOIN catalog_workphoto p ON p.image_id = i.id"
            " WHERE i.original_name LIKE 'kite-%' AND (p.id IS NULL OR i.state = 'receiving')"
        )[0][0]

    def files(self) -> set[Path]:
        """All files of the platform's private storage, and uploads under way."""
        folder = self.platform.folder
        return {p for part in ("private", "incoming") for p in (folder / part).rglob("*.*")}


@pytest.fixture
def draft(visit: Callable, platform: Platform) -> Iterator[Callable]:
    """Open the form of a new draft without pictures: draft(width=…, prefix=…) → (page, Kept)."""

    def begun(prefix: str = "", **how) -> tuple[Page, Kept]:
        page = visit(prefix + NEW, role="artist", **how)
        page.fill("[name=title]", "浮烟山试传")
        page.get_by_role("button", name=WORDS[prefix]["save"]).click()
        page.wait_for_url(re.compile(r"/works/\d+/edit/"))
        work = int(re.search(r"/works/(\d+)/edit/", page.url).group(1))
        return page, Kept(platform, work)

    return begun


def field(page: Page):
    return page.locator("file-drop input[type=file]")


def send(page: Page, prefix: str = "") -> None:
    page.get_by_role("button", name=WORDS[prefix]["send"], exact=True).click()


def slow(page: Page, rate: int = SLOW) -> Callable[[int], None]:
    """Let bytes leave at this rate only; the answer changes the rate, -1 for as fast as can be."""
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")

    def at(rate: int) -> None:
        client.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": rate},
        )

    at(rate)
    return at


def travelled(page: Page, *, beyond: float) -> float:
    """Wait until the bar of the file under way is past that share; the share it shows then."""
    bar = page.locator(".drop-sending progress")
    for _ in range(400):
        if (share := bar.evaluate("bar => bar.value")) > beyond:
            return share
        page.wait_for_timeout(25)
    raise AssertionError(f"the bar stays at {share}")


def uploads(page: Page) -> list[Request]:
    """The requests that carry a picture, as they begin."""
    found: list[Request] = []
    page.on(
        "request",
        lambda r: found.append(r) if r.method == "POST" and r.url.endswith("/photos/") else None,
    )
    return found


@pytest.mark.parametrize(("prefix", "width"), [("", 1280), ("", 390), ("/en", 390)])
def test_several_chosen_files_go_in_one_by_one(draft, prefix, width):
    page, kept = draft(prefix, width=width)
    page.fill("[name=title]", "正在写的题名")
    sent = uploads(page)
    field(page).set_input_files([chosen(f"kite-{n}.jpg", picture()) for n in (1, 2, 3)])
    expect(page.locator(".drop-list li")).to_have_count(3)
    assert violations(page) == []
    send(page, prefix)
    expect(page.locator(".drop-state")).to_contain_text(WORDS[prefix]["done"].format(3))
    expect(page.locator(".photo-row")).to_have_count(3)
    assert kept.names() == ["kite-1.jpg", "kite-2.jpg", "kite-3.jpg"]
    assert len(sent) == 3
    expect(page.locator(".drop-list")).to_be_hidden()
    assert page.input_value("[name=title]") == "正在写的题名", "what was being typed stays"
    expect(page.locator(".photo-row img")).to_have_count(3, timeout=90_000)
    assert violations(page) == [] and overflow(page, width) == []


@pytest.mark.parametrize(("prefix", "width"), [("", 1280), ("/en", 390)])
def test_of_five_dropped_two_are_refused_with_words_and_three_go_in(draft, prefix, width):
    page, kept = draft(prefix, width=width)
    said = WORDS[prefix]
    files = [
        dropped("kite-1.jpg", picture()),
        dropped("kite-2.jpg", picture("PNG")),  # says JPEG, is PNG
        dropped("kite-3.png", picture("PNG"), "image/png"),
        dropped("kite-4.pdf", b"%PDF-1.7", "application/pdf"),
        dropped("kite-5.jpg", picture()),
    ]
    page.evaluate(DROP, [files, ".drop-zone"])
    refused = page.locator(".drop-refused li")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("kite-4.pdf")
    expect(refused).to_contain_text(said["kind"])
    send(page, prefix)
    expect(page.locator(".drop-state")).to_contain_text(said["done"].format(3))
    expect(page.locator(".drop-state")).to_contain_text(said["some"].format(1))
    expect(refused.last).to_contain_text("kite-2.jpg")
    expect(refused.last).to_contain_text(said["mismatch"])
    rule = refused.last.get_by_role("link")
    assert rule.get_attribute("href") == f"{prefix}/rules/media.formats/"
    assert kept.names() == ["kite-1.jpg", "kite-3.png", "kite-5.jpg"] and kept.loose() == 0
    assert violations(page) == [] and overflow(page, width) == []
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_role("button", name=f"{said['dismiss']} kite-4.pdf").click()
    page.get_by_role("button", name=f"{said['dismiss']} kite-2.jpg").click()
    expect(page.locator(".drop-refused")).to_be_hidden()
    assert field(page).evaluate("input => input === document.activeElement")


def test_a_picture_in_the_clipboard_is_pasted_and_goes_in(draft, platform):
    page, kept = draft()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.bring_to_front()
    page.evaluate(PASTE, base64.b64encode(picture("PNG")).decode())
    page.locator("h1").click()
    page.keyboard.press("Control+V")
    expect(page.locator(".drop-list li")).to_have_count(1)
    expect(page.locator(".drop-list li img")).to_be_visible()
    send(page)
    expect(page.locator(".photo-row")).to_have_count(1)
    assert kept.names() == ["image.png"]


def test_a_file_over_the_cap_is_refused_before_a_byte_travels(draft):
    page, kept = draft()
    sent = uploads(page)
    cap = int(page.locator("file-drop").get_attribute("data-max"))
    page.evaluate(
        """([cap]) => {
          const bag = new DataTransfer();
          bag.items.add(new File([new Uint8Array(cap + 1)], "kite-huge.jpg", { type: "image/jpeg" }));
          const zone = document.querySelector(".drop-zone");
          zone.dispatchEvent(new DragEvent("drop", { dataTransfer: bag, bubbles: true }));
        }""",
        [cap],
    )
    expect(page.locator(".drop-refused li")).to_contain_text(f"文件太大，最多{cap / 1e6:.1f} MB。")
    expect(page.locator(".drop-list")).to_be_hidden()
    assert sent == [] and kept.names() == []


def test_the_bar_rises_while_bytes_travel_and_a_cancel_keeps_nothing(draft):
    page, kept = draft()
    field(page).set_input_files(
        [chosen("kite-7.png", heavy(), "image/png"), chosen("kite-8.jpg", picture())]
    )
    slow(page)
    files, images = kept.files(), kept.images()
    send(page)
    bar = page.locator(".drop-sending progress")
    expect(bar).to_have_attribute("aria-label", "正在上传 kite-7.png")
    expect(page.locator(".drop-state")).to_have_text("正在上传第1个，共2个")
    share = travelled(page, beyond=0.1)
    assert violations(page) == []
    travelled(page, beyond=share)
    page.get_by_role("button", name="取消 kite-7.png").click()
    expect(page.locator(".drop-state")).to_contain_text("1个已收下。", timeout=30_000)
    expect(page.locator(".photo-row")).to_have_count(1)
    assert kept.names() == ["kite-8.jpg"], "the next one went in"
    assert kept.images() == images + 1 and kept.loose() == 0
    new = {p.suffix for p in kept.files() - files}
    assert ".png" not in new and ".upload" not in new


def test_stopping_keeps_what_was_not_sent_and_a_second_press_sends_it(draft):
    page, kept = draft(width=390)
    field(page).set_input_files(
        [chosen("kite-9.png", heavy(), "image/png"), chosen("kite-10.jpg", picture())]
    )
    rate = slow(page)
    send(page)
    travelled(page, beyond=0.1)
    page.get_by_role("button", name="停止上传").click()
    expect(page.locator(".drop-state")).to_contain_text("已停止上传。")
    expect(page.locator(".drop-state")).to_contain_text("还有2个没有上传")
    expect(page.locator(".drop-list li")).to_have_count(2)
    assert kept.names() == [] and kept.loose() == 0
    rate(-1)
    send(page)
    expect(page.locator(".drop-state")).to_contain_text("2个已收下。")
    assert kept.names() == ["kite-9.png", "kite-10.jpg"]


def test_two_clicks_send_once(draft):
    page, kept = draft()
    sent = uploads(page)
    field(page).set_input_files([chosen("kite-11.jpg", picture())])
    page.get_by_role("button", name="上传照片", exact=True).dblclick()
    expect(page.locator(".photo-row")).to_have_count(1)
    expect(page.locator(".drop-state")).to_contain_text("1个已收下。")
    assert len(sent) == 1 and kept.names() == ["kite-11.jpg"]


def test_a_session_that_ends_loses_nothing_and_after_sign_in_it_goes_on(draft, session_of):
    page, kept = draft()
    page.fill("[name=title]", "还没保存的题名")
    field(page).set_input_files([chosen(f"kite-{n}.jpg", picture()) for n in (12, 13)])
    page.context.clear_cookies()
    send(page)
    state = page.locator(".drop-state")
    expect(state).to_contain_text("登录已过期，这一步没有执行。")
    expect(state).to_contain_text("还有2个没有上传")
    link = state.get_by_role("link", name="登录（新窗口）")
    assert link.get_attribute("target") == "_blank"
    assert violations(page) == []
    expect(page.locator(".drop-list li")).to_have_count(2)
    assert page.input_value("[name=title]") == "还没保存的题名" and kept.names() == []
    page.context.add_cookies(session_of("artist")["cookies"])
    send(page)
    expect(state).to_contain_text("2个已收下。")
    assert kept.names() == ["kite-12.jpg", "kite-13.jpg"]
    assert page.input_value("[name=title]") == "还没保存的题名"


def test_a_lost_connection_is_told_and_the_file_can_be_sent_again(draft):
    page, kept = draft()
    field(page).set_input_files([chosen("kite-14.jpg", picture())])
    page.context.set_offline(True)
    send(page)
    expect(page.locator(".drop-state")).to_contain_text("连接中断，没有传上去。")
    expect(page.locator(".drop-list li")).to_have_count(1)
    page.context.set_offline(False)
    send(page)
    expect(page.locator(".drop-state")).to_contain_text("1个已收下。")
    assert kept.names() == ["kite-14.jpg"]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_new_work_begins_once_also_when_a_picture_is_refused(visit, platform, prefix):
    page = visit(prefix + NEW, role="artist", width=390)
    count = "SELECT count(*) FROM catalog_work"
    before = platform.rows(count)[0][0]
    page.fill("[name=title]", "浮烟山试传")
    field(page).set_input_files(
        [chosen("kite-15.jpg", picture()), chosen("kite-16.jpg", picture("PNG"))]
    )
    page.get_by_role("button", name=WORDS[prefix]["save"]).click()
    expect(page.locator(".drop-refused li")).to_contain_text("kite-16.jpg")
    expect(page.locator(".drop-refused li")).to_contain_text(WORDS[prefix]["mismatch"])
    expect(page.locator(".drop-state a")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name=WORDS[prefix]["save"]).click()
    page.wait_for_url(re.compile(r"/works/\d+/edit/"))
    work = int(re.search(r"/works/(\d+)/edit/", page.url).group(1))
    assert platform.rows(count)[0][0] == before + 1
    assert Kept(platform, work).names() == ["kite-15.jpg"]


def test_a_new_work_with_good_pictures_opens_its_form(visit, platform):
    page = visit(NEW, role="artist")
    page.fill("[name=title]", "浮烟山试传")
    field(page).set_input_files([chosen(f"kite-{n}.jpg", picture()) for n in (17, 18)])
    page.get_by_role("button", name="保存草稿").click()
    page.wait_for_url(re.compile(r"/works/\d+/edit/"))
    expect(page.locator(".photo-row")).to_have_count(2)


def test_without_script_the_form_takes_the_good_and_names_the_refused(visit, platform):
    page = visit(NEW, role="artist", script=False)
    page.fill("[name=title]", "浮烟山试传")
    field(page).set_input_files(
        [chosen("kite-19.jpg", picture()), chosen("kite-20.jpg", picture("PNG"))]
    )
    page.get_by_role("button", name="保存草稿").click()
    page.wait_for_url(re.compile(r"/works/\d+/edit/"))
    expect(page.locator(".photo-row")).to_have_count(1)
    expect(page.get_by_text("kite-20.jpg：文件名以“.jpg”结尾")).to_be_visible()
