"""Each block on a page and in the preview that editors see; no script gets out of rich text."""

import io
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image
from wagtail.rich_text import RichText

from cms.blocks import ArticleBlocks, EventBlocks, VersionBlocks, ViewingBlocks
from cms.models import ArticleIndexPage, ArticlePage, Picture
from cms.rich_text import cleaned
from tests.catalog.factories import registered
from tests.cms.editing import editor
from tests.cms.factories import PlaceFactory, RoomFactory

pytestmark = pytest.mark.django_db
KINDS = sorted(
    {
        (name, type(block).__name__)
        for stream in (EventBlocks, ViewingBlocks, VersionBlocks)
        for name, block in stream().child_blocks.items()
    }
)


def photograph(*, place: bool = False) -> Picture:
    """A picture of a page; with `place` its file says where it was taken."""
    image = Image.new("RGB", (1200, 800), "#8a6")
    exif = Image.Exif()
    if place:
        exif[0x8825] = {1: "N", 2: (36.0, 42.0, 30.0), 3: "E", 4: (119.0, 6.0, 0.0)}
        exif[0x010F] = "Maker of cameras"
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    picture = Picture(title="放飞", description="草地上的风筝", credit="示例作者")
    picture.file.save("flying.jpg", ContentFile(buffer.getvalue()), save=False)
    picture.width, picture.height = 1200, 800
    picture.save()
    return picture


def values() -> dict[str, object]:
    """A value for every kind of block that an article takes, and words that must be seen."""
    picture = photograph()
    work = registered()
    return {
        "heading": ("扎骨", "<h2>扎骨</h2>"),
        "text": (RichText("<p>一只<b>软翅</b>风筝</p>"), "<b>软翅</b>"),
        "picture": ({"picture": picture, "alt": "", "caption": "草地"}, 'alt="草地上的风筝"'),
        "gallery": (
            {"title": "两张", "pictures": [{"picture": picture, "alt": "甲", "caption": ""}] * 2},
            'alt="甲"',
        ),
        "quotation": ({"text": "风筝认风。", "who": "某人", "source": "某书"}, "风筝认风。"),
        "facts": ({"title": "要点", "facts": [{"label": "时长", "value": "一天"}]}, "时长"),
        "figure": (
            {"value": "128", "label": "件", "source": "登记册", "day": date(2026, 4, 1)},
            "登记册，数据日期2026年4月1日",
        ),
        "chart": (
            {
                "title": "春天最多", "unit": "人次", "source": "登记册",
                "rows": [{"label": "春", "value": 30}, {"label": "夏", "value": 15}],
            },
            '<rect class="bar" width="500" height="24" />',
        ),
        "notice": ({"date": date(2026, 4, 18), "title": "闭场", "text": "一天。"}, "闭场"),
        "call": ({"text": "", "label": "报名", "page": None, "link": "/events/"}, 'href="/events/"'),
        "work": ({"number": work.number, "caption": "说明"}, work.get_absolute_url()),
        "works": ({"title": "一排", "numbers": [work.number]}, work.get_absolute_url()),
    }  # fmt: skip


def article(body: list[tuple[str, object]]) -> ArticlePage:
    from cms.setup import set_up_site

    set_up_site()
    parent = ArticleIndexPage.objects.get(locale__language_code="zh-hans")
    page = ArticlePage(
        title="一篇", slug="one", day=date(2026, 4, 1), locale=parent.locale, body=body
    )
    parent.add_child(instance=page)
    return page


def test_every_block_of_an_article_is_seen(client):
    wanted = values()
    assert set(wanted) == set(ArticleBlocks().child_blocks)
    article([(name, value) for name, (value, _words) in wanted.items()])
    text = client.get("/news/one/").content.decode()
    missing = [name for name, (_value, words) in wanted.items() if words not in text]
    assert not missing


def test_the_map_numbers_places_as_the_list_beside_it(client):
    first = PlaceFactory(name="东园", latitude="36.700000", longitude="119.100000")
    second = PlaceFactory(name="西园", latitude="36.710000", longitude="119.090000")
    RoomFactory(place=first)
    from cms.blocks.pictures import MapBlock

    block = MapBlock()
    value = block.to_python({"title": "两处", "places": [second.pk, first.pk, 999_999]})
    text = block.render(value)
    assert text.count("<circle") == 2
    assert text.index("西园") < text.index("东园")
    assert '<span class="atlas-number">1</span><div><strong>西园</strong>' in text


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_every_block_has_a_preview_for_editors(client, name, kind):
    streams = (EventBlocks(), ViewingBlocks(), VersionBlocks())
    block = next(s.child_blocks[name] for s in streams if name in s.child_blocks)
    assert block.is_previewable
    assert str(block.get_description())
    client.force_login(editor())
    answer = client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert answer.status_code == 200, (name, kind)
    text = answer.content.decode()
    assert "district.css" in text
    assert text.split("<main", 1)[1].split(">", 1)[1].split("</main>")[0].strip()


SCRIPTS = {
    "a script": "<p>甲<script>alert(1)</script>乙</p>",
    "a handler": '<p onclick="alert(1)">甲</p>',
    "an address that runs": '<p><a href="javascript:alert(1)">甲</a></p>',
    "an address that hides": '<p><a href="jav&#09;ascript:alert(1)">甲</a></p>',
    "a frame": '<p>甲<iframe src="https://example.com"></iframe></p>',
    "a picture that fails": '<p>甲<img src=x onerror="alert(1)"></p>',
    "a drawing": "<p>甲<svg onload=alert(1)></svg></p>",
    "a comment": "<p>甲<!--><script>alert(1)</script>--></p>",
    "character data": "<p>甲<![CDATA[><script>alert(1)</script>]]></p>",
}


@pytest.mark.parametrize("words", SCRIPTS.values(), ids=SCRIPTS)
def test_no_script_comes_out_of_rich_text(client, words):
    article([("text", RichText(words))])
    text = client.get("/news/one/").content.decode()
    body = text.split('class="rich', 1)[1].split("</div>")[0]
    assert "甲" in body
    assert not any(
        bad in body.lower() for bad in ("alert(1)", "<script", "onerror", "<svg", "iframe")
    )


def test_what_editors_can_choose_stays():
    words = (
        '<h3>一</h3><p><b>二</b><a href="https://example.com/">三</a>'
        '<a id="4" linktype="page">四</a></p><ul><li>五</li></ul>'
    )
    assert cleaned(words) == words


def test_what_a_camera_wrote_is_not_in_what_is_shown():
    picture = photograph(place=True)
    with picture.file.open() as file:
        original = Image.open(file)
        assert not original.getexif().get_ifd(0x8825)
    for recipe in ("width-480", "width-480|format-avif", "fill-300x200|format-webp"):
        with picture.get_rendition(recipe).file.open() as file:
            shown = Image.open(file)
            assert not dict(shown.getexif()), recipe
            assert b"Maker of cameras" not in file.read()


def test_a_picture_is_offered_in_two_formats_with_its_measures(client):
    article([("picture", {"picture": photograph(), "alt": "换过的文字", "caption": ""})])
    text = client.get("/news/one/").content.decode()
    assert 'type="image/avif"' in text
    assert 'alt="换过的文字"' in text
    assert 'width="480"' in text and 'height="320"' in text and 'loading="lazy"' in text
