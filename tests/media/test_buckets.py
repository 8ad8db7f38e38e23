"""Files on a real server of the S3 protocol: who serves what, how failures look, what is asked when."""

import urllib.error
import urllib.request
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import botocore.endpoint
import environ
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from artmarket.core.clock import db_now
from artmarket.settings.files import buckets
from media import files, permissions
from media.enums import ImageState
from media.links import signed_link
from media.models import Image
from media.selectors import picture_sources
from media.services.documents import discard_document, receive_document
from media.services.pictures import discard_image, make_derivatives, receive_image
from media.services.sweeping import sweep

from . import papers, pictures
from .conftest import sent, use_buckets

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def on_buckets(s3, settings):
    use_buckets(s3, settings)


@pytest.fixture
def proof(monkeypatch):
    monkeypatch.setattr(permissions, "_readers", {"proof": []})
    monkeypatch.setattr(permissions, "_keepers", {"proof": []})


def received(actor) -> Image:
    return receive_image(actor=actor, file=ContentFile(pictures.a_file()), name="春山.jpg")


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def test_public_pictures_are_served_by_the_bucket_and_never_change(painter, on_buckets, s3):
    image = received(painter)
    assert make_derivatives(image_id=image.pk) == ImageState.READY
    sources = picture_sources(image)
    assert sources.src.startswith(f"{s3}/kites-public/pictures/") and "?" not in sources.src
    with urllib.request.urlopen(sources.src) as response:
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.read()[:3] == b"\xff\xd8\xff"


def test_an_original_is_served_by_an_address_that_is_signed_and_short(painter, on_buckets, s3):
    image = received(painter)
    client = Client()
    client.force_login(painter)
    answer = client.get(reverse("media:original", args=[image.uuid]))
    assert answer.status_code == 302 and answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    address = answer["Location"]
    query = parse_qs(urlsplit(address).query)
    assert query["X-Amz-Expires"] == ["60"] and "X-Amz-Signature" in query
    with urllib.request.urlopen(address) as response:
        assert response.read() == pictures.a_file()
        assert response.headers["Content-Disposition"].startswith("attachment; ")
        assert response.headers["Cache-Control"] == "private, no-store"
    assert status(address.partition("?")[0]) == 403, "without the signature nobody gets it"


def test_a_document_passes_the_platform_before_the_store(painter, stranger, on_buckets, proof):
    paper = papers.a_pdf()
    document = receive_document(
        actor=painter, file=ContentFile(paper), name="x.pdf", purpose="proof"
    )
    link = signed_link(document, actor=painter)
    client = Client()
    client.force_login(stranger)
    assert client.get(link).status_code == 403
    client.force_login(painter)
    assert sent(client.get(link)) == paper


def test_a_store_that_fails_looks_like_a_disk_that_fails(painter, on_buckets):
    image = received(painter)
    storage = files.private()
    assert not storage.exists("none.jpg")
    for ask in (storage.open, storage.size, storage.get_modified_time):
        with pytest.raises(FileNotFoundError):
            ask("none.jpg")
    storage.bucket.objects.all().delete()
    storage.bucket.delete()
    with pytest.raises(OSError):
        received(painter)
    assert Image.objects.get() == image, "the second one left no row"
    assert make_derivatives(image_id=image.pk) == ImageState.WAITING
    assert files.remove(storage, [image.original_path]) in (0, 1)


def test_a_store_that_does_not_answer_looks_like_a_disk_that_fails(painter, settings, s3):
    use_buckets(s3, settings)
    changed = {**settings.STORAGES}
    options = {**changed["private"]["OPTIONS"], "endpoint_url": "http://127.0.0.1:9"}
    changed["private"] = {**changed["private"], "OPTIONS": options}
    settings.STORAGES = changed
    with pytest.raises(OSError):
        received(painter)
    assert not Image.objects.exists()


def test_the_store_is_never_asked_inside_a_transaction(painter, on_buckets, proof, monkeypatch):
    asked = []
    real = botocore.endpoint.Endpoint.make_request

    def make_request(self, operation, *args, **kwargs):
        asked.append((operation.name, connection.in_atomic_block))
        return real(self, operation, *args, **kwargs)

    monkeypatch.setattr(botocore.endpoint.Endpoint, "make_request", make_request)
    image = received(painter)
    make_derivatives(image_id=image.pk)
    document = receive_document(
        actor=painter, file=ContentFile(papers.a_pdf()), name="x.pdf", purpose="proof"
    )
    client = Client()
    client.force_login(painter)
    client.get(signed_link(document, actor=painter))
    discard_document(actor=painter, document_id=document.pk)
    discard_image(actor=painter, image_id=image.pk)
    sweep(now=db_now() + timedelta(hours=2))
    assert {"PutObject", "GetObject", "DeleteObject", "ListObjects"} <= {name for name, _ in asked}
    assert [name for name, inside in asked if inside] == []
    assert not list(files.private().bucket.objects.all())
    assert not list(files.public().bucket.objects.all())


def test_the_sweep_reads_every_page_of_a_long_list(painter, on_buckets):
    kept = received(painter)
    lost = files.private().connection.meta.client
    for n in range(1001):  # a page of the protocol holds a thousand
        lost.put_object(Bucket="kites-private", Key=f"originals/ab/{n:032x}.jpg", Body=b"x")
    assert sweep(now=db_now() + timedelta(minutes=1)).originals_deleted == 0
    assert sweep(now=db_now() + timedelta(hours=2)).originals_deleted == 1001
    left = {found.key for found in files.private().bucket.objects.all()}
    assert left == {kept.original_path}


# ------------------------------------------------------------------------ settings


def made(**values: str):
    env = environ.Env()
    env.ENVIRON = {"S3_PUBLIC_BUCKET": "p", "S3_PRIVATE_BUCKET": "q", **values}
    return buckets(env)


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({}, "https://p.s3.us-east-1.amazonaws.com/"),
        ({"S3_REGION": "eu-west-1"}, "https://p.s3.eu-west-1.amazonaws.com/"),
        ({"S3_ENDPOINT": "https://oss.example.cn"}, "https://oss.example.cn/p/"),
        (
            {"S3_ENDPOINT": "https://oss.example.cn", "S3_ADDRESSING": "virtual"},
            "https://p.oss.example.cn/",
        ),
        (
            {"S3_ENDPOINT": "http://10.0.0.9:9000", "S3_PUBLIC_HOST": "cdn.example.cn"},
            "https://cdn.example.cn/",
        ),
    ],
)
def test_public_files_have_the_address_of_the_bucket_or_of_the_cdn(values, address):
    storages, base = made(**values)
    assert base == address
    options = storages["default"]["OPTIONS"]
    assert f"{options['url_protocol']}//{options['custom_domain']}/" == address
    assert options["querystring_auth"] is False
    assert storages["private"]["OPTIONS"]["querystring_auth"] is True
    assert "custom_domain" not in storages["private"]["OPTIONS"]


@pytest.mark.parametrize("values", [{"S3_PUBLIC_BUCKET": ""}, {"S3_PRIVATE_BUCKET": "p"}])
def test_one_bucket_for_both_is_refused(values):
    with pytest.raises(ImproperlyConfigured, match="two buckets"):
        made(**values)
