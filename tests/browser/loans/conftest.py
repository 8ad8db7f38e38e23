"""A platform for loans in real browsers, once for all tests of this folder.

It is `make run`'s own, without the demonstration; money comes by transfer. The stage puts on it what
pages of others do (the lender's offer, the reports, the transfers).
ARTMARKET_LOANS_PLATFORM=address|database|process|folder names a platform that runs already.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from artmarket.core.testing_postgres import Cluster
from tests.browser.conftest import Platform, prepared, start_platform
from tests.browser.money.conftest import who
from tests.browser.money.doing import BANK_ACCOUNT
from tests.browser.staging import asking

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
        database_url = prepared(cluster, "loans", folder)
        started = start_platform(folder, DATABASE_URL=database_url)
        yield Platform(started.url, database_url, started.process.pid, folder)
        started.process.send_signal(signal.SIGINT)
        assert started.process.wait(timeout=30) == 0
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def stage(platform: Platform) -> Iterator[Callable[..., dict]]:
    """Put things on the platform: stage(do="begin"); one process of its own does it."""
    with asking(platform, "tests.browser.loans_stage") as ask:
        yield ask
