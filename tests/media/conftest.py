"""People and empty storages for the tests of pictures."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from artmarket.accounts.models import RoleGrant, User
from media.engine import Limits
from tests.factories import add_second_factor


@pytest.fixture
def limits() -> Limits:
    return Limits(max_pixels=128_000_000, max_bytes=100_000_000, max_frames=1, min_edge=1)


@pytest.fixture(autouse=True)
def _empty_storages():
    """Before as well: tests of other apps leave their pictures."""
    empty_storages()
    yield
    empty_storages()


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
        root = Path(root)
        return {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}

    return names
