"""The demonstration district, gathered: apps announce what they add to it.

An app calls `register` in `AppConfig.ready`; `manage.py load_demo` runs the loaders in order, so
that a lower floor never imports a higher one. Loaders go through the real services, may be run
twice without a change, and may be killed at any point: the next run completes them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model

DOMAIN = "demo.artmarket.example"
"""Every demonstration account has an address in this domain, which cannot exist."""

PASSWORD = "weifang-2026"  # noqa: S105 - printed at the start; accounts exist only where DEMO is on
"""The password of every demonstration account."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a loader gets: whether to draw pictures, and where to say how far it is."""

    pictures: bool
    say: Callable[[str], None]


Loader = Callable[[Stage], None]
"""Adds its part of the district; raises nothing when its part is already there."""


@dataclass(frozen=True, slots=True)
class Part:
    """One app's part of the district; `is_loaded` answers quickly whether it is complete."""

    name: str
    order: int
    loader: Loader
    is_loaded: Callable[[], bool]


_parts: dict[str, Part] = {}


def _never() -> bool:
    return False


def register(
    name: str, order: int, loader: Loader, *, is_loaded: Callable[[], bool] = _never
) -> None:
    """Announce a part.

    Arguments: `name` a unique word, `order` its place (people 10, works 20, pages 50), `loader`
    a function of one Stage, `is_loaded` a quick question that lets a second start skip it.
    Registering twice changes nothing.
    """
    _parts[name] = Part(name, order, loader, is_loaded)


def parts() -> list[Part]:
    """The parts, in the order in which they are loaded."""
    return sorted(_parts.values(), key=lambda part: (part.order, part.name))


def accounts() -> list[str]:
    """One line for each account that exists: address, password, what it may do.

    Only the accounts of the district are listed, and only where DEMO is on.
    """
    if not settings.DEMO:
        return []
    people = get_user_model()._default_manager.filter(is_active=True, email__iendswith=f"@{DOMAIN}")
    lines = []
    for user in people.order_by("pk").prefetch_related("role_grants"):
        roles = [g.get_role_display() for g in user.role_grants.all() if g.revoked_at is None]
        lines.append(f"{user.email:<42} {PASSWORD}  {'、'.join(map(str, roles))}  {user}")
    return lines


def address(role: str) -> str:
    """The address of the demonstration account of a role: artist@demo.artmarket.example."""
    return f"{role}@{DOMAIN}"
