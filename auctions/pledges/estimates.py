"""What a house's low estimate counts for, where an advance is lent on a work it is to sell.

Only a contract of consignment that an application names counts, while it stands and its estimate
is not too old; an ended one is no value, which blocks. Each auction without a sale lowers it as the
rule book says. Reads only. Pledge rules §3, §4.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q

from artmarket import rulebook
from artmarket.core.clock import SHANGHAI
from auctions.enums import UNSOLD_LOTS, ConsignmentState
from auctions.models import Consignment

from . import advance_citations as rules
from .engine.rounding import down
from .models import AdvanceWork


@dataclass(frozen=True, slots=True)
class Estimate:
    """The low estimate of a work in a contract of consignment, in the smallest unit.

    `burned` counts the auctions at which it was not sold; `cuts` are the lender's revaluations.
    """

    consignment: int
    work: int
    house: int
    low: int
    base_date: date
    burned: int
    cuts: tuple[Any, ...] = field(default=())

    def valid_until(self, on: date) -> date:
        """The last day on which it counts, by the rule of a day."""
        days: int = rulebook.get(rules.DAYS, on=on)["estimate"]
        return self.base_date + timedelta(days=days)

    def counted_minor(self, on: date) -> int:
        """What it counts for on a day: less for each failed auction, and by every cut since."""
        fall: int = rulebook.get(rules.BURNED_FALL, on=on)
        value = Fraction(self.low) * Fraction(100 - fall, 100) ** self.burned
        for cut in self.cuts:
            if self.base_date < cut.from_on <= on:
                value *= 1 - cut.pct / 100
        return down(value)


def estimates_of(
    works: Collection[int], *, currency: str, cuts: Iterable[Any] = ()
) -> list[Estimate]:
    """The estimates of works in contracts that stand and that an advance names. One query."""
    named = AdvanceWork.objects.filter(work__in=works).values("consignment")
    rows = Consignment.objects.filter(
        pk__in=named, state=ConsignmentState.CONTRACTED, currency=currency,
        estimate_low_minor__gt=0,
    ).annotate(burned=Count("lots", filter=Q(lots__state__in=UNSOLD_LOTS)))  # fmt: skip
    return [
        Estimate(
            consignment=row.pk, work=row.work_id, house=row.house_id, low=row.estimate_low_minor,
            base_date=row.contracted_at.astimezone(SHANGHAI).date(), burned=row.burned,
            cuts=tuple(cuts),
        )
        for row in rows.order_by("pk")
    ]  # fmt: skip


class Estimates:
    """The estimates of some works, read once, when the first is asked for."""

    def __init__(self, works: Collection[int], *, currency: str, cuts: Iterable[Any] = ()) -> None:
        self._asked = list(works), currency, tuple(cuts)
        self._found: dict[int, list[Estimate]] | None = None

    def of(self, work: int) -> list[Estimate]:
        """Those of a work, the oldest contract first."""
        if self._found is None:
            works, currency, cuts = self._asked
            self._found = {}
            for one in estimates_of(works, currency=currency, cuts=cuts):
                self._found.setdefault(one.work, []).append(one)
        return self._found.get(work, [])


def share_of(row: Mapping[str, str], on: date) -> Decimal:
    """The share of the low estimate that is lent: the rule's, or the product's if it is lower."""
    return min(Decimal(row["advance_pct"]), Decimal(rulebook.get(rules.SHARE, on=on)))
