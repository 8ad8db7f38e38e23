"""What the district's pages announce at start: sections of the site, and what pages show."""

from collections.abc import Callable
from importlib import import_module

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from artmarket.core import navigation

from .setup import SECTIONS
from .showing import MODULES
from .texts import PAGES

FOOTER_ORDER = 26


def announce() -> None:
    """Once, when the app is ready."""
    for module in MODULES:
        import_module(f"cms.showing.{module}")
    name_sections()


def name_sections() -> None:
    """The site's sections that lead to pages, and the footer's; an address costs no query.

    A page that an editor took away answers 404; a named address that no app has is left out.
    """
    navigation.register(30, pgettext_lazy("section", "鉴定"), "appraisal:verify", "/verify/")
    navigation.register(70, pgettext_lazy("section", "数据"), "cms:figures", "/figures/")
    for section in SECTIONS:
        prefix = f"/{section.slug}/"
        if section.order:
            navigation.register(section.order, section.label, _target(section.slug), prefix)
        else:
            navigation.register(
                FOOTER_ORDER, section.label, _target(section.slug), prefix, place="footer"
            )
    for order, page in enumerate(PAGES, start=30):
        if page.in_footer:
            navigation.register(
                order, page.label, _target(page.slug), f"/{page.slug}/", place="footer"
            )


def _target(slug: str) -> Callable[[], str]:
    """A function that gives the address of a page right below the home page."""

    def target() -> str:
        return reverse("wagtail_serve", args=[f"{slug}/"])

    target.__qualname__ = f"cms.{slug}"
    return target
