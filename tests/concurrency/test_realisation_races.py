"""A pledge that is realised, against whoever pays, sells or ends it at the same moment."""

import time

import pytest

from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import Busy, DomainError
from artmarket.ledger.models import Payment
from artmarket.ledger.services.payments import note_received
from auctions.models import Lot
from auctions.pledges.models import Distribution, PledgeSuspension, RealisationCase
from auctions.pledges.services import buying, direct_sales, realising, redeeming, repaying
from auctions.services import sales
from auctions.services.closing import close_lot
from auctions.services.settlement.handing_over import (
    accept_lot,
    record_delivery,
    record_dispatch,
)
from auctions.services.settlement.releasing import release_settlement
from catalog.models import Encumbrance
from tests.appraisal.conditions import handed_over
from tests.auctions import factories as auction
from tests.auctions import settling
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401
from tests.concurrency.test_pledge_races import insistent
from tests.pledges import disposals, stages
from tests.pledges.stages import YUAN
from tests.pledges.test_disposals import to_default

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def asked(made, amount: int):
    """The borrower is about to pay an amount early; its money comes in the race."""
    return repaying.ask_repayment(
        actor=made.owner, loan_id=made.loan.pk, amount_minor=amount, gateway="bank", key="all",
        early=True,
    )  # fmt: skip


def arrives(payment):
    """Its money comes, and the books tell of it."""

    def run():
        return note_received(
            payment_id=payment.pk, amount_minor=payment.amount_minor,
            gateway_reference=f"all{payment.pk}",
        )  # fmt: skip

    return insistent(run)


def told(payment, take_in):
    """The books tell of it once more."""
    return insistent(lambda: take_in(Payment.objects.get(pk=payment.pk)))


def test_who_redeems_while_the_hammer_falls_has_the_work_or_its_price_and_never_both():
    made = disposals.on_sale(opening=75_000)
    for amount in (150_000, 200_000):
        paddle = auction.bidder(made.sale)
        assert auction.bid(made.lot, paddle, amount).is_accepted
    payment = asked(made, made.loan.owed_minor)
    auction.put_hours(made.sale, 0.001)

    def hammer():
        while Lot.objects.get(pk=made.lot.pk).ends_at > db_now():
            time.sleep(0.005)
        return close_lot(lot_id=made.lot.pk)

    results = race(
        arrives(payment), *[insistent(redeeming.stop_redeemed)] * 3, *[insistent(hammer)] * 4
    )
    assert not [r for r in results if isinstance(r, Exception)]
    told(payment, repaying.take_in)()
    redeeming.stop_redeemed()
    disposals.fresh(made)
    state = Lot.objects.get(pk=made.lot.pk).state
    (lock,) = Encumbrance.objects.live()
    assert made.loan.state == "repaid"
    assert (state, lock.kind) in {("sold", "sale"), ("withdrawn", "pledge")}
    assert (made.item.state == "leaving") == (state == "withdrawn")
    assert stages.faults() == []


def test_a_case_is_opened_once_by_whoever_asks_and_a_step_fails_once():
    made = disposals.declared()
    opens = insistent(lambda: realising.open_case(actor=made.boss, default_id=made.default.pk))
    demands = insistent(lambda: realising.demand_sale(actor=made.owner, default_id=made.default.pk))
    results = race(*[opens] * 4, *[demands] * 4)
    assert all(isinstance(r, RealisationCase | DomainError) for r in results)
    assert RealisationCase.objects.count() == 1
    disposals.fresh(made)
    fails = insistent(
        lambda: realising.fail_step(actor=made.boss, step_id=made.step.pk, reason="没有买家")
    )
    results = race(*[fails] * 8)
    assert sum(not isinstance(r, Exception) for r in results) == 1
    assert disposals.fresh(made) and disposals.ways(made) == [
        ("auction", "failed"), ("court", "open"),
    ]  # fmt: skip
    assert stages.faults() == []


def test_a_lot_withdrawn_and_added_at_once_leaves_one_lock_and_the_pledge_whole():
    made = disposals.lot_added(disposals.consigned())
    withdraw = insistent(
        lambda: sales.withdraw_lot(actor=made.house.boss, lot_id=made.lot.pk, reason="有误")
    )
    add = insistent(
        lambda: sales.add_lot(
            actor=made.house.boss, sale_id=made.sale.pk,
            consignment_id=made.step.consignment_id,
        )
    )  # fmt: skip
    results = race(*[withdraw] * 4, *[add] * 4)
    assert sum(not isinstance(r, Exception) for r in results) == 1
    assert not [r for r in results if isinstance(r, Busy)]
    disposals.fresh(made)
    assert Encumbrance.objects.live().get().pk == made.item.encumbrance_id
    assert PledgeSuspension.objects.get().end == "restored"
    assert stages.faults() == []


def test_a_release_that_is_asked_for_by_many_pays_the_lender_once():
    made = disposals.paid(150_000, 200_000)
    handed_over(made.work, purpose="outgoing", examined_on=db_today())
    record_dispatch(
        actor=made.house.boss, settlement_id=made.row.pk,
        shipment=settling.shipment(insured_minor=made.row.hammer_minor),
    )  # fmt: skip
    record_delivery(actor=made.house.boss, settlement_id=made.row.pk, proof="签收单")
    accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    owed = stages.fresh(made).loan.owed_minor
    payment = asked(made, 1_000 * YUAN)
    results = race(
        *[insistent(lambda: release_settlement(actor=None, settlement_id=made.row.pk))] * 6,
        arrives(payment), told(payment, repaying.take_in),
    )  # fmt: skip
    assert not [r for r in results if isinstance(r, Exception)]
    told(payment, repaying.take_in)()
    disposals.fresh(made)
    row = Distribution.objects.get()
    assert made.loan.state == "repaid" and made.loan.paid_minor == owed
    assert row.received_minor - row.surplus_minor in {owed, owed - 1_000 * YUAN}
    assert disposals.faults(made) == []


def test_a_price_and_a_payment_of_the_debt_at_once_sell_the_work_or_keep_it():
    made = stages.drawn_up(realisation=("pre_acquirer",), back=60)
    disposals.committed(made, 200_000 * YUAN)
    to_default(made)
    direct_sales.call_pre_acquirer(actor=made.boss, step_id=made.step.pk)
    disposals.fresh(made)
    price = buying.ask_price(actor=made.acquirer, step_id=made.step.pk, gateway="bank", key="price")
    debt = asked(made, made.loan.owed_minor)
    results = race(
        arrives(price), *[told(price, buying.take_in)] * 3,
        arrives(debt), *[told(debt, repaying.take_in)] * 3,
    )  # fmt: skip
    assert not [r for r in results if isinstance(r, Exception)]
    told(price, buying.take_in)()
    told(debt, repaying.take_in)()
    disposals.fresh(made)
    is_sold = Distribution.objects.exists()
    assert made.loan.state == "repaid"
    assert disposals.ways(made) == [("pre_acquirer", "done" if is_sold else "stopped")]
    assert stages.payable_of(stages.party_of(made.acquirer)) == 0
    assert stages.payable_of(made.party) == 0
    assert disposals.faults(made) == []
