"""Personal data: a copy, and the way out, with what the law keeps."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from artmarket.accounts.enums import CheckState
from artmarket.accounts.models import ErasureRequest, Evidence, IdentityCheck, Party, User
from artmarket.accounts.services import identity, privacy
from artmarket.accounts.services.parties import party_of
from artmarket.core.clock import db_now
from artmarket.core.errors import WrongState
from media.models import Document
from tests.factories import PASSWORD, MembershipFactory, UserFactory

from .identities import NUMBER, identified, submitted

pytestmark = pytest.mark.django_db(transaction=True)


def copy_of(user):
    with zipfile.ZipFile(io.BytesIO(privacy.copy_as_bytes(actor=user))) as archive:
        return json.loads(archive.read("data.json")), archive.namelist()


def due(request: ErasureRequest) -> None:
    ErasureRequest.objects.filter(pk=request.pk).update(due_at=db_now() - timedelta(seconds=1))


def test_the_copy_holds_ones_own_data_and_papers_and_nobody_elses():
    person, registrar = UserFactory(), UserFactory(registrar=True)
    check = submitted(person)
    submitted(UserFactory(), number="370702198001010018")
    privacy.reveal_check(actor=registrar, check_id=check.pk, purpose="核对证件")
    data, names = copy_of(person)
    sections = data["sections"]
    assert sections["account"]["rows"][0]["email"] == person.email
    (row,) = sections["identity"]["rows"]
    assert (row["number"], row["legal_name"]) == (NUMBER, "王小明")
    assert sections["looks"]["rows"][0]["purpose"] == "核对证件"
    assert {"identity.begun", "identity.submitted"} <= {
        r["action"] for r in sections["deeds"]["rows"]
    }
    assert len([n for n in names if n.startswith("papers/")]) == 2
    assert "370702198001010018" not in json.dumps(data)


def test_the_page_gives_the_copy_to_the_person_only(client):
    person = UserFactory()
    assert client.post(reverse("accounts:data_copy")).status_code == 302
    client.force_login(person)
    answer = client.post(reverse("accounts:data_copy"))
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]


def test_an_erasure_waits_and_can_be_taken_back(client):
    person = UserFactory()
    client.force_login(person)
    page = reverse("accounts:data")
    assert client.post(page, {"do": "erase", "password": "wrong"}).status_code == 422
    assert client.post(page, {"do": "erase", "password": PASSWORD}).status_code == 302
    request = ErasureRequest.objects.get()
    assert privacy.request_erasure(actor=person) == request
    assert privacy.erase_due() == "erased 0, blocked 0"
    client.post(page, {"do": "keep"})
    due(request)
    assert privacy.erase_due() == "erased 0, blocked 0"
    person.refresh_from_db()
    assert person.is_active
    with pytest.raises(WrongState):
        privacy.cancel_erasure(actor=person)


def test_an_erased_account_is_nobody_and_its_session_ends(client):
    person = UserFactory(artist=True, phone="13800000000")
    party_of(person)
    check = submitted(person)
    client.force_login(person)
    request = privacy.request_erasure(actor=person)
    due(request)
    assert privacy.erase_due() == "erased 1, blocked 0"
    assert privacy.erase_due() == "erased 0, blocked 0"
    person = User.objects.get(pk=person.pk)
    assert (person.display_name, person.phone, person.is_active) == ("已注销用户", "", False)
    assert person.email == f"erased-{person.pk}@erased.invalid"
    assert not person.has_usable_password()
    assert Party.objects.get(user=person).name == "已注销用户"
    assert not person.role_grants.filter(revoked_at__isnull=True).exists()
    assert client.get(reverse("accounts:home")).status_code == 302
    check.refresh_from_db()
    assert (check.state, check.number, check.legal_name) == (CheckState.WITHDRAWN, "", "")
    assert not Document.objects.exists()


def test_what_the_law_keeps_stays_sealed_until_its_day():
    person, registrar = UserFactory(), UserFactory(registrar=True)
    check = submitted(person)
    identity.approve_check(actor=registrar, check_id=check.pk)
    due(privacy.request_erasure(actor=person))
    assert privacy.erase_due() == "erased 1, blocked 0"
    request = ErasureRequest.objects.get()
    assert [k["rule"] for k in request.kept] == ["retention.customer_records_years"]
    check.refresh_from_db()
    assert check.number == NUMBER
    assert privacy.purge_identity() == "cleared 0"
    long_ago = db_now() - timedelta(days=366 * 16)
    IdentityCheck.objects.filter(pk=check.pk).update(
        state=CheckState.EXPIRED, decided_at=long_ago, valid_until=long_ago.date()
    )
    assert privacy.purge_identity() == "cleared 1"
    check.refresh_from_db()
    assert (check.number, check.number_digest, check.legal_name) == ("", "", "")
    assert check.purged_at
    assert not Evidence.objects.exists()
    assert not Document.objects.exists()
    assert privacy.purge_identity() == "cleared 0"


def test_papers_of_a_refused_check_go_after_the_days_of_the_rule():
    person, registrar = UserFactory(), UserFactory(registrar=True)
    check = submitted(person)
    identity.reject_check(actor=registrar, check_id=check.pk, reason="不清楚")
    assert privacy.purge_identity() == "cleared 0"
    IdentityCheck.objects.update(decided_at=db_now() - timedelta(days=91))
    assert privacy.purge_identity() == "cleared 1"
    assert not Document.objects.exists()


def test_the_only_administrator_hands_over_first(client):
    membership = MembershipFactory(admin=True)
    with pytest.raises(privacy.ErasureBlocked) as caught:
        privacy.request_erasure(actor=membership.user)
    assert membership.organisation.name in str(caught.value.holds[0].words)
    client.force_login(membership.user)
    answer = client.post(reverse("accounts:data"), {"do": "erase", "password": PASSWORD})
    assert answer.status_code == 409
    assert membership.organisation.name in answer.content.decode()
    MembershipFactory(admin=True, organisation=membership.organisation)
    assert privacy.request_erasure(actor=membership.user)


def test_sealed_columns_are_sealed_again_under_a_new_key(settings):
    from cryptography.fernet import Fernet
    from django.core.management import call_command

    person = UserFactory()
    check = identified(person, by=person, number="E12345678")
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *old]
    call_command("reseal", verbosity=0)
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert IdentityCheck.objects.get(pk=check.pk).number == "E12345678"
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM accounts_identitycheck WHERE id = %s", [check.pk])
        first = cursor.fetchone()[0]
    call_command("reseal", verbosity=0)  # nothing left to do
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM accounts_identitycheck WHERE id = %s", [check.pk])
        assert cursor.fetchone()[0] == first


def test_the_catalogue_and_the_listings_tell_and_forget_their_part():
    from catalog.enums import WorkState
    from catalog.models import SavedSearch, Work
    from tests.catalog.factories import draft, registered
    from tests.catalog.factories import submitted as submitted_work
    from tests.listings.factories import offered

    lister = draft(UserFactory(artist=True)).created_by
    waiting = submitted_work(lister)
    SavedSearch.objects.create(user=lister, name="风筝", query="q=风筝")
    rows = copy_of(lister)[0]["sections"]["works"]["rows"]
    assert {r.get("state") for r in rows} == {"draft", "submitted", None}
    due(privacy.request_erasure(actor=lister))
    assert privacy.erase_due() == "erased 1, blocked 0"
    assert set(Work.objects.values_list("state", flat=True)) == {WorkState.DISCARDED}
    assert waiting.pk in Work.objects.values_list("pk", flat=True)
    assert not SavedSearch.objects.exists()

    seller = offered(registered()).seller
    assert copy_of(seller)[0]["sections"]["offers"]["rows"][0]["price_minor"] == 480_000
    with pytest.raises(privacy.ErasureBlocked) as caught:
        privacy.request_erasure(actor=seller)
    assert len(caught.value.holds) == 2  # the work, and its open offer


def test_an_erasure_that_fails_does_not_hold_up_the_others(monkeypatch):
    first, second = UserFactory(), UserFactory()
    for person in (first, second):
        due(privacy.request_erasure(actor=person))
    closing = privacy._close_account

    def fails_for_the_first(*, request_id):
        if ErasureRequest.objects.get(pk=request_id).user == first:
            raise RuntimeError("a broken row")
        return closing(request_id=request_id)

    monkeypatch.setattr(privacy, "_close_account", fails_for_the_first)
    assert privacy.erase_due() == "erased 1, blocked 1"
    monkeypatch.undo()
    assert privacy.erase_due() == "erased 1, blocked 0"
