"""`make run`'s program as a process: a taken port, a second start, Ctrl-C, and a sudden death.

It runs on the embedded SQLite in a folder of its own, empty of demonstration data for speed.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from artmarket.core.testing import PROJECT_DIR
from tests.browser.conftest import Started, environment, start_platform

CHILDREN = {"uvicorn", "db_worker", "tick"}


def children(pid: int) -> dict[int, str]:
    """The living child processes of a process (Linux): number → command line."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, ValueError):
            continue
        if parent == pid and words:
            found[int(folder.name)] = words
    return found


def gone(pids: set[int], seconds: float = 15) -> bool:
    """Whether all these processes end in time; a process that waits to be reaped has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(is_alive(pid) for pid in pids):
            return True
        time.sleep(0.1)
    return False


def is_alive(pid: int) -> bool:
    """Whether the process runs."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def status(url: str) -> int:
    """The status of an address."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """The folder of data that the starts of this file share, empty at first."""
    path = Path(tempfile.mkdtemp(prefix="artmarket-start-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def started(folder: Path) -> Iterator[Started]:
    """A platform on the embedded database without the demonstration district."""
    running = start_platform(folder, DEMO="0")
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGINT)
        running.process.wait(timeout=30)


def test_a_taken_port_is_an_error_that_names_the_variable(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = subprocess.run(
            [sys.executable, "-m", "artmarket.run"],
            cwd=PROJECT_DIR,
            env=environment(taken.getsockname()[1], tmp_path),
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert ended.returncode != 0
    assert "PORT=" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list(tmp_path.iterdir()), "nothing is made before the port is known to be free"


@pytest.mark.parametrize("port", ["eighty", "99999"])
def test_an_impossible_port_is_an_error_too(tmp_path, port):
    ended = subprocess.run(
        [sys.executable, "-m", "artmarket.run"],
        cwd=PROJECT_DIR,
        env=environment(0, tmp_path) | {"PORT": port},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode != 0
    assert f"PORT={port}" in ended.stderr


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"DATABASE_URL": "oddsql://u:hidden-word@host/x"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://u:hidden-word@host:notaport/x"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://u:hidden-word@127.0.0.1:1/x"}, "DATABASE_URL"),
        ({"VAR_DIR": "/dev/null/var"}, "/dev/null/var"),
    ],
)
def test_a_wrong_setting_is_one_clear_line_that_names_it(tmp_path, setting, named):
    ended = subprocess.run(
        [sys.executable, "-m", "artmarket.run"],
        cwd=PROJECT_DIR,
        env=environment(0, tmp_path) | setting,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode != 0
    assert named in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "hidden-word" not in ended.stderr + ended.stdout


def test_an_empty_folder_becomes_a_usable_empty_site_and_ctrl_c_leaves_no_child(started):
    print(f"first start, embedded SQLite, no demonstration: {started.seconds:.1f} s")
    for path in ("/", "/en/", "/works/", "/works/find/", "/account/signup/", "/rules/"):
        assert status(started.url + path) == 200, path
    words = started.words()
    assert started.url in words
    assert "demo" not in words.lower()

    found = children(started.process.pid)
    assert {name for name in CHILDREN if any(name in line for line in found.values())} == CHILDREN
    started.process.send_signal(signal.SIGINT)
    assert started.process.wait(timeout=30) == 0
    assert gone(set(found))
    assert "Stopped." in started.words()


def test_a_second_start_keeps_the_data_and_a_killed_parent_leaves_no_child(started, folder):
    print(f"second start: {started.seconds:.1f} s")
    assert "Preparing the database" not in started.words()
    assert status(started.url + "/") == 200

    found = children(started.process.pid)
    assert len(found) == len(CHILDREN)
    os.kill(started.process.pid, signal.SIGKILL)
    started.process.wait(timeout=10)
    assert gone(set(found))

    again = start_platform(folder, DEMO="0")
    assert status(again.url + "/works/") == 200
    again.process.send_signal(signal.SIGTERM)
    assert again.process.wait(timeout=30) == 0
