"""What every kind of page says: its address, its language, its picture, its trail."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from artmarket.core.clock import SHANGHAI

from ..selectors.published import language_of, live_pages, path_of, with_roots

Data = dict[str, Any]
PICTURE = "max-1200x1200|format-jpeg"


@dataclass(frozen=True, slots=True)
class Site:
    """What addresses begin with."""

    url: str

    def whole(self, path: str | None) -> str:
        """A path of the site as a whole address; a whole address stays."""
        path = path or "/"
        return path if path.startswith(("http://", "https://")) else self.url + path


def thing(kind: str, **properties: Any) -> Data:
    """An object of a type; what has no value is left out."""
    filled = {k: v for k, v in properties.items() if v not in (None, "", [], {}, ())}
    return {"@type": kind, **filled}


def about(page: Any, site: Site) -> Data:
    """What a page of any kind says of the thing that it tells of."""
    return {
        "name": page.title,
        "description": page.search_description or getattr(page, "summary", ""),
        "url": site.whole(path_of(page)),
        "image": pictures(page, site),
    }


def web_page(page: Any, site: Site, kind: str = "WebPage", **more: Any) -> Data:
    """A page that tells of nothing else."""
    return thing(
        kind,
        **about(page, site),
        inLanguage=tag(page),
        datePublished=moment(page.first_published_at),
        dateModified=moment(page.last_published_at),
        publisher=operator(site),
        **more,
    )


def operator(site: Site) -> Data:
    """Who keeps the site: its operator where one is named, else the site by its name."""
    name = settings.OPERATOR_NAME or str(settings.SITE_NAME)
    return thing("Organization", name=name, url=site.whole("/"))


def pictures(page: Any, site: Site) -> list[str]:
    """The page's picture, where it has one that can be read."""
    picture = getattr(page, "picture", None)
    if picture is None:
        return []
    try:
        return [site.whole(picture.get_rendition(PICTURE).url)]
    except (OSError, ValueError):
        return []


def breadcrumb(page: Any, site: Site) -> Data | None:
    """The trail from the home page to this one; the home page has none."""
    above = with_roots(live_pages().ancestor_of(page).order_by("depth"))
    if not above:
        return None
    steps = [
        thing("ListItem", position=number, name=step.title, item=site.whole(path_of(step)))
        for number, step in enumerate([*above, page], start=1)
    ]
    return thing("BreadcrumbList", itemListElement=steps)


def tag(page: Any) -> str:
    """The page's language as HTML names it."""
    return "en" if language_of(page) == "en" else "zh-Hans"


def moment(at: datetime | None) -> str | None:
    """A moment with Beijing's offset."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None


def day(on: date | None) -> str | None:
    return on.isoformat() if on else None
