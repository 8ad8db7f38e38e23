"""Two workers draw the same picture at the same time: one publishes, the other cleans up.

The control takes the lock away and shows that the same race then breaks.
"""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection

from artmarket.accounts.models import User
from artmarket.core.models import Event
from media.engine.render import draw
from media.enums import ImageState
from media.models import Derivative, Image
from media.services import drawing
from media.services.pictures import discard_image, receive_image
from tests.media import pictures

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _empty_storages():
    yield
    for root in (settings.MEDIA_ROOT, settings.PRIVATE_ROOT):
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def image() -> Image:
    painter = User.objects.create_user("painter@example.org", "kite", display_name="王青岚")
    return receive_image(actor=painter, file=ContentFile(pictures.a_file()), name="x.jpg")


def together(monkeypatch, image: Image, *, workers: int = 2) -> list:
    """Let that many workers draw at once, all of them drawing before the first one publishes."""
    meet = threading.Barrier(workers, timeout=30)

    def drawn_together(*args, **kwargs):
        made = list(draw(*args, **kwargs))
        meet.wait()
        return made

    monkeypatch.setattr(drawing, "draw", drawn_together)

    def work(_n: int):
        try:
            return drawing.make_derivatives(image_id=image.pk)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, range(workers)))


def public_files() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}


def test_one_worker_publishes_and_the_other_deletes_what_it_drew(monkeypatch, image):
    assert together(monkeypatch, image, workers=3) == [ImageState.READY] * 3
    image.refresh_from_db()
    assert image.state == ImageState.READY and image.attempts == 3
    paths = set(Derivative.objects.values_list("path", flat=True))
    assert len(paths) == 4 and len({p.split("/")[3] for p in paths}) == 1
    assert public_files() == paths
    assert Event.objects.filter(action="image.ready").count() == 1


def test_without_the_lock_the_same_race_breaks(monkeypatch, image):
    meet = threading.Barrier(2, timeout=30)
    calls = threading.local()

    def unlocked(*, pk: int) -> Image:
        found = Image.objects.get(pk=pk)
        calls.count = getattr(calls, "count", 0) + 1
        if calls.count == 2:  # the publishing one: both have read before either writes
            meet.wait()
        return found

    monkeypatch.setattr(drawing, "lock_image", unlocked)
    outcome = together(monkeypatch, image)
    published = Event.objects.filter(action="image.ready").count()
    orphans = public_files() - set(Derivative.objects.values_list("path", flat=True))
    assert any(isinstance(o, IntegrityError) for o in outcome) or published > 1 or orphans


def test_a_picture_discarded_while_it_is_drawn_leaves_no_file(monkeypatch, image):
    real = drawing._publish

    def discarded_first(**kwargs):
        discard_image(actor=image.uploaded_by, image_id=image.pk)
        return real(**kwargs)

    monkeypatch.setattr(drawing, "_publish", discarded_first)
    assert drawing.make_derivatives(image_id=image.pk) == ImageState.FAILED
    assert not Image.objects.exists() and not Derivative.objects.exists()
    assert public_files() == set()
