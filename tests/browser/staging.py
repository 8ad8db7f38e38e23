"""Sales, cases and certificates on the platform under test, made in a process of their own."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from artmarket.core.testing import PROJECT_DIR
from tests.browser.conftest import Platform, environment
from tests.browser.money_stage import ANSWER


def staged(platform: Platform, *, stage: str = "tests.auctions.stage", **asked) -> dict:
    """Let the stage do what is asked (`do="begin", minutes=2`); its answer."""
    done = subprocess.run(
        [sys.executable, "-m", stage],
        input=json.dumps(asked) + "\n", capture_output=True, text=True, cwd=PROJECT_DIR,
        check=False, timeout=120,
        env=environment(0, platform.folder, DATABASE_URL=platform.database_url,
                        SITE_URL=platform.url, DJANGO_SETTINGS_MODULE="artmarket.settings.local"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def asking(platform: Platform, module: str) -> Iterator[Callable[..., dict]]:
    """A stage that stays (to start Django for each would take longer than the tests).

    ask(do="begin", …) is a line of JSON to the module's process; its answer begins with `ANSWER`.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module],
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
