"""What people read of resale rights that wait, and of what is owed back of an undone sale."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum

from artmarket.accounts.models import User
from artmarket.accounts.permissions import parties_of
from artmarket.ledger.models import Payout
from catalog import selectors as catalogue
from catalog.models import Artist

from ..models import Recourse, ResaleRight, Settlement
from ..settlement_enums import ResaleState, SettlementState


@dataclass(frozen=True, slots=True)
class RightRow:
    """A resale right with its payout (the last one), and whether its term is over."""

    right: ResaleRight
    payout: Payout | None
    is_late: bool


def all_rights() -> QuerySet[ResaleRight]:
    """With what lists and pages name."""
    return ResaleRight.objects.select_related(
        "settlement__lot__work", "settlement__lot__sale", "settlement__invoice", "holder"
    )


def rights(*, waiting: bool) -> QuerySet[ResaleRight]:
    """Those that wait, the most urgent first; or the others, the newest first."""
    rows = all_rights()
    if waiting:
        return rows.filter(state=ResaleState.WAITING).order_by("due_on", "pk")
    return rows.exclude(state=ResaleState.WAITING).order_by("-pk")


def with_payouts(rows: list[ResaleRight], today: date) -> list[RightRow]:
    """The same with the payout of each; one query."""
    found = Payout.objects.filter(
        subject_kind=ResaleRight._meta.label_lower, subject_id__in=[str(row.pk) for row in rows]
    )
    last = {payout.subject_id: payout for payout in found.order_by("pk")}
    return [
        RightRow(
            row, last.get(str(row.pk)), row.state == ResaleState.WAITING and row.due_on < today
        )
        for row in rows
    ]


def rights_waiting() -> dict[str, int]:
    """What waits in suspense, by currency, in the smallest unit."""
    rows = ResaleRight.objects.filter(state=ResaleState.WAITING).order_by()
    return dict(rows.values_list("currency").annotate(sum=Sum("amount_minor")))


def makers_of(right: ResaleRight) -> list[Artist]:
    """Who is known to have made the work."""
    return [link.artist for link in catalogue.makers(right.settlement.lot.work)]


def recourses_of(user: User, row: Settlement) -> list[Recourse]:
    """What this reader sees of what is owed back: the house and the platform all, who owes his."""
    if row.state != SettlementState.REFUNDED:
        return []
    rows = row.recourses.select_related("party").order_by("pk")
    if not user.has_perm("auctions.settle_lot", row.lot):
        rows = rows.filter(party__in=parties_of(user))
    return list(rows)


def recourse_owed_by(user: User, row: Settlement) -> Recourse | None:
    """What this person, or whom he acts for, has to give back and has not."""
    return next(
        (
            found
            for found in recourses_of(user, row)
            if found.open_minor and user.has_perm("auctions.pay_recourse", found)
        ),
        None,
    )
