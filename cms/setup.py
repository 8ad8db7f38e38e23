"""Make the site's skeleton where it is missing: locales, home pages, standard pages.

Safe to repeat; never touches a page that is there, so what editors changed stays.
"""

import json
from typing import Any

from django.db import transaction
from wagtail.models import Locale, Page, Site

from .models import ContentPage, HomePage
from .texts import PAGES, StandardPage

TITLES = {"zh-hans": "首页", "en": "Home"}


def is_set_up() -> bool:
    """Whether home pages and standard pages exist in both languages."""
    wanted = len(TITLES) * len(PAGES)
    slugs = [page.slug for page in PAGES]
    return (
        HomePage.objects.count() >= len(TITLES)
        and ContentPage.objects.filter(slug__in=slugs).count() >= wanted
    )


@transaction.atomic
def set_up_site() -> list[str]:
    """Make what is missing; returns the titles of the pages made."""
    made: list[str] = []
    source = Locale.objects.get_or_create(language_code="zh-hans")[0]
    english = Locale.objects.get_or_create(language_code="en")[0]
    home = HomePage.objects.filter(locale=source).first()
    if home is None:
        home = _make_home(source)
        made.append(home.title)
    english_home = HomePage.objects.filter(locale=english).first()
    if english_home is None:
        english_home = home.copy_for_translation(english)
        english_home.title = english_home.draft_title = TITLES["en"]
        english_home.save_revision().publish()
        made.append(TITLES["en"])
    for page in PAGES:
        made += _make_page(page, home, english_home, english)
    return made


def _make_home(locale: Locale) -> HomePage:
    root = Page.get_first_root_node()
    home = HomePage(title=TITLES["zh-hans"], slug="home-zh", locale=locale)
    root.add_child(instance=home)
    site = Site.objects.filter(is_default_site=True).first() or Site(
        hostname="localhost", is_default_site=True, port=80
    )
    old = site.root_page if site.pk else None
    site.root_page = home
    site.site_name = "潍城艺术"
    site.save()
    if old is not None and old.specific_class is Page and not old.get_children().exists():
        old.delete()
    return home


def _make_page(
    page: StandardPage, home: HomePage, english_home: HomePage, english: Locale
) -> list[str]:
    made = []
    chinese = ContentPage.objects.child_of(home).filter(slug=page.slug).first()
    if chinese is None:
        chinese = ContentPage(title=page.zh.title, slug=page.slug, locale=home.locale)
        chinese.body = _body(page.zh.parts)
        home.add_child(instance=chinese)
        made.append(page.zh.title)
    if not ContentPage.objects.child_of(english_home).filter(slug=page.slug).exists():
        translated = chinese.copy_for_translation(english)
        translated.title = translated.draft_title = page.en.title
        translated.slug = page.slug
        translated.body = _body(page.en.parts)
        translated.save_revision().publish()
        made.append(page.en.title)
    return made


def _body(parts: tuple[tuple[str, str], ...]) -> str:
    blocks: list[dict[str, Any]] = []
    for heading, text in parts:
        blocks.append({"type": "heading", "value": heading})
        blocks.append({"type": "text", "value": f"<p>{text}</p>"})
    return json.dumps(blocks)
