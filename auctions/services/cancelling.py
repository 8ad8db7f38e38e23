"""A sale that does not take place: all lots that are not over are withdrawn, with one reason.

What the hammer decided before stays decided. Auction rules §1.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Busy, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from catalog.locks import lock_works

from ..enums import LIVE_LOTS, LotState, SaleState
from ..locks import lock_lots, lock_sale
from ..models import Lot, Sale
from .sales import take_out

MAX_REASON = 300
RUNNING = (LotState.DRAFT, *LIVE_LOTS)


@transaction.atomic(durable=True)
def cancel_sale(*, actor: User, sale_id: int, reason: str) -> Sale:
    """Cancel a sale before it ends; its works are free, bidders and consignors are told.

    Repeated, it changes nothing. Raises `NotAllowed`, `WrongState` (ended; a lot waits for its
    hammer), `Invalid`, `Busy` (a lot came in meanwhile).
    """
    works = set(Lot.objects.filter(sale=sale_id, state__in=RUNNING).values_list("work", flat=True))
    lock_works(pks=sorted(works))
    sale = lock_sale(pk=sale_id)
    if not actor.has_perm("auctions.cancel_sale", sale):
        raise NotAllowed()
    if sale.state == SaleState.CANCELLED:
        return sale
    if sale.state == SaleState.ENDED:
        raise WrongState(_("拍卖会已经结束，不能再取消。"))
    words = reason.strip()
    if not words:
        raise Invalid(fields={"reason": _("请写明取消的理由，竞买人和委托人会看到。")})
    pks = sale.lots.filter(state__in=RUNNING).values_list("pk", flat=True)
    lots = [lot for lot in lock_lots(pks=pks) if lot.state in RUNNING]
    if not {lot.work_id for lot in lots} <= works:
        raise Busy()
    now, before = db_now(), sale.state
    if any(lot.ends_at is not None and lot.ends_at <= now for lot in lots):
        raise WrongState(_("有拍品已到时间、正在落槌，落槌以后再取消。"))
    for lot in lots:
        take_out(actor, lot, words, now, sale_cancelled=True)
    sale.state, sale.ended_at, sale.cancel_reason = SaleState.CANCELLED, now, words[:MAX_REASON]
    sale.save(update_fields=["state", "ended_at", "cancel_reason"])
    record_event(
        actor=actor, action="sale.cancelled", subject=sale, before={"state": before},
        after={"state": sale.state}, reason=sale.cancel_reason, lots=len(lots),
    )  # fmt: skip
    return sale
