"""Notices from the hours: a lot that ends soon, a sale that begins. Late is better than never."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from artmarket.core.clock import db_now

from ..enums import PaddleState, SaleState
from ..models import Bid, Lot, NoticeKind, Paddle, Sale, Watch
from .making import News, write

ENDING_WITHIN: Final = timedelta(minutes=30)
BEGINS_WITHIN: Final = timedelta(hours=24)


@transaction.atomic(durable=True)
def remind() -> str:
    """Remind once of each lot that ends within half an hour and each sale that begins tomorrow."""
    now = db_now()
    made = write([*_of_ends(now), *_of_openings(now)])
    return f"reminded {made}"


def _of_ends(now: datetime) -> Iterator[News]:
    """Those who follow the lot or bid on it. An end that moves on is not told again."""
    soon = Lot.objects.live().filter(
        ends_at__gt=now, ends_at__lte=now + ENDING_WITHIN, sale__opens_at__lte=now
    )
    lots = dict(soon.values_list("pk", "sale_id"))
    bidders = Bid.objects.counting().filter(lot__in=lots)
    pairs = {
        *Watch.objects.filter(lot__in=lots).values_list("lot", "user"),
        *bidders.values_list("lot", "paddle__user"),
    }
    for lot_id, user_id in sorted(pairs):
        yield News(
            user_id, NoticeKind.ENDING, f"lot:{lot_id}", sale_id=lots[lot_id], lot_id=lot_id
        )  # fmt: skip


def _of_openings(now: datetime) -> Iterator[News]:
    """Those who follow the sale or one of its lots, and those who may bid in it."""
    soon = Sale.objects.filter(
        state=SaleState.ANNOUNCED, opens_at__gt=now, opens_at__lte=now + BEGINS_WITHIN
    )
    sales = list(soon.values_list("pk", flat=True))
    paddles = Paddle.objects.filter(sale__in=sales, state=PaddleState.APPROVED)
    pairs = {
        *Watch.objects.filter(sale__in=sales).values_list("sale", "user"),
        *Watch.objects.filter(lot__sale__in=sales).values_list("lot__sale", "user"),
        *paddles.values_list("sale", "user"),
    }
    for sale_id, user_id in sorted(pairs):
        yield News(user_id, NoticeKind.REMINDER, f"sale:{sale_id}", sale_id=sale_id)
