"""From the invoice to the money that is held: what each step needs, and that it moves once."""

from datetime import timedelta

import pytest

from artmarket.core.clock import db_today
from artmarket.core.errors import NotAllowed, WrongState
from artmarket.core.models import Event
from artmarket.ledger.models import Payment, Refund
from auctions.engine.bills import Line
from auctions.engine.instalments import Part
from auctions.enums import LotState
from auctions.models import Invoice, InvoiceReceipt
from auctions.selectors.costs import buyer_bill_of, seller_bill_of
from auctions.selectors.sales import costs_of
from auctions.services.payment import confirm_payment
from auctions.services.settlement.invoicing import (
    cancel_invoice,
    issue_invoice,
    pay_invoice,
    plan_instalments,
)
from auctions.services.settlement.money import take_in
from tests.auctions.aftermath import hammered_long_ago, sold
from tests.auctions.factories import fresh, house, refusal_of
from tests.auctions.registrations import rule
from tests.auctions.settling import (
    COMMISSION,
    HAMMER,
    PREMIUM,
    TOTAL,
    agree,
    books,
    faults,
    invoiced,
    invoiced_lots,
    kinds,
    paid,
    pay,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ the invoice


def test_an_invoice_names_what_the_bid_box_named():
    made = invoiced()
    buyer, seller = made.row.buyer_bill, made.row.seller_bill
    assert buyer == costs_of(made.sale, HAMMER).bill == buyer_bill_of(made.lot)
    assert (buyer.of("hammer"), buyer.of("premium"), made.row.total_minor) == (
        HAMMER, PREMIUM, TOTAL,
    )  # fmt: skip
    assert seller == seller_bill_of(made.lot)
    assert (seller.of("commission"), seller.total) == (-COMMISSION, HAMMER - COMMISSION)
    assert made.invoice.number == f"{made.sale.pk}-{made.paddle.number}-1"
    assert kinds(made.row) == ["invoiced"]


def test_an_invoice_is_issued_once_and_takes_all_lots_of_a_buyer():
    made = invoiced_lots([2000, 3000])
    again = issue_invoice(actor=made.boss, sale_id=made.sale.pk, paddle_id=made.paddle.pk)
    assert again == made.invoice
    assert (Invoice.objects.count(), len(made.rows)) == (1, 2)


def test_who_may_issue_an_invoice_for_whom():
    made = sold()
    winner, loser = made.people[:2]
    for actor in (winner.user, house().boss, UserFactory(registrar=True)):
        with pytest.raises(NotAllowed):
            issue_invoice(actor=actor, sale_id=made.sale.pk, paddle_id=winner.pk)
    with pytest.raises(WrongState) as refusal:
        issue_invoice(actor=made.boss, sale_id=made.sale.pk, paddle_id=loser.pk)
    assert refusal.value.rule == "settlement.confirmation"


def test_an_unpaid_lot_can_be_invoiced_anew():
    made = invoiced()
    cancel_invoice(actor=made.boss, settlement_id=made.row.pk, reason="抬头写错")
    later = issue_invoice(actor=made.boss, sale_id=made.sale.pk, paddle_id=made.paddle.pk)
    assert later.number.endswith("-2")
    assert [row.state for row in made.lot.settlements.order_by("pk")] == ["cancelled", "invoiced"]
    assert fresh(made.lot).state == LotState.SOLD


def test_the_desk_of_the_house_does_not_settle_what_the_platform_invoiced():
    made = invoiced()
    with pytest.raises(WrongState) as refusal:
        confirm_payment(actor=made.boss, lot_id=made.lot.pk, reference="收据1")
    assert refusal.value.rule == "settlement.escrow"


# ------------------------------------------------------------------ the money


def test_a_payment_is_held_for_the_buyer_and_settles_the_lot():
    made = paid()
    assert (made.row.state, made.row.paid_minor, made.row.held_minor) == ("held", TOTAL, TOTAL)
    assert fresh(made.lot).state == LotState.SETTLED
    assert books() == {"clearing:bank": TOTAL, "escrow": TOTAL}
    assert faults() == []
    agree(made)


def test_told_again_a_payment_is_taken_once():
    made = paid()
    for _n in range(3):
        assert take_in(Payment.objects.get(pk=made.payment.pk)) == 0
    assert (InvoiceReceipt.objects.count(), kinds(made.row)) == (1, ["invoiced", "paid"])
    assert Event.objects.filter(action="lot.settled").count() == 1


def test_a_part_is_a_part():
    made = invoiced()
    pay(made, 1000_00)
    assert (made.row.state, made.row.owed_minor) == ("part_paid", TOTAL - 1000_00)
    assert fresh(made.lot).state == LotState.SOLD
    pay(made)
    assert made.row.state == "held"
    agree(made)


def test_money_fills_the_lots_in_their_order():
    made = invoiced_lots([2000, 3000])
    first, second = made.rows
    pay(made, first.total_minor + 1)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.paid_minor) == ("held", "part_paid", 1)
    agree(made)


def test_what_is_paid_twice_goes_back_to_where_it_came_from():
    made = invoiced()
    late = pay(made, tells=False)
    other = pay(made, 1000_00)
    assert made.row.paid_minor == 1000_00
    take_in(late)
    made.row.refresh_from_db()
    back = Refund.objects.get()
    assert (made.row.paid_minor, made.row.state) == (TOTAL, "held")
    assert (back.payment, back.amount_minor) == (late, 1000_00)
    assert other.refunded_minor == 0
    agree(made)


def test_who_may_pay_and_what():
    made = invoiced()

    def asks(**changes):
        given = {"actor": made.buyer, "gateway": "bank", "key": "a"} | changes
        return pay_invoice(invoice_id=made.invoice.pk, **given)

    for actor in (made.seller, made.people[1].user, house().boss):
        with pytest.raises(NotAllowed):
            asks(actor=actor)
    for amount in (0, -1, TOTAL + 1):
        assert set(refusal_of(lambda amount=amount: asks(amount_minor=amount)).fields) == {"amount"}
    first = asks()
    assert asks() == asks(key="b") == first
    assert asks(key="c", amount_minor=5).amount_minor == 5
    assert asks(actor=made.boss, key="d", gateway="desk").gateway == "desk"
    pay(made)
    with pytest.raises(WrongState):
        asks(key="e")


def early_rule():
    """15 percent, 13 for who pays within ten days."""
    return rule("premium", tiers=[[None, "15"]], early_payment=[[10, "13"]])


def test_paying_early_takes_off_a_part_of_the_premium():
    name = early_rule()
    made = invoiced(premium=name)
    less = HAMMER * 2 // 100
    pay(made, TOTAL - less)
    assert (made.row.state, made.row.rebate_minor, made.row.total_minor) == (
        "held", less, TOTAL - less,
    )  # fmt: skip
    assert made.row.buyer_bill.lines[-1] == Line("early", -less)
    assert buyer_bill_of(made.lot, paid_on=db_today()).total == made.row.buyer_bill.total
    assert kinds(made.row) == ["invoiced", "rebated", "paid"]
    whole = invoiced(premium=name)
    pay(whole)
    assert Refund.objects.get().amount_minor == less
    agree(made)


def test_who_pays_after_the_days_pays_the_full_rate():
    made = invoiced(premium=early_rule())
    hammered_long_ago(made.lot)
    pay(made)
    assert (made.row.state, made.row.rebate_minor, made.row.paid_minor) == ("held", 0, TOTAL)
    assert not Refund.objects.exists()


def test_instalments_follow_the_rules_and_move_the_due_day():
    made = invoiced()
    today = db_today()

    def plans(*parts, actor=None):
        rows = [Part(amount, today + timedelta(days=day)) for amount, day in parts]
        return plan_instalments(actor=actor or made.boss, settlement_id=made.row.pk, parts=rows)

    with pytest.raises(NotAllowed):
        plans((1000_00, 7), (1990_00, 90), actor=made.buyer)
    for wrong in (((800_00, 7), (2190_00, 90)), ((1000_00, 7), (1990_00, 400)), ((TOTAL, 7),)):
        refusal = refusal_of(lambda wrong=wrong: plans(*wrong))
        assert (set(refusal.fields), refusal.rule) == ({"parts"}, "settlement.instalment_first")
    plans((1000_00, 7), (1990_00, 90))
    with pytest.raises(WrongState):
        plans((1000_00, 7), (1990_00, 90))
    assert [part.amount_minor for part in made.row.instalments.all()] == [1000_00, 1990_00]
