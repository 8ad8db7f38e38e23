"""Prove the realisations: suspended pledges and their lots, what was distributed, where it went.

Reads only; part of `manage.py audit_pledges`.
"""

from collections.abc import Iterator
from typing import Final

from artmarket.ledger.audit import Fault
from auctions.enums import CLOSED_LOTS, SOLD_LOTS, LotState
from auctions.models import Lot
from catalog.enums import EncumbranceKind

from .enums import FiveClass, ItemState, LoanEventKind
from .models import (
    ClassChange,
    Disposal,
    DisposalStep,
    Distribution,
    Loan,
    PledgeSuspension,
    RealisationCase,
)
from .realisation_enums import (
    CaseState,
    DisposalState,
    StepState,
    SuspensionEnd,
)

CHUNK: Final = 500
# Lots that may keep the lock of their work: not over, sold, or in default until it is given back.
_HOLD: Final = (*SOLD_LOTS, LotState.DEFAULTED)


def realisation_faults() -> Iterator[Fault]:
    """All that does not hold of pledges that are or were realised."""
    yield from broken_suspensions()
    yield from unequal_distributions()
    yield from broken_cases()
    yield from broken_classes()


def held_elsewhere() -> set[int]:
    """Works in pledge without their own lock, and rightly: a lot has it, or it was sold so."""
    rows = PledgeSuspension.objects.exclude(end=SuspensionEnd.RESTORED)
    live = rows.filter(end="", sale__released_at__isnull=True)
    sold = rows.filter(end=SuspensionEnd.SOLD, item__state=ItemState.LEAVING)
    return {*live.values_list("item", flat=True), *sold.values_list("item", flat=True)}


def broken_suspensions() -> Iterator[Fault]:
    """Pledges that wait while no lot has the work, or came back without their lock."""
    rows = PledgeSuspension.objects.select_related(
        "suspended", "sale", "restored", "item__loan", "step"
    ).order_by("pk")
    for row in rows.iterator(chunk_size=CHUNK):
        where = f"{row.item.loan.number}/{row.item.number}"
        if row.suspended.kind != EncumbranceKind.PLEDGE or row.sale.kind != EncumbranceKind.SALE:
            yield Fault("suspension", where, "its locks are of another kind")
        if {row.suspended.work_id, row.sale.work_id} != {row.item.work_id}:
            yield Fault("suspension", where, "its locks are of another work")
        if row.suspended.released_at is None:
            yield Fault("suspension", where, "the pledge's own lock still lies")
        if (row.end == "") != (row.sale.released_at is None):
            yield Fault("suspension", where, f"{row.end or 'waits'}, and the lot's lock does not")
        is_selling = row.step is None or row.step.state == StepState.SELLING
        if row.step and (row.end == "") != is_selling and row.end != "sold":
            yield Fault("suspension", where, f"{row.end or 'waits'}, its step {row.step.state}")
        if row.restored is not None and row.restored.holder_id != row.suspended.holder_id:
            yield Fault("suspension", where, "restored for another holder")
        if row.end == "" and not _has_lot(row):
            yield Fault("suspension", where, "no lot has its lock")


def _has_lot(row: PledgeSuspension) -> bool:
    lots = Lot.objects.filter(encumbrance=row.sale_id, work=row.item.work_id)
    return lots.exclude(state__in=[s for s in CLOSED_LOTS if s not in _HOLD]).exists()


def unequal_distributions() -> Iterator[Fault]:
    """Distributions of which more or less went out than came in, or not as the event says."""
    rows = Distribution.objects.select_related(
        "event", "settlement", "step__disposal__case__loan"
    ).order_by("pk")
    for row in rows.iterator(chunk_size=CHUNK):
        where = f"{row.step.disposal.case.loan.number}, distribution {row.pk}"
        applied = row.event.amount_minor if row.event else 0
        if applied + row.surplus_minor != row.received_minor:
            yield Fault(
                "distribution", where,
                f"received {row.received_minor}, loan {applied}, surplus {row.surplus_minor}",
            )  # fmt: skip
        before, after = row.owed_before, row.owed_after
        for part, paid in row.paid.items():
            if before[part] - paid != after[part]:
                yield Fault("distribution", where, f"{part}: {before[part]} - {paid}")
        if row.event and sum(row.paid.values()) != applied + before["credit"]:
            yield Fault("distribution", where, f"parts {sum(row.paid.values())}, event {applied}")
        if row.deficiency_minor != sum(after.values()):
            yield Fault("distribution", where, "the deficiency is not what is left")
        if row.event and (
            row.event.kind != LoanEventKind.PREPAYMENT or row.event.data.get("step") != row.step_id
        ):
            yield Fault("distribution", where, "its event is another")
        if row.settlement is not None and row.price_minor != row.settlement.hammer_minor:
            yield Fault("distribution", where, "its price is not the hammer")


def broken_cases() -> Iterator[Fault]:
    """Steps without what they brought, surpluses that do not add up, cases that do not end."""
    done = DisposalStep.objects.filter(state=StepState.DONE)
    for step in done.filter(distribution__isnull=True):
        yield Fault("case", f"step {step.pk}", "done, and nothing was shared out")
    for row in Distribution.objects.exclude(step__in=done):
        yield Fault("case", f"step {row.step_id}", "shared out, and it is not done")
    sold = Disposal.objects.filter(state=DisposalState.SOLD).select_related("item", "case__loan")
    for disposal in sold.iterator(chunk_size=CHUNK):
        if disposal.item.state not in (ItemState.LEAVING, ItemState.RELEASED):
            where = f"{disposal.case.loan.number}/{disposal.item.number}"
            yield Fault("case", where, f"sold, and the work is {disposal.item.state}")
    cases = RealisationCase.objects.prefetch_related("disposals__steps__distribution")
    for case in cases.iterator(chunk_size=CHUNK):
        rows = [step for one in case.disposals.all() for step in one.steps.all()]
        surplus = sum(
            step.distribution.surplus_minor for step in rows if hasattr(step, "distribution")
        )
        if surplus != case.surplus_minor:
            yield Fault("case", f"case {case.pk}", f"surplus {case.surplus_minor}, steps {surplus}")
        is_open = any(one.state == DisposalState.OPEN for one in case.disposals.all())
        if is_open != (case.state == CaseState.OPEN):
            yield Fault("case", f"case {case.pk}", f"{case.state}, its works are otherwise")


def broken_classes() -> Iterator[Fault]:
    """Loans that are better than their last kept class."""
    last: dict[int, str] = {}
    for loan_id, after in ClassChange.objects.order_by("loan", "number").values_list(
        "loan", "after"
    ):
        last[loan_id] = after
    rows = Loan.objects.filter(pk__in=last).values_list("pk", "number", "five_class")
    ladder = FiveClass.values
    for pk, number, held in rows:
        if ladder.index(held) < ladder.index(last[pk]):
            yield Fault("class", number, f"{held}, last kept {last[pk]}")
