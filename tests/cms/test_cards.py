"""Share cards: drawn for each page, in both scripts, of bounded size, new when the page changes."""

import io
import zlib
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image

from cms import cards
from cms.card_drawing import HEIGHT, MOST_BYTES, PICTURE, WIDTH, Card, draw, wrapped
from cms.models import Picture
from tests.cms.factories import SessionFactory, event_page, in_english

LONG = "潍坊风筝与仿古铜工艺展，从十笏园到创意西街的一百件作品、十位手艺人和他们的师傅的故事" * 3


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def noise(width=700, height=900) -> bytes:
    kept = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(kept, "JPEG")
    return kept.getvalue()


def picture_of(content: bytes, name="noise.jpg") -> Picture:
    return Picture.objects.create(title="图", file=ContentFile(content, name))


# ------------------------------------------------------------------ the drawing


def measure(text: str) -> float:
    """A Chinese character is two wide, a Latin one is one."""
    return sum(2 if ord(c) >= 0x2E80 else 1 for c in text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("风筝展", ["风筝展"]),
        ("风筝与仿古铜", ["风筝与仿", "古铜"]),
        ("风筝与仿，古铜", ["风筝与", "仿，古铜"]),  # a comma begins no line
        ("kite and bronze", ["kite and", "bronze"]),
        ("incomprehensibly", ["incompre", "hensibly"]),
        ("风筝风筝风筝风筝风筝风筝", ["风筝风筝", "风筝风…"]),
        ("", []),
    ],
)
def test_words_break_where_each_script_allows(text, lines):
    assert wrapped(text, 8, measure, 2) == lines


@pytest.mark.parametrize(
    "title", ["短", LONG, "Kite-making evenings at the Ten-Tablet Garden " * 5, "W" * 300]
)
def test_a_card_has_its_size_and_weight_whatever_the_title(title):
    content = draw(Card(title, "活动", ("2027年3月1日", LONG), "潍城艺术", noise()))
    assert opened(content).size == (WIDTH, HEIGHT)
    assert len(content) <= MOST_BYTES


def test_a_long_title_leaves_the_margin_and_the_picture_alone():
    image = opened(draw(Card(LONG, "活动", (LONG, LONG), "潍城艺术")))
    right = image.crop((WIDTH - 40, 0, WIDTH, HEIGHT))
    bottom = image.crop((0, HEIGHT - 40, WIDTH, HEIGHT))
    assert len(right.getcolors(9)) == len(bottom.getcolors(9)) == 1


def test_a_picture_that_cannot_be_read_is_left_out():
    plain = draw(Card("题"))
    assert draw(Card("题", picture=b"no picture")) == plain
    assert draw(Card("题", picture=noise())) != plain


def test_a_smaller_card_is_the_same_card():
    assert opened(draw(Card("题"), width=300)).size == (300, 158)


# ------------------------------------------------------------------ the page's card


@pytest.fixture
def page(db):
    return event_page(SessionFactory().programme, title="扎风筝", slug="kites")


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def path_of(page) -> str:
    return cards.address_of(fresh(page)).url.split("8000", 1)[-1]


def test_a_card_is_drawn_once_and_kept_for_ever(client, page, monkeypatch):
    answer = client.get(path_of(page))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert opened(answer.content).size == (WIDTH, HEIGHT)
    monkeypatch.setattr(cards, "draw", None)  # drawing again would fail
    assert client.get(path_of(page)).content == answer.content


def test_the_address_follows_the_content_and_the_old_file_goes(client, page):
    old = path_of(page)
    client.get(old)
    page.title = "扎更大的风筝"
    page.save()
    new = path_of(page)
    assert new != old
    moved = client.get(old)
    assert (moved.status_code, moved["Location"].split("8000", 1)[-1]) == (302, new)
    client.get(new)
    _folders, names = default_storage.listdir(f"cards/{page.pk}")
    assert [f"/cards/{page.pk}/{name}" for name in names] == [new]


def test_a_changed_date_makes_a_new_card(page):
    old = path_of(page)
    first = page.programme.sessions.get().starts_at
    SessionFactory(programme=page.programme, starts_at=first + timedelta(days=1))
    assert path_of(page) != old


def test_the_short_address_leads_to_the_card(client, page):
    answer = client.get(reverse("cms:card", args=[page.pk]))
    assert (answer.status_code, answer["Location"].split("8000", 1)[-1]) == (302, path_of(page))


def test_only_known_widths_are_drawn(client, page):
    small = cards.address_of(fresh(page), most_width=700)
    assert (small.width, small.height) == (600, 315)
    assert cards.address_of(fresh(page), most_width=200) is None
    wild = path_of(page).replace("-1200", "-1201")
    assert client.get(wild).status_code == 302
    assert not default_storage.exists(wild.lstrip("/"))


def test_pages_that_are_not_public_have_no_card(client, page):
    path = path_of(page)
    page.unpublish()
    assert client.get(path).status_code == 404
    assert client.get("/cards/999999/").status_code == 404


def test_the_card_of_a_page_shows_its_picture(client, page):
    red = io.BytesIO()
    Image.new("RGB", (900, 900), (200, 10, 10)).save(red, "JPEG")
    page.picture = picture_of(red.getvalue())
    page.save()
    image = opened(client.get(path_of(page)).content)
    seen = image.getpixel((WIDTH - PICTURE // 2, HEIGHT // 2))
    assert seen[0] > 150 and seen[1] < 60


def test_a_page_whose_picture_is_gone_still_has_a_card(client, page):
    page.picture = picture_of(noise())
    page.save()
    default_storage.delete(page.picture.file.name)
    assert client.get(path_of(page)).status_code == 200


def test_each_language_has_a_card_of_its_own(page):
    english = in_english(page, "Kite making")
    path = path_of(english)
    assert path.startswith("/en/cards/")
    words = cards.words_of(fresh(english))
    assert words.title == "Kite making"
    assert "March" in " ".join(words.lines) or "20" in " ".join(words.lines)
    first, second = Client().get(path), Client().get(path_of(page))
    assert zlib.crc32(first.content) != zlib.crc32(second.content)
