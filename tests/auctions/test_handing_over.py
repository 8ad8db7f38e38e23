"""A paid work goes to its buyer: what it needs to leave, and how he accepts it."""

from datetime import timedelta

import pytest

from appraisal.condition.reads import NoReport
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import NotAllowed, WrongState
from auctions.services.settlement.handing_over import (
    accept_lot,
    lapse_inspection,
    record_collection,
    record_delivery,
    record_dispatch,
)
from auctions.services.settlement.invoicing import (
    charge_storage,
)
from tests.appraisal.conditions import handed_over
from tests.auctions.aftermath import LONG_AGO, hammered_long_ago
from tests.auctions.factories import refusal_of
from tests.auctions.registrations import rule
from tests.auctions.settling import (
    HAMMER,
    agree,
    days_ago,
    delivered,
    dispatched,
    invoiced,
    kinds,
    paid,
    pay,
    shipment,
)

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ handing over


def test_a_work_leaves_when_it_is_paid_insured_and_its_condition_is_on_record():
    made = invoiced()

    def sends(**changes):
        return record_dispatch(
            actor=changes.pop("actor", made.boss), settlement_id=made.row.pk,
            shipment=shipment(**changes),
        )  # fmt: skip

    handed_over(made.lot.work, purpose="outgoing", examined_on=db_today())
    with pytest.raises(WrongState):
        sends()
    pay(made)
    with pytest.raises(NotAllowed):
        sends(actor=made.buyer)
    assert set(refusal_of(lambda: sends(carrier=" ", insured_minor=HAMMER - 1)).fields) == {
        "carrier", "insured",
    }  # fmt: skip
    assert set(refusal_of(lambda: sends(sent_to="HK")).fields) == {"customs"}
    assert set(refusal_of(lambda: sends(sent_to="XX")).fields) == {"customs", "sent_to"}
    row = sends()
    assert (row.state, row.delivery.carrier, row.delivery.report.purpose) == (
        "dispatched", "顺丰", "outgoing",
    )  # fmt: skip


def test_without_a_report_nothing_leaves():
    made = paid()
    with pytest.raises(NoReport):
        record_dispatch(actor=made.boss, settlement_id=made.row.pk, shipment=shipment())
    with pytest.raises(NoReport):
        record_collection(actor=made.boss, settlement_id=made.row.pk, receipt="取件单1")
    made.row.refresh_from_db()
    assert (made.row.state, kinds(made.row)[-1]) == ("held", "paid")


def test_storage_is_charged_from_day_31_and_paid_before_the_work_leaves():
    made = paid(storage=rule("storage", per_month="700", free_days=30))
    assert charge_storage(actor=made.boss, settlement_id=made.row.pk).storage_minor == 0
    hammered_long_ago(made.lot)
    days = (db_today() - LONG_AGO.date()).days
    row = charge_storage(actor=made.boss, settlement_id=made.row.pk)
    assert row.storage_minor == 700_00 * -(-(days - 30) // 30)
    again = charge_storage(actor=made.boss, settlement_id=made.row.pk)
    assert (again.storage_minor, again.owed_minor) == (row.storage_minor, row.storage_minor)
    handed_over(made.lot.work, purpose="outgoing", examined_on=db_today())
    with pytest.raises(WrongState):
        record_dispatch(actor=made.boss, settlement_id=row.pk, shipment=shipment())
    pay(made)
    record_dispatch(actor=made.boss, settlement_id=row.pk, shipment=shipment())
    agree(made)


def test_a_sale_without_a_rule_of_storage_charges_none():
    made = paid()
    hammered_long_ago(made.lot)
    row = charge_storage(actor=made.boss, settlement_id=made.row.pk)
    assert (row.storage_minor, row.owed_minor, kinds(row)[-1]) == (0, 0, "paid")


def test_the_time_to_claim_begins_with_the_delivery():
    made = dispatched()
    with pytest.raises(NotAllowed):
        record_delivery(actor=made.seller, settlement_id=made.row.pk, proof="x")
    before = db_now()
    row = record_delivery(actor=made.buyer, settlement_id=made.row.pk, proof="本人签收")
    assert before <= row.delivered_at <= db_now()
    assert row.inspect_until == row.delivered_at + timedelta(days=7)
    again = record_delivery(actor=made.boss, settlement_id=made.row.pk, proof="y")
    assert (again.inspect_until, again.delivery.proof) == (row.inspect_until, "本人签收")


def test_a_collected_work_is_delivered_at_once():
    made = paid()
    handed_over(made.lot.work, purpose="outgoing", examined_on=db_today())
    row = record_collection(actor=made.boss, settlement_id=made.row.pk, receipt="取件单1")
    assert (row.state, row.delivery.way) == ("delivered", "collected")


def test_his_time_runs_out_when_it_is_over_and_not_before():
    made = delivered()
    assert lapse_inspection(settlement_id=made.row.pk) is False
    days_ago(made.row, 6)
    assert lapse_inspection(settlement_id=made.row.pk) is False
    days_ago(made.row, 7)
    assert lapse_inspection(settlement_id=made.row.pk) is True
    assert lapse_inspection(settlement_id=made.row.pk) is False
    made.row.refresh_from_db()
    assert (made.row.state, kinds(made.row)[-1]) == ("accepted", "lapsed")


def test_only_the_buyer_accepts():
    made = delivered()
    for actor in (made.boss, made.seller, made.operator):
        with pytest.raises(NotAllowed):
            accept_lot(actor=actor, settlement_id=made.row.pk)
    row = accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    assert accept_lot(actor=made.buyer, settlement_id=made.row.pk).sequence == row.sequence
