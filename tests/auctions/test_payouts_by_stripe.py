"""A release pays seller and house where each wants it: the bank, or the account at the gateway."""

import pytest
from django.urls import reverse

from artmarket.core.clock import db_today
from artmarket.ledger.models import Payment, Payout, PayoutAccount
from artmarket.ledger.services import finishing
from artmarket.ledger.services.outgoing import confirm_outgoing
from artmarket.ledger.services.payments import start_payment
from artmarket.ledger.services.payout_ways import choose_way
from artmarket.ledger.services.sending_again import give_up, send_again
from auctions import tasks
from auctions.services.settlement.handing_over import (
    accept_lot,
    record_delivery,
    record_dispatch,
)
from auctions.services.settlement.invoicing import pay_invoice
from auctions.services.settlement.money import take_in
from auctions.services.settlement.releasing import release_settlement
from tests.appraisal.conditions import handed_over
from tests.auctions.pages import text_of
from tests.auctions.settling import (
    COMMISSION,
    HAMMER,
    TOTAL,
    accepted,
    agree,
    faults,
    invoiced,
    shipment,
)
from tests.ledger.conftest import stripe  # noqa: F401 - a fixture
from tests.ledger.failing import came, connected

pytestmark = pytest.mark.django_db
SELLER = HAMMER - COMMISSION


@pytest.fixture
def provider(request):
    """The loopback Stripe, under a name of its own here."""
    return request.getfixturevalue("stripe")


def paid_online(provider):
    """A lot that was paid on the gateway's page and accepted; more money of others lies there."""
    made = invoiced()
    payment = pay_invoice(
        actor=made.buyer, invoice_id=made.invoice.pk, gateway="stripe", key="online"
    )
    payment = start_payment(payment_id=payment.pk)
    provider.pay(payment.page_id)
    finishing.ask_again(payment.pk)
    take_in(Payment.objects.get(pk=payment.pk))
    came(gateway="stripe", stripe=provider, amount=TOTAL)  # fees leave enough
    handed_over(made.lot.work, purpose="outgoing", examined_on=db_today())
    record_dispatch(actor=made.boss, settlement_id=made.row.pk, shipment=shipment())
    record_delivery(actor=made.boss, settlement_id=made.row.pk, proof="签收单")
    made.row = accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    return made


def ways():
    return dict(Payout.objects.values_list("party", "gateway"))


def test_a_seller_with_a_ready_account_is_paid_there(provider):
    made = paid_online(provider)
    account = connected(provider, made.row.seller)
    release_settlement(actor=None, settlement_id=made.row.pk)
    assert ways() == {made.row.seller_id: "stripe", made.sale.house.party.pk: "bank"}
    finishing.finish()
    transfer = provider.all("transfer")
    assert [(t["destination"], t["amount"]) for t in transfer] == [(account.gateway_id, SELLER)]
    assert Payout.objects.get(party=made.row.seller).state == "done"
    finishing.finish()
    assert len(provider.all("transfer")) == 1
    assert faults() == []
    agree(made)


def test_the_seller_may_prefer_his_bank(provider):
    made = paid_online(provider)
    connected(provider, made.row.seller)
    choose_way(actor=made.seller, party=made.row.seller, gateway="bank")
    release_settlement(actor=None, settlement_id=made.row.pk)
    assert set(ways().values()) == {"bank"}


def test_money_that_came_by_the_bank_goes_out_by_the_bank(provider):
    made = accepted()
    connected(provider, made.row.seller)
    release_settlement(actor=None, settlement_id=made.row.pk)
    assert set(ways().values()) == {"bank"}
    assert faults() == []


def test_an_account_that_is_not_ready_any_more_waits_and_closes_when_paid(provider):
    made = paid_online(provider)
    connected(provider, made.row.seller)
    release_settlement(actor=None, settlement_id=made.row.pk)
    PayoutAccount.objects.update(is_ready=False)
    finishing.finish()
    assert Payout.objects.get(party=made.row.seller).state == "asked"
    PayoutAccount.objects.update(is_ready=True)
    finishing.finish()
    assert Payout.objects.get(party=made.row.seller).state == "done"
    assert "closed 0" in tasks.settle()


def test_the_sellers_statement_says_by_which_way_and_where_to_change_it(provider, reader):
    made = paid_online(provider)
    connected(provider, made.row.seller)
    release_settlement(actor=None, settlement_id=made.row.pk)
    address = reverse("auctions:consignment", args=[made.lot.consignment_id])
    page = text_of(reader(made.seller).get(address))
    assert "在线支付（Stripe）" in page
    assert "货款付到哪里" in page


def test_a_payout_that_was_sent_again_ends_the_settlement():
    made = accepted()
    made.row = release_settlement(actor=None, settlement_id=made.row.pk)
    row = Payout.objects.get(party=made.row.seller)
    give_up(actor=made.operator, row=row, reason="账号不存在")
    confirm_outgoing(
        actor=made.operator, row=Payout.objects.get(state="asked"), bank_reference="B1"
    )
    assert "closed 0" in tasks.settle()
    again = send_again(actor=made.operator, row=row, reason="账号已改")
    assert "closed 0" in tasks.settle()
    confirm_outgoing(actor=made.operator, row=again, bank_reference="B2")
    assert "closed 1" in tasks.settle()
    made.row.refresh_from_db()
    assert made.row.state == "closed"
    assert faults() == []
