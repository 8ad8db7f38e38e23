"""From the invoice to the release: what each step needs, what it moves, and that it moves once."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from appraisal.condition.reads import NoReport
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from artmarket.ledger.models import Entry, Payment, Payout, Refund
from artmarket.ledger.services.outgoing import confirm_outgoing
from auctions import tasks
from auctions.audit import audit_lots
from auctions.engine.bills import Line
from auctions.engine.instalments import Part
from auctions.enums import ConsignmentState, LotState
from auctions.models import Invoice, InvoiceReceipt, Settlement, SettlementStep
from auctions.sale_records.gathering import record_of
from auctions.selectors.costs import buyer_bill_of, seller_bill_of
from auctions.selectors.sales import costs_of
from auctions.services import consignments
from auctions.services.payment import confirm_payment
from auctions.services.settlement.handing_over import (
    accept_lot,
    lapse_inspection,
    record_collection,
    record_delivery,
    record_dispatch,
)
from auctions.services.settlement.invoicing import (
    cancel_invoice,
    charge_storage,
    issue_invoice,
    pay_invoice,
    plan_instalments,
    set_withholding,
)
from auctions.services.settlement.money import take_in
from auctions.services.settlement.releasing import close_settlement, release_settlement
from auctions.services.settlement.undoing import refund_lot
from auctions.settlement_audit import escrow_faults
from catalog.models import LogQueued
from catalog.services.title import current_shares
from tests.appraisal.conditions import handed_over
from tests.auctions.aftermath import LONG_AGO, hammered_long_ago, sold
from tests.auctions.factories import fresh, house, refusal_of
from tests.auctions.registrations import rule
from tests.auctions.settling import (
    COMMISSION,
    HAMMER,
    PREMIUM,
    TOTAL,
    accepted,
    agree,
    books,
    days_ago,
    delivered,
    dispatched,
    invoiced,
    invoiced_lots,
    out,
    paid,
    pay,
    platform,
    released,
    shipment,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def kinds(row):
    return list(row.steps.order_by("number").values_list("kind", flat=True))


def faults():
    return [fault for audit in audit_lots() for fault in audit.faults]


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
    assert set(refusal_of(lambda: sends(goes_abroad=True)).fields) == {"customs"}
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


# ------------------------------------------------------------------ the release


def test_the_release_shares_out_moves_title_and_ends_the_lock():
    made = accepted()
    queued = LogQueued.objects.count()
    row = release_settlement(actor=None, settlement_id=made.row.pk)
    lot, buyer = fresh(made.lot), made.paddle.party
    assert (row.state, row.released_minor, row.held_minor) == ("released", TOTAL, 0)
    assert [share.party for share in current_shares(lot.work)] == [buyer]
    assert (row.title_event.basis, row.title_event.recorded_by, row.title_event.checked_by) == (
        "auction", made.boss, made.buyer,
    )  # fmt: skip
    assert LogQueued.objects.count() == queued + 2  # title moved, the lock ended
    assert lot.encumbrance.released_at is not None
    assert lot.consignment.state == ConsignmentState.ENDED
    seller = made.row.seller_id
    assert out() == {
        f"payout:{seller}": HAMMER - COMMISSION,
        f"payout:{made.sale.house.party.pk}": PREMIUM + COMMISSION,
    }
    assert books() == {"clearing:bank": TOTAL, "clearing:bank-out": -TOTAL}
    assert faults() == []
    agree(made)


def test_a_release_happens_once():
    made = released()
    entries, payouts = Entry.objects.count(), Payout.objects.count()
    for _n in range(3):
        row = release_settlement(actor=made.boss, settlement_id=made.row.pk)
        assert row.sequence == made.row.sequence
    assert (Entry.objects.count(), Payout.objects.count()) == (entries, payouts)


def test_nothing_is_released_before_it_is_accepted():
    for made in (paid(), dispatched(), delivered()):
        with pytest.raises(WrongState):
            release_settlement(actor=None, settlement_id=made.row.pk)
    assert not Payout.objects.exists()


def test_who_may_release():
    made = accepted()
    for actor in (made.buyer, made.seller, house().boss):
        with pytest.raises(NotAllowed):
            release_settlement(actor=actor, settlement_id=made.row.pk)
    assert release_settlement(actor=made.boss, settlement_id=made.row.pk).state == "released"


def test_tax_and_platform_fee_are_parts_of_what_was_paid():
    platform("0.5", "1")
    made = delivered()
    fees = HAMMER * 5 // 1000, HAMMER // 100
    total = TOTAL + fees[0]
    assert made.row.total_minor == total
    with pytest.raises(NotAllowed):
        set_withholding(
            actor=made.buyer, settlement_id=made.row.pk, amount_minor=1, basis="3%"
        )  # fmt: skip
    most = HAMMER - COMMISSION - fees[1]
    for amount in (-1, most + 1):
        with pytest.raises(Invalid):
            set_withholding(
                actor=made.boss, settlement_id=made.row.pk, amount_minor=amount, basis="3%"
            )
    set_withholding(actor=made.boss, settlement_id=made.row.pk, amount_minor=78_00, basis="3%")
    accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    release_settlement(actor=None, settlement_id=made.row.pk)
    assert books() == {
        "clearing:bank": total, "clearing:bank-out": -(total - 78_00 - sum(fees)),
        "tax": 78_00, "revenue": sum(fees),
    }  # fmt: skip
    agree(made)


def test_the_duty_walks_the_rest_of_the_way():
    made = delivered()
    assert tasks.settle() == "lapsed 0, passed on 0, released 0, closed 0, to the fund 0, failed 0"
    days_ago(made.row, 8)
    assert tasks.settle() == "lapsed 1, passed on 0, released 1, closed 0, to the fund 0, failed 0"
    made.row.refresh_from_db()
    assert (made.row.state, made.row.title_event.checked_by) == ("released", None)
    assert close_settlement(settlement_id=made.row.pk) is False
    for n, payout in enumerate(Payout.objects.all()):
        confirm_outgoing(actor=made.operator, row=payout, bank_reference=f"B{n}")
    assert tasks.settle() == "lapsed 0, passed on 0, released 0, closed 1, to the fund 0, failed 0"
    assert books() == {}


def test_the_new_owner_can_consign_the_work_again():
    made = released()
    work = made.lot.work
    row = consignments.consign_work(
        actor=made.buyer, work_id=work.pk, house_id=house().pk
    )  # fmt: skip
    assert row.party == made.paddle.party


# ------------------------------------------------------------------ one lot undone


def test_one_lot_is_refunded_and_the_others_stand():
    made = invoiced_lots([2000, 3000])
    first, second = made.rows
    pay(made)
    row = refund_lot(actor=made.boss, settlement_id=first.pk, reason="作品受潮")
    lot = fresh(first.lot)
    assert (row.state, row.refunded_minor) == ("refunded", first.total_minor)
    assert (lot.state, lot.winner, lot.hammer_minor) == (LotState.RESCINDED, None, None)
    assert lot.encumbrance.released_at is not None
    assert out() == {"refund": first.total_minor}
    second.refresh_from_db()
    assert (second.state, fresh(second.lot).state) == ("held", LotState.SETTLED)
    assert faults() == []
    agree(made)
    with pytest.raises(WrongState):
        refund_lot(actor=made.boss, settlement_id=first.pk, reason="再退")
    consignments.end_consignment(
        actor=made.boss, consignment_id=lot.consignment_id, reason="不再拍"
    )  # fmt: skip


def test_the_record_of_the_sale_still_names_who_bought():
    made = paid()
    refund_lot(actor=made.boss, settlement_id=made.row.pk, reason="作品受潮")
    (row,) = [row for row in record_of(made.sale, with_names=False).rows if row.section == "result"]
    assert row.paddle == str(made.paddle.number)


def test_a_lot_that_left_is_not_simply_refunded():
    made = dispatched()
    with pytest.raises(WrongState):
        refund_lot(actor=made.boss, settlement_id=made.row.pk, reason="x")


def test_a_refund_of_two_payments_goes_back_to_both():
    made = invoiced()
    one, other = pay(made, 1000_00), pay(made)
    refund_lot(actor=made.boss, settlement_id=made.row.pk, reason="作品受潮")
    assert {row.payment_id: row.amount_minor for row in Refund.objects.all()} == {
        one.pk: 1000_00, other.pk: TOTAL - 1000_00,
    }  # fmt: skip


# ------------------------------------------------------------------ what the database refuses


@pytest.mark.parametrize(
    "change",
    [
        {"paid_minor": TOTAL + 1},
        {"released_minor": TOTAL + 1},
        {"released_minor": 1, "refunded_minor": TOTAL},
        {"total_minor": TOTAL - 1},
        {"state": "released"},
        {"refunded_minor": -1},
        {"hammer_minor": 1},
        {"compensated_minor": 5},
    ],
)
def test_sums_that_cannot_be_are_refused(change):
    made = paid()
    with pytest.raises(DatabaseError), transaction.atomic():
        Settlement.objects.filter(pk=made.row.pk).update(**change)


def test_a_work_that_is_not_paid_cannot_be_on_its_way():
    made = invoiced()
    with pytest.raises(IntegrityError), transaction.atomic():
        Settlement.objects.filter(pk=made.row.pk).update(state="dispatched")


def test_steps_invoices_and_receipts_are_append_only():
    made = paid()
    for row in (SettlementStep.objects.first(), made.invoice, InvoiceReceipt.objects.get()):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        SettlementStep.objects.update(kind="closed")


def test_a_lot_has_one_live_settlement():
    made = invoiced()
    copy = Settlement.objects.get(pk=made.row.pk)
    copy.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


# ------------------------------------------------------------------ the audit


def test_sums_states_and_escrow_are_proved_from_what_happened():
    made = released()
    open_one = paid()
    assert faults() == [] == list(escrow_faults())
    Settlement.objects.filter(pk=open_one.row.pk).update(paid_minor=5, state="invoiced")
    named = faults()
    assert any(fault.startswith(f"settlement {open_one.row.pk}: paid 5") for fault in named)
    assert any("its last step" in fault for fault in named)
    assert [fault.split(":")[0] for fault in escrow_faults()] == [
        f"escrow of party {open_one.paddle.party_id}"
    ]
    assert not any(fault.startswith(f"settlement {made.row.pk}:") for fault in named)
