"""What a crash left is finished or cleared, and what is under way is left alone."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django_tasks_db.models import DBTaskResult

from artmarket.core import duties
from artmarket.core.clock import db_now
from artmarket.core.models import Event
from media import files
from media.enums import ImageState
from media.models import Image
from media.services.pictures import make_derivatives, receive_image
from media.services.sweeping import SHARDS, sweep, sweep_due

from . import pictures

pytestmark = pytest.mark.django_db(transaction=True)
SOON, LATER = timedelta(minutes=5), timedelta(hours=2)


def received(actor) -> Image:
    return receive_image(actor=actor, file=ContentFile(pictures.a_file()), name="x.jpg")


def test_an_upload_that_never_ended_is_cleared_with_its_file(painter, stored):
    image = received(painter)
    Image.objects.update(state=ImageState.RECEIVING, sha256="")
    assert sweep(now=db_now() + SOON).cleared == 0
    assert stored(settings.PRIVATE_ROOT) == {image.original_path}
    assert sweep(now=db_now() + LATER).cleared == 1
    assert not Image.objects.exists() and stored(settings.PRIVATE_ROOT) == set()
    assert Event.objects.filter(action="image.cleared", object_id=str(image.pk)).count() == 1
    assert sweep(now=db_now() + LATER).cleared == 0


def test_a_waiting_picture_without_a_task_is_queued_once(painter):
    image = received(painter)
    assert sweep(now=db_now() + LATER).queued == 0, "its task is still queued"
    DBTaskResult.objects.all().delete()
    assert sweep(now=db_now() + SOON).queued == 0, "too young"
    assert sweep(now=db_now() + LATER).queued == 1
    assert sweep(now=db_now() + LATER).queued == 0
    assert DBTaskResult.objects.get().args_kwargs["kwargs"] == {"image_id": image.pk}


def test_a_picture_whose_worker_died_is_queued_again(painter):
    received(painter)
    now = db_now() + LATER
    DBTaskResult.objects.update(status="RUNNING", started_at=now - timedelta(minutes=2))
    assert sweep(now=now).queued == 0, "the worker may still draw"
    DBTaskResult.objects.update(started_at=now - timedelta(minutes=11))
    assert sweep(now=now).queued == 1
    assert DBTaskResult.objects.filter(status="READY").count() == 1


def test_lost_files_are_deleted_when_they_are_old(painter, stored):
    image = received(painter)
    make_derivatives(image_id=image.pk)
    whole = (stored(settings.PRIVATE_ROOT), stored(settings.MEDIA_ROOT))
    hexes = image.uuid.hex
    files.private().save("originals/ab/abcdef.jpg", ContentFile(b"lost"))
    files.public().save(f"pictures/{hexes[:2]}/{hexes}/dead/jpeg-480.jpg", ContentFile(b"lost"))
    files.public().save(f"pictures/ff/{'f' * 32}/dead/jpeg-480.jpg", ContentFile(b"lost"))
    files.public().save("images/of-the-editor.jpg", ContentFile(b"kept"))
    files.public().save("pictures/ff/readme.txt", ContentFile(b"kept"))
    young = sweep(now=db_now() + SOON)
    assert (young.originals_deleted, young.pictures_deleted) == (0, 0)
    old = sweep(now=db_now() + LATER)
    assert (old.originals_deleted, old.pictures_deleted) == (1, 2)
    assert stored(settings.PRIVATE_ROOT) == whole[0]
    assert stored(settings.MEDIA_ROOT) == whole[1] | {
        "images/of-the-editor.jpg",
        "pictures/ff/readme.txt",
    }
    assert not (Path(settings.MEDIA_ROOT) / "pictures/ff" / ("f" * 32)).exists()
    assert image.derivatives.count() == 4


def test_temporary_files_of_killed_uploads_are_deleted(painter, tmp_path, monkeypatch, settings):
    import os

    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("artmarket-picture-x1", "tmpabc.upload.jpg", "tmpnew.upload.jpg", "other"):
        (tmp_path / name).write_bytes(b"x")
    long_ago = (db_now() - LATER).timestamp()
    for name in ("artmarket-picture-x1", "tmpabc.upload.jpg", "other"):
        os.utime(tmp_path / name, (long_ago, long_ago))
    assert sweep(now=db_now(), shards=[]).spooled_deleted == 2
    assert {p.name for p in tmp_path.iterdir()} == {"tmpnew.upload.jpg", "other"}


def test_tick_runs_the_sweep_and_every_folder_has_its_turn(painter, monkeypatch):
    assert "media.sweep" in {duty.name for duty in duties.duties()}
    seen: set[str] = set()

    def look(now, shards):
        seen.update(shards)

    monkeypatch.setattr("media.services.sweeping.sweep", look)
    start = db_now()
    for n in range(16):
        monkeypatch.setattr(
            "media.services.sweeping.db_now", lambda n=n: start + timedelta(minutes=10 * n)
        )
        sweep_due()
    assert seen == set(SHARDS)
