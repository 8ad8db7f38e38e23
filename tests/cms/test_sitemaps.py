"""The site map lists what a stranger may open, in both languages, and nothing else."""

from xml.etree import ElementTree

import pytest
from wagtail.models import Page, PageViewRestriction

from cms import sitemaps
from cms.models import ContentPage
from cms.setup import set_up_site
from tests.catalog.factories import RecordFactory, draft, registered, submitted

pytestmark = pytest.mark.django_db
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture(autouse=True)
def _address(settings):
    settings.SITE_URL = "https://art.example"


def files(client) -> list[str]:
    """The paths of the files that the list names."""
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    found = [e.text for e in root.findall("s:sitemap/s:loc", NAMES)]
    assert all(address.startswith("https://art.example/") for address in found)
    return [address.removeprefix("https://art.example") for address in found]


def rows(client, path: str) -> dict[str, dict[str, str]]:
    """Address -> language -> other address, of one file."""
    answer = client.get(path)
    assert answer.status_code == 200
    return {
        row.findtext("s:loc", namespaces=NAMES): {
            link.get("hreflang"): link.get("href") for link in row.findall("x:link", NAMES)
        }
        for row in ElementTree.fromstring(answer.content).findall("s:url", NAMES)
    }


def listed(client) -> set[str]:
    return {address for path in files(client) for address in rows(client, path)}


def test_every_listed_address_opens_for_a_stranger(client):
    set_up_site()
    registered()
    found = listed(client)
    answers = {a: client.get(a.removeprefix("https://art.example")).status_code for a in found}
    assert {a: code for a, code in answers.items() if code != 200} == {}
    assert {
        "https://art.example/",
        "https://art.example/en/",
        "https://art.example/works/",
    } <= found


def test_public_works_are_listed_in_both_languages_and_drafts_are_not(client):
    done, record, hidden = registered(), RecordFactory(), registered()
    hidden.is_public = False
    hidden.save(update_fields=["is_public"])
    own, waiting = draft(), submitted()
    found = listed(client)
    for work in (done, record):
        path = work.get_absolute_url()
        assert {f"https://art.example{path}", f"https://art.example/en{path}"} <= found
    for work in (hidden, own, waiting):
        assert f"https://art.example{work.get_absolute_url()}" not in found


def test_a_work_names_its_other_language_as_its_page_does(client):
    path = registered().get_absolute_url()
    place = next(p for p in files(client) if "works" in p)
    assert rows(client, place)[f"https://art.example{path}"] == {
        "zh-CN": f"https://art.example{path}",
        "en": f"https://art.example/en{path}",
        "x-default": f"https://art.example{path}",
    }


def test_pages_that_are_not_published_or_ask_for_a_password_are_left_out(client):
    set_up_site()
    privacy = ContentPage.objects.get(slug="privacy", locale__language_code="zh-hans")
    how = ContentPage.objects.get(slug="how-it-works", locale__language_code="zh-hans")
    privacy.unpublish()
    PageViewRestriction.objects.create(page=Page.objects.get(pk=how.pk), restriction_type="login")
    found = rows(client, "/sitemap-pages.xml")
    assert "https://art.example/privacy/" not in found
    assert "https://art.example/how-it-works/" not in found
    assert "https://art.example/en/privacy/" in found


def test_works_are_cut_by_their_keys_and_none_is_lost(client, monkeypatch):
    works = [registered() for _ in range(3)]
    monkeypatch.setattr(sitemaps, "WORKS_A_FILE", 2)
    places = [p for p in files(client) if "works" in p]
    assert len(places) >= 2
    found = [address for p in places for address in rows(client, p)]
    assert len(found) == len(set(found))
    assert {f"https://art.example{w.get_absolute_url()}" for w in works} <= set(found)


def test_a_file_of_works_costs_as_much_with_one_work_as_with_three(
    client, django_assert_num_queries
):
    for _ in range(3):
        registered()
        with django_assert_num_queries(2):
            client.get("/sitemap-works-0.xml")


def test_a_file_that_is_not_listed_is_not_found(client):
    assert client.get("/sitemap-works-9999.xml").status_code == 404
    assert client.get("/sitemap-accounts.xml").status_code == 404
