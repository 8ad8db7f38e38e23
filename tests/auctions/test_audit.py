"""The audit proves a lot from its log, and finds what was put in beside it."""

import json

import pytest
from django.core.management import call_command

from auctions.models import Bid, Lot
from auctions.services.closing import close_lot
from auctions.services.voiding import void_bid
from tests.auctions.factories import begun, bid, bidder, put_hours
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def audited(capsys) -> tuple[int, list]:
    code = 0
    try:
        call_command("audit_auctions", "--json")
    except SystemExit as stop:
        code = stop.code
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def sale():
    """Two lots with bids, one voided, one closed."""
    made = begun(lots=2, reserve=3000)
    first, second = made.lots.all()
    one, other = bidder(made), bidder(made)
    bid(first, one, 4000)
    bid(first, other, 5000)
    bid(second, one, 2000)
    wrong = Bid.objects.get(lot=first, maximum_minor=5000_00)
    void_bid(actor=UserFactory(operator=True), bid_id=wrong.pk, reason="录错")
    put_hours(made, -1)
    close_lot(lot_id=first.pk)
    return made


def test_a_sound_sale_has_no_faults(capsys, sale):
    assert audited(capsys) == (0, [{"lots": 2, "faulty": 0}])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"price_minor": 999_00}, "price_minor"),
        ({"bid_count": 7}, "bid_count"),
        ({"sequence": 40}, "sequence"),
        ({"hammer_minor": 1}, "hammer"),
    ],
)
def test_what_was_put_in_beside_the_log_is_found(capsys, sale, change, named):
    Lot.objects.filter(sale=sale, number=1).update(**change)
    code, lines = audited(capsys)
    assert code == 1
    assert lines[-1] == {"lots": 2, "faulty": 1}
    assert any(fault.startswith(named) for fault in lines[0]["faults"])
