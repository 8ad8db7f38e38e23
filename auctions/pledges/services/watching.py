"""Every day: how each loan stands against its works, kept for that day; append-only.

A work without a valid value blocks the figure of its loan; it never counts as zero. In the same
transaction margin calls are opened, or follow what was found. Pledge rules §8.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch

from appraisal.models import Valuation
from artmarket.core.clock import db_today

from ..engine.rounding import down
from ..enums import IN_PLEDGE
from ..locks import lock_loans
from ..margin_enums import Cause
from ..models import Loan, MarginCall, PledgeItem, Snapshot
from ..selectors.margin_test import Tested, lost_on, test_by, test_of
from ..selectors.standing import Standing, standing_of
from ..valuing import appraisals_of
from .booking import chunks, in_part
from .margin import follow

BLOCKED = "no_value"


def take_snapshots(*, most: int = 200_000, part: tuple[int, int] = (0, 1)) -> int:
    """Keep today's figures of every loan that was reckoned to today; how many are new.

    Safe to call again, and twice at once; `part` as in `accrue_all`.
    """
    today, done = db_today(), 0
    taken = Snapshot.objects.filter(loan=OuterRef("pk"), day=today)
    rows = Loan.objects.owing().filter(~Exists(taken), reckoned_on__gte=today)
    for same in chunks(in_part(rows, part).values_list("lender", "pk")[:most]):
        done += _take(loan_ids=same, on=today)
    return done


@transaction.atomic(durable=True)
def _take(*, loan_ids: list[int], on: date) -> int:
    """Loans of one lender."""
    lock_loans(pks=loan_ids)
    items = PledgeItem.objects.filter(state__in=IN_PLEDGE).select_related("encumbrance")
    taken = Snapshot.objects.filter(loan=OuterRef("pk"), day=on)
    rows = Loan.objects.owing().filter(~Exists(taken), pk__in=loan_ids)
    loans = list(
        rows.select_related("lender", "version__product").prefetch_related(
            Prefetch("items", queryset=items.prefetch_related("holdings"), to_attr="pledged")
        )
    )
    if not loans:
        return 0
    works = [item.work_id for loan in loans for item in loan.pledged]
    by_currency = {
        currency: appraisals_of(works, lender=loans[0].lender, currency=currency)
        for currency in {loan.currency for loan in loans}
    }
    stands = {
        loan.pk: standing_of(
            loan, loan.pledged, by_currency[loan.currency], exposure=loan.owed_minor, on=on
        )
        for loan in loans
    }
    made = Snapshot.objects.bulk_create(_snapshot(loan, stands[loan.pk], on) for loan in loans)
    calls = {call.loan_id: call for call in MarginCall.objects.live().filter(loan__in=loans)}
    for loan in loans:
        found = _tested(loan, stands[loan.pk], by_currency[loan.currency], on)
        call = calls.get(loan.pk)
        if call is not None:
            call.loan = loan
        if call is not None or found.calls:
            follow(loan, call, found, cause=Cause.NIGHT, on=on)
    return len(made)


def _tested(
    loan: Any, stands: Standing, appraised: Mapping[int, Sequence[Valuation]], on: date
) -> Tested:
    """The margin test from what the snapshot found, anew only where works were lost."""
    if not stands.missing or all(lost_on(item) is None for item in loan.pledged):
        return test_by(stands, loan.version)
    return test_of(loan, loan.pledged, appraised, exposure=stands.exposure, on=on)


def _snapshot(loan: Loan, stands: Standing, on: date) -> Snapshot:
    is_known = stands.capacity is not None and stands.eligible is not None
    return Snapshot(
        loan=loan, version=loan.version, day=on, exposure_minor=stands.exposure,
        eligible_minor=stands.eligible if is_known else None,
        capacity_minor=stands.capacity if is_known else None,
        ltv_pct=_percent(stands.ltv) if is_known else None,
        blocked="" if is_known else BLOCKED,
        items=[
            {"work": work, "blocked": why} for work, why in sorted(stands.missing.items())
        ],
    )  # fmt: skip


def _percent(ltv: Fraction | None) -> Decimal | None:
    """Four places, rounded up: never safer than it is."""
    if ltv is None:
        return None
    return Decimal(-down(-ltv * 10_000)).scaleb(-4)
