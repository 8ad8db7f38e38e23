"""Floods, cuts and second faces at the door: refused with words, nothing kept, still at work."""

import http.client
import io
import json
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture

from artmarket.core.errors import DomainError
from artmarket.core.models import Event
from media.engine.refusals import NoRoomLeft, TooManyUploads
from media.enums import ImageState
from media.models import Image
from media.services.documents import receive_document
from media.services.pictures import make_derivatives, receive_image

from . import papers, pictures

pytestmark = pytest.mark.django_db


def received(actor, content: bytes | None = None, name: str = "x.jpg") -> Image:
    return receive_image(actor=actor, file=ContentFile(content or pictures.a_file()), name=name)


def test_a_flood_of_tiny_uploads_ends_at_the_rule(painter, stranger, registrar, stored):
    from django.test import override_settings

    tiny = pictures.a_file("jpg", (200, 200))
    client = Client()
    client.force_login(painter)
    with override_settings(RULE_OVERRIDES={"media.uploads_per_hour": 5}):
        answers = [
            client.post(reverse("media:upload"), {"file": SimpleUploadedFile("x.jpg", tiny)})
            for _ in range(12)
        ]
        assert [a.status_code for a in answers] == [201] * 5 + [429] * 7
        body = json.loads(answers[-1].content)
        assert (body["code"], body["rule"]) == ("too_many_uploads", "media.uploads_per_hour")
        assert body["title"] and body["detail"]
        assert len(stored(settings.PRIVATE_ROOT)) == 5
        assert received(stranger).state == ImageState.WAITING, "others are not held up"
        for _ in range(7):
            received(registrar)
        Image.objects.filter(uploaded_by=painter).update(created_at="2026-01-01T00:00Z")
        assert received(painter).state == ImageState.WAITING, "an hour later he may again"


def test_a_person_has_so_much_room_and_deleting_gives_it_back(painter, settings, monkeypatch):
    from media import permissions

    monkeypatch.setattr(permissions, "_readers", {"proof": []})
    settings.RULE_OVERRIDES = {"media.person_max_bytes": 1_048_576}
    first = received(painter)
    Image.objects.filter(pk=first.pk).update(size=1_048_576)
    with pytest.raises(NoRoomLeft):
        received(painter)
    with pytest.raises(NoRoomLeft):
        receive_document(
            actor=painter, file=ContentFile(papers.a_pdf()), name="x.pdf", purpose="proof"
        )
    first.delete()
    assert received(painter).state == ImageState.WAITING


def test_a_flood_is_stopped_before_the_file_is_looked_at(painter, settings, monkeypatch):
    settings.RULE_OVERRIDES = {"media.uploads_per_hour": 1}
    received(painter)
    monkeypatch.setattr("media.services.pictures.inspect_picture", None)
    with pytest.raises(TooManyUploads):
        received(painter)


FACES = {
    "a bomb": (pictures.png_announcing(40_000, 40_000), "x.png", "too_many_pixels"),
    "PNG and page": (
        pictures.a_file("png") + b"<html><script>alert(1)</script>",
        "x.png",
        "hidden_content",
    ),
    "SVG with script": (b"<svg><script>alert(1)</script></svg>", "x.jpg", "type_not_accepted"),
    "a zip named .jpg": (pictures.a_zip(), "x.jpg", "type_not_accepted"),
    "PDF and script": (papers.a_pdf(papers.opens_with_script), "x.jpg", "type_not_accepted"),
    "cut off": (pictures.a_file()[:-900], "x.jpg", "truncated"),
}


@pytest.mark.parametrize("face", FACES)
def test_after_a_refusal_the_next_good_picture_is_drawn(painter, stored, face):
    content, name, code = FACES[face]
    with pytest.raises(DomainError) as caught:
        received(painter, content, name)
    assert caught.value.code == code and str(caught.value) and str(caught.value.hint)
    assert not Image.objects.exists() and not Event.objects.exists()
    assert stored(settings.PRIVATE_ROOT) == stored(settings.MEDIA_ROOT) == set()
    assert make_derivatives(image_id=received(painter).pk, effort=0) == ImageState.READY


def test_a_thumbnail_of_something_else_never_becomes_public(painter, stored):
    """EXIF with a place and a red thumbnail, in a blue picture."""
    thumb = io.BytesIO()
    Picture.new("RGB", (160, 120), "red").save(thumb, "JPEG")
    tags = pictures.exif().tobytes()
    content = pictures.encoded(Picture.new("RGB", (900, 600), "#2040a0"), "jpg", exif=tags)
    content = pictures.jpeg_with_segment(0xE2, b"THUMB\0" + thumb.getvalue()[:60_000], content)
    image = received(painter, content)
    assert make_derivatives(image_id=image.pk, effort=0) == ImageState.READY
    for name in stored(settings.MEDIA_ROOT):
        drawn = (Path(settings.MEDIA_ROOT) / name).read_bytes()
        assert pictures.SERIAL.encode() not in drawn and b"THUMB" not in drawn
        if name.endswith(".jpg"):
            red, _green, blue = Picture.open(io.BytesIO(drawn)).convert("RGB").getpixel((50, 50))
            assert blue > 140 and red < 60


@pytest.mark.django_db(transaction=True)
def test_an_upload_cut_off_in_the_middle_leaves_nothing(painter, stored, live_server, settings):
    settings.FILE_UPLOAD_HANDLERS = ["media.uploads.CappedUploadHandler"]
    client = Client()
    client.force_login(painter)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    body = b'--k\r\nContent-Disposition: form-data; name="file"; filename="x.jpg"\r\n\r\n'
    body += pictures.a_file()
    for _ in range(3):
        connection = http.client.HTTPConnection(live_server.thread.host, live_server.thread.port)
        connection.putrequest("POST", reverse("media:upload"))
        connection.putheader("Cookie", cookie)
        connection.putheader("Content-Type", "multipart/form-data; boundary=k")
        connection.putheader("Content-Length", str(len(body) + 500_000))
        connection.endheaders()
        connection.send(body)
        connection.close()
    deadline = time.monotonic() + 20
    incoming = Path(settings.FILE_UPLOAD_TEMP_DIR)
    while time.monotonic() < deadline and any(incoming.iterdir()):
        time.sleep(0.05)
    assert list(incoming.iterdir()) == []
    with urllib.request.urlopen(f"{live_server.url}/health/") as answer:
        assert answer.status == 200
    assert not Image.objects.exists() and stored(settings.PRIVATE_ROOT) == set()
