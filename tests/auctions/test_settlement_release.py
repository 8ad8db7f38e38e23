"""The release and the undoing of one lot; what the database refuses, and what the audit proves."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.ledger.models import Entry, Payout, Refund
from artmarket.ledger.services.outgoing import confirm_outgoing
from auctions import tasks
from auctions.enums import ConsignmentState, LotState
from auctions.models import InvoiceReceipt, Settlement, SettlementStep
from auctions.sale_records.gathering import record_of
from auctions.services import consignments
from auctions.services.settlement.handing_over import (
    accept_lot,
)
from auctions.services.settlement.invoicing import (
    set_withholding,
)
from auctions.services.settlement.releasing import close_settlement, release_settlement
from auctions.services.settlement.undoing import refund_lot
from auctions.settlement_audit import escrow_faults
from catalog.models import LogQueued
from catalog.services.title import current_shares
from tests.auctions.factories import fresh, house
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
    faults,
    invoiced,
    invoiced_lots,
    out,
    paid,
    pay,
    platform,
    released,
)

pytestmark = pytest.mark.django_db


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
