"""A case from its commission to its file: who may do what when, each refusal with its rule."""

import itertools
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from appraisal import citations
from appraisal.engine import flow
from appraisal.enums import Stage
from appraisal.models import CaseStep, Opinion
from appraisal.refusals import Refused
from appraisal.services import cases, results, signing_keys
from artmarket import rulebook
from artmarket.core.calendars import keep_until
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.services.encumbrances import Encumbered, live_encumbrance, take_encumbrance
from tests.appraisal import stages
from tests.catalog.factories import person, registered, submitted
from tests.catalog.logged import queued

pytestmark = pytest.mark.django_db


def steps_of(case):
    return list(CaseStep.objects.filter(case=case).values_list("before", "after"))


def facts(kind):
    return queued(kind)


def test_a_case_runs_through_every_stage_with_a_step_for_each():
    case = stages.concluded()
    assert steps_of(case) == [
        ("", "request"), ("request", "acceptance"), ("acceptance", "examination"),
        ("examination", "naming"), ("naming", "dating"), ("dating", "grading"),
        ("grading", "result"),
    ]  # fmt: skip
    assert not CaseStep.objects.filter(case=case, actor=None).exists()
    assert Event.objects.about(case).filter(action="case.moved").count() == 7
    assert live_encumbrance(case.work).kind == "custody"
    result = case.results.get()
    assert (result.outcome, result.term, result.experts, result.agreeing) == (
        "decided", "autograph", 2, 2,
    )  # fmt: skip
    assert result.supports_certificate
    assert (result.date_edtf, result.naming) == ("2019", "春山放鸢图")


def test_a_signed_result_goes_to_the_log_gives_the_work_back_and_is_filed_for_ten_years():
    case = stages.signed()
    result = case.results.get()
    assert (result.state, result.signed_at is not None) == ("signed", True)
    assert live_encumbrance(case.work) is None
    (fact,) = facts("appraisal.signed")
    assert fact["result"] == result.digest
    assert set(fact) == {"kind", "at", "work", "case", "round", "result"}
    assert case.due_at - result.signed_at == timedelta(days=rulebook.get(citations.DISPUTE_DAYS))
    with pytest.raises(WrongState) as refusal:
        cases.file_case(actor=stages.registrar(), case_id=case.pk)
    assert refusal.value.rule == citations.DISPUTE_DAYS
    stages.pass_term(case)
    filed = cases.file_case(actor=stages.registrar(), case_id=case.pk)
    assert (filed.stage, filed.keep_until) == (Stage.FILED, keep_until(db_today(), 10))


def test_only_who_speaks_for_a_registered_work_commissions():
    work = registered()
    for someone in (person("artist"), person("buyer"), person("registrar")):
        with pytest.raises(NotAllowed) as refusal:
            cases.open_case(actor=someone, work_id=work.pk, request=stages.ASKED)
        assert refusal.value.rule == citations.CLIENT
    draft = submitted()
    with pytest.raises(WrongState) as refusal:
        cases.open_case(actor=draft.created_by, work_id=draft.pk, request=stages.ASKED)
    assert refusal.value.rule == citations.CLIENT
    assert not work.appraisal_cases.exists()


def test_a_work_has_one_open_case():
    case = stages.asked()
    with pytest.raises(WrongState) as refusal:
        stages.asked(case.work)
    assert (refusal.value.code, refusal.value.rule) == ("case_open", citations.CLIENT)
    cases.withdraw_case(actor=case.client, case_id=case.pk, reason="不办了")
    stages.asked(case.work)


def test_a_request_says_matter_and_use_all_errors_at_once():
    work = registered()
    with pytest.raises(Invalid) as refusal:
        cases.open_case(
            actor=work.created_by, work_id=work.pk, request=cases.CaseRequest(" ", "长" * 301)
        )
    assert set(refusal.value.fields) == {"question", "scope_of_use"}
    assert refusal.value.rule == citations.CONTRACT


def test_a_registrar_does_not_accept_a_case_about_his_own_work():
    own = person("registrar", "artist")
    case = stages.asked(registered(own))
    with pytest.raises(NotAllowed) as refusal:
        cases.accept_case(actor=own, case_id=case.pk, terms=cases.Acceptance("painting", 2))
    assert (refusal.value.code, refusal.value.rule) == ("own_work", citations.IMPARTIAL)
    with pytest.raises(NotAllowed):
        cases.accept_case(
            actor=person("operator"), case_id=case.pk, terms=cases.Acceptance("painting", 2)
        )


@pytest.mark.parametrize(
    ("terms", "rules"),
    [
        (cases.Acceptance("bronze", 2), [citations.CATEGORIES]),
        (cases.Acceptance("no such", 2), [citations.CATEGORIES]),
        (cases.Acceptance("painting", 1), [citations.PANEL_LEAST]),
        (cases.Acceptance("painting", 8), [citations.PANEL_MOST]),
        (cases.Acceptance("painting", 4, is_contested=True), [citations.PANEL_ODD]),
        (cases.Acceptance("painting", 4, is_relic=True), [citations.PANEL_LEAST_RELIC]),
        (
            cases.Acceptance("bronze", 4, is_relic=True, is_contested=True),
            [citations.CATEGORIES, citations.PANEL_LEAST_RELIC, citations.PANEL_ODD],
        ),
    ],
)
def test_an_acceptance_names_everything_that_is_wrong_by_rule(terms, rules):
    case = stages.asked()
    with pytest.raises(Refused) as refusal:
        cases.accept_case(actor=stages.registrar(), case_id=case.pk, terms=terms)
    assert [fault.rule for fault in refusal.value.faults] == rules
    assert stages.fresh(case).stage == Stage.REQUEST


def test_what_the_bureau_found_a_relic_is_one_whatever_the_registrar_ticks():
    case = stages.asked(registered(relic="general"))
    with pytest.raises(Refused) as refusal:
        cases.accept_case(
            actor=stages.registrar(), case_id=case.pk, terms=cases.Acceptance("painting", 2)
        )
    assert refusal.value.rule == citations.PANEL_LEAST_RELIC


def test_the_fee_depends_on_field_and_number_of_experts_only():
    two, three = stages.accepted(size=2), stages.accepted(size=3)
    valued = stages.accepted(size=2, wants_valuation=True)
    each = rulebook.get(citations.PRICE_LIST)["painting"] * 100
    assert (two.fee_minor, three.fee_minor, valued.fee_minor) == (2 * each, 3 * each, 2 * each)


def test_the_contract_names_matter_use_liability_and_fee_in_both_languages():
    case = stages.accepted()
    for text in (case.contract_text, case.contract_text_en):
        assert case.number in text
        assert stages.ASKED.question in text
        assert stages.ASKED.scope_of_use in text
        assert "1,600" in text
    assert "重大过失" in case.contract_text
    assert "gross negligence" in case.contract_text_en


def test_the_client_agrees_to_the_digest_of_what_he_read():
    case = stages.accepted()
    with pytest.raises(NotAllowed):
        cases.agree_contract(actor=stages.registrar(), case_id=case.pk, digest=case.contract_sha256)
    with pytest.raises(DomainError) as refusal:
        cases.agree_contract(actor=case.client, case_id=case.pk, digest="0" * 64)
    assert (refusal.value.code, refusal.value.rule) == ("contract_changed", citations.CONTRACT)
    cases.agree_contract(actor=case.client, case_id=case.pk, digest=case.contract_sha256)
    with pytest.raises(WrongState):
        cases.agree_contract(actor=case.client, case_id=case.pk, digest=case.contract_sha256)


def test_nothing_begins_without_contract_and_fee():
    case = stages.accepted()
    with pytest.raises(WrongState) as refusal:
        cases.record_fee(actor=case.accepted_by, case_id=case.pk, reference="1")
    assert refusal.value.rule == citations.CONTRACT
    with pytest.raises(WrongState) as refusal:
        cases.begin_examination(actor=case.accepted_by, case_id=case.pk)
    assert refusal.value.rule == citations.CONTRACT
    cases.agree_contract(actor=case.client, case_id=case.pk, digest=case.contract_sha256)
    with pytest.raises(WrongState) as refusal:
        cases.begin_examination(actor=case.accepted_by, case_id=case.pk)
    assert refusal.value.rule == citations.FEE_FIRST
    cases.record_fee(actor=case.accepted_by, case_id=case.pk, reference="1")
    with pytest.raises(WrongState):
        cases.record_fee(actor=case.accepted_by, case_id=case.pk, reference="2")


def test_a_work_that_something_lies_on_is_not_taken_into_custody():
    case = stages.seated()
    take_encumbrance(actor=stages.registrar(), work_id=case.work_id, kind="judicial")
    with pytest.raises(Encumbered):
        cases.begin_examination(actor=case.accepted_by, case_id=case.pk)
    case = stages.fresh(case)
    assert (case.stage, case.custody) == (Stage.ACCEPTANCE, None)
    assert all(seat.due_at is None for seat in stages.seats_of(case))


MADE = {
    Stage.REQUEST: stages.asked,
    Stage.ACCEPTANCE: stages.accepted,
    Stage.EXAMINATION: stages.begun,
    Stage.VALUATION: lambda: stages.concluded(wants_valuation=True),
    Stage.RESULT: stages.concluded,
    Stage.DISPUTE: stages.disputed,
}


@pytest.mark.parametrize("stage", MADE)
def test_a_case_is_refused_or_withdrawn_from_every_open_stage_with_a_reason(stage):
    for end, after in ((cases.refuse_case, Stage.REFUSED), (cases.withdraw_case, Stage.WITHDRAWN)):
        case = stages.fresh(MADE[stage]())
        assert case.stage == stage
        actor = case.client if after == Stage.WITHDRAWN else stages.registrar()
        other = stages.registrar() if after == Stage.WITHDRAWN else case.client
        with pytest.raises(NotAllowed):
            end(actor=other, case_id=case.pk, reason="不办了")
        with pytest.raises(Invalid):
            end(actor=actor, case_id=case.pk, reason=" ")
        end(actor=actor, case_id=case.pk, reason="不办了")
        case = stages.fresh(case)
        assert (case.stage, case.close_reason) == (after, "不办了")
        assert case.keep_until is not None
        assert live_encumbrance(case.work) is None
        assert not case.results.filter(state__in=("proposed", "suspended")).exists()
        with pytest.raises(WrongState):
            end(actor=actor, case_id=case.pk, reason="再来")


def test_a_signed_result_outlives_a_withdrawal_but_not_a_refusal():
    case = stages.signed()
    cases.withdraw_case(actor=case.client, case_id=case.pk, reason="够了")
    assert case.results.get().state == "signed"
    case = stages.signed()
    cases.refuse_case(actor=stages.registrar(), case_id=case.pk, reason="委托人造假")
    assert case.results.get().state == "revoked"
    assert [fact["case"] for fact in facts("appraisal.revoked")] == [case.number]


def test_every_step_of_every_case_is_a_move_of_the_course():
    stages.signed(wants_valuation=False)
    stages.disputed()
    for before, after in CaseStep.objects.exclude(before="").values_list("before", "after"):
        assert flow.is_move(flow.Stage(before), flow.Stage(after))


def test_a_submitted_opinion_cannot_be_changed_in_the_database():
    case = stages.given()
    row = Opinion.objects.filter(seat__case=case).first()
    for change in ({"reasons": "另一个理由"}, {"term": "forgery"}, {"saw_object": False}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Opinion.objects.filter(pk=row.pk).update(**change)


def test_a_reappraisal_follows_another_case_and_supersedes_its_result():
    first = stages.signed()
    with pytest.raises(WrongState):
        cases.open_case(
            actor=first.client, work_id=first.work_id, request=stages.ASKED, follows_id=first.pk
        )
    stages.pass_term(first)
    cases.file_case(actor=stages.registrar(), case_id=first.pk)
    second = cases.open_case(
        actor=first.client, work_id=first.work_id, request=stages.ASKED, follows_id=first.pk
    )
    assert (second.kind, second.follows) == ("reappraisal", first)
    with pytest.raises(WrongState):
        cases.open_case(
            actor=first.client, work_id=first.work_id, request=stages.ASKED, follows_id=0
        )
    stages.go_on(second, barred=first)
    assert first.results.get().state == "superseded"
    assert second.results.get().state == "signed"


def test_a_result_is_signed_by_the_chair_and_one_who_is_not_on_the_panel():
    case = stages.concluded()
    result = case.results.get()
    other = next(row.expert.user for row in stages.seats_of(case) if not row.is_chair)
    for someone in (other, case.client, person("operator")):
        with pytest.raises(NotAllowed) as refusal:
            results.sign_result(actor=someone, result_id=result.pk)
        assert refusal.value.rule == citations.TWO_SIGNERS
    chair = stages.chair_of(case)
    results.sign_result(actor=chair, result_id=result.pk)
    with pytest.raises(WrongState) as refusal:
        results.sign_result(actor=chair, result_id=result.pk)
    assert (refusal.value.code, refusal.value.rule) == ("signed_already", citations.TWO_SIGNERS)
    result.refresh_from_db()
    assert result.state == "proposed"
    results.sign_result(actor=stages.registrar(), result_id=result.pk)
    with pytest.raises(WrongState):
        results.sign_result(actor=stages.registrar(), result_id=result.pk)
    assert result.signatures.count() == 2


def test_a_first_key_that_is_made_at_the_turn_of_a_second_signs_at_once(monkeypatch):
    case = stages.concluded()
    begin = db_now().replace(microsecond=999_500)
    ticks = (begin + timedelta(milliseconds=n) for n in itertools.count())
    for module in (results, signing_keys):
        monkeypatch.setattr(module, "db_now", lambda: next(ticks))
    signed = results.sign_result(actor=stages.chair_of(case), result_id=case.results.get().pk)
    assert signed.signatures.count() == 1
