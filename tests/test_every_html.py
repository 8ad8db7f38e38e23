"""Every page is right HTML, in both languages, as it opens and as it answers an empty form.

The addresses are those of tests/test_every_url.py. A page that editors keep has no address of its
own there: it has a row in PAGES. Pages full of the demonstration district are judged in
tests/browser/test_every_page.py.
"""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from artmarket.core.demo import Stage
from cms.demo import home as demonstration
from tests.markup import Checker
from tests.test_every_url import MAY, ask, world  # noqa: F401 - the fixture

LANGUAGES = ("zh-hans", "en")
# Name -> what gives the address without the language's prefix, once the standard pages are there.
PAGES: dict[str, Callable[[], str]] = {
    "home": lambda: "/",
    "privacy": lambda: "/privacy/",
    "how it works": lambda: "/how-it-works/",
    "not found": lambda: "/works/ZZZZZZZZ/",
    "nothing found": lambda: "/works/?q=没有这样的东西&sort=new",
    "a wrong number": lambda: "/works/find/?number=0000-0000",
    "a rule": lambda: "/rules/media.max_pixels/",
    "no certificate": lambda: "/verify/ZS-0000-0000/",
}


def reader_of(name: str) -> str:
    """Who looks: a stranger where one may, else whoever the page is for."""
    may = MAY[name]
    return next((who for who in ("anonymous", "owner") if who in may), min(may, default=""))


def addresses(arguments: dict[str, list]) -> Iterator[tuple[str, str, str]]:
    """(name, reader, address) of every page in both languages."""
    for language in LANGUAGES:
        for name in MAY:
            with translation.override(language):
                url = reverse(name, args=arguments.get(name, []))
            if who := reader_of(name):
                yield name, who, url
        for name, address in PAGES.items():
            yield name, "anonymous", ("/en" if language == "en" else "") + address()


def is_page(answer) -> bool:
    """Whether a whole document came back, not a part of one, a file or a way elsewhere."""
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    return is_html and not answer.streaming and b"<html" in answer.content


@pytest.mark.django_db
def test_every_page_is_right_html(world, checker: Checker):  # noqa: F811
    people, arguments = world
    demonstration.load(Stage(pictures=False, say=lambda _words: None))
    wrong, pages = {}, 0
    for name, who, url in addresses(arguments):
        client = Client()
        if who != "anonymous":
            client.force_login(people[who])
        for method in ("get", "post"):
            answer = ask(client, method, url)
            if is_page(answer):
                pages += 1
                for complaint in checker.complaints(answer.content.decode()):
                    what = complaint.partition(": ")[2]
                    wrong.setdefault(what, f"{method} {url} ({name}, {who}): {what}")
    print(f"{pages} pages judged")
    assert not wrong, "\n".join(wrong.values())
    assert pages > 300


BROKEN = {
    "<main><p><div>文字</div></p></main>": "No “p” element in scope",
    '<main><img src="/a.png"></main>': "must have an “alt” attribute",
    '<main><p id="a">一</p><p id="a">二</p></main>': "Duplicate ID “a”",
    '<main><label for="x">名</label></main>': "must be the ID of a non-hidden form control",
    "<main><ul><p>一</p></ul></main>": "not allowed as child of element “ul”",
}


@pytest.mark.parametrize("body", BROKEN)
def test_what_is_wrong_is_reported(checker: Checker, body):
    page = f'<!doctype html><html lang="zh-CN"><head><title>页</title></head><body>{body}</body></html>'
    assert any(BROKEN[body] in complaint for complaint in checker.complaints(page))


def test_what_is_right_is_not_reported(checker: Checker):
    page = '<!doctype html><html lang="zh-CN"><head><title>页</title></head><body><main><h1>页</h1></main></body></html>'
    assert checker.complaints(page) == []
