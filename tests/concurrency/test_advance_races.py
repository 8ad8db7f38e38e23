"""An advance against its own sale, at once: the release of the price and a repayment, the end of a
contract and a payment out, many releases and many falls due."""

import pytest

from artmarket.core.errors import DomainError
from artmarket.ledger import hooks
from artmarket.ledger.models import Payment, Payout
from auctions.models import Settlement
from auctions.pledges.models import AdvanceProceeds, LoanEvent
from auctions.pledges.services import advances as services
from auctions.pledges.services import repaying
from auctions.services import consignments, sales
from auctions.services.settlement.releasing import release_settlement
from catalog.models import Encumbrance
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401
from tests.concurrency.test_pledge_races import insistent
from tests.pledges import advances, stages
from tests.pledges.disposals import lender_party

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MANY = 8


@pytest.fixture
def _nobody_is_told(monkeypatch):
    """The commit of a payment tells nobody: the test does, many times at once."""
    monkeypatch.delitem(hooks._handlers, repaying.PURPOSE_EARLY)


@pytest.mark.usefixtures("_nobody_is_told")
def test_the_price_and_a_repayment_at_once_pay_the_lender_once():
    made = advances.accepted(150_000, 300_000)
    owed = made.loan.owed_minor
    payment = stages.pay(made, owed, early=True, tells=False)
    release = insistent(
        lambda: release_settlement(actor=None, settlement_id=made.row.pk)
    )  # fmt: skip
    repay = insistent(lambda: repaying.take_in(payment))
    results = race(*([release, repay] * (MANY // 2)))
    assert not [one for one in results if isinstance(one, Exception)]
    stages.fresh(made)
    row = AdvanceProceeds.objects.get()
    assert Settlement.objects.get().state in ("released", "closed")
    assert (made.loan.state, made.item.state) == ("repaid", "leaving")
    sent = Payout.objects.filter(party=lender_party(made)).values_list("amount_minor", flat=True)
    assert sum(sent) == owed
    assert row.received_minor - row.surplus_minor in (0, owed)
    assert Payment.objects.get(pk=payment.pk).received_minor == owed
    assert not Encumbrance.objects.live().exists()
    assert advances.faults() == []


def test_a_lot_and_the_end_of_its_contract_at_once_leave_one_lock_and_one_fall():
    made = advances.active()
    house = made.house
    made.sale = sales.create_sale(
        actor=house.boss, house_id=house.pk, terms=advances.auction.terms()
    )  # fmt: skip
    add = insistent(
        lambda: sales.add_lot(
            actor=house.boss, sale_id=made.sale.pk, consignment_id=made.consignment.pk
        )
    )
    end = insistent(
        lambda: consignments.end_consignment(
            actor=house.boss, consignment_id=made.consignment.pk, reason="真伪存疑"
        )
    )
    results = race(*([add, end] * (MANY // 2)))
    good = [one for one in results if not isinstance(one, Exception)]
    assert len(good) == 1
    assert all(isinstance(one, DomainError) for one in results if isinstance(one, Exception))
    (lock,) = Encumbrance.objects.live()
    made.consignment.refresh_from_db()
    is_ended = made.consignment.state == "ended"
    assert lock.kind == ("pledge" if is_ended else "sale")
    if not is_ended:
        sales.publish_conditions(actor=house.boss, house_id=house.pk, text="拍卖规则")
        sales.announce_sale(actor=house.boss, sale_id=made.sale.pk)
        sales.withdraw_lot(actor=house.boss, lot_id=made.sale.lots.get().pk, reason="图录有误")
    race(*[insistent(services.fall_due)] * MANY)
    assert LoanEvent.objects.filter(loan=made.loan, kind="reschedule").count() == 1
    assert advances.faults() == []
