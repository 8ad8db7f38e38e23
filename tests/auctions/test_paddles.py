"""Registration for a sale: who may, which number, who decides, what each decision allows."""

from datetime import timedelta

import pytest

from artmarket.accounts.gates import NotIdentified
from artmarket.accounts.services.parties import party_of, party_of_organisation
from artmarket.core.clock import today
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from auctions.enums import BidResult, PaddleState, SaleState
from auctions.models import Paddle, Sale
from auctions.services import paddles, sales
from auctions.services.paddles import ConditionsChanged
from tests.accounts.identities import identified
from tests.auctions.factories import announced, begun, bid, bidder, house, terms
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale():
    return announced()


def somebody():
    user = UserFactory(buyer=True)
    identified(user, by=user)
    return user


def register(sale, user, **more):
    given = {"conditions_id": sale.conditions_id} | more
    return paddles.register_paddle(actor=user, sale_id=sale.pk, **given)


def decide(sale, paddle, state, **more):
    return paddles.decide_paddle(actor=sale.house.boss, paddle_id=paddle.pk, state=state, **more)


def test_numbers_begin_after_a_hundred_in_each_sale(sale):
    assert [register(sale, somebody()).number for _n in range(3)] == [101, 102, 103]
    assert register(announced(), somebody()).number == 101


def test_one_registers_once(sale):
    user = somebody()
    register(sale, user)
    with pytest.raises(DomainError) as refusal:
        register(sale, user)
    assert refusal.value.code == "already_registered"
    assert Paddle.objects.count() == 1


def test_the_version_of_the_conditions_is_the_sales(sale):
    newer = sales.publish_conditions(actor=sale.house.boss, house_id=sale.house_id, text="新规则")
    for wrong in (None, newer.pk, 0):
        with pytest.raises(ConditionsChanged) as refusal:
            register(sale, somebody(), conditions_id=wrong)
        assert refusal.value.rule == "auction.conditions"
    assert register(sale, somebody()).conditions == sale.conditions


def test_only_an_announced_sale_takes_registrations():
    of_house = house()
    draft = sales.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms())
    with pytest.raises(WrongState):
        register(draft, somebody())
    over = announced()
    Sale.objects.filter(pk=over.pk).update(state=SaleState.ENDED)
    with pytest.raises(WrongState):
        register(over, somebody())


def test_who_is_not_identified_or_no_longer_is_refused(sale):
    with pytest.raises(NotIdentified) as refusal:
        register(sale, UserFactory(buyer=True))
    assert refusal.value.rule == "auction.identity"
    lapsed = UserFactory(buyer=True)
    identified(lapsed, by=lapsed, until=today() - timedelta(days=1))
    with pytest.raises(NotIdentified):
        register(sale, lapsed)


@pytest.mark.parametrize("who", ["boss", "member", "registrar", "operator"])
def test_the_house_and_the_platform_stay_out(sale, who):
    member = UserFactory(buyer=True)
    MembershipFactory(organisation=sale.house, user=member)
    people = {
        "boss": sale.house.boss, "member": member,
        "registrar": UserFactory(registrar=True), "operator": UserFactory(operator=True),
    }  # fmt: skip
    identified(people[who], by=people[who])
    with pytest.raises(NotAllowed) as refusal:
        register(sale, people[who])
    assert (refusal.value.code, refusal.value.rule) == ("barred", "auction.bars")


def test_somebody_who_left_the_house_may_bid(sale):
    user = somebody()
    left = MembershipFactory(organisation=sale.house, user=user)
    left.ended_at = sale.announced_at
    left.save(update_fields=["ended_at"])
    assert register(sale, user).state == PaddleState.PENDING


def test_an_administrator_registers_for_his_company_once_both_are_identified(sale):
    gallery, user = OrganisationFactory(), somebody()
    MembershipFactory(organisation=gallery, user=user, admin=True)
    party = party_of_organisation(gallery)
    with pytest.raises(NotIdentified):
        register(sale, user, party_id=party.pk)
    identified(gallery, by=user)
    assert register(sale, user, party_id=party.pk).party == party


def test_nobody_registers_for_another(sale):
    with pytest.raises(NotAllowed):
        register(sale, somebody(), party_id=party_of(somebody()).pk)


# ------------------------------------------------------------------ decisions


def test_the_house_or_an_operator_decides_and_nobody_else(sale):
    paddle = register(sale, somebody())
    for actor in (paddle.user, UserFactory(registrar=True), house().boss):
        with pytest.raises(NotAllowed):
            paddles.decide_paddle(actor=actor, paddle_id=paddle.pk, state="approved")
    decided = paddles.decide_paddle(
        actor=UserFactory(operator=True), paddle_id=paddle.pk, state="approved"
    )
    assert decided.state == PaddleState.APPROVED


def test_nobody_decides_on_his_own_paddle(sale):
    paddle = register(sale, somebody())
    MembershipFactory(organisation=sale.house, user=paddle.user, admin=True)
    with pytest.raises(NotAllowed):
        paddles.decide_paddle(actor=paddle.user, paddle_id=paddle.pk, state="approved")
    paddle.refresh_from_db()
    assert paddle.state == PaddleState.PENDING


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ([], "suspended"),
        (["approved"], "refused"),
        (["approved"], "pending"),
        (["refused"], "approved"),
        (["approved", "suspended"], "refused"),
        ([], "no-such-state"),
    ],
)
def test_moves_that_do_not_exist_are_refused(sale, path, wrong):
    paddle = register(sale, somebody())
    for state in path:
        decide(sale, paddle, state, note="资料不全")
    with pytest.raises(WrongState):
        decide(sale, paddle, wrong, note="资料不全")


def test_a_refusal_and_a_suspension_say_why(sale):
    paddle = register(sale, somebody())
    for path in (["refused"], ["approved", "suspended"]):
        if path[0] == "approved":
            decide(sale, paddle, "pending", note="")
            decide(sale, paddle, "approved")
        with pytest.raises(Invalid) as refusal:
            decide(sale, paddle, path[-1], note=" ")
        assert set(refusal.value.fields) == {"note"}
        decide(sale, paddle, path[-1], note="资料不全")
    event = Event.objects.filter(action="paddle.decided").order_by("-pk").first()
    assert event.after == {"state": "suspended", "bid_limit": None}
    assert event.data == {"note": "资料不全"}


@pytest.mark.parametrize("limit", [0, -1, 10**15 + 1])
def test_a_limit_is_above_zero(sale, limit):
    paddle = register(sale, somebody())
    with pytest.raises(Invalid) as refusal:
        decide(sale, paddle, "approved", bid_limit_minor=limit)
    assert set(refusal.value.fields) == {"bid_limit"}


def test_a_limit_can_be_changed_later(sale):
    paddle = decide(sale, register(sale, somebody()), "approved", bid_limit_minor=1000)
    assert decide(sale, paddle, "approved", bid_limit_minor=2000).bid_limit_minor == 2000
    assert decide(sale, paddle, "approved").bid_limit_minor is None


def test_a_suspended_paddle_does_not_bid_until_it_is_let_in_again():
    sale = begun()
    lot = sale.lots.get()
    paddle = bidder(sale)
    decide(sale, paddle, "suspended", note="证件过期")
    assert bid(lot, paddle, 3000).result == BidResult.NOT_APPROVED
    decide(sale, paddle, "approved")
    assert bid(lot, paddle, 3000).result == BidResult.ACCEPTED
