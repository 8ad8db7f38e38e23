"""Certificates: who issues which, on what grounds, what is signed, logged and kept."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from appraisal.certificates.facts import issued_fact
from appraisal.engine.credentials import Verdict, canonical
from appraisal.enums import CertificateState, Outcome, ResultState
from appraisal.models import (
    AuthorConfirmation,
    Certificate,
    StatusIndex,
)
from appraisal.services import issuing
from appraisal.services.author_confirmations import (
    confirm_author,
    withdraw_confirmation,
    witness_author,
)
from appraisal.services.signing_keys import (
    NoKey,
)
from artmarket.accounts.gates import NotIdentified
from artmarket.accounts.models import IdentityCheck
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.enums import Living, WorkState
from catalog.models import LogAudit, LogQueued, Work
from catalog.services import encumbrances
from tests.appraisal.certified import (
    RECORDING,
    by_living_author,
    checked,
    confirmed,
    lock,
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
    (fact,) = queued("certificate.")
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
    assert queued("certificate.") == []


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
    rests_on_photographs = "supports_certificate" in changes
    assert refusal.value.rule == (
        "appraisal.no_photographs" if rests_on_photographs else "certificate.opinion_result"
    )
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
