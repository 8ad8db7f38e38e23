"""The margin test of a loan: what is short, and where the loan stands on the lines of its product.

Short is what the works do not carry by their own advance rates. A work without a valid value blocks
the test. One that a count of two people found missing or damaged carries nothing: that is a fact
and not a missing price; a damaged one counts again by appraisals made since. Reads only. Pledge
rules §6, §8.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from appraisal.models import Valuation
from artmarket.core.clock import SHANGHAI

from ..engine import collateral
from ..engine.rounding import down
from ..enums import CountResult, HoldingState, ItemState
from ..models import Holding, Loan, PledgeItem, ProductVersion
from ..valuing import Valued, levels_of, value_of
from .standing import Standing, valued_item

CALLS = ("margin", "liquidation")


@dataclass(frozen=True, slots=True)
class Tested:
    """A loan on a day, in the smallest unit; `short` None: a value is missing.

    `lost` are the works (keys) that carry nothing since a count, `missing` those without a value.
    """

    exposure: int
    eligible: int | None
    capacity: int | None
    short: int | None
    level: collateral.Level
    missing: Mapping[int, str]
    lost: tuple[int, ...] = ()

    @property
    def calls(self) -> bool:
        """Whether it stands at the line from which more security is asked for."""
        return self.level in CALLS and bool(self.short)

    @property
    def result(self) -> collateral.MarginTest:
        """As the engine reads it."""
        if self.short is None:
            return collateral.MarginTest("blocked", None, None, None, None)
        return collateral.MarginTest(
            "open" if self.short else "ok", self.capacity, self.short, 0, self.short
        )


def test_of(
    loan: Loan, items: Sequence[PledgeItem], appraised: Mapping[int, Sequence[Valuation]], *,
    exposure: int, on: date,
) -> Tested:  # fmt: skip
    """Test a loan against its works in pledge; their holdings are at hand."""
    counted = [item for item in items if item.state == ItemState.PLEDGED]
    valued: list[tuple[PledgeItem, Valued]] = []
    lost = []
    for item in counted:
        rows = appraised.get(item.work_id, ())
        found = valued_item(item, rows, loan, on)
        since = lost_on(item)
        if since is not None:
            found = _since(item, rows, loan, since, on)
        if since is not None and found.value is None:
            lost.append(item.work_id)
        else:
            valued.append((item, found))
    missing = {item.work_id: found.blocked for item, found in valued if found.value is None}
    values = [found.value for _item, found in valued if found.value is not None]
    if missing:
        return Tested(exposure, None, None, None, "blocked", missing, tuple(lost))
    eligible = sum(value.eligible for value in values)
    capacity = collateral.capacity([value.item for value in values]) or 0
    return _tested(loan.version, exposure, eligible, capacity, tuple(lost))


def test_by(stands: Standing, version: ProductVersion) -> Tested:
    """The same from figures that are known, for a loan of which no work was lost."""
    if stands.capacity is None or stands.eligible is None:
        return Tested(stands.exposure, None, None, None, "blocked", stands.missing)
    return _tested(version, stands.exposure, stands.eligible, stands.capacity, ())


def short_of(version: ProductVersion, exposure: int, eligible: int, capacity: int) -> int:
    """What is short: by the advance rates; where they still carry the loan though it stands at the
    line of a call, down to the first line of the product."""
    by_rates = max(0, exposure - capacity)
    levels = levels_of(version)
    if by_rates or collateral.level(levels, exposure, [eligible]) not in CALLS:
        return by_rates
    return max(0, exposure - down(eligible * levels.initial / 100))


def lost_on(item: PledgeItem) -> date | None:
    """The day on which a count found a kept work missing or damaged; None: it did not."""
    kept = kept_of(item)
    if kept is None or kept.last_result not in (CountResult.MISSING, CountResult.DAMAGED):
        return None
    assert kept.last_counted_at is not None  # noqa: S101 - it comes with the result
    return kept.last_counted_at.astimezone(SHANGHAI).date()


def kept_of(item: PledgeItem) -> Holding | None:
    """Where a work in pledge is kept."""
    return next((row for row in item.holdings.all() if row.state == HoldingState.KEPT), None)


def _since(
    item: PledgeItem, rows: Iterable[Valuation], loan: Loan, since: date, on: date
) -> Valued:
    kept = kept_of(item)
    if kept is None or kept.last_result == CountResult.MISSING:
        return Valued(None, "missing")
    fresh = [row for row in rows if row.base_date >= since]
    return value_of(fresh, loan.version, liquidity=item.liquidity, months=loan.months, on=on)


def _tested(
    version: ProductVersion, exposure: int, eligible: int, capacity: int, lost: tuple[int, ...]
) -> Tested:
    level = collateral.level(levels_of(version), exposure, [eligible])
    short = short_of(version, exposure, eligible, capacity)
    return Tested(exposure, eligible, capacity, short, level, {}, lost)


def percent_of(exposure: int, eligible: int | None) -> Fraction | None:
    """Loan-to-value in percent; None where it is not known or nothing is left."""
    return collateral.ltv(exposure, [eligible])
