"""An operator takes a bid out of the count, for cause; the price is made anew from what remains.

A bidder cannot withdraw his own bid (拍卖法 36). Nothing is deleted: the void is a row beside the
bid, and an event of the lot. Auction rules §6.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from .. import citations
from ..engine import bidding as engine
from ..enums import LIVE_LOTS, LotEventKind
from ..locks import lock_lot
from ..lot_states import STATE_FIELDS, read_state, write_state
from ..models import Bid, BidVoid, Lot, LotEvent
from ..rule_books import rules_of
from .bidding import shown


@transaction.atomic(durable=True)
def void_bid(*, actor: User, bid_id: int, reason: str) -> Lot:
    """Void one accepted bid of a live lot; an earlier maximum of the bidder revives.

    Raises `NotAllowed`, `WrongState` (lot over, bid refused or void already), `Invalid` (reason).
    """
    lot_id = Bid.objects.filter(pk=bid_id).values_list("lot", flat=True).first()
    if lot_id is None:
        raise WrongState()
    lot = lock_lot(pk=lot_id)
    bid = Bid.objects.select_related("paddle").get(pk=bid_id)
    if not actor.has_perm("auctions.void_bid", bid):
        raise NotAllowed(_("出价后不能撤回，只有经办人可以因故作废。"), rule=citations.BIDS_BIND)
    words = reason.strip()
    if not words:
        raise Invalid(fields={"reason": _("请写明作废的理由。")})
    live = {row.number: row for row in _live_bids(lot)}
    if lot.state not in LIVE_LOTS or bid.number not in live:
        raise WrongState()
    BidVoid.objects.create(bid=bid, by=actor, reason=words[:300])
    state, number = read_state(lot), bid.number
    before = shown(lot)
    if lot.sale.is_sealed:
        lot.sequence += 1
    else:
        maxima = [
            engine.Bid(str(row.paddle_id), row.maximum_minor or 0, row.number or 0)
            for row in live.values()
        ]
        write_state(lot, rules_of(lot), engine.void(state, maxima, [number or 0]).state)
    lot.save(update_fields=STATE_FIELDS)
    LotEvent.objects.create(
        lot=lot, sequence=lot.sequence, kind=LotEventKind.VOIDED, at=db_now(), bid=bid,
        actor=actor, data={"reason": words[:300]},
    )  # fmt: skip
    record_event(
        actor=actor, action="lot.bid_voided", subject=lot, before=before, after=shown(lot),
        reason=words, paddle=bid.paddle.number, number=number,
    )  # fmt: skip
    return lot


def _live_bids(lot: Lot) -> list[Bid]:
    return list(Bid.objects.counting().filter(lot=lot))
