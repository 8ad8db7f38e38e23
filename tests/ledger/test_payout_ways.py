"""How a party is paid out: as it chose, else by what is ready; never by a gateway that lacks it."""

import pytest
from django.urls import reverse

from artmarket.core.errors import Invalid, NotAllowed
from artmarket.core.models import Event
from artmarket.ledger.models import PayoutAccount, PayoutChoice
from artmarket.ledger.services.payout_ways import choose_way, held_at, way_of, ways_for
from tests.factories import UserFactory
from tests.ledger.failing import came, connected, payout
from tests.ledger.gateway_stage import payer

pytestmark = pytest.mark.django_db


def test_without_a_ready_account_it_is_the_bank(stripe):
    party = payer()
    assert way_of(party) == "bank"
    connected(stripe, party, is_ready=False)
    assert way_of(party) == "bank"
    PayoutAccount.objects.update(is_ready=True)
    assert way_of(party) == "stripe"


def test_without_stripe_it_is_the_bank(stripe, settings):
    party = payer()
    connected(stripe, party)
    settings.STRIPE_SECRET_KEY = ""
    assert way_of(party) == "bank"


def test_the_choice_of_the_party_counts_while_it_can(stripe):
    party = payer()
    with pytest.raises(Invalid):
        choose_way(actor=party.user, party=party, gateway="stripe")
    connected(stripe, party)
    choose_way(actor=party.user, party=party, gateway="bank")
    assert way_of(party) == "bank"
    choose_way(actor=party.user, party=party, gateway="stripe")
    assert way_of(party) == "stripe"
    assert (PayoutChoice.objects.count(), Event.objects.filter(action="payout_way.chosen").count()) == (
        1, 2,
    )  # fmt: skip
    PayoutAccount.objects.update(is_ready=False)
    assert way_of(party) == "bank"


def test_who_chooses_and_what(stripe):
    party = payer()
    connected(stripe, party)
    for actor in (UserFactory(), UserFactory(operator=True)):
        with pytest.raises(NotAllowed):
            choose_way(actor=actor, party=party, gateway="bank")
    with pytest.raises(Invalid):
        choose_way(actor=party.user, party=party, gateway="desk")
    assert not PayoutChoice.objects.exists()


def test_a_gateway_pays_only_what_it_holds_and_each_fen_once(stripe):
    party = came(gateway="stripe", stripe=stripe, amount=10_000).party
    connected(stripe, party)
    assert held_at("stripe", "CNY") == 10_000
    wanted = [(party, 6_000), (party, 5_000), (party, 4_000)]
    assert ways_for(wanted, "CNY") == ["stripe", "bank", "stripe"]
    payout(party, 6_000, gateway="stripe")
    assert held_at("stripe", "CNY") == 4_000
    assert ways_for([(party, 4_001)], "CNY") == ["bank"]
    assert ways_for([(party, 1)], "EUR") == ["bank"]


def test_the_party_chooses_on_its_page(stripe, client):
    party = payer()
    client.force_login(party.user)
    address = reverse("payments:own")
    assert "货款付到哪里" not in client.get(address).content.decode()
    connected(stripe, party)
    page = client.get(address).content.decode()
    assert "货款付到哪里" in page
    assert 'value="stripe" checked' in page
    answer = client.post(address, {"do": "way", "party": party.pk, "gateway": "bank"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{address}#payout")
    assert PayoutChoice.objects.get().gateway == "bank"
    assert 'value="bank" checked' in client.get(address).content.decode()
    client.post(address, {"do": "way", "party": party.pk, "gateway": "cash"})
    assert PayoutChoice.objects.get().gateway == "bank"
    stranger = {"do": "way", "party": payer().pk, "gateway": "bank"}
    assert client.post(address, stranger).status_code == 404
