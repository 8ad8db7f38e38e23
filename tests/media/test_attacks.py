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
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from PIL import Image as Picture

from artmarket import rulebook
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


FLOOD = 5000
TURN = 20  # tasks until a picture of somebody else is drawn, at most


def test_five_thousand_tiny_uploads_end_at_the_rule_and_hold_nobody_up(
    painter, stranger, stored, settings
):
    """Every one another picture, sent to the real view under the rules as they are."""
    settings.FILE_UPLOAD_HANDLERS = ["media.uploads.CappedUploadHandler"]
    rule = rulebook.get("media.uploads_per_hour")
    assert rule < FLOOD
    sender = Client()
    sender.force_login(painter)
    answers = [_tiny(sender, number) for number in range(FLOOD)]
    assert [a.status_code for a in answers] == [201] * rule + [429] * (FLOOD - rule)
    for answer in answers[rule:]:
        body = json.loads(answer.content)
        assert (body["code"], body["rule"]) == ("too_many_uploads", "media.uploads_per_hour")
        assert (body["title"], body["detail"]) == (
            "上传得太快，这个文件没有收下。",
            "请过一会儿再上传。",
        )
    images = Image.objects.filter(uploaded_by=painter)
    assert images.count() == images.filter(state=ImageState.WAITING).exclude(sha256="").count()
    assert images.count() == images.values("sha256").distinct().count() == rule
    assert Event.objects.filter(action="image.received").count() == rule
    kept = stored(settings.PRIVATE_ROOT)
    assert kept == set(images.values_list("original_path", flat=True))
    on_disk = sum((settings.PRIVATE_ROOT / name).stat().st_size for name in kept)
    assert on_disk == sum(images.values_list("size", flat=True)) <= rule * 1000
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []

    other = Client()
    other.force_login(stranger)
    assert _tiny(other, FLOOD).status_code == 201
    theirs = Image.objects.get(uploaded_by=stranger)
    for _ in range(TURN):
        _next_task()
    theirs.refresh_from_db()
    assert theirs.state == ImageState.READY, "drawn after a few of the flood, not after all"
    assert images.filter(state=ImageState.READY).count() <= TURN
    assert not images.filter(state=ImageState.FAILED).exists()


def _next_task() -> None:
    """What the worker does in one turn of its loop, which itself can't run inside a transaction."""
    worker = Worker(
        queue_names=["pictures"], interval=0, batch=True, backend_name="default",
        startup_delay=False, max_tasks=None, worker_id="flood", excluded_queue_names=[],
    )  # fmt: skip
    task = DBTaskResult.objects.ready().filter(queue_name="pictures").get_locked()
    task.claim(worker.worker_id)
    worker.run_task(task)
    task.refresh_from_db()
    assert task.status == TaskResultStatus.SUCCESSFUL


def _tiny(client: Client, number: int):
    """Send a picture of the smallest allowed edges that no other number has."""
    sent = SimpleUploadedFile(f"kite-{number}.png", pictures.tiny_png(number))
    return client.post(reverse("media:upload"), {"file": sent})


def test_what_a_flood_sends_is_not_written_once_the_rule_is_reached(
    painter, stored, settings, monkeypatch
):
    settings.FILE_UPLOAD_HANDLERS = ["media.uploads.CappedUploadHandler"]
    settings.RULE_OVERRIDES = {"media.uploads_per_hour": 1}
    client = Client()
    client.force_login(painter)
    assert _tiny(client, 1).status_code == 201
    written = []
    monkeypatch.setattr("media.uploads.TemporaryFileUploadHandler.new_file", written.append)
    refused = _tiny(client, 2)
    assert refused.status_code == 429 and json.loads(refused.content)["code"] == "too_many_uploads"
    assert (
        Client().post(reverse("media:upload"), {"file": ContentFile(b"x", "x.jpg")}).status_code
        == 302
    )
    assert written == []


def test_a_file_dropped_after_a_whole_one_leaves_that_one_whole(painter, settings, monkeypatch):
    """Two files in one request, the rule reached between them: the first is kept as it came."""
    settings.FILE_UPLOAD_HANDLERS = ["media.uploads.CappedUploadHandler"]
    answers = iter([None, TooManyUploads()])

    def asked(_actor):
        if refusal := next(answers, None):
            raise refusal

    monkeypatch.setattr("media.uploads.check_quota", asked)
    client = Client()
    client.force_login(painter)
    content = pictures.a_file()
    both = {
        "file": SimpleUploadedFile("x.jpg", content),
        "later": SimpleUploadedFile("y.jpg", b"y"),
    }
    assert client.post(reverse("media:upload"), both).status_code == 201
    assert Image.objects.get().size == len(content)


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
