"""The image service over HTTP: who may see, headers, refusals, the caches behind it."""

import io
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image as PillowImage

from artmarket.core.models import Event
from media import files, permissions, tiles
from media import iiif as service
from media.engine import pyramid as engine
from media.enums import ImageState, PyramidState
from media.models import Image, Pyramid
from media.services.pictures import discard_image, make_derivatives, receive_image
from media.services.pyramids import make_pyramid
from media.services.sweeping import sweep
from media.services.zooming import queue_missing
from media.tasks import build_pyramid, make_picture

from . import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    yield
    shutil.rmtree(settings.IIIF_CACHE_DIR, ignore_errors=True)


@pytest.fixture
def shown(monkeypatch) -> set[int]:
    """Pictures that a floor above shows to everybody, by their keys; it brings no condition."""
    keys: set[int] = set()
    monkeypatch.setattr(permissions, "_open_conditions", [])
    monkeypatch.setattr(permissions, "_showers", [lambda user, image: image.pk in keys])
    return keys


@pytest.fixture
def picture(painter, shown) -> Image:
    """A picture of 1300 × 900 pixels with its pyramid, shown to everybody."""
    image = a_picture(painter)
    shown.add(image.pk)
    return image


def a_picture(painter, *, zoomable: bool = True) -> Image:
    content = pictures.a_file("jpg", (1300, 900))
    image = receive_image(actor=painter, file=ContentFile(content), name="a.jpg")
    assert make_derivatives(image_id=image.pk, effort=0) == ImageState.READY
    if zoomable:
        assert make_pyramid(image_id=image.pk) == PyramidState.READY
    image.refresh_from_db()
    return image


def url(image: Image, path: str = "") -> str:
    return f"/iiif/3/{image.uuid}{path}"


def opened(answer) -> PillowImage.Image:
    return PillowImage.open(io.BytesIO(answer.content))


def test_the_information_repeats_the_address_and_may_be_read_by_any_site(client, picture):
    answer = client.get(url(picture, "/info.json"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "public, max-age=3600"
    document = answer.json()
    assert document["id"] == f"http://testserver{url(picture)}"
    assert (document["width"], document["height"]) == (1300, 900)
    assert document["tiles"] == [{"width": 512, "height": 512, "scaleFactors": [1, 2, 4]}]
    assert (document["maxWidth"], document["maxArea"]) == (4096, 16_777_216)


def test_json_ld_is_for_those_who_ask(client, picture):
    answer = client.get(url(picture, "/info.json"), headers={"accept": "application/ld+json"})
    assert answer["Content-Type"] == (
        'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'
    )
    assert answer["Vary"] == "Accept"


def test_rights_come_from_the_floor_above(client, picture, monkeypatch):
    monkeypatch.setattr(
        service, "rights_sources", [lambda image: "", lambda image: "http://rights.example/x"]
    )
    assert client.get(url(picture, "/info.json")).json()["rights"] == "http://rights.example/x"


@pytest.mark.parametrize("ending", ["", "/"])
def test_the_bare_address_leads_to_the_information(client, picture, ending):
    answer = client.get(url(picture, ending))
    assert answer.status_code == 303
    assert answer["Location"] == f"http://testserver{url(picture)}/info.json"


def test_a_tile_has_its_canonical_address_and_an_etag(client, picture):
    answer = client.get(url(picture, "/0,0,512,512/pct:50/0/color.jpg"))
    assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg"
    assert opened(answer).size == (256, 256)
    address = f"http://testserver{url(picture)}/0,0,512,512/256,256/0/default.jpg"
    assert answer["Link"] == (
        f'<{address}>;rel="canonical", <http://iiif.io/api/image/3/level2.json>;rel="profile"'
    )
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert answer["X-Content-Type-Options"] == "nosniff"
    again = client.get(
        url(picture, "/0,0,512,512/256,/0/default.jpg"), headers={"if-none-match": answer["ETag"]}
    )
    assert again.status_code == 304 and again.content == b""
    assert again["ETag"] == answer["ETag"] and again["Access-Control-Allow-Origin"] == "*"


def test_a_public_tile_costs_one_query_and_opens_no_session(
    client, picture, django_assert_num_queries
):
    path = url(picture, "/0,0,512,512/max/0/default.jpg")
    client.get(path)
    with django_assert_num_queries(1):
        answer = client.get(path)
    assert not answer.has_header("Vary")  # one copy for everybody in the caches between


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/full/full/0/default.jpg", "size"),
        ("/full/1301,/0/default.jpg", "size"),
        ("/full/^5000,/0/default.jpg", "size"),
        ("/2000,0,10,10/max/0/default.jpg", "region"),
        ("/full/max/361/default.jpg", "rotation"),
        ("/full/max/0/native.jpg", "quality"),
        ("/full/max/0/default.tif", "format"),
        ("/full/max/0", "path"),
        ("/x/y/z/full/max/0/default.jpg", "path"),
    ],
)
def test_a_request_that_the_service_does_not_speak_is_400_with_the_parameter(
    client, picture, path, part
):
    answer = client.get(url(picture, path))
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert body["code"] == "bad_image_request" and body["part"] == part


@pytest.mark.parametrize(
    "path",
    [
        "/iiif/3/00000000-0000-0000-0000-000000000000/info.json",
        "/iiif/3/00000000-0000-0000-0000-000000000000/full/max/0/default.jpg",
        "/iiif/3/a/b/full/max/0/default.jpg",
        "/iiif/3/a%2Fb/full/max/0/default.jpg",
        "/iiif/3/[frob]/full/max/0/default.jpg",
    ],
)
def test_an_unknown_identifier_is_404(client, db, path):
    answer = client.get(path)
    assert answer.status_code == 404 and answer["Access-Control-Allow-Origin"] == "*"


def test_escaped_characters_are_read(client, picture):
    escaped = str(picture.uuid).replace("-", "%2D")
    assert client.get(f"/iiif/3/{escaped}/full/%5E1400,/0/default.jpg").status_code == 200


def test_preflights_are_answered_and_other_methods_refused(client, picture):
    answer = client.options(url(picture, "/info.json"))
    assert (
        answer.status_code == 204 and answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    )
    assert client.post(url(picture, "/info.json")).status_code == 405
    head = client.head(url(picture, "/full/200,/0/default.jpg"))
    assert head.status_code == 200 and head.content == b"" and head["Content-Type"] == "image/jpeg"


def test_what_is_not_shown_is_401_for_strangers_and_never_cached_for_those_who_may(
    client, painter, stranger, registrar, shown
):
    image = a_picture(painter)
    for path in ("/info.json", "/full/max/0/default.jpg"):
        for user in (None, stranger):
            client.logout()
            if user:
                client.force_login(user)
            answer = client.get(url(image, path))
            assert answer.status_code == 401 and answer["WWW-Authenticate"]
            assert answer["Cache-Control"] == "no-store"
            assert b"JFIF" not in answer.content
        for user in (painter, registrar):
            client.force_login(user)
            answer = client.get(url(image, path))
            assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-store"
            assert "Cookie" in answer["Vary"]


def test_a_picture_that_is_sealed_later_is_closed_although_its_tiles_are_in_the_cache(
    client, picture, shown
):
    path = url(picture, "/full/200,/0/default.jpg")
    etag = client.get(path)["ETag"]
    shown.clear()
    assert client.get(path).status_code == 401
    assert client.get(path, headers={"if-none-match": etag}).status_code == 401


def test_a_picture_without_its_pyramid_is_not_there_yet(client, painter, shown):
    image = a_picture(painter, zoomable=False)
    shown.add(image.pk)
    assert client.get(url(image, "/info.json")).status_code == 404


def test_the_second_request_for_a_tile_is_not_drawn_again(client, picture, monkeypatch):
    path = url(picture, "/0,0,512,512/max/0/default.jpg")
    first = client.get(path)
    monkeypatch.setattr(engine, "render", lambda *a, **k: pytest.fail("drawn twice"))
    assert client.get(path).content == first.content
    assert client.get(url(picture, "/0,0,512,512/512,512/0/color.jpg")).content == first.content


def test_a_tile_is_kept_when_it_is_sent_and_not_before(picture, rf):
    answer = service.picture(rf.get("/"), picture.uuid, "0,0,512,512/max/0/default.jpg")
    kept = Path(settings.IIIF_CACHE_DIR) / "tiles"
    assert not list(kept.rglob("*"))
    answer.close()
    answer.close()
    assert [p.read_bytes() for p in kept.rglob("*") if p.is_file()] == [answer.content]


def test_a_lost_pyramid_is_404_and_reported(client, picture, caplog):
    files.private().delete(picture.pyramid.path)
    answer = client.get(url(picture, "/full/200,/0/default.jpg"))
    assert answer.status_code == 404 and "pyramid_lost" in caplog.text


def test_a_storage_beyond_this_machine_is_copied_once(client, picture, monkeypatch):
    monkeypatch.setattr(files, "local_path", lambda name: None)
    fetched: list[str] = []
    fetch = files.fetch_private

    def noted(name, target) -> None:
        fetched.append(name)
        fetch(name, target)

    monkeypatch.setattr(files, "fetch_private", noted)
    for region in ("0,0,512,512", "512,0,512,512", "full"):
        assert client.get(url(picture, f"/{region}/100,/0/default.jpg")).status_code == 200
    assert fetched == [picture.pyramid.path]
    copy = tiles.pyramid_cache().path(picture.pyramid.sha256)
    assert copy.stat().st_size == picture.pyramid.size
    copy.unlink()  # evicted
    assert client.get(url(picture, "/full/101,/0/default.jpg")).status_code == 200
    assert len(fetched) == 2


# ------------------------------------------------------------------ the worker's part


def actions(image: Image) -> list[str]:
    return list(Event.objects.about(image).order_by("pk").values_list("action", flat=True))


def test_the_worker_builds_the_pyramid_once_and_privately(painter, stored):
    image = a_picture(painter)
    row = image.pyramid
    assert (row.width, row.height, row.turn, row.attempts) == (1300, 900, 1, 1)
    assert row.path in stored(Path(settings.PRIVATE_ROOT))
    assert not any(name.endswith(".tif") for name in stored(Path(settings.MEDIA_ROOT)))
    assert make_pyramid(image_id=image.pk) == PyramidState.READY
    assert actions(image) == ["image.received", "image.ready", "image.zoomable"]
    assert Pyramid.objects.get().path == row.path


def test_a_drawn_picture_queues_its_pyramid_and_the_duty_what_nobody_queued(painter):
    image = a_picture(painter, zoomable=False)
    now = timezone.now()
    assert queue_missing(now=now).count == 1
    assert queue_missing(now=now).count == 0  # it is queued already
    assert build_pyramid.func(image_id=image.pk) == "ready"
    assert queue_missing(now=now).count == 0


def test_a_pyramid_that_fails_is_tried_again_and_then_given_up_while_the_picture_stays(
    painter, monkeypatch, stored
):
    image = a_picture(painter, zoomable=False)
    monkeypatch.setattr(engine, "build", lambda *a: (_ for _ in ()).throw(RuntimeError("no")))
    states = [make_pyramid(image_id=image.pk) for _ in range(4)]
    assert states == ["waiting", "waiting", "failed", "failed"]
    image.refresh_from_db()
    assert image.state == ImageState.READY and image.pyramid.attempts == 3
    assert actions(image)[-1] == "image.zoom_failed"
    assert not any("pyramids/" in name for name in stored(Path(settings.PRIVATE_ROOT)))
    assert queue_missing(now=timezone.now()).count == 0


@pytest.mark.django_db(transaction=True)
def test_a_discarded_picture_takes_its_pyramid_along(painter, picture, stored):
    discard_image(actor=painter, image_id=picture.pk)
    assert stored(Path(settings.PRIVATE_ROOT)) == set()
    assert make_pyramid(image_id=picture.pk) == PyramidState.FAILED
    assert Client().get(url(picture, "/info.json")).status_code == 404


def test_a_pyramid_that_no_row_names_is_swept_when_it_is_old(painter, picture, stored):
    name = files.pyramid_name(picture.uuid, "dead")
    files.private().save(name, ContentFile(b"half"))
    now = timezone.now()
    assert sweep(now=now).pyramids_deleted == 0
    assert sweep(now=now + timezone.timedelta(hours=2)).pyramids_deleted == 1
    assert picture.pyramid.path in stored(Path(settings.PRIVATE_ROOT))
    assert name not in stored(Path(settings.PRIVATE_ROOT))


@pytest.mark.django_db(transaction=True)
def test_drawing_by_the_worker_leads_to_the_pyramid(painter):
    content = pictures.a_file("jpg")
    image = receive_image(actor=painter, file=ContentFile(content), name="a.jpg")
    assert make_picture.func(image_id=image.pk) == "ready"
    waiting = DBTaskResult.objects.filter(task_path=build_pyramid.module_path)
    assert [t.args_kwargs["kwargs"] for t in waiting] == [{"image_id": image.pk}]
    assert waiting.get().priority < 0  # pictures that somebody waits for come first
