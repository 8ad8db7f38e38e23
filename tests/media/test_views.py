"""The addresses of pictures: who gets what, and with which headers."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from media import files, permissions
from media.models import Image
from media.services.pictures import make_derivatives, receive_image

from . import pictures

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, content: bytes | None = None, name: str = "春山.jpg", **headers):
    content = pictures.a_file("jpg") if content is None else content
    sent = SimpleUploadedFile(name, content, content_type="image/jpeg")
    return client.post(reverse("media:upload"), {"file": sent}, headers=headers)


def test_an_upload_answers_with_the_state_and_where_to_ask_again(painter):
    answer = send(client_of(painter))
    assert answer.status_code == 201
    body = answer.json()
    image = Image.objects.get()
    assert body["uuid"] == str(image.uuid) and body["state"] == "waiting" and body["src"] == ""
    assert body["same_as"] is None
    assert client_of(painter).get(body["state_url"]).json()["state"] == "waiting"
    make_derivatives(image_id=image.pk)
    ready = client_of(painter).get(body["state_url"])
    assert ready.json()["state"] == "ready" and ready.json()["srcset"]
    assert "no-store" in ready["Cache-Control"]
    assert send(client_of(painter)).json()["same_as"] == str(image.uuid)


def test_a_png_that_says_it_is_a_jpeg_is_answered_as_a_problem(painter):
    answer = send(client_of(painter), pictures.a_file("png"))
    assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["code"] == "name_mismatch" and body["rule"] == "media.formats"
    assert body["title"] == "文件名以“.jpg”结尾，内容却是PNG图片。"
    assert not Image.objects.exists()


def test_a_truncated_picture_is_answered_as_a_problem(painter):
    answer = send(client_of(painter), pictures.a_file("jpg")[:9000])
    assert answer.status_code == 422 and json.loads(answer.content)["code"] == "truncated"
    assert not Image.objects.exists()


def test_htmx_gets_fragments(painter):
    htmx = {"HX-Request": "true"}
    refused = send(client_of(painter), b"kite", **htmx)
    assert refused.status_code == 200 and 'data-code="not_a_picture"' in refused.content.decode()
    fragment = send(client_of(painter), **htmx).content.decode()
    image = Image.objects.get()
    assert f'data-hx-get="/pictures/{image.uuid}/state/"' in fragment and "正在处理" in fragment
    make_derivatives(image_id=image.pk)
    page = client_of(painter).get(reverse("media:state", args=[image.uuid]), headers=htmx)
    assert "data-hx-get" not in page.content.decode() and "<picture>" in page.content.decode()


def test_uploading_needs_an_account_a_file_and_post(painter):
    assert "login" in send(Client())["Location"]
    assert not Image.objects.exists()
    empty = client_of(painter).post(reverse("media:upload"))
    assert empty.status_code == 422 and empty.json()["code"] == "no_file"
    assert client_of(painter).get(reverse("media:upload")).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(painter)
    assert send(strict).status_code == 403


def test_a_file_over_the_cap_is_dropped_while_it_comes(painter, settings):
    settings.FILE_UPLOAD_HANDLERS = ["media.uploads.CappedUploadHandler"]
    settings.RULE_OVERRIDES = {"media.max_bytes": 1_048_576}
    answer = send(client_of(painter), bytes(2_000_000))
    assert answer.status_code == 422 and answer.json()["code"] == "too_many_bytes"
    assert send(client_of(painter)).status_code == 201


def original_of(painter) -> Image:
    content = pictures.jpeg_with_segment(0xFE, b"studio")
    return receive_image(actor=painter, file=SimpleUploadedFile("x", content), name="春 山.jpg")


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_original_goes_to_its_uploader_and_to_registrars_only(painter, stranger, registrar):
    image = original_of(painter)
    address = reverse("media:original", args=[image.uuid])
    with files.private().open(image.original_path) as file:
        content = file.read()
    for person in (painter, registrar):
        answer = client_of(person).get(address)
        assert answer.status_code == 200 and body_of(answer) == content
        assert answer["Content-Disposition"] == (
            f"attachment; filename=\"{image.uuid}.jpg\"; filename*=UTF-8''%E6%98%A5%20%E5%B1%B1.jpg"
        )
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-store"
        assert int(answer["Content-Length"]) == len(content)
    assert (
        client_of(stranger).get(address, headers={"Accept": "application/json"}).status_code == 403
    )
    anonymous = Client().get(address)
    assert anonymous.status_code == 302 and "login" in anonymous["Location"]
    unknown = reverse("media:original", args=["00000000-0000-4000-8000-000000000000"])
    assert client_of(painter).get(unknown).status_code == 404


def test_a_floor_above_can_let_the_owner_see_the_original(painter, stranger, monkeypatch):
    image = original_of(painter)
    monkeypatch.setattr(permissions, "_viewers", [])
    permissions.register(lambda user, found: user == stranger and found == image)
    address = reverse("media:original", args=[image.uuid])
    assert client_of(stranger).get(address).status_code == 200
    stranger.is_active = False
    assert not permissions.can_view_original(stranger, image)


def test_the_original_streams_under_asgi_too(painter, rf):
    import asyncio

    from django.core.handlers.asgi import ASGIRequest

    from media.serving import private_original

    image = original_of(painter)
    request = ASGIRequest(
        {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}, None
    )
    answer = private_original(request, image)

    async def read() -> bytes:
        return b"".join([piece async for piece in answer])

    assert len(asyncio.run(read())) == image.size


def test_public_pictures_are_cached_for_ever_and_answer_304(painter):
    image = original_of(painter)
    make_derivatives(image_id=image.pk)
    derivative = image.derivatives.get(kind="avif-480")
    address = files.public().url(derivative.path)
    answer = Client().get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "image/avif"
    assert len(answer.content) == derivative.size
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    again = Client().get(address, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304 and again.content == b"" and again["ETag"] == answer["ETag"]
    head = Client().head(address)
    assert head["Content-Length"] == str(derivative.size) and head.content == b""
    assert Client().post(address).status_code == 405


@pytest.mark.parametrize(
    "name",
    [
        "../private/originals/x.jpg",
        "pictures/../../secret_key",
        "pictures/%2e%2e/%2e%2e/main.db",
        "documents/contract.pdf",
        "original_images/x.jpg",
        "pictures/aa",
        "pictures/none.jpg",
        "pictures/\x00.jpg",
        "secret_key",
    ],
)
def test_nothing_else_is_served(name, settings):
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    for folder, file in (("documents", "contract.pdf"), ("original_images", "x.jpg")):
        (settings.MEDIA_ROOT / folder).mkdir(exist_ok=True)
        (settings.MEDIA_ROOT / folder / file).write_bytes(b"x")
    assert Client().get(f"/media/{name}").status_code == 404
