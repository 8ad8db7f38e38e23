"""A refusal names the rule that it rests on, and links to it, in the reader's language."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path
from django.utils.translation import override

from artmarket import rulebook, urls
from artmarket.core.errors import DomainError
from artmarket.rulebook.templatetags.citations import cite_rule
from media.engine.refusals import TooManyPixels

RULE = "catalog.relic_not_tradable"


def refuse(request: HttpRequest) -> HttpResponse:
    raise DomainError("不能办理。", code="refused", rule=RULE)


def refuse_without_a_rule(request: HttpRequest) -> HttpResponse:
    raise DomainError("不能办理。", code="refused")


def refuse_by_an_unknown_rule(request: HttpRequest) -> HttpResponse:
    raise DomainError("不能办理。", code="refused", rule="nobody.knows")


urlpatterns = [
    path("refuse/", refuse),
    path("refuse/plain/", refuse_without_a_rule),
    path("refuse/unknown/", refuse_by_an_unknown_rule),
    *urls.urlpatterns,
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def test_a_refusal_cites_its_rule_with_a_link(client: Client) -> None:
    page = client.get("/refuse/")
    cited = rulebook.cite(RULE)
    html = page.content.decode()
    assert page.status_code == 409
    assert f'<a href="{cited.url}" rel="noopener">{cited.title}</a>，{cited.place}' in html


def test_a_refusal_without_a_rule_cites_none(client: Client) -> None:
    html = client.get("/refuse/plain/").content.decode()
    assert "不能办理。" in html
    assert 'class="rule"' not in html


def test_a_refusal_by_an_unknown_rule_still_shows_and_names_it(client: Client) -> None:
    html = client.get("/refuse/unknown/").content.decode()
    assert "不能办理。" in html
    assert "nobody.knows" in html
    assert 'class="rule"' not in html


def test_source_and_article_are_joined_as_the_language_joins_them() -> None:
    with override("zh-hans"):
        chinese = rulebook.cite(RULE)
    with override("en"):
        english = rulebook.cite(RULE)
        assert english.place == f"{english.source}, {english.article}"
        assert english.url == f"/en/rules/{RULE}/"
    with override("zh-hans"):
        assert chinese.place == f"{chinese.source}{chinese.article}"


def test_a_refused_upload_cites_its_rule() -> None:
    request = RequestFactory().get("/")
    html = render_to_string("media/refused.html", {"error": TooManyPixels()}, request=request)
    cited = rulebook.cite(TooManyPixels().rule)
    assert f'href="{cited.url}"' in html
    assert cited.title in html


def test_no_rule_is_no_citation() -> None:
    assert cite_rule(None) is None
    assert cite_rule("nobody.knows") is None
