"""What only owners and the registry may know stays away from everybody else, on every way out."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artmarket.accounts.services.parties import party_of
from artmarket.core.errors import NotAllowed
from catalog.exporting.fields import FIELDS, Audience
from catalog.exporting.files import found_works, table_rows
from catalog.models import Work
from catalog.permissions import PRIVATE_FIELDS, may_see_private_of_many
from catalog.search import SearchQuery
from catalog.selectors import history_of
from catalog.services import corrections, registration, title
from catalog.services.description import Description
from tests.catalog.factories import person, registered

pytestmark = pytest.mark.django_db


def passed_on(work: Work, buyer) -> Work:
    """The work after two registrars moved its title to the buyer."""
    event = title.record_title_event(
        actor=person("registrar"), work_id=work.pk, basis="purchase",
        shares=[title.Share(party_of(buyer))], documents="合同1",
    )  # fmt: skip
    title.check_title_event(actor=person("registrar"), event_id=event.pk)
    work.refresh_from_db()
    return work


def corrected(texts: dict[str, str], reason: str) -> Work:
    work = registered()
    corrections.correct_work(
        actor=person("registrar"), work_id=work.pk, reason=reason,
        description=Description(texts=texts),
    )  # fmt: skip
    return work


def test_history_and_exports_hold_the_same_fields_back():
    names = {"provenance": "provenance_text"}
    owners = {names.get(f.name, f.name) for f in FIELDS if f.audience >= Audience.OWNER}
    assert owners >= PRIVATE_FIELDS
    assert {n for n in owners if n in {f.name for f in Work._meta.fields}} - PRIVATE_FIELDS == {
        "state", "relic_proposed",
    }  # fmt: skip


def test_the_public_history_of_a_correction_shows_no_provenance_and_no_credit():
    work = corrected(
        {"provenance_text": "购自王某，八千元", "credit": "李某旧藏", "source_kind": "auction",
         "title": "秋山放鸢图"},
        "据王某的收据补来源",
    )  # fmt: skip
    line = history_of(work, AnonymousUser())[0]
    assert line.words == "更正"
    assert [row[1:] for row in line.rows] == [("春山放鸢图", "秋山放鸢图")]
    assert line.reason == ""
    own = history_of(work, work.created_by)[0]
    assert {row[2] for row in own.rows} >= {"购自王某，八千元", "李某旧藏", "秋山放鸢图"}
    assert own.reason == "据王某的收据补来源"


def test_the_public_history_page_never_prints_a_private_value(client):
    work = corrected({"provenance_text": "购自王某，八千元"}, "据王某的收据")
    page = client.get(f"/works/{work.number}/history/")
    assert page.status_code == 200
    assert "王某" not in page.content.decode()


def test_a_correction_of_public_fields_keeps_its_reason_in_public():
    work = corrected({"title": "秋山放鸢图"}, "题名抄错")
    assert history_of(work, AnonymousUser())[0].reason == "题名抄错"


def test_the_way_of_acquiring_is_not_on_the_public_page_but_on_the_owners(client):
    work = corrected({"source_kind": "inherited"}, "核实")
    assert "依法继承或受赠" not in client.get(work.get_absolute_url()).content.decode()
    client.force_login(work.created_by)
    assert "依法继承或受赠" in client.get(work.get_absolute_url()).content.decode()


def test_who_listed_a_work_learns_nothing_of_its_owners_after_it_was_passed_on(client):
    seller, buyer = person("artist", name="卖家甲"), person(name="买家乙")
    work = registered(seller)
    assert seller.has_perm("catalog.view_private", work)
    work = passed_on(work, buyer)
    assert not seller.has_perm("catalog.view_private", work)
    assert buyer.has_perm("catalog.view_private", work)
    client.force_login(seller)
    assert "买家乙" not in client.get(work.get_absolute_url()).content.decode()
    assert "买家乙" not in client.get(f"/works/{work.number}/history/").content.decode()


def test_a_signed_in_reader_exports_many_works_in_as_many_queries_as_few(django_assert_num_queries):
    def rows(reader) -> int:
        return sum(1 for _row in table_rows(found_works(SearchQuery(), reader), reader, 100))

    reader = person()
    registered()
    assert rows(reader) == 2  # from here on his roles are known
    with CaptureQueriesContext(connection) as few:
        assert rows(reader) == 2
    for _n in range(3):
        registered()
    with django_assert_num_queries(len(few)):
        assert rows(reader) == 5


def test_the_export_and_the_pages_agree_on_who_sees_what_is_private():
    seller, buyer = person("artist"), person()
    kept, sold = registered(seller), passed_on(registered(seller), buyer)
    readers = [seller, buyer, person(), person("registrar"), person("operator"), AnonymousUser()]
    for reader in readers:
        may_see = may_see_private_of_many(reader)
        for work in (kept, sold):
            assert may_see(work) == reader.has_perm("catalog.view_private", work)
    assert [may_see_private_of_many(seller)(w) for w in (kept, sold)] == [True, False]


def test_the_owner_and_not_the_former_one_decides_what_the_public_sees(client):
    seller, buyer = person("artist"), person()
    work = passed_on(registered(seller), buyer)
    with pytest.raises(NotAllowed):
        registration.set_visibility(actor=seller, work_id=work.pk, is_public=False)
    work = registration.set_visibility(actor=buyer, work_id=work.pk, is_public=False)
    assert not work.is_public
    client.force_login(buyer)
    assert client.get(work.get_absolute_url()).status_code == 200
    client.force_login(seller)
    assert client.get(work.get_absolute_url()).status_code == 404
    client.force_login(person())
    assert client.get(work.get_absolute_url()).status_code == 404
