"""What runs out: policies, appraisals, and the time since a work was counted. Reads only.

For every work in pledge of a lender. What is not there at all has no day and stands first. Pledge
rules §6.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from artmarket import rulebook
from artmarket.core.clock import SHANGHAI

from .. import margin_citations as citations
from ..enums import IN_PLEDGE, HoldingState
from ..margin_enums import Watched
from ..models import Custodian, Holding, Insurance, Lender, PledgeItem
from ..valuing import appraisals_of, value_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """Something of a work in pledge that ends on a day; `due_on` None: there is none in force.

    `why` is the code of why there is none.
    """

    kind: Watched
    item: PledgeItem
    due_on: date | None
    days_left: int | None
    why: str = ""

    @property
    def is_over(self) -> bool:
        return self.days_left is None or self.days_left < 0


def thresholds(*, on: date) -> tuple[int, ...]:
    """The days before the end at which people are told, from the last to the first."""
    return tuple(sorted({0, *rulebook.get(citations.WATCH_DAYS, on=on).values()}))


def in_pledge(lender: Lender) -> QuerySet[PledgeItem]:
    """The works in pledge for a lender, with their loans and where they are kept."""
    rows = PledgeItem.objects.filter(loan__lender=lender, state__in=IN_PLEDGE)
    return (
        rows.select_related("loan__version__product", "loan__lender", "loan__borrower", "work")
        .prefetch_related("holdings__custodian__organisation")
        .order_by("pk")
    )


def due_of(items: Sequence[PledgeItem], lender: Lender, *, on: date) -> list[Due]:
    """All that is watched of some works of one lender; few queries."""
    policies = _policies([item.work_id for item in items], lender)
    appraised = {
        currency: appraisals_of(
            [item.work_id for item in items if item.loan.currency == currency], lender=lender,
            currency=currency,
        )
        for currency in {item.loan.currency for item in items}
    }  # fmt: skip
    found = []
    for item in items:
        covered = covered_until(policies[item.work_id], on)
        found.append(_due(Watched.INSURANCE, item, covered, on))
        valued = value_of(
            appraised[item.loan.currency].get(item.work_id, ()), item.loan.version,
            liquidity=item.liquidity, months=item.loan.months, on=on,
        )  # fmt: skip
        until = valued.value.until if valued.value else None
        found.append(_due(Watched.APPRAISAL, item, until, on, valued.blocked))
        kept = kept_at(item)
        if kept is not None:
            found.append(_due(Watched.COUNT, item, count_due_on(kept, on=on), on))
    return found


def watch_list(lender: Lender, *, on: date, most: int = 2000) -> list[Due]:
    """What ends within the first threshold, the most urgent first; of at most so many works."""
    within = thresholds(on=on)[-1]
    rows = due_of(list(in_pledge(lender)[:most]), lender, on=on)
    near = [row for row in rows if row.days_left is None or row.days_left <= within]
    return sorted(near, key=lambda row: (row.due_on is not None, row.due_on or on, row.item.pk))


def covered_until(policies: Iterable[Insurance], on: date) -> date | None:
    """The last day up to which policies cover a work without a gap; else the end of the last one
    that has ended (None: there is none)."""
    rows = sorted(policies, key=lambda row: (row.valid_from, row.valid_until))
    until: date | None = None
    for row in rows:
        if until is None or until < on:
            if row.valid_from <= on:
                until = max(row.valid_until, until or row.valid_until)
        elif row.valid_from <= until + _DAY:
            until = max(until, row.valid_until)
    return until


def count_due_on(holding: Holding, *, on: date) -> date:
    """The last day for the next count of a kept work: so many days after the last one, or after
    it came in."""
    last = holding.last_counted_at or holding.in_at
    assert last is not None  # noqa: S101 - a kept work came in
    days: int = rulebook.get(citations.COUNT_DAYS, on=on)
    return last.astimezone(SHANGHAI).date() + days * _DAY


def kept_at(item: PledgeItem) -> Holding | None:
    """Where a work in pledge is kept, or waits to leave."""
    places = (HoldingState.KEPT, HoldingState.LEAVING)
    return next((row for row in item.holdings.all() if row.state in places), None)


def counts_of(custodian: Custodian, *, on: date) -> list[tuple[Holding, date]]:
    """The works that a custodian keeps for his lender, with the day by which each is counted next,
    the earliest first."""
    rows = Holding.objects.in_house().filter(custodian=custodian)
    rows = rows.select_related("item__work", "item__loan")
    return sorted(
        ((row, count_due_on(row, on=on)) for row in rows), key=lambda pair: (pair[1], pair[0].pk)
    )


def _policies(works: Sequence[int], lender: Lender) -> dict[int, list[Insurance]]:
    found: dict[int, list[Insurance]] = defaultdict(list)
    for row in Insurance.objects.filter(lender=lender, ended_at__isnull=True, work__in=works):
        found[row.work_id].append(row)
    return found


def _due(kind: Watched, item: PledgeItem, due_on: date | None, on: date, why: str = "") -> Due:
    return Due(kind, item, due_on, (due_on - on).days if due_on else None, why)
