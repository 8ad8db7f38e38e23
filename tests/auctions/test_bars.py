"""Who may not bid, asked at the registration and at each bid; every attempt is on record."""

import pytest
from django.db import IntegrityError, connection, transaction

from appraisal.services import panels
from artmarket.accounts.services.parties import party_of, party_of_organisation
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from auctions import wording
from auctions.enums import BidResult, PaddleState
from auctions.models import Bid, Paddle, Relation
from auctions.selectors import bidders
from auctions.selectors.bars import barred_lots
from auctions.services import paddles, powers, relations
from auctions.services.paddles import Barred
from auctions.services.relations import Declared
from catalog.models import Attribution, Encumbrance
from tests.accounts.identities import identified
from tests.appraisal import stages
from tests.auctions.factories import announced, begun, bid, house
from tests.auctions.registrations import empowered, handed_in, register, somebody
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale():
    return begun(lots=2)


def admitted(sale, user=None, **more) -> Paddle:
    paddle = register(sale, user, **more)
    return paddles.decide_paddle(actor=sale.house.boss, paddle_id=paddle.pk, state="approved")


def lots(sale):
    return list(sale.lots.order_by("number"))


def barred(lot, paddle) -> str:
    """Why a bid was refused, as the bid's own row says; empty: it was not barred."""
    answer = bid(lot, paddle, 3000)
    row = Bid.objects.filter(lot=lot, paddle=paddle).latest("pk")
    assert row.bar == answer.bar
    assert (answer.result == BidResult.BARRED) == bool(answer.bar)
    if answer.bar and answer.bar not in ("power", "high_value"):
        assert wording.answered(answer.result, answer.bar).rule == "auction.bars"
    return answer.bar


def opinion(lot, user):
    """A signed opinion on the work of a lot."""
    given = lot.work.attributions.first()
    return Attribution.objects.create(
        work=lot.work, artist=given.artist, term=given.term, by=user.display_name, by_user=user
    )


def held(lot, party, kind="pledge"):
    """The work held by a party instead of by the sale's own lock, which nobody holds."""
    Encumbrance.objects.live().filter(work=lot.work).update(
        released_at=db_now(), release_reason="测试"
    )
    return Encumbrance.objects.create(
        work=lot.work, kind=kind, holder=party, taken_by=lot.sale.house.boss
    )


# ------------------------------------------------------------------ at each bid


def test_whoever_gave_an_opinion_on_the_work_bids_on_other_lots_only(sale):
    first, second = lots(sale)
    appraiser = somebody()
    opinion(first, appraiser)
    paddle = admitted(sale, appraiser)
    assert barred(first, paddle) == "appraiser"
    assert barred(second, paddle) == ""


def test_an_expert_on_the_panel_of_a_work_does_not_bid_on_it_until_a_conflict_frees_him(sale):
    first, second = lots(sale)
    case = stages.paid(first.work)
    seat = stages.name(case, stages.appraiser(user=somebody()))
    paddle = admitted(sale, seat.expert.user)
    assert barred(first, paddle) == "appraiser"
    assert barred(second, paddle) == ""
    panels.declare(actor=seat.expert.user, seat_id=seat.pk, conflicts=["buyer"])
    assert barred(first, paddle) == ""


def test_what_the_lister_says_of_his_own_work_is_no_opinion(sale):
    first, _second = lots(sale)
    lister = first.work.created_by
    assert first.work.attributions.filter(by_user=lister).exists()
    assert barred(first, admitted(sale, lister)) == "consignor"


def test_an_appraiser_does_not_bid_through_an_agent_or_for_another(sale):
    first, _second = lots(sale)
    paddle, power = empowered(sale)
    opinion(first, power.confirmed_by)
    assert barred(first, paddle) == "appraiser"
    other, _power = empowered(sale)
    opinion(lots(sale)[1], other.user)
    assert barred(lots(sale)[1], other) == "appraiser"


@pytest.mark.parametrize("kind", ["pledge", "custody", "loan_out"])
def test_the_lender_or_custodian_who_holds_the_work_does_not_bid(sale, kind):
    first, second = lots(sale)
    lender = somebody()
    held(first, party_of(lender), kind)
    paddle = admitted(sale, lender)
    assert barred(first, paddle) == "holder"
    assert barred(second, paddle) == ""


def test_nor_does_a_member_of_the_bank_that_holds_it_nor_the_bank_itself(sale):
    first, _second = lots(sale)
    bank, member, boss = OrganisationFactory(), somebody(), somebody()
    MembershipFactory(organisation=bank, user=member)
    MembershipFactory(organisation=bank, user=boss, admin=True)
    identified(bank, by=boss)
    party = party_of_organisation(bank)
    lock = held(first, party)
    assert barred(first, admitted(sale, member)) == "holder"
    of_bank = admitted(sale, boss, party_id=party.pk)
    assert barred(first, of_bank) == "holder"
    Encumbrance.objects.filter(pk=lock.pk).update(released_at=db_now(), release_reason="清偿")
    assert barred(first, of_bank) == ""


def test_the_lock_of_an_ordinary_sale_bars_nobody_and_that_of_a_creditors_sale_the_creditor(sale):
    first, second = lots(sale)
    paddle = admitted(sale)
    own = Encumbrance.objects.live().filter(work__in=[first.work_id, second.work_id])
    assert set(own.values_list("kind", "holder")) == {("sale", None)}
    assert barred(first, paddle) == ""
    own.filter(work=first.work).update(holder=paddle.party)  # as a pledge that is realised has it
    assert barred(first, paddle) == "holder"
    assert barred(second, paddle) == ""


def test_whoever_is_of_one_organisation_with_the_consignor_does_not_bid(sale):
    first, second = lots(sale)
    studio, colleague = OrganisationFactory(), somebody()
    shared = MembershipFactory(organisation=studio, user=first.consignor.user)
    MembershipFactory(organisation=studio, user=colleague)
    paddle = admitted(sale, colleague)
    assert barred(first, paddle) == "related"
    assert barred(second, paddle) == ""
    shared.ended_at = db_now()
    shared.save(update_fields=["ended_at"])
    assert barred(first, paddle) == ""


def test_nor_the_company_that_the_consignor_belongs_to(sale):
    first, _second = lots(sale)
    gallery, boss = OrganisationFactory(), somebody()
    MembershipFactory(organisation=gallery, user=boss, admin=True)
    MembershipFactory(organisation=gallery, user=first.consignor.user)
    identified(gallery, by=boss)
    party = party_of_organisation(gallery)
    assert barred(first, admitted(sale, boss, party_id=party.pk)) == "related"


def test_the_consignor_does_not_bid_through_an_agent(sale):
    first, second = lots(sale)
    agent, consignor = somebody(), first.consignor.user
    power = handed_in(sale, agent, consignor)
    powers.confirm_power(actor=consignor, power_id=power.pk)
    paddle = admitted(sale, agent, party_id=first.consignor_id)
    assert barred(first, paddle) == "consignor"
    assert bid(second, paddle, 2000).result == BidResult.ACCEPTED


def test_a_member_of_the_house_and_its_staff_do_not_bid_through_an_agent(sale):
    paddle, power = empowered(sale)
    first, _second = lots(sale)
    MembershipFactory(organisation=sale.house, user=power.confirmed_by)
    assert barred(first, paddle) == "house"


def test_the_database_says_it_in_one_statement(sale, django_assert_num_queries):
    paddle = admitted(sale)
    with django_assert_num_queries(1):
        assert barred_lots(paddle) == {}
    opinion(lots(sale)[1], paddle.user)
    assert barred_lots(paddle) == {2: "appraiser"}


# ------------------------------------------------------------------ declared and entered


def test_a_declared_relation_to_a_consignor_bars_from_his_lots_only(sale):
    first, second = lots(sale)
    paddle = admitted(sale, relations=[Declared("spouse", 1)])
    row = Relation.objects.get()
    assert (row.party, row.other, row.house, row.is_declared) == (
        paddle.party, first.consignor, None, True,
    )  # fmt: skip
    event = Event.objects.get(action="paddle.registered")
    assert event.data["barred_lots"] == {"1": "related"}
    assert barred(first, paddle) == "related"
    assert barred(second, paddle) == ""


def test_a_declared_relation_to_the_house_refuses_the_registration_and_is_kept(sale):
    user = somebody()
    with pytest.raises(Barred) as refusal:
        register(sale, user, relations=[Declared("relative")])
    assert (refusal.value.code, refusal.value.rule) == ("barred", "auction.bars")
    assert "关联关系" in str(refusal.value)
    assert not Paddle.objects.exists()
    event = Event.objects.get(action="sale.registration_barred")
    assert (event.actor, event.after, event.data["party"]) == (
        user, {"bar": "related"}, party_of(user).pk,
    )  # fmt: skip
    with pytest.raises(Barred):
        register(sale, user)
    assert Event.objects.filter(action="sale.registration_barred").count() == 2
    assert Relation.objects.get().house == sale.house
    assert register(announced(), user).state == PaddleState.PENDING


@pytest.mark.parametrize(("who", "bar"), [("house", "house"), ("staff", "staff")])
def test_every_refused_registration_is_on_record(sale, who, bar):
    user = sale.house.boss if who == "house" else UserFactory(registrar=True)
    identified(user, by=user)
    with pytest.raises(Barred):
        register(sale, user)
    event = Event.objects.get(action="sale.registration_barred")
    assert (event.actor, event.after, event.data["cites"]) == (user, {"bar": bar}, "auction.bars")
    assert not Paddle.objects.exists()


def test_a_company_with_one_of_the_houses_people_does_not_register(sale):
    gallery, boss = OrganisationFactory(), somebody()
    MembershipFactory(organisation=gallery, user=boss, admin=True)
    MembershipFactory(organisation=gallery, user=sale.house.boss)
    identified(gallery, by=boss)
    with pytest.raises(Barred) as refusal:
        register(sale, boss, party_id=party_of_organisation(gallery).pk)
    assert refusal.value.data["bar"] == "related"


@pytest.mark.parametrize("declared", [Declared("enemy"), Declared("spouse", 99)])
def test_a_relation_that_names_nothing_is_refused(sale, declared):
    with pytest.raises(Invalid):
        register(sale, relations=[declared])
    assert not Paddle.objects.exists()
    assert not Relation.objects.exists()


def test_the_house_or_an_operator_enters_and_ends_relations(sale):
    first, _second = lots(sale)
    paddle = admitted(sale)
    enter = {"paddle_id": paddle.pk, "declared": Declared("partner", 1, "合办过展览")}
    for actor in (paddle.user, house().boss, UserFactory(registrar=True)):
        with pytest.raises(NotAllowed):
            relations.enter_relation(actor=actor, **enter)
    row = relations.enter_relation(actor=sale.house.boss, **enter)
    assert (row.is_declared, row.note) == (False, "合办过展览")
    assert barred(first, paddle) == "related"
    with pytest.raises(Invalid):
        relations.enter_relation(actor=sale.house.boss, **enter)
    end = {"paddle_id": paddle.pk, "relation_id": row.pk}
    with pytest.raises(Invalid) as refusal:
        relations.end_relation(actor=sale.house.boss, **end, reason=" ")
    assert set(refusal.value.fields) == {"reason"}
    with pytest.raises(NotAllowed):
        relations.end_relation(actor=paddle.user, **end, reason="记错了")
    relations.end_relation(actor=UserFactory(operator=True), **end, reason="记错了")
    assert barred(first, paddle) == ""
    with pytest.raises(WrongState):
        relations.end_relation(actor=sale.house.boss, **end, reason="记错了")


def test_a_relation_to_the_house_entered_later_bars_from_every_lot(sale):
    paddle = admitted(sale)
    relations.enter_relation(
        actor=sale.house.boss, paddle_id=paddle.pk, declared=Declared("relative")
    )
    assert [barred(lot, paddle) for lot in lots(sale)] == ["related", "related"]


def test_the_relation_of_a_principal_and_of_his_agent_count(sale):
    first, _second = lots(sale)
    paddle, power = empowered(sale)
    for person in (power.confirmed_by, power.agent):
        row = Relation.objects.create(
            party=party_of(person), kind="spouse", other=first.consignor, sale=sale, by=person
        )
        assert barred(first, paddle) == "related"
        Relation.objects.filter(pk=row.pk).update(ended_at=db_now(), end_reason="记错了")
    assert barred(first, paddle) == ""


def test_a_relation_is_to_one_side(sale):
    party = party_of(somebody())
    sides = [{}, {"house": sale.house, "other": lots(sale)[0].consignor}]
    for wrong in sides:
        with pytest.raises(IntegrityError), transaction.atomic():
            Relation.objects.create(
                party=party, kind="spouse", sale=sale, by=sale.house.boss, **wrong
            )


@pytest.mark.postgres
def test_every_part_of_the_question_is_answered_by_an_index(sale):
    paddle, lot = admitted(sale), lots(sale)[0]
    asked = bidders.question(
        paddles=[paddle.pk], keys=["k"], lot=lot.pk, sale=sale.pk, house=sale.house_id,
        consignor=lot.consignor_id, work=lot.work_id,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = asked.explain()
    assert "Seq Scan" not in plan
