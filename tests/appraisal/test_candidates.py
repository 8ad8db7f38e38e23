"""Candidates for a panel: what keeps each off, asked of all of them at once."""

import pytest

from appraisal.cases import pages as case_pages
from appraisal.models import AppraisalCase, Appraiser
from appraisal.permissions import is_concerned, is_maker
from appraisal.services import suitability
from artmarket.accounts.enums import MemberRole
from artmarket.accounts.models import Organisation
from artmarket.accounts.services.parties import party_of, party_of_organisation
from catalog.models import Artist, TitleShare
from tests.appraisal import stages
from tests.catalog.factories import person, registered

pytestmark = pytest.mark.django_db


def test_the_list_of_candidates_costs_the_same_however_many_there_are(
    django_assert_num_queries,
):
    case = stages.paid()
    for _n in range(2):
        stages.appraiser()
    for count in (2, 12):
        for _n in range(count - Appraiser.objects.count()):
            stages.appraiser(periods=((1368, 1644),))
        found = AppraisalCase.objects.select_related("work").get(pk=case.pk)
        with django_assert_num_queries(15):
            candidates, elsewhere = case_pages.candidates_of(found)
        assert (len(candidates), elsewhere) == (count, 0)
    assert [row["faults"] for row in candidates if not row["row"].periods] == ["", ""]


def test_whoever_has_a_part_in_the_work_is_kept_off_alone_as_in_the_list():
    organisation = Organisation.objects.create(kind="gallery", name="渌水画廊", slug="lushui")
    held = party_of_organisation(organisation)
    lister, maker, holder, former = (person("artist", "appraiser") for _n in range(4))
    agent, member, nobody = (person("appraiser") for _n in range(3))
    work = registered(lister)
    Artist.objects.filter(attributions__work=work).update(account=maker)
    organisation.memberships.create(user=agent, role=MemberRole.ADMIN)
    organisation.memberships.create(user=member)
    case = stages.accepted(work)
    first = work.title_shares.get()
    TitleShare.objects.filter(pk=first.pk).update(to_event=first.from_event)
    for party in (party_of(holder), held):
        TitleShare.objects.create(
            work=work, party=party, numerator=1, denominator=2, from_event=first.from_event
        )
    TitleShare.objects.create(
        work=work, party=party_of(former), from_event=first.from_event, to_event=first.from_event
    )
    people = (lister, maker, holder, agent, former, member, nobody)
    rows = [stages.appraiser(user=user) for user in people]
    faults = suitability.faults_by_expert(case, rows)
    kept_off = [[fault.code for fault in faults[row.pk]] for row in rows]
    assert kept_off == [["own_work"]] * 4 + [[]] * 3
    for row in rows:
        assert suitability.faults_by_expert(case, [row])[row.pk] == faults[row.pk]
        concerned = is_concerned(row.user, case) or is_maker(row.user, work)
        assert bool(faults[row.pk]) == concerned
