"""A real browser against the real thing: `make run`'s own program on a database of its own.

One platform serves the whole suite. ARTMARKET_PLATFORM=address|database|process|folder
names one that runs already, for quick loops while a page is being written.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from artmarket.core.demo import PASSWORD, address
from artmarket.core.testing import PROJECT_DIR
from artmarket.core.testing_postgres import Cluster, free_port
from tests.factories import PASSWORD as BIDDERS_PASSWORD
from tests.migrated import begin_migrated

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
START_SECONDS = 900
READY_PATH = "/works/find/"
# Parts that are fetched after the page. A function: the policy of pages refuses words as a program.
WOKEN = "() => document.querySelectorAll(':not(:defined)').length === 0"


@dataclass(frozen=True)
class Platform:
    """A running platform: its address, database, main process and folder."""

    url: str
    database_url: str
    pid: int
    folder: Path

    def rows(self, sql: str) -> list[tuple]:
        """The rows of a query on the platform's own database (PostgreSQL)."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(sql).fetchall()


@dataclass
class Started:
    """A platform's process, with what it printed."""

    process: subprocess.Popen
    url: str
    folder: Path
    seconds: float = 0.0

    def words(self) -> str:
        """Everything printed until now."""
        return (self.folder / "log").read_text(errors="replace")


def environment(port: int, folder: Path, **extra: str) -> dict[str, str]:
    """The variables of a platform of its own; nothing of the test run leaks into it."""
    ours = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "ARTMARKET_TEST_DB"}
    kept = {k: v for k, v in os.environ.items() if k not in ours}
    return kept | {"PORT": str(port), "VAR_DIR": str(folder), **extra}


def start_platform(folder: Path, **extra: str) -> Started:
    """Start `python -m artmarket.run` and wait until it answers."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "artmarket.run"],
            cwd=PROJECT_DIR,
            env=environment(port, folder, **extra),
            stdout=log,
            stderr=log,
        )
    started = Started(process, f"http://127.0.0.1:{port}", folder)
    while time.monotonic() - began < START_SECONDS and process.poll() is None:
        try:
            with urllib.request.urlopen(started.url + READY_PATH, timeout=5) as answer:
                if answer.status == 200:
                    started.seconds = time.monotonic() - began
                    return started
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise RuntimeError(started.words()[-4000:])


def prepared(cluster: Cluster, name: str, folder: Path) -> str:
    """A new database as a first start leaves it, from the migrations that are kept."""
    url = cluster.database(name)
    if begin_migrated(url):
        for command in ("createcachetable", "set_up_site"):
            subprocess.run(
                [sys.executable, "manage.py", command, "--verbosity", "0"],
                cwd=PROJECT_DIR, env=environment(0, folder, DATABASE_URL=url), check=True,
            )  # fmt: skip
    return url


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """The whole platform with the demonstration district, as a newcomer gets it.

    Its migrations are kept ones (`tests/browser/test_start.py` starts from nothing).
    """
    if given := os.environ.get("ARTMARKET_PLATFORM"):
        url, database_url, pid, folder = given.split("|")
        yield Platform(url, database_url, int(pid), Path(folder))
        return
    cluster = Cluster()
    folder = Path(tempfile.mkdtemp(prefix="artmarket-browser-"))
    database_url = prepared(cluster, "newcomer", folder)
    started = start_platform(folder, DATABASE_URL=database_url)
    print(f"start with the demonstration district: {started.seconds:.0f} s")
    yield Platform(started.url, database_url, started.process.pid, folder)
    started.process.send_signal(signal.SIGINT)
    assert started.process.wait(timeout=30) == 0
    cluster.remove()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as installed on this machine."""
    if not CHROMIUM:
        pytest.fail("no Chromium found; `make test` installs it")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def session_of(platform: Platform, browser: Browser) -> Callable[[str], dict | None]:
    """The stored session of a demonstration account, signed in once; nothing for ""."""
    states: dict[str, dict] = {}

    def state(role: str) -> dict | None:
        if not role:
            return None
        if role not in states:
            context = browser.new_context(base_url=platform.url)
            sign_in(context.new_page(), role)
            states[role] = context.storage_state()
            context.close()
        return states[role]

    return state


@pytest.fixture
def visit(platform: Platform, browser: Browser, session_of: Callable) -> Iterator[Callable]:
    """Open a page in a browser of its own; errors of scripts or of the policy fail the test.

    visit(path, width=px, theme=…, script=bool, role=…) → Page; `role` is already signed in.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(
        path: str = "/",
        *,
        width: int = 1280,
        theme: str = "light",
        script: bool = True,
        role: str = "",
    ) -> Page:
        context = browser.new_context(
            base_url=platform.url,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            reduced_motion="reduce",
            java_script_enabled=script,
            storage_state=session_of(role),
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda m: problems.append(m.text) if "Content Security Policy" in m.text else None,
        )
        page.goto(path)
        if script:
            page.wait_for_function(WOKEN)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def stage(platform: Platform) -> Callable[..., dict]:
    """Put a sale on the platform: stage(do="begin", minutes=2)."""

    from tests.browser.staging import staged

    return partial(staged, platform)


@pytest.fixture
def bidder_page(platform: Platform, browser: Browser) -> Iterator[Callable[..., Page]]:
    """A page in a browser of its own, signed in as this bidder (nobody: a stranger)."""
    contexts = []

    def page(
        email: str = "", *, script: bool = True, width: int = 1280, theme: str = "light"
    ) -> Page:
        context = browser.new_context(
            base_url=platform.url, java_script_enabled=script, reduced_motion="reduce",
            viewport={"width": width, "height": 900}, locale="zh-CN", color_scheme=theme,
        )  # fmt: skip
        context.set_default_timeout(15_000)
        contexts.append(context)
        opened = context.new_page()
        if email:
            opened.goto("/account/login/")
            opened.fill("[name=login]", email)
            opened.fill("[name=password]", BIDDERS_PASSWORD)
            opened.click("main form button[type=submit]")
            opened.wait_for_url(lambda url: "/login/" not in url)
        return opened

    yield page
    for context in contexts:
        context.close()


def sign_in(page: Page, role: str, prefix: str = "") -> None:
    """Sign in as the demonstration account of a role."""
    page.goto(f"{prefix}/account/login/")
    page.fill("[name=login]", address(role))
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "/login/" not in url)
