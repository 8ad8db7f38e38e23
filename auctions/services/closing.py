"""The hammer: what a lot became when its time was over.

No worker has to be on time: bids after the end are refused by the decision on bids itself, and what
is written here follows from what was decided before. Every step can run twice. Auction rules §1,
§7; 拍卖法 50, 51.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from artmarket.core.clock import db_now
from artmarket.core.errors import WrongState
from artmarket.core.events import record_event
from catalog.locks import lock_work
from catalog.services import encumbrances

from ..engine import bidding as engine
from ..engine.sealed import open_sealed
from ..enums import (
    LIVE_LOTS,
    LotEventKind,
    LotState,
    SaleState,
)  # fmt: skip
from ..locks import lock_lot, lock_sale
from ..lot_states import read_state
from ..models import Bid, Lot, LotEvent, Paddle, Sale
from ..rule_books import rules_of


def due_lots(limit: int = 500) -> list[int]:
    """Live lots whose time is over, the earliest first."""
    over = Lot.objects.live().filter(ends_at__lte=db_now()).order_by("ends_at", "pk")
    return list(over.values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def close_lot(*, lot_id: int) -> Lot:
    """Let the hammer fall on a lot whose time is over; a lot that is closed already stays as it is.

    Sold iff a bidder leads and the reserve is met; otherwise the work is free again. Raises
    `WrongState` before the end.
    """
    work_id = Lot.objects.filter(pk=lot_id).values_list("work", flat=True).first()
    if work_id is None:
        raise WrongState()
    lock_work(pk=work_id)
    lot = lock_lot(pk=lot_id)
    if lot.state not in LIVE_LOTS:
        return lot
    now = db_now()
    if lot.ends_at is None or lot.ends_at > now:
        raise WrongState(_("这件拍品还没有结束。"))
    end, revealed = _end_of(lot)
    before = lot.state
    lot.state = _state_after(lot, end)
    lot.winner_id = int(end.winner) if end.winner else None
    lot.hammer_minor, lot.closed_at = end.price, now
    lot.sequence += 1
    lot.save(update_fields=["state", "winner", "hammer_minor", "closed_at", "sequence"])
    LotEvent.objects.create(
        lot=lot, sequence=lot.sequence, kind=LotEventKind.CLOSED, at=now,
        data={"result": lot.state, "hammer": lot.hammer_minor} | revealed,
    )  # fmt: skip
    if lot.state != LotState.SOLD and lot.encumbrance and lot.encumbrance.released_at is None:
        encumbrances.release_for_module(
            actor=None, encumbrance_id=lot.encumbrance.pk, reason=str(_("拍卖未成交"))
        )
    winner = Paddle.objects.get(pk=lot.winner_id).number if lot.winner_id else None
    record_event(
        actor=None, action="lot.closed", subject=lot, before={"state": before},
        after={
            "state": lot.state, "hammer": lot.hammer_minor, "sequence": lot.sequence,
            "paddle": winner,
        },
        sale=lot.sale_id, work=lot.work_id,
    )  # fmt: skip
    return lot


@transaction.atomic(durable=True)
def end_sale(*, sale_id: int) -> Sale:
    """A sale whose last lot is over has ended; safe to call at any time."""
    sale = lock_sale(pk=sale_id)
    if sale.state != SaleState.ANNOUNCED or sale.lots.filter(state__in=LIVE_LOTS).exists():
        return sale
    sale.state, sale.ended_at = SaleState.ENDED, db_now()
    sale.save(update_fields=["state", "ended_at"])
    record_event(
        actor=None, action="sale.ended", subject=sale, before={"state": SaleState.ANNOUNCED},
        after={"state": sale.state},
    )  # fmt: skip
    return sale


def finish_sales() -> list[int]:
    """Announced sales without a live lot."""
    with_live = Lot.objects.live().values("sale")
    rows = Sale.objects.filter(state=SaleState.ANNOUNCED).exclude(pk__in=with_live)
    last = rows.annotate(last=Max("lots__closed_at")).filter(last__isnull=False)
    return list(last.values_list("pk", flat=True))


def _end_of(lot: Lot) -> tuple[engine.Hammer, dict[str, object]]:
    """The result, and what a sealed sale shows from here on: every bid with its amount."""
    if not lot.sale.is_sealed:
        return engine.hammer(rules_of(lot), _as_open(read_state(lot))), {}
    bids = _sealed_bids(lot)
    price_rule = lot.sale.sealed_price
    end = open_sealed(
        bids,
        opening=lot.opening_minor,
        reserve=lot.reserve_minor,
        price_rule=price_rule,  # type: ignore[arg-type]
    )
    return end, {"bids": [[bid.number, bid.maximum] for bid in bids]}


def _as_open(state: engine.LotState) -> engine.LotState:
    """Maxima left before an opening at which nobody was present count all the same."""
    return state if state.is_open else engine.opened(state)[0]


def _sealed_bids(lot: Lot) -> Sequence[engine.Bid]:
    rows = Bid.objects.counting().filter(lot=lot)
    return [
        engine.Bid(str(row.paddle_id), int(row.sealed.amount), row.number or 0)
        for row in rows.select_related("sealed").order_by("number")
    ]


def _state_after(lot: Lot, end: engine.Hammer) -> str:
    if end.is_sold:
        return LotState.SOLD
    # A voided bid was made, but it left nothing that could have reached the reserve.
    counting = Bid.objects.counting().filter(lot=lot)
    return LotState.BELOW_RESERVE if counting.exists() else LotState.PASSED
