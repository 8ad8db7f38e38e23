"""Deep zoom of a 100-megapixel picture on the work page, in a real browser and by a real worker."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable

import pytest
import pyvips
from playwright.sync_api import Page, expect

from artmarket.core.testing import PROJECT_DIR

from .conftest import Platform
from .looking import violations

PERCENT = re.compile(r"^\d+%$")
SIZE = (12_500, 8_000)  # a hundred megapixels
REGISTER = """
from pathlib import Path
from django.db.models import F
from catalog.models import WorkPhoto
from media.services.pictures import make_derivatives, receive_image
from media.services.pyramids import make_pyramid
shown = WorkPhoto.objects.filter(work__number__isnull=False, work__is_public=True)
work = shown.order_by("-work").first().work
with Path(PICTURE).open("rb") as file:
    image = receive_image(actor=work.created_by, file=file, name="large.jpg")
make_derivatives(image_id=image.pk, effort=0)
assert make_pyramid(image_id=image.pk) == "ready"
work.photos.update(position=F("position") + 1)
WorkPhoto.objects.create(work=work, image=image, alt="一亿像素", position=0)
print("made", work.number, image.uuid)
"""


@pytest.fixture(scope="module")
def large(platform: Platform, tmp_path_factory) -> tuple[str, str]:
    """A registered work whose first picture has a hundred megapixels: (number, image's id)."""
    file = tmp_path_factory.mktemp("large") / "large.jpg"
    small = pyvips.Image.gaussnoise(SIZE[0] // 10, SIZE[1] // 10, mean=128, sigma=40, seed=1)
    grey = small.resize(10, kernel="linear").cast("uchar")
    grey.bandjoin([grey.fliphor(), grey.flipver()]).copy(interpretation="srgb").jpegsave(
        str(file), Q=85
    )
    environment = os.environ | {
        "DATABASE_URL": platform.database_url,
        "VAR_DIR": str(platform.folder),
        "DJANGO_SETTINGS_MODULE": "artmarket.settings.local",
    }
    program = f"PICTURE = {str(file)!r}\n{REGISTER}"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", program],
        cwd=PROJECT_DIR, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    _made, number, uuid = next(x for x in done.stdout.splitlines() if x.startswith("made")).split()
    return number, uuid


def tiles_of(page: Page, uuid: str) -> list[tuple[int, int]]:
    """(full-size pixels that a tile covers, pixels it has) of every tile that came well."""
    found: list[tuple[int, int]] = []

    def heard(answer) -> None:
        parts = answer.url.partition(f"/iiif/3/{uuid}/")[2].split("/")
        if len(parts) == 4 and answer.status == 200:
            width = SIZE[0] if parts[0] == "full" else int(parts[0].split(",")[2])
            found.append((width, int(parts[1].split(",")[0])))

    page.on("response", heard)
    return found


def opened(page: Page) -> None:
    page.locator(".view-full:visible").first.click()
    page.wait_for_selector("dialog.zoom .openseadragon-canvas")


def test_zooming_in_brings_tiles_of_deeper_levels(visit: Callable, large):
    number, uuid = large
    page = visit(f"/works/{number}/")
    assert page.evaluate("typeof OpenSeadragon") == "undefined", "loaded before anybody asked"
    tiles = tiles_of(page, uuid)
    opened(page)
    expect(page.locator("dialog.zoom [role=status]")).to_have_text(PERCENT)
    page.wait_for_load_state("networkidle")
    coarse = max(covered / pixels for covered, pixels in tiles)
    assert coarse >= 8, tiles
    with page.expect_response(
        lambda a: f"{uuid}/" in a.url and ",512,512/512,512/" in a.url
    ) as deep:
        page.get_by_role("button", name="原尺寸").click()
    assert deep.value.status == 200
    assert min(covered / pixels for covered, pixels in tiles) == 1
    expect(page.locator("dialog.zoom [role=status]")).to_have_text("100%")


def test_keys_zoom_and_the_dialog_closes_where_it_was_opened(visit: Callable, large):
    number, uuid = large
    page = visit(f"/works/{number}/")
    tiles = tiles_of(page, uuid)
    opened(page)
    assert page.evaluate("document.activeElement.classList.contains('openseadragon-canvas')")
    before = page.locator("dialog.zoom [role=status]")
    expect(page.locator("dialog.zoom [role=status]")).to_have_text(PERCENT)
    whole = int(before.inner_text().rstrip("%"))
    for _ in range(8):
        page.keyboard.press("+")
    expect(before).not_to_have_text(f"{whole}%")
    page.wait_for_load_state("networkidle")
    assert len(tiles) > 0
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.zoom", state="detached")
    assert page.evaluate("document.activeElement.classList.contains('view-full')")


def test_the_open_viewer_is_clean_on_a_telephone_and_a_desk(visit: Callable, large):
    number, _uuid = large
    for width in (390, 1280):
        page = visit(f"/works/{number}/", width=width)
        opened(page)
        assert violations(page) == []


def test_without_script_the_largest_picture_is_a_link(visit: Callable, large):
    number, _uuid = large
    page = visit(f"/works/{number}/", script=False)
    # Followed without a browser: its own page of a picture has a style that our policy reports.
    address = page.get_attribute(".view-full >> nth=0", "href")
    assert page.request.get(address).headers["content-type"] == "image/jpeg"


def test_where_the_tiles_fail_the_largest_picture_opens(visit: Callable, large):
    number, _uuid = large
    page = visit(f"/works/{number}/")
    page.route("**/info.json", lambda route: route.fulfill(status=503))
    page.locator(".view-full:visible").first.click()
    page.wait_for_selector("dialog.zoom .zoom-pane img")


def test_the_manifest_is_linked_and_names_the_tiles(visit: Callable, platform: Platform, large):
    number, uuid = large
    page = visit(f"/works/{number}/")
    address = page.get_attribute('link[rel=alternate][type^="application/ld+json"]', "href")
    with urllib.request.urlopen(platform.url + address) as answer:
        manifest = json.load(answer)
    services = [c["items"][0]["items"][0]["body"]["service"][0]["id"] for c in manifest["items"]]
    assert f"{platform.url}/iiif/3/{uuid}" in services
