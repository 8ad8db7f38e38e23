"""What several parts of one page ask of the same row, read once."""

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def once(row: Any, name: str, read: Callable[[], T]) -> T:
    """What `read` gave when `name` was asked for the first time of this very object."""
    kept: dict[str, T] = vars(row)
    if name not in kept:
        kept[name] = read()
    return kept[name]
