"""A default on an invoice: when, what becomes of the parts that were paid, what the claim takes."""

from datetime import date, timedelta

import pytest

from artmarket.core.clock import db_today
from artmarket.core.errors import NotAllowed, WrongState
from auctions.engine.instalments import Part
from auctions.models import BuyerDefault, Instalment, Settlement
from auctions.services.payment import NotDueYet, declare_default, release_work
from auctions.services.second_chance import accept_second_chance, offer_second_chance
from auctions.services.settlement.defaulting import settle_default
from auctions.services.settlement.invoicing import issue_invoice, plan_instalments
from tests.auctions.aftermath import LONG_AGO, hammered_long_ago, sold
from tests.auctions.factories import fresh, house, refusal_of
from tests.auctions.settling import (
    COMMISSION,
    PREMIUM,
    TOTAL,
    _invoiced,
    agree,
    books,
    out,
    paid,
    pay,
)

pytestmark = pytest.mark.django_db


def late():
    """An invoice of long ago."""
    made = sold()
    hammered_long_ago(made.lot)
    made.lot = fresh(made.lot)
    return _invoiced(made)


def default(made):
    made.default = declare_default(actor=made.boss, lot_id=made.lot.pk, reason="逾期未付")
    made.row.refresh_from_db()
    return made


def in_default(part=None):
    made = late()
    if part:
        pay(made, part)
    return default(made)


def settle(made, actor=None):
    made.row = settle_default(actor=actor or made.boss, settlement_id=made.row.pk)
    return made.row


def test_a_default_ends_the_settlement_and_keeps_what_came_in():
    made = in_default(1000_00)
    assert (made.row.state, made.row.held_minor) == ("defaulted", 1000_00)
    assert made.default.due_on == made.invoice.due_on == date(2026, 3, 9)
    assert books() == {"clearing:bank": 1000_00, "escrow": 1000_00}
    agree(made)


def test_what_is_paid_is_not_in_default():
    made = paid()
    hammered_long_ago(made.lot)
    with pytest.raises(WrongState):
        default(made)
    assert not BuyerDefault.objects.exists()


def test_an_instalment_that_is_not_due_yet_is_no_default():
    made = late()
    today = db_today()
    parts = [Part(1000_00, today), Part(1990_00, today + timedelta(days=90))]
    plan_instalments(actor=made.boss, settlement_id=made.row.pk, parts=parts)
    with pytest.raises(NotDueYet):
        default(made)
    pay(made, 1000_00)
    refusal = refusal_of(lambda: default(made), NotDueYet)
    assert str(today + timedelta(days=90)) in str(refusal)


def test_an_instalment_that_is_late_is_a_default():
    made = late()
    for number, (amount, due_on) in enumerate(
        ((1000_00, date(2026, 3, 9)), (1990_00, date(2026, 6, 9))), start=1
    ):
        Instalment.objects.create(
            settlement=made.row, number=number, amount_minor=amount, due_on=due_on
        )
    pay(made, 1000_00)
    assert default(made).default.due_on == date(2026, 6, 9)


def test_money_that_comes_after_the_default_goes_back():
    made = late()
    payment = pay(made, 1000_00, tells=False)
    default(made)
    from auctions.services.settlement.money import take_in

    take_in(payment)
    made.row.refresh_from_db()
    assert (made.row.paid_minor, out()) == (0, {"refund": 1000_00})
    agree(made)


def test_while_the_shortfall_is_open_nothing_is_settled():
    made = in_default(1000_00)
    with pytest.raises(WrongState) as refusal:
        settle(made)
    assert refusal.value.rule == "auction.default_claim"


def test_given_back_the_commissions_are_kept_and_the_rest_goes_back():
    made = in_default(1000_00)
    release_work(actor=made.boss, lot_id=made.lot.pk, reason="没有人接手")
    for actor in (made.buyer, made.seller, house().boss):
        with pytest.raises(NotAllowed):
            settle(made, actor)
    settle(made)
    owed = PREMIUM + COMMISSION
    assert (made.row.released_minor, made.row.refunded_minor) == (owed, 1000_00 - owed)
    assert out() == {
        f"payout:{made.sale.house.party.pk}": owed, "refund": 1000_00 - owed,
    }  # fmt: skip
    agree(made)
    before = made.row.sequence
    assert settle(made).sequence == before


def test_a_cheaper_resale_takes_the_shortfall_for_the_seller():
    made = in_default(1500_00)
    offer = offer_second_chance(
        actor=made.boss, lot_id=made.lot.pk, paddle_id=made.people[2].pk
    )  # fmt: skip
    accept_second_chance(actor=made.people[2].user, offer_id=offer.pk)
    settle(made)
    assert out() == {
        f"payout:{made.sale.house.party.pk}": PREMIUM + COMMISSION,
        f"payout:{made.row.seller_id}": 600_00,
        "refund": 1500_00 - PREMIUM - COMMISSION - 600_00,
    }
    agree(made)


def test_what_does_not_reach_goes_first_to_the_house():
    made = in_default(600_00)
    offer = offer_second_chance(
        actor=made.boss, lot_id=made.lot.pk, paddle_id=made.people[2].pk
    )  # fmt: skip
    accept_second_chance(actor=made.people[2].user, offer_id=offer.pk)
    settle(made)
    owed = PREMIUM + COMMISSION
    assert out() == {
        f"payout:{made.sale.house.party.pk}": owed,
        f"payout:{made.row.seller_id}": 600_00 - owed,
    }
    agree(made)


def test_the_second_buyer_has_an_invoice_of_his_own():
    made = in_default(600_00)
    second = made.people[1]
    offer = offer_second_chance(actor=made.boss, lot_id=made.lot.pk, paddle_id=second.pk)
    accept_second_chance(actor=second.user, offer_id=offer.pk)
    invoice = issue_invoice(actor=made.boss, sale_id=made.sale.pk, paddle_id=second.pk)
    row = invoice.settlements.get()
    assert (row.hammer_minor, invoice.due_on > LONG_AGO.date()) == (2500_00, True)
    assert list(Settlement.objects.live()) == [row]


def test_who_paid_nothing_has_nothing_to_settle():
    made = in_default()
    release_work(actor=made.boss, lot_id=made.lot.pk, reason="没有人接手")
    before = made.row.sequence
    assert settle(made).sequence == before
    assert out() == {}
    assert made.row.total_minor == TOTAL
