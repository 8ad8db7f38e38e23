"""What failed is sent again by a person: only what is dead, once, and never twice the money."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from artmarket.ledger.audit import audit
from artmarket.ledger.enums import Purpose
from artmarket.ledger.gateways.base import GatewayUnavailable
from artmarket.ledger.models import Payout, Refund
from artmarket.ledger.payments.enums import OutgoingState
from artmarket.ledger.payments.selectors import failed_payouts, failed_refunds
from artmarket.ledger.services.outgoing import confirm_outgoing, run_payout, run_refund
from artmarket.ledger.services.posting import Insufficient
from artmarket.ledger.services.sending_again import give_up, send_again
from tests.factories import UserFactory
from tests.ledger.failing import came, connected, owed_to, payout, refund
from tests.ledger.gateway_stage import asked, balance, payer

pytestmark = pytest.mark.django_db


def refused_refund(stripe, amount=4_000):
    """A refund that the gateway refused, after a person refunded most of it there by hand."""
    payment = came(gateway="stripe", stripe=stripe)
    by_hand = {"payment_intent": payment.gateway_id, "amount": "9000"}
    stripe.answer("POST", "/v1/refunds", by_hand, f"by-hand-{payment.pk}")
    row = run_refund(refund(payment, amount).pk)
    assert row.state == OutgoingState.FAILED
    return payment, row


def test_a_payout_that_the_bank_could_not_send_is_sent_again(operator):
    party = came().party
    row = payout(party)
    row = give_up(actor=operator, row=row, reason="账号不存在")
    assert (row.state, row.why_failed) == (OutgoingState.FAILED, "账号不存在")
    assert balance(Purpose.PAYABLE, party=party) == 10_000
    made = send_again(actor=operator, row=row, reason="账号已改")
    assert (made.replaces, made.amount_minor, made.party, made.gateway, made.state) == (
        row, 4_000, party, "bank", OutgoingState.ASKED,
    )  # fmt: skip
    assert made.reference != row.reference
    assert made.idempotency_key == f"again:payout:{row.reference}"
    assert (made.subject_kind, made.subject_id) == (row.subject_kind, row.subject_id)
    assert balance(Purpose.PAYABLE, party=party) == 6_000
    confirm_outgoing(actor=operator, row=made, bank_reference="B1")
    assert list(audit()) == []
    event = Event.objects.get(action="payout.sent_again")
    assert (event.actor, event.data["reason"]) == (operator, "账号已改")


def test_pressed_again_it_is_the_one_that_stands(operator):
    row = give_up(actor=operator, row=payout(came().party), reason="账号不存在")
    first = send_again(actor=operator, row=row, reason="账号已改")
    assert send_again(actor=operator, row=row, reason="账号已改") == first
    assert Payout.objects.count() == 2
    with pytest.raises(WrongState):
        send_again(actor=operator, row=first, reason="再来")


def test_one_that_failed_twice_is_sent_a_third_time(operator):
    row = give_up(actor=operator, row=payout(came().party), reason="账号不存在")
    second = give_up(
        actor=operator, row=send_again(actor=operator, row=row, reason="改了"), reason="户名不符"
    )
    third = send_again(actor=operator, row=second, reason="又改了")
    assert (third.replaces, Payout.objects.count()) == (second, 3)
    assert list(audit()) == []


def test_only_what_is_dead_is_sent_again(operator, stripe):
    payment = came(gateway="stripe", stripe=stripe)
    row = refund(payment)
    with pytest.raises(WrongState):
        send_again(actor=operator, row=row, reason="等不及")
    stripe.drop_answers = 3
    with pytest.raises(GatewayUnavailable):
        run_refund(row.pk)
    with pytest.raises(WrongState):  # nobody knows whether it was made
        send_again(actor=operator, row=row, reason="等不及")
    with pytest.raises(WrongState):
        give_up(actor=operator, row=row, reason="等不及")
    assert run_refund(row.pk).state == OutgoingState.DONE
    with pytest.raises(WrongState):
        send_again(actor=operator, row=row, reason="再退")
    assert len(stripe.all("refund")) == 1


def test_a_refused_refund_goes_to_the_same_payment_again(operator, stripe):
    payment, row = refused_refund(stripe)
    made = send_again(actor=operator, row=row, reason="支付机构说可以了")
    assert (made.payment, made.gateway, made.replaces) == (payment, "stripe", row)
    assert run_refund(made.pk).state == OutgoingState.FAILED  # still refunded by hand there
    with pytest.raises(Invalid):
        send_again(actor=operator, row=made, reason="换一家", gateway="stripe")
    small, _row = refused_refund(stripe, 4_000)
    last = refund(small, 1_000)
    assert run_refund(last.pk).state == OutgoingState.DONE
    assert balance(Purpose.PAYABLE, party=payment.party) == 10_000


def test_a_refund_that_came_back_later_is_sent_again_and_counted_once(operator, stripe):
    payment = came(gateway="stripe", stripe=stripe)
    row = run_refund(refund(payment).pk)
    stripe.fail_refund(row.gateway_id)
    from artmarket.ledger.services import webhooks

    webhooks.HANDLERS["refund"]({"object": "refund", "id": row.gateway_id})
    row.refresh_from_db()
    payment.refresh_from_db()
    assert (row.state, payment.refunded_minor) == (OutgoingState.FAILED, 0)
    made = run_refund(send_again(actor=operator, row=row, reason="买家换了卡").pk)
    payment.refresh_from_db()
    assert (made.state, payment.refunded_minor) == (OutgoingState.DONE, 4_000)
    assert balance(Purpose.PAYABLE, party=payment.party) == 6_000
    assert list(audit()) == []


def test_a_refused_transfer_can_go_by_the_bank(operator, stripe):
    party = came(gateway="stripe", stripe=stripe).party
    connected(stripe, party)
    row = run_payout(payout(party, 10_000, gateway="stripe").pk)
    assert (row.state, row.why_failed) == (OutgoingState.FAILED, "balance_insufficient")  # fees
    made = send_again(actor=operator, row=row, reason="余额不够", gateway="bank")
    assert (made.gateway, made.state) == ("bank", OutgoingState.ASKED)
    assert not stripe.all("transfer")
    assert list(audit()) == []


def test_money_that_is_gone_is_not_sent_again(operator):
    party = came().party
    row = give_up(actor=operator, row=payout(party, 10_000), reason="账号不存在")
    payout(party, 1)
    with pytest.raises(Insufficient):
        send_again(actor=operator, row=row, reason="账号已改")
    assert list(failed_payouts()) == []
    assert Payout.objects.count() == 2


def test_who_may_and_why(operator):
    row = give_up(actor=operator, row=payout(came().party), reason="账号不存在")
    for actor in (UserFactory(), UserFactory(registrar=True), row.party.user):
        with pytest.raises(NotAllowed):
            send_again(actor=actor, row=row, reason="x")
        with pytest.raises(NotAllowed):
            give_up(actor=actor, row=payout(came().party), reason="x")
    with pytest.raises(Invalid) as refusal:
        send_again(actor=operator, row=row, reason="  ")
    assert set(refusal.value.fields) == {"note"}


def test_deposits_are_sent_again_where_they_are_counted(operator):
    payment = asked(payer(), gateway="bank")
    row = Refund(payment=payment)
    from artmarket.ledger.hooks import objection_to

    assert "保证金" in str(objection_to(row))


def test_the_database_refuses_a_second_replacement(operator):
    row = give_up(actor=operator, row=payout(came().party), reason="账号不存在")
    send_again(actor=operator, row=row, reason="账号已改")
    other = payout(came().party)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.filter(pk=other.pk).update(replaces=row)


def test_the_pages_list_what_failed_and_send_it(operator, client):
    client.force_login(operator)
    party = came().party
    row = payout(party)
    waiting = reverse("payments:item", args=["payout", row.pk])
    done = client.post(waiting, {"do": "give_up", "give_up-note": "账号不存在"})
    assert done.status_code == 302
    assert list(failed_payouts()) == [row]
    page = client.get(reverse("payments:review")).content.decode()
    address = reverse("payments:item", args=["failed_payout", row.pk])
    assert "账号不存在" in page
    assert address in page
    assert client.post(address, {"do": "again", "again-note": ""}).status_code == 422
    done = client.post(address, {"do": "again", "again-note": "账号已改", "again-gateway": "bank"})
    assert done.status_code == 302
    assert list(failed_payouts()) == []
    assert client.get(address).status_code == 404
    assert Payout.objects.get(replaces=row).asked_by == operator
    back = refund(came(party))
    give_up(actor=operator, row=back, reason="付款人销户")
    assert list(failed_refunds()) == [back]
    address = reverse("payments:item", args=["failed_refund", back.pk])
    assert client.post(address, {"do": "again", "again-note": "新账户"}).status_code == 302
    assert Refund.objects.get(replaces=back).payment == back.payment
    assert owed_to(party).balance_minor == 10_000 * 2 - 4_000 * 2
