"""Each kind of page in both languages: its order, its one heading, what it says when it is over."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from wagtail.models import Page

from artmarket.core.demo import Stage
from cms.demo import district as demonstration
from cms.models import ArticlePage, EventPage, ExhibitionPage
from tests.cms.district_stage import CANCELLED, ENDED, MOVED, ONLY_CHINESE, PAGES, SILENT, district

pytestmark = pytest.mark.django_db
HAN = re.compile("[㐀-鿿]+")
CHINESE_IN_ENGLISH = {"中文", "简体中文", "潍城艺术"}


class Reader(HTMLParser):
    """What is read of a page in one language: texts, headings, pieces in another language."""

    VOID = frozenset(
        {"img", "br", "input", "meta", "link", "source", "hr", "path", "rect", "circle"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.headings: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        language = said.get("lang") or (self.open[-1][1] if self.open else "")
        for name in ("alt", "aria-label", "placeholder"):
            if language == "en" and said.get(name):
                self.texts.append(said[name] or "")
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append((tag, ""))
        if tag not in self.VOID:
            self.open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.headings and self.open and any(t == self.headings[-1][0] for t, _l in self.open):
            tag, words = self.headings[-1]
            self.headings[-1] = (tag, words + data)
        inside = {t for t, _l in self.open}
        if self.open and self.open[-1][1] == "en" and not inside & {"script", "style"}:
            self.texts.append(data)


def read(client, path: str, status: int = 200) -> tuple[str, Reader]:
    answer = client.get(path)
    assert answer.status_code == status, path
    text = answer.content.decode()
    reader = Reader()
    reader.feed(text)
    return text, reader


def said(text: str) -> str:
    """What a page says below its head and frame."""
    return text[text.index("<main") :]


def in_order(text: str, *words: str) -> None:
    places = [said(text).find(word) for word in words]
    assert -1 not in places, dict(zip(words, places, strict=True))
    assert places == sorted(places), dict(zip(words, places, strict=True))


def test_every_kind_of_page_answers_in_both_languages_with_one_heading(client):
    works = district()["works"]
    names = {name for work in works for name in (work.title, *HAN.findall(str(work)))}
    wrong = []
    for name, path in PAGES.items():
        for language in ("", "/en"):
            _text, page = read(client, language + path)
            if [tag for tag, _w in page.headings].count("h1") != 1:
                wrong.append(f"{language}{path}: {page.headings}")
            levels = [int(tag[1]) for tag, _words in page.headings]
            if any(b - a > 1 for a, b in pairwise(levels)):
                wrong.append(f"{language}{path}: headings {levels}")
            if language and name != "home":
                found = {w for text in page.texts for w in HAN.findall(text)}
                left = found - CHINESE_IN_ENGLISH - names
                if left:
                    wrong.append(f"{language}{path}: {sorted(left)}")
    assert not wrong, "\n".join(wrong)


def test_a_page_names_its_address_and_its_translation(client):
    district()
    text, _page = read(client, PAGES["event"])
    assert '<link rel="canonical" href="http://127.0.0.1:8000/events/saturday-kite-class/">' in text
    assert (
        '<link rel="alternate" hreflang="en" '
        'href="http://127.0.0.1:8000/en/events/saturday-kite-class/">'
    ) in text
    assert '<meta name="description" content="从劈竹到放飞，一个半小时做一只沙燕。">' in text
    english, _page = read(client, "/en" + PAGES["event"])
    assert (
        '<link rel="canonical" href="http://127.0.0.1:8000/en/events/saturday-kite-class/">'
        in english
    )


def test_the_switch_of_language_leads_to_the_translation_under_its_own_slug(client):
    district()
    page = EventPage.objects.get(slug="quiet-hour", locale__language_code="en")
    page.slug = "silent-hour"
    page.save_revision().publish()
    text, _page = read(client, "/events/quiet-hour/")
    assert 'href="/en/events/silent-hour/"' in text
    answer = client.get("/en/events/quiet-hour/")
    assert (answer.status_code, answer.url) == (302, "/en/events/silent-hour/")


def test_without_a_translation_the_chinese_page_stands_under_a_notice(client):
    district()
    chinese, _page = read(client, ONLY_CHINESE)
    text, _page = read(client, "/en" + ONLY_CHINESE)
    assert '<html lang="en"' in text
    assert '<div lang="zh-CN">' in text
    assert "三年的竹，冬天砍，朝北那一面。" in text
    assert "note-info" in text and "note-info" not in chinese
    assert 'hreflang="en"' not in re.sub(r"<a [^>]*>", "", text)
    assert '<link rel="canonical" href="http://127.0.0.1:8000/news/choosing-bamboo/">' in text
    # What surrounds the words is said in their language too, not in a mix.
    assert "2026年" in text[text.index('<div lang="zh-CN">') :]


def test_an_address_that_no_language_has_is_not_found(client):
    district()
    assert client.get("/en/news/nothing-here/").status_code == 404
    assert client.get("/news/nothing-here/").status_code == 404


def test_a_draft_translation_is_not_shown(client):
    district()
    page = ArticlePage.objects.get(slug="kite-class-opens", locale__language_code="en")
    page.unpublish()
    text, _page = read(client, "/en/news/kite-class-opens/")
    assert "Ten Saturdays" not in text
    assert '<div lang="zh-CN">' in text


def test_a_district_page_keeps_its_order(client):
    district()
    text, _page = read(client, PAGES["district"])
    in_order(
        text, "<h1>十笏园</h1>", "一座小园、一条老街、两座美术馆。", 'id="visit"', "胡家牌坊街一带",
        'id="map"', "郭味蕖美术馆", 'id="on"', 'id="heritage"', "资料出处：",
    )  # fmt: skip
    assert "全国重点文物保护单位（1988年公布）" in text


def test_a_district_shows_its_workshops_and_calls(client):
    district()
    text, _page = read(client, PAGES["district"].replace("shihu-garden", "west-street"))
    in_order(
        text,
        'id="workshops"',
        "木版年画",
        "葫芦巷年画坊（示例）",
        'id="calls"',
        "创意西街工坊招商（示例）",
    )


def test_an_event_page_keeps_its_order(client):
    district()
    text, _page = read(client, PAGES["event"])
    in_order(
        text, "<h1>周六扎风筝</h1>", "从劈竹到放飞", "适合：没有做过风筝的人", 'id="dates"', "最近一场",
        'id="place"', "全程无台阶", "一个半小时怎么过", 'id="organiser"', 'id="share"',
    )  # fmt: skip
    assert "¥40–¥80" in text
    assert text.count('class="date-row') == 10
    assert "老师外出授课。" in text


def test_each_date_says_how_it_can_be_booked_and_is_named_once(client):
    district()
    text, _page = read(client, PAGES["event"])
    page = EventPage.objects.get(slug="saturday-kite-class", locale__language_code="zh-hans")
    sessions = list(page.programme.sessions.order_by("starts_at"))
    addresses = [f"/book/?session={session.uuid}" for session in sessions]
    assert [text.count(address) for address in addresses] == [1, 1, 1, 0, 1, 1, 1, 1, 1, 1]


def test_what_was_cancelled_or_moved_says_so_first(client):
    district()
    cancelled, _page = read(client, CANCELLED)
    in_order(cancelled, "已取消", "预报有七级风。", "<h1>")
    moved, _page = read(client, MOVED)
    in_order(moved, "已改期", "原定", "<h1>")
    english, _page = read(client, "/en" + CANCELLED)
    assert "A wind of force seven is forecast." in english


def test_an_exhibition_shows_its_works_by_part_each_with_its_state(client):
    works = district()["works"]
    text, _page = read(client, PAGES["exhibition"])
    in_order(text, "<h1>浮烟山的风</h1>", 'id="dates"', "每周一", 'id="works"', 'id="rooms"')
    for work in works:
        assert work.get_absolute_url() in text
    assert "已登记" in text


def test_an_ended_exhibition_stays_and_says_so(client):
    works = district()["works"]
    text, _page = read(client, ENDED)
    in_order(text, "已结束", "<h1>一块版，五种颜色</h1>", "展出过的作品")
    assert works[0].get_absolute_url() in text
    assert "加入日历" not in text


def test_a_work_that_is_no_longer_public_leaves_the_exhibition(client):
    from catalog.models import Work

    works = district()["works"]
    Work.objects.filter(pk=works[0].pk).update(is_public=False)
    text, _page = read(client, PAGES["exhibition"])
    assert works[0].get_absolute_url() not in text
    assert works[1].get_absolute_url() in text


def test_each_version_of_a_rule_has_an_address(client):
    district()
    path = PAGES["policy"]
    text, _page = read(client, path)
    assert "开课满半年" in text and "开课满一年" not in text
    old, _page = read(client, path + "?version=1.0")
    assert "开课满一年" in old and "这个版本现在不施行" in old
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{path}?version=1.0">' in old
    unknown, _page = read(client, path + "?version=9")
    assert "没有这个版本" in unknown and "开课满半年" in unknown


def test_a_version_that_comes_later_does_not_apply_yet(client):
    district()
    text, _page = read(client, PAGES["standard"])
    in_order(text, "2.0版", "尚未施行", "1.0版", "施行中", "分甲、乙、丙三级")


def test_events_are_found_by_what_is_asked(client):
    district()
    text, _page = read(client, "/events/")
    assert "周六扎风筝" in text and "浮烟山的风" in text
    assert "秋季年画市集" not in said(text)  # over
    children, _page = read(client, "/events/?children=1")
    assert "周六扎风筝" in children and "郑板桥" not in said(children)
    assert 'aria-label="已选条件"' in children
    online, _page = read(client, "/events/?online=1&free=1")
    assert "怎么看一份证书" in online and "周六扎风筝" not in said(online)
    nothing, _page = read(client, "/events/?craft=repousse")
    assert "没有符合“砸铜”的；去掉它再看。" in nothing
    strange, _page = read(client, "/events/?from=yesterday&place=x&craft=none&page=zz")
    assert "周六扎风筝" in strange


def test_the_articles_can_be_read_by_kind(client):
    district()
    text, _page = read(client, "/news/?kind=notice")
    assert "关于放飞基地维护的公告" in text and "一张年画怎么印" not in said(text)
    assert "一张年画怎么印" in read(client, "/news/?kind=unheard")[0]


def test_a_superseded_notice_names_what_took_its_place(client):
    district()
    old = ArticlePage.objects.get(slug="field-maintenance", locale__language_code="zh-hans")
    new = ArticlePage.objects.get(slug="grading-standard-notice", locale__language_code="zh-hans")
    new.supersedes = old
    new.save()
    text, _page = read(client, "/news/field-maintenance/")
    in_order(text, "这一篇已被代替", "/news/grading-standard-notice/")


def test_an_event_without_a_programme_still_shows_its_words(client):
    district()
    page = EventPage.objects.get(slug="quiet-hour", locale__language_code="zh-hans")
    page.programme = None
    page.save()
    assert "给怕吵、怕挤的人" in read(client, "/events/quiet-hour/")[0]


def test_the_demonstration_is_loaded_once():
    district()
    assert demonstration.is_loaded()
    before = list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id"))
    said: list[str] = []
    demonstration.load(Stage(pictures=False, say=said.append))
    assert list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id")) == before
    assert said == ["district: 0 pages made, 11 programmes"]
    assert ExhibitionPage.objects.count() == 4
    assert SILENT.pictures is False
