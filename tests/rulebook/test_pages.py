"""The public pages of the rule book."""

from html import unescape

import pytest
from django.template import Context, Template

from artmarket import rulebook

pytestmark = pytest.mark.django_db
LARGEST = 60_000  # bytes, as for every page


def test_the_page_names_every_rule_at_its_anchor(client) -> None:
    html = client.get("/rules/").content.decode()
    for rule in rulebook.book().rules.values():
        assert f'id="{rule.id}"' in html
        assert rule.title.zh in html
    assert html.count("<h1") == 1
    assert len(html.encode()) < LARGEST


@pytest.mark.parametrize("topic", [topic.key for topic in rulebook.book().topics])
def test_a_topic_shows_its_rules_in_full(client, topic: str) -> None:
    html = client.get(f"/rules/topic/{topic}/").content.decode()
    (found,) = (each for each in rulebook.book().topics if each.key == topic)
    for rule in found.rules:
        assert f'id="{rule.id}"' in html
        assert rule.versions[-1].source.zh in html
    assert len(html.encode()) < LARGEST


def test_an_unknown_topic_is_not_found(client) -> None:
    assert client.get("/rules/topic/unicorns/").status_code == 404


def test_the_page_is_complete_in_english(client) -> None:
    html = client.get("/en/rules/").content.decode()
    for rule in rulebook.book().rules.values():
        assert rule.title.en in html, rule.id
    html = client.get("/en/rules/topic/relic/").content.decode()
    assert "Law on the Protection of Cultural Relics (revised 2024)" in html


def test_words_find_the_rules_that_hold_all_of_them(client) -> None:
    page = client.get("/rules/", {"q": "文物 第六十八条"})
    assert [rule.id for topic in page.context["topics"] for rule in topic.rules] == [
        "catalog.relic_not_tradable"
    ]
    page = client.get("/en/rules/", {"q": "gazette ARTICLE 67"})
    assert page.context["count"] == 1
    page = client.get("/rules/", {"q": "独角兽"})
    assert page.context["count"] == 0
    assert "没有规则含有这些词" in page.content.decode()


def test_words_of_the_query_are_escaped(client) -> None:
    html = client.get("/rules/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in html


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_rule_has_its_own_page_in_both_languages(client, prefix: str) -> None:
    for rule in rulebook.book().rules.values():
        page = client.get(f"{prefix}/rules/{rule.id}/")
        assert page.status_code == 200
        html = unescape(page.content.decode())
        assert (rule.title.en if prefix else rule.title.zh) in html
        assert (rule.versions[0].source.en if prefix else rule.versions[0].source.zh) in html


def test_an_unknown_rule_is_not_found(client) -> None:
    assert client.get("/rules/catalog.no_such_rule/").status_code == 404
    assert client.get("/en/rules/catalog.no_such_rule/").status_code == 404


def test_a_changed_rule_says_so_and_keeps_the_value_of_the_book(client, settings) -> None:
    plain = client.get("/rules/media.max_pixels/").content.decode()
    assert "128,000,000像素" in plain
    assert "经营者已改" not in plain
    settings.RULE_OVERRIDES = {"media.max_pixels": 256_000_000}
    changed = client.get("/rules/media.max_pixels/").content.decode()
    assert "经营者已改" in changed
    assert "256,000,000像素" in changed
    assert "128,000,000像素" in changed


def test_sureness_is_explained_in_words(client) -> None:
    html = client.get("/rules/catalog.relic_source_kinds/").content.decode()
    assert "凭一般了解写下，使用前须与原文核对；经营者可以改。" in html


def test_only_reading_is_possible(client) -> None:
    assert client.post("/rules/").status_code == 405


def test_a_template_cites_a_rule_and_survives_an_unknown_one() -> None:
    template = Template(
        '{% load citations %}{% cite_rule "catalog.pledge_begins_on_handover" as a %}'
        '{% cite_rule "no.rule" as b %}{{ a.source }}{{ a.article }}|{{ b.title }}'
    )
    assert template.render(Context()) == "民法典第四百二十九条|"
