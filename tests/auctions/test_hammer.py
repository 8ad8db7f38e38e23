"""The hammer and voided bids: what becomes of a lot when its time is over."""

import pytest

from artmarket.core.errors import NotAllowed, WrongState
from artmarket.core.models import Event
from auctions.enums import LotEventKind, LotState, SaleState
from auctions.models import Bid, Lot, LotEvent
from auctions.services.closing import close_lot, due_lots, end_sale, finish_sales
from auctions.services.voiding import void_bid
from catalog.models import Encumbrance
from tests.auctions.factories import (
    announced,
    begun,
    bid,
    bidder,
    fresh,
    put_hours,
    refusal_of,
)  # fmt: skip
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ the hammer


def closed(lot: Lot) -> Lot:
    put_hours(lot.sale, -0.001)
    return close_lot(lot_id=lot.pk)


def test_sold_to_the_leader_and_the_lock_stays():
    sale = begun(reserve=1500)
    lot = sale.lots.get()
    one, other = bidder(sale), bidder(sale)
    bid(lot, one, 3000)
    bid(lot, other, 2000)
    found = closed(lot)
    assert (found.state, found.winner, found.hammer_minor) == (LotState.SOLD, one, 2200_00)
    assert fresh(lot).encumbrance.released_at is None
    event = Event.objects.get(action="lot.closed")
    assert event.after == {
        "state": "sold", "hammer": 2200_00, "sequence": found.sequence, "paddle": one.number,
    }  # fmt: skip


def test_below_the_reserve_nothing_is_sold_and_the_work_is_free():
    sale = begun(reserve=5000)
    lot = sale.lots.get()
    bid(lot, bidder(sale), 4999)
    found = closed(lot)
    assert (found.state, found.winner, found.hammer_minor) == (LotState.BELOW_RESERVE, None, None)
    assert fresh(lot).encumbrance.released_at is not None
    released = Event.objects.get(action="encumbrance.released")
    assert released.actor is None


def test_exactly_the_reserve_is_sold():
    sale = begun(reserve=5000)
    lot = sale.lots.get()
    bid(lot, bidder(sale), 5000)
    found = closed(lot)
    assert (found.state, found.hammer_minor) == (LotState.SOLD, 5000_00)


def test_without_a_bid_it_passes():
    found = closed(begun().lots.get())
    assert found.state == LotState.PASSED
    assert not Encumbrance.objects.live().exists()


def test_a_lot_whose_only_bid_was_voided_passes():
    sale = begun(reserve=5000)
    lot = sale.lots.get()
    bid(lot, bidder(sale), 2000)
    void_bid(actor=UserFactory(operator=True), bid_id=Bid.objects.get().pk, reason="录错")
    assert closed(lot).state == LotState.PASSED


def test_closing_twice_changes_nothing():
    sale = begun()
    lot = sale.lots.get()
    bid(lot, bidder(sale), 2000)
    first = closed(lot)
    again = close_lot(lot_id=lot.pk)
    assert (again.sequence, again.closed_at) == (first.sequence, first.closed_at)
    assert LotEvent.objects.filter(lot=lot, kind=LotEventKind.CLOSED).count() == 1
    assert Event.objects.filter(action="lot.closed").count() == 1


def test_no_lot_is_closed_before_its_end():
    lot = begun().lots.get()
    with pytest.raises(WrongState):
        close_lot(lot_id=lot.pk)
    assert due_lots() == []
    put_hours(lot.sale, -0.001)
    assert due_lots() == [lot.pk]


def test_maxima_left_before_an_opening_at_which_nobody_came_count():
    sale = announced(reserve=1500)
    lot = sale.lots.get()
    one, other = bidder(sale), bidder(sale)
    bid(lot, one, 9000)
    bid(lot, other, 3000)
    found = closed(lot)
    assert (found.state, found.winner, found.hammer_minor) == (LotState.SOLD, one, 3200_00)


@pytest.mark.parametrize(("rule", "hammer"), [("first", 9000_00), ("second", 3000_00)])
def test_sealed_bids_are_opened_together(rule, hammer):
    sale = begun(format="sealed", sealed_price=rule)
    lot = sale.lots.get()
    people = [bidder(sale) for _n in range(3)]
    for paddle, amount in zip(people, (3000, 9000, 1200), strict=True):
        bid(lot, paddle, amount)
    kept = str(list(Bid.objects.values("amount_minor", "maximum_minor", "answer")))
    assert "900000" not in kept
    found = closed(lot)
    assert (found.state, found.winner, found.hammer_minor) == (LotState.SOLD, people[1], hammer)
    data = LotEvent.objects.get(lot=lot, kind=LotEventKind.CLOSED).data
    numbers = list(Bid.objects.order_by("number").values_list("number", flat=True))
    assert data["bids"] == [
        [number, amount]
        for number, amount in zip(numbers, (3000_00, 9000_00, 1200_00), strict=True)
    ]


def test_sealed_below_the_reserve_is_unsold():
    sale = begun(format="sealed", sealed_price="second", reserve=5000)
    lot = sale.lots.get()
    bid(lot, bidder(sale), 4000)
    assert closed(lot).state == LotState.BELOW_RESERVE


def test_one_sealed_bid_at_the_second_price_pays_the_reserve():
    sale = begun(format="sealed", sealed_price="second", reserve=5000)
    lot = sale.lots.get()
    bid(lot, bidder(sale), 8000)
    assert closed(lot).hammer_minor == 5000_00


def test_the_sale_ends_with_its_last_lot():
    sale = begun(lots=2)
    first, second = sale.lots.all()
    put_hours(sale, -0.001)
    close_lot(lot_id=first.pk)
    assert finish_sales() == []
    assert end_sale(sale_id=sale.pk).state == SaleState.ANNOUNCED
    close_lot(lot_id=second.pk)
    assert finish_sales() == [sale.pk]
    ended = end_sale(sale_id=sale.pk)
    assert (ended.state, ended.ended_at is not None) == (SaleState.ENDED, True)
    assert end_sale(sale_id=sale.pk).ended_at == ended.ended_at
    assert Event.objects.filter(action="sale.ended").count() == 1
    assert finish_sales() == []


# ------------------------------------------------------------------ voiding


def test_a_void_needs_a_reason_a_live_lot_and_a_bid_that_counts():
    sale = begun()
    lot = sale.lots.get()
    one = bidder(sale)
    bid(lot, one, 3000)
    bid(lot, one, 10)
    counted, refused = Bid.objects.order_by("pk")
    operator = UserFactory(operator=True)
    assert set(refusal_of(
        lambda: void_bid(actor=operator, bid_id=counted.pk, reason=" ")
    ).fields) == {"reason"}  # fmt: skip
    for actor in (sale.house.boss, UserFactory(registrar=True), one.user):
        found = refusal_of(
            lambda actor=actor: void_bid(actor=actor, bid_id=counted.pk, reason="x"), NotAllowed
        )
        assert found.rule == "auction.bids_bind"
    for wrong in (refused.pk, 0):
        with pytest.raises(WrongState):
            void_bid(actor=operator, bid_id=wrong, reason="x")
    closed(lot)
    with pytest.raises(WrongState):
        void_bid(actor=operator, bid_id=counted.pk, reason="x")


def test_a_voided_sealed_bid_is_not_opened():
    sale = begun(format="sealed", sealed_price="first")
    lot = sale.lots.get()
    one, other = bidder(sale), bidder(sale)
    bid(lot, one, 9000)
    bid(lot, other, 3000)
    best = Bid.objects.get(paddle=one)
    void_bid(actor=UserFactory(operator=True), bid_id=best.pk, reason="冒名")
    found = closed(lot)
    assert (found.winner, found.hammer_minor) == (other, 3000_00)
    data = LotEvent.objects.get(lot=lot, kind=LotEventKind.CLOSED).data
    assert data["bids"] == [[Bid.objects.get(paddle=other).number, 3000_00]]
