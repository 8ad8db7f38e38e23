"""A case of a work that stands in a claim, brought to its end; all through the services."""

from appraisal.services import cases, results
from tests.appraisal import stages


def begin(case) -> None:
    """A panel of two begins."""
    for place in range(2):
        stages.seat(stages.fresh(case), chair=place == 0)
    cases.begin_examination(actor=stages.fresh(case).accepted_by, case_id=case.pk)


def end(case, term: str) -> None:
    """They saw the thing and agree on this term; nobody disputes it, and the case is filed."""
    case = stages.inspected(stages.fresh(case))
    for row in stages.seats_of(case):
        stages.give(case, row, term=term)
    results.conclude(actor=stages.chair_of(case), case_id=case.pk, summary=stages.SUMMED)
    stages.sign(case)
    case = stages.pass_term(case)
    cases.file_case(actor=case.accepted_by, case_id=case.pk)


def judge(case, term: str) -> None:
    """From a paid case to a filed one."""
    begin(case)
    end(case, term)
