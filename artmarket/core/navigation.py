"""The sections of the site, announced by the apps that have them.

An app calls `register` in `AppConfig.ready`; a section that nobody registers is not shown. Never
touches the database: a link whose address cannot be built is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

Place = Literal["main", "footer"]
Target = str | Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Section:
    """One link of the site's frame; `prefix` is the path, without language, that it covers."""

    order: int
    label: str | Promise
    target: Target
    prefix: str
    place: Place

    def url(self) -> str | None:
        """The address in the current language, or None when there is none (yet)."""
        try:
            return self.target() if callable(self.target) else reverse(self.target)
        except NoReverseMatch:
            return None

    def covers(self, path: str) -> bool:
        """Whether `path` (without the language prefix) lies in this section."""
        return bool(self.prefix) and path.startswith(self.prefix)


_sections: dict[tuple[Place, int, str], Section] = {}


def register(
    order: int,
    label: str | Promise,
    url_name: Target,
    prefix: str = "",
    *,
    place: Place = "main",
) -> None:
    """Announce a section.

    Arguments: `order` its rank from the left, `label` a lazy Chinese text, `url_name` a URL name
    or a function that returns an address or None, `prefix` the path it covers (`/works/`),
    `place` the header (`main`) or the footer. Registering twice changes nothing.
    """
    key = (place, order, url_name if isinstance(url_name, str) else url_name.__qualname__)
    _sections[key] = Section(order, label, url_name, prefix, place)


def sections(place: Place = "main") -> list[Section]:
    """The registered sections of one place, in order."""
    chosen = [section for section in _sections.values() if section.place == place]
    return sorted(chosen, key=lambda section: section.order)
