"""`make run` packs text for whoever takes gzip, and leaves pictures, parts and streams alone."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from artmarket.core.packing import PackTextMiddleware

WORDS = "一件一号，逐件可核。" * 100


def packed(answer, *, takes: str = "gzip, br"):
    request = RequestFactory().get("/", headers={"accept-encoding": takes})
    return PackTextMiddleware(lambda _request: answer)(request)


@pytest.mark.parametrize(
    "kind", ["text/html; charset=utf-8", "text/css", "text/javascript", "image/svg+xml"]
)
def test_text_is_packed(kind):
    answer = packed(HttpResponse(WORDS, content_type=kind))
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) == len(answer.content) < len(WORDS)
    assert gzip.decompress(answer.content).decode() == WORDS
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_style_sheet_that_is_sent_in_pieces_is_packed():
    answer = packed(StreamingHttpResponse(iter([WORDS.encode()]), content_type="text/css"))
    assert gzip.decompress(b"".join(answer.streaming_content)).decode() == WORDS


@pytest.mark.parametrize("kind", ["image/jpeg", "application/pdf", "text/event-stream"])
def test_what_is_packed_already_or_never_ends_is_left_alone(kind):
    answer = packed(HttpResponse(WORDS, content_type=kind))
    assert "Content-Encoding" not in answer.headers
    assert answer.content.decode() == WORDS


def test_a_part_stays_the_part_that_was_asked_for():
    answer = packed(HttpResponse(WORDS, content_type="text/html", status=206))
    assert "Content-Encoding" not in answer.headers


def test_whoever_takes_no_gzip_gets_plain_words():
    answer = packed(HttpResponse(WORDS, content_type="text/html"), takes="identity")
    assert "Content-Encoding" not in answer.headers
