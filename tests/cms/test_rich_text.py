"""No script gets into a page's text, whatever is posted."""

import json

import pytest
from django.core.exceptions import ValidationError
from wagtail.rich_text import RichText

from cms.blocks.texts import LinkBlock

from .editing import article, edit_url, editor, form_of, save, signed_in, streamfield

pytestmark = pytest.mark.django_db


def draft(text: str, *, link: str = "", style: str = "unstyled") -> str:
    """What the text editor posts: one paragraph, its first two characters a link."""
    ranges = [{"key": 0, "offset": 0, "length": 2}] if link else []
    return json.dumps(
        {
            "blocks": [
                {
                    "key": "00000", "type": style, "depth": 0, "text": text,
                    "inlineStyleRanges": [], "entityRanges": ranges,
                }
            ],
            "entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": link}}}
            if link
            else {},
        }
    )  # fmt: skip


def stored(posted: str) -> str:
    writer = editor()
    page = article(writer)
    answer = save(signed_in(writer), page, body=streamfield([("text", posted)]))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    value = page.get_latest_revision_as_object().body[0].value
    assert isinstance(value, RichText)
    return value.source


def test_tags_that_are_typed_are_words():
    kept = stored(draft("<script>alert(1)</script><img src=x onerror=alert(1)>"))
    assert "<script" not in kept and "<img" not in kept
    assert "&lt;script&gt;" in kept


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "\x01javascript:a",
        "data:text/html;base64,PHNjcmlwdD4=", "vbscript:msgbox(1)",
    ],
)  # fmt: skip
def test_links_that_a_browser_would_run_lose_their_address(link):
    kept = stored(draft("看看这里", link=link))
    assert "看看" in kept
    for word in ("script:", "data:"):
        assert word not in kept.lower()


def test_a_link_of_the_web_stays():
    assert 'href="https://example.org/"' in stored(draft("看看这里", link="https://example.org/"))


def test_what_is_no_draft_is_refused_and_what_was_there_stays():
    writer = editor()
    page = article(writer)
    save(signed_in(writer), page, body=streamfield([("text", draft("原来的话"))]))
    before = page.get_latest_revision().pk
    client = signed_in(writer)
    client.raise_request_exception = False
    posted = form_of(page, body=streamfield([("text", "<script>alert(1)</script>")]))
    answer = client.post(edit_url(page), posted)
    page.refresh_from_db()
    kept = page.get_latest_revision_as_object().body.raw_data
    assert "<script" not in json.dumps(list(kept), ensure_ascii=False)
    assert answer.status_code != 302 or page.latest_revision_id != before


def test_what_was_stored_otherwise_is_not_shown(client):
    page = article(live=True)
    evil = '<p>看<script>alert(1)</script><a href="javascript:alert(2)" onclick="x()">这里</a></p>'
    page.body = [("text", evil)]
    page.save_revision().publish()
    shown = client.get(page.get_url()).content.decode()
    assert "alert(" not in shown and "onclick" not in shown
    assert "这里" in shown


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example/", "/\\evil.example", "data:text/html,x"]
)
def test_addresses_of_buttons_are_of_this_site_or_the_web(address):
    with pytest.raises(ValidationError):
        LinkBlock(required=False).clean(address)


@pytest.mark.parametrize("address", ["", "/works/", "https://example.org/a?b=1"])
def test_addresses_that_are_fine(address):
    assert LinkBlock(required=False).clean(address) == address
