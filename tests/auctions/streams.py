"""Read what a stream of server-sent events says."""

import json
from collections.abc import Iterator
from typing import Any


def frames(stream: bytes) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(event, id, data) of each whole frame in a piece of a stream; comments are passed over."""
    for block in stream.decode().split("\n\n")[:-1]:
        fields = dict(
            line.split(": ", 1)
            for line in block.split("\n")
            if ": " in line and not line.startswith(":")
        )
        if "data" in fields:
            yield fields["event"], fields.get("id", ""), json.loads(fields["data"])
