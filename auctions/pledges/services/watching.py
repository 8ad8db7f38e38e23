"""Every day: how each loan stands against its works, kept for that day; append-only.

A work without a valid value blocks the figure of its loan; it never counts as zero. Pledge rules
§8.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch

from artmarket.core.clock import db_today

from ..engine.rounding import down
from ..enums import IN_PLEDGE
from ..locks import lock_loans
from ..models import Loan, PledgeItem, Snapshot
from ..selectors.standing import Standing, standing_of
from ..valuing import appraisals_of

CHUNK = 500
BLOCKED = "no_value"


def take_snapshots(*, most: int = 200_000) -> int:
    """Keep today's figures of every loan that was reckoned to today; how many are new.

    Safe to call again.
    """
    today, done = db_today(), 0
    taken = Snapshot.objects.filter(loan=OuterRef("pk"), day=today)
    rows = Loan.objects.owing().filter(~Exists(taken), reckoned_on__gte=today)
    while done < most:
        keys = list(rows.order_by("lender", "pk").values_list("lender", "pk")[:CHUNK])
        same = [pk for lender, pk in keys if lender == keys[0][0]]
        made = _take(loan_ids=same, on=today) if same else 0
        if not made:
            return done
        done += made
    return done


@transaction.atomic(durable=True)
def _take(*, loan_ids: list[int], on: date) -> int:
    """Loans of one lender."""
    lock_loans(pks=loan_ids)
    items = PledgeItem.objects.filter(state__in=IN_PLEDGE).select_related("encumbrance")
    taken = Snapshot.objects.filter(loan=OuterRef("pk"), day=on)
    rows = Loan.objects.owing().filter(~Exists(taken), pk__in=loan_ids)
    loans = list(
        rows.select_related("lender", "version").prefetch_related(
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
    made = [
        _snapshot(
            loan,
            standing_of(
                loan, loan.pledged, by_currency[loan.currency], exposure=loan.owed_minor, on=on
            ),
            on,
        )
        for loan in loans
    ]  # fmt: skip
    return len(Snapshot.objects.bulk_create(made))


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
