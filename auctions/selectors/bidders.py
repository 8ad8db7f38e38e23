"""What the decision on a bid must know of its bidders, in one query after the lock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, Sum

from artmarket.core.clock import DbClock
from artmarket.core.statements import Compiled, NextKey

from ..models import Bid, Lot, Paddle, Sale
from .bars import Of, bar_case


@dataclass(slots=True)
class Bidder:
    """A paddle with what decides about its bid on one lot.

    `is_active` says it of the account, `now` is the database's time, `own_maximum` the highest live
    maximum here, `led_minor` the maxima of the other lots of the sale that it leads, `has_key`
    whether one of the keys was used, `bar` why it may not bid here (empty: it may), `next_key` the
    key of a bid still to be written (None: it gets one then).
    """

    paddle: Paddle
    is_active: bool
    now: datetime
    own_maximum: int | None
    led_minor: int
    has_key: bool
    bar: str
    next_key: int | None


def bidders_of(lot: Lot, *, paddles: Collection[int], keys: Collection[str]) -> dict[int, Bidder]:
    """The paddles of the lot's sale among those asked for, by their key; one query."""
    rows = _paddles(
        paddles=list(paddles), keys=list(keys), lot=lot.pk, sale=lot.sale_id,
        house=lot.sale.house_id, consignor=lot.consignor_id, work=lot.work_id,
    )  # fmt: skip
    return {paddle.pk: _bidder(paddle) for paddle in rows}


def _bidder(paddle: Any) -> Bidder:
    return Bidder(
        paddle, paddle.is_active, paddle.now, paddle.own_maximum, paddle.led_minor or 0,
        paddle.has_key, paddle.bar, paddle.next_key,
    )  # fmt: skip


def question(
    *,
    paddles: list[int],
    keys: list[str],
    lot: int,
    sale: int,
    house: int,
    consignor: int,
    work: int,
) -> QuerySet[Paddle]:
    """What is asked of the paddles, by the keys of the lot and what it belongs to."""
    of_lot = Lot(pk=lot, sale=Sale(pk=sale, house_id=house), consignor_id=consignor, work_id=work)
    used = Bid.objects.filter(paddle=OuterRef("pk"), key__in=keys)
    rows = Paddle.objects.filter(pk__in=paddles, sale=sale).order_by()
    return rows.annotate(
        is_active=F("user__is_active"), now=DbClock(), own_maximum=_own_maximum(of_lot),
        led_minor=_led(of_lot), has_key=Exists(used), bar=bar_on(of_lot), next_key=NextKey(Bid),
    )  # fmt: skip


_paddles = Compiled(Paddle, question)


def bar_on(lot: Lot) -> Case:
    """Why a paddle may not bid on a lot; see `bars`."""
    return bar_case(Of(lot.pk, lot.sale.house_id, lot.consignor_id, lot.work_id))


def _own_maximum(lot: Lot) -> Subquery:
    live = Bid.objects.counting().filter(lot=lot, paddle=OuterRef("pk"))
    return Subquery(live.order_by("-maximum_minor").values("maximum_minor")[:1])


def _led(lot: Lot) -> Subquery:
    led = Lot.objects.live().filter(sale=lot.sale_id, leader=OuterRef("pk")).exclude(pk=lot.pk)
    totals = led.order_by().values("leader").annotate(total=Sum("leader_maximum"))
    return Subquery(totals.values("total"))
