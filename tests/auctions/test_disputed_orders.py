"""A payer's bank disputes what came in for a lot: nothing is handed over or released, and the term
for the hand-over stands still until the dispute is over."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import F

from artmarket import rulebook
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import WrongState
from artmarket.ledger.gateways.base import DisputeFacts
from artmarket.ledger.models import ChargeDispute, Payout
from artmarket.ledger.services.disputes import apply_dispute
from artmarket.ledger.services.outgoing import TakenByBank, ask_refund
from auctions import tasks
from auctions.models import Settlement
from auctions.selectors import settlement as selectors
from auctions.services.settlement.handing_over import record_collection, record_dispatch
from auctions.services.settlement.releasing import release_settlement
from tests.appraisal.conditions import handed_over
from tests.auctions.pages import tight_text_of
from tests.auctions.settling import TOTAL, accepted, paid, pay, shipment
from tests.auctions.test_settlement_pages import at, post

pytestmark = pytest.mark.django_db
EVIDENCE = datetime(2099, 1, 2, tzinfo=UTC)


def disputed(made, status="needs_response", **movements) -> ChargeDispute:
    """The bank of whoever paid takes the money back; what it moved, by the gateway's ids."""
    return apply_dispute(
        payment_id=made.payment.pk,
        facts=DisputeFacts(
            f"dp_{made.payment.pk}", "pi_1", "CNY", TOTAL, status, "fraudulent", EVIDENCE,
            movements,
        ),
    )  # fmt: skip


def known(made) -> Settlement:
    return selectors.with_people(Settlement.objects.all()).get(pk=made.row.pk)


def turn(made) -> selectors.Turn:
    row = known(made)
    found = selectors.turn_of(row, selectors.open_claim(row))
    assert found is not None
    return found


def ready_to_leave():
    made = paid()
    handed_over(made.lot.work, purpose="outgoing", examined_on=db_today())
    return made


def put_back(made, **span) -> None:
    """Paid, disputed and decided so much earlier."""
    Settlement.objects.filter(pk=made.row.pk).update(paid_at=F("paid_at") - timedelta(**span))


# ------------------------------------------------------------------ the term


def test_a_paid_work_has_a_term_to_leave_the_house(reader):
    made = paid()
    days = rulebook.get("settlement.dispatch_days")
    row = known(made)
    found = turn(made)
    assert (found.side, found.due) == ("seller", row.paid_at + timedelta(days=days))
    page = tight_text_of(reader(made.boss).get(at("order", made.row.pk)))
    assert "你交付作品" in page
    assert "平台可以撤销成交" in page


def test_a_dispute_stops_the_term_and_it_goes_on_after_it(reader):
    made = paid()
    before = turn(made).due
    row = disputed(made)
    stopped = turn(made)
    assert (stopped.side, stopped.due) == ("platform", EVIDENCE)
    assert selectors.dispatch_due(known(made)) is None
    page = tight_text_of(reader(made.buyer).get(at("order", made.row.pk)))
    assert "付款人的银行提出了拒付争议" in page
    assert "平台答复银行的拒付争议" in page
    row = disputed(made, "won")
    now = db_now()
    ChargeDispute.objects.filter(pk=row.pk).update(
        opened_at=now + timedelta(days=1), closed_at=now + timedelta(days=4)
    )
    after = turn(made)
    assert (after.side, after.due - before) == ("seller", timedelta(days=3))


def test_the_term_begins_again_when_storage_is_paid():
    made = paid()
    put_back(made, days=40)
    first = turn(made).due
    assert first < db_now()
    row = known(made)
    row.total_minor, row.storage_minor = row.total_minor + 100_00, 100_00
    row.save(update_fields=["total_minor", "storage_minor"])
    assert turn(made).side == "buyer"
    pay(made)
    assert turn(made).due > db_now()


# ------------------------------------------------------------------ what it stops


def test_nothing_is_handed_over_while_a_bank_disputes_the_payment(reader):
    made = ready_to_leave()
    disputed(made)
    with pytest.raises(WrongState, match="拒付争议"):
        record_dispatch(actor=made.boss, settlement_id=made.row.pk, shipment=shipment())
    with pytest.raises(WrongState, match="拒付争议"):
        record_collection(actor=made.boss, settlement_id=made.row.pk, receipt="取件单")
    page = reader(made.boss).get(at("order", made.row.pk))
    assert not {"dispatch", "collect"} & {one["name"] for one in page.context["acts"]}
    assert post(reader(made.boss), made, "collect", proof="取件单").status_code == 409
    disputed(made, "won")
    row = record_dispatch(actor=made.boss, settlement_id=made.row.pk, shipment=shipment())
    assert row.state == "dispatched"


def test_a_lost_dispute_leaves_it_stopped():
    made = ready_to_leave()
    disputed(made, "lost", t1=-TOTAL)
    with pytest.raises(WrongState):
        record_dispatch(actor=made.boss, settlement_id=made.row.pk, shipment=shipment())
    found = turn(made)
    assert (found.side, found.due) == ("platform", None)


def test_what_a_bank_took_back_is_not_refunded_too():
    made = paid()

    def refund(amount: int, key: str):
        with transaction.atomic():
            return ask_refund(
                actor=made.operator, payment_id=made.payment.pk, amount_minor=amount,
                from_account=made.payment.credit_account, key=key, reason="撤销",
            )  # fmt: skip

    disputed(made, "warning_needs_response")
    assert refund(100, "inquiry").amount_minor == 100
    disputed(made, t1=-TOTAL)
    for status in ("needs_response", "lost"):
        disputed(made, status, t1=-TOTAL)
        with pytest.raises(TakenByBank):
            refund(1, status)
    assert made.payment.refunds.count() == 1


def test_money_that_a_bank_gave_back_is_refunded_again():
    made = paid()
    disputed(made, t1=-TOTAL)
    disputed(made, "won", t1=-TOTAL, t2=TOTAL)
    with transaction.atomic():
        row = ask_refund(
            actor=made.operator, payment_id=made.payment.pk, amount_minor=TOTAL,
            from_account=made.payment.credit_account, key="won", reason="撤销",
        )  # fmt: skip
    assert row.amount_minor == TOTAL


def test_nothing_is_released_of_disputed_money_and_the_duty_waits(reader):
    made = accepted()
    disputed(made, t1=-TOTAL)
    with pytest.raises(WrongState, match="拒付争议"):
        release_settlement(actor=made.boss, settlement_id=made.row.pk)
    assert "released 0" in tasks.settle()
    assert "failed 0" in tasks.settle()
    assert not Payout.objects.exists()
    assert turn(made).side == "platform"
    disputed(made, "won", t1=-TOTAL, t2=TOTAL)
    assert "released 1" in tasks.settle()


def test_a_dispute_over_another_payment_stops_nothing():
    made, other = ready_to_leave(), paid()
    disputed(other)
    row = record_dispatch(actor=made.boss, settlement_id=made.row.pk, shipment=shipment())
    assert row.state == "dispatched"
