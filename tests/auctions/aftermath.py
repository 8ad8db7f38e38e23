"""Lots after the hammer for the tests: sold, unsold, in default; the hammer's day put back."""

from datetime import datetime
from types import SimpleNamespace

from artmarket.core.clock import SHANGHAI
from auctions.models import Lot
from auctions.services.closing import close_lot, end_sale
from auctions.services.payment import declare_default
from tests.auctions.factories import begun, bid, bidder, fresh, put_hours

LONG_AGO = datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)


def closed(sale) -> None:
    """Let the hammer fall on every lot, and the sale end."""
    put_hours(sale, -0.001)
    for lot in sale.lots.all():
        close_lot(lot_id=lot.pk)
    end_sale(sale_id=sale.pk)
    sale.refresh_from_db(fields=["state", "ended_at"])


def hammered_long_ago(lot: Lot) -> None:
    """The clock is the database's: the day of the hammer is put back past every due date."""
    Lot.objects.filter(pk=lot.pk).update(closed_at=LONG_AGO)


def sold(amounts=(3000, 2500, 2000), **changes) -> SimpleNamespace:
    """A lot that was sold, with those who bid in the order given; the first one is the buyer."""
    sale = begun(**changes)
    lot, people = sale.lots.first(), [bidder(sale) for _a in amounts]
    for paddle, amount in sorted(zip(people, amounts, strict=True), key=lambda pair: pair[1]):
        assert bid(lot, paddle, amount).is_accepted
    closed(sale)
    made = SimpleNamespace(sale=sale, boss=sale.house.boss, people=people)
    made.lot = fresh(lot)
    return made


def defaulted(amounts=(3000, 2500, 2000), **changes) -> SimpleNamespace:
    """The same, its buyer in default; `default` is the row."""
    made = sold(amounts, **changes)
    hammered_long_ago(made.lot)
    made.default = declare_default(actor=made.boss, lot_id=made.lot.pk, reason="逾期未付")
    made.lot = fresh(made.lot)
    return made


def unsold(amounts=(1500,), *, reserve=5000, **changes) -> SimpleNamespace:
    """A lot that stayed below its reserve, with those who bid and one who did not."""
    sale = begun(reserve=reserve, **changes)
    lot, people = sale.lots.first(), [bidder(sale) for _a in amounts]
    for paddle, amount in zip(people, amounts, strict=True):
        assert bid(lot, paddle, amount).is_accepted
    other = bidder(sale)
    closed(sale)
    made = SimpleNamespace(sale=sale, boss=sale.house.boss, people=people, other=other)
    made.lot = fresh(lot)
    return made
