"""A work given to a house: every refusal with its rule, the terms, the withdrawal and its fee."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from artmarket.accounts.enums import OrganisationKind
from artmarket.accounts.gates import NotIdentified, NotLicensed
from artmarket.accounts.services.parties import party_of, party_of_organisation
from artmarket.core.clock import today
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from auctions.enums import ConsignmentState
from auctions.models import Consignment, Lot
from auctions.services import consignments, sales
from auctions.services.closing import close_lot
from auctions.services.consignments import ConsignmentTerms, withdrawal_fee
from catalog.models import TitleShare
from catalog.services import encumbrances, title
from catalog.services.encumbrances import Encumbered
from tests.accounts.identities import identified, licensed
from tests.auctions.factories import announced, begun, bid, bidder, consigned, house, put_hours
from tests.catalog.factories import draft, person, registered
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
TERMS = ConsignmentTerms(opening_minor=1000_00)


def owned():
    """A registered work of an identified owner."""
    work = registered()
    identified(work.created_by, by=work.created_by)
    return work


def consign(work, of_house, actor=None, **more):
    return consignments.consign_work(
        actor=actor or work.created_by, work_id=work.pk, house_id=of_house.pk, **more
    )


def transfer(work, *parties):
    """Move the title through both registrars; several parties hold equal parts."""
    event = title.record_title_event(
        actor=person("registrar"), work_id=work.pk, basis="purchase",
        shares=[title.Share(p, Fraction(1, len(parties))) for p in parties],
        happened_on="2026-09", documents="合同",
    )  # fmt: skip
    title.check_title_event(actor=person("registrar"), event_id=event.pk)


def test_an_offer_is_kept_with_the_owners_words():
    work, of_house = owned(), house()
    row = consign(work, of_house, note="  家藏  ")
    assert (row.state, row.note, row.party) == ("offered", "家藏", party_of(work.created_by))
    event = Event.objects.filter(action="consignment.offered").get()
    assert event.data == {"work": work.pk, "house": of_house.pk}


def test_a_stranger_cannot_consign():
    work = owned()
    with pytest.raises(NotAllowed) as refusal:
        consign(work, house(), actor=UserFactory(artist=True))
    assert str(refusal.value) == "只有权利人可以委托拍卖。"
    assert not Consignment.objects.exists()


def test_an_owner_who_is_not_identified_is_refused():
    with pytest.raises(NotIdentified) as refusal:
        consign(registered(), house())
    assert refusal.value.rule == "identity.seller"


def test_a_work_that_is_not_registered_is_refused():
    work = draft()
    identified(work.created_by, by=work.created_by)
    with pytest.raises(DomainError) as refusal:
        consign(work, house())
    assert refusal.value.code in ("not_allowed", "wrong_state")
    assert not Consignment.objects.exists()


def test_a_work_in_several_hands_is_refused():
    work = owned()
    other = UserFactory()
    transfer(work, party_of(work.created_by), party_of(other))
    with pytest.raises(DomainError) as refusal:
        consign(work, house())
    assert refusal.value.code == "co_owned"
    assert "共有人" in str(refusal.value)


def test_a_pledged_work_is_refused_with_what_lies_on_it():
    work = owned()
    encumbrances.take_encumbrance(
        actor=person("registrar"), work_id=work.pk, kind="pledge", reference="1"
    )
    with pytest.raises(Encumbered) as refusal:
        consign(work, house())
    assert refusal.value.rule == "catalog.encumbrance_exclusive"
    assert refusal.value.data == {"kind": "pledge"}
    assert "质押" in str(refusal.value)


@pytest.mark.parametrize("kind", [OrganisationKind.GALLERY, OrganisationKind.APPRAISAL])
def test_only_an_auction_house_takes_works(kind):
    with pytest.raises(Invalid) as refusal:
        consign(owned(), OrganisationFactory(kind=kind))
    assert set(refusal.value.fields) == {"house"}


def test_a_house_that_is_closed_takes_no_works():
    of_house = house()
    of_house.is_active = False
    of_house.save(update_fields=["is_active"])
    with pytest.raises(Invalid):
        consign(owned(), of_house)


def test_a_house_without_a_licence_takes_no_works():
    bare = OrganisationFactory(kind=OrganisationKind.AUCTION_HOUSE)
    with pytest.raises(NotLicensed) as refusal:
        consign(owned(), bare)
    assert refusal.value.rule == "auction.house_licence"


def test_a_licence_that_ran_out_yesterday_is_none():
    lapsed = OrganisationFactory(kind=OrganisationKind.AUCTION_HOUSE)
    boss = UserFactory()
    licensed(lapsed, by=boss, kind="auction", valid_until=today() - timedelta(days=1))
    with pytest.raises(NotLicensed) as refusal:
        consign(owned(), lapsed)
    assert refusal.value.rule == "auction.house_licence"
    assert "到期" in str(refusal.value)


def test_a_house_does_not_sell_its_own_goods():
    of_house, work = house(), owned()
    transfer(work, party_of_organisation(of_house))
    identified(of_house, by=of_house.boss)
    with pytest.raises(DomainError) as refusal:
        consign(work, of_house, actor=of_house.boss)
    assert (refusal.value.code, refusal.value.rule) == ("own_goods", "auction.bars")


def test_a_gallery_consigns_through_its_administrator_once_it_is_identified():
    work, of_house, gallery, boss = owned(), house(), OrganisationFactory(), UserFactory()
    MembershipFactory(organisation=gallery, user=boss, admin=True)
    transfer(work, party_of_organisation(gallery))
    with pytest.raises(NotIdentified):
        consign(work, of_house, actor=boss)
    identified(gallery, by=boss)
    assert consign(work, of_house, actor=boss).party.organisation == gallery
    assert Consignment.objects.count() == 1


def test_a_work_is_with_one_house_at_a_time():
    work, of_house = owned(), house()
    row = consign(work, of_house)
    with pytest.raises(DomainError) as refusal:
        consign(work, house())
    assert refusal.value.code == "already_consigned"
    consignments.end_consignment(actor=work.created_by, consignment_id=row.pk, reason="换一家")
    assert consign(work, of_house).state == ConsignmentState.OFFERED


# ------------------------------------------------------------------ terms


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"opening_minor": 0}, "opening"),
        ({"opening_minor": 10**15 + 1}, "opening"),
        ({"estimate_low_minor": 1}, "estimate"),
        ({"estimate_low_minor": 300, "estimate_high_minor": 200}, "estimate"),
        ({"estimate_low_minor": 0, "estimate_high_minor": 200}, "estimate"),
        ({"reserve_minor": 0}, "reserve"),
        ({"estimate_low_minor": 1, "estimate_high_minor": 9, "reserve_minor": 10}, "reserve"),
        ({"commission": Decimal("50.01")}, "commission"),
        ({"commission": Decimal("-1")}, "commission"),
        ({"withdrawal": Decimal("100.01")}, "withdrawal"),
    ],
)
def test_terms_that_make_no_sense_are_refused(changes, field):
    of_house = house()
    row = consign(owned(), of_house)
    terms = ConsignmentTerms(**({"opening_minor": 100} | changes))
    with pytest.raises(Invalid) as refusal:
        consignments.propose_terms(actor=of_house.boss, consignment_id=row.pk, terms=terms)
    assert set(refusal.value.fields) == {field}
    row.refresh_from_db()
    assert (row.state, row.opening_minor) == (ConsignmentState.OFFERED, None)


def test_where_nothing_is_agreed_the_commission_is_the_laws_most():
    of_house = house()
    row = consign(owned(), of_house)
    row = consignments.propose_terms(actor=of_house.boss, consignment_id=row.pk, terms=TERMS)
    assert row.commission_pct == Decimal(5)
    again = ConsignmentTerms(opening_minor=900_00, commission=Decimal(0))
    row = consignments.propose_terms(actor=of_house.boss, consignment_id=row.pk, terms=again)
    assert (row.commission_pct, row.opening_minor) == (Decimal(0), 900_00)


def test_only_the_house_proposes_and_only_the_owner_agrees():
    work, of_house = owned(), house()
    row = consign(work, of_house)
    for actor in (work.created_by, house().boss, UserFactory(operator=True)):
        with pytest.raises(NotAllowed):
            consignments.propose_terms(actor=actor, consignment_id=row.pk, terms=TERMS)
    consignments.propose_terms(actor=of_house.boss, consignment_id=row.pk, terms=TERMS)
    for actor in (of_house.boss, UserFactory(artist=True)):
        with pytest.raises(NotAllowed):
            consignments.agree_terms(actor=actor, consignment_id=row.pk)
    row = consignments.agree_terms(actor=work.created_by, consignment_id=row.pk)
    assert row.state == ConsignmentState.CONTRACTED
    assert row.contracted_at is not None


def test_nothing_is_agreed_before_terms_and_no_terms_change_after():
    work, of_house = owned(), house()
    row = consign(work, of_house)
    with pytest.raises(WrongState):
        consignments.agree_terms(actor=work.created_by, consignment_id=row.pk)
    row = consigned(of_house)
    with pytest.raises(WrongState):
        consignments.propose_terms(actor=of_house.boss, consignment_id=row.pk, terms=TERMS)


def test_who_no_longer_owns_the_work_cannot_agree():
    work, of_house = owned(), house()
    row = consign(work, of_house)
    consignments.propose_terms(actor=of_house.boss, consignment_id=row.pk, terms=TERMS)
    transfer(work, party_of(UserFactory()))
    with pytest.raises(WrongState) as refusal:
        consignments.agree_terms(actor=work.created_by, consignment_id=row.pk)
    assert "权利人已经变化" in str(refusal.value)


def test_a_work_that_changed_hands_after_the_contract_comes_into_no_sale():
    sale = sales.create_sale(
        actor=(of_house := house()).boss, house_id=of_house.pk, terms=sales.SaleTerms(title="专场")
    )
    row = consigned(of_house)
    transfer(row.work, party_of(UserFactory()))
    with pytest.raises(WrongState):
        sales.add_lot(actor=of_house.boss, sale_id=sale.pk, consignment_id=row.pk)
    assert not Lot.objects.exists()
    assert TitleShare.objects.filter(work=row.work, to_event__isnull=True).count() == 1


# ------------------------------------------------------------------ the end


@pytest.mark.parametrize(
    ("values", "fee"),
    [
        ({"reserve_minor": 1005, "withdrawal_pct": 10}, 101),  # 100.5 rounds up
        ({"reserve_minor": 1004, "withdrawal_pct": 10}, 100),
        ({"estimate_low_minor": 2000, "withdrawal_pct": 10}, 200),
        ({"reserve_minor": 900, "estimate_low_minor": 2000, "withdrawal_pct": 10}, 90),
        ({"withdrawal_pct": Decimal("2.5")}, 13),  # of the opening price, 500: 12.5
        ({"withdrawal_pct": 0}, 0),
        ({"withdrawal_pct": None}, 0),
    ],
)
def test_the_fee_is_a_share_of_the_reserve_the_estimate_or_the_opening(values, fee):
    assert withdrawal_fee(Consignment(opening_minor=500, **values)) == fee


def test_the_owner_who_withdraws_under_contract_owes_the_fee_and_the_house_nothing():
    of_house = house()
    for actor, fee in (("owner", 150_00), ("house", None)):
        work = owned()
        row = consign(work, of_house)
        terms = ConsignmentTerms(
            opening_minor=1000_00, reserve_minor=1500_00, withdrawal=Decimal(10)
        )
        consignments.propose_terms(actor=of_house.boss, consignment_id=row.pk, terms=terms)
        consignments.agree_terms(actor=work.created_by, consignment_id=row.pk)
        who = work.created_by if actor == "owner" else of_house.boss
        row = consignments.end_consignment(actor=who, consignment_id=row.pk, reason="自留")
        assert (row.state, row.withdrawal_fee_minor) == (ConsignmentState.ENDED, fee)


def test_before_the_contract_both_end_it_without_a_fee():
    of_house = house()
    for by_owner, state in ((True, ConsignmentState.ENDED), (False, ConsignmentState.DECLINED)):
        work = owned()
        row = consign(work, of_house)
        who = work.created_by if by_owner else of_house.boss
        row = consignments.end_consignment(actor=who, consignment_id=row.pk, reason="不合适")
        assert (row.state, row.withdrawal_fee_minor) == (state, None)
        with pytest.raises(WrongState):
            consignments.end_consignment(actor=who, consignment_id=row.pk, reason="再来")


def test_an_end_needs_a_reason_and_somebody_concerned():
    row = consign(owned(), house())
    with pytest.raises(Invalid) as refusal:
        consignments.end_consignment(actor=row.offered_by, consignment_id=row.pk, reason=" ")
    assert set(refusal.value.fields) == {"reason"}
    with pytest.raises(NotAllowed):
        consignments.end_consignment(actor=UserFactory(), consignment_id=row.pk, reason="x")


def test_a_work_in_a_sale_is_withdrawn_there_first():
    sale = announced()
    lot = sale.lots.get()
    with pytest.raises(WrongState) as refusal:
        consignments.end_consignment(
            actor=lot.consignment.offered_by, consignment_id=lot.consignment_id, reason="自留"
        )
    assert "先撤回拍品" in str(refusal.value)
    sales.withdraw_lot(actor=sale.house.boss, lot_id=lot.pk, reason="委托人撤回")
    row = consignments.end_consignment(
        actor=lot.consignment.offered_by, consignment_id=lot.consignment_id, reason="自留"
    )
    assert row.state == ConsignmentState.ENDED


def test_what_is_sold_cannot_be_taken_back():
    sale = begun()
    lot = sale.lots.get()
    bid(lot, bidder(sale), 2000)
    put_hours(sale, -1)
    close_lot(lot_id=lot.pk)
    with pytest.raises(WrongState) as refusal:
        consignments.end_consignment(
            actor=lot.consignment.offered_by, consignment_id=lot.consignment_id, reason="嫌便宜"
        )
    assert "已经成交" in str(refusal.value)


def test_no_event_holds_the_reserve():
    consigned(house(), reserve=7777)
    told = str(list(Event.objects.values_list("before", "after", "data")))
    assert "777700" not in told
