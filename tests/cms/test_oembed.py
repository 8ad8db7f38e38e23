"""Our pages on other sites: plain HTML, own addresses only, clear refusals."""

import json
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from tests.cms.factories import SessionFactory, event_page, in_english

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(settings):
    settings.SITE_URL = "https://art.example"
    return event_page(
        SessionFactory().programme, title='扎<风筝> & "线"', slug="kites", summary="做一只。"
    )


def ask(client, **query):
    return client.get(reverse("cms:oembed"), query)


def test_a_page_of_ours_is_a_quotation_without_script(client, page):
    answer = ask(client, url="https://art.example/events/kites/")
    found = json.loads(answer.content)
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert (found["version"], found["type"]) == ("1.0", "rich")
    assert found["title"] == '扎<风筝> & "线"'
    assert (found["width"], found["height"]) == (600, 240)
    assert (found["thumbnail_width"], found["thumbnail_height"]) == (1200, 630)
    html = found["html"]
    assert "扎&lt;风筝&gt; &amp; &quot;线&quot;" in html
    assert '<a href="https://art.example/events/kites/">' in html
    assert "做一只。" in html
    assert "<script" not in html and "style=" not in html and "<iframe" not in html


def test_the_same_as_xml(client, page):
    answer = ask(client, url="https://art.example/events/kites/", format="xml")
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "oembed"
    assert root.findtext("title") == '扎<风筝> & "线"'
    assert "&lt;风筝&gt;" in root.findtext("html")


def test_the_room_of_the_asking_site_is_kept(client, page):
    url = "https://art.example/events/kites/"
    found = json.loads(ask(client, url=url, maxwidth=640, maxheight=200).content)
    assert (found["width"], found["height"]) == (600, 200)
    assert (found["thumbnail_width"], found["thumbnail_height"]) == (300, 158)
    narrow = json.loads(ask(client, url=url, maxwidth=200).content)
    assert narrow["width"] == 200
    assert "thumbnail_url" not in narrow


def test_the_english_page_is_told_in_english(client, page):
    english = in_english(page, "Kite making")
    found = json.loads(ask(client, url=f"https://art.example{english.url}").content)
    assert found["title"] == "Kite making"
    assert 'lang="en"' in found["html"]


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/events/kites/", "https://art.example.evil.example/events/kites/",
        "https://art.example@evil.example/events/kites/", "https://user@art.example/events/kites/",
        "https://art.example:8443/events/kites/", "javascript:alert(1)", "/events/kites/",
        "https://art.example/nothing/", "https://art.example/works/", "https://[::1/", "https://art.example:x/",
        "https://art.example/" + "a" * 3000,
    ],
)  # fmt: skip
def test_what_is_no_public_page_of_ours_is_not_found(client, page, url):
    answer = ask(client, url=url)
    assert answer.status_code == 404
    assert "不是本站公开的页面" in answer.content.decode()


def test_pages_that_are_not_live_are_not_found(client, page):
    page.unpublish()
    assert ask(client, url="https://art.example/events/kites/").status_code == 404


def test_other_formats_and_unreadable_requests_are_refused_clearly(client, page):
    url = "https://art.example/events/kites/"
    assert ask(client, url=url, format="yaml").status_code == 501
    assert ask(client).status_code == 400
    for size in ("0", "-1", "x", "1" * 9, "１００"):
        answer = ask(client, url=url, maxwidth=size)
        assert answer.status_code == 400
        assert "maxwidth" in answer.content.decode()


def test_nothing_is_sent_twice(client, page):
    query = {"url": "https://art.example/events/kites/"}
    tag = ask(client, **query)["ETag"]
    again = client.get(reverse("cms:oembed"), query, headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_the_number_of_queries(client, page, django_assert_max_num_queries):
    ask(client, url="https://art.example/events/kites/")
    with django_assert_max_num_queries(12):
        ask(client, url="https://art.example/events/kites/")
