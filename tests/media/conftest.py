"""People and empty storages for the tests of pictures."""

import json
import shutil
import urllib.request
from pathlib import Path

import boto3
import environ
import pytest
from django.conf import settings
from storages.backends.s3 import S3Storage

from artmarket.accounts.models import RoleGrant, User
from artmarket.settings.files import buckets
from media import files
from media.engine import Limits
from tests.factories import add_second_factor

KEY, SECRET = "kite", "spring"
ON_BOTH = {"test_pictures", "test_sweeping", "test_documents"}


@pytest.fixture
def limits() -> Limits:
    return Limits(max_pixels=128_000_000, max_bytes=100_000_000, max_frames=1, min_edge=1)


@pytest.fixture(scope="session")
def s3():
    """A server of the S3 protocol in a thread, on a free port; its address.

    All storages share one session: each would read all descriptions of services anew.
    """
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    session = boto3.Session(KEY, SECRET)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(S3Storage, "_create_session", lambda self: session)
        yield f"http://{host}:{port}"
    server.stop()


def pytest_generate_tests(metafunc):
    """The tests of what is kept run over folders and over buckets alike."""
    if metafunc.module.__name__.rpartition(".")[2] in ON_BOTH:
        metafunc.parametrize("files_in", ["folders", "buckets"], indirect=True)


@pytest.fixture(autouse=True)
def files_in(request):
    """Empty storages. Before as well: tests of other apps leave their pictures."""
    if getattr(request, "param", "folders") == "buckets":
        address, settings_ = (request.getfixturevalue(name) for name in ("s3", "settings"))
        use_buckets(address, settings_)
        yield "buckets"
        return
    empty_storages()
    yield "folders"
    empty_storages()


@pytest.fixture(autouse=True)
def incoming(settings, tmp_path_factory) -> Path:
    """An empty folder for uploads that come in: tests of other apps may hold theirs open."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path_factory.mktemp("incoming")
    return settings.FILE_UPLOAD_TEMP_DIR


def use_buckets(address: str, settings_) -> None:
    """Two new, empty buckets as storages, set up as an operator would."""
    reset = urllib.request.Request(f"{address}/moto-api/reset", method="POST")
    urllib.request.urlopen(reset).close()
    env = environ.Env()
    env.ENVIRON = {
        "S3_ENDPOINT": address,
        "S3_REGION": "cn-north-1",
        "S3_PUBLIC_BUCKET": "kites-public",
        "S3_PRIVATE_BUCKET": "kites-private",
    }
    storages, base_url = buckets(env)
    for storage in storages.values():
        storage["OPTIONS"] |= {"access_key": KEY, "secret_key": SECRET}
    settings_.STORAGES = {**settings_.STORAGES, **storages}
    settings_.MEDIA_URL = base_url
    for storage in (files.public(), files.private()):
        storage.bucket.create(CreateBucketConfiguration={"LocationConstraint": "cn-north-1"})
    reading = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    policy = {"Statement": [{**reading, "Resource": "arn:aws-cn:s3:::kites-public/*"}]}
    files.public().bucket.Policy().put(Policy=json.dumps({"Version": "2012-10-17", **policy}))


def sent(answer) -> bytes:
    """The body of a private file, also where the store itself sends it."""
    if answer.status_code == 302:
        with urllib.request.urlopen(answer["Location"]) as response:
            return response.read()
    return b"".join(answer.streaming_content)


def empty_storages() -> None:
    for root in (settings.MEDIA_ROOT, settings.PRIVATE_ROOT):
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def painter(db) -> User:
    return User.objects.create_user("painter@example.org", "kite", display_name="王青岚")


@pytest.fixture
def stranger(db) -> User:
    return User.objects.create_user("stranger@example.org", "kite", display_name="路人")


@pytest.fixture
def registrar(db) -> User:
    user = User.objects.create_user("registrar@example.org", "kite", display_name="登记员")
    RoleGrant.objects.create(user=user, role="registrar")
    add_second_factor(user)
    return user


@pytest.fixture
def stored():
    """The names of all files of a storage's root, relative to it."""

    def names(root: Path) -> set[str]:
        storage = files.public() if root == settings.MEDIA_ROOT else files.private()
        if files.is_remote(storage):
            return {found.key for found in storage.bucket.objects.all()}
        root = Path(root)
        return {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}

    return names
