"""What every step after the hammer shares: its locks, its event, and who may still buy.

The work is locked before the lot, as everywhere; offers of a lot are read and written under the
lock of the lot. Auction rules §11.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import DomainError, NotAllowed, WrongState
from artmarket.core.events import record_event
from catalog.locks import lock_work

from .. import citations
from ..enums import AwardedBy, Bar, LotEventKind, LotState, PaddleState
from ..locks import lock_lot
from ..models import Bid, Lot, LotEvent, Paddle
from ..selectors.bidders import Bidder, bidders_of


class NeedsConsent(DomainError):
    """The price is one at which the consignor has not agreed to sell; it says no amount."""

    code = "needs_consignor"
    rule = citations.RESERVE_EFFECT
    message = _("这个价格要委托人同意才能成交。")
    hint = _("请先取得委托人同意，并在表格里写明已经同意。")


class Unfit(DomainError):
    """This bidder cannot buy the lot; the words say why."""

    code = "unfit"
    rule = citations.SECOND_CHANCE
    message = _("这位竞买人现在不能买这件拍品。")


def lock_with_work(lot_id: int) -> Lot:
    """The lot under its lock, its work locked before it. Raises `WrongState`."""
    work_id = Lot.objects.filter(pk=lot_id).values_list("work", flat=True).first()
    if work_id is None:
        raise WrongState()
    lock_work(pk=work_id)
    return lock_lot(pk=lot_id)


def require(actor: User, perm: str, lot: Lot) -> None:
    """Raises `NotAllowed`."""
    if not actor.has_perm(perm, lot):
        raise NotAllowed()


def note(
    lot: Lot, kind: str, at: datetime, actor: User | None, data: dict[str, Any] | None = None
) -> None:
    """The next event of a locked lot; the caller saves the lot."""
    lot.sequence += 1
    LotEvent.objects.create(
        lot=lot, sequence=lot.sequence, kind=kind, at=at, actor=actor, data=data or {}
    )


def is_held(lot: Lot) -> bool:
    """Whether the work is still locked for the lot."""
    return lot.encumbrance is not None and lot.encumbrance.released_at is None


def floor_of(lot: Lot) -> int:
    """The least that the consignor has agreed to: the reserve, or the opening price without one."""
    return lot.opening_minor if lot.reserve_minor is None else lot.reserve_minor


def require_consent(lot: Lot, amount: int, *, consignor_agrees: bool) -> bool:
    """Whether the price rests on a consent of the consignor. Raises `NeedsConsent`."""
    if amount >= floor_of(lot):
        return False
    if not consignor_agrees:
        raise NeedsConsent()
    return True


def last_bids(lot: Lot) -> dict[int, int]:
    """The last bid of each paddle that counts: its highest maximum, or its latest sealed amount."""
    found: dict[int, int] = {}
    rows = Bid.objects.counting().filter(lot=lot).select_related("sealed").order_by("number")
    for bid in rows:
        if lot.sale.is_sealed:
            found[bid.paddle_id] = int(bid.sealed.amount)
        elif bid.maximum_minor is not None:
            found[bid.paddle_id] = max(found.get(bid.paddle_id, 0), bid.maximum_minor)
    return found


def unfit(lot: Lot, bidder: Bidder | None) -> Unfit | None:
    """Why somebody cannot buy the lot after its hammer; None: he can."""
    if bidder is None or not bidder.is_active:
        return Unfit(_("这个号牌不是这场拍卖会的，或账号已停用。"))
    paddle = bidder.paddle
    if bidder.bar:
        words = _("%(who)s不得买受。") % {"who": Bar(bidder.bar).label}
        return Unfit(words, code="barred", rule=citations.BARS, status=403)
    if paddle.state != PaddleState.APPROVED:
        words = _("号牌的状态是“%(state)s”，不能买受。") % {"state": paddle.get_state_display()}
        return Unfit(words, code="not_approved", rule=citations.CONDITIONS)
    in_default = lot.defaults.filter(paddle__user=paddle.user_id) | lot.defaults.filter(
        paddle__party=paddle.party_id
    )
    if in_default.exists():
        return Unfit(
            _("他在这件拍品上没有付款，不能再买。"), code="defaulter", rule=citations.DEFAULT_CLAIM
        )
    return None


def require_fit(lot: Lot, paddle_id: int) -> None:
    """Raises `Unfit`."""
    found = bidders_of(lot, paddles=[paddle_id], keys=[""]).get(paddle_id)
    reason = unfit(lot, found)
    if reason is not None:
        raise reason


def settle_lot(lot: Lot, *, at: datetime, actor: User | None, reference: str) -> None:
    """A locked lot that is sold is paid in full; `reference` names the receipt or payment."""
    lot.state = LotState.SETTLED
    note(lot, LotEventKind.SETTLED, at, actor, {"reference": reference})
    lot.save(update_fields=["state", "sequence"])
    record_event(
        actor=actor, action="lot.settled", subject=lot, before={"state": LotState.SOLD},
        after={"state": lot.state, "sequence": lot.sequence},
        reference=reference, sale=lot.sale_id, work=lot.work_id,
    )  # fmt: skip


def award(
    lot: Lot, paddle: Paddle, amount: int, by: AwardedBy, *, at: datetime, actor: User, **data: Any
) -> None:
    """Sell a locked lot to a paddle at a price without a hammer; `data` goes into the event."""
    before = lot.state
    lot.state, lot.winner, lot.hammer_minor, lot.closed_at = LotState.SOLD, paddle, amount, at
    note(lot, LotEventKind.AWARDED, at, actor, {"by": by, "paddle": paddle.pk, "hammer": amount})
    lot.save(
        update_fields=["state", "winner", "hammer_minor", "closed_at", "sequence", "encumbrance"]
    )
    record_event(
        actor=actor, action="lot.awarded", subject=lot, before={"state": before},
        after={
            "state": lot.state, "hammer": amount, "sequence": lot.sequence, "paddle": paddle.number,
        },
        by=by, sale=lot.sale_id, work=lot.work_id, **data,
    )  # fmt: skip
