"""Loans in default and their works on the way to money, each brought to its stage by the services."""

from datetime import timedelta
from itertools import count
from types import SimpleNamespace

from artmarket.accounts.services.parties import party_of, party_of_organisation
from artmarket.core.clock import db_today
from artmarket.ledger.models import Payment
from artmarket.ledger.services.payments import note_received
from auctions.models import Lot
from auctions.pledges.models import DisposalStep, RealisationCase
from auctions.pledges.services import (
    auctioning,
    buying,
    defaulting,
    pre_acquiring,
    realising,
    repaying,
)
from auctions.services import consignments, sales
from auctions.services.consignments import ConsignmentTerms
from auctions.services.settlement.handing_over import accept_lot, record_delivery, record_dispatch
from auctions.services.settlement.invoicing import issue_invoice
from auctions.services.settlement.releasing import release_settlement
from tests.accounts.identities import identified
from tests.appraisal.conditions import handed_over
from tests.auctions import factories as auction
from tests.auctions import settling
from tests.auctions.aftermath import closed
from tests.factories import UserFactory
from tests.pledges import stages
from tests.pledges.clocks import days_ago

_serial = count(1)
YUAN = stages.YUAN
ALL_WAYS = ("discount", "pre_acquirer", "self_sale", "auction", "court")


def buyer():
    """An identified person who has nothing to do with the loan."""
    user = UserFactory(buyer=True)
    identified(user, by=user)
    return user


def overdue(*, ways=("auction", "court"), back: int = 60, **changes):
    """Paid out so long ago that the first instalment is overdue; `ways` of the contract."""
    made = stages.active(back=back, realisation=ways, **changes)
    repaying.accrue_all()
    return stages.fresh(made)


def noticed(**changes):
    made = overdue(**changes)
    with days_ago(20):
        made.default = defaulting.give_notice(actor=made.clerk, loan_id=made.loan.pk)
    return made


def declared(**changes):
    """In default: the term to make good is over."""
    made = noticed(**changes)
    made.default = defaulting.declare_default(actor=made.boss, default_id=made.default.pk)
    return stages.fresh(made)


def opened(**changes):
    """The case is open; `made.disposal` and `made.step` of the first work."""
    made = declared(**changes)
    made.case = realising.open_case(actor=made.boss, default_id=made.default.pk)
    return fresh(made)


def fresh(made):
    """Read again what the services changed."""
    stages.fresh(made)
    made.case = RealisationCase.objects.get(loan=made.loan)
    made.disposal = made.case.disposals.order_by("pk").first()
    made.step = DisposalStep.objects.filter(disposal=made.disposal).order_by("-number").first()
    return made


def committed(made, price: int, user=None, *, able: bool = True, **changes):
    """A pre-acquirer of the first work of a contract that waits for signatures has signed."""
    made.acquirer = user or buyer()
    values = {"price_minor": price, "expires_on": db_today() + timedelta(days=900)}
    row = pre_acquiring.ask_pre_acquirer(
        actor=made.boss, item_id=made.item.pk, party_id=party_of(made.acquirer).pk,
        **(values | changes),
    )  # fmt: skip
    made.commitment = pre_acquiring.sign_commitment(
        actor=made.acquirer, commitment_id=row.pk, digest=row.digest
    )
    if able:
        pre_acquiring.check_capacity(
            actor=made.clerk, commitment_id=row.pk, is_able=True, papers="存款证明"
        )
    return made


def pay_price(made, actor, *, tells: bool = True) -> Payment:
    """The buyer of a step pays its price, and the books tell of it."""
    n = next(_serial)
    payment = buying.ask_price(actor=actor, step_id=made.step.pk, gateway="bank", key=f"k{n}")
    note_received(
        payment_id=payment.pk, amount_minor=payment.amount_minor, gateway_reference=f"D{n}"
    )
    payment = Payment.objects.get(pk=payment.pk)
    if tells:
        buying.take_in(payment)
        fresh(made)
    return payment


# ------------------------------------------------------------------ by auction


def consigned(*, reserve: int | None = None, opening: int = 1000, **changes):
    """A house has the work under the lender's contract; no lot of it yet."""
    made = opened(**changes)
    return consign(made, reserve=reserve, opening=opening)


def consign(made, *, reserve: int | None = None, opening: int = 1000):
    made.house = auction.house()
    auctioning.consign_pledge(actor=made.boss, step_id=made.step.pk, house_id=made.house.pk)
    fresh(made)
    terms = ConsignmentTerms(
        opening_minor=opening * YUAN, estimate_low_minor=2000 * YUAN,
        estimate_high_minor=3_000_000 * YUAN,
        reserve_minor=None if reserve is None else reserve * YUAN,
    )  # fmt: skip
    consignments.propose_terms(
        actor=made.house.boss, consignment_id=made.step.consignment_id, terms=terms
    )
    auctioning.agree_to_terms(actor=made.boss, step_id=made.step.pk)
    return fresh(made)


def lot_added(made):
    """The work is in a draft sale: its lock is the lot's."""
    house = made.house
    made.sale = sales.create_sale(actor=house.boss, house_id=house.pk, terms=auction.terms())
    sales.publish_conditions(actor=house.boss, house_id=house.pk, text="拍卖规则")
    made.lot = sales.add_lot(
        actor=house.boss, sale_id=made.sale.pk, consignment_id=made.step.consignment_id
    )
    return fresh(made)


def on_sale(**changes):
    """The bidding has begun."""
    made = lot_added(consigned(**changes))
    made.sale = sales.announce_sale(actor=made.house.boss, sale_id=made.sale.pk)
    made.sale.house.boss = made.house.boss
    auction.put_hours(made.sale, 60)
    made.lot = Lot.objects.select_related("sale").get(pk=made.lot.pk)
    return fresh(made)


def hammered(*amounts: int, **changes):
    """The hammer has fallen, after bids in yuan of people of their own; the last one leads."""
    made = on_sale(**({"opening": amounts[0] // 2} | changes))
    made.people = [auction.bidder(made.sale) for _amount in amounts]
    for paddle, amount in zip(made.people, amounts, strict=True):
        answer = auction.bid(made.lot, paddle, amount)
        assert answer.is_accepted, answer
    closed(made.sale)
    made.lot = auction.fresh(made.lot)
    return fresh(made)


def paid(*amounts: int, **changes):
    """The buyer has paid his invoice; `made.row` is the settlement."""
    made = hammered(*amounts, **changes)
    made.paddle = made.people[-1]
    made.invoice = issue_invoice(
        actor=made.house.boss, sale_id=made.sale.pk, paddle_id=made.paddle.pk
    )
    made.row = made.invoice.settlements.get(lot=made.lot)
    made.buyer = made.paddle.user
    settling.pay(made)
    return fresh(made)


def released(*amounts: int, **changes):
    """The buyer has the work and accepted it; the money was shared out."""
    made = paid(*amounts, **changes)
    return release(made)


def release(made):
    handed_over(made.work, purpose="outgoing", examined_on=db_today())
    record_dispatch(
        actor=made.house.boss, settlement_id=made.row.pk,
        shipment=settling.shipment(insured_minor=made.row.hammer_minor),
    )  # fmt: skip
    record_delivery(actor=made.house.boss, settlement_id=made.row.pk, proof="签收单")
    accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    made.row = release_settlement(actor=None, settlement_id=made.row.pk)
    return fresh(made)


# ------------------------------------------------------------------ what came of it


def ways(made) -> list[tuple[str, str]]:
    """Each step of the first work: its way and how it stands."""
    return list(made.disposal.steps.order_by("number").values_list("way", "state"))


def faults(made) -> list[str]:
    """What the audits of loans, lots, escrow and books find."""
    return [*stages.faults(), *settling.faults()]


def lender_party(made):
    return party_of_organisation(made.lender.organisation)


def about(made) -> SimpleNamespace:
    """The distribution of the last step."""
    return made.step.distribution
