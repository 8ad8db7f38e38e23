"""The secrets of a single-machine installation, made once and kept in files.

Production never uses these: it takes its secrets from the environment and refuses to start without.
"""

import base64
import hashlib
import os
import secrets
from pathlib import Path


def local_secret(path: Path) -> str:
    """Return the secret kept at `path`, making the file (mode 0600) when it is not there."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_urlsafe(50)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
    return secret


def fernet_key(secret: str) -> str:
    """A key of `artmarket.core.sealed`, drawn from a secret of any length."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).decode()
