"""A sale undone: the money goes back to where it came from, the work to its seller.

Before the release out of escrow; after it out of what of this sale is still with the platform, then
out of the guarantee fund, to which seller and house owe what they got (`recourse`). Never both,
never twice. Auction rules §12; 拍卖法 61.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import WrongState
from artmarket.core.events import record_event
from catalog.enums import TitleBasis
from catalog.services import encumbrances, title

from ... import citations
from ...engine import settlement as engine
from ...enums import LotEventKind, LotState
from ...models import Lot, Settlement
from ...settlement_enums import SettlementState, StepKind
from ..aftermath import is_held, note
from ..consignments import require_owner
from . import recourse
from .ground import (
    by_the_rules,
    lock_settlement,
    require,
    shares_of,
    stood_of,
    words_of,
    write,
)
from .money import from_escrow, send_back


@transaction.atomic(durable=True)
def refund_lot(*, actor: User, settlement_id: int, reason: str) -> Settlement:
    """The house undoes one lot of an invoice while the work is still with it; the others stand.

    Raises `NotAllowed`, `WrongState` (nothing paid, the work has left), `Invalid` (no reason).
    """
    row, lot = lock_settlement(settlement_id)
    require(actor, "auctions.settle_lot", lot)
    words = words_of(reason)
    if row.state not in (SettlementState.PART_PAID, SettlementState.HELD):
        raise WrongState(_("只有已付款、作品还没有交付的拍品才能单件退款。"), rule=citations.ESCROW)
    undo(row, lot, actor=actor, why=words)
    return row


def undo(row: Settlement, lot: Lot, *, actor: User, why: str) -> int:
    """Refund all, inside the caller's transaction, which holds the locks (parties too where title
    has moved); returns the amount. Raises `WrongState`, `Insufficient` (the fund lacks it)."""
    before = stood_of(row)
    with by_the_rules(citations.CLAIMS):
        stood = engine.refund(before)
    is_late = bool(before.released)
    amount = before.released if is_late else before.held
    shares = shares_of(row) if is_late else None  # its bills read otherwise once it has ended
    now = db_now()
    write(row, stood, StepKind.REFUNDED, actor=actor, at=now, amount=amount, reason=why)
    _rescind(row, lot, actor=actor, at=now, why=why)
    taken = recourse.take_back(row, shares) if shares else None
    legs = taken.legs if taken else from_escrow(row, amount)
    send_back(row, amount, skip=before.refunded, actor=actor, legs=legs, why=why)
    if taken:
        recourse.claim_back(row, taken.unwound, actor=actor)
    return amount


def _rescind(row: Settlement, lot: Lot, *, actor: User, at: datetime, why: str) -> None:
    """The lot is not sold any more; the work is free, and its seller's again."""
    before = {"state": lot.state, "hammer": lot.hammer_minor}
    note(
        lot, LotEventKind.RESCINDED, at, actor,
        {"paddle": lot.winner_id, "hammer": lot.hammer_minor},
    )  # fmt: skip
    lot.state, lot.winner, lot.hammer_minor = LotState.RESCINDED, None, None
    lot.save(update_fields=["state", "winner", "hammer_minor", "sequence"])
    record_event(
        actor=actor, action="lot.rescinded", subject=lot, before=before,
        after={"state": lot.state, "sequence": lot.sequence}, reason=why, settlement=row.pk,
        sale=lot.sale_id, work=lot.work_id,
    )  # fmt: skip
    if is_held(lot) and lot.encumbrance is not None:
        encumbrances.release_for_module(
            actor=actor, encumbrance_id=lot.encumbrance.pk, reason=f"settlement {row.pk}"
        )
    if row.title_event is not None:
        require_owner(lot.work, row.invoice.buyer)
        recorded_by = row.invoice.issued_by
        title.transfer_for_module(
            recorded_by=recorded_by, checked_by=None if actor.pk == recorded_by.pk else actor,
            work_id=lot.work_id, encumbrance_id=None, basis=TitleBasis.CORRECTION,
            shares=[title.Share(row.seller)], documents=f"{row.invoice.number}: {why}",
            corrects=row.title_event,
        )  # fmt: skip
