"""The main job as a person does it: browse, list a work, have it registered, read its page.

Once in Chinese, once in English, against `make run`'s own program with its worker.
"""

import io
import re

import pytest
from playwright.sync_api import Page, expect

from catalog.demo.pictures import draw
from tests.browser.conftest import sign_in

TITLES = {"": "浮烟山放鸢图", "/en": "Kites above Fuyan Hill"}


def picture(view: str, seed: int) -> dict:
    buffer = io.BytesIO()
    draw("landscape", seed=seed, view=view, long_edge=900).convert("RGB").save(
        buffer, "JPEG", quality=85
    )
    return {"name": f"{view}.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def browse_to_a_work(page: Page, prefix: str) -> None:
    """Home → all works → one work with its number."""
    page.goto(f"{prefix}/")
    page.locator(f'.feature a[href="{prefix}/works/"]').click()
    expect(page).to_have_url(re.compile(rf"{prefix}/works/$"))
    card = page.locator(f'a[href^="{prefix}/works/"]:not([href*="?"])').filter(
        has_text=re.compile(r"\S")
    )
    numbered = [
        a for a in card.all() if re.search(r"/works/[0-9B-Z]{8}/$", a.get_attribute("href") or "")
    ]
    numbered[0].click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#verify .mono")).to_have_text(re.compile(r"^[0-9B-Z]{4}-[0-9B-Z]{4}$"))


def begin_draft(page: Page, prefix: str, title: str, seed: int) -> str:
    """A picture and a title are enough for a draft; returns the address of its form."""
    page.goto(f"{prefix}/desk/artist/works/new/")
    page.fill("[name=title]", title)
    page.set_input_files(
        "[name=pictures]", [picture(v, seed) for v in ("overall", "verso", "seal")]
    )
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(re.compile(r"/edit/$"))
    return page.url


def describe_pictures(page: Page) -> None:
    """Wait for the worker, then say what each picture shows."""
    for _attempt in range(60):
        if page.locator(".photo-row img").count() == 3:
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.locator(".photo-row img")).to_have_count(3)
    for index, view in enumerate(("overall", "verso", "seal")):
        row = page.locator(".photo-row").nth(index)
        row.locator("select[name$=-view]").select_option(view)
        if view == "overall":
            row.locator("[name$=-has_scale]").check()
        if view == "seal":
            row.locator("select[name$=-shows]").select_option("seal-1")
        row.locator("button").first.click()
        page.wait_for_load_state()


def describe_work(page: Page, title: str) -> None:
    """Fill in the ten answers and save."""
    form = page.locator("form", has=page.locator("[name=version]"))
    form.locator("[name=title]").fill(title)
    form.locator("[name=date_text]").fill("2024年")
    form.locator("[name=subject]").fill("山水")
    form.locator("[name=type_broad]").select_option("300033618")
    form.locator("[name=type_narrow]").select_option("300265079")
    form.locator("[name=materials][value='300015012']").check()
    form.locator("[name=techniques][value='300310141']").check()
    form.locator("[name=height]").fill("100")
    form.locator("[name=width]").fill("80")
    form.locator("[name=inscriptions-0-kind]").select_option("seal")
    form.locator("[name=inscriptions-0-text]").fill("青岚")
    form.locator("[name=features]").fill("右下角有一处细小折痕，长约两厘米")
    form.locator("[name=source_kind]").select_option("own_work")
    form.locator("button:not([name])").last.click()
    page.wait_for_load_state()
    expect(page.locator(".error")).to_have_count(0)


@pytest.mark.parametrize("prefix", ["", "/en"], ids=["zh", "en"])
def test_an_artist_lists_a_work_and_a_registrar_registers_it(visit, prefix):
    title = TITLES[prefix]
    page = visit(f"{prefix}/")
    expect(page.locator("html")).to_have_attribute("lang", "en" if prefix else "zh-CN")
    browse_to_a_work(page, prefix)

    sign_in(page, "artist", prefix)
    edit = begin_draft(page, prefix, title, seed=90 + len(prefix))
    describe_work(page, title)
    describe_pictures(page)
    expect(page.locator(".meter-label strong")).to_have_text("10 / 10")
    page.goto(edit.replace("/edit/", "/"))
    page.locator("#next form button.btn-primary").click()
    expect(page.locator("main")).to_contain_text(title)
    own = page.url

    desk = visit(f"{prefix}/")
    sign_in(desk, "registrar", prefix)
    desk.goto(f"{prefix}/desk/registrar/")
    desk.locator("table a", has_text=title).first.click()
    desk.locator("#decide button").click()
    expect(desk).to_have_url(re.compile(rf"{prefix}/works/[0-9B-Z]{{8}}/$"))
    public = desk.url

    reader = visit(public)
    expect(reader.locator("h1")).to_have_text(title)
    number = public.rstrip("/").rsplit("/", 1)[1]
    expect(reader.locator("#verify .mono")).to_have_text(f"{number[:4]}-{number[4:]}")
    reader.goto(f"{prefix}/works/?q={number[:4].lower()}%20{number[4:].lower()}")
    expect(reader.locator("main")).to_contain_text(title)
    page.goto(own)
    expect(page.locator("#next")).to_contain_text(number[:4])


def test_the_same_work_is_listed_without_script(visit):
    page = visit("/", script=False)
    sign_in(page, "artist")
    edit = begin_draft(page, "", "无脚本的一件", seed=7)
    describe_work(page, "无脚本的一件")
    page.goto(edit)
    expect(page.locator("[name=height]")).to_have_value("100")
