"""RSS and Atom of articles and events: each language its own, each item one identity for ever."""

from datetime import date
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import translation

from cms.models import ArticleIndexPage, ArticlePage
from cms.setup import set_up_site
from tests.cms.factories import ProgrammeFactory, SessionFactory, event_page, in_english

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def index():
    set_up_site()
    return ArticleIndexPage.objects.get(locale__language_code="zh-hans")


def article(index, n, **given):
    values = {"title": f"第{n}篇", "slug": f"a{n}", "day": date(2026, 12, n), "summary": "一句话。"}
    page = ArticlePage(locale=index.locale, **values | given)
    index.add_child(instance=page)
    page.save_revision().publish()
    return page


def read(client, name, *arguments, language="zh-hans", **headers):
    with translation.override(language):
        answer = client.get(reverse(f"cms:{name}", args=arguments), headers=headers)
    assert answer.status_code == 200, answer.status_code
    return answer, ElementTree.fromstring(answer.content)


def titles(root):
    return [i.findtext("title") for i in root.iter("item")] or [
        e.findtext(f"{ATOM}title") for e in root.iter(f"{ATOM}entry")
    ]


def test_articles_stand_newest_first_all_or_by_kind(client, index):
    article(index, 1, kind="news")
    article(index, 3, kind="notice")
    article(index, 2, kind="essay", author="甲")
    answer, rss = read(client, "articles_rss")
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert titles(rss) == ["第3篇", "第2篇", "第1篇"]
    assert rss.findtext("channel/language") == "zh-hans"
    assert rss.findtext("channel/link").endswith("/news/")
    assert titles(read(client, "articles_rss", "notice")[1]) == ["第3篇"]
    assert titles(read(client, "articles_atom", "news")[1]) == ["第1篇"]
    assert client.get("/feeds/articles/other.rss").status_code == 404


def test_atom_has_what_its_specification_asks_for(client, index):
    article(index, 1, title="风筝 & <线>")
    answer, atom = read(client, "articles_atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert titles(atom) == ["风筝 & <线>"]
    for name in ("id", "title", "updated", "author/{http://www.w3.org/2005/Atom}name"):
        assert atom.findtext(f"{ATOM}{name}"), name
    entry = atom.find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id").startswith("urn:uuid:")
    assert entry.find(f"{ATOM}link").get("href").startswith("http://127.0.0.1:8000/")


def test_markup_in_a_title_is_shown_by_readers_and_never_run(client, index):
    article(index, 1, title="<script>1</script>", summary="<img src=x>")
    _answer, rss = read(client, "articles_rss")
    assert rss.findtext("channel/item/title") == "&lt;script&gt;1&lt;/script&gt;"
    assert rss.findtext("channel/item/description") == "<p>&lt;img src=x&gt;</p>"


def test_an_item_is_the_same_after_its_address_changed(client, index):
    page = article(index, 1)

    def item():
        found = read(client, "articles_rss")[1].find("channel/item")
        return found.findtext("guid"), found.findtext("link")

    guid, link = item()
    page.slug = "moved"
    page.save_revision().publish()
    again, new = item()
    assert again == guid
    assert new != link and new.endswith("/news/moved/")


def test_each_language_has_its_own_feed_and_identities(client, index):
    page = article(index, 1)
    english = in_english(page, "Number one")
    _answer, chinese = read(client, "articles_rss")
    _answer, other = read(client, "articles_rss", language="en")
    assert (titles(chinese), titles(other)) == (["第1篇"], ["Number one"])
    assert chinese.findtext("channel/item/guid") != other.findtext("channel/item/guid")
    assert "/en/" in other.findtext("channel/item/link")
    assert english.live


def test_what_is_not_live_is_in_no_feed(client, index):
    article(index, 1).unpublish()
    assert titles(read(client, "articles_rss")[1]) == []


def test_events_say_when_and_where_and_drafts_are_left_out(client):
    session = SessionFactory()
    event_page(session.programme, title="扎风筝")
    event_page(SessionFactory(programme=ProgrammeFactory(draft=True)).programme)
    event_page(SessionFactory(programme=ProgrammeFactory(cancelled=True)).programme, title="取消的")
    _answer, rss = read(client, "events_rss")
    assert sorted(titles(rss)) == ["取消的", "扎风筝"]
    words = {i.findtext("title"): i.findtext("description") for i in rss.iter("item")}
    assert session.programme.place.name in words["扎风筝"]
    assert "已取消" in words["取消的"]
    assert sorted(titles(read(client, "events_atom")[1])) == ["取消的", "扎风筝"]


def test_nothing_is_sent_twice(client, index):
    article(index, 1)
    tag = read(client, "articles_rss")[0]["ETag"]
    again = client.get("/feeds/articles.rss", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_the_number_of_queries_does_not_grow(client, index, django_assert_max_num_queries):
    for n in range(1, 20):
        article(index, n)
    with django_assert_max_num_queries(7):
        assert len(titles(read(client, "articles_rss")[1])) == 19
