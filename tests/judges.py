"""Programmes of others that judge ours, in folders of their own inside `.venv`.

Made on first use (or by `python -m tests.judges`) from tests/judges.txt (Python) and
tests/judges-npm.txt (Node), and made anew when those change. Nothing is skipped without them: a
test that can't get them fails.
"""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("judges.txt")
PACKAGES = Path(__file__).with_name("judges-npm.txt")
FOLDER = Path(sys.prefix) / "judges"
NODE_FOLDER = Path(sys.prefix) / "judges-npm"


def _fresh(folder: Path, wanted_file: Path, install: Callable[[], None]) -> None:
    """Install into `folder` unless what stands in `wanted_file` is there; one process at a time."""
    wanted = sha256(wanted_file.read_bytes()).hexdigest()
    mark = folder / "installed"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists() or mark.read_text() != wanted:
            install()
            mark.write_text(wanted)


def judges() -> Path:
    """The folder with the judges' Python programmes (bin); installed when they are not yet."""

    def install() -> None:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        subprocess.run(
            [
                FOLDER / "bin" / "python", "-m", "pip", "install", "--quiet",
                "--disable-pip-version-check", "-r", str(REQUIREMENTS),
            ],
            check=True,
        )  # fmt: skip

    _fresh(FOLDER, REQUIREMENTS, install)
    return FOLDER / "bin"


def node_judges() -> Path:
    """The folder with the judges' Node packages (node_modules); installed when they are not yet.

    Scripts of packages don't run: one of them would fetch a Java of its own.
    """
    lines = (line.partition("#")[0].strip() for line in PACKAGES.read_text().splitlines())
    wanted = [line for line in lines if line]

    def install() -> None:
        shutil.rmtree(NODE_FOLDER, ignore_errors=True)
        NODE_FOLDER.mkdir()
        (NODE_FOLDER / "package.json").write_text('{"private": true}\n')
        subprocess.run(
            [
                "npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts",
                "--no-package-lock", "--save-exact", *wanted,
            ],
            cwd=NODE_FOLDER, check=True,
        )  # fmt: skip

    _fresh(NODE_FOLDER, PACKAGES, install)
    return NODE_FOLDER / "node_modules"


if __name__ == "__main__":
    print(judges())
    print(node_judges())
