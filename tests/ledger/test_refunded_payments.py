"""A payment of which money went back says so: how much, when, and what is on its way."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from artmarket.ledger.models import Payment
from artmarket.ledger.services.outgoing import ask_refund, confirm_outgoing
from artmarket.ledger.services.payments import note_received
from tests.auctions.pages import tight_text_of
from tests.factories import UserFactory
from tests.ledger.gateway_stage import asked, deposit_of
from tests.ledger.test_payment_pages import page_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    return UserFactory(operator=True)


def paid(party=None) -> Payment:
    """¥100 by transfer."""
    payment = asked(party, gateway="bank")
    note_received(
        payment_id=payment.pk, amount_minor=payment.amount_minor, gateway_reference=f"B{payment.pk}"
    )
    payment.refresh_from_db()
    return payment


def asked_back(payment: Payment, amount: int, key: str = "r"):
    with transaction.atomic():
        return ask_refund(
            actor=None, payment_id=payment.pk, amount_minor=amount,
            from_account=deposit_of(payment.party), key=f"{payment.pk}:{key}", reason="退款",
        )  # fmt: skip


def sent_back(payment: Payment, amount: int, operator, key: str = "r"):
    refund = asked_back(payment, amount, key)
    confirm_outgoing(actor=operator, row=refund, bank_reference=f"OUT-{refund.pk}")
    refund.refresh_from_db()
    return refund


def test_a_part_that_went_back_is_said_with_its_day_on_the_page_and_in_lists(operator):
    payment = paid()
    refund = sent_back(payment, 40_00, operator)
    day = date_format(localtime(refund.done_at), "DATE_FORMAT")
    payer = signed_in(payment.party.user)
    page = tight_text_of(payer.get(page_of(payment)))
    assert "状态已部分退款" in page
    assert f"已退¥40，{day}" in page
    assert "已到账" not in page
    for address in (reverse("payments:own"), reverse("payments:payments")):
        client = payer if address.endswith("/account/payments/") else signed_in(operator)
        assert f"已部分退款，已退¥40，{day}" in tight_text_of(client.get(address))


def test_all_that_went_back_is_said_as_all(operator):
    payment = paid()
    sent_back(payment, 40_00, operator)
    sent_back(payment, 60_00, operator, "r2")
    assert "状态已全部退款" in tight_text_of(signed_in(payment.party.user).get(page_of(payment)))


def test_what_is_on_its_way_back_is_said_and_not_counted(operator):
    payment = paid()
    asked_back(payment, 40_00)
    page = tight_text_of(signed_in(payment.party.user).get(page_of(payment)))
    assert "状态已到账" in page
    assert "退款办理中¥40" in page
    listed = tight_text_of(signed_in(operator).get(reverse("payments:payments")))
    assert "已到账，¥40退款办理中" in listed
    assert "已退¥" not in listed


def test_lists_begin_with_the_newest(operator):
    first = paid()
    second = paid(first.party)
    for client, name in ((signed_in(first.party.user), "own"), (signed_in(operator), "payments")):
        page = client.get(reverse(f"payments:{name}")).content.decode()
        assert page.index(second.reference) < page.index(first.reference)


def test_a_list_of_refunded_payments_costs_no_more_queries(operator):
    def cost() -> int:
        client = signed_in(operator)
        client.get(reverse("payments:payments"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("payments:payments"))
        return len(queries)

    sent_back(paid(), 40_00, operator)
    one = cost()
    for _n in range(3):
        sent_back(paid(), 100_00, operator)
    assert cost() == one
