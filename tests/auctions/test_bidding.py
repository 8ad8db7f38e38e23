"""The decision on bids as a service: answers, keys, bars, limits, hours, the log."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed
from artmarket.core.models import Event
from auctions.enums import Bar, BidResult, LotEventKind, LotState, PaddleState
from auctions.lot_states import refold
from auctions.models import Bid, Lot, LotEvent, Paddle, RuleSet
from auctions.services.bidding import KeyReused, decide_bids
from auctions.services.voiding import void_bid
from tests.auctions.factories import (
    announced,
    begun,
    bid,
    bidder,
    consignor_paddle,
    fresh,
    house,
    put_hours,
    request,
)  # fmt: skip
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def folded(lot: Lot):
    return refold(fresh(lot), LotEvent.objects.filter(lot=lot).select_related("bid"))


@pytest.fixture
def sale():
    return begun()


@pytest.fixture
def lot(sale):
    return sale.lots.get()


def test_two_bidders_meet_at_the_second_maximum_and_a_step(sale, lot):
    one, other = bidder(sale), bidder(sale)
    first = bid(lot, one, 3000)
    assert (first.result, first.price, first.leads) == (BidResult.ACCEPTED, 1000_00, True)
    second = bid(lot, other, 2000)
    assert (second.result, second.price, second.ask) == (BidResult.ACCEPTED, 2200_00, 2400_00)
    assert not second.leads
    stored = fresh(lot)
    assert (stored.leader, stored.price_minor, stored.bid_count) == (one, 2200_00, 2)
    assert stored.state == LotState.OPEN
    assert folded(lot).differences == {}


def test_the_log_numbers_every_step_without_a_gap(sale, lot):
    one, other = bidder(sale), bidder(sale)
    bid(lot, one, 3000)
    bid(lot, other, 1000)
    bid(lot, other, 2000)
    rows = LotEvent.objects.filter(lot=lot).values_list("sequence", "kind")
    assert list(rows) == [
        (1, LotEventKind.OPENED), (2, LotEventKind.BID), (3, LotEventKind.BID),
    ]  # fmt: skip
    kept = Bid.objects.filter(lot=lot).values_list("result", "number")
    assert list(kept) == [("accepted", 2), ("below_ask", None), ("accepted", 3)]


def test_the_same_key_is_answered_the_same_for_ever(sale, lot):
    one, other = bidder(sale), bidder(sale)
    first = bid(lot, one, 3000, key="a")
    refused = bid(lot, other, 500, key="b")
    bid(lot, other, 5000)
    again = bid(lot, one, 3000, key="a")
    assert again.is_repeated
    assert (again.price, again.leads, again.result) == (first.price, first.leads, first.result)
    assert again.received_at == first.received_at
    assert bid(lot, other, 500, key="b").result == refused.result == BidResult.BELOW_ASK
    assert Bid.objects.filter(lot=lot).count() == 3


def test_a_key_with_another_amount_is_a_mistake(sale, lot):
    one = bidder(sale)
    bid(lot, one, 3000, key="a")
    with pytest.raises(KeyReused):
        bid(lot, one, 4000, key="a")
    assert Bid.objects.count() == 1


def test_a_double_click_within_one_round_is_one_bid(sale, lot):
    one = bidder(sale)
    pair = [request(one, 3000, key="a"), request(one, 3000, key="a")]
    first, second = decide_bids(lot_id=lot.pk, requests=pair)
    assert (first.is_repeated, second.is_repeated) == (False, True)
    assert Bid.objects.count() == 1


def test_offers_decided_together_are_decided_in_their_order(sale, lot):
    people = [bidder(sale) for _n in range(4)]
    offers = [request(p, a) for p, a in zip(people, (2000, 5000, 1500, 5000), strict=True)]
    results = [a.result for a in decide_bids(lot_id=lot.pk, requests=offers)]
    assert results == ["accepted", "accepted", "below_ask", "accepted"]
    assert (fresh(lot).leader, fresh(lot).price_minor) == (people[1], 5000_00)
    assert folded(lot).differences == {}


def statements(queries):
    """Each statement by itself, those too that go to the database in one message."""
    words = [part for q in queries for part in q["sql"].split(";\n")]
    return [sql for sql in words if "SAVEPOINT" not in sql]


def messages_of(queries):
    return [q for q in queries if "SAVEPOINT" not in q["sql"]]


def test_a_bid_costs_at_most_eight_statements(sale, lot):
    one, other = bidder(sale), bidder(sale, limit=100_000)
    bid(lot, one, 2000)
    offer = request(other, 9000)
    with CaptureQueriesContext(connection) as alone:
        decide_bids(lot_id=lot.pk, requests=[offer])
    assert len(statements(alone)) == 8, statements(alone)  # one of them for his limit
    assert len(messages_of(alone)) == (5 if connection.vendor == "postgresql" else 8)
    with CaptureQueriesContext(connection) as together:
        decide_bids(
            lot_id=lot.pk,
            requests=[request(one, 20_000), request(other, 30_000), request(one, 40_000)],
        )
    assert len(statements(together)) == 8
    # A paddle has one key drawn in a round: where it bids twice, the bids are written first.
    assert len(messages_of(together)) == (6 if connection.vendor == "postgresql" else 8)
    keys = list(lot.bids.order_by("received_at", "pk").values_list("amount_minor", flat=True))
    assert keys == [2000_00, 9000_00, 20_000_00, 30_000_00, 40_000_00]


def test_keys_of_bids_follow_the_order_of_their_decision(sale, lot):
    people = [bidder(sale) for _n in range(3)]
    offers = [request(p, a) for p, a in zip(reversed(people), (2000, 1500, 5000), strict=True)]
    decide_bids(lot_id=lot.pk, requests=offers)
    rows = list(lot.bids.order_by("pk").values_list("paddle", "amount_minor"))
    assert rows == [(o.paddle_id, o.amount) for o in offers]
    bid(lot, people[0], 9000)
    assert lot.bids.order_by("pk").last().amount_minor == 9000_00
    assert folded(lot).differences == {}


def test_a_stranger_cannot_bid_with_somebody_elses_paddle(sale, lot):
    paddle = bidder(sale)
    offer = request(paddle, 3000)
    stranger = UserFactory(buyer=True)
    with pytest.raises(NotAllowed):
        bid_as = type(offer)(stranger, paddle.pk, offer.amount, "CNY", "x")
        outcome = decide_bids(lot_id=lot.pk, requests=[bid_as])[0]
        raise outcome
    assert Bid.objects.count() == 0


def test_a_paddle_of_another_sale_is_none_here(lot):
    with pytest.raises(NotAllowed):
        bid(lot, bidder(begun()), 3000)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": "x" * 65}, "invalid"),
        ({"amount": 2**63}, "too_large"),
        ({"currency": "USD"}, "invalid"),
    ],
)
def test_malformed_offers_are_refused_in_words(sale, lot, changes, code):
    from dataclasses import replace

    offer = replace(request(bidder(sale), 3000), **changes)
    outcome = decide_bids(lot_id=lot.pk, requests=[offer])[0]
    assert isinstance(outcome, Invalid)
    assert outcome.code == code
    assert outcome.fields
    assert Bid.objects.count() == 0


@pytest.mark.parametrize("amount", [0, -5])
def test_an_amount_that_is_none_is_kept_as_refused(sale, lot, amount):
    assert bid(lot, bidder(sale), amount).result == BidResult.BAD_AMOUNT


def test_a_large_jump_is_asked_for_again(sale, lot):
    one = bidder(sale)
    assert bid(lot, one, 10_001).result == BidResult.NEEDS_CONFIRMATION
    assert fresh(lot).leader is None
    assert bid(lot, one, 10_001, is_confirmed=True).result == BidResult.ACCEPTED


@pytest.mark.parametrize("state", [PaddleState.PENDING, PaddleState.REFUSED])
def test_a_paddle_that_is_not_approved_does_not_bid(sale, lot, state):
    paddle = bidder(sale, state=state)
    assert bid(lot, paddle, 3000).result == BidResult.NOT_APPROVED
    assert Bid.objects.get().number is None


def test_the_consignor_and_the_house_are_barred_and_every_attempt_is_kept(sale, lot):
    consignor = consignor_paddle(sale, lot)
    answer = bid(lot, consignor, 3000)
    assert (answer.result, answer.bar) == (BidResult.BARRED, Bar.CONSIGNOR)
    later_hired = bidder(sale)
    MembershipFactory(organisation=sale.house, user=later_hired.user)
    assert bid(lot, later_hired, 3000).bar == Bar.HOUSE
    promoted = bidder(sale)
    promoted.user.role_grants.create(role="registrar", granted_by=promoted.user)
    assert bid(lot, promoted, 3000).bar == Bar.STAFF
    assert list(Bid.objects.values_list("bar", flat=True)) == ["consignor", "house", "staff"]
    assert fresh(lot).bid_count == 0


def test_the_consignor_of_one_lot_may_bid_on_another():
    sale = begun(lots=2)
    own, other = sale.lots.all()
    assert bid(other, consignor_paddle(sale, own), 3000).result == BidResult.ACCEPTED


def test_a_limit_counts_current_leads_and_the_new_maximum():
    sale = begun(lots=2)
    first, second = sale.lots.all()
    one = bidder(sale, limit=8000)
    assert bid(first, one, 5000).result == BidResult.ACCEPTED
    assert bid(second, one, 3001).result == BidResult.OVER_LIMIT
    assert bid(second, one, 3000).result == BidResult.ACCEPTED
    assert bid(first, one, 5001).result == BidResult.OVER_LIMIT


def test_a_lead_that_was_lost_frees_the_limit():
    sale = begun(lots=2)
    first, second = sale.lots.all()
    one = bidder(sale, limit=8000)
    bid(first, one, 5000)
    bid(first, bidder(sale), 9000)
    assert bid(second, one, 8000).result == BidResult.ACCEPTED


def test_after_the_end_nothing_is_accepted_whatever_no_job_has_done(sale, lot):
    one = bidder(sale)
    put_hours(sale, -0.001)
    assert fresh(lot).state == LotState.ANNOUNCED
    assert bid(lot, one, 3000).result == BidResult.CLOSED


def test_a_bid_near_the_end_extends_it_inside_the_same_decision(sale, lot):
    one = bidder(sale)
    put_hours(sale, 4)
    before = fresh(lot).ends_at
    answer = bid(lot, one, 3000)
    stored = fresh(lot)
    assert stored.ends_at == answer.ends_at == answer.received_at + timedelta(minutes=5)
    assert stored.ends_at > before
    assert stored.extensions == 1
    assert folded(lot).differences == {}


def test_before_the_opening_maxima_are_left_in_silence():
    sale = announced()
    lot = sale.lots.get()
    one, other = bidder(sale), bidder(sale)
    first, second = bid(lot, one, 9000), bid(lot, other, 3000)
    assert (first.result, second.result) == (BidResult.ACCEPTED, BidResult.ACCEPTED)
    for answer in (first, second):
        assert (answer.price, answer.leads, answer.ask) == (None, False, 1000_00)
    shown = fresh(lot)
    assert (shown.price_minor, shown.ask_minor) == (None, 1000_00)
    assert folded(lot).differences == {}
    put_hours(sale, 60)
    third = bid(lot, bidder(sale), 4000)
    assert (third.price, third.ask) == (4200_00, 4500_00)
    assert fresh(lot).leader == one
    assert folded(lot).differences == {}


def test_the_group_ends_together():
    sale = begun(lots=3, closing="heffel-group")
    first, second, third = sale.lots.all()
    put_hours(sale, 1)
    bid(second, bidder(sale), 3000)
    ends = {fresh(x).ends_at for x in (first, second, third)}
    assert len(ends) == 1
    assert {fresh(x).extensions for x in (first, second, third)} == {1}
    for each in (first, second, third):
        assert folded(each).differences == {}


def test_later_lots_move_along():
    sale = begun(lots=3, closing="cascade")
    first, second, third = sale.lots.all()
    put_hours(sale, 4)
    before = fresh(first).ends_at
    bid(second, bidder(sale), 3000)
    assert fresh(first).ends_at == before
    assert fresh(second).ends_at == fresh(third).ends_at > before
    assert [fresh(x).extensions for x in (first, second, third)] == [0, 1, 0]
    for each in (first, second, third):
        assert folded(each).differences == {}


def test_the_price_jumps_to_the_reserve_once_it_is_met():
    sale = begun(reserve=5000)
    lot = sale.lots.get()
    one, other = bidder(sale), bidder(sale)
    below = bid(lot, one, 4000)
    assert (below.price, below.reserve_met) == (1000_00, False)
    above = bid(lot, other, 6000)
    assert (above.price, above.reserve_met, above.leads) == (5000_00, True, True)


def test_no_event_tells_a_maximum_or_the_reserve():
    sale = begun(reserve=7777)
    lot = sale.lots.get()
    bid(lot, bidder(sale), 8888)
    bid(lot, bidder(sale), 6666)
    told = str(list(Event.objects.values_list("before", "after", "data")))
    assert "666600" not in told
    assert "888800" not in told
    assert "777700" not in told.replace("'price': 777700", "")


def test_a_voided_bid_revives_the_earlier_maximum(sale, lot):
    one, other = bidder(sale), bidder(sale)
    bid(lot, one, 2000)
    bid(lot, other, 3000)
    bid(lot, one, 5000)
    operator = UserFactory(operator=True)
    wrong = Bid.objects.get(lot=lot, maximum_minor=5000_00)
    void_bid(actor=operator, bid_id=wrong.pk, reason="录错金额")
    stored = fresh(lot)
    assert (stored.leader, stored.price_minor) == (other, 2200_00)
    assert folded(lot).differences == {}
    assert bid(lot, one, 2500).result == BidResult.ACCEPTED


def test_a_bidder_cannot_take_his_bid_back(sale, lot):
    one = bidder(sale)
    bid(lot, one, 2000)
    with pytest.raises(NotAllowed) as refusal:
        void_bid(actor=one.user, bid_id=Bid.objects.get().pk, reason="后悔")
    assert refusal.value.rule == "auction.bids_bind"


def test_bids_and_the_log_cannot_be_changed(sale, lot):
    bid(lot, bidder(sale), 2000)
    for change in (
        lambda: Bid.objects.update(maximum_minor=1),
        lambda: LotEvent.objects.all().delete(),
        lambda: RuleSet.objects.filter(name="district").update(version=9),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_lot_of_a_draft_takes_no_bids():
    sale = begun()
    lot = sale.lots.get()
    Lot.objects.filter(pk=lot.pk).update(state=LotState.DRAFT)
    assert bid(lot, bidder(sale), 2000).result == BidResult.NOT_OPEN


def test_the_time_of_receipt_is_the_databases(sale, lot, monkeypatch):
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: db_now() + timedelta(minutes=47))
    answer = bid(lot, bidder(sale), 2000)
    assert answer.result == BidResult.ACCEPTED
    assert abs(answer.received_at - db_now()) < timedelta(minutes=1)


def test_registrations_are_numbered_one_after_the_other(sale):
    assert [bidder(sale).number for _n in range(3)] == [101, 102, 103]
    assert Paddle.objects.filter(sale=sale).count() == 3
    assert house().boss
