"""Who may sit on a panel, and how a panel comes together; each refusal with its rule."""

from datetime import timedelta

import pytest

from appraisal import citations
from appraisal.enums import Stage
from appraisal.models import PanelSeat
from appraisal.refusals import Refused
from appraisal.services import appraisers, cases, panels
from artmarket.accounts.enums import LicenceKind
from artmarket.accounts.gates import NotLicensed
from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from catalog.models import Attribution, Work
from tests.accounts.identities import licensed
from tests.appraisal import stages
from tests.catalog.factories import person, registered

pytestmark = pytest.mark.django_db


def rules_against(case, expert):
    before = PanelSeat.objects.count()
    with pytest.raises(Refused) as refusal:
        stages.name(case, expert)
    assert PanelSeat.objects.count() == before
    return [fault.rule for fault in refusal.value.faults]


def begin_refused(case):
    with pytest.raises(Refused) as refusal:
        cases.begin_examination(actor=case.accepted_by, case_id=case.pk)
    assert stages.fresh(case).stage == Stage.ACCEPTANCE
    return {fault.rule for fault in refusal.value.faults}


def test_field_period_licence_are_asked_when_an_expert_is_named():
    case = stages.paid()
    yesterday = db_today() - timedelta(days=1)
    tomorrow = db_today() + timedelta(days=1)
    assert rules_against(case, stages.appraiser(categories=("bronze",))) == [citations.QUALIFIED]
    assert rules_against(case, stages.appraiser(periods=((1368, 1911),))) == [citations.QUALIFIED]
    assert rules_against(case, stages.appraiser(valid_until=yesterday)) == [citations.LICENCE]
    assert rules_against(case, stages.appraiser(valid_from=tomorrow)) == [citations.LICENCE]
    assert rules_against(case, stages.appraiser(state="suspended")) == [citations.LICENCE]
    poor = stages.appraiser(categories=("bronze",), valid_until=yesterday)
    assert rules_against(case, poor) == [citations.QUALIFIED, citations.LICENCE]
    stages.name(case, stages.appraiser(periods=((2000, 2026),), valid_until=db_today()))


def test_the_works_people_and_its_maker_do_not_judge_it():
    maker = person("artist", "appraiser")
    case = stages.paid(registered(maker))
    assert rules_against(case, stages.appraiser(user=maker)) == [citations.IMPARTIAL]
    other = person("appraiser", "artist")
    artist = case.work.attributions.first().artist
    artist.account = other
    artist.save(update_fields=["account"])
    assert rules_against(case, stages.appraiser(user=other)) == [citations.IMPARTIAL]


def test_whoever_gave_an_opinion_on_the_work_before_does_not_judge_it():
    case, expert = stages.paid(), stages.appraiser()
    Attribution.objects.create(
        work=case.work, artist=case.work.attributions.first().artist, term="autograph",
        by="某", by_user=expert.user,
    )  # fmt: skip
    assert rules_against(case, expert) == [citations.OTHER_PANEL]


def test_only_a_registrar_outside_the_case_names():
    case, expert = stages.paid(), stages.appraiser()
    for actor in (case.client, expert.user, person("operator")):
        with pytest.raises(NotAllowed):
            panels.name_expert(actor=actor, case_id=case.pk, appraiser_id=expert.pk)
    with pytest.raises(WrongState):
        panels.name_expert(actor=case.accepted_by, case_id=case.pk, appraiser_id=0)


def test_a_seat_once_and_never_more_than_agreed():
    case, expert = stages.paid(), stages.appraiser()
    stages.seat(case, expert, chair=True)
    with pytest.raises(Refused):
        stages.name(case, expert)
    with pytest.raises(WrongState) as refusal:
        stages.name(case, is_chair=True)
    assert refusal.value.rule == citations.CHAIR
    stages.seat(case)
    with pytest.raises(WrongState) as refusal:
        stages.name(case)
    assert refusal.value.rule == citations.PANEL_MOST


def test_a_panel_of_one_does_not_begin():
    case = stages.paid()
    stages.seat(case, chair=True)
    assert begin_refused(case) == {citations.PANEL_LEAST, citations.CONTRACT}


def test_experts_declare_and_one_is_the_chair_before_it_begins():
    case = stages.paid()
    stages.seat(case)
    silent = stages.name(case)
    assert begin_refused(case) == {citations.DECLARATION, citations.CHAIR}
    panels.declare(actor=silent.expert.user, seat_id=silent.pk, conflicts=[])
    panels.appoint_chair(actor=case.accepted_by, case_id=case.pk, seat_id=silent.pk)
    cases.begin_examination(actor=case.accepted_by, case_id=case.pk)
    assert stages.chair_of(case) == silent.expert.user


def test_a_relic_is_not_judged_by_four_nor_by_a_junior():
    case = stages.paid(size=5, relic=True)
    for place in range(4):
        stages.seat(case, stages.appraiser(senior=True), chair=place == 0)
    assert begin_refused(case) == {citations.PANEL_LEAST_RELIC, citations.CONTRACT}
    assert rules_against(case, stages.appraiser()) == [citations.PANEL_LEAST_RELIC]
    stages.seat(case, stages.appraiser(senior=True))
    cases.begin_examination(actor=case.accepted_by, case_id=case.pk)


def test_a_contested_work_is_not_judged_by_an_even_panel():
    case = stages.paid(size=3, contested=True)
    for place in range(2):
        stages.seat(case, chair=place == 0)
    assert begin_refused(case) == {citations.PANEL_ODD, citations.CONTRACT}


def test_a_licence_that_ran_out_after_the_naming_stops_the_beginning():
    case = stages.seated()
    expert = stages.seats_of(case)[1].expert
    expert.user.licences.update(valid_until=db_today() - timedelta(days=1))
    assert begin_refused(case) == {citations.LICENCE}


def test_a_title_that_came_to_an_expert_after_the_naming_stops_the_beginning():
    case = stages.seated()
    Work.objects.filter(pk=case.work_id).update(created_by=stages.seats_of(case)[1].expert.user)
    assert citations.IMPARTIAL in begin_refused(case)


def test_a_declared_conflict_frees_the_seat_and_bars_the_expert():
    case = stages.paid()
    row = stages.name(case, is_chair=True)
    with pytest.raises(NotAllowed):
        panels.declare(actor=case.accepted_by, seat_id=row.pk, conflicts=[])
    with pytest.raises(Invalid):
        panels.declare(actor=row.expert.user, seat_id=row.pk, conflicts=["envy"])
    ended = panels.declare(actor=row.expert.user, seat_id=row.pk, conflicts=["kin", "dealer"])
    assert (ended.conflicts, ended.ended_at is not None) == (["dealer", "kin"], True)
    with pytest.raises(WrongState):
        panels.declare(actor=row.expert.user, seat_id=row.pk, conflicts=[])
    assert rules_against(case, row.expert) == [citations.OTHER_PANEL]
    assert stages.seats_of(case) == []


def test_an_appraiser_is_confirmed_by_a_registrar_on_a_licence_in_force():
    desk, user = stages.registrar(), person("appraiser")
    given = appraisers.Qualification("某", ("painting",), ((1368, 1911),))
    with pytest.raises(NotLicensed) as refusal:
        appraisers.confirm_appraiser(actor=desk, user=user, given=given)
    assert refusal.value.rule == citations.LICENCE
    licensed(user, by=desk, kind=LicenceKind.APPRAISER)
    with pytest.raises(NotAllowed):
        appraisers.confirm_appraiser(actor=user, user=user, given=given)
    with pytest.raises(Invalid) as wrong:
        appraisers.confirm_appraiser(
            actor=desk, user=user, given=appraisers.Qualification("", ("x",), ((2, 1),))
        )
    assert set(wrong.value.fields) == {"name", "categories", "periods"}
    row = appraisers.confirm_appraiser(actor=desk, user=user, given=given)
    again = appraisers.confirm_appraiser(actor=desk, user=user, given=given)
    assert (again.pk, again.periods) == (row.pk, [[1368, 1911]])
    appraisers.end_appraiser(actor=desk, appraiser_id=row.pk, reason="退休")
    with pytest.raises(WrongState):
        stages.name(stages.paid(), row)
