"""No role sees a field that it may not: every answer about a work against the one field table."""

import json

import pytest

from artmarket.accounts.models import Party
from catalog import representation
from catalog.exporting.fields import FIELDS, Audience
from catalog.models import SourceRecord, TitleEvent, TitleShare, Work
from catalog.search import index_works
from catalog.selectors import works_for_page
from tests.api.conftest import Caller, caller_for
from tests.catalog import factories
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
SECRETS = {
    "provenance_text": "bought from Mr Hush in 1999", "source_note": "invoice of Mr Hush",
    "credit": "lent by Mr Hush",
}  # fmt: skip
STRANGERS = ("artist", "appraiser", "buyer", "lender", "merchant", "bureau")
LEVELS = {
    "nobody": Audience.PUBLIC,
    **dict.fromkeys(STRANGERS, Audience.PUBLIC),
    "lister": Audience.OWNER,
    "owner": Audience.OWNER,
    "administrator": Audience.OWNER,
    "registrar": Audience.STAFF,
    "operator": Audience.STAFF,
}
# Properties that the export table does not name: they stand on every public page of a work.
ON_THE_PAGE = {
    "merged_into", "opinions", "unknown", "parts", "pictures", "relic_status", "edition",
    "is_destroyed", "lock",
}  # fmt: skip


@pytest.fixture
def work() -> Work:
    """A registered public work with everything that is not for everybody, and three owners."""
    work = factories.registered()
    Work.objects.filter(pk=work.pk).update(**SECRETS)
    event = TitleEvent.objects.create(
        work=work, basis="declaration", recorded_by=factories.person("registrar")
    )
    TitleShare.objects.filter(work=work).delete()
    gallery = OrganisationFactory(slug="owners")
    parties = [
        Party.objects.create(name="Mr Hush", kind="person", user=work.created_by)
        if not Party.objects.filter(user=work.created_by).exists()
        else Party.objects.get(user=work.created_by),
        Party.objects.create(
            name="Mrs Hush", kind="person", user=UserFactory(email="owner@example.org", buyer=True)
        ),
        Party.objects.create(name="Hush & Co", kind="organisation", organisation=gallery),
    ]
    for party in parties:
        TitleShare.objects.create(
            work=work, party=party, from_event=event, numerator=1, denominator=3
        )
    index_works([work.pk])
    return work


def caller(who: str, work: Work) -> Caller:
    if who == "nobody":
        return Caller()
    if who == "lister":
        return caller_for(work.created_by, "artist")
    if who == "owner":
        owner = work.title_shares.get(party__name="Mrs Hush").party.user
        return caller_for(owner, "buyer")
    if who == "administrator":
        gallery = work.title_shares.get(party__name="Hush & Co").party.organisation
        admin = MembershipFactory(organisation=gallery, admin=True).user
        return caller_for(admin, organisation=gallery)
    return caller_for(UserFactory(**{who: True}), who)


def test_every_property_is_governed_by_the_table_or_stands_on_the_page():
    known = {field.name for field in FIELDS}
    for each in representation.WHOLE:
        if each.fields == representation.ON_THE_PAGE:
            assert each.name in ON_THE_PAGE, f"{each.name}: on every public page?"
        else:
            assert set(each.fields) <= known, each.name
    governed = {name for each in representation.WHOLE for name in each.fields}
    left = known - governed
    assert left == {
        "maker_nationalities",
        "maker_births",
        "maker_deaths",
    }  # of the maker's own record


@pytest.mark.parametrize("who", LEVELS)
def test_every_property_is_shown_or_null_as_the_table_says(work, who):
    asked = caller(who, work)
    for path in (f"works/{work.pk}", f"numbers/{work.number}"):
        shown = asked.get(path).json()
        full = works_for_page().get(pk=work.pk)
        table = {field.name: field.shown_to(LEVELS[who], full) for field in FIELDS}
        assert set(shown) == {p.name for p in representation.WHOLE}
        for each in representation.WHOLE:
            if each.fields == representation.ON_THE_PAGE:
                continue
            allowed = all(table[name] for name in each.fields)
            if not allowed:
                assert shown[each.name] is None, f"{each.name} shown to {who}"
            elif each.name not in {"source", "credit"}:
                assert shown[each.name] is not None, f"{each.name} hidden from {who}"


@pytest.mark.parametrize("who", LEVELS)
def test_no_answer_tells_a_stranger_what_is_private(work, who):
    asked = caller(who, work)
    paths = (
        "works", f"works?q={work.title}", f"works/{work.pk}", f"numbers/{work.number}",
        f"works/{work.pk}/events", "artists", "offers", "certificates", "events", "own/works",
        "me", "webhooks", "reviews",
    )  # fmt: skip
    told = "".join(asked.get(path).content.decode() for path in paths)
    assert ("Hush" in told) is (LEVELS[who] >= Audience.OWNER)
    assert work.created_by.email not in told


@pytest.mark.parametrize("who", LEVELS)
def test_a_work_that_is_not_public_exists_for_its_people_only(work, who):
    Work.objects.filter(pk=work.pk).update(is_public=False)
    index_works([work.pk])
    asked = caller(who, work)
    may = LEVELS[who] >= Audience.OWNER
    for path in (f"works/{work.pk}", f"numbers/{work.number}", f"works/{work.pk}/events"):
        assert asked.get(path).status_code == (200 if may else 404)
    listed = [asked.get(p).json()["items"] for p in ("works", "artists", "events")]
    assert listed == [[], [], []]


@pytest.mark.parametrize("who", LEVELS)
def test_a_draft_exists_for_its_lister_and_the_registry_only(who, work):
    draft = factories.draft(work.created_by)
    answer = caller(who, work).get(f"works/{draft.pk}")
    may = who in {"lister", "registrar", "operator"}
    assert answer.status_code == (200 if may else 404)


def test_what_a_museum_published_is_public():
    record = factories.RecordFactory(provenance_text="Gift of Mr Open", credit="Open Fund")
    SourceRecord.objects.create(
        work=record, source="cmoa", source_id="1", raw={}, digest="0" * 64, licence="CC0 1.0"
    )
    shown = Caller().get(f"works/{record.pk}").json()
    assert (shown["provenance"], shown["credit"]) == ("Gift of Mr Open", "Open Fund")
    assert shown["source"] == {
        "source": "cmoa", "name": shown["source"]["name"], "id": "1", "licence": "CC0 1.0",
    }  # fmt: skip
    assert shown["number"] is None


def test_events_hide_the_fields_that_their_work_hides(work):
    from catalog.services import corrections

    corrections.correct_work(
        actor=factories.person("registrar"), work_id=work.pk, reason="invoice of Mr Hush found",
        description=factories.Description(texts={"provenance_text": "sold by Mr Hush"}),
    )  # fmt: skip
    public = json.dumps(Caller().get("events").json(), ensure_ascii=False)
    assert "work.corrected" in public
    assert "Hush" not in public
    assert "Hush" in caller("lister", work).get(f"works/{work.pk}/events").content.decode()
