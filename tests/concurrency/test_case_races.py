"""Cases at the same moment: opened once, given once, concluded once, accepted once.

Each with its control: without the lock of the case it goes wrong.
"""

import threading

import pytest
from django.db import transaction

from appraisal.models import AppraisalCase, CaseResult, CaseStep, Opinion, PanelSeat
from appraisal.services import cases, opening, opinions, panels, results, steps
from artmarket.core.errors import DomainError
from artmarket.core.locks import LockOrderError
from artmarket.core.models import Event
from catalog.models import LogQueued
from tests.appraisal import stages
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 3


def refusals(results_):
    unexpected = [
        r for r in results_ if isinstance(r, Exception) and not isinstance(r, DomainError)
    ]
    assert unexpected == []
    return [r for r in results_ if isinstance(r, DomainError)]


def giving(case, row, **changes):
    return lambda: stages.give(case, row, **changes)


def opened(case):
    return Event.objects.about(case).filter(action="case.opinions_opened").count()


def unlocked(monkeypatch, runners):
    """`lock_seat` without its locks: everybody has counted the opinions before the first commits."""
    everybody = threading.Barrier(runners, timeout=30)

    def read(seat_id):
        seat = PanelSeat.objects.select_related("expert__user").get(pk=seat_id)
        return AppraisalCase.objects.select_related("work").get(pk=seat.case_id), seat

    original = opening.open_if_complete

    def open_together(case):
        everybody.wait()
        found = original(case)
        everybody.wait()
        return found

    monkeypatch.setattr(opinions, "lock_seat", read)
    monkeypatch.setattr(opinions, "open_if_complete", open_together)


def test_two_last_opinions_open_the_round_exactly_once():
    for _round in range(ROUNDS):
        case = stages.begun()
        one, two = stages.seats_of(case)
        assert refusals(race(giving(case, one), giving(case, two))) == []
        assert opened(case) == 1
        assert stages.fresh(case).opinions_opened_at is not None


def test_without_the_lock_two_last_opinions_leave_the_round_sealed(monkeypatch):
    case = stages.begun()
    one, two = stages.seats_of(case)
    unlocked(monkeypatch, 2)
    assert refusals(race(giving(case, one), giving(case, two))) == []
    assert opened(case) == 0  # neither saw the other's


def test_an_opinion_submitted_twice_is_received_once():
    for _round in range(ROUNDS):
        case = stages.begun()
        one, _two = stages.seats_of(case)
        outcome = race(giving(case, one), giving(case, one, term="forgery"))
        (refusal,) = refusals(outcome)
        assert refusal.code == "already_given"
        assert Opinion.objects.filter(seat=one).count() == 1


def test_a_case_is_concluded_once():
    for _round in range(ROUNDS):
        case = stages.given()
        chair = stages.chair_of(case)

        def conclude(case=case, chair=chair):
            return results.conclude(actor=chair, case_id=case.pk, summary=stages.SUMMED)

        assert len(refusals(race(conclude, conclude))) == 1
        assert CaseResult.objects.filter(case=case).count() == 1
        assert CaseStep.objects.filter(case=case, after="result").count() == 1


def accepting(case):
    desk, terms = stages.registrar(), cases.Acceptance("painting", 2)
    return lambda: cases.accept_case(actor=desk, case_id=case.pk, terms=terms)


def test_of_two_registrars_one_accepts():
    for _round in range(ROUNDS):
        case = stages.asked()
        assert len(refusals(race(accepting(case), accepting(case)))) == 1
        assert CaseStep.objects.filter(case=case, after="acceptance").count() == 1


def test_without_the_lock_both_accept(monkeypatch):
    case = stages.asked()
    everybody = threading.Barrier(2, timeout=30)

    def read(*, pk):
        row = AppraisalCase.objects.select_related("work").get(pk=pk)
        everybody.wait()
        return row

    monkeypatch.setattr(cases, "lock_case", read)
    assert refusals(race(accepting(case), accepting(case))) == []
    assert CaseStep.objects.filter(case=case, after="acceptance").count() == 2


def test_of_two_requests_about_a_work_one_opens_a_case():
    for _round in range(ROUNDS):
        case = stages.asked()
        cases.withdraw_case(actor=case.client, case_id=case.pk, reason="不办了")

        def ask(case=case):
            return cases.open_case(actor=case.client, work_id=case.work_id, request=stages.ASKED)

        (refusal,) = refusals(race(ask, ask))
        assert refusal.code == "case_open"
        assert AppraisalCase.objects.open().filter(work=case.work_id).count() == 1


def test_both_signatures_at_once_put_the_result_in_force_once():
    case = stages.concluded()
    result, desk, chair = case.results.get(), stages.registrar(), stages.chair_of(case)
    outcome = race(
        lambda: results.sign_result(actor=chair, result_id=result.pk),
        lambda: results.sign_result(actor=desk, result_id=result.pk),
    )
    assert refusals(outcome) == []
    result.refresh_from_db()
    assert (result.state, result.signatures.count()) == ("signed", 2)
    assert LogQueued.objects.filter(text__contains='"appraisal.signed"').count() == 1


def test_an_expert_is_not_named_into_a_panel_that_fills_at_the_same_moment():
    case = stages.paid()
    stages.seat(case, chair=True)
    one, two = stages.appraiser(), stages.appraiser()

    def naming(expert):
        return lambda: panels.name_expert(
            actor=case.accepted_by, case_id=case.pk, appraiser_id=expert.pk
        )

    assert len(refusals(race(naming(one), naming(two)))) == 1
    assert len(stages.seats_of(case)) == 2


def test_locks_are_taken_in_their_order():
    """The lock of a work after that of another case is a mistake that raises at once."""
    one, two = stages.asked(), stages.asked()
    with transaction.atomic():
        steps.lock_case(pk=one.pk)
        with pytest.raises(LockOrderError):
            steps.lock_case(pk=two.pk)
