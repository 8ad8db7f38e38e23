"""A real browser against the real thing: `make run`'s own program on a database of its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from artmarket.core.testing import PROJECT_DIR
from artmarket.core.testing_postgres import Cluster, free_port

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
START_SECONDS = 300


@dataclass(frozen=True)
class Platform:
    """A running platform: its address, database and folder."""

    url: str
    database_url: str
    folder: Path
    process: subprocess.Popen


def start_platform(database_url: str, folder: Path) -> Platform:
    """Start `python -m artmarket.run` and wait until it answers."""
    port = free_port()
    environment = {
        k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")
    }
    environment |= {"DATABASE_URL": database_url, "PORT": str(port), "VAR_DIR": str(folder)}
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "artmarket.run"], cwd=PROJECT_DIR, env=environment, stdout=log, stderr=log
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/works/find/", timeout=5) as answer:
                if answer.status == 200:
                    return Platform(url, database_url, folder, process)
        except OSError:
            time.sleep(0.3)
    process.kill()
    raise RuntimeError((folder / "log").read_text(errors="replace")[-4000:])


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """The whole platform with the demonstration district, as a newcomer gets it."""
    cluster = Cluster()
    folder = Path(tempfile.mkdtemp(prefix="artmarket-browser-"))
    running = start_platform(cluster.database("newcomer"), folder)
    yield running
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(timeout=30) == 0
    cluster.remove()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as installed on this machine."""
    assert CHROMIUM, "no Chromium found; `make test` installs it"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visit(platform: Platform, browser: Browser) -> Iterator:
    """Open a page: visit(path, width=…, theme=…, script=…) → Page; script errors fail the test."""
    contexts = []
    problems: list[str] = []

    def open_page(path: str = "/", *, width: int = 1280, theme: str = "light", script: bool = True) -> Page:
        context = browser.new_context(
            base_url=platform.url,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda m: problems.append(m.text) if "Content Security Policy" in m.text else None,
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def sign_in(page: Page, role: str, prefix: str = "") -> None:
    """Sign in as the demonstration account of a role."""
    from artmarket.core.demo import PASSWORD, address

    page.goto(f"{prefix}/account/login/")
    page.fill("[name=login]", address(role))
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "/login/" not in url)
