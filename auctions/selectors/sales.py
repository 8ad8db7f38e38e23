"""Sales as everybody reads them: which there are, in what phase, how they ended."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI
from artmarket.core.money import Money

from ..enums import CANCELLED_LOTS, CLOSED_LOTS, SOLD_LOTS, LotState, SaleState
from ..models import Lot, Paddle, Sale
from .costs import Costs, buyer_costs, priority_lots


class Phase(models.TextChoices):
    """Where a sale stands, told from its times; nobody has to switch it."""

    DRAFT = "draft", _("准备中")
    ANNOUNCED = "announced", _("已公告")
    VIEWING = "viewing", _("预展中")
    WAITING = "waiting", _("预展结束，等待开始")
    BIDDING = "bidding", _("竞价中")
    CLOSING = "closing", _("陆续结束")
    ENDED = "ended", _("已结束")
    CANCELLED = "cancelled", _("已取消")


LIVE_PHASES = (Phase.BIDDING, Phase.CLOSING)
COMING_PHASES = (Phase.ANNOUNCED, Phase.VIEWING, Phase.WAITING)


def phase_of(sale: Sale, now: datetime) -> Phase:
    """The phase of a sale at a moment of the database's clock."""
    if sale.state != SaleState.ANNOUNCED:
        return Phase(str(sale.state))
    if sale.closes_at and sale.closes_at <= now:
        return Phase.CLOSING
    if sale.opens_at and sale.opens_at <= now:
        return Phase.BIDDING
    day = now.astimezone(SHANGHAI).date()
    if sale.viewing_from is None or day < sale.viewing_from:
        return Phase.ANNOUNCED
    if sale.viewing_until is None or day <= sale.viewing_until:
        return Phase.VIEWING
    return Phase.WAITING


def public_sales() -> QuerySet[Sale]:
    """Sales that were announced, with `lot_count`, and `sold_count` of those hammered down."""
    return (
        Sale.objects.filter(announced_at__isnull=False)
        .select_related("house")
        .annotate(
            lot_count=Count("lots", filter=~Q(lots__state=LotState.DRAFT)),
            sold_count=Count("lots", filter=Q(lots__state__in=SOLD_LOTS)),
        )
    )


def sale_for_page(pk: int) -> Sale | None:
    """A sale with what its page says of its house, rules and conditions; one query."""
    return (
        Sale.objects.select_related(
            "house", "conditions", "ladder", "premium", "closing", "deposit", "approval", "storage"
        )
        .filter(pk=pk)
        .first()
    )


def paddles_in(sale: Sale, user: User) -> list[Paddle]:
    """The paddles that a person bids with in a sale, the first registered first."""
    rows = Paddle.objects.filter(sale=sale, user=user).select_related("party__organisation")
    return list(rows.order_by("number"))


@dataclass(frozen=True, slots=True)
class Results:
    """How a sale ended, as far as it has; what was withdrawn was not offered.

    `cancelled` are the contracts that were cancelled and not followed by another.
    """

    offered: int
    sold: int
    cancelled: int
    withdrawn: int
    hammer: Money
    with_premium: Money

    @property
    def unsold(self) -> int:
        return self.offered - self.sold - self.cancelled


def results_of(sale: Sale) -> Results | None:
    """What was sold, with and without premium; None while no lot is over.

    One query, and one more where the house has a priority rate.
    """
    rows = sale.lots.filter(state__in=CLOSED_LOTS)
    ends = list(rows.only("state", "hammer_minor", "sale", "work"))
    offered = [lot for lot in ends if lot.state != LotState.WITHDRAWN]
    if not offered:
        return None
    early = priority_lots(sale)
    hammers = [(lot, lot.hammer_minor) for lot in offered if lot.hammer_minor is not None]
    paid = sum(
        costs_of(sale, minor, lot=lot, has_priority=lot.pk in early).total.minor
        for lot, minor in hammers
    )
    return Results(
        offered=len(offered),
        sold=len(hammers),
        cancelled=sum(lot.state in CANCELLED_LOTS for lot in ends),
        withdrawn=len(ends) - len(offered),
        hammer=Money(sum(minor for _lot, minor in hammers), sale.currency),
        with_premium=Money(paid, sale.currency),
    )


def costs_of(
    sale: Sale, hammer: int, *, lot: Lot | None = None, has_priority: bool = False
) -> Costs:
    """The all-in cost at a hammer price by the rule sets of the sale; every place tells this one.

    `lot` says whether a resale right ended, `has_priority` whether this buyer earned the priority
    rate (`costs.has_priority`).
    """
    return buyer_costs(sale, hammer, lot=lot, has_priority=has_priority)
