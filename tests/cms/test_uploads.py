"""Pictures and documents of editors: what they are is told by their content; traces are removed."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.documents.models import Document

from artmarket import rulebook
from cms.metadata import without_traces
from cms.models import Picture
from tests.factories import UserFactory
from tests.media.papers import a_pdf, opens_with_script

from .editing import editor, signed_in

pytestmark = pytest.mark.django_db
GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def photograph(kind: str = "JPEG", *, turn: int = 6, size=(64, 48)) -> bytes:
    """A picture with a place, a camera and a turn."""
    exif = Image.Exif()
    exif[MAKE] = "Kamera 3000"
    exif[ORIENTATION] = turn
    exif.get_ifd(GPS).update({1: "N", 2: (36.0, 42.0, 33.0), 3: "E", 4: (119.0, 6.0, 3.0)})
    file = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, kind, exif=exif)
    return file.getvalue()


def upload(user, data: bytes, name: str, mime: str = "image/jpeg", **changes):
    fields = {
        "title": "城墙", "description": "傍晚的城墙", "licence": "本馆拍摄", "tags": "",
        "file": SimpleUploadedFile(name, data, mime),
    }  # fmt: skip
    return signed_in(user).post(reverse("wagtailimages:add"), fields | changes)


def words(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("turn", [1, 6])
def test_traces_are_taken_out_and_no_pixel_changes(kind, turn):
    data = photograph(kind, turn=turn)
    assert b"Kamera 3000" in data
    bare = without_traces(data)
    assert b"Kamera" not in bare
    with Image.open(BytesIO(data)) as before, Image.open(BytesIO(bare)) as after:
        assert after.tobytes() == before.tobytes()
        assert dict(after.getexif().get_ifd(GPS)) == {}
        assert after.getexif().get(ORIENTATION, 1) == turn
    assert without_traces(bare) == bare


def test_a_second_picture_behind_the_first_goes_with_its_place():
    bare = without_traces(photograph(turn=1) + photograph(turn=1))
    assert bare == without_traces(photograph(turn=1))


@pytest.mark.parametrize("how", [{"progressive": True}, {"quality": 95}])
def test_pictures_of_many_scans_stay_whole(how):
    file = BytesIO()
    Image.effect_noise((200, 160), 90).convert("RGB").save(file, "JPEG", comment=b"geheim", **how)
    bare = without_traces(file.getvalue())
    assert b"geheim" not in bare
    with Image.open(file) as before, Image.open(BytesIO(bare)) as after:
        assert after.tobytes() == before.tobytes()


def test_what_is_hidden_after_a_picture_goes_too():
    bare = without_traces(photograph(turn=1) + b"<script>alert(1)</script>")
    assert b"script" not in bare


def test_a_picture_is_kept_without_the_place_where_it_was_taken():
    answer = upload(editor(), photograph(), "wall.jpg")
    assert answer.status_code == 302, words(answer)[:3000]
    row = Picture.objects.get()
    with row.file.storage.open(row.file.name) as stored:
        data = stored.read()
    assert b"Kamera" not in data
    assert row.file_size == len(data)
    with Image.open(BytesIO(data)) as kept:
        assert dict(kept.getexif().get_ifd(GPS)) == {}
    rendition = row.get_rendition("width-32")
    with rendition.file.open("rb") as shown, Image.open(shown) as small:
        assert not dict(small.getexif())
        assert small.height > small.width  # upright


def test_a_text_that_calls_itself_a_picture_is_refused_in_words():
    answer = upload(editor(), b"<html><script>alert(1)</script></html>", "wall.jpg")
    assert answer.status_code == 200
    assert not Picture.objects.exists()
    assert "errorlist" in words(answer) or "error-message" in words(answer)


def test_a_picture_of_another_kind_than_its_name_says_is_refused():
    answer = upload(editor(), photograph("PNG"), "wall.jpg")
    assert answer.status_code == 200
    assert not Picture.objects.exists()


def test_a_page_hidden_in_a_picture_is_refused():
    data = photograph()[:-2] + b"\xff\xd9" + b"<script>alert(document.cookie)</script>"
    answer = upload(editor(), data, "wall.jpg")
    assert answer.status_code == 200
    assert not Picture.objects.exists()


def test_the_rule_book_says_how_large_a_picture_may_be(settings):
    settings.RULE_OVERRIDES = {"content.pictures_max_bytes": 65_536}
    assert rulebook.get("content.pictures_max_bytes") == 65_536
    data = photograph() + b""
    file = BytesIO()
    Image.effect_noise((400, 400), 100).convert("RGB").save(file, "PNG")
    assert len(file.getvalue()) > 65_536
    answer = upload(editor(), file.getvalue(), "noise.png", "image/png")
    assert answer.status_code == 200
    assert "超过上限" in words(answer)
    assert not Picture.objects.exists()
    assert upload(editor(), data, "wall.jpg").status_code == 302


@pytest.mark.parametrize("missing", ["description", "licence"])
def test_words_for_those_who_do_not_see_it_and_a_licence_are_asked_for(missing):
    answer = upload(editor(), photograph(), "wall.jpg", **{missing: ""})
    assert answer.status_code == 200
    assert not Picture.objects.exists()


def test_several_at_once_wait_for_their_words():
    url = reverse("wagtailimages:add_multiple")
    file = SimpleUploadedFile("wall.jpg", photograph(), "image/jpeg")
    client = signed_in(editor())
    answer = client.post(url, {"title": "城墙", "files[]": file}).json()
    assert answer["success"] is True
    assert not Picture.objects.exists()
    fake = SimpleUploadedFile("wall.jpg", b"no picture at all", "image/jpeg")
    answer = client.post(url, {"title": "城墙", "files[]": fake}).json()
    assert answer["success"] is False
    assert answer["error_message"]


def add_document(user, data: bytes, name: str):
    fields = {"title": "通知", "tags": "", "file": SimpleUploadedFile(name, data)}
    return signed_in(user).post(reverse("wagtaildocs:add"), fields)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("notice.exe", b"MZ\x90\x00"),
        ("notice.html", b"<html><script>alert(1)</script></html>"),
        ("notice.pdf", b"<html><script>alert(1)</script></html>"),
        ("notice.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ],
)
def test_what_is_no_document_is_refused(name, data):
    answer = add_document(editor(), data, name)
    assert answer.status_code == 200
    assert not Document.objects.exists()


def test_a_pdf_is_kept():
    answer = add_document(editor(), a_pdf(), "notice.pdf")
    assert answer.status_code == 302, words(answer)[:3000]
    assert Document.objects.get().title == "通知"


def test_a_pdf_that_runs_a_script_is_refused():
    answer = add_document(editor(), a_pdf(opens_with_script), "notice.pdf")
    assert answer.status_code == 200
    assert not Document.objects.exists()


def test_nobody_else_brings_files():
    stranger = UserFactory(artist=True)
    assert upload(stranger, photograph(), "wall.jpg").status_code == 302
    assert not Picture.objects.exists()
