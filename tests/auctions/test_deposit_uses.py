"""A buyer's deposit: part of his price by the rule of the sale, forfeited by it after a default."""

import pytest

from artmarket.core.errors import NotAllowed, WrongState
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Payout, Refund
from artmarket.ledger.services.payments import note_received
from artmarket.ledger.services.telling import tell
from auctions import tasks
from auctions.audit import audit_lots
from auctions.deposit_audit import accounts_hold, deposit_faults
from auctions.enums import LotState
from auctions.models import DepositMovement
from auctions.services.deposit_paying import pay_deposit
from auctions.services.deposit_uses import apply_deposit, settle_deposit
from auctions.services.payment import declare_default, release_work
from auctions.services.settlement.defaulting import settle_default
from auctions.services.settlement.invoicing import issue_invoice, pay_invoice
from auctions.services.settlement.money import take_in
from auctions.services.settlement.undoing import refund_lot
from auctions.settlement_audit import escrow_faults
from tests.auctions.aftermath import hammered_long_ago
from tests.auctions.factories import begun, bid, house
from tests.auctions.registrations import deposit_of, fixed, over, pay, register
from tests.factories import UserFactory
from tests.ledger.gateway_stage import balance

pytestmark = pytest.mark.django_db
# The buyer's hammer is 2,600 yuan (another bid 2,500): 15 % premium 390, 5 % commission 130.
COMMISSIONS = 390_00 + 130_00
TOTAL = 2990_00


@pytest.fixture(autouse=True)
def _proved_from_the_books():
    yield
    assert [*deposit_faults(), *accounts_hold(), *escrow_faults()] == []
    assert [fault for found in audit_lots() for fault in found.faults] == []


def bought(amount=1000, *, way="bank", **body):
    """A sale over; its buyer's deposit of so many yuan is there: sale, paddle, lot."""
    sale = begun(deposit=fixed(amount, **body), approval="automatic")
    winner, loser = register(sale), register(sale)
    for n, paddle in enumerate((winner, loser)):
        if way == "desk":
            pay(sale, paddle)
            continue
        payment = pay_deposit(actor=paddle.user, deposit_id=deposit_of(paddle).pk, way=way)
        note_received(
            payment_id=payment.pk, amount_minor=amount * 100, gateway_reference=f"D{n}"
        )  # fmt: skip
        tell(payment_id=payment.pk)
    lot = sale.lots.get()
    assert bid(lot, loser, 2500).is_accepted
    assert bid(lot, winner, 3000).is_accepted
    over(sale)
    tasks.release_deposits()
    lot.refresh_from_db()
    return sale, winner, lot


def invoiced(sale, paddle):
    invoice = issue_invoice(actor=sale.house.boss, sale_id=sale.pk, paddle_id=paddle.pk)
    return invoice, invoice.settlements.get()


def in_default(sale, lot):
    hammered_long_ago(lot)
    declare_default(actor=sale.house.boss, lot_id=lot.pk, reason="逾期未付")


def given_back(sale, lot):
    in_default(sale, lot)
    release_work(actor=sale.house.boss, lot_id=lot.pk, reason="没有人接手")


def settle(sale, paddle, actor=None):
    return settle_deposit(actor=actor or sale.house.boss, deposit_id=deposit_of(paddle).pk)


def uses(paddle):
    row = deposit_of(paddle)
    return row.released_minor, row.applied_minor, row.kept_minor


def paid_out() -> dict[int, int]:
    return {row.party_id: row.amount_minor for row in Payout.objects.all()}


# ------------------------------------------------------------------ part of the price


def test_where_the_rule_says_so_the_deposit_pays_a_part_and_the_rest_is_owed():
    sale, paddle, lot = bought(counts=True)
    assert tasks.care_for_deposits().endswith("applied 0, failed 0")  # there is no invoice yet
    invoice, row = invoiced(sale, paddle)
    assert tasks.care_for_deposits().endswith("applied 1, failed 0")
    assert tasks.care_for_deposits().endswith("applied 0, failed 0")
    row.refresh_from_db()
    assert (row.paid_minor, row.owed_minor) == (1000_00, TOTAL - 1000_00)
    assert uses(paddle) == (0, 1000_00, 0)
    assert balance(Purpose.ESCROW, party=paddle.party) == 1000_00
    payment = pay_invoice(actor=paddle.user, invoice_id=invoice.pk, gateway="bank", key="k")
    assert payment.amount_minor == TOTAL - 1000_00
    note_received(payment_id=payment.pk, amount_minor=payment.amount_minor, gateway_reference="I1")
    payment.refresh_from_db()
    take_in(payment)
    lot.refresh_from_db()
    assert lot.state == LotState.SETTLED
    tasks.release_deposits()
    assert uses(paddle) == (0, 1000_00, 0)


def test_what_the_price_does_not_need_goes_back():
    sale, paddle, lot = bought(5000, counts=True)
    invoiced(sale, paddle)
    assert apply_deposit(deposit_id=deposit_of(paddle).pk)
    lot.refresh_from_db()
    assert lot.state == LotState.SETTLED
    assert tasks.release_deposits() == "released 1, failed 0"
    released, applied, _kept = uses(paddle)
    assert released + applied == 5000_00
    assert Refund.objects.filter(payment__party=paddle.party).get().amount_minor == released


def test_a_price_that_is_undone_sends_the_deposit_back_to_its_payment():
    sale, paddle, _lot = bought(5000, counts=True)
    _invoice, row = invoiced(sale, paddle)
    apply_deposit(deposit_id=deposit_of(paddle).pk)
    row.refresh_from_db()
    refund_lot(actor=UserFactory(operator=True), settlement_id=row.pk, reason="不能交付")
    own = Refund.objects.get(payment__party=paddle.party)
    assert own.amount_minor == deposit_of(paddle).applied_minor
    tell(payment_id=own.payment_id)
    assert deposit_of(paddle).returned_minor == 0  # it went back out of the price


def test_where_it_does_not_count_it_waits_for_the_price():
    sale, paddle, _lot = bought()
    invoiced(sale, paddle)
    assert not apply_deposit(deposit_id=deposit_of(paddle).pk)
    assert tasks.care_for_deposits().endswith("applied 0, failed 0")
    assert uses(paddle) == (0, 0, 0)


# ------------------------------------------------------------------ forfeited


def test_a_default_takes_what_it_costs_and_the_rest_goes_back():
    sale, paddle, lot = bought(1000)
    given_back(sale, lot)
    settle(sale, paddle)
    assert uses(paddle) == (1000_00 - COMMISSIONS, 0, COMMISSIONS)
    house_party = Payout.objects.get().party
    assert (house_party.organisation, sum(paid_out().values())) == (sale.house, COMMISSIONS)
    settle(sale, paddle)
    assert sum(paid_out().values()) == COMMISSIONS
    assert DepositMovement.objects.filter(kind="kept").count() == 1


def test_a_judicial_sale_keeps_the_whole():
    sale, paddle, lot = bought(1000, forfeit="whole")
    given_back(sale, lot)
    settle(sale, paddle)
    assert uses(paddle) == (0, 0, 1000_00)
    assert paid_out()[lot.consignor_id] == 1000_00 - COMMISSIONS


def test_a_rule_that_forfeits_nothing_sends_it_back():
    sale, paddle, lot = bought(1000, forfeit="none")
    given_back(sale, lot)
    settle(sale, paddle)
    assert uses(paddle) == (1000_00, 0, 0)
    assert not Payout.objects.exists()


def test_it_is_decided_only_once_the_claim_is_known():
    sale, paddle, lot = bought(1000)
    in_default(sale, lot)
    with pytest.raises(WrongState):
        settle(sale, paddle)
    release_work(actor=sale.house.boss, lot_id=lot.pk, reason="没有人接手")
    settle(sale, paddle)
    assert uses(paddle)[2] == COMMISSIONS


def test_what_was_paid_of_the_price_is_used_first():
    sale, paddle, lot = bought(1000)
    hammered_long_ago(lot)
    invoice, row = invoiced(sale, paddle)
    payment = pay_invoice(
        actor=paddle.user, invoice_id=invoice.pk, gateway="bank", key="k", amount_minor=500_00
    )
    note_received(payment_id=payment.pk, amount_minor=500_00, gateway_reference="I1")
    payment.refresh_from_db()
    take_in(payment)
    given_back(sale, lot)
    with pytest.raises(WrongState):
        settle(sale, paddle)
    settle_default(actor=sale.house.boss, settlement_id=row.pk)
    settle(sale, paddle)
    assert uses(paddle)[2] == COMMISSIONS - 500_00


def test_nobody_is_forfeited_without_a_default_nor_by_himself_or_another_house():
    sale, paddle, lot = bought(1000)
    with pytest.raises(WrongState):
        settle(sale, paddle)
    given_back(sale, lot)
    for actor in (paddle.user, house().boss, UserFactory(registrar=True)):
        with pytest.raises(NotAllowed):
            settle(sale, paddle, actor)
    assert uses(paddle) == (0, 0, 0)


def test_what_the_desk_took_is_kept_and_the_rest_handed_out_there():
    sale, paddle, lot = bought(1000, way="desk")
    given_back(sale, lot)
    settle(sale, paddle)
    assert uses(paddle) == (1000_00 - COMMISSIONS, 0, COMMISSIONS)
    assert not Refund.objects.filter(payment__party=paddle.party).exists()
