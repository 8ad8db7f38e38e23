"""What holds for every request: problems, tags, limits, other origins, what no database keeps."""

import time

import pytest
from django.test import Client

from artmarket import rulebook
from artmarket.api import limits
from artmarket.api.models import RateCount
from artmarket.api.services.keeping import sweep
from tests.api.conftest import Caller, caller_for, token_for
from tests.catalog import factories
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_refusal_cites_its_rule_in_the_reader_s_language(settings):
    person = UserFactory(artist=True)
    token = token_for(person, "artist")
    rows = {"works": [{"title": "春"}] * (rulebook.get("api.bulk_rows") + 1)}
    for language, title in (("zh", "一次批量最多几件作品"), ("en", "Works in one bulk upload")):
        problem = Caller(token, language).post("bulk/works", rows).json()
        assert problem["rule"]["id"] == "api.bulk_rows"
        assert problem["rule"]["title"] == title
        assert problem["rule"]["url"].endswith("/rules/api.bulk_rows/")
        assert set(problem) == {"type", "title", "status", "code", "rule", "errors"}


def test_a_method_that_is_not_served_says_which_are(anyone):
    answer = anyone("DELETE", "terms")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json()["code"] == "method_not_allowed"


def test_the_head_of_an_answer_is_the_answer_without_its_body(anyone):
    whole, head = anyone.get("terms"), anyone("HEAD", "terms")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == whole["ETag"]


# ------------------------------------------------------------------ tags


def test_who_has_the_answer_already_gets_nothing_but_its_tag(anyone):
    work = factories.registered()
    for path in (f"works/{work.pk}", "works", "terms", "events"):
        tag = anyone.get(path)["ETag"]
        for header in (tag, f'"other", {tag}', f"W/{tag}", "*"):
            again = anyone.get(path, If_None_Match=header)
            assert (again.status_code, again.content) == (304, b"")
            assert again["ETag"] == tag
        assert anyone.get(path, If_None_Match='"other"').status_code == 200


def test_readers_of_different_rights_and_languages_never_share_a_tag():
    work = factories.registered()
    path = f"works/{work.pk}"
    public, lister = Caller(), caller_for(work.created_by, "artist")
    tags = {
        Caller(language="en").get(path)["ETag"],
        public.get(path)["ETag"],
        lister.get(path)["ETag"],
    }
    assert len(tags) == 3
    assert lister.get(path)["Cache-Control"] == "private, no-cache"
    assert {"Accept-Language", "Authorization"} <= set(public.get(path)["Vary"].split(", "))


# ------------------------------------------------------------------ limits


@pytest.fixture
def few(settings):
    settings.RULE_OVERRIDES = {"api.requests_per_minute": {"anonymous": 3, "token": 5, "write": 2}}


@pytest.fixture(autouse=True)
def _one_minute(monkeypatch):
    """No test ends in another minute than it began."""
    now = time.time() // 60 * 60 + 10
    monkeypatch.setattr(limits.time, "time", lambda: now)


def test_who_asks_too_often_is_told_when_to_come_back(anyone, few):
    for left in (2, 1, 0):
        answer = anyone.get("terms")
        assert answer["RateLimit"] == f'"anonymous";r={left};t=50'
        assert answer["RateLimit-Policy"] == '"anonymous";q=3;w=60'
    refused = anyone.get("terms")
    assert (refused.status_code, refused["Retry-After"]) == (429, "50")
    assert refused.json()["rule"]["id"] == "api.requests_per_minute"


def test_the_next_minute_begins_anew(anyone, few, monkeypatch):
    for _ in range(4):
        last = anyone.get("terms")
    assert last.status_code == 429
    later = limits.time.time() + 60
    monkeypatch.setattr(limits.time, "time", lambda: later)
    assert anyone.get("terms").status_code == 200


def test_addresses_and_tokens_are_counted_apart_and_writes_by_themselves(few):
    person = UserFactory(artist=True)
    first, second = caller_for(person, "artist"), caller_for(person, "artist")
    assert [first.post("works", {"title": "春"}).status_code for _ in range(3)] == [201, 201, 429]
    assert first.get("me").status_code == 200
    assert second.post("works", {"title": "春"}).status_code == 201
    for _ in range(4):
        refused = Caller().get("terms")
    assert refused.status_code == 429
    elsewhere = Client(REMOTE_ADDR="198.51.100.7").get("/api/v1/terms")
    assert elsewhere.status_code == 200


def test_guessing_tokens_is_counted_against_the_address(few):
    for _ in range(3):
        assert Caller("amk_wrong").get("me").status_code == 401
    assert Caller("amk_wrong").get("me").status_code == 429


def test_no_address_is_kept_in_clear_and_old_counts_are_swept(anyone):
    anyone.get("terms")
    assert "127.0.0.1" not in RateCount.objects.get().caller
    RateCount.objects.update(minute=1)
    sweep()
    assert not RateCount.objects.exists()


# ------------------------------------------------------------------ other origins


def test_foreign_pages_may_read_what_is_public_and_send_no_token(anyone):
    asked = anyone(
        "OPTIONS", "works", Origin="https://example.org", Access_Control_Request_Method="GET"
    )
    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Origin"] == "*"
    assert "POST" not in asked["Access-Control-Allow-Methods"]
    assert "authorization" not in asked["Access-Control-Allow-Headers"].lower()
    read = anyone.get("works", Origin="https://example.org")
    assert read["Access-Control-Allow-Origin"] == "*"
    assert "Link" in read["Access-Control-Expose-Headers"]
    with_token = caller_for(UserFactory()).get("me", Origin="https://example.org")
    assert "Access-Control-Allow-Origin" not in with_token
    only_post = anyone("OPTIONS", "bulk/works", Origin="https://example.org")
    assert "Access-Control-Allow-Origin" not in only_post


# ------------------------------------------------------------------ input that breaks things


@pytest.mark.parametrize("body", [
    b"", b"{", b"[1]", b"null", b'{"title": NaN}', b'{"title": "\\u0000"}', b'{"title": "\\ud800"}',
    b"[" * 20_000, b'\xff{"title": "x"}', b'{"title": "a\\u0000b"}',
])  # fmt: skip
def test_a_body_that_can_t_be_stored_is_refused_and_never_an_error_of_ours(body):
    token = token_for(UserFactory(artist=True), "artist")
    answer = Client().post(
        "/api/v1/works", body, content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] in {"bad_json", "invalid"}


@pytest.mark.parametrize("path", ["works?q=%00", "numbers/%00", "works?q=" + "a" * 201])
def test_an_address_that_can_t_be_searched_is_refused(anyone, path):
    assert anyone.get(path).status_code in {400, 404, 422}


def test_a_body_larger_than_the_cap_is_refused():
    token = token_for(UserFactory(artist=True), "artist")
    answer = Client().post(
        "/api/v1/works", b'{"title": "' + b"x" * (6 * 1024 * 1024) + b'"}',
        content_type="application/json", headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert answer.status_code == 413


def test_all_faults_come_in_one_list_with_their_places():
    caller = caller_for(UserFactory(artist=True), "artist")
    body = {
        "title": "", "form": "round", "typo": 1, "measures": [{"dimension": "weight", "value": 5}],
    }  # fmt: skip
    problem = caller.post("works", body).json()
    assert {e["field"] for e in problem["errors"]} == {
        "/title", "/form", "/typo", "/measures/0/dimension", "/measures/0/value",
    }  # fmt: skip
