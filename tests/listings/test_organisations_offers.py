"""An organisation's offer belongs to the organisation: to each of its administrators, to nobody
else, and not to the person who opened it once he has left."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.models.functions import Now
from django.urls import reverse

from artmarket.accounts import gates
from artmarket.accounts.models import Licence, Membership
from artmarket.core.clock import today
from artmarket.core.errors import NotAllowed
from artmarket.core.money import Money
from auctions.listings import selectors
from auctions.listings.models import Offer
from auctions.listings.services.enquiries import ask_seller, write_message
from auctions.listings.services.offers import change_price, close_offer, open_offer
from auctions.listings.tasks import mail_message
from catalog.services import title
from catalog.services.holders import holder_from
from tests.accounts.identities import identified, licensed
from tests.catalog.factories import person, registered
from tests.factories import MembershipFactory
from tests.listings.factories import terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def gallery():
    """Two administrators of one organisation, the first of whom offers its work."""
    boss = MembershipFactory(admin=True)
    other = MembershipFactory(admin=True, organisation=boss.organisation)
    work, first, second = registered(), person("registrar"), person("registrar")
    event = title.record_title_event(
        actor=first,
        work_id=work.pk,
        basis="purchase",
        shares=[title.Share(holder_from(actor=first, name=boss.organisation.name))],
        documents="合同",
    )
    title.check_title_event(actor=second, event_id=event.pk)
    identified(boss.organisation, by=first)
    licensed(boss.organisation, by=first)
    return open_offer(actor=boss.user, work_id=work.pk, terms=terms()), boss, other


def leaves(membership):
    Membership.objects.filter(pk=membership.pk).update(ended_at=Now())


def test_another_administrator_changes_the_price_and_withdraws(gallery, client):
    offer, _boss, other = gallery
    assert offer.party == other.organisation.party
    client.force_login(other.user)
    page = client.get(reverse("listings:offers")).content.decode()
    assert reverse("listings:open", args=[offer.work_id]) in page
    answer = client.post(reverse("listings:price", args=[offer.work_id]), {"price": "5000"})
    assert answer.status_code == 302
    offer.refresh_from_db()
    assert offer.price == Money(500_000)
    answer = client.post(reverse("listings:close", args=[offer.work_id]), {"reason": "自藏"})
    assert answer.status_code == 302
    offer.refresh_from_db()
    assert (offer.closed_by, offer.is_live) == (other.user, False)


def test_nobody_else_changes_the_price_or_withdraws(gallery):
    offer, boss, _other = gallery
    member = MembershipFactory(organisation=boss.organisation).user
    stranger = MembershipFactory(admin=True).user
    leaves(boss)
    others = (member, stranger, boss.user, offer.work.created_by, person("operator"))
    for someone in others:
        with pytest.raises(NotAllowed):
            change_price(actor=someone, offer_id=offer.pk, price=Money(1_00))
        with pytest.raises(NotAllowed):
            close_offer(actor=someone, offer_id=offer.pk, reason="x")
        assert offer not in selectors.offers_of(someone)
    with pytest.raises(NotAllowed):
        change_price(actor=person("registrar"), offer_id=offer.pk, price=Money(1_00))
    offer.refresh_from_db()
    assert (offer.is_live, offer.price) == (True, Money(480_000))


def test_every_administrator_reads_and_answers_and_no_one_who_left(gallery, client):
    offer, boss, other = gallery
    buyer = person("buyer")
    asked = ask_seller(actor=buyer, offer_id=offer.pk, text="可以看实物吗？")
    thread = reverse("listings:thread", args=[asked.enquiry_id])
    client.force_login(other.user)
    assert client.get(thread).status_code == 200
    assert list(selectors.enquiries_of(other.user)) == [asked.enquiry]
    write_message(actor=other.user, enquiry_id=asked.enquiry_id, text="可以。")
    leaves(boss)
    client.force_login(boss.user)
    assert client.get(thread).status_code == 404
    assert not selectors.enquiries_of(boss.user).exists()
    with pytest.raises(NotAllowed):
        write_message(actor=boss.user, enquiry_id=asked.enquiry_id, text="我已经走了")


def test_no_administrator_asks_his_own_organisation(gallery, client):
    offer, _boss, other = gallery
    with pytest.raises(NotAllowed):
        ask_seller(actor=other.user, offer_id=offer.pk, text="多少钱？")
    client.force_login(other.user)
    answer = client.get(reverse("listings:ask", args=[offer.work.number]))
    assert answer.headers["Location"] == reverse("listings:open", args=[offer.work_id])


def test_the_mail_goes_to_an_administrator_in_force(gallery):
    offer, boss, other = gallery
    message = ask_seller(actor=person("buyer"), offer_id=offer.pk, text="可以看实物吗？")
    leaves(boss)
    assert mail_message.call(message.pk) == "sent"
    assert [letter.to for letter in mail.outbox] == [[other.user.email]]


def test_an_expired_licence_stops_its_holder_at_the_next_action(gallery, client):
    offer, boss, _other = gallery
    Licence.objects.update(valid_until=today() - timedelta(days=1))
    with pytest.raises(gates.NotLicensed) as caught:
        change_price(actor=boss.user, offer_id=offer.pk, price=Money(500_000))
    assert (caught.value.rule, caught.value.status) == ("licence.offers", 403)
    assert "到期" in str(caught.value)
    client.force_login(boss.user)
    answer = client.post(reverse("listings:price", args=[offer.work_id]), {"price": "5000"})
    assert "艺术品经营备案" in answer.content.decode()
    offer.refresh_from_db()
    assert offer.price != Money(500_000)
    # What is open may still be taken down, and a new licence opens the door again.
    licensed(boss.organisation, by=boss.user, number="new")
    assert change_price(actor=boss.user, offer_id=offer.pk, price=Money(500_000)).price == Money(
        500_000
    )


def test_a_suspended_licence_and_one_of_another_day_do_not_count(gallery):
    _offer, boss, _other = gallery
    house = boss.organisation
    assert gates.licence_of(house, "art_business")
    Licence.objects.update(state="suspended")
    assert gates.licence_of(house, "art_business") is None
    Licence.objects.update(state="approved", valid_from=today() + timedelta(days=1))
    assert gates.licence_of(house, "art_business") is None
    Licence.objects.update(valid_from=today(), valid_until=today(), scope=["绘画"])
    assert gates.licence_of(house, "art_business", scope="绘画")
    assert gates.licence_of(house, "art_business", scope="铜器") is None


def test_nobody_sells_before_he_is_identified(client):
    work = registered()
    with pytest.raises(gates.NotIdentified) as caught:
        open_offer(actor=work.created_by, work_id=work.pk, terms=terms())
    assert caught.value.rule == "identity.seller"
    assert not Offer.objects.exists()
