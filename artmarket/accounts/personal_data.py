"""What the platform knows of a person, told by the apps that keep it.

An app calls `register` in `AppConfig.ready`. A copy is gathered from all of them; before an
erasure each says what stands against it and then forgets its own part. Never touches the database
itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Hold:
    """What is kept, or stands against an erasure: words, the rule, the last day if there is one.

    `blocks` stops the erasure until the person has settled it; otherwise the data are kept apart
    until the day and everything else goes. `keeps_name`: records that name the person as a party.
    """

    words: Text
    rule: str
    until: date | None = None
    blocks: bool = False
    keeps_name: bool = False


@dataclass(frozen=True, slots=True)
class Keeper:
    """One app's part: rows for the copy, holds, and how it forgets (safe to repeat)."""

    name: str
    title: Text
    copy: Callable[[Any], Iterable[dict[str, Any]]]
    holds: Callable[[Any], Iterable[Hold]]
    forget: Callable[[Any], None]


_keepers: dict[str, Keeper] = {}


def nothing_held(user: Any) -> Iterable[Hold]:
    """For keepers that never stand against an erasure."""
    return ()


def nothing_to_forget(user: Any) -> None:
    """For keepers whose rows the law keeps."""


def register(
    name: str,
    title: Text,
    *,
    copy: Callable[[Any], Iterable[dict[str, Any]]],
    holds: Callable[[Any], Iterable[Hold]] = nothing_held,
    forget: Callable[[Any], None] = nothing_to_forget,
) -> None:
    """Announce an app's part; registering the same name again replaces it."""
    _keepers[name] = Keeper(name, title, copy, holds, forget)


def keepers() -> list[Keeper]:
    """All parts, in the order of announcement."""
    return list(_keepers.values())


def holds_of(user: Any) -> list[Hold]:
    """All that is kept of this person or stands against his erasure."""
    return [hold for keeper in keepers() for hold in keeper.holds(user)]
