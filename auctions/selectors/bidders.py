"""What the decision on a bid must know of its bidders, in one query after the lock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, CharField, Exists, OuterRef, Q, Subquery, Sum, Value, When

from artmarket.accounts.enums import STAFF_ROLES
from artmarket.accounts.models import Membership, RoleGrant
from artmarket.core.clock import DbClock

from ..enums import Bar, BidResult
from ..models import Bid, Lot, Paddle


@dataclass(slots=True)
class Bidder:
    """A paddle with what decides about its bid on one lot.

    `now` the database's time, `own_maximum` its highest live maximum here, `led_minor` its maxima
    on the other lots of the sale that it leads, `has_key` whether one of the keys was used, `bar`
    why it may not bid here (empty: it may).
    """

    paddle: Paddle
    now: datetime
    own_maximum: int | None
    led_minor: int
    has_key: bool
    bar: str


def bidders_of(lot: Lot, *, paddles: Collection[int], keys: Collection[str]) -> dict[int, Bidder]:
    """The paddles of the lot's sale among those asked for, by their key; one query."""
    rows = (
        Paddle.objects.filter(pk__in=paddles, sale=lot.sale_id)
        .select_related("user")
        .annotate(
            now=DbClock(),
            own_maximum=_own_maximum(lot),
            led_minor=_led(lot),
            has_key=Exists(Bid.objects.filter(paddle=OuterRef("pk"), key__in=keys)),
            bar=bar_on(lot),
        )
    )
    return {
        row.pk: Bidder(row, row.now, row.own_maximum, row.led_minor or 0, row.has_key, row.bar)
        for row in rows
    }


def bar_on(lot: Lot) -> Case:
    """Why a paddle may not bid on a lot: the house, its people, the platform's, the consignor.

    By law nobody of them bids, himself or through others (拍卖法 22, 23, 30).
    """
    of_house = Membership.objects.filter(
        user=OuterRef("user"), organisation=lot.sale.house_id, ended_at__isnull=True
    )
    of_consignor = Membership.objects.filter(
        user=OuterRef("user"), organisation__party=lot.consignor_id, ended_at__isnull=True
    )
    staff = RoleGrant.objects.filter(
        user=OuterRef("user"), role__in=STAFF_ROLES, revoked_at__isnull=True
    )
    return Case(
        When(Exists(of_house) | Q(party__organisation=lot.sale.house_id), then=Value(Bar.HOUSE)),
        When(
            Q(party=lot.consignor_id) | Q(user__party=lot.consignor_id) | Exists(of_consignor),
            then=Value(Bar.CONSIGNOR),
        ),
        When(Exists(staff), then=Value(Bar.STAFF)),
        default=Value(""),
        output_field=CharField(),
    )


def _own_maximum(lot: Lot) -> Subquery:
    live = Bid.objects.filter(
        lot=lot, paddle=OuterRef("pk"), result=BidResult.ACCEPTED, void__isnull=True
    )
    return Subquery(live.order_by("-maximum_minor").values("maximum_minor")[:1])


def _led(lot: Lot) -> Subquery:
    led = Lot.objects.live().filter(sale=lot.sale_id, leader=OuterRef("pk")).exclude(pk=lot.pk)
    totals = led.order_by().values("leader").annotate(total=Sum("leader_maximum"))
    return Subquery(totals.values("total"))
