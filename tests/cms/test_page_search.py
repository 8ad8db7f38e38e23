"""Pages are found by any part of their Chinese words, in the site and in the admin (rules §5)."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index
from wagtail.search.backends import get_search_backend

from catalog.engine.numbers import format_number, make_number
from cms.enums import ProgrammeState
from cms.models import ArticlePage, MissedSearch, Place
from cms.page_search import forget_misses, remember_miss, search_pages
from cms.search_fields import cut, spell

from .editing import article, editor, news_index, signed_in
from .factories import PlaceFactory, ProgrammeFactory, event_page, in_english

pytestmark = pytest.mark.django_db
TITLES = ("潍坊风筝与仿古铜工艺展", "十笏园文化街区", "Kite market 风筝批发")
EXHIBITION, QUARTER, MARKET = TITLES
TABLE = {
    "风筝": {EXHIBITION, MARKET},
    "仿古铜": {EXHIBITION},
    "潍坊": {EXHIBITION},
    EXHIBITION: {EXHIBITION},
    "文化街区": {QUARTER},
    "kite": {MARKET},
    "风铜": set(),
    "笏": {QUARTER},
    "展": {EXHIBITION},
    "風箏": {EXHIBITION, MARKET},
    "fengzheng": {EXHIBITION, MARKET},
    "feng zheng": {EXHIBITION, MARKET},
    "kites": {MARKET},
    "KITE 批发": {MARKET},
    "区文": set(),
}


def indexed(page):
    index.insert_or_update_object(page)
    return page


def found(text: str, **how) -> list[str]:
    return [hit.page.title for hit in search_pages(text, **how)]


@pytest.fixture
def table():
    return [indexed(article(title=title, live=True, summary="摘要")) for title in TITLES]


@pytest.mark.parametrize(("text", "wanted"), TABLE.items())
def test_the_table_of_the_rules(table, text, wanted):
    assert set(found(text)) == wanted
    every = Page.objects.live().search(text)
    assert {page.title for page in every} == wanted
    assert {page.title for page in ArticlePage.objects.search(text)} == wanted


@pytest.mark.parametrize("text", ["风筝", "仿古", "笏", "fengzheng", "kit", "風箏", "文化街区"])
def test_the_admin_finds_the_same(table, text):
    client = signed_in(editor())
    address = reverse("wagtailadmin_pages:search_results")
    answer = client.get(address, {"q": text}).content.decode()
    wanted = TABLE.get(text) or {"仿古": {EXHIBITION}, "kit": {MARKET}}[text]
    assert {title for title in TITLES if title in answer} == wanted
    below = reverse("wagtailadmin_explore_results", args=[news_index().pk])
    answer = client.get(below, {"q": text}).content.decode()
    assert {title for title in TITLES if title in answer} == wanted


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>一方红丝石砚</p>", "砚"),
        ("<p>䶮字和𠀀字</p>", "䶮"),
        ("<p>䶮字和𠀀字</p>", "𠀀"),
        ("<p>软翅风<b>筝</b>认风</p>", "风筝"),
        ("<p>西街68号</p>", "西街68"),
        ("<p>編號 ＡＢＣ</p>", "abc"),
    ],
)
def test_words_of_the_body(body, text):
    page = article(title="页面", live=True, body=[("text", body)])
    assert found(text) == []
    indexed(page)
    assert found(text) == ["页面"]


def test_paragraphs_are_not_one_word():
    body = [("text", "<p>看风</p><p>筝在飞</p>")]
    indexed(article(title="页面", live=True, summary="摘要", body=body))
    assert found("风筝") == []


def test_a_registry_number_is_found_however_it_is_written():
    number = make_number(12_345)
    indexed(article(title="页面", live=True, body=[("work", {"number": number, "caption": ""})]))
    assert found(number) == found(format_number(number)) == found(number.lower()) == ["页面"]


def test_the_title_comes_before_the_summary_and_the_body_and_what_goes_on_before_what_is_over():
    now = timezone.now()
    body = indexed(article(title="甲", live=True, body=[("text", "<p>放风筝</p>")]))
    summary = indexed(article(title="乙", live=True, summary="放风筝"))
    ended = ProgrammeFactory(starts_at=now - timedelta(days=3), ends_at=now - timedelta(days=2))
    over = indexed(event_page(ended, title="去年的风筝课"))
    coming = ProgrammeFactory(starts_at=now, ends_at=now + timedelta(days=2))
    on = indexed(event_page(coming, title="今年的风筝课"))
    off = ProgrammeFactory(state=ProgrammeState.CANCELLED)
    cancelled = indexed(event_page(off, title="取消的风筝课"))
    exact = indexed(article(title="风筝", live=True))
    rows = found("风筝")
    assert rows[0] == exact.title
    assert rows[1] == on.title
    assert set(rows[2:4]) == {over.title, cancelled.title}
    assert rows[4:] == [summary.title, body.title]


def test_drafts_and_private_pages_are_not_found():
    indexed(article(editor(), title="风筝草稿"))
    hidden = indexed(article(title="风筝内部", live=True))
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    assert found("风筝") == []


def test_readers_find_pages_of_their_language():
    chinese = indexed(event_page(title="风筝课"))
    indexed(in_english(chinese, "Kite class"))
    assert found("kite", language="en") == ["Kite class"]
    assert found("kite", language="zh-hans") == []
    assert found("风筝", language="zh-hans") == ["风筝课"]


def test_the_page_of_the_search_shows_them_beside_works(client, table):
    text = client.get(reverse("catalog:browse"), {"q": "风筝"}).content.decode()
    assert "页面和活动" in text
    assert MARKET in text and EXHIBITION in text
    assert QUARTER not in text
    empty = client.get(reverse("catalog:browse")).content.decode()
    assert "页面和活动" not in empty


def test_what_finds_nothing_is_counted_without_the_reader(client):
    for _again in range(2):
        client.get(reverse("catalog:browse"), {"q": "没有的词"})
    row = MissedSearch.objects.get()
    assert (row.words, row.language, row.times) == ("没有的词", "zh-hans", 2)
    fields = {field.name for field in MissedSearch._meta.fields}
    assert fields == {"id", "day", "language", "words", "times", "first_at"}
    remember_miss("长" * 61)
    assert MissedSearch.objects.count() == 1
    MissedSearch.objects.update(day=timezone.localdate() - timedelta(days=91))
    assert forget_misses() == "1 forgotten"


def test_places_and_pictures_are_found_in_the_admin():
    place = indexed(PlaceFactory(name="十笏园博物馆", name_en="Shihu Garden Museum"))
    backend = get_search_backend()
    assert list(backend.autocomplete("笏园", Place)) == [place]
    assert list(backend.search("garden", Place)) == [place]
    assert list(backend.search("园笏", Place)) == []


def test_the_whole_index_is_made_anew_by_the_command(table):
    article(title="忘了索引的风筝", live=True)
    assert "忘了索引的风筝" not in found("风筝")
    call_command("update_index", verbosity=0)
    assert "忘了索引的风筝" in found("风筝")


def test_pieces_are_words_of_letters_and_beginnings_stay_beginnings():
    assert spell("kite") == "kite"
    assert spell("风筝").startswith(spell("风"))
    assert all(word.isascii() and word.isalnum() for word in cut(["风筝kite 䶮"]).split())
