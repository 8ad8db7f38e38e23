"""The text of a lot: free in a draft, corrected with date after the announcement, never its prices."""

import pytest
from django.db import DatabaseError, transaction

from artmarket.core.errors import NotAllowed, WrongState
from artmarket.core.models import Event
from auctions.audit import audit_lots
from auctions.enums import LotEventKind
from auctions.models import Lot, LotCorrection
from auctions.services import sales
from auctions.services.corrections import LotText, correct_lot
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
LOW, HIGH = 2000_00, 3_000_000_00


def correct(lot, boss, condition="背面有水渍", low=LOW, high=HIGH, reason="复看发现"):
    return correct_lot(actor=boss, lot_id=lot.pk, text=LotText(condition, low, high), reason=reason)


def faults():
    return [fault for audit in audit_lots() for fault in audit.faults]


def test_in_a_draft_the_text_is_free():
    of_house = house()
    sale = sales.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms())
    row = consigned(of_house)
    lot = sales.add_lot(actor=of_house.boss, sale_id=sale.pk, consignment_id=row.pk)
    assert correct(lot, of_house.boss, low=1_00, high=2_00, reason="") is None
    lot = fresh(lot)
    assert (lot.condition, lot.estimate_low_minor, lot.estimate_high_minor) == (
        "背面有水渍", 1_00, 2_00,
    )  # fmt: skip
    assert not LotCorrection.objects.exists()
    assert (lot.sequence, Event.objects.filter(action="lot.changed").count()) == (0, 1)


def test_after_the_announcement_it_is_a_dated_correction_with_what_was_said_before():
    sale = announced()
    lot = sale.lots.get()
    row = correct(lot, sale.house.boss, low=1500_00)
    assert row.before == {"condition": "", "estimate_low_minor": LOW}
    assert row.after == {"condition": "背面有水渍", "estimate_low_minor": 1500_00}
    lot = fresh(lot)
    assert (lot.condition, lot.estimate_low_minor, row.number) == ("背面有水渍", 1500_00, 1)
    assert lot.events.get().kind == LotEventKind.CORRECTED
    event = Event.objects.get(action="lot.corrected")
    assert (event.before, event.data["reason"]) == (row.before, "复看发现")
    assert faults() == []


def test_corrections_follow_each_other_between_bids_and_refold():
    sale = begun()
    lot = sale.lots.get()
    one, other = bidder(sale), bidder(sale)
    bid(lot, one, 3000)
    correct(lot, sale.house.boss)
    bid(lot, other, 4000)
    correct(lot, sale.house.boss, condition="背面有水渍，已修补")
    assert list(lot.events.order_by("sequence").values_list("kind", flat=True)) == [
        "opened", "bid", "corrected", "bid", "corrected",
    ]  # fmt: skip
    assert faults() == []


def test_nothing_changed_is_no_correction():
    sale = announced()
    assert correct(sale.lots.get(), sale.house.boss, condition=" ") is None
    assert not LotCorrection.objects.exists()


def test_opening_price_and_reserve_stay():
    sale = announced(reserve=1500)
    lot = sale.lots.get()
    correct(lot, sale.house.boss)
    assert (fresh(lot).opening_minor, fresh(lot).reserve_minor) == (1000_00, 1500_00)
    assert set(LotText.__dataclass_fields__) == {
        "condition", "estimate_low_minor", "estimate_high_minor", "symbols",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high"), [(None, HIGH), (LOW, None), (3000_00, 2000_00), (0, HIGH), (1_00, 1400_00)]
)
def test_an_estimate_is_whole_and_not_under_the_reserve(low, high):
    sale = announced(reserve=1500)
    found = refusal_of(lambda: correct(sale.lots.get(), sale.house.boss, low=low, high=high))
    assert set(found.fields) == {"estimate"}


def test_a_correction_says_why():
    sale = announced()
    found = refusal_of(lambda: correct(sale.lots.get(), sale.house.boss, reason=" "))
    assert (set(found.fields), found.rule) == ({"reason"}, "auction.correction")


def test_once_it_is_over_the_text_stays():
    made = sold()
    found = refusal_of(lambda: correct(made.lot, made.boss), WrongState)
    assert found.rule == "auction.correction"
    sale = begun()
    put_hours(sale, -0.001)
    with pytest.raises(WrongState):
        correct(sale.lots.get(), sale.house.boss)


def test_only_the_house_corrects():
    sale = announced()
    for actor in (UserFactory(operator=True), house().boss, bidder(sale).user):
        with pytest.raises(NotAllowed):
            correct(sale.lots.get(), actor)


def test_a_correction_is_append_only():
    sale = announced()
    row = correct(sale.lots.get(), sale.house.boss)
    for change in (lambda: LotCorrection.objects.update(reason="改"), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_text_that_was_changed_beside_the_corrections_is_found():
    sale = announced()
    correct(sale.lots.get(), sale.house.boss)
    Lot.objects.filter(sale=sale).update(condition="完好")
    assert faults() == ["condition: stored otherwise than corrected"]
