"""The cases of the demonstration district: what there is, and that a second run changes nothing."""

from django.test import TestCase

from appraisal.demo.cases import CASES, cases_are_loaded, load
from appraisal.models import AppraisalCase, CaseResult, Opinion, PanelSeat
from artmarket.core import demo
from artmarket.core.models import Event
from catalog.demo.district import load_people
from catalog.demo.identities import load_identities
from catalog.demo.works import load_works
from catalog.models import Encumbrance


def quiet() -> demo.Stage:
    return demo.Stage(pictures=False, say=lambda words: None)


def counts() -> list[int]:
    kinds = (AppraisalCase, PanelSeat, Opinion, CaseResult, Encumbrance, Event)
    return [kind.objects.count() for kind in kinds]


class Cases(TestCase):
    """One district for all of these tests."""

    @classmethod
    def setUpTestData(cls) -> None:
        load_people(quiet())
        load_works(quiet())
        load_identities(quiet())
        assert not cases_are_loaded()
        load(quiet())

    def test_every_case_stands_where_its_facts_say(self) -> None:
        assert cases_are_loaded()
        stages = dict(AppraisalCase.objects.values_list("question", "stage"))
        assert stages == {facts.question: facts.until for facts in CASES}

    def test_one_is_signed_with_its_dissent_and_one_is_sealed(self) -> None:
        result = CaseResult.objects.get()
        assert (result.state, result.experts, result.agreeing) == ("signed", 3, 2)
        assert result.case.valuations.count() == 1
        sealed = AppraisalCase.objects.get(stage="examination")
        assert sealed.opinions_opened_at is None
        assert Opinion.objects.filter(seat__case=sealed).count() == 1

    def test_a_second_run_changes_nothing(self) -> None:
        before = counts()
        load(quiet())
        assert counts() == before
