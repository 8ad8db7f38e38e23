"""Condition reports: who writes them, what a close asks for, and that it is final."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from appraisal.condition import reads as condition_reads
from appraisal.condition.text import digest_of, findings_of, stated_findings
from appraisal.models import (
    AppraisalCase,
    Appraiser,
    ConditionFinding,
    ConditionPicture,
    ConditionReport,
    ConditionSignature,
    PanelSeat,
)
from appraisal.services import condition
from appraisal.services.condition import FindingInput
from artmarket.accounts.services.parties import party_of
from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.engine.log import canonical_json, commit
from catalog.services import editions, encumbrances
from tests.appraisal.conditions import closed, draft, facts, finding, handed_over
from tests.catalog.factories import ImageFactory, person, registered, submitted
from tests.catalog.logged import queued

pytestmark = pytest.mark.django_db


def seated_expert(work):
    """An expert on the panel of an open case about the work."""
    expert, registrar = person("appraiser"), person("registrar")
    row = Appraiser.objects.create(user=expert, name="某鉴定师", confirmed_by=registrar)
    case = AppraisalCase.objects.create(work=work, client=work.created_by, question="真伪")
    PanelSeat.objects.create(case=case, round=1, expert=row, assigned_by=registrar)
    return expert


def custodian_of(work):
    """Somebody in whose favour the work is held."""
    lender = person("lender")
    encumbrances.take_encumbrance(
        actor=person("registrar"), work_id=work.pk, kind="pledge", holder=party_of(lender)
    )
    return lender


# ------------------------------------------------------------------ who


@pytest.mark.parametrize("who", [lambda work: person("registrar"), seated_expert, custodian_of])
def test_registrars_experts_on_the_case_and_custodians_examine(who):
    work = registered()
    report = draft(work, who(work))
    assert (report.serial, report.state) == (1, "draft")
    assert [p.image_id for p in report.pictures.all()] == [p.image_id for p in work.photos.all()]


@pytest.mark.parametrize("role", ["artist", "buyer", "appraiser", "lender", "bureau", "operator"])
def test_nobody_else_does(role):
    with pytest.raises(NotAllowed):
        draft(registered(), person(role))
    assert not ConditionReport.objects.exists()


def test_an_expert_whose_seat_ended_and_a_former_custodian_do_not():
    work = registered()
    expert = seated_expert(work)
    PanelSeat.objects.update(ended_at="2026-01-01T00:00Z")
    with pytest.raises(NotAllowed):
        draft(work, expert)
    lender = custodian_of(work)
    live = work.encumbrances.live().get()
    encumbrances.release_encumbrance(
        actor=person("registrar"), encumbrance_id=live.pk, reason="还清"
    )
    with pytest.raises(NotAllowed):
        draft(work, lender)


def test_only_the_examiner_writes_his_draft():
    report = draft()
    other = person("registrar")
    for call in (
        lambda: condition.save_facts(actor=other, report_id=report.pk, facts=facts()),
        lambda: condition.save_finding(
            actor=other, report_id=report.pk, finding=FindingInput("tear", "slight", "local", "old")
        ),
        lambda: condition.remove_finding(actor=other, report_id=report.pk, number=1),
        lambda: condition.close_report(actor=other, report_id=report.pk),
    ):
        with pytest.raises(NotAllowed):
            call()


# ------------------------------------------------------------------ drafts


def test_only_registered_works_that_are_there_are_examined():
    with pytest.raises(WrongState):
        draft(submitted())
    work = registered()
    editions.mark_destroyed(actor=person("registrar"), work_id=work.pk, reason="火灾")
    with pytest.raises(WrongState):
        draft(work)
    with pytest.raises(Invalid) as refusal:
        draft(registered(), purpose="party")
    assert set(refusal.value.fields) == {"purpose"}


def test_one_draft_at_a_time_so_that_a_double_click_makes_one():
    report = draft()
    with pytest.raises(WrongState) as refusal:
        draft(report.work, report.examiner)
    assert refusal.value.code == "draft_open"
    with pytest.raises(IntegrityError), transaction.atomic():
        ConditionReport.objects.create(
            work=report.work, serial=9, purpose="loan", examiner=report.examiner,
            examined_on=db_today(),
        )  # fmt: skip


def test_findings_are_numbered_kept_and_removed():
    report = draft()
    finding(report)
    second = finding(report, kind="stain", picture=None, region="")
    assert (second.number, second.region, second.picture) == (2, None, None)
    finding(report, number=2, kind="foxing", region="1,1 9,1 9,9")
    second.refresh_from_db()
    assert (second.kind, second.region["type"]) == ("foxing", "SvgSelector")
    condition.remove_finding(actor=report.examiner, report_id=report.pk, number=1)
    assert finding(report).number == 3
    with pytest.raises(WrongState):
        condition.remove_finding(actor=report.examiner, report_id=report.pk, number=1)
    with pytest.raises(WrongState):
        finding(report, number=1)


def test_all_faults_of_a_finding_are_told_at_once():
    report, other = draft(), draft()
    wrong = {"kind": "x", "severity": "", "extent": "x", "age": "x", "note": "长" * 501}
    with pytest.raises(Invalid) as refusal:
        finding(report, picture=other.pictures.first().pk, region="0 0 0 0", **wrong)
    assert set(refusal.value.fields) == {*wrong, "picture", "region"}
    for changes, field in (
        ({"region": ""}, "region"),
        ({"picture": None}, "picture"),
        ({"kind": "other", "note": ""}, "note"),
        ({"region": "90 90 20 20"}, "region"),
    ):
        with pytest.raises(Invalid) as refusal:
            finding(report, **changes)
        assert set(refusal.value.fields) == {field}
    assert not report.findings.exists()


def test_the_head_is_judged_as_a_whole():
    report = draft()
    wrong = facts(
        examined_on=db_today() + timedelta(days=1), grade="perfect", place="长" * 201,
        counterparty="nobody@example.com",
    )  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        condition.save_facts(actor=report.examiner, report_id=report.pk, facts=wrong)
    assert set(refusal.value.fields) == {"examined_on", "grade", "place", "counterparty"}
    with pytest.raises(Invalid) as refusal:
        condition.save_facts(
            actor=report.examiner,
            report_id=report.pk,
            facts=facts(report.examiner, examined_on=None),
        )
    assert set(refusal.value.fields) == {"examined_on", "counterparty"}


def test_a_photograph_taken_for_the_report_is_the_examiners_own():
    report = draft()
    mine, strange = ImageFactory(uploaded_by=report.examiner), ImageFactory()
    row = condition.add_picture(
        actor=report.examiner, report_id=report.pk, image_id=mine.pk, view="raking"
    )
    assert (row.is_new, report.pictures.last()) == (True, row)
    with pytest.raises(NotAllowed):
        condition.add_picture(
            actor=report.examiner, report_id=report.pk, image_id=strange.pk, view="detail"
        )
    with pytest.raises(WrongState):
        condition.add_picture(
            actor=report.examiner, report_id=report.pk, image_id=mine.pk, view="raking"
        )


def test_a_draft_is_thrown_away_with_all_that_is_in_it():
    report = draft()
    finding(report)
    with pytest.raises(NotAllowed):
        condition.discard_report(actor=person("artist"), report_id=report.pk)
    condition.discard_report(actor=person("registrar"), report_id=report.pk)
    assert (ConditionReport.objects.count(), ConditionFinding.objects.count()) == (0, 0)
    with pytest.raises(WrongState):
        condition.discard_report(actor=report.examiner, report_id=report.pk)


def test_the_next_report_begins_with_what_the_last_one_found():
    work = registered()
    closed(work, found=({"age": "new"}, {"picture": None, "region": ""}))
    report = draft(work)
    assert [(f.number, f.age, f.kind) for f in report.findings.all()] == [
        (1, "old", "tear"), (2, "old", "tear"),
    ]  # fmt: skip
    assert report.findings.first().picture.report == report
    condition.discard_report(actor=report.examiner, report_id=report.pk)
    assert not draft(work, carry=False).findings.exists()


# ------------------------------------------------------------------ closing


def test_a_report_is_not_closed_half_written():
    report = draft(purpose="incoming")
    with pytest.raises(Invalid) as refusal:
        condition.close_report(actor=report.examiner, report_id=report.pk)
    assert set(refusal.value.fields) == {"grade", "summary", "counterparty"}
    report.pictures.all().delete()
    condition.save_facts(
        actor=report.examiner, report_id=report.pk, facts=facts(person("artist"), summary=" ")
    )
    with pytest.raises(Invalid) as refusal:
        condition.close_report(actor=report.examiner, report_id=report.pk)
    assert set(refusal.value.fields) == {"summary", "picture"}
    assert queued("condition.") == []


def test_the_log_gets_the_digest_of_a_text_without_names_and_places():
    other = person("artist", name="王某某")
    report = closed(purpose="loan", other=other)
    (fact,) = queued("condition.")
    assert fact == {
        "kind": "condition.closed", "at": report.statement["closed_at"],
        "work": report.work.number, "report": 1, "purpose": "loan", "digest": report.digest,
    }  # fmt: skip
    report.refresh_from_db()
    assert digest_of(report.statement) == report.digest
    assert stated_findings(report) == findings_of(report)
    text = json.dumps(report.statement, ensure_ascii=False)
    assert "渌水库房" not in text
    assert report.examiner.display_name not in text
    private = canonical_json(
        {"examiner": report.examiner_id, "counterparty": other.pk, "place": "渌水库房"}
    ).decode()
    assert report.statement["private"] == commit(private, bytes.fromhex(report.salt))


def test_each_report_names_the_digest_of_the_one_before():
    work = registered()
    first = closed(work)
    assert closed(work).statement["previous"] == first.digest
    assert first.statement["previous"] == ""


def test_a_closed_report_is_changed_by_nobody():
    report = closed()
    for call in (
        lambda: finding(report),
        lambda: condition.save_facts(actor=report.examiner, report_id=report.pk, facts=facts()),
        lambda: condition.remove_finding(actor=report.examiner, report_id=report.pk, number=1),
        lambda: condition.close_report(actor=report.examiner, report_id=report.pk),
        lambda: condition.discard_report(actor=report.examiner, report_id=report.pk),
    ):
        with pytest.raises(WrongState) as refusal:
            call()
        assert refusal.value.rule == "condition.immutable"


def test_the_database_itself_refuses_to_change_what_is_closed():
    report, open_draft = closed(), draft()
    row, moved = report.findings.get(), finding(open_draft)
    picture = report.pictures.first()
    for change in (
        lambda: ConditionReport.objects.filter(pk=report.pk).update(grade="poor"),
        lambda: ConditionReport.objects.filter(pk=report.pk).update(state="draft"),
        lambda: report.findings.update(note="x"),
        lambda: report.findings.all().delete(),
        lambda: ConditionFinding.objects.filter(pk=moved.pk).update(report=report, number=7),
        lambda: ConditionFinding.objects.create(
            report=report, number=8, kind="tear", severity="slight", extent="local", age="old"
        ),
        lambda: ConditionPicture.objects.filter(pk=picture.pk).update(view="verso"),
        lambda: ConditionPicture.objects.create(report=report, image=ImageFactory(), view="verso"),
        lambda: ConditionReport.objects.filter(pk=report.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    row.refresh_from_db()
    assert (row.note, report.findings.count()) == ("左下角", 1)
    assert open_draft.findings.update(note="y") == 1  # a draft is still free


# ------------------------------------------------------------------ the handover


def test_both_sign_the_same_digest_and_each_once():
    other = person("artist")
    report = closed(purpose="incoming", other=other)
    with pytest.raises(WrongState) as refusal:
        condition.sign_handover(actor=other, report_id=report.pk, digest="0" * 64)
    assert refusal.value.code == "other_digest"
    with pytest.raises(Invalid):
        condition.sign_handover(
            actor=other, report_id=report.pk, digest=report.digest, remark="长" * 501
        )
    row = condition.sign_handover(
        actor=other, report_id=report.pk, digest=report.digest, remark="右上角没有写到"
    )
    assert (row.role, row.remark) == ("other", "右上角没有写到")
    assert not condition_reads.is_handed_over(report)
    with pytest.raises(WrongState):
        condition.sign_handover(actor=other, report_id=report.pk, digest=report.digest)
    condition.sign_handover(actor=report.examiner, report_id=report.pk, digest=report.digest)
    assert condition_reads.is_handed_over(report)
    with pytest.raises(NotAllowed):
        condition.sign_handover(
            actor=person("registrar"), report_id=report.pk, digest=report.digest
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        ConditionSignature.objects.update(remark="")


def test_a_draft_or_a_report_without_another_party_is_not_signed():
    report = draft()
    with pytest.raises(WrongState):
        condition.sign_handover(actor=report.examiner, report_id=report.pk, digest="")
    done = closed()
    with pytest.raises(WrongState):
        condition.sign_handover(actor=done.examiner, report_id=done.pk, digest=done.digest)


def test_a_gate_asks_for_a_signed_report_that_is_not_too_old():
    work = registered()
    condition_reads.require_report(work_id=work.pk, purpose="periodic")
    with pytest.raises(condition_reads.NoReport) as refusal:
        condition_reads.require_report(work_id=work.pk, purpose="pledge")
    assert refusal.value.rule == "condition.required_at"
    closed(work, purpose="pledge", other=person("artist"))  # nobody has signed it
    old = handed_over(work, purpose="pledge", examined_on=db_today() - timedelta(days=181))
    assert condition_reads.report_in_force(work_id=work.pk, purpose="pledge") is None
    report = handed_over(work, purpose="pledge", examined_on=db_today() - timedelta(days=180))
    assert condition_reads.report_in_force(work_id=work.pk, purpose="pledge") == report
    assert old.serial == report.serial - 1
    condition_reads.require_report(work_id=work.pk, purpose="pledge")


def test_the_history_says_in_public_that_a_report_was_closed_and_nothing_of_drafts():
    report = handed_over()
    actions = list(
        Event.objects.about(report.work)
        .filter(action__startswith="condition.")
        .order_by("pk")
        .values_list("action", flat=True)
    )
    assert actions == [
        "condition.started", "condition.finding_saved", "condition.written", "condition.closed",
        "condition.signed", "condition.signed",
    ]  # fmt: skip
