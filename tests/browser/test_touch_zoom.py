"""Two fingers on the picture: the viewer of the work page zooms in and asks for deeper tiles."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Platform
from .test_deep_zoom import PERCENT, large, opened, tiles_of

__all__ = ["large"]
STEPS = 12


@pytest.fixture
def telephone(platform: Platform, browser: Browser) -> Iterator[Page]:
    """A page on a screen that is touched, two pixels of it to each of the page's."""
    context = browser.new_context(
        base_url=platform.url,
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def pinch(page: Page, *, start: int, end: int) -> None:
    """Move two fingers on the picture from one distance to the other (pixels)."""
    box = page.locator("dialog.zoom .openseadragon-canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    client = page.context.new_cdp_session(page)

    def fingers(apart: float) -> list[dict]:
        return [{"x": x - apart / 2, "y": y, "id": 0}, {"x": x + apart / 2, "y": y, "id": 1}]

    def touch(kind: str, points: list[dict]) -> None:
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", fingers(start))
    for step in range(1, STEPS + 1):
        touch("touchMove", fingers(start + (end - start) * step / STEPS))
    touch("touchEnd", [])


def percent(page: Page) -> int:
    words = page.locator("dialog.zoom [role=status]")
    expect(words).to_have_text(PERCENT)
    return int(words.inner_text().rstrip("%"))


def test_two_fingers_zoom_in_and_out_and_bring_deeper_tiles(
    telephone: Page, large: tuple[str, str]
):
    page, (number, uuid) = telephone, large
    page.goto(f"/works/{number}/")
    tiles = tiles_of(page, uuid)
    opened(page)
    whole = percent(page)
    page.wait_for_load_state("networkidle")
    coarse = min(covered / pixels for covered, pixels in tiles)
    words = page.locator("dialog.zoom [role=status]")

    with page.expect_response(lambda a: f"/iiif/3/{uuid}/" in a.url and "/default." in a.url):
        pinch(page, start=60, end=300)
    expect(words).not_to_have_text(f"{whole}%")
    page.wait_for_load_state("networkidle")
    near = percent(page)
    assert near >= 3 * whole
    assert min(covered / pixels for covered, pixels in tiles) <= coarse / 2

    pinch(page, start=300, end=60)
    expect(words).not_to_have_text(f"{near}%")
    assert percent(page) < near
