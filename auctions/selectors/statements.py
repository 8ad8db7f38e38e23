"""The seller's statement (委托人结算单): what a lot brought, what is taken off, when he is paid.

The lines are those of `selectors.costs`; from the invoice on they are read as they were kept there.
Auction rules §4, §12.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from artmarket.core.money import Money
from artmarket.ledger.models import Payout

from ..models import Consignment, Lot, Recourse, Settlement
from ..services.realisations import passed_on
from ..settlement_enums import ENDED_SETTLEMENTS, RecourseSide
from .costs import Costs, seller_bill_of


@dataclass(frozen=True, slots=True)
class Statement:
    """A lot that was sold: its bill, its settlement once it is invoiced, and what was paid out.

    `costs.total` is what the seller gets. Payouts, the first asked for first, may be there without
    a bill: a buyer in default paid the shortfall of a contract that was cancelled. `recourse` is
    what he has to give back of a sale that was undone after its release, `passed_on` what of his
    part went to whoever had lent on the work.
    """

    lot: Lot
    costs: Costs | None
    settlement: Settlement | None
    payouts: list[Payout]
    recourse: Recourse | None = None
    passed_on: Money | None = None


def statements_of(row: Consignment) -> list[Statement]:
    """The statements of a consignment, in the order of its lots; those not sold have none."""
    lots = row.lots.select_related("sale", "consignment", "work").prefetch_related("settlements")
    ordered = list(lots.order_by("pk"))
    paid = _payouts(ordered)
    owed = _recourses(ordered)
    found = [_statement(lot, paid[lot.pk], owed.get(lot.pk)) for lot in ordered]
    return [one for one in found if one.costs or one.payouts]


def costs_of_seller(row: Settlement) -> Costs:
    """The seller's bill of a settlement, as it stands now."""
    return Costs(row.seller_bill, row.currency)


def costs_of_buyer(row: Settlement) -> Costs:
    """The buyer's bill of a settlement, as it stands now."""
    return Costs(row.buyer_bill, row.currency)


def _statement(lot: Lot, payouts: list[Payout], recourse: Recourse | None) -> Statement:
    rows = [row for row in lot.settlements.all() if row.state not in ENDED_SETTLEMENTS]
    row = rows[0] if rows else None
    costs = None
    if row is not None:
        costs = costs_of_seller(row)
    elif lot.hammer_minor is not None:
        costs = Costs(seller_bill_of(lot), lot.sale.currency)
    lent = passed_on(row) if row is not None else 0
    gone = Money(lent, row.currency) if row is not None and lent else None
    return Statement(lot, costs, row, payouts, recourse, gone)


def _recourses(lots: Iterable[Lot]) -> dict[int, Recourse]:
    """What the consignors of these lots owe back, of the last undone sale of each; one query."""
    rows = Recourse.objects.filter(settlement__lot__in=list(lots), side=RecourseSide.SELLER)
    return {row.settlement.lot_id: row for row in rows.select_related("settlement").order_by("pk")}


def _payouts(lots: Iterable[Lot]) -> dict[int, list[Payout]]:
    """What was asked to be paid to the consignors of these lots; one query."""
    lot_of = {str(row.pk): lot for lot in lots for row in lot.settlements.all()}
    rows = Payout.objects.filter(
        subject_kind=Settlement._meta.label_lower, subject_id__in=list(lot_of)
    )
    found: dict[int, list[Payout]] = defaultdict(list)
    for payout in rows.order_by("pk"):
        lot = lot_of[payout.subject_id]
        if payout.party_id == lot.consignor_id:
            found[lot.pk].append(payout)
    return found
