"""Receiving, drawing, retrying and discarding: what is kept, what is told, what is not."""

import hashlib
import io

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django_tasks_db.models import DBTaskResult

from artmarket.core.errors import NotAllowed, WrongState
from artmarket.core.models import Event
from media import files
from media.engine import PictureRefused
from media.enums import ImageState
from media.models import Derivative, Image
from media.selectors import NOTHING, picture_sources, same_file, with_pictures
from media.services.pictures import (
    ImageInUse,
    discard_image,
    make_derivatives,
    receive_image,
    retry_image,
)
from media.tasks import make_picture

from . import pictures

pytestmark = pytest.mark.django_db


def received(actor, name="春山.jpg", content=None) -> Image:
    content = content or pictures.a_file("jpg")
    return receive_image(actor=actor, file=ContentFile(content), name=name)


def actions(image: Image) -> list[str]:
    return list(Event.objects.about(image).order_by("pk").values_list("action", flat=True))


def test_a_received_picture_is_private_whole_and_queued(painter, stored):
    content = pictures.a_file("jpg")
    image = received(painter, "C:\\fakepath\\春山\x07.jpg", content)
    assert image.state == ImageState.WAITING and image.original_name == "春山.jpg"
    assert (image.width, image.height, image.size, image.mime) == (
        640,
        480,
        len(content),
        "image/jpeg",
    )
    assert image.sha256 == hashlib.sha256(content).hexdigest()
    assert stored(settings.PRIVATE_ROOT) == {image.original_path}
    with files.private().open(image.original_path) as kept:
        assert kept.read() == content
    assert stored(settings.MEDIA_ROOT) == set()
    task = DBTaskResult.objects.get()
    assert (task.queue_name, task.task_path) == ("pictures", "media.tasks.make_picture")
    assert task.args_kwargs["kwargs"] == {"image_id": image.pk}
    assert actions(image) == ["image.received"]
    assert "春山" not in str(Event.objects.about(image).values())


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (pictures.a_file("png"), "x.jpg", "name_mismatch"),
        (pictures.a_file("jpg")[:-500], "x.jpg", "truncated"),
        (pictures.a_file("jpg") + pictures.a_zip(), "x.jpg", "hidden_content"),
        (pictures.png_announcing(40_000, 40_000), "x.png", "too_many_pixels"),
        (pictures.a_file("jpg", (190, 300)), "x.jpg", "too_small"),
        (pictures.animated("png"), "x.png", "too_many_frames"),
        (b"<svg/>", "x.svg", "type_not_accepted"),
    ],
)
def test_nothing_is_kept_of_a_refused_file(painter, stored, content, name, code):
    with pytest.raises(PictureRefused) as refusal:
        received(painter, name, content)
    assert refusal.value.code == code
    assert str(refusal.value) and str(refusal.value.hint) and refusal.value.rule
    assert not Image.objects.exists() and not DBTaskResult.objects.exists()
    assert not Event.objects.exists()
    assert stored(settings.PRIVATE_ROOT) == set()


def test_the_byte_cap_holds_for_streams_without_a_length(painter, monkeypatch, settings):
    settings.RULE_OVERRIDES = {"media.max_bytes": 1_048_576}
    endless = io.BytesIO(pictures.a_file("jpg") + bytes(3_000_000))
    with pytest.raises(PictureRefused, match="上限1MB"):
        receive_image(actor=painter, file=endless, name="x.jpg")
    assert endless.tell() == 1_048_577


def test_registrars_bring_larger_masters(painter, registrar, settings):
    settings.RULE_OVERRIDES = {"media.max_pixels": 1_000_000}
    content = pictures.a_file("jpg", (1200, 900))
    with pytest.raises(PictureRefused):
        received(painter, content=content)
    assert received(registrar, content=content).state == ImageState.WAITING


def test_nobody_uploads_without_an_account(painter):
    from django.contrib.auth.models import AnonymousUser

    painter.is_active = False
    for actor in (AnonymousUser(), painter):
        with pytest.raises(NotAllowed):
            received(actor)
    assert not Image.objects.exists()


def test_a_failing_storage_leaves_neither_row_nor_file(painter, stored, monkeypatch):
    def full(path, name):
        raise OSError("no space left")

    monkeypatch.setattr(files, "store_original", full)
    with pytest.raises(OSError, match="no space"):
        received(painter)
    assert not Image.objects.exists() and not DBTaskResult.objects.exists()


def test_the_same_file_twice_is_allowed_and_reported(painter, stranger):
    first = received(painter)
    other = received(stranger)
    second = received(painter)
    assert list(same_file(second)) == [first]
    assert list(same_file(first)) == [] and list(same_file(other)) == []
    assert second.original_path != first.original_path
    event = Event.objects.about(second).get(action="image.received")
    assert event.data["same_as"] == [first.pk]


def test_the_worker_publishes_pictures_and_a_second_run_changes_nothing(painter, stored):
    image = received(painter)
    assert make_picture.call(image_id=image.pk) == "ready"
    image.refresh_from_db()
    assert image.state == ImageState.READY and image.ready_at and image.attempts == 1
    made = {d.kind: d for d in image.derivatives.all()}
    assert sorted(made) == ["avif-480", "avif-800", "jpeg-480", "jpeg-800"]
    assert stored(settings.MEDIA_ROOT) == {d.path for d in made.values()}
    for derivative in made.values():
        with files.public().open(derivative.path) as file:
            content = file.read()
        assert derivative.sha256 == hashlib.sha256(content).hexdigest()
        assert derivative.size == len(content)
    before = list(Derivative.objects.order_by("pk").values())
    assert make_derivatives(image_id=image.pk) == ImageState.READY
    assert list(Derivative.objects.order_by("pk").values()) == before
    assert actions(image) == ["image.received", "image.ready"]


def test_a_picture_that_cannot_be_drawn_fails_after_three_attempts_with_words(painter, stored):
    image = received(painter)
    with files.private().open(image.original_path, "wb") as broken:
        broken.write(b"rot")
    DBTaskResult.objects.all().delete()
    states = [make_picture.call(image_id=image.pk) for _ in range(3)]
    assert states == ["waiting", "waiting", "failed"]
    assert DBTaskResult.objects.count() == 2, "each failed attempt but the last comes again"
    image.refresh_from_db()
    assert image.attempts == 3 and "请重新上传" in image.failure
    assert stored(settings.MEDIA_ROOT) == set()
    assert picture_sources(image).state == "failed"
    assert actions(image) == ["image.received", "image.failed"]


def test_an_attempt_that_breaks_in_the_middle_leaves_no_file(painter, stored, monkeypatch):
    image = received(painter)
    real, calls = files.store_picture, []

    def breaks(name, content):
        calls.append(name)
        if len(calls) == 3:
            raise OSError("no space left")
        return real(name, content)

    monkeypatch.setattr(files, "store_picture", breaks)
    assert make_derivatives(image_id=image.pk) == ImageState.WAITING
    assert stored(settings.MEDIA_ROOT) == set() and not Derivative.objects.exists()
    monkeypatch.setattr(files, "store_picture", real)
    assert make_derivatives(image_id=image.pk) == ImageState.READY


def failed(painter) -> Image:
    image = received(painter)
    Image.objects.filter(pk=image.pk).update(state=ImageState.FAILED, attempts=3, failure="坏")
    return image


def test_uploader_and_registrar_may_retry_others_may_not(painter, stranger, registrar):
    for actor in (painter, registrar):
        image = failed(painter)
        with pytest.raises(NotAllowed):
            retry_image(actor=stranger, image_id=image.pk)
        again = retry_image(actor=actor, image_id=image.pk)
        assert (again.state, again.attempts, again.failure) == (ImageState.WAITING, 0, "")
        with pytest.raises(WrongState):
            retry_image(actor=actor, image_id=image.pk)
        assert make_derivatives(image_id=image.pk) == ImageState.READY


@pytest.mark.django_db(transaction=True)
def test_a_discarded_picture_is_gone_with_all_its_files(painter, stranger, stored):
    image, kept = received(painter), received(painter)
    make_derivatives(image_id=image.pk)
    with pytest.raises(NotAllowed):
        discard_image(actor=stranger, image_id=image.pk)
    pk = image.pk
    discard_image(actor=painter, image_id=pk)
    assert list(Image.objects.all()) == [kept] and not Derivative.objects.exists()
    assert stored(settings.PRIVATE_ROOT) == {kept.original_path}
    assert stored(settings.MEDIA_ROOT) == set()
    assert Event.objects.filter(action="image.discarded", object_id=str(pk)).count() == 1
    assert make_derivatives(image_id=pk) == ImageState.FAILED
    with pytest.raises(WrongState):
        discard_image(actor=painter, image_id=pk)


@pytest.mark.django_db(transaction=True)
def test_a_picture_in_use_is_not_discarded(painter, stored, monkeypatch):
    from django.db.models import ProtectedError

    def protected(self, *args, **kwargs):
        raise ProtectedError("in use", set())

    image = received(painter)
    monkeypatch.setattr(Image, "delete", protected)
    with pytest.raises(ImageInUse):
        discard_image(actor=painter, image_id=image.pk)
    assert stored(settings.PRIVATE_ROOT) == {image.original_path}
    assert actions(image) == ["image.received"]


def test_sources_hold_what_a_page_needs(painter):
    image = received(painter, content=pictures.a_file("jpg", (1300, 975)))
    waiting = picture_sources(image)
    assert (waiting.state, waiting.src, bool(waiting)) == ("waiting", "", False)
    make_derivatives(image_id=image.pk)
    sources = picture_sources(Image.objects.prefetch_related("derivatives").get())
    assert sources.state == "ready" and (sources.width, sources.height) == (800, 600)
    assert [part.split()[1] for part in sources.srcset.split(", ")] == [
        "480w",
        "800w",
        "1200w",
        "1300w",
    ]
    assert [mime for mime, _ in sources.sources] == ["image/avif"]
    assert sources.src.startswith(f"{settings.MEDIA_URL}pictures/") and sources.src.endswith(
        "/jpeg-800.jpg"
    )
    assert sources.thumb.endswith("/jpeg-480.jpg") and sources.full.endswith("/jpeg-1600.jpg")
    assert picture_sources(None) == NOTHING


def test_forty_eight_cards_ask_two_queries(painter, django_assert_num_queries):
    for _ in range(48):
        image = Image.objects.create(
            state="ready", sha256="0" * 64, uploaded_by=painter, mime="image/jpeg"
        )
        Derivative.objects.bulk_create(
            Derivative(
                image=image,
                kind=f"jpeg-{edge}",
                path=f"pictures/{image.pk}-{edge}.jpg",
                mime="image/jpeg",
                width=edge,
                height=edge,
                size=1,
                sha256="0" * 64,
            )
            for edge in (480, 800)
        )
    with django_assert_num_queries(2):
        found = [picture_sources(i) for i in Image.objects.prefetch_related(with_pictures())]
    assert len(found) == 48 and all(found)
