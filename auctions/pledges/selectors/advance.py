"""Auction advances: which contracts may be named, and who may lend on them. Reads only."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from artmarket.accounts.models import Membership, Party
from auctions.enums import ConsignmentState
from auctions.models import Consignment, Lot, Relation

from ..enums import ProductKind
from ..models import AdvanceProceeds, AdvanceWork, Lender, Loan, PledgeSuspension


def open_contracts(party: Party) -> QuerySet[Consignment]:
    """The contracts of consignment of a party on which an advance may be asked for: they stand,
    say an estimate, and no lot has the work."""
    held = Lot.objects.filter(consignment=OuterRef("pk"), encumbrance__released_at__isnull=True)
    rows = Consignment.objects.filter(
        party=party, state=ConsignmentState.CONTRACTED, estimate_low_minor__gt=0
    ).filter(~Exists(held.filter(encumbrance__isnull=False)))
    return rows.select_related("work", "house").order_by("pk")


def is_apart(consignment_id: int, lender: Lender) -> bool:
    """Whether the house of a contract is neither the lender, nor has people of his, nor is in a
    declared relation with him."""
    house = Consignment.objects.values_list("house", flat=True).get(pk=consignment_id)
    if house == lender.organisation_id:
        return False
    people = Membership.objects.filter(ended_at__isnull=True)
    of_lender = people.filter(organisation=lender.organisation_id).values("user")
    if people.filter(organisation=house, user__in=of_lender).exists():
        return False
    related = Relation.objects.live().filter(
        party__organisation=lender.organisation_id, house=house
    )
    return not related.exists()


def advance_works(loan: Loan) -> QuerySet[AdvanceWork]:
    """The works of a loan with the contracts it named."""
    rows = AdvanceWork.objects.filter(application__offers__loan=loan)
    return rows.select_related("consignment__house", "work").order_by("pk")


def proceeds_of(loan: Loan) -> QuerySet[AdvanceProceeds]:
    """What sales of the owner paid of a loan."""
    rows = AdvanceProceeds.objects.filter(suspension__item__loan=loan)
    return rows.select_related("settlement", "suspension__item__work").order_by("pk")


def panel_of(loan: Loan) -> dict[str, Any] | None:
    """The contracts of an advance and what its sales paid, for the page of the loan."""
    if loan.version.product.kind != ProductKind.ADVANCE:
        return None
    live = PledgeSuspension.objects.filter(item__loan=loan, step__isnull=True, end="")
    on_sale = set(live.values_list("item__work", flat=True))
    return {
        "works": [
            {
                "row": row, "low": loan.money(row.consignment.estimate_low_minor or 0),
                "is_on_sale": row.work_id in on_sale,
            }
            for row in advance_works(loan)
        ],
        "proceeds": [
            {
                "taken": loan.money(row.received_minor - row.surplus_minor),
                "left": loan.money(row.surplus_minor),
            }
            for row in proceeds_of(loan)
        ],
    }  # fmt: skip
