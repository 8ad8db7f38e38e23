"""Where the shared examples and sample data stand, for tests.

They stand beside the project for its developers and in CI only. A test that reads them says why
it skips when they are absent, and never skips in CI.
"""

import os
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[2]


def shared_dir() -> Path:
    """The folder of shared test input: ARTMARKET_SHARED, or `shared` beside the project."""
    return Path(os.environ.get("ARTMARKET_SHARED") or PROJECT_DIR.parent / "shared")


def require_shared(relative: str) -> Path:
    """The path of a shared file; skips the running test when absent, fails it in CI."""
    path = shared_dir() / relative
    if not path.exists():
        import pytest

        reason = f"shared test input {relative} is not beside the project (set ARTMARKET_SHARED)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path
