"""Where the bank pays a party out to: sealed, masked, and every look of somebody else kept."""

import pytest
from django.db import connection
from django.urls import reverse

from artmarket.accounts import personal_data
from artmarket.accounts.models import Party, PersonalDataAccess
from artmarket.accounts.services.parties import party_of_organisation
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from artmarket.ledger.models import BankDetails
from artmarket.ledger.services.bank_details import keep_details, reveal_for
from artmarket.ledger.services.outgoing import confirm_outgoing
from tests.factories import PASSWORD, MembershipFactory, OrganisationFactory, UserFactory
from tests.ledger.failing import came, payout
from tests.ledger.gateway_stage import payer

pytestmark = pytest.mark.django_db
NUMBER = "6222021234567890123"
FORM = {"holder": "张 三", "bank": "工商银行潍坊寒亭支行", "number": "6222 0212 3456 7890 123"}


def kept(party, **changes) -> BankDetails:
    return keep_details(actor=party.user, party=party, **(FORM | changes))


def confirmed(client) -> None:
    """Say the password again, as the page asks before it takes an account."""
    done = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert done.status_code == 302


def test_the_database_holds_it_sealed_and_pages_show_it_masked():
    row = kept(payer())
    assert (row.holder, row.number, row.masked) == ("张 三", NUMBER, "622**************23")
    with connection.cursor() as cursor:
        cursor.execute("SELECT holder, bank, number FROM ledger_bankdetails")
        stored = " ".join(cursor.fetchone())
    for words in ("张", "工商银行", NUMBER, "6222"):
        assert words not in stored
    event = Event.objects.get(action="bank_details.entered")
    assert NUMBER not in str(event.data) + str(event.after)


def test_the_last_one_counts():
    party = payer()
    kept(party)
    row = kept(party, number="DE89 3704 0044 0532 0130 00")
    assert (row.number, BankDetails.objects.count()) == ("DE89370400440532013000", 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"holder": " "}, "holder"), ({"bank": ""}, "bank"), ({"number": "1234567"}, "number"),
        ({"number": "62220212A4567890"}, "number"), ({"number": "DE88370400440532013000"}, "number"),
        ({"holder": "张" * 161}, "holder"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(change, field):
    with pytest.raises(Invalid) as refusal:
        kept(payer(), **change)
    assert set(refusal.value.fields) == {field}
    assert not BankDetails.objects.exists()


def test_only_who_acts_for_the_party_writes_it_down(operator):
    party = payer()
    for actor in (UserFactory(), operator):
        with pytest.raises(NotAllowed):
            keep_details(actor=actor, party=party, **FORM)
    house = OrganisationFactory(name="潍坊拍卖行", slug="house")
    boss = UserFactory()
    MembershipFactory(organisation=house, user=boss, admin=True)
    row = keep_details(actor=boss, party=party_of_organisation(house), **FORM)
    assert row.entered_by == boss


def test_who_sends_the_money_reads_it_and_the_look_is_kept(operator):
    party = came().party
    kept(party)
    row = payout(party)
    found = reveal_for(actor=operator, payout_id=row.pk)
    assert (found.holder, found.bank, found.number) == ("张 三", FORM["bank"], NUMBER)
    look = PersonalDataAccess.objects.get()
    assert (look.actor, look.user, look.fields) == (
        operator, party.user, ["holder", "bank", "number"],
    )  # fmt: skip
    assert row.reference in look.purpose
    reveal_for(actor=operator, payout_id=row.pk)
    assert PersonalDataAccess.objects.count() == 2
    for actor in (UserFactory(), UserFactory(registrar=True), party.user):
        with pytest.raises(NotAllowed):
            reveal_for(actor=actor, payout_id=row.pk)
    confirm_outgoing(actor=operator, row=row, bank_reference="B1")
    with pytest.raises(WrongState):
        reveal_for(actor=operator, payout_id=row.pk)
    assert PersonalDataAccess.objects.count() == 2


def test_without_an_account_there_is_nothing_to_see(operator):
    row = payout(came().party)
    with pytest.raises(WrongState):
        reveal_for(actor=operator, payout_id=row.pk)
    assert not PersonalDataAccess.objects.exists()


def test_the_page_asks_for_the_password_before_it_takes_an_account(client):
    party = payer()
    client.force_login(party.user)
    address = reverse("ledger:bank")
    assert client.get(address).status_code == 200
    asked = client.post(address, FORM | {"party": party.pk})
    assert (asked.status_code, "/reauthenticate/" in asked["Location"]) == (302, True)
    assert not BankDetails.objects.exists()
    confirmed(client)
    wrong = client.post(address, FORM | {"party": party.pk, "number": "12"})
    assert wrong.status_code == 422
    assert client.post(address, FORM | {"party": party.pk}).status_code == 302
    page = client.get(address).content.decode()
    assert "622**************23" in page
    assert NUMBER not in page
    assert client.post(address, FORM | {"party": payer().pk}).status_code == 404
    assert client.get(address, {"party": "x"}).status_code == 404


def test_whoever_had_no_money_yet_can_write_it_down(client):
    person = UserFactory()
    client.force_login(person)
    address = reverse("ledger:bank")
    assert person.display_name in client.get(address).content.decode()
    assert not Party.objects.filter(user=person).exists()  # a look makes nothing
    confirmed(client)
    assert client.post(address, FORM | {"party": ""}).status_code == 302
    assert BankDetails.objects.get().party.user == person


def test_the_operator_opens_it_on_the_page_of_the_payout(operator, client):
    party = came().party
    kept(party)
    row = payout(party)
    client.force_login(operator)
    address = reverse("payments:item", args=["payout", row.pk])
    review = client.get(reverse("payments:review")).content.decode()
    for page in (review, client.get(address).content.decode()):
        assert "622**************23" in page
        assert NUMBER not in page
    assert not PersonalDataAccess.objects.exists()
    opened = client.post(address, {"do": "reveal"})
    assert (opened.status_code, NUMBER in opened.content.decode()) == (200, True)
    assert "no-store" in opened["Cache-Control"]
    assert NUMBER not in client.get(address).content.decode()
    assert PersonalDataAccess.objects.count() == 1
    client.force_login(party.user)
    assert row.reference in client.get(reverse("accounts:data")).content.decode()


def test_it_is_in_the_copy_and_goes_with_the_account():
    party = payer()
    kept(party)
    keeper = next(k for k in personal_data.keepers() if k.name == "payments")
    rows = [row for row in keeper.copy(party.user) if row["kind"] == "bank_details"]
    assert [row["number"] for row in rows] == [NUMBER]
    keeper.forget(party.user)
    assert not BankDetails.objects.exists()
