"""Certificates after their issue: states, what is kept for ever, a change of keys."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.http import QueryDict
from django.utils.http import urlencode

from appraisal.certificates.facts import issued_fact
from appraisal.engine.credentials import Verdict
from appraisal.enums import CertificateState, Outcome, ResultState
from appraisal.models import (
    Certificate,
    CertificateChange,
    SealedKey,
    StatusIndex,
    StatusList,
)
from appraisal.services import issuing, status_lists
from appraisal.services.signing_keys import (
    end_key,
    revoke_key,
    successor,
)
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from catalog.engine.log import verify_offline, write_entry
from catalog.search import SearchQuery, matching_ids
from catalog.services import public_log
from tests.appraisal.certified import (
    checked,
    lock,
    signed_result,
    with_key,
)
from tests.catalog.factories import person, registered
from tests.catalog.logged import queued

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _key():
    with_key()


# ------------------------------------------------------------------ states


def test_a_certificate_is_suspended_restored_and_revoked_and_every_step_is_kept():
    row, registrar = lock(), person("registrar")
    assert checked(row).verdict == Verdict.VALID
    issuing.suspend(actor=registrar, certificate_id=row.pk, reason="有异议")
    assert checked(row).verdict == Verdict.SUSPENDED
    issuing.lift(actor=registrar, certificate_id=row.pk, reason="异议不成立")
    assert checked(row).verdict == Verdict.VALID
    issuing.revoke(actor=registrar, certificate_id=row.pk, reason="照片有误")
    assert checked(row).verdict == Verdict.REVOKED
    steps = CertificateChange.objects.filter(certificate=row).values_list("step", "reason")
    assert list(steps) == [
        ("issued", ""), ("suspended", "有异议"), ("lifted", "异议不成立"), ("revoked", "照片有误"),
    ]  # fmt: skip
    assert [fact["kind"].partition(".")[2] for fact in queued("certificate.")] == [
        "issued", "suspended", "lifted", "revoked",
    ]  # fmt: skip
    assert {(fact["number"], fact["digest"]) for fact in queued("certificate.")} == {
        (row.number, row.digest)
    }
    for step in (issuing.suspend, issuing.lift, issuing.revoke):
        with pytest.raises(WrongState):
            step(actor=registrar, certificate_id=row.pk, reason="再来")


def test_a_step_needs_words_and_a_registrar_of_no_side():
    row = lock()
    with pytest.raises(Invalid):
        issuing.revoke(actor=person("registrar"), certificate_id=row.pk, reason=" ")
    for other in (person("operator"), row.work.created_by):
        with pytest.raises(NotAllowed):
            issuing.revoke(actor=other, certificate_id=row.pk, reason="误发")
    row.refresh_from_db()
    assert row.state == CertificateState.VALID


def test_a_module_suspends_and_restores_inside_its_own_transaction():
    work = registered()
    first, second = lock(work), issuing.issue_opinion(
        actor=person("registrar"), result_id=signed_result(work).pk
    )  # fmt: skip
    with transaction.atomic():
        done = issuing.suspend_for_work(
            actor=None, work_id=work.pk, reason="对结果有异议", kinds=["opinion"]
        )
    assert done == [second]
    assert checked(second).verdict == Verdict.SUSPENDED
    assert checked(first).verdict == Verdict.VALID
    with transaction.atomic():
        assert issuing.suspend_for_work(actor=None, work_id=work.pk, reason="查封") == [first]
        assert issuing.lift_for_work(actor=None, work_id=work.pk, reason="解除") == [first, second]
    assert checked(second).verdict == Verdict.VALID


def test_when_the_module_fails_nothing_of_it_stays():
    work = registered()
    row = lock(work)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        issuing.suspend_for_work(actor=None, work_id=work.pk, reason="查封")
        raise ZeroDivisionError
    assert checked(row).verdict == Verdict.VALID
    assert len(queued("certificate.")) == 1


def test_a_new_one_takes_the_place_of_the_old_which_points_on():
    old, registrar = lock(), person("registrar")
    new = issuing.supersede(actor=registrar, certificate_id=old.pk, reason="补拍照片")
    old.refresh_from_db()
    assert (old.state, old.replaced_by, new.replaces) == (CertificateState.SUPERSEDED, new, old)
    assert new.content["replaces"] == old.content["id"]
    assert checked(new).verdict == Verdict.VALID
    assert checked(old).verdict == Verdict.REVOKED
    found = checked(old, status_lists=[], successors=[new.document])
    assert found.verdict == Verdict.SUPERSEDED
    told = queued("certificate.")
    assert [fact["kind"] for fact in told] == [
        "certificate.issued", "certificate.superseded", "certificate.issued",
    ]  # fmt: skip
    assert told[1]["by"] == new.number
    with pytest.raises(WrongState):
        issuing.supersede(actor=registrar, certificate_id=old.pk, reason="再换")
    assert Certificate.objects.count() == 2


def test_an_opinion_is_replaced_by_that_of_a_later_result_of_the_same_work():
    work, registrar = registered(), person("registrar")
    result = signed_result(work)
    old = issuing.issue_opinion(actor=registrar, result_id=result.pk)
    later = signed_result(registered())
    with pytest.raises(Invalid):
        issuing.supersede(
            actor=registrar, certificate_id=old.pk, reason="重新鉴定", result_id=later.pk
        )
    result.case.results.create(
        round=2, state=ResultState.SIGNED, outcome=Outcome.UNDETERMINED, experts=4, agreeing=2,
        rule_version="test",
    )  # fmt: skip
    second = result.case.results.get(round=2)
    new = issuing.supersede(
        actor=registrar, certificate_id=old.pk, reason="重新鉴定", result_id=second.pk
    )
    assert (new.result, new.content["credentialSubject"]["panel"]["result"]) == (
        second, "undetermined",
    )  # fmt: skip


# ------------------------------------------------------------------ kept for ever


def test_the_database_refuses_to_change_or_delete_what_was_signed():
    row = lock()
    for change in (
        {"document": "{}"},
        {"number": "ZS-1"},
        {"digest": "0" * 64},
        {"kind": "author"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(ProtectedError):
        row.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateChange.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusIndex.objects.update(index=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        SealedKey.objects.update(public_key="z6Mkother")


def test_a_place_is_never_given_twice(monkeypatch):
    drawn = iter([5, 5, 5, 9])
    monkeypatch.setattr(status_lists, "draw_index", lambda: next(drawn))
    first, second = lock(), lock()
    assert (first.place.index, second.place.index) == (5, 9)
    assert StatusIndex.objects.count() == 2


def test_another_pair_of_lists_is_begun_when_one_is_half_full(monkeypatch):
    monkeypatch.setattr(status_lists, "FULL", 1)
    first, second = lock(), lock()
    assert (first.place.shard, second.place.shard) == (1, 2)
    assert list(StatusList.objects.values_list("number", "purpose")) == [
        (1, "revocation"), (2, "suspension"), (3, "revocation"), (4, "suspension"),
    ]  # fmt: skip
    assert checked(second).verdict == Verdict.VALID


# ------------------------------------------------------------------ keys change


def test_after_a_change_of_keys_old_certificates_still_verify():
    row = lock()
    old = SealedKey.objects.get()
    new = successor(actor=None, key_id=old.pk, begins=db_now())
    assert new.valid_from >= old.valid_from
    assert status_lists.renew() == "2 status lists signed again"
    assert set(StatusList.objects.values_list("method", flat=True)) == {new.method}
    assert checked(row).verdict == Verdict.VALID
    end_key(actor=None, key_id=old.pk)
    assert checked(row, at=db_now() + timedelta(seconds=2)).verdict == Verdict.VALID
    later = lock()
    assert later.method == new.method
    assert checked(later).verdict == Verdict.VALID


def test_what_a_revoked_key_signed_is_believed_only_with_a_date_of_the_log():
    row = lock()
    before = db_now() - timedelta(seconds=1)
    revoke_key(actor=None, key_id=SealedKey.objects.get().pk, reason="泄露")
    assert set(StatusList.objects.values_list("method", flat=True)) == {
        SealedKey.objects.last().method
    }
    found = checked(row)
    assert found.verdict in (Verdict.UNKNOWN, Verdict.INVALID)
    SealedKey.objects.filter(revoked_at__isnull=False).update(
        revoked_at=db_now() + timedelta(seconds=1)
    )
    at = db_now() + timedelta(minutes=2)
    found = checked(row, at=at)
    assert (found.verdict, found.answer("key").code) == (Verdict.UNKNOWN, "key_revoked_since")
    assert checked(row, at=at, logged_at=before).verdict == Verdict.VALID


def test_a_change_stands_without_a_key_and_is_signed_when_there_is_one(settings):
    row, masters = lock(), settings.SIGNING_MASTER_KEYS
    settings.SIGNING_MASTER_KEYS = []
    issuing.revoke(actor=person("registrar"), certificate_id=row.pk, reason="误发")
    assert list(StatusList.objects.values_list("needs_signing", flat=True)) == [True, False]
    assert checked(row).verdict == Verdict.VALID
    settings.SIGNING_MASTER_KEYS = masters
    assert status_lists.renew() == "1 status lists signed again"
    assert checked(row).verdict == Verdict.REVOKED


def test_lists_are_signed_again_before_they_get_old():
    lock()
    assert status_lists.renew() == "0 status lists signed again"
    StatusList.objects.update(signed_at=db_now() - timedelta(days=4))
    assert status_lists.renew() == "2 status lists signed again"


def test_the_proof_of_the_log_fits_the_certificate_alone():
    row = lock()
    public_log.integrate()
    proof = public_log.proof_of(ticket=row.log_ticket)
    entry = write_entry(issued_fact(json.loads(row.document)))
    assert verify_offline(proof, entry, public_log.policy()).size >= 1


def found(**facets) -> list[int]:
    return list(matching_ids(SearchQuery.read(QueryDict(urlencode(facets)))))


def test_the_search_finds_works_by_their_valid_certificates():
    row = lock()
    assert found(certified="lock") == [row.work_id]
    assert found(certified="author") == []
    issuing.suspend(actor=person("registrar"), certificate_id=row.pk, reason="待查")
    assert found(certified="lock") == []
    issuing.lift(actor=person("registrar"), certificate_id=row.pk, reason="查清")
    assert found(certified="lock") == [row.work_id]
