"""A platform for money in real browsers, once for all tests of this folder.

The platform is `make run`'s own, without the demonstration, its gateway the Stripe-protocol server
of `tests.ledger` on loopback: cards, holds, refunds and signed messages are its own, the pages and
the HTTP between both are real. ARTMARKET_MONEY_PLATFORM=address|database|process|folder|port names
a platform that runs already.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from artmarket.core.testing_postgres import Cluster, free_port
from tests.browser.conftest import Platform, prepared, start_platform
from tests.browser.money.doing import (
    BANK_ACCOUNT,
    sign_in,
)
from tests.browser.staging import asking
from tests.ledger.stripe_account import SECRET_KEY, WEBHOOK_SECRET, Stripe
from tests.ledger.stripe_server import StripeServer

# ------------------------------------------------------------------ the platform and its people


@pytest.fixture(scope="package")
def gateway_port() -> int:
    """Where the gateway listens, before it does."""
    given = os.environ.get("ARTMARKET_MONEY_PLATFORM")
    return int(given.split("|")[4]) if given else free_port()


@pytest.fixture(scope="package")
def platform(gateway_port: int) -> Iterator[Platform]:
    """A platform with a gateway and a bank account; everything on it is of these tests."""
    settings = {
        "DEMO": "0", "STRIPE_SECRET_KEY": SECRET_KEY, "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_API_BASE": f"http://127.0.0.1:{gateway_port}", "BANK_ACCOUNT": BANK_ACCOUNT,
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:  # the stage's processes are set up alike
        for name, value in settings.items():
            patch.setenv(name, value)
        if given := os.environ.get("ARTMARKET_MONEY_PLATFORM"):
            url, database_url, pid, place, _port = given.split("|")
            yield Platform(url, database_url, int(pid), Path(place))
            return
        cluster, folder = Cluster(), Path(tempfile.mkdtemp(prefix="artmarket-money-"))
        database_url = prepared(cluster, "money", folder)
        started = start_platform(folder, DATABASE_URL=database_url)
        yield Platform(started.url, database_url, started.process.pid, folder)
        started.process.send_signal(signal.SIGINT)
        assert started.process.wait(timeout=30) == 0
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def gateway(platform: Platform, gateway_port: int) -> Iterator[Stripe]:
    """The gateway's account; its messages go to the platform when a test sends them."""
    server = StripeServer(platform.folder / "gateway.db", gateway_port).start()
    server.stripe.webhook_url = f"{platform.url}/money/webhooks/stripe/"
    yield server.stripe
    server.stop()


@pytest.fixture(scope="package")
def stage(platform: Platform, gateway: Stripe) -> Iterator[Callable[..., dict]]:
    """Put things on the platform: stage(do="begin"); one process of its own does it."""
    with asking(platform, "tests.browser.money_stage") as ask:
        yield ask


@pytest.fixture
def who(platform: Platform, browser: Browser) -> Iterator[Callable[..., Page]]:
    """A page in a browser of its own, signed in, with the second factor where one is asked for."""
    contexts, problems = [], []

    def page(email: str = "", *, script: bool = True, width: int = 1280) -> Page:
        context = browser.new_context(
            base_url=platform.url, java_script_enabled=script, reduced_motion="reduce",
            viewport={"width": width, "height": 900}, locale="zh-CN",
        )  # fmt: skip
        context.set_default_timeout(30_000)
        contexts.append(context)
        opened = context.new_page()
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.on(
            "console",
            lambda m: problems.append(m.text) if "Content Security Policy" in m.text else None,
        )
        if email:
            opened.goto("/account/login/")
            sign_in(opened, email)
        return opened

    yield page
    for context in contexts:
        context.close()
    assert problems == []
