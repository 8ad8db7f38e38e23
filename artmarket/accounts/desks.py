"""The desks of the platform, announced by the apps that have them.

An app calls `register` in `AppConfig.ready`; the landing page of a signed-in person lists those of
his roles. Never touches the database itself; a desk whose address cannot be built is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk: who works there, its words and the name of its address.

    `is_for` asks further than the role: whether the person works for an organisation of a kind.
    """

    role: str
    label: str | Promise
    url_name: str
    description: str | Promise
    is_for: Callable[[Any], bool] | None = None

    def url(self) -> str | None:
        """The address in the current language, or None when there is none."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return None


_desks: dict[tuple[str, str], Desk] = {}


def register(
    role: str,
    label: str | Promise,
    url_name: str,
    description: str | Promise = "",
    *,
    is_for: Callable[[Any], bool] | None = None,
) -> None:
    """Announce a desk.

    Arguments: `role` a value of `enums.Role`, `label` and `description` lazy Chinese texts,
    `url_name` the name of its address; `role` "" with `is_for`: whoever it says yes to, whatever
    his roles. Registering twice changes nothing.
    """
    _desks[(str(role), url_name)] = Desk(str(role), label, url_name, description, is_for)


def desks_of(user) -> list[Desk]:
    """The desks of this person's roles, in the order of announcement, each address once."""
    chosen: dict[str, Desk] = {}
    for desk in _desks.values():
        has_role = not desk.role or desk.role in user.roles
        if has_role and (desk.is_for is None or desk.is_for(user)) and desk.url():
            chosen.setdefault(desk.url_name, desk)
    return list(chosen.values())


def of_role(role: str) -> list[Desk]:
    """The desks of one role, in the order of announcement."""
    return [desk for desk in _desks.values() if desk.role == str(role)]
