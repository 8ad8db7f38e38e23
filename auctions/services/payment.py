"""Whether the buyer paid: the house confirms the whole price, or cancels the contract.

Here the house confirms what came in at its own desk; a lot with an invoice of the platform is paid
through it (`services.settlement`). Nobody is in default before his due date is over. Auction rules
§11; 拍卖法 36, 39.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import DomainError, Invalid, WrongState
from artmarket.core.events import record_event
from catalog.services import encumbrances

from .. import citations
from ..enums import LotEventKind, LotState, OfferState
from ..models import BuyerDefault, Lot
from ..selectors.costs import has_priority, seller_commission
from ..selectors.sales import costs_of
from .aftermath import is_held, lock_with_work, note, require, settle_lot
from .settlement.defaulting import due_day, end_by_default
from .settlement.ground import live_settlement
from .terms_of_payment import due_on

MAX_REASON = 300
MAX_REFERENCE = 120


class NotDueYet(DomainError):
    """The buyer still has time to pay."""

    code = "not_due_yet"
    rule = citations.PAYMENT_DAYS
    message = _("付款期限还没有过。")


@transaction.atomic(durable=True)
def confirm_payment(*, actor: User, lot_id: int, reference: str) -> Lot:
    """The whole price was paid at the house's desk; `reference` names the receipt.

    Repeated, it changes nothing. Raises `NotAllowed`, `WrongState` (not sold, or invoiced by the
    platform), `Invalid`.
    """
    lot = lock_with_work(lot_id)
    require(actor, "auctions.settle_lot", lot)
    if lot.state == LotState.SETTLED:
        return lot
    if lot.state != LotState.SOLD:
        raise WrongState(_("只有成交的拍品才能登记付清。"))
    words = reference.strip()
    if not words:
        raise Invalid(fields={"reference": _("请写明收款凭证。")})
    if live_settlement(lot) is not None:
        raise WrongState(_("这件拍品已经开了账单，请在账单上登记收款。"), rule=citations.ESCROW)
    settle_lot(lot, at=db_now(), actor=actor, reference=words[:MAX_REFERENCE])
    return lot


@transaction.atomic(durable=True)
def declare_default(*, actor: User, lot_id: int, reason: str) -> BuyerDefault:
    """The buyer did not pay in time: his contract is cancelled in writing, and he is told.

    The work stays locked for a second chance until the house gives it back; what he paid of an
    invoice waits for the claim. Raises `NotAllowed`, `WrongState` (not sold, paid, declared
    already), `NotDueYet`, `Invalid`, `CalendarNotCovered`.
    """
    lot = lock_with_work(lot_id)
    require(actor, "auctions.settle_lot", lot)
    if lot.state == LotState.SETTLED:
        raise WrongState(_("买受人已经付清，不能再解除合同。"), rule=citations.DEFAULT_CLAIM)
    if lot.state != LotState.SOLD:
        raise WrongState(_("这件拍品没有成立的成交合同。"), rule=citations.DEFAULT_CLAIM)
    words = reason.strip()
    if not words:
        raise Invalid(fields={"reason": _("请写明解除合同的理由，买受人会收到。")})
    now, due = db_now(), due_day(lot, due_on(lot).rolled)
    if now.astimezone(SHANGHAI).date() <= due:
        raise NotDueYet(_("付款期限到%(day)s为止，还没有过。") % {"day": due})
    end_by_default(lot, actor=actor, at=now)
    assert lot.winner is not None and lot.hammer_minor is not None  # noqa: S101 - a constraint
    is_early = has_priority(lot, lot.winner.pk)
    costs = costs_of(lot.sale, lot.hammer_minor, lot=lot, has_priority=is_early)
    made = BuyerDefault.objects.create(
        lot=lot, paddle=lot.winner, number=lot.sequence + 1, hammer_minor=lot.hammer_minor,
        buyer_commission_minor=costs.of_house.minor,
        seller_commission_minor=seller_commission(lot.consignment, lot.hammer_minor),
        due_on=due, reason=words[:MAX_REASON], by=actor,
    )  # fmt: skip
    before = {"state": lot.state, "hammer": lot.hammer_minor, "paddle": lot.winner.number}
    note(
        lot, LotEventKind.DEFAULTED, now, actor,
        {"paddle": lot.winner_id, "hammer": lot.hammer_minor},
    )  # fmt: skip
    lot.state, lot.winner, lot.hammer_minor = LotState.DEFAULTED, None, None
    lot.save(update_fields=["state", "winner", "hammer_minor", "sequence"])
    record_event(
        actor=actor, action="lot.defaulted", subject=lot, before=before,
        after={"state": lot.state, "sequence": lot.sequence}, reason=made.reason,
        default=made.pk, sale=lot.sale_id, work=lot.work_id,
    )  # fmt: skip
    return made


@transaction.atomic(durable=True)
def release_work(*, actor: User, lot_id: int, reason: str) -> Lot:
    """Give the work back after a default that led to no other contract; its lock ends.

    Raises `NotAllowed`, `WrongState` (no default, given back already, an offer is open), `Invalid`.
    """
    lot = lock_with_work(lot_id)
    require(actor, "auctions.settle_lot", lot)
    if lot.state != LotState.DEFAULTED or not is_held(lot):
        raise WrongState(_("只有合同解除后还没有退还的作品才能退还。"))
    words, now = reason.strip(), db_now()
    if not words:
        raise Invalid(fields={"reason": _("请写明退还的理由。")})
    if lot.second_chances.filter(state=OfferState.OPEN, open_until__gt=now).exists():
        raise WrongState(
            _("还有一份第二次机会待答复，答复或过期以后才能退还。"),
            rule=citations.SECOND_CHANCE,
        )
    assert lot.encumbrance is not None  # noqa: S101 - it is held
    note(lot, LotEventKind.RELEASED, now, actor, {"reason": words[:MAX_REASON]})
    lot.save(update_fields=["sequence"])
    encumbrances.release_for_module(actor=actor, encumbrance_id=lot.encumbrance.pk, reason=words)
    record_event(
        actor=actor, action="lot.released", subject=lot, after={"sequence": lot.sequence},
        reason=words[:MAX_REASON], sale=lot.sale_id, work=lot.work_id,
    )  # fmt: skip
    return lot
