"""A sale that is cancelled: what is withdrawn, what stays decided, who may."""

import pytest

from artmarket.core.errors import NotAllowed, WrongState
from artmarket.core.models import Event
from auctions.audit import audit_lots
from auctions.enums import BidResult, LotEventKind, LotState, SaleState
from auctions.services import sales
from auctions.services.cancelling import cancel_sale
from auctions.services.closing import close_lot, finish_sales
from catalog.models import Encumbrance
from tests.auctions.aftermath import sold
from tests.auctions.factories import (
    announced,
    begun,
    bid,
    bidder,
    consigned,
    fresh,
    house,
    put_hours,
    refusal_of,
    terms,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def cancel(sale, boss=None, reason="场地停电"):
    return cancel_sale(actor=boss or sale.house.boss, sale_id=sale.pk, reason=reason)


def test_all_lots_that_are_not_over_are_withdrawn_and_their_works_free():
    sale = begun(lots=3)
    first, second, _third = sale.lots.all()
    one = bidder(sale)
    bid(second, one, 3000)
    put_hours(sale, -0.001)
    close_lot(lot_id=first.pk)
    put_hours(sale, 60)
    ended = cancel(sale)
    assert (ended.state, ended.cancel_reason) == (SaleState.CANCELLED, "场地停电")
    assert ended.ended_at is not None
    states = list(sale.lots.order_by("number").values_list("state", flat=True))
    assert states == [LotState.PASSED, LotState.WITHDRAWN, LotState.WITHDRAWN]
    assert not Encumbrance.objects.live().exists()
    assert fresh(second).withdrawal_reason == "场地停电"
    assert fresh(second).events.latest("sequence").kind == LotEventKind.WITHDRAWN
    assert bid(second, one, 9000).result == BidResult.CLOSED
    event = Event.objects.get(action="sale.cancelled")
    assert (event.before, event.after) == ({"state": "announced"}, {"state": "cancelled"})
    assert event.data == {"reason": "场地停电", "lots": 2}
    assert [fault for audit in audit_lots() for fault in audit.faults] == []
    assert finish_sales() == []


def test_what_was_sold_stays_sold():
    made = sold()
    with pytest.raises(WrongState):
        cancel(made.sale, made.boss)
    assert fresh(made.lot).state == LotState.SOLD


def test_cancelling_again_changes_nothing():
    sale = announced()
    cancel(sale)
    assert cancel(sale, reason="另一个理由").cancel_reason == "场地停电"
    assert Event.objects.filter(action="sale.cancelled").count() == 1
    assert Event.objects.filter(action="lot.withdrawn").count() == 1


def test_a_draft_is_cancelled_too_and_holds_no_work_any_more():
    of_house = house()
    sale = sales.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms())
    row = consigned(of_house)
    sales.add_lot(actor=of_house.boss, sale_id=sale.pk, consignment_id=row.pk)
    assert cancel(sale, of_house.boss).state == SaleState.CANCELLED
    assert not Encumbrance.objects.live().exists()
    with pytest.raises(WrongState):
        sales.announce_sale(actor=of_house.boss, sale_id=sale.pk)


def test_a_lot_whose_time_is_over_gets_its_hammer_first():
    sale = begun()
    lot = sale.lots.get()
    bid(lot, bidder(sale), 3000)
    put_hours(sale, -0.001)
    with pytest.raises(WrongState):
        cancel(sale)
    assert close_lot(lot_id=lot.pk).state == LotState.SOLD


def test_who_may_cancel_and_with_what():
    sale = announced()
    for actor in (UserFactory(registrar=True), house().boss, bidder(sale).user):
        with pytest.raises(NotAllowed):
            cancel(sale, actor)
    assert set(refusal_of(lambda: cancel(sale, reason=" ")).fields) == {"reason"}
    assert cancel(sale, UserFactory(operator=True)).state == SaleState.CANCELLED
