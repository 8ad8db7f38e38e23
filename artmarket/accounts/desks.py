"""The desks of the platform, announced by the apps that have them.

An app calls `register` in `AppConfig.ready`; the landing page of a signed-in person lists those of
his roles. Never touches the database; a desk whose address cannot be built is left out.
"""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk: who works there, its words and the name of its address."""

    role: str
    label: str | Promise
    url_name: str
    description: str | Promise

    def url(self) -> str | None:
        """The address in the current language, or None when there is none."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return None


_desks: dict[tuple[str, str], Desk] = {}


def register(
    role: str, label: str | Promise, url_name: str, description: str | Promise = ""
) -> None:
    """Announce a desk.

    Arguments: `role` a value of `enums.Role`, `label` and `description` lazy Chinese texts,
    `url_name` the name of its address. Registering twice changes nothing.
    """
    _desks[(str(role), url_name)] = Desk(str(role), label, url_name, description)


def desks_of(user) -> list[Desk]:
    """The desks of this person's roles, in the order of announcement, each address once."""
    chosen: dict[str, Desk] = {}
    for desk in _desks.values():
        if desk.role in user.roles and desk.url():
            chosen.setdefault(desk.url_name, desk)
    return list(chosen.values())
