"""Programmes of others that judge ours, in a virtual environment of their own inside `.venv`.

Made on first use (or by `python -m tests.judges`) from tests/judges.txt, and made anew when that
changes. Nothing is skipped without them: a test that can't get them fails.
"""

import fcntl
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("judges.txt")
FOLDER = Path(sys.prefix) / "judges"


def judges() -> Path:
    """The folder with the judges' programmes (bin); installed when they are not yet."""
    wanted = sha256(REQUIREMENTS.read_bytes()).hexdigest()
    mark = FOLDER / "installed"
    with (Path(sys.prefix) / "judges.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists() or mark.read_text() != wanted:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
            subprocess.run(
                [
                    FOLDER / "bin" / "python", "-m", "pip", "install", "--quiet",
                    "--disable-pip-version-check", "-r", str(REQUIREMENTS),
                ],
                check=True,
            )  # fmt: skip
            mark.write_text(wanted)
    return FOLDER / "bin"


if __name__ == "__main__":
    print(judges())
