"""Addresses of the streams; answered by `realtime.stream`, not by Django."""

import re
from typing import Final

from .hub import Topic

PREFIX: Final = "/live/"
_ADDRESS: Final = re.compile(r"/live/(?P<kind>sale|lot)s/(?P<key>[1-9][0-9]{0,17})/", re.ASCII)


def topic_at(path: str) -> Topic | None:
    """What an address watches: ("sale", key) or ("lot", key); None where there is nothing."""
    found = _ADDRESS.fullmatch(path)
    return (found["kind"], int(found["key"])) if found else None


def address_of(topic: Topic) -> str:
    """The address of a topic's stream."""
    return f"{PREFIX}{topic[0]}s/{topic[1]}/"
