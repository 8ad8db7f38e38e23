"""What a custodian's people see: what is to come, what is kept, what waits for a second person."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from artmarket import rulebook
from artmarket.accounts.models import Membership, User
from artmarket.core.clock import SHANGHAI

from ..custody_citations import COUNT_DAYS
from ..enums import HoldingState, ItemState, LoanState
from ..models import Custodian, CustodyEvent, Holding, PledgeItem

LIVE = (HoldingState.ARRIVING, HoldingState.KEPT, HoldingState.LEAVING)


def houses_of(user: Any) -> "QuerySet[Membership]":
    """The memberships through which a person keeps; a program keeps for one organisation only."""
    rows = Membership.objects.filter(user=user, ended_at__isnull=True, organisation__is_active=True)
    if user.acts_for == User.HIMSELF:
        return rows.none()
    return rows if user.acts_for is None else rows.filter(organisation=user.acts_for)


def custodians_of(user: Any) -> "QuerySet[Custodian]":
    """The appointments of the organisations for which a person works, ended ones too."""
    rows = Custodian.objects.filter(organisation__in=houses_of(user).values("organisation"))
    return rows.select_related("organisation", "lender__organisation")


def keeps_anything(user: Any) -> bool:
    """Whether a person works for a custodian."""
    return custodians_of(user).exists()


def expected(custodians: Any) -> "QuerySet[PledgeItem]":
    """Works of signed loans of their lenders that nobody has brought yet."""
    live = Holding.objects.filter(item=OuterRef("pk"), state__in=LIVE)
    rows = PledgeItem.objects.filter(
        ~Exists(live), state=ItemState.AGREED,
        loan__state__in=[LoanState.AGREED, LoanState.ACTIVE],
        loan__lender__in=custodians.filter(ended_at__isnull=True).values("lender"),
    )  # fmt: skip
    return rows.select_related("work", "loan__lender__organisation").order_by("agreed_at", "pk")


def holdings_of(custodians: Any) -> "QuerySet[Holding]":
    """All holdings of custodians, newest first."""
    rows = Holding.objects.filter(custodian__in=custodians)
    return rows.select_related(
        "item__work", "item__loan__lender__organisation", "custodian__organisation"
    )


def unconfirmed(rows: "QuerySet[Holding]") -> "QuerySet[Holding]":
    """Those whose last step nobody has confirmed, with that step as `step_kind`, `step_by`."""
    return rows.filter(
        state__in=LIVE, events__number=F("sequence"), events__confirms__isnull=True
    ).annotate(step_kind=F("events__kind"), step_by=F("events__by"), step_at=F("events__at"))


def to_hand_out(rows: "QuerySet[Holding]") -> "QuerySet[Holding]":
    """Kept works that the lender has let go."""
    return rows.filter(state=HoldingState.KEPT, item__state=ItemState.LEAVING)


def counts_due(rows: "QuerySet[Holding]", *, on: date) -> "QuerySet[Holding]":
    """Kept works that were not counted, or brought in, for as long as the rule says."""
    oldest = on - timedelta(days=rulebook.get(COUNT_DAYS, on=on))
    return rows.filter(state=HoldingState.KEPT).filter(
        Q(last_counted_at__date__lte=oldest)
        | Q(last_counted_at__isnull=True, in_at__date__lte=oldest)
    )


def count_due_on(row: Holding) -> date | None:
    """Until when a kept work is counted again; None before it came in."""
    last = row.last_counted_at or row.in_at
    if last is None:
        return None
    return last.astimezone(SHANGHAI).date() + timedelta(days=rulebook.get(COUNT_DAYS))


def chain_of(row: Holding) -> list[CustodyEvent]:
    """All steps of a holding in their order."""
    rows = row.events.select_related("by", "confirms", "picture")
    return list(rows.order_by("number"))
