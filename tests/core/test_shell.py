"""The frame of every page: preferences, languages, sections, refusals, components, budgets."""

import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from artmarket.core import navigation
from artmarket.core.errors import DomainError
from artmarket.core.samples import SampleForm
from artmarket.core.templatetags.face import bars, elided, error_items, json_ld

COMPONENTS = Path(settings.BASE_DIR) / "artmarket" / "templates" / "cotton"
STYLES = Path(settings.BASE_DIR) / "artmarket" / "static" / "artmarket" / "css"
SCRIPTS = Path(settings.BASE_DIR) / "artmarket" / "static" / "artmarket" / "js"


def works(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


def refuse(request: HttpRequest) -> HttpResponse:
    raise DomainError(
        "这件作品正在质押中。", code="pledged", hint="解除质押后再试。", rule="pledge.sale"
    )


urlpatterns = i18n_patterns(
    path("account/", include("allauth.urls")),
    path("", include("artmarket.core.urls")),
    path("works/", works, name="sample-works"),
    path("refuse/", refuse),
    prefix_default_language=False,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def sections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_sections", {})


class Page(HTMLParser):
    """Tags, ids and attributes of a page, as a browser would meet them."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(response.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attrs
            for name, attrs in self.tags
            if name == tag and all(attrs.get(k) == v for k, v in wanted.items())
        ]


# ------------------------------------------------------------- preferences


def test_a_theme_and_a_size_are_kept_and_shown_on_the_next_page(client: Client) -> None:
    answer = client.post("/preferences/", {"theme": "dark", "next": "/works/?q=kite"})
    assert answer.status_code == 302
    assert answer["Location"] == "/works/?q=kite"
    client.post("/preferences/", {"size": "large"})
    (root,) = Page(client.get("/works/")).all("html")
    assert root["data-theme"] == "dark"
    assert root["data-size"] == "large"
    assert answer.cookies["theme"]["samesite"] == "Lax"
    assert answer.cookies["theme"]["httponly"]


def test_without_a_choice_the_page_follows_the_system(client: Client) -> None:
    page = Page(client.get("/works/"))
    assert "data-theme" not in page.all("html")[0]
    assert len(page.all("meta", name="theme-color")) == 2


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""]
)
def test_a_preference_never_sends_the_reader_to_another_site(client: Client, target: str) -> None:
    answer = client.post("/preferences/", {"theme": "light", "next": target})
    assert answer["Location"] == "/"


def test_unknown_preferences_are_refused_and_nothing_is_stored(client: Client) -> None:
    answer = client.post("/preferences/", {"theme": "neon"})
    assert answer.status_code == 400
    assert "theme" not in answer.cookies
    assert client.get("/preferences/").status_code == 405


def test_another_site_cannot_set_a_preference(client: Client) -> None:
    answer = client.post(
        "/preferences/", {"theme": "dark"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 400
    assert not answer.cookies


def test_a_forged_cookie_never_reaches_the_page(client: Client) -> None:
    client.cookies["theme"] = '"><script>'
    assert b"<script>" not in client.get("/works/").content


# --------------------------------------------------------------- languages


def test_the_language_switch_keeps_the_page_and_its_parameters(client: Client) -> None:
    chinese = Page(client.get("/works/?q=a&page=2"))
    (switch,) = chinese.all("a", hreflang="en")
    assert switch["href"] == "/en/works/?q=a&page=2"
    english = Page(client.get("/en/works/?q=a"))
    assert english.all("html")[0]["lang"] == "en"
    assert english.all("a", hreflang="zh-CN")[0]["href"] == "/works/?q=a"


@override_settings(SITE_URL="https://art.example")
def test_canonical_and_alternates_are_absolute_and_without_parameters(client: Client) -> None:
    page = Page(client.get("/en/works/?page=3"))
    assert page.all("link", rel="canonical")[0]["href"] == "https://art.example/en/works/"
    alternates = {a["hreflang"]: a["href"] for a in page.all("link", rel="alternate")}
    assert alternates == {
        "zh-CN": "https://art.example/works/",
        "x-default": "https://art.example/works/",
        "en": "https://art.example/en/works/",
    }


# ------------------------------------------------------------------- frame


def test_only_registered_sections_are_shown_in_order(client: Client, sections: None) -> None:
    navigation.register(20, _("丁"), "core:components", "/components/")
    navigation.register(10, _("丙"), "sample-works", "/works/")
    navigation.register(30, _("无此页"), "nowhere:page", "/nowhere/")
    text = client.get("/en/works/").content.decode()
    nav = text[text.index('<nav class="nav nav-main"') : text.index("</nav>")]
    assert re.findall(r'href="([^"]+)"', nav) == ["/en/works/", "/en/components/"]
    assert re.findall(r'href="([^"]+)" aria-current="true"', nav) == ["/en/works/"]


def test_without_sections_there_is_no_empty_navigation(client: Client, sections: None) -> None:
    assert b"nav-main" not in client.get("/works/").content


def test_filing_numbers_appear_only_when_the_operator_has_them(client: Client) -> None:
    with override_settings(ICP_NUMBER="", PUBLIC_SECURITY_NUMBER=""):
        assert b"beian" not in client.get("/works/").content
    with override_settings(ICP_NUMBER="鲁ICP备1号", PUBLIC_SECURITY_NUMBER=""):
        text = client.get("/works/").content.decode()
    assert "鲁ICP备1号" in text
    assert "beian.mps.gov.cn" not in text


def test_a_page_has_a_skip_link_and_the_place_it_leads_to(client: Client) -> None:
    page = Page(client.get("/works/"))
    assert page.all("a", **{"class": "skip"})[0]["href"] == "#main"
    assert len(page.all("main", id="main")) == 1


# ---------------------------------------------------------------- refusals


def test_a_refusal_says_what_why_and_what_next(client: Client) -> None:
    answer = client.get("/refuse/")
    assert answer.status_code == 409
    text = answer.content.decode()
    for words in ("这件作品正在质押中。", "解除质押后再试。", "pledge.sale", "pledged"):
        assert words in text
    assert len(Page(answer).all("h1")) == 1


def test_an_unknown_address_answers_404_in_the_frame_of_the_site(client: Client) -> None:
    answer = client.get("/nothing-here/")
    assert answer.status_code == 404
    page = Page(answer)
    assert len(page.all("h1")) == 1
    assert page.all("meta", name="robots")[0]["content"] == "noindex"
    assert not page.all("link", rel="canonical")


@pytest.mark.parametrize("status", [400, 500, 503])
def test_pages_for_broken_moments_need_no_context(status: int) -> None:
    text = render_to_string(f"{status}.html")
    assert text.count("<h1>") == 1
    assert "foundation.css" in text


def test_a_stale_form_is_explained(settings) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/login/", {"login": "a@example.org", "password": "x"})
    assert answer.status_code == 403
    assert "已经过期" in answer.content.decode()


# -------------------------------------------------------------- components


def test_the_list_of_components_is_not_public(client: Client) -> None:
    assert client.get("/components/").status_code == 404


@override_settings(DEBUG=True)
def test_every_component_renders_without_inline_style_or_script(client: Client) -> None:
    answer = client.get("/components/")
    assert answer.status_code == 200
    page = Page(answer)
    for tag, attrs in page.tags:
        assert "style" not in attrs, (tag, attrs)
        assert not [name for name in attrs if name.startswith("on")], (tag, attrs)
        if tag == "script":
            assert attrs.get("src") or attrs.get("type") == "application/ld+json"
    ids = [attrs["id"] for _tag, attrs in page.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    assert len(page.all("h1")) == 1
    assert b"<c-" not in answer.content


def test_every_component_says_how_it_is_used_and_is_listed() -> None:
    listed = (Path(settings.BASE_DIR) / "docs" / "components.md").read_text()
    shown = (COMPONENTS.parent / "core" / "components.html").read_text()
    for file in COMPONENTS.glob("*.html"):
        name = f"c-{file.stem.replace('_', '-')}"
        contract = re.search(r"{% comment %}\n(.+?)\n{% endcomment %}", file.read_text(), re.DOTALL)
        assert contract, name
        assert contract[1] in listed, name
    used = set(re.findall(r"<(c-[a-z-]+)", shown)) - {"c-slot"}
    missing = {f"c-{f.stem.replace('_', '-')}" for f in COMPONENTS.glob("*.html")} - used
    assert missing <= {"c-form", "c-menu", "c-messages", "c-object"}


def test_text_given_to_a_component_is_escaped_once() -> None:
    text = render_to_string(
        "core/components.html",
        {
            "cards": [{"title": "<b>春</b> & 山", "picture": {}, "pills": [("ok", "<i>x</i>")]}],
            "views": [],
            "form": SampleForm(),
            "wrong": SampleForm(),
            "page_of": Paginator(range(3), 2).page(1),
        },
        request=RequestFactory().get("/components/"),
    )
    assert "&lt;b&gt;春&lt;/b&gt; &amp; 山" in text
    assert "&lt;i&gt;x&lt;/i&gt;" in text
    assert "<b>春" not in text
    assert "&amp;lt;" not in text


def test_a_wrong_field_is_tied_to_its_words_and_to_the_summary() -> None:
    form = SampleForm({"title": "", "size": "1", "way": "sell", "agree": "on"})
    html = render_to_string(
        "core/components.html",
        {"form": form, "wrong": form, "page_of": Paginator(range(3), 2).page(1)},
        request=RequestFactory().get("/components/"),
    )
    assert 'id="id_title_error"' in html
    assert '<a href="#id_title">题名：' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert error_items(form)[0]["anchor"] == "id_title"


def test_an_unknown_icon_is_a_mistake_of_the_template() -> None:
    with pytest.raises(TemplateSyntaxError, match="no icon"):
        Template('{% load face %}{% icon_paths "dragon" %}').render(Context())


# ------------------------------------------------------------- small tools


def test_structured_data_cannot_end_its_own_element() -> None:
    text = json_ld({"name": "</script><b>&", "artform": "风筝"})
    inner = text.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert "<" not in inner and "&" not in inner
    assert json.loads(inner) == {"name": "</script><b>&", "artform": "风筝"}


def test_a_pager_shows_the_ends_and_the_neighbours() -> None:
    page = Paginator(range(240), 10).page(12)
    assert [str(n) for n in elided(page)] == ["1", "…", "11", "12", "13", "…", "24"]


def test_bars_keep_small_counts_visible_and_empty_ones_empty() -> None:
    drawn = bars([{"n": 0}, {"n": 1}, {"n": 400, "chosen": True}])
    assert [bar["height"] for bar in drawn] == [0, 1, 40]
    assert [bar["y"] for bar in drawn] == [40, 39, 0]
    assert bars([]) == []


# ------------------------------------------------------------------ budgets


def test_the_whole_style_stays_below_25_kb_compressed() -> None:
    size = sum(len(gzip.compress(file.read_bytes(), 9)) for file in STYLES.glob("*.css"))
    assert size < 25_000


def test_all_script_with_htmx_stays_below_30_kb_compressed() -> None:
    files = [*SCRIPTS.glob("*.js"), Path(finders.find("django_htmx/htmx-2.min.js"))]
    assert sum(len(brotli.compress(file.read_bytes())) for file in files) < 30_000


def test_a_page_asks_for_few_files_before_its_pictures(client: Client) -> None:
    page = Page(client.get("/works/"))
    files = page.all("link", rel="stylesheet") + [s for s in page.all("script") if s.get("src")]
    assert len(files) <= 11
    for file in files:
        address = file.get("href") or file.get("src") or ""
        assert finders.find(address.removeprefix("/static/")), address
