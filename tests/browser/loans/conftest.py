"""A platform for loans in real browsers, once for all tests of this folder.

It is `make run`'s own, without the demonstration; money comes by transfer. The stage puts on it what
pages of others do (the lender's offer, the reports, the transfers).
ARTMARKET_LOANS_PLATFORM=address|database|process|folder names a platform that runs already.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from artmarket.core.testing import PROJECT_DIR
from artmarket.core.testing_postgres import Cluster
from tests.browser.conftest import Platform, environment, start_platform
from tests.browser.money.conftest import who
from tests.browser.money.doing import BANK_ACCOUNT
from tests.browser.money_stage import ANSWER

__all__ = ["platform", "stage", "who"]


@pytest.fixture(scope="package")
def platform() -> Iterator[Platform]:
    """A platform with a bank account; everything on it is of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"DEMO": "0", "BANK_ACCOUNT": BANK_ACCOUNT}.items():
            patch.setenv(name, value)
        if given := os.environ.get("ARTMARKET_LOANS_PLATFORM"):
            url, database_url, pid, place = given.split("|")
            yield Platform(url, database_url, int(pid), Path(place))
            return
        cluster, folder = Cluster(), Path(tempfile.mkdtemp(prefix="artmarket-loans-"))
        database_url = cluster.database("loans")
        started = start_platform(folder, DATABASE_URL=database_url)
        yield Platform(started.url, database_url, started.process.pid, folder)
        started.process.send_signal(signal.SIGINT)
        assert started.process.wait(timeout=30) == 0
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def stage(platform: Platform) -> Iterator[Callable[..., dict]]:
    """Put things on the platform: stage(do="begin"); one process of its own does it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.loans_stage"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT_DIR,
        env=environment(0, platform.folder, DATABASE_URL=platform.database_url,
                        SITE_URL=platform.url, DJANGO_SETTINGS_MODULE="artmarket.settings.local"),
    )  # fmt: skip
    asks, answers = process.stdin, process.stdout
    assert asks and answers

    def ask(**asked: Any) -> dict:
        asks.write(json.dumps(asked) + "\n")
        asks.flush()
        for line in answers:
            if line.startswith(ANSWER):
                answer = json.loads(line.removeprefix(ANSWER))
                assert "failed" not in answer, answer["failed"]
                return answer
        raise AssertionError(f"the stage ended with {process.wait()}; its words are above")

    yield ask
    asks.close()
    assert process.wait(timeout=30) == 0
