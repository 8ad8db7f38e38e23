"""An event from its draft to its door, in real browsers and in both languages.

Planned, written from blocks, sent back, approved by another, published at its hour; registered for,
its last place raced for, the waiting list moved, the ticket read from the screen and at the door.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.district.doing import (
    cancel,
    code_on,
    plan,
    promoted,
    race,
    register,
    scan,
    scene,
    sound,
    until,
    visitors_counted,
)
from tests.browser.district.editing import (
    change,
    dates_told,
    judge,
    refused_to_approve_his_own,
    schedule,
    send_back,
    write,
)

ASKED_FOR = "请写明几点放飞"


@pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])
def test_an_event_is_written_published_and_visited(stage, who, platform, language):
    at = scene(stage, who, platform, language)
    plan(at)
    write(at)
    refused_to_approve_his_own(at)
    send_back(at, ASKED_FOR)
    change(at)
    judge(at.approver, at, "approve")
    schedule(at)
    assert at.stranger.goto(at.url).status == 404  # approved, and its hour has not come
    assert stage(do="hour_comes", page=at.page) == {"live": False}
    until(at.stranger, at.url, lambda page: page.locator("#dates a[href*='/book/']").count() == 1)
    expect(at.stranger.locator("h1")).to_have_text(at.title)
    expect(at.stranger.locator("main")).to_contain_text(at.made["work"])
    sound(at, at.stranger)
    assert dates_told(at) == {at.starts}

    for n in (0, 1):
        register(at, n)
    _won, lost = race(at, 2, 3)
    cancel(at, 0)
    promoted(at, lost)
    code, before = code_on(at, lost), visitors_counted(at)
    scan(at, code)
    assert visitors_counted(at) == before + 1
    assert stage(do="audit")["code"] == 0
