"""Suggestions: makers and works, public ones only."""

import pytest
from django.urls import reverse
from django.utils import translation

from catalog.models import Artist, ArtistName, SearchName, Work
from catalog.search import Suggestion, index_works, suggest
from catalog.search.names import find_artists, keys_of, recount_names

from .making import draft, record

pytestmark = pytest.mark.django_db


def maker(name, **how):
    artist = Artist.objects.create(name=name, name_en=how.pop("name_en", ""))
    for text in how.pop("also", ()):
        ArtistName.objects.create(artist=artist, text=text, kind="art")
    return artist


def names(text):
    return [hit.artist.name for hit in find_artists(text)]


def test_a_maker_is_found_by_every_beginning():
    record("漫画", maker=maker("丰子恺", name_en="Feng Zikai", also=["缘缘堂"]))
    record("星夜", maker=maker("Vincent van Gögh"))
    for text in (
        "丰",
        "丰子",
        "子恺",
        "feng",
        "Feng Z",
        "fengzikai",
        "fzk",
        "zikai",
        "缘缘",
        "豐子愷",
    ):
        assert names(text) == ["丰子恺"], text
    for text in ("vinc", "van gogh", "VanG", "gog", "Gögh"):
        assert names(text) == ["Vincent van Gögh"], text
    assert names("恺子") == []


def test_a_misspelt_name_is_found_by_likeness():
    record("山水", maker=maker("Katsushika Hokusai"))
    assert names("katsushka hokusai") == ["Katsushika Hokusai"]
    assert names("rembrandt") == []


def test_those_with_most_works_come_first_but_a_whole_name_wins():
    many, few, exact = maker("王山"), maker("王水"), maker("王")
    for n in range(3):
        record(f"甲{n}", maker=many)
    record("乙", maker=few)
    record("丙", maker=exact)
    recount_names()
    assert names("王") == ["王", "王山", "王水"]
    assert [h.works for h in find_artists("王山")] == [3]


def test_a_maker_without_public_works_is_never_suggested():
    hidden = maker("无名氏")
    work = record("公开", maker=hidden)
    assert names("无名") == ["无名氏"]
    Work.objects.filter(pk=work.pk).update(is_public=False)
    index_works([work.pk])
    assert names("无名") == []
    assert not SearchName.objects.exists()


def test_works_are_suggested_by_title_and_drafts_are_not(client):
    work = record("潍坊风筝")
    draft("潍坊草稿")
    answer = client.get(reverse("catalog:suggest"), {"q": "潍坊"})
    assert answer.json() == [
        {"label": "潍坊风筝", "kind": "作品", "url": f"/records/{work.pk}/", "detail": ""}
    ]
    assert client.get(reverse("catalog:suggest"), {"q": "fengzh"}).json()[0]["label"] == "潍坊风筝"
    for nothing in ("", " ", "——", "草稿", "a", "x" * 5_000):
        assert client.get(reverse("catalog:suggest"), {"q": nothing}).json() == []


KITES, KITEMAKING, INK = "300218777", "300061991", "300015012"


def told(text):
    return [(line.label, line.kind, line.url, line.detail) for line in suggest(text)]


def test_terms_are_suggested_with_their_works_and_lead_to_the_facet():
    for n in range(3):
        record(f"燕{n}", types=[KITES], materials=[KITEMAKING] if n else ())
    kites = ("风筝", "类别", f"/works/?type={KITES}", "3件作品")
    making = ("风筝制作", "材料与技法", f"/works/?material={KITEMAKING}", "2件作品")
    for typed in ("风筝", "風箏", "fengzheng", "fengz", "kite"):
        assert told(typed) == [kites, making], typed
    assert told("筝制") == [making]
    with translation.override("en"):
        assert told("kites") == [("kites", "Category", f"/en/works/?type={KITES}", "3 works")]


def test_a_term_without_public_works_is_not_suggested():
    draft("稿")
    work = record("墨", materials=[INK])
    assert [s.label for s in suggest("墨") if s.kind == "材料与技法"] == ["墨"]
    Work.objects.filter(pk=work.pk).update(is_public=False)
    index_works([work.pk])
    assert suggest("墨") == []
    assert suggest("风筝") == []


def test_among_very_many_works_a_rare_term_is_suggested_without_a_number(monkeypatch):
    monkeypatch.setattr("catalog.search.selector.CAP", 1)
    record("老", types=[KITES])
    record("新一")
    record("新二")
    assert told("kites") == [("风筝", "类别", f"/works/?type={KITES}", "")]


def test_another_kind_joins_the_box(monkeypatch):
    from catalog.search import suggest as module_function

    kinds = module_function.__globals__["_kinds"]
    monkeypatch.setitem(
        kinds, "event", (1, lambda text, limit: [Suggestion("风筝会", "活动", "/events/1/")])
    )
    assert [s.kind for s in suggest("风筝")] == ["活动"]


def test_keys_of_a_name():
    assert keys_of("丰子恺") == {
        "丰子恺": True, "fengzikai": True, "子恺": False, "zikai": False, "恺": False,
        "kai": False, "fzk": False,
    }  # fmt: skip
    assert keys_of("《》") == {}
