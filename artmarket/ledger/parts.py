"""What of a balance of the trial balance is listed elsewhere: apps announce their lists by name.

So whoever reads 待查款 sees how much of it waits for whom, and where to go.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from artmarket.core.money import Money

from .enums import Purpose

Sums = Callable[[], dict[str, int]]


@dataclass(frozen=True, slots=True)
class Part:
    """A list: of which purpose it is a part, its words, its page, its sums by currency."""

    purpose: Purpose
    words: str | Promise
    url_name: str
    sums: Sums


_parts: dict[str, Part] = {}


def register_part(purpose: Purpose, words: str | Promise, url_name: str, sums: Sums) -> None:
    """Announce a list; called in `AppConfig.ready`, again: replaced.

    `sums` gives the amounts in the smallest unit by currency, as they stand now.
    """
    _parts[url_name] = Part(purpose, words, url_name, sums)


def parts_now() -> dict[str, list[tuple[Part, Money]]]:
    """The lists that are not empty, by currency; a query a list."""
    found: dict[str, list[tuple[Part, Money]]] = {}
    for part in _parts.values():
        for currency, amount in sorted(part.sums().items()):
            if amount:
                found.setdefault(currency, []).append((part, Money(amount, currency)))
    return found
