"""What the pages of orders cost: the same for one row and for many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from artmarket.core.money import Money
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account
from artmarket.ledger.selectors.accounts import lines
from auctions.services.settlement.claims import raise_claim
from auctions.services.settlement.handing_over import record_delivery, record_dispatch
from tests.appraisal.conditions import handed_over
from tests.auctions.pages import text_of
from tests.auctions.settling import (
    COMMISSION,
    HAMMER,
    TOTAL,
    claimed,
    invoiced,
    invoiced_lots,
    pay,
    released,
    shipment,
)

pytestmark = pytest.mark.django_db
MOST_OF_A_LIST = 16
MOST_OF_AN_ORDER = 36


def cost(client, name, *args) -> int:
    """The queries of a page, the second time it is read."""
    address = reverse(f"auctions:{name}", args=args)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_a_list_of_orders_costs_the_same_for_many(reader):
    one, many = invoiced(), invoiced_lots([2600] * 5)
    costs = [cost(reader(made.buyer), "orders") for made in (one, many)]
    assert costs[0] == costs[1] <= MOST_OF_A_LIST


def test_a_house_pays_the_same_for_many_settlements_with_claims(reader):
    one, many = invoiced(), invoiced_lots([2600] * 4)
    pay(many)
    for row in many.rows[:2]:
        handed_over(row.lot.work, purpose="outgoing", examined_on=row.invoice.issued_at.date())
        record_dispatch(actor=many.boss, settlement_id=row.pk, shipment=shipment())
        record_delivery(actor=many.boss, settlement_id=row.pk, proof="签收单")
        raise_claim(actor=many.buyer, settlement_id=row.pk, kind="condition", words="有折痕。")
    costs = [cost(reader(made.boss), "house_orders") for made in (one, many)]
    assert costs[0] == costs[1] <= MOST_OF_A_LIST
    page = text_of(reader(many.boss).get(reverse("auctions:house_orders")))
    assert page.count("你 答复异议") == 2


def test_an_order_with_a_claim_costs_little_more_than_one_without(reader):
    made = claimed()
    for user in (made.buyer, made.boss, made.seller, made.operator):
        assert cost(reader(user), "order", made.row.pk) <= MOST_OF_AN_ORDER


def test_the_buyers_statement_shows_one_sum_and_not_what_the_seller_pays_the_house(reader):
    made = released()
    (escrow,) = Account.objects.filter(purpose=Purpose.ESCROW)
    assert [row.signed for row in lines(escrow)] == [TOTAL, -TOTAL]
    page = text_of(reader(made.buyer).get(reverse("ledger:statement", args=[escrow.pk])))
    assert "成交放款" in page
    assert str(Money(HAMMER - COMMISSION)) not in page
    seller = Account.objects.get(purpose=Purpose.PAYABLE, party=made.row.seller)
    assert [row.signed for row in lines(seller)] == [HAMMER - COMMISSION, COMMISSION - HAMMER]
