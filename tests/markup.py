"""Pages judged by the Nu HTML Checker: one Java process answers for a whole run.

It reads what it is given and fetches nothing. Style sheets are not its business: pages carry no
style of their own (the policy forbids it), and it does not know all that ours may use.
"""

import json
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from artmarket.core.testing_postgres import free_port
from tests.judges import node_judges

START_SECONDS = 120
ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Checker:
    """The checker as a service on this machine."""

    address: str

    def complaints(self, html: str) -> list[str]:
        """The errors of one document, each with the place in its words; nothing when it is right."""
        request = urllib.request.Request(
            f"{self.address}?out=json&level=error",
            data=html.encode(),
            headers={"Content-Type": "text/html; charset=utf-8"},
        )
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            messages = json.load(answer)["messages"]
        return [_line(m) for m in messages if m["type"] != "info"]


def _line(message: dict) -> str:
    extract = " ".join(message.get("extract", "").split())
    return f"line {message.get('lastLine', '?')}: {message['message']} [{extract}]"


def _answers(address: str) -> bool:
    """Whether the service is awake; it refuses an empty question, which is an answer too."""
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@pytest.fixture(scope="session")
def checker() -> Iterator[Checker]:
    """The Nu HTML Checker, started once."""
    if not shutil.which("java"):
        pytest.fail("no Java found; `make test` installs it")
    jar = node_judges() / "vnu-jar" / "build" / "dist" / "vnu.jar"
    port = free_port()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [
                "java", "-Xmx512m", "-Dnu.validator.servlet.bind-address=127.0.0.1",
                "-cp", str(jar), "nu.validator.servlet.Main", str(port),
            ],
            stdout=log, stderr=log,
        )  # fmt: skip
        try:
            began = time.monotonic()
            address = f"http://127.0.0.1:{port}/"
            while not _answers(address):
                if process.poll() is not None or time.monotonic() - began > START_SECONDS:
                    log.seek(0)
                    pytest.fail(log.read().decode(errors="replace")[-2000:])
                time.sleep(0.2)
            yield Checker(address)
        finally:
            process.terminate()
            process.wait(timeout=30)
