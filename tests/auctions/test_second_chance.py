"""A second chance: to whom, at which price, how it is answered, what ends it."""

from datetime import timedelta

import pytest

from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from auctions import tasks
from auctions.audit import audit_lots
from auctions.enums import LotEventKind, LotState, OfferState
from auctions.models import LotEvent, SecondChance
from auctions.selectors.aftermath import underbidders
from auctions.services import paddles
from auctions.services.aftermath import NeedsConsent, Unfit
from auctions.services.payment import declare_default, release_work
from auctions.services.second_chance import (
    OfferLapsed,
    accept_second_chance,
    offer_second_chance,
    refuse_second_chance,
)
from tests.auctions.aftermath import defaulted, hammered_long_ago, sold
from tests.auctions.factories import bid, fresh, house, refusal_of
from tests.auctions.pages import amounts_in
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def offer(made, paddle, **more):
    given = {"actor": made.boss} | more
    return offer_second_chance(lot_id=made.lot.pk, paddle_id=paddle.pk, **given)


def late(chance) -> None:
    """Its time is over."""
    now = db_now()
    SecondChance.objects.filter(pk=chance.pk).update(
        offered_at=now - timedelta(days=8), open_until=now - timedelta(seconds=1)
    )


def faults():
    return [fault for audit in audit_lots() for fault in audit.faults]


# ------------------------------------------------------------------ offering


def test_it_is_offered_at_ones_own_last_bid_for_seven_days():
    made = defaulted()
    second, third = made.people[1:]
    assert [(row.paddle, row.amount.minor, row.reason) for row in underbidders(made.lot)] == [
        (second, 2500_00, ""), (third, 2000_00, ""),
    ]  # fmt: skip
    made_offer = offer(made, third)
    assert (made_offer.amount_minor, made_offer.state) == (2000_00, OfferState.OPEN)
    assert made_offer.open_until - made_offer.offered_at == timedelta(days=7)
    assert made_offer.default == made.default


def test_what_somebody_bid_stands_in_no_event_before_he_accepts():
    made = defaulted()
    offer(made, made.people[1])
    event = Event.objects.get(action="second_chance.offered")
    kept = f"{event.before}{event.after}{event.data}"
    assert amounts_in(kept.encode(), 2500) == []


def test_at_a_sealed_lot_the_latest_bid_is_the_last():
    made = defaulted((9000, 3000), format="sealed", sealed_price="first")
    assert offer(made, made.people[1]).amount_minor == 3000_00


def test_before_the_contract_is_cancelled_nothing_is_offered():
    made = sold()
    found = refusal_of(lambda: offer(made, made.people[1]), WrongState)
    assert found.rule == "auction.second_chance"
    assert underbidders(made.lot) == []


def test_after_the_work_was_given_back_nothing_is_offered():
    made = defaulted()
    release_work(actor=made.boss, lot_id=made.lot.pk, reason="没有人接手")
    with pytest.raises(WrongState):
        offer(made, made.people[1])


def test_one_at_a_time_and_after_its_end_the_next():
    made = defaulted()
    first = offer(made, made.people[1])
    found = refusal_of(lambda: offer(made, made.people[2]), DomainError)
    assert (found.code, found.rule) == ("offer_open", "auction.second_chance")
    late(first)
    offer(made, made.people[2])
    first.refresh_from_db()
    assert first.state == OfferState.LAPSED


@pytest.mark.parametrize("days", [0, -1, 61])
def test_it_is_open_for_at_most_sixty_days(days):
    made = defaulted()
    found = refusal_of(lambda: offer(made, made.people[1], days=days), Invalid)
    assert (set(found.fields), found.rule) == ({"days"}, "auction.second_chance_most")
    chance = offer(made, made.people[1], days=60)
    assert chance.open_until - chance.offered_at == timedelta(days=60)


def test_only_the_house_or_an_operator_offers():
    made = defaulted()
    for actor in (made.people[1].user, made.lot.consignor.user, house().boss):
        with pytest.raises(NotAllowed):
            offer(made, made.people[1], actor=actor)
    assert offer(made, made.people[1], actor=UserFactory(operator=True)).pk


# ------------------------------------------------------------------ who is refused


def suspend(made, paddle):
    paddles.decide_paddle(
        actor=made.boss, paddle_id=paddle.pk, state="suspended", note="证件过期"
    )  # fmt: skip


def test_who_is_suspended_is_refused_with_the_reason():
    made = defaulted()
    suspend(made, made.people[1])
    found = refusal_of(lambda: offer(made, made.people[1]), Unfit)
    assert (found.code, found.rule) == ("not_approved", "auction.conditions")
    assert "暂停" in str(found)
    assert underbidders(made.lot)[0].reason == str(found)


def test_who_is_barred_by_now_is_refused_with_the_reason():
    made = defaulted()
    MembershipFactory(organisation=made.sale.house, user=made.people[1].user)
    found = refusal_of(lambda: offer(made, made.people[1]), Unfit)
    assert (found.code, found.rule, found.status) == ("barred", "auction.bars", 403)


def test_who_did_not_bid_or_did_not_pay_is_refused():
    made = defaulted()
    stranger = bidder_of_another_sale()
    for paddle, code in ((stranger, "no_bid"), (made.people[0], "defaulter")):
        assert refusal_of(lambda p=paddle: offer(made, p), Unfit).code == code


def bidder_of_another_sale():
    return sold((1000,)).people[0]


def test_under_the_reserve_the_consignor_must_have_agreed():
    made = defaulted((9000, 4000), reserve=5000)
    found = refusal_of(lambda: offer(made, made.people[1]), NeedsConsent)
    assert (found.code, found.rule) == ("needs_consignor", "auction.reserve_effect")
    assert "5000" not in f"{found}{found.hint}{found.data}"
    chance = offer(made, made.people[1], consignor_agrees=True)
    assert chance.is_below_reserve
    assert Event.objects.get(action="second_chance.offered").data["with_consent"] is True


def test_at_the_reserve_no_consent_is_needed():
    made = defaulted((9000, 5000), reserve=5000)
    assert not offer(made, made.people[1]).is_below_reserve


# ------------------------------------------------------------------ answering


def test_who_accepts_has_a_contract_at_his_own_bid():
    made = defaulted()
    second = made.people[1]
    chance = offer(made, second)
    lot = accept_second_chance(actor=second.user, offer_id=chance.pk)
    assert (lot.state, lot.winner, lot.hammer_minor) == (LotState.SOLD, second, 2500_00)
    assert lot.encumbrance.released_at is None
    last = LotEvent.objects.filter(lot=lot).order_by("-sequence").first()
    assert (last.kind, last.actor) == (LotEventKind.AWARDED, second.user)
    assert last.data == {"by": "second_chance", "paddle": second.pk, "hammer": 2500_00}
    event = Event.objects.get(action="lot.awarded")
    assert event.after == {
        "state": "sold", "hammer": 2500_00, "sequence": lot.sequence, "paddle": second.number,
    }  # fmt: skip
    chance.refresh_from_db()
    assert chance.state == OfferState.ACCEPTED
    assert faults() == []
    assert accept_second_chance(actor=second.user, offer_id=chance.pk).sequence == lot.sequence
    assert Event.objects.filter(action="lot.awarded").count() == 1


def test_who_accepts_and_does_not_pay_is_in_default_like_any_buyer():
    made = defaulted()
    second, third = made.people[1:]
    accept_second_chance(actor=second.user, offer_id=offer(made, second).pk)
    hammered_long_ago(made.lot)
    row = declare_default(actor=made.boss, lot_id=made.lot.pk, reason="也没有付")
    assert (row.paddle, row.hammer_minor) == (second, 2500_00)
    assert refusal_of(lambda: offer(made, second), Unfit).code == "defaulter"
    assert offer(made, third).default == row
    assert faults() == []


def test_who_refuses_leaves_everything_as_it_was():
    made = defaulted()
    second = made.people[1]
    chance = offer(made, second)
    assert refuse_second_chance(actor=second.user, offer_id=chance.pk).state == OfferState.REFUSED
    assert refuse_second_chance(actor=second.user, offer_id=chance.pk).state == OfferState.REFUSED
    assert fresh(made.lot).state == LotState.DEFAULTED
    assert Event.objects.filter(action="second_chance.refused").count() == 1
    second.refresh_from_db()
    assert second.state == "approved"
    with pytest.raises(WrongState):
        accept_second_chance(actor=second.user, offer_id=chance.pk)


def test_only_he_who_was_asked_answers():
    made = defaulted()
    chance = offer(made, made.people[1])
    for actor in (made.people[2].user, made.boss, UserFactory(operator=True)):
        for answer in (accept_second_chance, refuse_second_chance):
            with pytest.raises(NotAllowed):
                answer(actor=actor, offer_id=chance.pk)
    with pytest.raises(WrongState):
        accept_second_chance(actor=made.people[1].user, offer_id=0)


def test_who_was_suspended_meanwhile_does_not_buy():
    made = defaulted()
    chance = offer(made, made.people[1])
    suspend(made, made.people[1])
    found = refusal_of(
        lambda: accept_second_chance(actor=made.people[1].user, offer_id=chance.pk), Unfit
    )
    assert found.code == "not_approved"


def test_after_its_time_it_is_not_accepted_whether_noted_or_not():
    made = defaulted()
    chance = offer(made, made.people[1])
    late(chance)
    for _time in range(2):
        found = refusal_of(
            lambda: accept_second_chance(actor=made.people[1].user, offer_id=chance.pk),
            OfferLapsed,
        )
        assert (found.code, found.rule) == ("offer_lapsed", "auction.second_chance")
        tasks.lapse_offers()
    chance.refresh_from_db()
    assert chance.state == OfferState.LAPSED
    assert Event.objects.filter(action="second_chance.lapsed").count() == 1
    assert fresh(made.lot).state == LotState.DEFAULTED


def test_an_offer_that_was_not_at_the_last_bid_is_found_by_the_audit():
    made = defaulted()
    chance = offer(made, made.people[1])
    SecondChance.objects.filter(pk=chance.pk).update(amount_minor=2400_00)
    assert any("not at the last bid" in fault for fault in faults())


def test_a_bid_after_the_hammer_is_still_refused():
    made = defaulted()
    assert bid(made.lot, made.people[1], 9000).result == "closed"
