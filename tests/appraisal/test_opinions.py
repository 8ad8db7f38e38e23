"""Opinions: sealed, in time, founded, final; opened together; voided by a conflict found later."""

from datetime import timedelta

import pytest

from appraisal import citations
from appraisal.cases.reads import evidence_for, opinions_for, result_for, seats_for
from appraisal.enums import Stage
from appraisal.models import Opinion, PanelSeat
from appraisal.refusals import Refused
from appraisal.services import cases, inspections, opinions, panels, results
from artmarket.accounts.gates import NotLicensed
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from media.models import Document, Image
from media.permissions import can_read_document, can_view_original
from tests.appraisal import stages
from tests.catalog.factories import person

pytestmark = pytest.mark.django_db


def seen(user, case, **more):
    return set(opinions_for(user, stages.fresh(case), **more))


def opened(case):
    return Event.objects.about(case).filter(action="case.opinions_opened").count()


def refused(case, row, **changes):
    with pytest.raises(DomainError) as refusal:
        stages.give(case, row, **changes)
    return refusal.value


def test_nobody_sees_an_opinion_of_another_before_all_are_in():
    case = stages.begun(size=3)
    one, two, three = stages.seats_of(case)
    first = stages.give(case, one)
    others = (two.expert.user, three.expert.user, case.client, case.accepted_by, person("operator"),
              stages.registrar())  # fmt: skip
    for user in others:
        assert seen(user, case) == set()
    assert seen(one.expert.user, case) == {first}
    second = stages.give(case, two)
    assert seen(one.expert.user, case) == {first}
    assert seen(case.accepted_by, case) == set()
    assert opened(case) == 0
    third = stages.give(case, three)
    for user in (*(row.expert.user for row in (one, two, three)), case.accepted_by):
        assert seen(user, case) == {first, second, third}
    assert seen(case.client, case) == set()
    assert seen(person("buyer"), case) == set()
    assert opened(case) == 1


def test_the_client_sees_opinions_and_result_once_it_is_signed():
    case = stages.concluded()
    assert seen(case.client, case) == set()
    assert result_for(case.client, case) is None
    assert result_for(case.accepted_by, case) is not None
    stages.sign(case)
    case = stages.fresh(case)
    assert len(seen(case.client, case)) == 2
    assert result_for(case.client, case).state == "signed"


def test_an_expert_does_not_learn_who_else_sits_before_the_opinions_are_open():
    case = stages.begun()
    one, two = stages.seats_of(case)
    assert seats_for(one.expert.user, case) == [one]
    assert seats_for(case.client, case) == []
    assert set(seats_for(case.accepted_by, case)) == {one, two}
    stages.give(case, one)
    stages.give(case, two)
    assert set(seats_for(one.expert.user, stages.fresh(case))) == {one, two}


def test_what_an_expert_adds_as_evidence_stays_his_until_then():
    case = stages.begun()
    one, two = stages.seats_of(case)
    own = stages.add_picture(case, one.expert.user)
    paper = stages.add_file(case, one.expert.user)
    shared = case.evidence.first()
    assert set(evidence_for(one.expert.user, case)) == {shared, own, paper}
    for user in (two.expert.user, case.accepted_by):
        assert set(evidence_for(user, case)) == {shared}
        assert not can_read_document(user, paper.document)
    assert not can_view_original(two.expert.user, own.image)
    assert can_read_document(one.expert.user, paper.document)
    assert list(evidence_for(case.client, case)) == []
    stages.give(case, one)
    stages.give(case, two)
    assert set(evidence_for(two.expert.user, stages.fresh(case))) == {shared, own, paper}
    assert can_view_original(two.expert.user, Image.objects.get(pk=own.image_id))
    paper = Document.objects.get(pk=paper.document_id)
    assert can_read_document(two.expert.user, paper)
    assert not can_read_document(case.client, paper)


def test_a_late_opinion_is_refused_by_the_databases_clock():
    case = stages.begun()
    row = stages.seats_of(case)[0]
    PanelSeat.objects.filter(pk=row.pk).update(due_at=db_now() - timedelta(seconds=1))
    error = refused(case, row)
    assert (error.code, error.rule) == ("late", citations.OPINION_DAYS)
    assert not Opinion.objects.filter(seat=row).exists()


def test_an_opinion_is_given_once():
    case = stages.begun()
    one, two = stages.seats_of(case)
    stages.give(case, one)
    assert refused(case, one).rule == citations.OPINION_FINAL
    with pytest.raises(WrongState) as refusal:
        opinions.save_draft(actor=one.expert.user, seat_id=one.pk, draft={"reasons": "改"})
    assert refusal.value.rule == citations.OPINION_FINAL
    stages.give(case, two)
    assert refused(case, two).code in ("already_given", "revealed")
    assert Opinion.objects.filter(seat__case=case).count() == 2


def test_reasons_and_evidence_are_asked_for_together():
    case = stages.begun()
    row = stages.seats_of(case)[0]
    other = stages.begun()
    with pytest.raises(Refused) as refusal:
        stages.give(case, row, reasons=" ", evidence=())
    assert refusal.value.codes == ("no_reasons", "no_evidence")
    assert {fault.rule for fault in refusal.value.faults} == {citations.OPINION_CONTENT}
    foreign = tuple(other.evidence.values_list("pk", flat=True))
    with pytest.raises(Refused) as refusal:
        stages.give(case, row, evidence=foreign)
    assert refusal.value.codes == ("no_evidence",)
    with pytest.raises(Invalid) as wrong:
        stages.give(case, row, term="perhaps", confidence="?", grade="长" * 61)
    assert set(wrong.value.fields) == {"term", "confidence", "grade"}
    with pytest.raises(Invalid) as wrong:
        stages.give(case, row, maker_id=None)
    assert set(wrong.value.fields) == {"maker"}


def test_only_the_expert_of_the_seat_submits_with_a_licence_in_force():
    case = stages.begun()
    one, two = stages.seats_of(case)
    for user in (two.expert.user, case.accepted_by, case.client):
        with pytest.raises(NotAllowed):
            opinions.submit_opinion(actor=user, seat_id=one.pk, opinion=stages.opinion(case))
    one.expert.user.licences.update(valid_until=db_today() - timedelta(days=1))
    with pytest.raises(NotLicensed) as refusal:
        stages.give(case, one)
    assert refusal.value.rule == citations.LICENCE


def test_who_says_that_he_saw_the_thing_was_there():
    case = stages.seated()
    cases.begin_examination(actor=case.accepted_by, case_id=case.pk)
    stages.add_picture(stages.fresh(case), case.accepted_by)
    row = stages.seats_of(case)[0]
    error = refused(case, row)
    assert (set(error.fields), error.rule) == ({"saw_object"}, citations.INSPECTION)
    stages.give(case, row, saw_object=False)


def test_an_inspection_has_two_persons_and_lies_in_the_past():
    case = stages.begun()
    with pytest.raises(Invalid) as refusal:
        inspections.record_inspection(
            actor=case.accepted_by, case_id=case.pk, place="", persons=[case.accepted_by_id],
            began_at=db_now() + timedelta(hours=1),
        )  # fmt: skip
    assert set(refusal.value.fields) == {"place", "began_at", "persons"}
    assert refusal.value.rule == citations.INSPECTION
    with pytest.raises(NotAllowed):
        inspections.record_inspection(
            actor=case.client, case_id=case.pk, place="家里", began_at=db_now(), persons=[1, 2]
        )


def test_opinions_from_photographs_support_no_certificate():
    case = stages.begun()
    one, two = stages.seats_of(case)
    stages.give(case, one)
    stages.give(case, two, saw_object=False)
    results.conclude(actor=stages.chair_of(case), case_id=case.pk, summary=stages.SUMMED)
    result = case.results.get()
    assert (result.outcome, result.supports_certificate) == ("decided", False)


def test_dissent_is_kept_and_counted():
    case = stages.concluded(terms=("autograph", "autograph", "forgery"))
    result = case.results.get()
    assert (result.outcome, result.experts, result.agreeing) == ("decided", 3, 2)
    assert len(result.statement["opinions"]) == 3


def test_two_who_name_different_makers_do_not_agree():
    case = stages.begun()
    one, two = stages.seats_of(case)
    stages.give(case, one)
    other = stages.maker_of(stages.paid())
    stages.give(case, two, maker_id=other.pk)
    results.conclude(actor=stages.chair_of(case), case_id=case.pk, summary=results.Summary())
    assert case.results.get().outcome == "undetermined"


def test_no_majority_is_an_end_or_the_panel_is_enlarged_by_one_who_sees_nothing():
    case = stages.given(terms=("autograph", "forgery"))
    third = stages.seat(case)
    assert seen(third.expert.user, case) == set()
    assert seen(case.accepted_by, case) == set()
    with pytest.raises(WrongState) as refusal:
        results.conclude(actor=stages.chair_of(case), case_id=case.pk, summary=stages.SUMMED)
    assert (refusal.value.code, refusal.value.rule) == ("sealed", citations.BLIND)
    with pytest.raises(WrongState):
        stages.name(case)
    inspections.record_inspection(
        actor=case.accepted_by, case_id=case.pk, place="鉴定室",
        began_at=db_now() - timedelta(minutes=5),
        persons=[case.accepted_by_id, third.expert.user_id],
    )  # fmt: skip
    stages.give(case, third)
    assert len(seen(third.expert.user, case)) == 3
    assert opened(case) == 2
    with pytest.raises(WrongState) as refusal:
        stages.name(stages.fresh(case))
    assert refusal.value.rule == citations.MAJORITY
    results.conclude(actor=stages.chair_of(case), case_id=case.pk, summary=stages.SUMMED)
    assert case.results.get().agreeing == 2


def test_an_enlarging_expert_with_a_conflict_leaves_the_opinions_open_again():
    case = stages.given(terms=("autograph", "forgery"))
    row = stages.name(case)
    panels.declare(actor=row.expert.user, seat_id=row.pk, conflicts=["buyer"])
    assert stages.fresh(case).opinions_opened_at is not None
    assert seen(row.expert.user, case) == set()


def test_the_chair_sums_up_and_nobody_else_and_names_what_a_verdict_needs():
    case = stages.given()
    other = next(row.expert.user for row in stages.seats_of(case) if not row.is_chair)
    for user in (other, case.accepted_by, case.client):
        with pytest.raises(NotAllowed) as refusal:
            results.conclude(actor=user, case_id=case.pk, summary=stages.SUMMED)
        assert refusal.value.rule == citations.CHAIR
    with pytest.raises(Refused) as refusal:
        results.conclude(actor=stages.chair_of(case), case_id=case.pk, summary=results.Summary())
    assert refusal.value.codes == ("naming", "date_text")
    assert refusal.value.rule == citations.SUMMARY
    results.conclude(actor=stages.chair_of(case), case_id=case.pk, summary=stages.SUMMED)
    with pytest.raises(WrongState):
        results.conclude(actor=stages.chair_of(case), case_id=case.pk, summary=stages.SUMMED)


def test_a_seat_that_ends_is_filled_while_everything_is_sealed():
    case = stages.begun()
    one, two = stages.seats_of(case)
    stages.give(case, one)
    with pytest.raises(WrongState) as refusal:
        panels.end_seat(actor=case.accepted_by, seat_id=one.pk, reason="病")
    assert refusal.value.rule == citations.OPINION_FINAL
    panels.end_seat(actor=case.accepted_by, seat_id=two.pk, reason="病")
    assert stages.fresh(case).opinions_opened_at is None
    new = stages.seat(case)
    assert new.due_at is not None
    stages.give(case, new, saw_object=False)
    assert opened(case) == 1


def test_a_conflict_found_before_the_opening_voids_the_opinion_and_bars_the_expert():
    case = stages.begun()
    one, two = stages.seats_of(case)
    row = stages.give(case, one)
    with pytest.raises(NotAllowed):
        opinions.void_opinion(actor=case.client, opinion_id=row.pk, conflict="kin", reason="是兄弟")
    with pytest.raises(Invalid):
        opinions.void_opinion(
            actor=case.accepted_by, opinion_id=row.pk, conflict="?", reason="是兄弟"
        )
    opinions.void_opinion(
        actor=case.accepted_by, opinion_id=row.pk, conflict="kin", reason="是兄弟"
    )
    stages.give(case, two)
    assert opened(case) == 0
    with pytest.raises(Refused) as refusal:
        stages.name(case, one.expert)
    assert refusal.value.rule == citations.OTHER_PANEL
    new = stages.seat(case)
    stages.give(case, new, saw_object=False)
    assert opened(case) == 1
    panels.appoint_chair(actor=case.accepted_by, case_id=case.pk, seat_id=two.pk)
    results.conclude(actor=stages.chair_of(case), case_id=case.pk, summary=stages.SUMMED)
    result = case.results.get()
    assert (result.experts, result.statement["void"]) == (2, 1)


def test_a_void_opinion_on_which_the_result_rested_revokes_it():
    case = stages.signed(terms=("autograph", "autograph", "forgery"))
    agreeing = Opinion.objects.filter(seat__case=case, term="autograph").last()
    dissenting = Opinion.objects.get(seat__case=case, term="forgery")
    void = {"conflict": "fee_share", "reason": "分成"}
    opinions.void_opinion(actor=case.accepted_by, opinion_id=dissenting.pk, **void)
    assert case.results.get().state == "signed"
    opinions.void_opinion(actor=case.accepted_by, opinion_id=agreeing.pk, **void)
    assert case.results.get().state == "revoked"
    assert stages.fresh(case).stage == Stage.RESULT


def test_too_few_opinions_that_count_are_no_result():
    case = stages.given()
    row = Opinion.objects.filter(seat__case=case).last()
    opinions.void_opinion(
        actor=case.accepted_by, opinion_id=row.pk, conflict="kin", reason="是兄弟"
    )
    with pytest.raises(WrongState) as refusal:
        results.conclude(actor=stages.chair_of(case), case_id=case.pk, summary=stages.SUMMED)
    assert (refusal.value.code, refusal.value.rule) == ("incomplete", citations.PANEL_LEAST)
    stages.seat(case)


def test_a_draft_is_the_experts_own_and_gone_once_submitted():
    case = stages.begun()
    row = stages.seats_of(case)[0]
    draft = {"reasons": "初稿", "evidence": [1, "x"], "is_chair": True, "grade": "长" * 99}
    kept = opinions.save_draft(actor=row.expert.user, seat_id=row.pk, draft=draft)
    assert kept.draft == {"reasons": "初稿", "evidence": [1], "grade": "长" * 60}
    with pytest.raises(NotAllowed):
        opinions.save_draft(actor=case.accepted_by, seat_id=row.pk, draft=draft)
    stages.give(case, row)
    assert PanelSeat.objects.get(pk=row.pk).draft == {}
