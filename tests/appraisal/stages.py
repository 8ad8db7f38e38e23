"""Cases for tests, each brought to its stage through the services; one function a stage."""

import itertools
from datetime import timedelta

import pytest

from appraisal import citations
from appraisal.models import AppraisalCase, CaseResult, Evidence, Opinion, PanelSeat
from appraisal.refusals import Refused
from appraisal.services import (
    appraisers,
    cases,
    disputes,
    inspections,
    opinions,
    panels,
    results,
)
from artmarket.accounts.enums import LicenceKind
from artmarket.core.clock import db_now
from catalog.models import Artist
from tests.accounts.identities import licensed, photo
from tests.catalog.factories import ImageFactory, person, registered

ASKED = cases.CaseRequest("是否为所题作者的作品", "家庭收藏")
SUMMED = results.Summary("春山放鸢图", "2019年", "一般")
_serial = itertools.count(1)


def registrar():
    return person("registrar")


def appraiser(*, categories=("painting",), periods=(), senior=False, user=None, **licence):
    """A confirmed expert with a licence in force."""
    user = user or person("appraiser", name=f"鉴定师{next(_serial)}")
    desk = registrar()
    row = licensed(user, by=desk, kind=LicenceKind.APPRAISER)
    given = appraisers.Qualification(
        user.display_name, tuple(categories), tuple(periods), is_senior=senior
    )
    expert = appraisers.confirm_appraiser(actor=desk, user=user, given=given)
    if licence:
        type(row).objects.filter(pk=row.pk).update(**licence)
    return expert


def fresh(case):
    return AppraisalCase.objects.select_related("work", "client", "accepted_by").get(pk=case.pk)


def asked(work=None, **request):
    """Stage 委托: the lister of a registered work has asked."""
    work = work or registered()
    wanted = cases.CaseRequest(ASKED.question, ASKED.scope_of_use, **request)
    return cases.open_case(actor=work.created_by, work_id=work.pk, request=wanted)


def accepted(work=None, *, size=2, contested=False, relic=False, category="painting", **request):
    """Stage 受理: the contract waits for the client."""
    case = asked(work, **request)
    terms = cases.Acceptance(category, size, is_contested=contested, is_relic=relic)
    cases.accept_case(actor=registrar(), case_id=case.pk, terms=terms)
    return fresh(case)


def paid(work=None, **more):
    """Agreed and paid: the panel is to be named."""
    case = accepted(work, **more)
    cases.agree_contract(actor=case.client, case_id=case.pk, digest=case.contract_sha256)
    cases.record_fee(actor=case.accepted_by, case_id=case.pk, reference="收据-7")
    return fresh(case)


def name(case, expert=None, **more):
    """Name an expert by the registrar of the case."""
    expert = expert or appraiser()
    return panels.name_expert(
        actor=case.accepted_by, case_id=case.pk, appraiser_id=expert.pk, **more
    )


def seat(case, expert=None, *, chair=False):
    """An expert named who declared that he has no conflict."""
    row = name(case, expert, is_chair=chair)
    panels.declare(actor=row.expert.user, seat_id=row.pk, conflicts=[])
    return PanelSeat.objects.select_related("expert__user").get(pk=row.pk)


def seated(work=None, *, size=2, senior=False, **more):
    """A whole panel, its first the chair."""
    case = paid(work, size=size, **more)
    for place in range(size):
        seat(case, appraiser(senior=senior), chair=place == 0)
    return case


def begun(work=None, **more):
    """Stage 鉴定: at work, and everybody saw the thing."""
    case = seated(work, **more)
    cases.begin_examination(actor=case.accepted_by, case_id=case.pk)
    return inspected(fresh(case))


def inspected(case):
    """The panel of this round saw the thing, and a photograph of it is evidence."""
    persons = [case.accepted_by_id, *(s.expert.user_id for s in seats_of(case))]
    inspections.record_inspection(
        actor=case.accepted_by, case_id=case.pk, place="渌水鉴定室",
        began_at=db_now() - timedelta(hours=1), persons=persons,
    )  # fmt: skip
    add_picture(case, case.accepted_by)
    return case


def add_picture(case, actor) -> Evidence:
    image = ImageFactory(uploaded_by=actor)
    piece = inspections.Piece("photograph", finding="纸张完好")
    return inspections.add_evidence(actor=actor, case_id=case.pk, piece=piece, image=image)


def add_file(case, actor) -> Evidence:
    """A file through the store."""
    return inspections.add_evidence(
        actor=actor, case_id=case.pk, piece=inspections.Piece("xray", "无补笔", "X光机", "40 kV"),
        file=photo("x.jpg", colour=(next(_serial) % 250, 20, 30)), name="x.jpg",
    )  # fmt: skip


def seats_of(case) -> list[PanelSeat]:
    case = fresh(case)
    rows = PanelSeat.objects.filter(case=case, round=case.round, ended_at=None)
    return list(rows.select_related("expert__user").order_by("pk"))


def maker_of(case) -> Artist:
    return case.work.attributions.first().artist


def opinion(case, **changes) -> opinions.OpinionInput:
    """By the maker, well founded."""
    values = {
        "term": "autograph", "confidence": "high", "reasons": "笔墨、款印与纸张相合",
        "maker_id": maker_of(case).pk, "naming": "春山放鸢图", "date_text": "2019年",
        "grade": "一般", "saw_object": True,
        "evidence": tuple(case.evidence.values_list("pk", flat=True)[:1]),
    } | changes  # fmt: skip
    return opinions.OpinionInput(**values)


def give(case, row, **changes) -> Opinion:
    """The expert of this seat submits."""
    return opinions.submit_opinion(
        actor=row.expert.user, seat_id=row.pk, opinion=opinion(case, **changes)
    )


def given(work=None, *, terms=("autograph", "autograph"), size=None, **more):
    """All opinions in and open; one term for each expert ("" for "cannot tell")."""
    case = begun(work, size=size or len(terms), **more)
    for row, word in zip(seats_of(case), terms, strict=True):
        give(case, row, term=word)
    return fresh(case)


def chair_of(case):
    return next(row.expert.user for row in seats_of(case) if row.is_chair)


def concluded(work=None, **more):
    """The chair has summed up; the result waits for its signatures."""
    case = given(work, **more)
    results.conclude(actor=chair_of(case), case_id=case.pk, summary=SUMMED)
    return fresh(case)


def signed(work=None, **more):
    """Both have signed: the result is in force, and the term for disputes runs."""
    case = concluded(work, **more)
    sign(case)
    return fresh(case)


def sign(case, reviewer=None):
    result = CaseResult.objects.get(case=case, round=fresh(case).round)
    results.sign_result(actor=chair_of(case), result_id=result.pk)
    return results.sign_result(actor=reviewer or registrar(), result_id=result.pk)


def disputed(work=None, **more):
    case = signed(work, **more)
    disputes.open_dispute(actor=case.client, case_id=case.pk, reason="款印与常见的不同")
    return fresh(case)


def decide(case, outcome, actor=None):
    return disputes.decide_dispute(
        actor=actor or registrar(), dispute_id=case.disputes.get(decided_at=None).pk,
        outcome=outcome, answer="已复核案卷",
    )  # fmt: skip


def pass_term(case):
    """Put the term of the case, of its seats and result so far back that it has passed."""
    back = db_now() - timedelta(days=100)
    AppraisalCase.objects.filter(pk=case.pk).update(due_at=back)
    PanelSeat.objects.filter(case=case, due_at__isnull=False).update(due_at=back)
    CaseResult.objects.filter(case=case, signed_at__isnull=False).update(signed_at=back)
    return fresh(case)


def go_on(case, *, barred):
    """Bring a case just asked for to its signed result, with experts who did not judge `barred`."""
    cases.accept_case(actor=registrar(), case_id=case.pk, terms=cases.Acceptance("painting", 2))
    case = fresh(case)
    cases.agree_contract(actor=case.client, case_id=case.pk, digest=case.contract_sha256)
    cases.record_fee(actor=case.accepted_by, case_id=case.pk, reference="收据-8")
    for row in PanelSeat.objects.filter(case=barred):
        with pytest.raises(Refused) as refusal:
            name(case, row.expert)
        assert [fault.rule for fault in refusal.value.faults] == [citations.OTHER_PANEL]
    for place in range(2):
        seat(case, chair=place == 0)
    cases.begin_examination(actor=case.accepted_by, case_id=case.pk)
    inspected(fresh(case))
    for row in seats_of(case):
        give(case, row)
    results.conclude(actor=chair_of(case), case_id=case.pk, summary=SUMMED)
    sign(case)
