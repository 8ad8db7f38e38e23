"""Certificates: who issues which, on what grounds, what is signed, logged and kept."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import override

from appraisal.certificate_facts import issued_fact
from appraisal.engine.credentials import Verdict, canonical
from appraisal.enums import CertificateState, Outcome, ResultState
from appraisal.models import (
    AuthorConfirmation,
    Certificate,
    CertificateChange,
    SealedKey,
    StatusIndex,
    StatusList,
)
from appraisal.services import issuing, status_lists
from appraisal.services.author_confirmations import (
    confirm_author,
    withdraw_confirmation,
    witness_author,
)
from appraisal.services.signing_keys import (
    NoKey,
    end_key,
    revoke_key,
    successor,
)
from artmarket.accounts.gates import NotIdentified
from artmarket.accounts.models import IdentityCheck
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.engine.log import verify_offline, write_entry
from catalog.enums import Living, WorkState
from catalog.models import LogAudit, LogQueued, Work
from catalog.services import encumbrances, public_log
from tests.appraisal.certified import (
    RECORDING,
    by_living_author,
    checked,
    confirmed,
    signed_result,
    with_key,
)
from tests.catalog.factories import person, registered
from tests.catalog.logged import queued

pytestmark = pytest.mark.django_db
ATTRIBUTED_TO = "300404269"


@pytest.fixture(autouse=True)
def _key():
    with_key()


def lock(work: Work | None = None, actor=None) -> Certificate:
    return issuing.issue_lock(actor=actor or person("registrar"), work_id=(work or registered()).pk)


def facts() -> list[dict]:
    return queued("certificate.")


# ------------------------------------------------------------------ 锁定


def test_a_lock_says_that_it_does_not_prove_the_author():
    work = registered()
    row = lock(work)
    subject = row.content["credentialSubject"]
    assert subject["certificateKind"] == "锁定"
    assert "不证明作者" in subject["statement"][0]["@value"]
    assert subject["title"] == "春山放鸢图"
    pictures = {photo.image.sha256 for photo in work.photos.select_related("image")}
    assert {image["sha256"] for image in subject["images"]} == pictures
    assert len(pictures) == 3
    assert subject["dimensions"][0] == {"type": "height", "value": "100", "unit": "cm"}
    found = checked(row)
    assert (found.verdict, found.kind) == (Verdict.VALID, "锁定")


def test_the_text_is_kept_byte_for_byte_with_its_digest_and_its_fact():
    row = lock()
    assert canonical(row.content).decode() == row.document
    (fact,) = facts()
    assert fact == issued_fact(row.content)
    assert fact == {
        "kind": "certificate.issued", "at": row.content["validFrom"], "work": row.work.number,
        "number": row.number, "digest": row.digest,
    }  # fmt: skip
    assert LogQueued.objects.get(pk=row.log_ticket)
    event = Event.objects.about(row.work).get(action="certificate.issued")
    assert event.after == {"certificate": row.number}


def test_nothing_private_stands_in_a_certificate():
    artist = person("artist", name="某某藏家")
    work = registered(artist)
    Work.objects.filter(pk=work.pk).update(credit="某基金会旧藏", source_note="购价八万元")
    text = lock(work).document
    assert not [word for word in ("某基金会", "八万", artist.email) if word in text]


def test_the_record_behind_the_digest_is_the_same_in_every_language():
    work, other = registered(), registered()
    with override("en"):
        first = lock(work)
    second = lock(other)
    assert "钤印" in first.record or "印" in first.record
    assert json.loads(first.record).keys() == json.loads(second.record).keys()
    assert json.loads(first.record)["inscriptions"] == json.loads(second.record)["inscriptions"]


# ------------------------------------------------------------------ who and when


@pytest.mark.parametrize("role", ["artist", "buyer", "appraiser", "bureau", "operator"])
def test_only_registrars_issue(role):
    with pytest.raises(NotAllowed):
        lock(actor=person(role))
    assert not Certificate.objects.exists()


def test_nobody_certifies_what_he_lists_makes_or_judged():
    registrar = person("registrar", "artist")
    with pytest.raises(NotAllowed) as refusal:
        lock(registered(registrar), registrar)
    assert (refusal.value.code, refusal.value.rule) == ("own_work", "certificate.persons")
    work = registered()
    result = signed_result(work)
    seat = result.case.seats.first()
    expert = person("registrar", "appraiser")
    seat.expert.user = expert
    seat.expert.save()
    with pytest.raises(NotAllowed):
        issuing.issue_opinion(actor=expert, result_id=result.pk)
    with pytest.raises(NotAllowed):
        lock(work, expert)


@pytest.mark.parametrize("kind", ["dispute", "judicial"])
def test_a_work_in_dispute_or_under_seal_gets_none(kind):
    work = registered()
    registrar = person("registrar")
    taken = encumbrances.take_encumbrance(actor=registrar, work_id=work.pk, kind=kind)
    with pytest.raises(DomainError) as refusal:
        lock(work)
    assert (refusal.value.code, refusal.value.rule) == ("encumbered", "catalog.encumbrance_blocks")
    encumbrances.release_encumbrance(actor=registrar, encumbrance_id=taken.pk, reason="已了结")
    assert lock(work).state == CertificateState.VALID


def test_other_encumbrances_do_not_matter():
    work = registered()
    encumbrances.take_encumbrance(actor=person("registrar"), work_id=work.pk, kind="pledge")
    assert lock(work).state == CertificateState.VALID


def test_an_incomplete_record_gets_none():
    work = registered()
    Work.objects.filter(pk=work.pk).update(objectid_score=9)
    with pytest.raises(Invalid) as refusal:
        lock(work)
    assert (refusal.value.code, refusal.value.rule) == (
        "incomplete", "catalog.objectid_threshold_certify",
    )  # fmt: skip


def test_what_is_not_registered_or_destroyed_gets_none():
    work = registered()
    Work.objects.filter(pk=work.pk).update(is_destroyed=True)
    with pytest.raises(WrongState):
        lock(work)
    Work.objects.filter(pk=work.pk).update(is_destroyed=False, state=WorkState.MERGED)
    with pytest.raises(WrongState):
        lock(work)


def test_issuing_stops_while_the_log_is_at_fault_and_revoking_does_not():
    row = lock()
    LogAudit.objects.create(size=1, is_sound=False, faults=[{"fault": "root"}])
    with pytest.raises(DomainError) as refusal:
        lock()
    assert (refusal.value.code, refusal.value.rule) == ("log_at_fault", "certificate.log_sound")
    issuing.revoke(actor=person("registrar"), certificate_id=row.pk, reason="误发")
    LogAudit.objects.create(size=1, is_sound=True)
    assert lock().state == CertificateState.VALID


def test_without_a_key_nothing_is_issued_and_nothing_is_left_behind(settings):
    settings.SIGNING_MASTER_KEYS = []
    with pytest.raises(NoKey):
        lock()
    assert not Certificate.objects.exists()
    assert not StatusIndex.objects.exists()
    assert facts() == []


def test_of_each_kind_one_is_live():
    work = registered()
    row = lock(work)
    with pytest.raises(WrongState) as refusal:
        lock(work)
    assert refusal.value.code == "already_issued"
    assert row.number in str(refusal.value)
    assert Certificate.objects.count() == 1


# ------------------------------------------------------------------ 鉴定意见


def test_an_opinion_carries_the_panel_and_its_dissent():
    work = registered()
    row = issuing.issue_opinion(actor=person("registrar"), result_id=signed_result(work).pk)
    assert row.content["type"] == ["VerifiableCredential", "ArtworkOpinion"]
    assert row.content["credentialSubject"]["panel"] == {
        "experts": 3, "agreeing": 2, "dissenting": 1, "result": "supported",
    }  # fmt: skip
    assert checked(row).verdict == Verdict.VALID


def test_another_maker_or_a_weaker_term_does_not_support_the_attribution():
    for changes in ({"term": ATTRIBUTED_TO}, {"maker": None, "term": "forgery"}):
        result = signed_result(registered(), **changes)
        row = issuing.issue_opinion(actor=person("registrar"), result_id=result.pk)
        assert row.content["credentialSubject"]["panel"]["result"] == "not-supported"


@pytest.mark.parametrize("term", ["autograph", ATTRIBUTED_TO])
def test_the_same_term_or_a_stronger_one_supports_a_cautious_attribution(term):
    work = registered()
    work.attributions.update(term=ATTRIBUTED_TO)
    row = issuing.issue_opinion(
        actor=person("registrar"), result_id=signed_result(work, term=term).pk
    )
    assert row.content["credentialSubject"]["panel"]["result"] == "supported"


def test_no_majority_is_certified_as_undetermined_and_as_nothing_else():
    result = signed_result(
        registered(), outcome=Outcome.UNDETERMINED, agreeing=1, supports_certificate=False, term=""
    )
    row = issuing.issue_opinion(actor=person("registrar"), result_id=result.pk)
    subject = row.content["credentialSubject"]
    assert subject["panel"]["result"] == "undetermined"
    assert "存疑" in subject["statement"][0]["@value"]


@pytest.mark.parametrize(
    "changes",
    [{"state": state} for state in ResultState if state != ResultState.SIGNED]
    + [{"supports_certificate": False}],
)
def test_a_result_that_is_not_signed_or_rests_on_photographs_gives_none(changes):
    result = signed_result(registered(), **changes)
    with pytest.raises(DomainError) as refusal:
        issuing.issue_opinion(actor=person("registrar"), result_id=result.pk)
    assert refusal.value.rule == "certificate.opinion_result"
    assert not Certificate.objects.exists()


# ------------------------------------------------------------------ 保真


def test_the_living_author_confirms_a_registrar_witnesses_and_a_certificate_says_so():
    work, author = by_living_author()
    row = confirmed(work, author)
    certificate = issuing.issue_author(actor=person("registrar"), work_id=work.pk)
    assert certificate.content["credentialSubject"]["confirmation"] == {
        "author": row.artist.name,
        "day": row.confirmed_at.astimezone(SHANGHAI).date().isoformat(),
        "inPerson": True,
        "recording": {"sha256": RECORDING},
    }
    assert checked(certificate).kind == "保真"


def test_only_the_author_himself_confirms():
    work, author = by_living_author()
    for other in (person("artist"), person("registrar"), person("operator")):
        with pytest.raises(NotAllowed):
            confirm_author(actor=other, work_id=work.pk, place="登记室")
    work.attributions.get().artist.__class__.objects.update(account_verified_at=None)
    with pytest.raises(NotAllowed):
        confirm_author(actor=author, work_id=work.pk, place="登记室")


def test_an_author_who_is_dead_or_not_identified_does_not_confirm():
    work, author = by_living_author()
    artist = work.attributions.get().artist
    artist.living = Living.UNKNOWN
    artist.save()
    with pytest.raises(DomainError) as refusal:
        confirm_author(actor=author, work_id=work.pk, place="登记室")
    assert refusal.value.code == "author_not_living"
    artist.living = Living.YES
    artist.save()
    IdentityCheck.objects.filter(user=author).update(valid_until="2020-01-01")
    with pytest.raises(NotIdentified):
        confirm_author(actor=author, work_id=work.pk, place="登记室")


def test_without_a_witness_there_is_no_certificate():
    work, author = by_living_author()
    confirm_author(actor=author, work_id=work.pk, place="登记室")
    with pytest.raises(DomainError) as refusal:
        issuing.issue_author(actor=person("registrar"), work_id=work.pk)
    assert refusal.value.code == "not_confirmed"


def test_a_witness_is_another_person_on_the_same_day_with_a_digest():
    work, author = by_living_author()
    row = confirm_author(actor=author, work_id=work.pk, place="登记室")
    given = {"confirmation_id": row.pk, "recording_sha256": RECORDING, "recording_place": "柜"}
    with pytest.raises(NotAllowed):
        witness_author(actor=author, **given)
    with pytest.raises(Invalid) as refusal:
        witness_author(
            actor=person("registrar"), confirmation_id=row.pk, recording_sha256="ab",
            recording_place="",
        )  # fmt: skip
    assert set(refusal.value.fields) == {"recording_sha256", "recording_place"}
    AuthorConfirmation.objects.update(confirmed_at=db_now() - timedelta(days=2))
    with pytest.raises(WrongState) as late:
        witness_author(actor=person("registrar"), **given)
    assert late.value.code == "another_day"
    with pytest.raises(IntegrityError), transaction.atomic():
        AuthorConfirmation.objects.update(
            witnessed_by=author, witnessed_at=db_now(), recording_sha256=RECORDING,
            recording_place="柜",
        )  # fmt: skip


def test_a_confirmation_taken_back_gives_none_and_may_be_made_again():
    work, author = by_living_author()
    row = confirmed(work, author)
    withdraw_confirmation(actor=author, confirmation_id=row.pk, reason="记错了")
    with pytest.raises(DomainError):
        issuing.issue_author(actor=person("registrar"), work_id=work.pk)
    confirmed(work, author)
    assert issuing.issue_author(actor=person("registrar"), work_id=work.pk).is_live


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
    assert [fact["kind"].partition(".")[2] for fact in facts()] == [
        "issued", "suspended", "lifted", "revoked",
    ]  # fmt: skip
    assert {(fact["number"], fact["digest"]) for fact in facts()} == {(row.number, row.digest)}
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
    assert len(facts()) == 1


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
    told = facts()
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
