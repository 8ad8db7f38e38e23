"""Pages of words: the site itself, articles, people, enterprises, calls, texts in force, lists."""

from datetime import date
from typing import Any, Final

from django.conf import settings
from django.utils.html import strip_tags

from artmarket.core.clock import today

from ..enums import ArticleKind, CallKind
from ..selectors.published import live_pages, path_of, with_roots
from .common import Data, Site, about, day, moment, operator, tag, thing, web_page
from .places import located

MOST_LISTED: Final = 20
ARTICLES: Final = {
    ArticleKind.NEWS: "NewsArticle",
    ArticleKind.NOTICE: "Article",
    ArticleKind.ESSAY: "Article",
}


def web_site(page: Any, site: Site) -> Data:
    """The site, on its home page."""
    return thing(
        "WebSite",
        name=str(settings.SITE_NAME),
        url=site.whole(path_of(page)),
        inLanguage=tag(page),
        description=page.search_description or page.summary,
        publisher=operator(site),
    )


def collection(page: Any, site: Site) -> Data:
    """A list, with what it shows (`page.shown`), else the newest of what stands in it."""
    rows = getattr(page, "shown", None)
    if rows is None:
        rows = live_pages().child_of(page).order_by("-first_published_at", "-pk")[:MOST_LISTED]
    items = [
        thing("ListItem", position=number, name=row.title, url=site.whole(path_of(row)))
        for number, row in enumerate(with_roots(rows), start=1)
    ]
    listed = thing("ItemList", itemListElement=items) if items else None
    return web_page(page, site, "CollectionPage", mainEntity=listed)


def article(page: Any, site: Site) -> Data:
    """News, a notice or an essay."""
    known = about(page, site)
    author = thing("Person", name=page.author) if page.author else operator(site)
    return thing(
        ARTICLES[ArticleKind(page.kind)],
        **known,
        headline=page.title,
        articleSection=str(page.get_kind_display()),
        datePublished=moment(page.first_shown_at) or day(page.day),
        dateModified=moment(page.last_published_at),
        author=author,
        publisher=operator(site),
        inLanguage=tag(page),
        mainEntityOfPage=known["url"],
    )


def person(page: Any, site: Site) -> Data:
    """Somebody of the district; the same as the registry's maker."""
    artist = page.artist
    return thing(
        "Person",
        **about(page, site),
        jobTitle=page.role,
        knowsAbout=str(page.get_craft_display()) if page.craft else None,
        sameAs=site.whole(artist.get_absolute_url()) if artist else None,
    )


def enterprise(page: Any, site: Site) -> Data:
    """An enterprise by its code in the register."""
    code = page.enterprise_code
    number = thing("PropertyValue", propertyID="统一社会信用代码", value=code) if code else None
    where = getattr(page, "place", None)
    return thing(
        "Organization",
        **about(page, site),
        identifier=number,
        knowsAbout=str(page.get_craft_display()) if page.craft else None,
        location=located(where) if where else None,
    )


def call(page: Any, site: Site) -> Data:
    """A post to fill, once all that its type asks for is known; else a page."""
    description = page.search_description or page.summary
    is_whole = (
        page.kind == CallKind.TALENT
        and page.closes_at
        and page.place
        and page.place.address
        and page.first_published_at
        and description
        and settings.OPERATOR_NAME
    )
    if not is_whole:
        return web_page(page, site)
    return thing(
        "JobPosting",
        **about(page, site),
        title=page.title,
        datePosted=moment(page.first_published_at),
        validThrough=moment(page.closes_at),
        hiringOrganization=operator(site),
        jobLocation=located(page.place),
    )


def policy(page: Any, site: Site) -> Data:
    """A policy in the version that is in force."""
    found = current_version(page, today())
    version = found or {}
    return thing(
        "Legislation",
        **about(page, site),
        inLanguage=tag(page),
        legislationIdentifier=page.number,
        legislationPassedBy=thing("Organization", name=page.issuer) if page.issuer else None,
        legislationDateVersion=day(version.get("valid_from")),
        legislationLegalForce=f"https://schema.org/{_force(version)}" if found else None,
        version=version.get("version"),
        temporalCoverage=_coverage(version) if found else None,
        dateModified=moment(page.last_published_at),
        text=_text(version),
    )


def standard(page: Any, site: Site) -> Data:
    """A standard in the version that is in force."""
    found = current_version(page, today())
    version = found or {}
    return thing(
        "CreativeWork",
        **about(page, site),
        inLanguage=tag(page),
        identifier=page.number,
        publisher=thing("Organization", name=page.issuer) if page.issuer else None,
        version=version.get("version"),
        temporalCoverage=_coverage(version) if found else None,
        dateModified=moment(page.last_published_at),
        text=_text(version),
    )


def current_version(page: Any, on: date) -> Any | None:
    """The version in force on a day: the latest that has begun; before all of them the first."""
    versions = sorted((b.value for b in page.versions), key=lambda v: v["valid_from"])
    begun = [v for v in versions if v["valid_from"] <= on]
    return begun[-1] if begun else next(iter(versions), None)


def _force(version: Any) -> str:
    until, on = version.get("valid_until"), today()
    is_in_force = version["valid_from"] <= on and (until is None or on < until)
    return "InForce" if is_in_force else "NotInForce"


def _coverage(version: Any) -> str:
    return f"{day(version['valid_from'])}/{day(version.get('valid_until')) or '..'}"


def _text(version: Any) -> str | None:
    source = version.get("text")
    words = " ".join(strip_tags(getattr(source, "source", "")).split())
    return words[:5000] or None
