"""A person's data of sales: his copy, what stands against an erasure, what the law keeps."""

from datetime import date, timedelta

import pytest

from artmarket.core.clock import today
from auctions import keeping
from auctions.enums import SaleState
from auctions.models import Consignment, Sale
from auctions.services import consignments
from auctions.services.closing import close_lot, end_sale
from auctions.services.payment import confirm_payment
from tests.auctions.factories import begun, bid, bidder, consigned, house, put_hours
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def holds(user):
    return [(h.rule, h.blocks, h.until) for h in keeping.holds(user)]


def in_five_years() -> date:
    day = today()
    return day.replace(year=day.year + 5, day=min(day.day, 28) if day.month == 2 else day.day)


def test_a_stranger_to_sales_is_held_by_nothing():
    user = UserFactory(buyer=True)
    assert list(keeping.copy(user)) == []
    assert holds(user) == []


def test_an_open_consignment_is_ended_first_and_then_kept_for_five_years():
    of_house = house()
    row = consigned(of_house, reserve=1500)
    owner = row.offered_by
    assert holds(owner) == [
        ("privacy.copy_and_erasure", True, None), ("auction.records_years", False, None),
    ]  # fmt: skip
    consignments.end_consignment(actor=owner, consignment_id=row.pk, reason="自留")
    assert holds(owner) == [("auction.records_years", False, in_five_years())]
    (kept,) = keeping.copy(owner)
    assert (kept["consignment"], kept["reserve_minor"]) == (row.pk, 1500_00)


def test_a_leader_waits_for_the_end_and_pays_and_an_underbidder_is_only_kept():
    sale = begun()
    lot = sale.lots.get()
    one, other = bidder(sale), bidder(sale)
    bid(lot, other, 2000)
    bid(lot, one, 3000)
    assert holds(one.user)[0][:2] == ("auction.bids_bind", True)
    assert holds(other.user) == [("auction.records_years", False, None)]
    put_hours(sale, -1)
    close_lot(lot_id=lot.pk)
    end_sale(sale_id=sale.pk)
    assert holds(one.user)[0] == ("auction.payment_days", True, None)
    confirm_payment(actor=sale.house.boss, lot_id=lot.pk, reference="0012")
    assert holds(one.user) == [("auction.records_years", False, in_five_years())]


def test_after_five_years_nothing_is_held():
    sale = begun()
    paddle = bidder(sale)
    long_ago = sale.opens_at - timedelta(days=5 * 366 + 1)
    Sale.objects.filter(pk=sale.pk).update(state=SaleState.ENDED, ended_at=long_ago)
    assert holds(paddle.user) == []
    assert Consignment.objects.exists()


def test_the_copy_holds_ones_own_bids_and_no_others():
    sale = begun(format="sealed", sealed_price="first")
    lot = sale.lots.get()
    one, other = bidder(sale), bidder(sale)
    bid(lot, one, 3000)
    bid(lot, other, 8888)
    rows = list(keeping.copy(one.user))
    assert [row["amount_minor"] for row in rows if "amount_minor" in row] == [3000_00]
    assert [row["paddle"] for row in rows if "paddle" in row] == [one.number]
