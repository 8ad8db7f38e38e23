"""How a loan stands against its works: what is in pledge, in custody, and what it carries today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from appraisal.models import Valuation

from ..engine import collateral
from ..enums import CountResult, HoldingState, ItemState, ProductKind
from ..models import Loan, PledgeItem
from ..valuing import Value, Valued, levels_of, value_of

NOT_THERE = "missing"
_UNSOUND = (CountResult.MISSING, CountResult.DAMAGED)


@dataclass(frozen=True, slots=True)
class Standing:
    """Exposure against the works in pledge, in the smallest unit; None where a value is missing.

    `missing` gives for each work without a value the code of why.
    """

    exposure: int
    eligible: int | None
    capacity: int | None
    ltv: Fraction | None
    level: collateral.Level
    missing: Mapping[int, str]

    @property
    def shortfall(self) -> int | None:
        """What the works do not carry; None: not known."""
        return None if self.capacity is None else max(self.exposure - self.capacity, 0)


def items_on(loan: Loan) -> list[PledgeItem]:
    """The works that are promised or in pledge, with their holdings; two queries."""
    rows = loan.items.filter(
        state__in=[ItemState.AGREED, ItemState.PLEDGED, ItemState.LEAVING]
    ).select_related("work", "encumbrance")
    return list(rows.prefetch_related("holdings").order_by("number"))


def is_in_custody(item: PledgeItem) -> bool:
    """A custodian has it and no count has found it missing or damaged; the lock lies on it."""
    kept = [row for row in item.holdings.all() if row.state == HoldingState.KEPT]
    is_locked = item.encumbrance is not None and item.encumbrance.released_at is None
    return bool(kept) and is_locked and kept[0].last_result not in _UNSOUND


def _is_on_sale(item: PledgeItem, loan: Loan) -> bool:
    """The owner's lot has the lock in place of an advance's pledge, and the keeper the work."""
    if loan.version.product.kind != ProductKind.ADVANCE:
        return False
    kept = [row for row in item.holdings.all() if row.state == HoldingState.KEPT]
    is_sound = bool(kept) and kept[0].last_result not in _UNSOUND
    return is_sound and any(row.step_id is None and not row.end for row in item.suspensions.all())


def valued_item(item: PledgeItem, rows: Iterable[Valuation], loan: Loan, on: date) -> Valued:
    """What a work in pledge counts for on a day; one that is not in custody has none. One that
    its owner sells, with an advance on it, still has: the price stands for it."""
    if not is_in_custody(item) and not _is_on_sale(item, loan):
        return Valued(None, NOT_THERE)
    return value_of(rows, loan.version, liquidity=item.liquidity, months=loan.months, on=on)


def standing_of(
    loan: Loan, items: Sequence[PledgeItem], appraised: Mapping[int, Sequence[Valuation]], *,
    exposure: int, on: date,
) -> Standing:  # fmt: skip
    """How an exposure stands against works in pledge (those that may be fetched are left out)."""
    counted = [item for item in items if item.state == ItemState.PLEDGED]
    valued = [
        (item, valued_item(item, appraised.get(item.work_id, ()), loan, on)) for item in counted
    ]
    values = [found.value for _item, found in valued]
    whole = [value for value in values if value is not None]
    is_whole = len(whole) == len(values)
    amounts = [value.eligible if value else None for value in values]
    return Standing(
        exposure=exposure,
        eligible=sum(value.eligible for value in whole) if is_whole else None,
        capacity=_capacity(values),
        ltv=collateral.ltv(exposure, amounts) if amounts else None,
        level=collateral.level(levels_of(loan.version), exposure, amounts),
        missing={item.work_id: found.blocked for item, found in valued if found.value is None},
    )


def _capacity(values: Sequence[Value | None]) -> int | None:
    return collateral.capacity(
        [value.item if value else collateral.Item(None, Fraction(0)) for value in values]
    )
