"""A process that serves: what it keeps out of garbage collection, and whom its log believes."""

import os
import subprocess
import sys

import pytest
import structlog

from artmarket.accounts.requests import RequestContextMiddleware, address_of
from artmarket.core.memory import YOUNG
from artmarket.core.testing import PROJECT_DIR

FROZEN = """
import gc
from artmarket.{name} import application
print(gc.get_freeze_count(), gc.get_threshold()[0], len(gc.get_objects()))
"""


@pytest.mark.parametrize("name", ["wsgi", "asgi"])
def test_loaded_code_is_not_searched_for_garbage(name, tmp_path):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "artmarket.settings.local", "VAR_DIR": str(tmp_path),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", FROZEN.format(name=name)],
        cwd=PROJECT_DIR, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    frozen, young, searched = map(int, done.stdout.split())
    assert (frozen > 100_000, young) == (True, YOUNG)
    assert searched < frozen / 10


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, "203.0.113.9", "198.51.100.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9", "198.51.100.7"),
        (1, "not an address", "198.51.100.7"),
    ],
)
def test_a_request_cannot_choose_the_address_it_comes_from(rf, settings, proxies, header, expected):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", headers={"X-Forwarded-For": header}, REMOTE_ADDR="198.51.100.7")
    assert address_of(request) == expected


def test_the_log_names_the_same_address(rf, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert settings.MIDDLEWARE.count("artmarket.accounts.requests.RequestContextMiddleware") == 1
    request = rf.get("/", headers={"X-Forwarded-For": "203.0.113.9"}, REMOTE_ADDR="198.51.100.7")
    with structlog.contextvars.bound_contextvars(ip=""):
        RequestContextMiddleware.bind_ip(request)
        assert structlog.contextvars.get_contextvars()["ip"] == "198.51.100.7"
