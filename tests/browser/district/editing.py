"""What editors, approvers and publishers do with a page in Wagtail's admin, in their language."""

import io
import os
from datetime import datetime, timedelta

from django.urls import reverse
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from artmarket.core.clock import SHANGHAI
from tests.browser.district.doing import Scene

BODY = "[data-contentpath='body']"


def edit_path(at: Scene) -> str:
    return f"/cms/pages/{at.page}/edit/"


def picture() -> dict:
    """Like no other: of two alike the chooser asks which one is meant."""
    buffer = io.BytesIO()
    Image.frombytes("RGB", (40, 30), os.urandom(3600)).resize((1200, 900)).save(buffer, "JPEG")
    return {"name": "kite.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


# ------------------------------------------------------------------ the editor


def write(at: Scene) -> None:
    """A page of an event, built from blocks, that tells of the programme."""
    page, said = at.editor, at.said
    page.goto(f"/cms/pages/{at.made['index']}/add_subpage/")
    page.locator("main a[href*='/cms/pages/add/cms/eventpage/']").first.click()
    page.fill("[name=title]", at.title)
    page.fill("[name=summary]", said("春天来的人最多（示例）"))
    choose_picture(at)
    choose_programme(at)
    for label, fill in (
        ("小标题", heading), ("正文", text), ("日程表", timetable), ("一件作品", work),
        ("引语", quotation),
    ):  # fmt: skip
        fill(at, add_block(page, said(label)))
    page.get_by_role("tab").nth(1).click()
    page.fill("[name=slug]", f"kite-evening-{at.serial}")
    page.get_by_role("tab").nth(0).click()
    submit(at)
    at.page = at.rows(f"SELECT id FROM wagtailcore_page WHERE slug = 'kite-evening-{at.serial}'")[
        0
    ][0]
    at.url = at.at(f"/events/kite-evening-{at.serial}/")


def choose_picture(at: Scene) -> None:
    """Upload a picture with its alternative text, from the page."""
    page = at.editor
    page.locator("#id_picture-chooser [data-chooser-action-choose]").first.click()
    box = page.locator(".modal-content")
    box.locator("[role=tab][href='#tab-upload']").click()
    box.locator("input[type=file]").set_input_files(picture())
    box.locator("[name$=-title]").fill("Kite")
    for name, words in {
        "description": "傍晚放飞的风筝", "description_en": "A kite at dusk",
        "licence": "自己拍摄", "licence_en": "Our own photograph",
    }.items():  # fmt: skip
        box.locator(f"[name$=-{name}]").fill(words)
    box.locator("#tab-upload [type=submit]").click()
    expect(page.locator("[name=picture]")).not_to_have_value("")
    expect(box).to_have_count(0)


def choose_programme(at: Scene) -> None:
    """Find the programme by its name."""
    page = at.editor
    page.locator("#id_programme-chooser [data-chooser-action-choose]").first.click()
    page.locator(".modal-content a", has_text=at.serial).click()
    expect(page.locator("[name=programme]")).to_have_value(f"{at.programme}")


def add_block(page: Page, label: str) -> Locator:
    """One more block at the end of the body."""
    count = int(page.locator("[name=body-count]").input_value())
    page.locator(f"{BODY} .c-sf-add-button").last.click()
    page.locator(".w-combobox__option").get_by_text(label, exact=True).click()
    return page.locator(f"[data-streamfield-child]:has(> [name='body-{count}-type'])")


def heading(at: Scene, block: Locator) -> None:
    block.locator("input[name$=-value]").fill(at.said("扎骨、糊面、绘彩"))


def text(at: Scene, block: Locator) -> None:
    block.locator("[role=textbox]").fill(at.said("周日照常开放。"))


def timetable(at: Scene, block: Locator) -> None:
    block.locator("[name$=-value-title]").fill(at.said("第一天"))
    block.locator("[name$=-rows-0-value-time]").fill("9:00")
    block.locator("[name$=-rows-0-value-what]").fill(at.said("扎骨"))


def work(at: Scene, block: Locator) -> None:
    block.locator("[name$=-value-number]").fill(at.made["number"])


def quotation(at: Scene, block: Locator) -> None:
    block.locator("[name$=-value-text]").fill(at.said("风筝认风，人认手艺。"))
    block.locator("[name$=-value-who]").fill(at.said("示例人物"))


def press(page: Page, selector: str) -> None:
    """Press one of the actions at the foot of the editor; the page that answers has loaded."""
    button = page.locator(selector)
    if not button.is_visible():
        page.locator("footer [data-w-dropdown-target='toggle']").click()
    with page.expect_navigation():
        button.click()


def submit(at: Scene) -> None:
    """Hand the page in."""
    press(at.editor, "[name=action-submit]")
    expect(at.editor.locator(".messages .success")).to_be_visible()


def change(at: Scene) -> None:
    """The editor does what the approver asked for, and hands it in again."""
    page = at.editor
    page.goto(edit_path(at))
    page.fill("[name=summary]", at.said("风筝认风，人认手艺。"))
    submit(at)


# ------------------------------------------------------------------ those who decide


def judge(page: Page, at: Scene, action: str) -> None:
    """Open the page from what waits for this person, and approve it."""
    page.goto("/cms/")
    page.get_by_role("link", name=at.title).first.click()
    page.wait_for_url(f"**{edit_path(at)}")
    press(page, f"[data-workflow-action-name={action}]:not([data-workflow-action-modal-url])")


def send_back(at: Scene, comment: str) -> None:
    """The approver sends it back and says why; the editor reads it."""
    page = at.approver
    page.goto(edit_path(at))
    button = page.locator("[data-workflow-action-name=reject]")
    if not button.is_visible():
        page.locator("footer [data-w-dropdown-target='toggle']").click()
    button.click()
    box = page.locator(".modal-content")
    box.locator("[name=comment]").fill(comment)
    with page.expect_navigation():
        box.locator("[type=submit]").click()
    at.editor.goto(edit_path(at))
    expect(at.editor.locator("body")).to_contain_text(comment)


def refused_to_approve_his_own(at: Scene) -> None:
    """The editor is in the approvers' group; of his own words he has no button to approve, and who
    presses one all the same reads why not."""
    page = at.editor
    page.goto(edit_path(at))
    expect(page.locator("[data-workflow-action-name=reject]")).to_have_count(1)
    expect(page.locator("[data-workflow-action-name=approve]")).to_have_count(0)
    task = at.rows(
        "SELECT s.id FROM wagtailcore_taskstate s JOIN wagtailcore_workflowstate w "
        f"ON w.current_task_state_id = s.id WHERE w.object_id = '{at.page}' "
        "AND w.status = 'in_progress'"
    )[0][0]
    answer = page.request.post(
        reverse("wagtailadmin_pages:workflow_action", args=[at.page, "approve", task]),
        form={
            "csrfmiddlewaretoken": page.locator("[name=csrfmiddlewaretoken]").first.input_value()
        },
        headers={"Referer": page.url},
    )
    assert at.said("最后修改这一页的人不能自己批准或发布它。") in answer.text()
    assert at.rows(f"SELECT status FROM wagtailcore_taskstate WHERE id = {task}") == [
        ("in_progress",)
    ]


def schedule(at: Scene) -> None:
    """The publisher sets the hour and publishes: the page waits for it."""
    page = at.publisher
    page.goto(edit_path(at))
    opens = page.locator("[data-a11y-dialog-show='schedule-publishing-dialog']").first
    if not opens.is_visible():
        page.locator("[data-side-panel-toggle=status]").click()
    opens.click()
    hour = datetime.now(SHANGHAI) + timedelta(days=1)
    page.fill("[name=go_live_at]", f"{hour:%Y-%m-%d %H:%M}")
    with page.expect_navigation():  # by the keyboard: the calendar lies on the button
        page.press("#schedule-publishing-dialog [type=submit]", "Enter")
    judge(page, at, "approve")


def dates_told(at: Scene) -> set[datetime]:
    """When the event begins: as its page, its data for machines and its calendar file say."""
    import json

    from icalendar import Calendar

    page = at.stranger
    page.goto(at.url)
    shown = page.locator("#dates time").first.get_attribute("datetime")
    told = json.loads(page.locator("script[type='application/ld+json']").first.text_content())
    (data,) = (one for one in told["@graph"] if one["@type"].endswith("Event"))
    href = page.locator("#dates a[href$='.ics']").first.get_attribute("href")
    (event,) = Calendar.from_ical(page.request.get(href).body()).walk("VEVENT")
    return {
        datetime.fromisoformat(shown), datetime.fromisoformat(data["startDate"]),
        event["DTSTART"].dt,
    }  # fmt: skip
