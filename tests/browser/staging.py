"""Sales, cases and certificates on the platform under test, made in a process of their own."""

import json
import subprocess
import sys

from artmarket.core.testing import PROJECT_DIR
from tests.browser.conftest import Platform, environment


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
