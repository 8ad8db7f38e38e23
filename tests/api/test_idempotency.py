"""A write under an Idempotency-Key is done once, also over a crash."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from artmarket.api import idempotency, site
from artmarket.api.models import KeptAnswer
from artmarket.api.services.keeping import sweep
from artmarket.core.models import Event
from catalog.models import Work
from media.models import Image
from tests.api.conftest import Caller, caller_for
from tests.api.test_writing import picture
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller():
    return caller_for(UserFactory(artist=True), "artist")


def test_the_same_request_gets_the_same_answer_and_is_done_once(caller):
    first = caller.post("works", {"title": "春"}, Idempotency_Key="k1")
    second = caller.post("works", {"title": "春"}, Idempotency_Key="k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    for name in ("Location", "ETag", "Content-Type", "Content-Language"):
        assert second[name] == first[name]
    assert ("Idempotency-Replayed" in first, second["Idempotency-Replayed"]) == (False, "true")
    assert Work.objects.count() == 1
    assert Event.objects.filter(action="work.drafted").count() == 1


def test_refusals_are_answers_too_and_kept(caller):
    first = caller.post("works", {"title": ""}, Idempotency_Key="k1")
    second = caller.post("works", {"title": ""}, Idempotency_Key="k1")
    assert (first.status_code, second.status_code) == (422, 422)
    assert second["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("other", [
    ("POST", "works", {"title": "夏"}), ("POST", "bulk/works", {"title": "春"}),
    ("POST", "webhooks", {"title": "春"}),
])  # fmt: skip
def test_the_key_of_another_request_is_refused(caller, other):
    caller.post("works", {"title": "春"}, Idempotency_Key="k1")
    answer = caller(*other, Idempotency_Key="k1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert Work.objects.count() == 1


def test_keys_belong_to_their_token(caller):
    caller.post("works", {"title": "春"}, Idempotency_Key="k1")
    other = caller_for(UserFactory(artist=True), "artist")
    answer = other.post("works", {"title": "夏"}, Idempotency_Key="k1")
    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer


@pytest.mark.parametrize("key", ["", "x" * 256, "键", "a\tb"])
def test_a_key_that_is_none_is_refused(caller, key):
    answer = caller.post("works", {"title": "春"}, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key")
    assert not Work.objects.exists()


def test_a_form_is_the_same_whatever_its_boundary(caller):
    work = caller.post("works", {"title": "春"}).json()["id"]
    token = caller.headers["Authorization"]
    answers = [
        Client().post(
            f"/api/v1/works/{work}/pictures", {"file": picture(), "view": view},
            headers={"Authorization": token, "Idempotency-Key": "k1"},
        )
        for view in ("overall", "overall", "verso")
    ]  # fmt: skip
    assert [a.status_code for a in answers] == [201, 201, 422]
    assert answers[0].content == answers[1].content
    assert Image.objects.count() == 1


def test_while_it_runs_the_same_key_is_refused(caller, monkeypatch):
    """The inner request comes while the outer one is in its router."""
    inside = []
    create = site.catalog_api.drafts.create_draft

    def with_another(**given):
        inside.append(caller.post("works", {"title": "春"}, Idempotency_Key="k1"))
        return create(**given)

    monkeypatch.setattr(site.catalog_api.drafts, "create_draft", with_another)
    assert caller.post("works", {"title": "春"}, Idempotency_Key="k1").status_code == 201
    assert [(a.status_code, a.json()["code"]) for a in inside] == [(409, "idempotency_running")]
    assert Work.objects.count() == 1


def broken_before(monkeypatch):
    def fail(**_given):
        raise RuntimeError("power cut")

    monkeypatch.setattr(site.catalog_api.drafts, "create_draft", fail)


def test_an_error_of_ours_is_no_result_and_may_be_tried_again(caller, monkeypatch):
    caller.client.raise_request_exception = False
    with monkeypatch.context() as patched:
        broken_before(patched)
        assert caller.post("works", {"title": "春"}, Idempotency_Key="k1").status_code == 500
    assert not KeptAnswer.objects.exists()
    assert caller.post("works", {"title": "春"}, Idempotency_Key="k1").status_code == 201


def crashed(caller: Caller, monkeypatch, *, done: bool) -> None:
    """A worker that dies after (or before) the write and leaves its reservation behind."""
    caller.client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(idempotency, "_release", lambda _kept: None)
        patched.setattr(idempotency, "_keep", lambda _kept, _response: None)
        if not done:
            broken_before(patched)
        caller.post("works", {"title": "春"}, Idempotency_Key="k1")
    assert KeptAnswer.objects.get().status is None


def test_after_a_crash_before_the_write_the_same_key_does_it(caller, monkeypatch):
    crashed(caller, monkeypatch, done=False)
    early = caller.post("works", {"title": "春"}, Idempotency_Key="k1")
    assert early.json()["code"] == "idempotency_running"
    KeptAnswer.objects.update(begun_at=timezone.now() - timedelta(minutes=6))
    assert caller.post("works", {"title": "春"}, Idempotency_Key="k1").status_code == 201
    assert Work.objects.count() == 1


def test_after_a_crash_behind_the_write_it_is_told_and_not_done_again(caller, monkeypatch):
    crashed(caller, monkeypatch, done=True)
    work = Work.objects.get()
    KeptAnswer.objects.update(begun_at=timezone.now() - timedelta(minutes=6))
    answer = caller.post("works", {"title": "春"}, Idempotency_Key="k1")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_answer_lost")
    assert answer.json()["data"]["events"] == [
        {"action": "work.drafted", "object_type": "catalog.work", "object_id": str(work.pk)}
    ]
    assert Work.objects.count() == 1


def test_answers_are_kept_for_the_time_of_the_rule_book(caller):
    caller.post("works", {"title": "春"}, Idempotency_Key="k1")
    KeptAnswer.objects.update(begun_at=timezone.now() - timedelta(hours=23))
    sweep()
    assert KeptAnswer.objects.count() == 1
    KeptAnswer.objects.update(begun_at=timezone.now() - timedelta(hours=25))
    again = caller.post("works", {"title": "春"}, Idempotency_Key="k1")
    assert "Idempotency-Replayed" not in again
    assert Work.objects.count() == 2
    KeptAnswer.objects.update(begun_at=timezone.now() - timedelta(hours=25))
    sweep()
    assert not KeptAnswer.objects.exists()


def test_without_a_token_a_key_means_nothing():
    answer = Caller().post("works", {"title": "春"}, Idempotency_Key="k1")
    assert answer.status_code == 401
    assert not KeptAnswer.objects.exists()
