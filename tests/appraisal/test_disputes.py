"""Disputes, revocation, values, and terms that have passed; each refusal with its rule."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.urls import reverse

from appraisal import citations
from appraisal.cases import desk_pages
from appraisal.cases.reads import cases_of_client, opinions_for, registrar_queue, who_must_act
from appraisal.engine.flow import Role
from appraisal.enums import Stage
from appraisal.models import AppraisalCase, Opinion, Valuation
from appraisal.refusals import Refused
from appraisal.services import cases, deadlines, disputes, results, valuations
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from tests.appraisal import stages
from tests.catalog.factories import person, registered
from tests.catalog.logged import queued

pytestmark = pytest.mark.django_db


def facts():
    return [fact["kind"] for fact in queued("appraisal.")]


def due_on_desk(seat) -> list[str]:
    """The addresses of what waits for this expert on his desk."""
    user = seat.expert.user
    desk = desk_pages.desk_of(list(desk_pages.own_seats(user)), user, db_now())
    return [row["url"] for row in desk["yours"]]


def open_refused(case, actor, error, reason="理由"):
    with pytest.raises(error) as refusal:
        disputes.open_dispute(actor=actor, case_id=case.pk, reason=reason)
    return refusal.value


def test_those_concerned_dispute_a_signed_result_within_the_term():
    case = stages.concluded()
    assert open_refused(case, case.client, WrongState).rule == citations.TWO_SIGNERS
    stages.sign(case)
    for someone in (person("buyer"), stages.registrar(), stages.chair_of(case)):
        assert open_refused(case, someone, NotAllowed).rule == citations.DISPUTE_WHO
    open_refused(case, case.client, Invalid, reason="")
    disputes.open_dispute(actor=case.client, case_id=case.pk, reason="款印有疑")
    assert case.results.get().state == "suspended"
    late = stages.signed()
    stages.pass_term(late)
    error = open_refused(late, late.client, WrongState)
    assert (error.code, error.rule) == ("late", citations.DISPUTE_DAYS)


def test_whoever_had_a_hand_in_the_case_does_not_decide():
    case = stages.signed()
    reviewer = case.results.get().signatures.get(role="reviewer").signer
    disputes.open_dispute(actor=case.client, case_id=case.pk, reason="款印有疑")
    for actor in (case.accepted_by, reviewer):
        with pytest.raises(NotAllowed) as refusal:
            stages.decide(case, "rejected", actor)
        assert refusal.value.rule == citations.DISPUTE_DECIDER
    for actor in (case.client, stages.chair_of(case), person("operator")):
        with pytest.raises(NotAllowed):
            stages.decide(case, "rejected", actor)
    with pytest.raises(Invalid):
        stages.decide(case, "perhaps")
    assert stages.fresh(case).stage == Stage.DISPUTE


def test_a_rejected_dispute_restores_the_result_and_files_the_case():
    case = stages.disputed()
    stages.decide(case, "rejected")
    case = stages.fresh(case)
    assert (case.stage, case.results.get().state) == (Stage.FILED, "signed")
    assert case.keep_until is not None


def test_a_new_panel_of_others_judges_in_another_round_and_supersedes():
    case = stages.disputed()
    old = stages.seats_of(case)
    stages.decide(case, "new_panel")
    case = stages.fresh(case)
    assert (case.stage, case.round) == (Stage.EXAMINATION, 2)
    for row in old:
        with pytest.raises(Refused) as refusal:
            stages.name(case, row.expert)
        assert refusal.value.rule == citations.OTHER_PANEL
        assert not row.expert.user.has_perm("appraisal.view_case", case)
    new = [stages.seat(case, chair=place == 0) for place in range(2)]
    assert [row.due_at for row in new] == [None, None]
    with pytest.raises(WrongState):
        stages.give(case, new[0])
    cases.begin_examination(actor=case.accepted_by, case_id=case.pk)
    stages.inspected(case)
    for round_ in (1, 2):
        assert list(opinions_for(new[0].expert.user, stages.fresh(case), round_)) == []
    for row in new:
        stages.give(case, row, term="forgery")
    results.conclude(actor=stages.chair_of(case), case_id=case.pk, summary=stages.SUMMED)
    stages.sign(case)
    states = list(case.results.order_by("round").values_list("round", "state", "term"))
    assert states == [(1, "superseded", "autograph"), (2, "signed", "forgery")]
    assert facts() == ["appraisal.signed", "appraisal.signed", "appraisal.superseded"]


def test_a_result_is_revoked_with_a_reason_by_one_without_a_part_in_it():
    case = stages.signed()
    result = case.results.get()
    with pytest.raises(NotAllowed) as refusal:
        results.revoke_result(actor=case.accepted_by, result_id=result.pk, reason="错")
    assert refusal.value.rule == citations.DISPUTE_DECIDER
    for actor in (case.client, stages.chair_of(case)):
        with pytest.raises(NotAllowed):
            results.revoke_result(actor=actor, result_id=result.pk, reason="错")
    with pytest.raises(Invalid):
        results.revoke_result(actor=stages.registrar(), result_id=result.pk, reason="")
    results.revoke_result(actor=stages.registrar(), result_id=result.pk, reason="证据系伪造")
    result.refresh_from_db()
    assert (result.state, result.end_reason) == ("revoked", "证据系伪造")
    assert facts() == ["appraisal.signed", "appraisal.revoked"]
    with pytest.raises(WrongState):
        results.revoke_result(actor=stages.registrar(), result_id=result.pk, reason="再")
    unsigned = stages.concluded().results.get()
    with pytest.raises(WrongState):
        results.revoke_result(actor=stages.registrar(), result_id=unsigned.pk, reason="错")


SALE = {"what": "同一作者山水", "date": "2026-05-01", "amount": 90_000_00, "currency": "CNY",
        "source": "春拍"}  # fmt: skip
MARKET = valuations.ApproachInput("market", 80_00, 100_00, 120_00, "三笔成交", (SALE,) * 3)
COST = valuations.ApproachInput("cost", 70_00, 90_00, 110_00, "工料")


def value(case, expert=None, **changes):
    today = db_today()
    values = {
        "purpose": "insurance", "low": 75_00, "point": 95_00, "high": 115_00, "base_date": today,
        "valid_until": today + timedelta(days=180), "approaches": (MARKET, COST),
    } | changes  # fmt: skip
    return valuations.sign_valuation(
        actor=expert or stages.chair_of(case), case_id=case.pk,
        given=valuations.ValuationInput(**values),
    )  # fmt: skip


def test_a_value_is_signed_by_an_expert_and_leads_to_the_result():
    case = stages.concluded(wants_valuation=True)
    assert case.stage == Stage.VALUATION
    with pytest.raises(NotAllowed):
        value(case, case.accepted_by)
    row = value(case)
    assert stages.fresh(case).stage == Stage.RESULT
    assert [one.method for one in row.approaches.all()] == ["market", "cost"]
    with pytest.raises(WrongState):
        value(case)
    with pytest.raises(DatabaseError), transaction.atomic():
        Valuation.objects.filter(pk=row.pk).update(point=1)


def test_all_faults_of_a_value_come_at_once_each_with_its_rule():
    case = stages.concluded(wants_valuation=True)
    today = db_today()
    one = valuations.ApproachInput("market", 80_00, 100_00, 120_00, "两笔", (SALE,) * 2)
    with pytest.raises(Refused) as refusal:
        value(
            case, approaches=(one,), high=999_00, base_date=today - timedelta(days=366),
            valid_until=today + timedelta(days=365),
        )  # fmt: skip
    assert [(fault.code, fault.rule) for fault in refusal.value.faults] == [
        ("too_few_methods", citations.VALUE_METHODS),
        ("no_comparables", citations.VALUE_COMPARABLES),
        ("outside_methods", citations.VALUE_FIGURES),
        ("base_too_old", citations.VALUE_BASE_DAYS),
        ("valid_too_long", citations.VALUE_VALID_DAYS),
    ]
    assert not Valuation.objects.exists()
    with pytest.raises(Refused) as refusal:
        value(case, approaches=(COST,))
    assert refusal.value.codes == ("too_few_methods", "outside_methods")
    with pytest.raises(Invalid) as wrong:
        value(case, purpose="?", approaches=(MARKET, valuations.ApproachInput(
            "guess", 1, 2, 3, "", ({"what": "x"},))))  # fmt: skip
    assert set(wrong.value.fields) == {"purpose", "method_2", "reasons_2", "comparables_2"}


def test_who_must_act_from_the_request_to_the_end():
    case = stages.asked()
    assert who_must_act(case).task == "accept"
    case = stages.accepted()
    assert (who_must_act(case).task, who_must_act(case).users) == ("agree", (case.client,))
    cases.agree_contract(actor=case.client, case_id=case.pk, digest=case.contract_sha256)
    assert who_must_act(stages.fresh(case)).task == "pay"
    case = stages.paid()
    assert who_must_act(case).task == "panel"
    stages.seat(case, chair=True)
    silent = stages.name(case)
    assert who_must_act(case).users == (silent.expert.user,)
    case = stages.begun()
    one, two = stages.seats_of(case)
    stages.give(case, one)
    must = who_must_act(stages.fresh(case))
    assert (must.role, must.task, must.users) == (Role.PANEL, "opinion", (two.expert.user,))
    assert due_on_desk(one) == []
    assert due_on_desk(two) == [reverse("appraisal:seat", args=[two.pk])]
    stages.give(case, two)
    must = who_must_act(stages.fresh(case))
    assert (must.task, must.users) == ("conclude", (stages.chair_of(case),))
    case = stages.concluded()
    assert who_must_act(case).role == Role.CHAIR
    results.sign_result(actor=stages.chair_of(case), result_id=case.results.get().pk)
    assert who_must_act(case).role == Role.REGISTRAR
    case = stages.signed()
    assert (who_must_act(case).role, who_must_act(case).task) == (Role.NOBODY, "wait")
    assert who_must_act(stages.pass_term(case)).task == "file"
    assert who_must_act(stages.disputed()).task == "decide"


def test_queues_and_cases_are_for_those_they_concern():
    case = stages.begun()
    desk = stages.registrar()
    assert list(registrar_queue(desk)) == [case]
    assert list(registrar_queue(person("buyer"))) == []
    assert list(cases_of_client(case.client)) == [case]
    expert = stages.seats_of(case)[0].expert.user
    for user in (case.client, desk, expert):
        assert user.has_perm("appraisal.view_case", case)
    for user in (person("buyer"), person("appraiser")):
        assert not user.has_perm("appraisal.view_case", case)
    own = person("registrar", "artist")
    mine = stages.asked(registered(own))
    assert mine not in registrar_queue(own)
    assert mine in registrar_queue(desk)


def test_a_term_that_passed_is_noted_once_and_told_once(django_capture_on_commit_callbacks):
    case = stages.accepted()
    assert not deadlines.note_overdue(case_id=case.pk)
    AppraisalCase.objects.filter(pk=case.pk).update(due_at=db_now() - timedelta(minutes=1))
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert deadlines.note_overdue_cases() == "noted 1, busy 0"
        assert deadlines.note_overdue_cases() == "noted 0, busy 0"
    event = Event.objects.about(case).get(action="case.overdue")
    assert event.after["task"] == "agree"
    assert stages.fresh(case).stage == Stage.ACCEPTANCE
    assert not Opinion.objects.exists()
