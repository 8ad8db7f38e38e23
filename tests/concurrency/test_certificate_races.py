"""Two registrars issue at the same moment: one certificate of a kind, never one place for two."""

import threading

import pytest
from django.db import connection

from appraisal.models import Certificate, CertificateChange, SealedKey, StatusIndex, StatusList
from appraisal.services import issuing, status_lists
from appraisal.services.signing_keys import create_key, revoke_key, successor
from artmarket.core.errors import DomainError, WrongState
from tests.appraisal.certified import checked, signed_result, with_key
from tests.catalog.factories import person, registered
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _key():
    with_key()


def issued(results: list) -> list[Certificate]:
    unexpected = [r for r in results if not isinstance(r, Certificate | DomainError)]
    assert unexpected == []
    return [r for r in results if isinstance(r, Certificate)]


def test_two_registrars_issue_for_one_result_and_one_certificate_is_there() -> None:
    result = signed_result(registered())
    actors = [person("registrar") for _ in range(3)]
    results = race(
        *(
            lambda actor=actor: issuing.issue_opinion(actor=actor, result_id=result.pk)
            for actor in actors
        )
    )
    (one,) = issued(results)
    assert list(Certificate.objects.all()) == [one]
    assert {r.code for r in results if isinstance(r, WrongState)} == {"already_issued"}
    assert CertificateChange.objects.count() == StatusIndex.objects.count() == 1


def test_without_the_lock_the_key_of_the_table_still_lets_one_through(monkeypatch) -> None:
    """The control: with the work unlocked both get as far as the row, and the database decides."""
    work = registered()
    barrier, check = threading.Barrier(2, timeout=30), issuing.require_certifiable

    def check_and_wait(found):
        check(found)
        Certificate.objects.live().filter(work=found).exists()
        barrier.wait()

    monkeypatch.setattr(issuing, "lock_work", lambda *, pk: type(work).objects.get(pk=pk))
    monkeypatch.setattr(issuing, "require_certifiable", check_and_wait)
    actors = [person("registrar") for _ in range(2)]
    results = race(
        *(lambda actor=actor: issuing.issue_lock(actor=actor, work_id=work.pk) for actor in actors)
    )
    assert len(issued(results)) == 1
    assert Certificate.objects.count() == 1


def test_two_certificates_never_get_one_place(monkeypatch) -> None:
    """Everybody draws the same numbers in the same order; the key of the table parts them."""
    drawn = threading.local()

    def draw() -> int:
        drawn.turn = getattr(drawn, "turn", -1) + 1
        return drawn.turn

    monkeypatch.setattr(status_lists, "draw_index", draw)
    works, actor = [registered() for _ in range(4)], person("registrar")
    results = race(
        *(lambda pk=work.pk: issuing.issue_lock(actor=actor, work_id=pk) for work in works)
    )
    rows = issued(results)
    assert len(rows) == 4
    assert sorted(row.place.index for row in rows) == [0, 1, 2, 3]
    assert StatusList.objects.count() == 2


def test_bits_that_are_set_at_the_same_moment_are_both_there() -> None:
    actor = person("registrar")
    rows = [issuing.issue_lock(actor=actor, work_id=registered().pk) for _ in range(4)]
    results = race(
        *(
            lambda pk=row.pk: issuing.revoke(actor=actor, certificate_id=pk, reason="误发")
            for row in rows
        )
    )
    assert len(issued(results)) == 4
    assert {checked(row).verdict.value for row in rows} == {"revoked"}


def test_a_certificate_is_revoked_once() -> None:
    actor = person("registrar")
    row = issuing.issue_lock(actor=actor, work_id=registered().pk)
    results = race(*[lambda: issuing.revoke(actor=actor, certificate_id=row.pk, reason="误发")] * 3)
    assert len(issued(results)) == 1
    assert row.changes.filter(step="revoked").count() == 1


def test_keys_are_made_and_followed_once() -> None:
    SealedKey.objects.all().delete()
    results = race(*[lambda: create_key(actor=None)] * 3)
    assert sum(isinstance(r, SealedKey) for r in results) == 1
    assert all(isinstance(r, SealedKey | WrongState) for r in results)
    key = SealedKey.objects.get()
    results = race(*[lambda: successor(actor=None, key_id=key.pk)] * 3)
    assert sum(isinstance(r, SealedKey) for r in results) == 1
    assert all(isinstance(r, SealedKey | WrongState) for r in results)
    assert SealedKey.objects.count() == 2


def test_a_key_revoked_while_somebody_issues_leaves_lists_of_the_new_key() -> None:
    actor = person("registrar")
    issuing.issue_lock(actor=actor, work_id=registered().pk)
    work, key = registered(), SealedKey.objects.get()
    results = race(
        lambda: issuing.issue_lock(actor=actor, work_id=work.pk),
        lambda: revoke_key(actor=None, key_id=key.pk, reason="泄露"),
    )
    assert not [r for r in results if isinstance(r, Exception)]
    assert set(StatusList.objects.values_list("method", flat=True)) == {
        SealedKey.objects.last().method
    }
    connection.close()
