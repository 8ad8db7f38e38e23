"""What is kept of a person in cases, and that files which a crash left go."""

from datetime import timedelta

import pytest

from appraisal import citations
from appraisal.cases import keeping as case_keeping
from appraisal.certificates import citations as certificate_citations
from appraisal.services import cases, inspections
from appraisal.services.author_confirmations import withdraw_confirmation
from artmarket.core import duties
from artmarket.core.clock import db_now
from media.models import Document
from media.services.documents import receive_document
from tests.accounts.identities import photo
from tests.appraisal import stages
from tests.appraisal.certified import by_living_author, confirmed

pytestmark = pytest.mark.django_db


def test_an_open_case_blocks_an_erasure_and_a_closed_one_is_kept_until_its_day():
    case = stages.begun()
    expert = stages.seats_of(case)[0].expert.user
    for user in (case.client, expert):
        (hold,) = case_keeping.holds(user)
        assert (hold.blocks, hold.rule) == (True, citations.KEEP_YEARS)
    cases.withdraw_case(actor=case.client, case_id=case.pk, reason="不办了")
    until = stages.fresh(case).keep_until
    for user in (case.client, expert):
        (hold,) = case_keeping.holds(user)
        assert (hold.blocks, hold.until, hold.keeps_name) == (False, until, True)
    assert list(case_keeping.holds(stages.registrar())) == []


def test_the_copy_holds_what_was_commissioned_and_what_was_said():
    case = stages.concluded()
    (row,) = case_keeping.copy(case.client)
    assert (row["case"], row["work"]) == (case.number, case.work.number)
    (said,) = case_keeping.copy(stages.chair_of(case))
    assert (said["opinion_in"], said["term"]) == (case.number, "autograph")


def test_the_copy_holds_what_an_author_confirmed_and_it_is_kept_after_an_erasure():
    work, author = by_living_author()
    row = confirmed(work, author)
    (told,) = case_keeping.copy(row.author)
    assert (told["confirmed_as_own"], told["as_artist"]) == (work.number, row.artist.name)
    assert (told["place"], told["confirmed_at"]) == (row.place, row.confirmed_at)
    assert told["recording_sha256"] == row.recording_sha256 != ""
    assert told["recording_place"] == row.recording_place != ""
    assert (told["withdrawn_at"], told["withdraw_reason"]) == (None, "")
    withdraw_confirmation(actor=row.author, confirmation_id=row.pk, reason="看错了")
    (told,) = case_keeping.copy(row.author)
    assert (told["withdrawn_at"] is not None, told["withdraw_reason"]) == (True, "看错了")
    (hold,) = case_keeping.holds(row.author)
    assert (hold.blocks, hold.until, hold.rule) == (False, None, certificate_citations.KEPT)
    witness = row.witnessed_by
    assert list(case_keeping.copy(witness)) == list(case_keeping.holds(witness)) == []


def test_a_file_that_a_crash_left_without_a_case_goes_after_a_day():
    desk = stages.registrar()
    left = receive_document(
        actor=desk, file=photo("x.jpg"), name="x.jpg", purpose=inspections.EVIDENCE
    )
    assert inspections.clear_untied() == 0
    Document.objects.filter(pk=left.pk).update(created_at=db_now() - timedelta(days=2))
    assert inspections.clear_untied() == 1
    names = {duty.name for duty in duties.duties()}
    assert {"appraisal-deadlines", "appraisal-files"} <= names
