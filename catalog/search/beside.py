"""What floors above find beside works, and whom they tell of searches that found nothing.

They register functions in AppConfig.ready; nothing is imported upwards.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from artmarket.core.errors import Text


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was found: its name and address, a note beside, a sentence below.

    `language` where the name is in another language than the page.
    """

    title: Text
    url: str
    note: Text = ""
    text: Text = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one kind; `name` is the anchor."""

    name: str
    title: Text
    rows: list[Row] = field(default_factory=list)


Finder = Callable[[str], Section | None]
_finders: list[Finder] = []
_listeners: list[Callable[[str], object]] = []


def register(finder: Finder) -> None:
    """Ask `finder` for what it knows of a search; None or no rows is nothing. Twice is once."""
    if finder not in _finders:
        _finders.append(finder)


def listen(listener: Callable[[str], object]) -> None:
    """Tell `listener` the words of searches that found nothing at all. Twice is once."""
    if listener not in _listeners:
        _listeners.append(listener)


def sections(text: str) -> list[Section]:
    """What is found beside works, in the reader's language."""
    return [found for finder in _finders if (found := finder(text)) and found.rows]


def report_miss(text: str) -> None:
    """Words that found nothing."""
    for listener in _listeners:
        listener(text)
