"""Offers: who may open one, what refuses it, what it shows, how it ends."""

from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.http import urlencode

from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from artmarket.core.money import Money
from auctions.listings.models import Offer
from auctions.listings.services.offers import change_price, close_offer, open_offer
from catalog import pages, selectors
from catalog.models import Encumbrance
from catalog.search import SearchQuery, matching_ids
from catalog.services import encumbrances, title
from catalog.services.encumbrances import Encumbered
from catalog.services.holders import holder_from
from tests.accounts.identities import identified, licensed
from tests.catalog.factories import person, registered, submitted
from tests.factories import MembershipFactory
from tests.listings.factories import offered, seller_of, terms

pytestmark = pytest.mark.django_db


def offer(work, actor=None, **more):
    return open_offer(actor=actor or seller_of(work), work_id=work.pk, terms=terms(**more))


def nothing_was_written(work):
    return not Offer.objects.exists() and not Encumbrance.objects.live().filter(work=work).exists()


def found(**facets):
    return list(matching_ids(SearchQuery.read(QueryDict(urlencode(facets)))))


def card_of(work):
    shown = pages.card(selectors.works_for_cards().get(pk=work.pk))
    return shown["price"], shown["price_label"]


def test_an_offer_takes_the_lock_and_tells_its_terms():
    work = registered()
    made = offer(work)
    lock = Encumbrance.objects.live().get(work=work)
    assert (lock.kind, made.encumbrance, made.price) == ("listing", lock, Money(480_000))
    event = Event.objects.about(made).get()
    assert (event.action, event.after["price_minor"]) == ("offer.opened", 480_000)
    assert event.after["condition_words"] == "背面有轻微旧痕"


@pytest.mark.parametrize("role", ["artist", "merchant", "registrar", "operator", "buyer"])
def test_nobody_offers_what_is_not_his(role):
    work = registered()
    with pytest.raises(NotAllowed):
        offer(work, person(role))
    assert nothing_was_written(work)


def test_the_lister_does_not_offer_a_work_that_he_sold():
    work, first, second, buyer = registered(), *(person("registrar") for _ in "12"), person("buyer")
    party = holder_from(actor=first, email=buyer.email)
    event = title.record_title_event(
        actor=first,
        work_id=work.pk,
        basis="purchase",
        shares=[title.Share(party)],
        documents="合同",
    )
    title.check_title_event(actor=second, event_id=event.pk)
    with pytest.raises(NotAllowed):
        offer(work)
    identified(buyer, by=first)
    assert offer(work, buyer).seller == buyer


def test_an_organisation_offers_through_its_administrators():
    work, first, second = registered(), person("registrar"), person("registrar")
    boss, staff = MembershipFactory(admin=True), MembershipFactory()
    staff.organisation = boss.organisation
    staff.save()
    party = holder_from(actor=first, name=boss.organisation.name)
    assert party.organisation == boss.organisation
    event = title.record_title_event(
        actor=first,
        work_id=work.pk,
        basis="purchase",
        shares=[title.Share(party)],
        documents="合同",
    )
    title.check_title_event(actor=second, event_id=event.pk)
    with pytest.raises(NotAllowed):
        offer(work, staff.user)
    boss.organisation.is_active = False
    boss.organisation.save()
    with pytest.raises(NotAllowed):
        offer(work, boss.user)
    boss.organisation.is_active = True
    boss.organisation.save()
    identified(boss.organisation, by=first)
    licensed(boss.organisation, by=first)
    assert offer(work, boss.user).seller == boss.user


def test_a_co_owned_work_is_not_offered_by_one_of_its_owners():
    work, first, second = registered(), person("registrar"), person("registrar")
    shares = [
        title.Share(holder_from(actor=first, email=email), Fraction(1, 2))
        for email in (work.created_by.email, person("buyer").email)
    ]
    event = title.record_title_event(
        actor=first, work_id=work.pk, basis="gift", shares=shares, documents="赠与合同"
    )
    title.check_title_event(actor=second, event_id=event.pk)
    with pytest.raises(DomainError) as refusal:
        offer(work)
    assert refusal.value.code == "co_owned"
    assert nothing_was_written(work)


@pytest.mark.parametrize("kind", ["pledge", "dispute", "judicial", "sale", "loan_out", "custody"])
def test_a_work_on_which_something_lies_is_not_offered(kind):
    work = registered()
    encumbrances.take_encumbrance(
        actor=person("registrar"), work_id=work.pk, kind=kind, reference="1"
    )
    with pytest.raises(Encumbered) as refusal:
        offer(work)
    assert refusal.value.rule == "catalog.encumbrance_exclusive"
    assert not Offer.objects.exists()


def test_an_unregistered_work_is_not_offered():
    work = submitted()
    with pytest.raises((NotAllowed, WrongState)):
        offer(work)
    assert nothing_was_written(work)


@pytest.mark.parametrize(
    ("relic", "code"),
    [("", "relic_status_unknown"), ("precious", "relic_not_tradable"),
     ("no_export", "relic_not_tradable")],
)  # fmt: skip
def test_relics_are_not_offered_and_the_refusal_names_the_rule(relic, code):
    work = registered(relic=relic)
    with pytest.raises(DomainError) as refusal:
        offer(work)
    assert (refusal.value.code, bool(refusal.value.rule)) == (code, True)
    assert nothing_was_written(work)


def test_an_incomplete_record_is_not_offered():
    work = registered()
    type(work).objects.filter(pk=work.pk).update(objectid_score=9)
    with pytest.raises(Invalid) as refusal:
        offer(work)
    assert refusal.value.code == "incomplete"
    assert nothing_was_written(work)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"price": Money(0)}, "price"),
        ({"price": Money(-100)}, "price"),
        ({"price": Money(10**15 + 1)}, "price"),
        ({"price": Money(100, "USD")}, "price"),
        ({"condition": "like new"}, "condition"),
        ({"condition": ""}, "condition"),
        ({"condition_words": "  "}, "condition_words"),
        ({"condition_words": "长" * 2001}, "condition_words"),
    ],
)
def test_bad_terms_are_refused(bad, field):
    work = registered()
    with pytest.raises(Invalid) as refusal:
        offer(work, **bad)
    assert list(refusal.value.fields) == [field]
    assert nothing_was_written(work)


def test_a_second_offer_is_refused_and_the_database_agrees():
    first = offered()
    with pytest.raises(Encumbered):
        offer(first.work)
    lock = Encumbrance.objects.create(work=registered(), kind="listing", taken_by=first.seller)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.create(
            work=first.work, party=first.party, seller=first.seller, encumbrance=lock,
            price_minor=1, condition="good", condition_words="x",
        )  # fmt: skip


def test_an_offered_work_is_not_pledged():
    made = offered()
    with pytest.raises(Encumbered):
        encumbrances.take_encumbrance(
            actor=person("registrar"), work_id=made.work_id, kind="pledge", reference="1"
        )


def test_the_price_changes_and_its_history_stays():
    made = offered(yuan=4800)
    for yuan in (4500, 4500, 5000):
        change_price(actor=made.seller, offer_id=made.pk, price=Money(yuan * 100))
    made.refresh_from_db()
    assert made.price == Money(500_000)
    changes = Event.objects.about(made).filter(action="offer.price_changed").order_by("pk")
    assert [(e.before["price_minor"], e.after["price_minor"]) for e in changes] == [
        (480_000, 450_000), (450_000, 500_000),
    ]  # fmt: skip


def test_only_the_seller_changes_the_price_and_never_to_nothing():
    made = offered()
    for actor in (person("registrar"), person("buyer")):
        with pytest.raises(NotAllowed):
            change_price(actor=actor, offer_id=made.pk, price=Money(100))
    with pytest.raises(Invalid):
        change_price(actor=made.seller, offer_id=made.pk, price=Money(0))
    close_offer(actor=made.seller, offer_id=made.pk, reason="自留")
    with pytest.raises(WrongState):
        change_price(actor=made.seller, offer_id=made.pk, price=Money(100))


def test_closing_releases_the_lock_once():
    made = offered()
    with pytest.raises(Invalid):
        close_offer(actor=made.seller, offer_id=made.pk, reason=" ")
    with pytest.raises(NotAllowed):
        close_offer(actor=person("buyer"), offer_id=made.pk, reason="x")
    close_offer(actor=made.seller, offer_id=made.pk, reason="自留")
    assert not Encumbrance.objects.live().filter(work=made.work).exists()
    with pytest.raises(WrongState):
        close_offer(actor=made.seller, offer_id=made.pk, reason="自留")
    again = offer(made.work)
    assert Offer.objects.live().get() == again
    assert Offer.objects.count() == 2


def test_a_registrar_closes_an_offer():
    made = offered()
    close_offer(actor=person("registrar"), offer_id=made.pk, reason="权利人去世")
    assert not Offer.objects.live().exists()


def test_an_offer_ends_with_its_lock_and_does_not_block_the_next():
    made = offered()
    encumbrances.release_encumbrance(
        actor=person("registrar"), encumbrance_id=made.encumbrance_id, reason="有人提出异议"
    )
    assert found(for_sale="enquiry") == []
    assert card_of(made.work) == ("", "")
    again = offer(made.work)
    made.refresh_from_db()
    assert made.close_reason == "有人提出异议"
    assert Offer.objects.live().get() == again


def test_facet_and_price_range_find_exactly_the_offered_works():
    cheap, dear, none = offered(yuan=300), offered(yuan=30_000), registered()
    assert set(found(for_sale="enquiry")) == {cheap.work_id, dear.work_id}
    assert found(low="200", high="400") == [cheap.work_id]
    change_price(actor=cheap.seller, offer_id=cheap.pk, price=Money(90_000))
    assert found(low="200", high="400") == []
    close_offer(actor=dear.seller, offer_id=dear.pk, reason="自留")
    assert found(for_sale="enquiry") == [cheap.work_id]
    assert none.pk in found()


def test_the_card_shows_whose_price_it_is_and_only_under_its_lock():
    made = offered()
    assert card_of(made.work) == ("¥4,800", "作者标价，询价")
    assert card_of(registered()) == ("", "")
    type(made.work).objects.filter(pk=made.work_id).update(source_kind="inherited")
    assert card_of(made.work)[1] == "卖方标价，询价"


def test_cards_ask_no_more_for_prices(django_assert_num_queries):
    for _ in range(3):
        offered()
    works = list(selectors.works_for_cards())
    with django_assert_num_queries(0):
        assert {pages.card(w)["price"] for w in works} == {"¥4,800"}


def test_a_lock_that_the_registry_laid_shows_no_price():
    work = registered()
    encumbrances.take_encumbrance(
        actor=person("registrar"), work_id=work.pk, kind="listing", reference="1"
    )
    assert card_of(work) == ("", "")
    assert found(for_sale="enquiry") == []
