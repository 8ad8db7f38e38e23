"""What waits for the public log, by the beginning of its kind."""

import json
from typing import Any

from catalog.models import LogQueued


def queued(kind: str = "") -> list[dict[str, Any]]:
    """The facts of kinds that begin so ("certificate."), in the order in which they happened."""
    facts = (json.loads(row.text) for row in LogQueued.objects.order_by("pk"))
    return [fact for fact in facts if fact["kind"].startswith(kind)]
