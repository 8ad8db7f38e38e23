"""A case from its commission to its result: who may do what when, each refusal with its rule."""

import pytest

from appraisal import citations
from appraisal.models import CaseStep
from appraisal.services import cases
from artmarket.core.errors import NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.services.encumbrances import live_encumbrance
from tests.appraisal import stages
from tests.catalog.factories import person, registered, submitted

pytestmark = pytest.mark.django_db


def stages_of(case):
    return list(CaseStep.objects.filter(case=case).values_list("before", "after"))


def test_a_case_runs_through_every_stage_with_a_step_for_each():
    case = stages.concluded()
    assert stages_of(case) == [
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


def test_only_who_speaks_for_a_registered_work_commissions():
    work = registered()
    for someone in (person("artist"), person("buyer"), person("registrar")):
        with pytest.raises(NotAllowed) as refusal:
            cases.open_case(actor=someone, work_id=work.pk, request=stages.ASKED)
        assert refusal.value.rule == citations.CLIENT
    with pytest.raises(WrongState) as refusal:
        work = submitted()
        cases.open_case(actor=work.created_by, work_id=work.pk, request=stages.ASKED)
    assert refusal.value.rule == citations.CLIENT
    assert not work.appraisal_cases.exists()
