"""The production profile passes Django's deployment check and refuses a weak start."""

import os
import subprocess
import sys

import pytest

from artmarket.core.testing import PROJECT_DIR

GOOD = {
    "DJANGO_SETTINGS_MODULE": "artmarket.settings.production",
    "FIELD_KEYS": "bm90LWEtc2VjcmV0LWJ1dC0zMi1ieXRlcy1mb3ItdXM=",
    "FINGERPRINT_KEY": "f1n6erPr1nt-k3y-0f-a-t3st-with-3nough-letters",
    "SECRET_KEY": "q7Hd-0aB3kLm9zXw2Ue5Rt8Yp1Io4As6Df_Gh7Jk0Zx3Cv5Bn8Mq2We4Rt6",
    "DATABASE_URL": "postgres://art@db.example/art",
    "ALLOWED_HOSTS": "art.example",
    "SITE_URL": "https://art.example",
    "EMAIL_URL": "smtp+tls://art:pw@mail.example:587",
}


def check(**changes: str | None) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")}
    environment |= {k: v for k, v in {**GOOD, **changes}.items() if v is not None}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=PROJECT_DIR, env=environment, capture_output=True, text=True,
    )  # fmt: skip


def test_the_deployment_check_has_no_warnings():
    done = check()
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    "name",
    [
        *("SECRET_KEY", "FIELD_KEYS", "FINGERPRINT_KEY"),
        *("DATABASE_URL", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_URL"),
    ],
)
def test_a_missing_variable_stops_the_start_with_its_name(name):
    done = check(**{name: None})
    assert done.returncode != 0
    assert f"{name} is not set" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "django-insecure-" + "a1b2c3d4e5" * 6, "default or too weak"),
        ("FIELD_KEYS", "too-short", "URL-safe base64"),
        ("FINGERPRINT_KEY", "short", "too short"),
        ("SECRET_KEY", "short", "default or too weak"),
        ("SECRET_KEY", "a" * 80, "default or too weak"),
        ("DATABASE_URL", "sqlite:///x.db", "PostgreSQL"),
        ("ALLOWED_HOSTS", "*", "not '*'"),
        ("SITE_URL", "http://art.example", "https://"),
    ],
)
def test_a_weak_value_stops_the_start_with_words(name, value, words):
    done = check(**{name: value})
    assert done.returncode != 0
    assert words in done.stderr
