"""The registrar's desk of pictures found alike: two side by side, laid over each other, judged."""

import os
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from artmarket.core.testing import PROJECT_DIR

from .conftest import Platform
from .looking import overflow, violations

DESK = "/desk/registrar/alike/"
PAIRS = 2
FIND = f"""
from django.db.models import Q
from catalog.models import WorkPhoto
from media.models import Likeness
drawn = WorkPhoto.objects.filter(image__state="ready", work__number__isnull=False).order_by("work")
seen, shown = set(), []
for photo in drawn:
    if photo.work_id not in seen:
        seen.add(photo.work_id)
        shown.append(photo.image)
taken = Likeness.objects.values_list("first", "second")
made = []
for pair in zip(shown[::2], shown[1::2]):
    first, second = sorted(pair, key=lambda image: image.pk)
    if len(made) < {PAIRS} and (first.pk, second.pk) not in taken:
        made.append(Likeness.objects.create(first=first, second=second, distance=24, inliers=88))
print("made", *(pair.pk for pair in made))
"""


@pytest.fixture(scope="module")
def pairs(platform: Platform) -> list[int]:
    """Two pairs that wait, made of the demonstration's own pictures; newest first."""
    environment = os.environ | {
        "DATABASE_URL": platform.database_url,
        "VAR_DIR": str(platform.folder),
        "DJANGO_SETTINGS_MODULE": "artmarket.settings.local",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", FIND],
        cwd=PROJECT_DIR, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = next(x for x in done.stdout.splitlines() if x.startswith("made")).split()[1:]
    assert len(made) == PAIRS
    return [int(pk) for pk in reversed(made)]


def desk_with(visit: Callable, pk: int, **how) -> Page:
    """The desk's page on which that pair stands."""
    page = visit(DESK, role="registrar", **how)
    while page.locator(f"#pair-{pk}").count() == 0:
        page.get_by_role("link", name="下一页").click()
    return page


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_desk_is_clean_in_both_themes_and_widths(visit, pairs, prefix, width, theme):
    page = visit(prefix + DESK, role="registrar", width=width, theme=theme)
    expect(page.locator("picture-pair")).not_to_have_count(0)
    assert violations(page) == [] and overflow(page, width) == []


def test_the_pictures_stand_side_by_side_and_the_buttons_clear_of_them(visit, pairs):
    page = desk_with(visit, pairs[0])
    pair = page.locator(f"#pair-{pairs[0]} picture-pair")
    tools = pair.locator(".actions").bounding_box()
    left, right = (pair.locator(".pair-side").nth(n).bounding_box() for n in (0, 1))
    assert left["y"] == right["y"] and left["x"] + left["width"] < right["x"]
    assert left["y"] - (tools["y"] + tools["height"]) >= 12


def test_one_picture_is_laid_over_the_other_with_its_strength(visit, pairs):
    page = desk_with(visit, pairs[0], width=360)
    pair = page.locator(f"#pair-{pairs[0]} picture-pair")
    top = pair.locator(".pair-side").nth(1)
    pair.get_by_role("button", name="重叠比较").click()
    expect(pair).to_have_class(re.compile("pair-laid"))
    under, over = pair.locator(".pair-side").evaluate_all(
        "sides => sides.map((side) => side.getBoundingClientRect()).map((at) => [at.x, at.y])"
    )  # both at once: the page may still be scrolling
    assert under == over
    expect(top).to_have_css("opacity", "0.5")
    strength = pair.get_by_role("slider", name="上层图片的浓淡")
    strength.fill("80")
    expect(top).to_have_css("opacity", "0.8")
    assert violations(page) == []
    flicker = pair.get_by_role("button", name="交替显示")
    flicker.click()
    expect(flicker).to_have_attribute("aria-pressed", "true")
    expect(top).to_have_css("opacity", "0")
    expect(top).to_have_css("opacity", "1")
    flicker.click()
    pair.get_by_role("button", name="重叠比较").click()
    expect(top).to_have_css("opacity", "1")


@pytest.mark.parametrize(("number", "script"), [(0, True), (1, False)])
def test_a_pair_is_judged_and_leaves_the_desk(
    visit: Callable, platform: Platform, pairs: list[int], number: int, script: bool
):
    pk = pairs[number]
    page = desk_with(visit, pk, script=script)
    form = page.locator(f"#pair-{pk} form")
    form.get_by_label("结论").select_option("not_alike")
    form.get_by_label("说明").fill("两件作品，同一间工作室")
    form.get_by_role("button", name="记下结论").click()
    expect(page.get_by_text("已记下：")).to_be_visible()
    expect(page.locator(f"#pair-{pk}")).to_have_count(0)
    kept = platform.rows(
        "SELECT l.verdict, l.note, u.email FROM media_likeness l JOIN accounts_user u"
        f" ON u.id = l.judged_by_id WHERE l.id = {pk}"
    )
    assert [row[:2] for row in kept] == [("not_alike", "两件作品，同一间工作室")]
    assert kept[0][2].startswith("registrar@")
