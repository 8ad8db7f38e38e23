"""The rule book and the code of cases name the same things."""

from appraisal import citations
from appraisal.cases.contract import category_name
from appraisal.cases.reads import MustAct
from appraisal.engine.flow import Role
from appraisal.engine.panels import Conflict, PanelFault
from appraisal.engine.valuations import ValuationFault
from appraisal.enums import Stage
from appraisal.services import faults, opinions, valuations
from appraisal.tasks import TASKS
from artmarket import rulebook
from catalog.engine.terms import by_category


def cited() -> dict[str, str]:
    return {name: value for name, value in vars(citations).items() if name.isupper()}


def test_every_citation_is_a_rule_of_its_own():
    rules = list(cited().values())
    assert len(set(rules)) == len(rules)
    for rule_id in rules:
        assert rulebook.cite(rule_id).source


def test_every_rule_of_the_topic_is_cited():
    own = {rule for rule in rulebook.book().rules if rule.startswith("appraisal.")}
    assert own == {rule for rule in cited().values() if rule.startswith("appraisal.")}


def test_the_course_is_that_of_the_stages():
    ended = {Stage.REFUSED, Stage.WITHDRAWN}
    assert set(rulebook.get(citations.COURSE)) == set(Stage) - ended


def test_the_conflicts_are_those_of_the_engine():
    assert set(rulebook.get(citations.CONFLICTS)) == set(Conflict)


def test_fields_hold_work_types_of_the_vocabulary_have_a_price_and_a_name():
    fields = rulebook.get(citations.CATEGORIES)
    known = {term.id for term in by_category("work-type")}
    for key, terms in fields.items():
        assert set(terms) <= known, key
        assert len(key) <= 20
        assert category_name(key) != key
    assert set(rulebook.get(citations.PRICE_LIST)) == set(fields)
    assert known - {term for terms in fields.values() for term in terms} == {"300133025"}


def test_every_fault_of_the_engines_has_words_and_a_rule():
    assert set(faults._PANEL) == set(PanelFault)
    assert set(valuations._FAULTS) == set(ValuationFault)
    for rule, words in (*faults._PANEL.values(), *valuations._FAULTS.values()):
        assert rule in cited().values()
        assert str(words)
    for rule, _words in opinions._REFUSALS.values():
        assert rule in cited().values()


def test_every_term_has_somebody_who_acts():
    steps = set(rulebook.get(citations.STEP_DAYS))
    assert steps <= set(TASKS) | {"opinion"}
    assert MustAct(Role.NOBODY).task == ""


def test_the_least_of_a_relic_is_that_of_the_law():
    rule = rulebook.find(citations.PANEL_LEAST_RELIC)
    assert (rule.value, rule.sureness) == (5, "A")
