"""Pages of payments: the payer's way to the gateway and back, and the operator's desk."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from artmarket.core.clock import db_now, db_today
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import (
    DueDiligence,
    PayoutAccount,
    ReconciliationDifference,
    Refund,
    StatementLine,
    StrayMoney,
)
from artmarket.ledger.payments.enums import OutgoingState, PaymentState, StrayState
from artmarket.ledger.services import bank, finishing, reconciliation
from artmarket.ledger.services.payments import ask_refund, start_payment
from tests.factories import UserFactory
from tests.ledger.gateway_stage import asked, balance, deposit_of, payer
from tests.ledger.test_bank import HEAD, row
from tests.ledger.test_webhooks import post

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk():
    return signed_in(UserFactory(operator=True))


def page_of(payment):
    return reverse("payments:payment", args=[payment.reference])


def test_the_payer_goes_to_the_gateway_by_a_link_and_comes_back_paid(stripe):
    payment = asked()
    client = signed_in(payment.party.user)
    assert "准备付款" in client.get(page_of(payment)).content.decode()
    assert client.post(page_of(payment), {"do": "start"}).status_code == 302
    page = client.get(page_of(payment)).content.decode()
    payment.refresh_from_db()
    assert f'href="{payment.page_url}"' in page
    stripe.pay(payment.page_id)
    back = client.get(f"/money/back/{payment.reference}/")
    assert back.url == page_of(payment)
    client.post(page_of(payment), {"do": "refresh"})
    page = client.get(page_of(payment)).content.decode()
    assert "已到账" in page
    assert "准备付款" not in page
    payment.refresh_from_db()
    assert payment.state == PaymentState.PAID


def test_a_gateway_that_is_down_is_said_on_the_page(stripe):
    payment = asked()
    client = signed_in(payment.party.user)
    stripe.fail_next = 3
    answer = client.post(page_of(payment), {"do": "start"}, follow=True)
    assert "支付机构暂时没有答复" in answer.content.decode()


def test_nobody_else_sees_or_starts_a_payment(stripe):
    payment = asked()
    stranger = signed_in(UserFactory())
    assert stranger.get(page_of(payment)).status_code == 404
    assert stranger.post(page_of(payment), {"do": "start"}).status_code == 404
    assert Client().get(page_of(payment)).status_code == 302
    operator = signed_in(UserFactory(operator=True))
    assert operator.get(page_of(payment)).status_code == 200
    assert operator.post(page_of(payment), {"do": "start"}).status_code == 404
    assert not stripe.all("checkout.session")


def test_a_transfer_is_told_its_reference_and_the_account(settings):
    payment = asked(gateway="bank")
    page = signed_in(payment.party.user).get(page_of(payment)).content.decode()
    assert settings.BANK_ACCOUNT in page
    assert "准备付款" not in page


def test_ones_own_payments_and_no_others():
    mine, other = asked(gateway="bank"), asked(gateway="bank")
    page = signed_in(mine.party.user).get(reverse("payments:own")).content.decode()
    assert mine.reference in page
    assert other.reference not in page


def test_the_desk_records_cash_and_says_what_is_missing(desk):
    payment = asked(gateway="desk")
    given = {
        "do": "record", "desk-amount": "100", "desk-is_cash": "1", "desk-receipt_number": "C1",
        "desk-payer_name": payment.party.name, "desk-received_on": db_today().isoformat(),
    }  # fmt: skip
    wrong = desk.post(page_of(payment), given | {"desk-amount": "1.001"})
    assert wrong.status_code == 422
    tomorrow = (db_today() + timedelta(days=1)).isoformat()
    late = desk.post(page_of(payment), given | {"desk-received_on": tomorrow})
    assert "收到日期不能晚于今天" in late.content.decode()
    assert desk.post(page_of(payment), given).status_code == 302
    payment.refresh_from_db()
    assert payment.state == PaymentState.PAID
    payer_page = signed_in(payment.party.user).post(page_of(payment), given)
    assert payer_page.status_code == 422
    assert balance(Purpose.CLEARING, gateway="desk") == 10_000


def test_a_statement_is_taken_in_and_a_bad_one_is_refused_with_words(desk):
    payment = asked(gateway="bank")
    raw = (HEAD + row(payment) + row(payment, number="B2")).encode()
    address = reverse("payments:statements")
    assert desk.post(address, {"file": SimpleUploadedFile("a.csv", raw)}).status_code == 302
    page = desk.get(address).content.decode()
    assert "已入账" in page
    assert "待查" in page
    bad = desk.post(address, {"file": SimpleUploadedFile("a.csv", b"nothing")})
    assert bad.status_code == 422
    assert "没有找到表头" in bad.content.decode()
    assert StatementLine.objects.count() == 2


def item(kind, row):
    return reverse("payments:item", args=[kind, row.pk])


def test_stray_money_is_assigned_on_its_page(desk):
    payment = asked(gateway="bank")
    bank.import_statement(actor=None, raw=(HEAD + row(payment, name="代付人")).encode())
    stray = StrayMoney.objects.get()
    assert "代付人" in desk.get(reverse("payments:review")).content.decode()
    address = item("stray", stray)
    assert desk.get(address).status_code == 200
    wrong = desk.post(address, {"do": "assign", "assign-reference": "P1", "assign-note": "x"})
    assert "没有这个付款编号" in wrong.content.decode()
    given = {"do": "assign", "assign-reference": payment.reference, "assign-note": "夫妻"}
    assert desk.post(address, given).status_code == 302
    assert desk.post(address, given).status_code == 422
    stray.refresh_from_db()
    assert stray.state == StrayState.ASSIGNED


def test_a_refund_by_bank_is_confirmed_on_its_page(desk):
    payment = asked(gateway="bank")
    bank.import_statement(actor=None, raw=(HEAD + row(payment)).encode())
    with transaction.atomic():
        refund = ask_refund(
            actor=None, payment_id=payment.pk, amount_minor=1_000,
            from_account=deposit_of(payment.party), key="r", reason="退款",
        )  # fmt: skip
    address = item("refund", refund)
    assert desk.post(address, {"do": "sent", "sent-reference": "OUT1"}).status_code == 302
    assert desk.post(address, {"do": "sent", "sent-reference": "OUT2"}).status_code == 422
    assert Refund.objects.get().state == OutgoingState.DONE


def test_differences_disputes_and_diligence_have_pages(desk, stripe):
    payment = start_payment(payment_id=asked().pk)
    stripe.pay(payment.page_id)
    reconciliation.reconcile(gateway_name="stripe", until=db_now() + timedelta(hours=1))
    difference = ReconciliationDifference.objects.get()
    assert desk.get(item("difference", difference)).status_code == 200
    closing = {"do": "close", "close-note": "消息晚到"}
    assert desk.post(item("difference", difference), closing).status_code == 302
    payment = finishing.ask_again(payment.pk)
    from artmarket.ledger.services import webhooks

    dispute = stripe.dispute(payment.gateway_id)
    webhooks.HANDLERS["dispute"]({"object": "dispute", "id": dispute["id"]})
    assert desk.get(item("dispute", payment.disputes.get())).status_code == 200
    found = DueDiligence.objects.create(
        party=payer(), kind="cash", day=db_today(), currency="CNY", sum_minor=2, limit_minor=1,
        rule="payment.cash_of_a_day", due_on=db_today(),
    )  # fmt: skip
    assert "/rules/" in desk.get(item("diligence", found)).content.decode()
    done = {"do": "finish", "finish-note": "已核查"}
    assert desk.post(item("diligence", found), done).status_code == 302
    review = desk.get(reverse("payments:review"))
    assert review.content.decode().count("没有待办") == 7  # the dispute is open
    assert desk.get(reverse("payments:payments"), {"q": payment.reference}).status_code == 200
    assert desk.get("/money/review/nothing/1/").status_code == 404


def test_an_account_for_payouts_is_opened_once_and_filled_in_at_the_gateway(stripe):
    party = payer()
    client, address = signed_in(party.user), reverse("payments:own")
    assert "开通收款" in client.get(address).content.decode()
    for _n in range(2):
        page = client.post(address, {"party": party.pk}).content.decode()
        assert f'href="https://connect.invalid/{PayoutAccount.objects.get().gateway_id}"' in page
    assert len(stripe.all("account")) == 1
    assert client.post(address, {"party": payer().pk}).status_code == 404
    stripe.make_ready(PayoutAccount.objects.get().gateway_id)
    event = stripe.all("event", type="account.updated")[0]
    assert post(event) == 200
    assert "可收款" in client.get(address).content.decode()


def test_without_stripe_no_account_for_payouts_is_offered():
    page = signed_in(payer().user).get(reverse("payments:own")).content.decode()
    assert "收款账户" not in page


@pytest.mark.parametrize("name", ["review", "payments", "statements"])
def test_the_operators_pages_are_the_operators(name):
    assert signed_in(UserFactory()).get(reverse(f"payments:{name}")).status_code == 403
