"""Prove the auction advances: what sales of owners brought, and that each paid its loan first.

Reads only; part of `manage.py audit_pledges`.
"""

from collections.abc import Iterator
from typing import Final

from artmarket.ledger.audit import Fault

from .enums import ItemState, LoanEventKind, LoanState, ProductKind
from .models import AdvanceProceeds, AdvanceWork, Loan, PledgeSuspension
from .realisation_enums import SuspensionEnd

CHUNK: Final = 500


def advance_faults() -> Iterator[Fault]:
    """All that does not hold of advances and their sales."""
    yield from unequal_proceeds()
    yield from broken_sales()
    yield from broken_terms()


def unequal_proceeds() -> Iterator[Fault]:
    """Proceeds of which more or less went out than came in, or not as the event says."""
    rows = AdvanceProceeds.objects.select_related(
        "event", "settlement__lot", "suspension__item__loan"
    ).order_by("pk")
    for row in rows.iterator(chunk_size=CHUNK):
        where = f"{row.suspension.item.loan.number}, proceeds {row.pk}"
        applied = row.event.amount_minor if row.event else 0
        if applied + row.surplus_minor != row.received_minor:
            yield Fault("advance", where, f"received {row.received_minor}, loan {applied}")
        for part, paid in row.paid.items():
            if row.owed_before[part] - paid != row.owed_after[part]:
                yield Fault("advance", where, f"{part}: {row.owed_before[part]} - {paid}")
        if row.event and sum(row.paid.values()) != applied + row.owed_before["credit"]:
            yield Fault("advance", where, f"parts {sum(row.paid.values())}, event {applied}")
        if row.deficiency_minor != sum(row.owed_after.values()):
            yield Fault("advance", where, "what is left is not what is owed")
        if row.event and (
            row.event.kind != LoanEventKind.PREPAYMENT
            or row.event.data.get("suspension") != row.suspension_id
            or row.event.loan_id != row.suspension.item.loan_id
        ):
            yield Fault("advance", where, "its event is another")
        if row.settlement.lot.encumbrance_id != row.suspension.sale_id:
            yield Fault("advance", where, "its lot is another")


def broken_sales() -> Iterator[Fault]:
    """Works that were sold and paid nothing out to their loan, or stayed in pledge."""
    rows = PledgeSuspension.objects.filter(step__isnull=True).select_related(
        "item__loan__version__product", "proceeds"
    )
    for row in rows.order_by("pk").iterator(chunk_size=CHUNK):
        item = row.item
        where = f"{item.loan.number}/{item.number}"
        is_sold = row.end == SuspensionEnd.SOLD
        if is_sold != hasattr(row, "proceeds"):
            yield Fault("advance", where, f"{row.end or 'waits'}, its proceeds are otherwise")
        if is_sold and item.state not in (ItemState.LEAVING, ItemState.RELEASED):
            yield Fault("advance", where, f"sold, and the work is {item.state}")
        if item.loan.version.product.kind != ProductKind.ADVANCE:
            yield Fault("advance", where, "its pledge gave way, and it is no advance")


def broken_terms() -> Iterator[Fault]:
    """Advances without a contract for a work, and terms that are longer than their event says."""
    named = set(AdvanceWork.objects.values_list("application", "work"))
    loans = Loan.objects.filter(version__product__kind=ProductKind.ADVANCE)
    rows = loans.select_related("offer").prefetch_related("items")
    for loan in rows.order_by("pk").iterator(chunk_size=CHUNK):
        for item in loan.items.all():
            if (loan.offer.application_id, item.work_id) not in named:
                yield Fault("advance", f"{loan.number}/{item.number}", "names no consignment")
    fell = AdvanceWork.objects.filter(event__isnull=False).select_related("event__loan")
    for row in fell.order_by("pk").iterator(chunk_size=CHUNK):
        event, loan = row.event, row.event.loan
        if event.kind != LoanEventKind.RESCHEDULE or loan.offer.application_id != (
            row.application_id
        ):
            yield Fault("advance", loan.number, "its term was shortened by another event")
        if loan.state == LoanState.ACTIVE and loan.matures_on is None:
            yield Fault("advance", loan.number, "it has no term")
