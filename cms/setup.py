"""Make the site's skeleton where it is missing: locales, home pages, standard pages.

Safe to repeat; never touches a page that is there, so what editors changed stays.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Locale, Page, Site

from .groups import set_up_editing
from .models import (
    ArticleIndexPage,
    BasePage,
    ContentPage,
    EventIndexPage,
    HomePage,
    PeoplePage,
    TopicPage,
)
from .texts import PAGES, StandardPage

TITLES = {"zh-hans": "首页", "en": "Home"}


@dataclass(frozen=True, slots=True)
class Section:
    """A page right below the home page under which others stand.

    `order` is its rank in the main navigation; 0: it stands in the footer.
    """

    model: type[BasePage]
    slug: str
    order: int
    label: Any
    zh: tuple[str, str]
    en: tuple[str, str]


SECTIONS = (
    Section(
        TopicPage, "topics", 40, pgettext_lazy("section", "工坊"),
        ("手艺与工坊", "风筝、木版年画、仿古铜、嵌银：手艺怎么做，谁在做，按什么标准。"),
        ("Crafts and workshops", "Kites, woodblock prints, bronzes, inlay: how they are made, by "
         "whom, and to what standard."),
    ),
    Section(
        TopicPage, "district", 50, pgettext_lazy("section", "街区"),
        ("街区", "十笏园、创意西街、浮烟山：在哪里，今天开不开，正在办什么。"),
        ("The district", "The Shihu Garden, Creative West Street, Fuyan Hill: where they are, "
         "whether they are open today, and what is on."),
    ),
    Section(
        EventIndexPage, "events", 60, pgettext_lazy("section", "展览与活动"),
        ("展览与活动", "展览、工坊课、讲座：按日期、地点和手艺找。"),
        ("Exhibitions and events", "Exhibitions, workshops and talks, by date, place and craft."),
    ),
    Section(
        ArticleIndexPage, "news", 0, _("新闻与公告"),
        ("新闻与公告", "公告不撤下，只由新的代替。"),
        ("News and notices", "Notices are never withdrawn, only superseded."),
    ),
    Section(
        PeoplePage, "people", 0, _("人物"),
        ("人物", "做手艺的人，和研究手艺的人。"),
        ("People", "Those who make, and those who study what is made."),
    ),
)  # fmt: skip


def is_set_up() -> bool:
    """Whether home pages, sections and standard pages exist in both languages."""
    wanted = len(TITLES) * (len(PAGES) + len(SECTIONS))
    slugs = [*(page.slug for page in PAGES), *(section.slug for section in SECTIONS)]
    return (
        HomePage.objects.count() >= len(TITLES)
        and Page.objects.filter(depth=3, slug__in=slugs).count() >= wanted
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
    for section in SECTIONS:
        made += _make_section(section, home, english_home, english)
    set_up_editing()
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


def _make_section(
    section: Section, home: HomePage, english_home: HomePage, english: Locale
) -> list[str]:
    made = []
    chinese = section.model.objects.child_of(home).filter(slug=section.slug).first()
    if chinese is None:
        title, summary = section.zh
        chinese = section.model(title=title, slug=section.slug, summary=summary, locale=home.locale)
        home.add_child(instance=chinese)
        made.append(title)
    if not chinese.get_translations().filter(locale=english).exists():
        translated = chinese.copy_for_translation(english)
        translated.title, translated.summary = section.en
        translated.draft_title = translated.title
        translated.slug = section.slug
        translated.save_revision().publish()
        made.append(translated.title)
    return made


def _body(parts: tuple[tuple[str, str], ...]) -> str:
    blocks: list[dict[str, Any]] = []
    for heading, text in parts:
        blocks.append({"type": "heading", "value": heading})
        blocks.append({"type": "text", "value": f"<p>{text}</p>"})
    return json.dumps(blocks)
