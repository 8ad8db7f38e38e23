"""Tiles of public works: one query, nobody is asked who he is, and closed as soon as sealed."""

import pytest
from django.contrib.auth.models import AnonymousUser

from catalog.enums import NUMBERED, WorkState
from catalog.models import Work
from catalog.permissions import may_see_picture, shows_a_public_work
from catalog.services import registration
from media import files, permissions
from media.engine import Kind, pyramid
from media.enums import PyramidState
from media.models import Image, Pyramid
from tests.media.pictures import a_file

from .factories import person, registered

pytestmark = pytest.mark.django_db
TILE = "0,0,512,512/256,256/0/default.jpg"
# What depends on who asks has no place in an answer for everybody.
OF_THE_ASKING = {"Content-Language", "Vary"}


@pytest.fixture
def work(tmp_path) -> Work:
    """A registered, public work whose first picture can be zoomed."""
    work = registered()
    source, target = tmp_path / "a.jpg", tmp_path / "a.tif"
    source.write_bytes(a_file("jpg", (1300, 900)))
    built = pyramid.build(source, Kind.JPEG, target)
    image = work.photos.first().image
    name = files.pyramid_name(image.uuid, "test")
    Pyramid.objects.create(
        image=image, state=PyramidState.READY, path=name, size=target.stat().st_size,
        width=built.width, height=built.height, sha256=files.store_original(target, name),
    )  # fmt: skip
    yield work
    files.private().delete(name)


def url(work: Work, path: str = TILE) -> str:
    return f"/iiif/3/{work.photos.first().image.uuid}/{path}"


@pytest.mark.parametrize("cold", [True, False])
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_tile_of_a_public_work_costs_one_query(
    client, work, signed_in, cold, settings, tmp_path, django_assert_num_queries
):
    settings.IIIF_CACHE_DIR = tmp_path / "cache"
    if signed_in:
        client.force_login(person("collector"))
    path = url(work)
    if not cold:
        client.get(path)
    with django_assert_num_queries(1):
        answer = client.get(path)
    assert answer.status_code == 200 and answer.content.startswith(b"\xff\xd8")
    assert not OF_THE_ASKING & set(answer.headers) and not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=3600"


def test_the_short_way_and_the_long_way_answer_alike(client, work, monkeypatch):
    etag = client.get(url(work))["ETag"]
    requests = [
        lambda: client.get(url(work)),
        lambda: client.head(url(work)),
        lambda: client.get(url(work), headers={"if-none-match": etag}),
        lambda: client.get(url(work, "0,0,512,512/pct:50/0/color.jpg")),
        lambda: client.get(url(work, "full/max/0/default.tif")),
        lambda: client.get(url(work, "info.json")),
        lambda: client.options(url(work)),
        lambda: client.post(url(work)),
        lambda: client.get(url(work), headers={"host": "a host"}),
    ]
    short = [ask() for ask in requests]
    monkeypatch.setattr(permissions, "_open_conditions", [])
    long = [ask() for ask in requests]
    for one, other in zip(short, long, strict=True):
        assert (one.status_code, one.content) == (other.status_code, other.content)
        headers = [{k: v for k, v in a.items() if k not in OF_THE_ASKING} for a in (one, other)]
        if one.status_code == 304:
            headers[1].pop("Content-Length", None)
        assert headers[0] == headers[1]
    assert [a.status_code for a in short] == [200, 200, 304, 200, 400, 200, 204, 405, 400]


def test_a_sealed_work_is_closed_at_the_next_request_and_opened_again(client, work):
    """The query is made once, but asked each time; the tile lies in the cache."""
    path = url(work)
    etag = client.get(path)["ETag"]
    for is_public, statuses in ((False, (401, 401)), (True, (200, 304))):
        registration.set_visibility(actor=person("registrar"), work_id=work.pk, is_public=is_public)
        found = client.get(path), client.get(path, headers={"if-none-match": etag})
        assert tuple(a.status_code for a in found) == statuses
        caching = "public, max-age=3600" if is_public else "no-store"
        assert {a["Cache-Control"] for a in found} == {caching}


def test_a_lost_pyramid_is_404(client, work, caplog):
    files.private().delete(work.photos.first().image.pyramid.path)
    answer = client.get(url(work, "full/200,/0/default.jpg"))
    assert answer.status_code == 404 and "pyramid_lost" in caplog.text


@pytest.mark.parametrize("is_public", [True, False])
@pytest.mark.parametrize("state", WorkState)
def test_the_condition_is_what_the_permission_says_to_anybody(work, state, is_public):
    number = work.number if state in NUMBERED else None
    Work.objects.filter(pk=work.pk).update(state=state, is_public=is_public, number=number)
    image = work.photos.first().image
    by_rows = Image.objects.filter(shows_a_public_work(), pk=image.pk).exists()
    assert by_rows == may_see_picture(AnonymousUser(), image)
    assert by_rows == (is_public and state in ("registered", "recorded", "merged"))


def test_a_picture_of_no_work_is_not_open(work):
    image = work.photos.first().image
    work.photos.all().delete()
    assert not Image.objects.filter(shows_a_public_work(), pk=image.pk).exists()
