"""Home and standard pages: set up once, in both languages, and what they show."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page, Site

from artmarket.core.demo import Stage
from artmarket.core.testing import PROJECT_DIR
from cms.demo import home as demonstration
from cms.models import ContentPage, HomePage
from cms.setup import SECTIONS, is_set_up, set_up_site
from cms.texts import PAGES
from tests.catalog.factories import person, registered, submitted

pytestmark = pytest.mark.django_db
SILENT = Stage(pictures=False, say=lambda _words: None)


def test_setting_up_twice_changes_nothing():
    assert not is_set_up()
    made = set_up_site()
    assert len(made) == 2 + 2 * (len(PAGES) + len(SECTIONS))
    assert is_set_up()
    before = list(Page.objects.order_by("pk").values_list("pk", "title", "path"))
    assert set_up_site() == []
    assert list(Page.objects.order_by("pk").values_list("pk", "title", "path")) == before
    assert Site.objects.get(is_default_site=True).root_page.specific == HomePage.objects.get(
        locale__language_code="zh-hans"
    )


def test_what_an_editor_wrote_stays():
    set_up_site()
    page = ContentPage.objects.filter(slug="privacy").first()
    page.title = "隐私说明"
    page.save_revision().publish()
    set_up_site()
    assert ContentPage.objects.get(pk=page.pk).title == "隐私说明"


@pytest.mark.parametrize("standard", PAGES, ids=lambda p: p.slug)
def test_each_standard_page_answers_in_both_languages(client, standard):
    set_up_site()
    chinese = client.get(f"/{standard.slug}/")
    english = client.get(f"/en/{standard.slug}/")
    assert standard.zh.parts[0][1] in chinese.content.decode()
    assert standard.en.parts[0][0] in english.content.decode()
    assert standard.en.parts[0][0] not in chinese.content.decode()


def test_the_home_page_shows_new_works_and_figures(client, django_assert_max_num_queries):
    set_up_site()
    work = registered()
    with django_assert_max_num_queries(40):
        answer = client.get("/")
    text = answer.content.decode()
    assert work.get_absolute_url() in text
    assert "登记在册" in text


def test_a_registrar_reads_first_what_waits(client):
    set_up_site()
    submitted()
    registrar = person("registrar")
    client.force_login(registrar)
    text = client.get("/").content.decode()
    assert "1件作品等待审核" in text
    client.force_login(person("buyer"))
    assert "等待审核" not in client.get("/").content.decode()


def test_the_current_thing_disappears_at_its_end(client):
    demonstration.load(SILENT)
    assert "一件一号，逐件可核" in client.get("/").content.decode()
    home = HomePage.objects.get(locale__language_code="zh-hans")
    value = dict(home.current[0].value) | {"ends_at": timezone.now() - timedelta(minutes=1)}
    home.current = [("current", value)]
    home.save_revision().publish()
    assert "一件一号，逐件可核" not in client.get("/").content.decode()


def test_the_demonstration_fills_the_home_page_once():
    demonstration.load(SILENT)
    revisions = [p.latest_revision_id for p in HomePage.objects.order_by("pk")]
    assert demonstration.is_loaded()
    demonstration.load(SILENT)
    assert [p.latest_revision_id for p in HomePage.objects.order_by("pk")] == revisions


def test_a_picture_that_says_how_wide_it_is_shown_comes_in_several_widths():
    """HTML asks `sizes` to choose between candidates with widths; one alone has none (Nu checker)."""
    found = {
        (path.name, filters)
        for path in (PROJECT_DIR / "cms" / "templates").rglob("*.html")
        for filters in re.findall(r"{% picture (\S+ [^%]*sizes=)", path.read_text())
    }
    assert found and [f for f in found if not re.search(r"-{[0-9x]+,", f[1])] == []
