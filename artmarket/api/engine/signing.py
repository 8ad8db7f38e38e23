"""Signatures of webhooks after the Standard Webhooks specification (version 1.0, symmetric).

The signed text is `id.timestamp.body`; the header lists `v1,<base64 HMAC-SHA256>` once for each key
in force, so that a key is changed without a gap.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Final

PREFIX: Final = "whsec_"
_BYTES: Final = 24  # the specification asks for 24 to 64


def make_secret() -> str:
    """A new secret as it is shown to its owner."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature, `v1,…`. Raises ValueError for a text that is no secret."""
    if not secret.startswith(PREFIX):
        raise ValueError("not a secret of a webhook")
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    text = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def headers(
    secrets_in_force: Iterable[str], message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """The three headers of a message."""
    signatures = (signature(s, message_id, timestamp, body) for s in secrets_in_force)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def verify(secret: str, given: dict[str, str], body: bytes, *, now: int, tolerance: int) -> bool:
    """Whether a message is genuine and fresh: what a receiver does (docs/api.md shows the same)."""
    timestamp = given.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(now - int(timestamp)) > tolerance:
        return False
    wanted = signature(secret, given.get("webhook-id", ""), int(timestamp), body)
    sent = given.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(wanted, one) for one in sent)
