"""Auction advances for tests: a work with a house, lent on, and its owner's sale, by the services."""

from artmarket.accounts.services.parties import party_of
from artmarket.core.clock import db_today
from auctions.pledges.models import AdvanceWork
from auctions.pledges.services import applications, contracts, lenders, lending, offers
from auctions.pledges.services.applications import Asked
from auctions.services import consignments, sales
from auctions.services.consignments import ConsignmentTerms
from auctions.services.settlement.handing_over import accept_lot, record_delivery, record_dispatch
from auctions.services.settlement.invoicing import issue_invoice
from auctions.services.settlement.releasing import release_settlement
from tests.appraisal.conditions import handed_over
from tests.auctions import factories as auction
from tests.auctions import settling
from tests.auctions.aftermath import closed
from tests.factories import MembershipFactory, UserFactory
from tests.pledges import stages
from tests.pledges.stages import LENT, YUAN

LOW = 2 * LENT  # half of it is lent


def market(**changes):
    """A lender of advances; the house keeps the works for him, and sells for their owner."""
    made = stages.market(product_kind="advance", **changes)
    made.house = auction.house()
    people = [UserFactory() for _n in range(2)]
    for user in people:
        MembershipFactory(organisation=made.house, user=user)
    made.keeper, made.second = people
    made.custodian = lenders.appoint_custodian(
        actor=made.boss, lender_id=made.lender.pk, organisation_id=made.house.pk,
        place="拍卖行库房", agreement="托管合同二号",
    )  # fmt: skip
    made.back = 0
    return made


def consign(made, work, *, low: int | None = LOW, reserve: int | None = None):
    """The owner's own contract with the house."""
    row = consignments.consign_work(actor=made.owner, work_id=work.pk, house_id=made.house.pk)
    terms = ConsignmentTerms(
        opening_minor=1000 * YUAN, estimate_low_minor=low,
        estimate_high_minor=None if low is None else 5_000_000 * YUAN,
        reserve_minor=None if reserve is None else reserve * YUAN,
    )  # fmt: skip
    consignments.propose_terms(actor=made.house.boss, consignment_id=row.pk, terms=terms)
    return consignments.agree_terms(actor=made.owner, consignment_id=row.pk)


def consigned(*, low: int | None = LOW, reserve: int | None = None, works: int = 1, **changes):
    """The house has the works under contract; nobody has asked for anything."""
    made = market(**changes)
    made.works, made.owner = stages.author_works(works)
    made.work, made.party = made.works[0], party_of(made.owner)
    made.consignments = [consign(made, work, low=low, reserve=reserve) for work in made.works]
    made.consignment = made.consignments[0]
    return made


def apply(made, *, amount: int = LENT, months: int = 12):
    """The owner asks; the lender finds out what he has to."""
    made.amount, made.months = amount, months
    made.application = applications.apply(
        actor=made.owner, product_id=made.product.pk, party_id=made.party.pk,
        asked=Asked(amount, months, "筹备画展", [work.pk for work in made.works]),
    )  # fmt: skip
    for work in made.works:
        stages.examined(made, work)
    return made


def offer(made, amount: int | None = None):
    made.offer = offers.make_offer(
        actor=made.boss, application_id=made.application.pk,
        principal_minor=amount or made.amount, months=made.months,
    )  # fmt: skip
    return made


def signed(**changes):
    made = offer(apply(consigned(**changes)))
    made.loan = offers.accept_offer(actor=made.owner, offer_id=made.offer.pk)
    for actor, side in ((made.owner, "borrower"), (made.boss, "lender")):
        contracts.sign_contract(
            actor=actor, loan_id=made.loan.pk, side=side, digest=made.loan.digest
        )
    return stages.fresh(made)


def active(**changes):
    """Paid out; the house keeps the works for the lender."""
    made = signed(**changes)
    for item in made.items:
        made.holding = stages.deliver(made, item)
    stages.fund(made, made.amount)
    lending.disburse(actor=made.boss, loan_id=made.loan.pk)
    return stages.fresh(made)


def lot_added(made, consignment=None):
    """The work is in a draft sale of its house."""
    house = made.house
    made.sale = sales.create_sale(actor=house.boss, house_id=house.pk, terms=auction.terms())
    sales.publish_conditions(actor=house.boss, house_id=house.pk, text="拍卖规则")
    made.lot = sales.add_lot(
        actor=house.boss, sale_id=made.sale.pk,
        consignment_id=(consignment or made.consignment).pk,
    )  # fmt: skip
    return stages.fresh(made)


def on_sale(made):
    """The bidding has begun."""
    lot_added(made)
    made.sale = sales.announce_sale(actor=made.house.boss, sale_id=made.sale.pk)
    made.sale.house.boss = made.house.boss
    auction.put_hours(made.sale, 60)
    made.lot = auction.fresh(made.lot)
    return stages.fresh(made)


def hammered(*amounts: int, **changes):
    """The hammer has fallen after bids in yuan; the last one leads."""
    return hammer(active(**changes), *amounts)


def hammer(made, *amounts: int):
    on_sale(made)
    made.people = [auction.bidder(made.sale) for _amount in amounts]
    for paddle, amount in zip(made.people, amounts, strict=True):
        answer = auction.bid(made.lot, paddle, amount, is_confirmed=True)
        assert answer.is_accepted, answer
    closed(made.sale)
    made.lot = auction.fresh(made.lot)
    return stages.fresh(made)


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
    return stages.fresh(made)


def accepted(*amounts: int, **changes):
    """He has the work and accepted it; the money waits to be shared out."""
    made = paid(*amounts, **changes)
    handed_over(made.work, purpose="outgoing", examined_on=db_today())
    record_dispatch(
        actor=made.house.boss, settlement_id=made.row.pk,
        shipment=settling.shipment(insured_minor=made.row.hammer_minor),
    )  # fmt: skip
    record_delivery(actor=made.house.boss, settlement_id=made.row.pk, proof="签收单")
    accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    return stages.fresh(made)


def released(*amounts: int, **changes):
    made = accepted(*amounts, **changes)
    made.row = release_settlement(actor=None, settlement_id=made.row.pk)
    return stages.fresh(made)


def named(made) -> AdvanceWork:
    """The first work with the contract that it names."""
    return AdvanceWork.objects.get(application=made.application, work=made.work)


def faults() -> list[str]:
    """What the audits of loans, lots, escrow and books find."""
    return [*stages.faults(), *settling.faults()]
