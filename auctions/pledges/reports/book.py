"""A lender's loans as they stood on a day: replayed from their events, with their works, where
these were, and what they were worth. So many queries, however many loans.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, prefetch_related_objects

from appraisal.models import Valuation
from catalog.enums import AttributionStatus
from catalog.models import Attribution

from .. import reckoning, rule_values
from ..engine.classification import bucket_of
from ..engine.state import State
from ..enums import CountResult, CustodyKind, ItemState
from ..models import CustodyEvent, Holding, Lender, Loan, LoanEvent, PledgeItem
from ..selectors.standing import NOT_THERE
from ..valuing import Valued, appraisals_of, value_of
from .asof import Period

UNSOUND = (CountResult.MISSING, CountResult.DAMAGED)


@dataclass(frozen=True, slots=True)
class Kept:
    """A work with its custodian on a day, by the chain of custody."""

    holding: Holding
    place: str
    result: str = ""
    counted_at: datetime | None = None

    @property
    def is_sound(self) -> bool:
        """No count has found it missing or damaged."""
        return self.result not in UNSOUND


@dataclass(frozen=True, slots=True)
class Pledge:
    """A work in pledge on a day; `appraisals` are those that were known, oldest first."""

    item: PledgeItem
    kept: Kept | None
    valued: Valued
    appraisals: tuple[Valuation, ...]
    artist: str

    @property
    def appraiser(self) -> str:
        """The firm of the lower appraisal, on which the value rests; "" where there is none."""
        value = self.valued.value
        keys = value.valuations[:1] if value else self.item.valuations[:1]
        firms = [row.appraiser.institution for row in self.appraisals if row.pk in keys]
        return firms[0].name if firms and firms[0] else ""

    @property
    def category(self) -> str:
        value = self.valued.value
        return value.category if value else self.item.category


@dataclass(frozen=True, slots=True)
class Lent:
    """A loan that was paid out, on a day."""

    loan: Loan
    state: State
    five_class: str
    pledges: tuple[Pledge, ...]

    @property
    def overdue(self) -> int:
        """What fell due before the day and is not paid."""
        return sum(row.unpaid for row in self.state.demands if row.due_on < self.state.on)

    @property
    def owed(self) -> int:
        """All that is outstanding, due or not."""
        return self.state.open.total

    @property
    def is_open(self) -> bool:
        """Something is owed, or a work is still in pledge."""
        return bool(self.owed or self.pledges)


def book_of(lender: Lender, period: Period) -> list[Lent]:
    """All loans of the lender that were paid out by the day, in the order of their numbers; also
    those that are paid back. Loans of the same organisation's earlier confirmations count too."""
    loans = _loans(lender, period)
    pledged = _pledged(lender, period)
    values = _values(lender, period, loans, pledged)
    kept = kept_on(lender, period)
    artists = artists_of(item.work_id for items in pledged.values() for item in items)
    buckets = rule_values.class_buckets(on=period.on)
    found = []
    for loan in loans:
        state = reckoning.stand(loan, loan.known_events, on=period.on)
        if not state.totals.charged.principal:
            continue
        pledges = tuple(
            _pledge(item, loan, values.get(loan.currency, {}), kept, artists, period)
            for item in pledged[loan.pk]
        )
        found.append(Lent(loan, state, bucket_of(buckets, state.dpd), pledges))
    return found


def lender_on(lender: Lender, period: Period) -> Lender:
    """The lender as an operator had confirmed it by that day (kind and capital); where nobody had
    yet, as it is given. One query."""
    rows = Lender.objects.filter(
        organisation=lender.organisation_id, confirmed_at__lt=period.ends
    ).select_related("organisation")
    return rows.order_by("-confirmed_at", "-pk").first() or lender


def _loans(lender: Lender, period: Period) -> list[Loan]:
    events = LoanEvent.objects.filter(at__lt=period.cutoff).order_by("number")
    rows = Loan.objects.filter(
        lender__organisation=lender.organisation_id, started_on__lte=period.on
    )
    return list(
        rows.select_related("borrower", "version__product", "lender")
        .prefetch_related(Prefetch("events", queryset=events, to_attr="known_events"))
        .order_by("number")
    )


def items_on(lender: Lender, period: Period) -> list[PledgeItem]:
    """The works in pledge for the lender at the end of the day. One query."""
    rows = PledgeItem.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=period.ends),
        loan__lender__organisation=lender.organisation_id, pledged_at__lt=period.ends,
    ).exclude(state=ItemState.DROPPED)  # fmt: skip
    return list(rows.select_related("work", "loan__borrower").order_by("loan__number", "number"))


def _pledged(lender: Lender, period: Period) -> Mapping[int, list[PledgeItem]]:
    found: dict[int, list[PledgeItem]] = defaultdict(list)
    for item in items_on(lender, period):
        found[item.loan_id].append(item)
    return found


def _values(
    lender: Lender, period: Period, loans: Sequence[Loan],
    pledged: Mapping[int, Sequence[PledgeItem]],
) -> dict[str, Mapping[int, Sequence[Valuation]]]:  # fmt: skip
    """The appraisals that were signed by then, by currency and work."""
    works: dict[str, list[int]] = defaultdict(list)
    for loan in loans:
        works[loan.currency] += [item.work_id for item in pledged.get(loan.pk, ())]
    return {
        currency: known_appraisals(keys, lender, currency, period)
        for currency, keys in works.items()
    }


def known_appraisals(
    works: Iterable[int], lender: Lender, currency: str, period: Period
) -> Mapping[int, Sequence[Valuation]]:
    """Appraisals that may count for the lender, signed by the day of knowledge, with their firms.
    Two queries."""
    found = {
        work: rows.signed_before(period.cutoff)
        for work, rows in appraisals_of(list(works), lender=lender, currency=currency).items()
    }
    prefetch_related_objects(
        [row for rows in found.values() for row in rows], "appraiser__institution"
    )
    return found


def kept_on(lender: Lender, period: Period) -> dict[int, Kept]:
    """What custodians have for the lender at the end of the day, by the key of the item; from the
    confirmed steps of the chain alone. One query."""
    steps = CustodyEvent.objects.filter(
        holding__custodian__lender__organisation=lender.organisation_id,
        at__lt=period.ends, confirms__isnull=False, is_refusal=False,
    )  # fmt: skip
    found: dict[int, Kept] = {}
    rows = steps.select_related("holding__custodian__organisation", "confirms")
    for row in rows.order_by("holding", "number"):
        assert row.confirms is not None  # noqa: S101 - asked for
        item, said = row.holding.item_id, row.confirms
        before = found.get(item)
        if row.kind == CustodyKind.OUT:
            found.pop(item, None)
        elif row.kind == CustodyKind.COUNT and before:
            found[item] = Kept(before.holding, before.place, said.result, row.at)
        elif row.kind == CustodyKind.MOVE and before:
            found[item] = Kept(row.holding, said.place, before.result, before.counted_at)
        elif row.kind == CustodyKind.IN:
            found[item] = Kept(row.holding, said.place)
    return found


def artists_of(works: Iterable[int]) -> dict[int, str]:
    """The first maker of each work by today's attributions. One query."""
    rows = Attribution.objects.filter(work__in=list(works), status=AttributionStatus.CURRENT)
    found: dict[int, str] = {}
    for row in rows.select_related("artist").order_by("position", "pk"):
        found.setdefault(row.work_id, row.artist.name)
    return found


def _pledge(
    item: PledgeItem, loan: Loan, values: Mapping[int, Sequence[Valuation]],
    kept: Mapping[int, Kept], artists: Mapping[int, str], period: Period,
) -> Pledge:  # fmt: skip
    appraisals = tuple(values.get(item.work_id, ()))
    place = kept.get(item.pk)
    if place is None or not place.is_sound:
        valued = Valued(None, NOT_THERE)
    else:
        valued = value_of(
            values.get(item.work_id, ()), loan.version, liquidity=item.liquidity,
            months=loan.months, on=period.on,
        )  # fmt: skip
    return Pledge(item, place, valued, appraisals, artists.get(item.work_id, ""))
