"""A second chance: after a cancelled contract, an underbidder is offered the lot at his own bid.

A bid that was overtaken binds nobody (拍卖法 36): this is a new offer, private, that he may refuse
without consequence. His bid stands in no event. Auction rules §11.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from .. import citations
from ..enums import AwardedBy, LotState, OfferState
from ..models import Lot, SecondChance
from .aftermath import (
    Unfit,
    award,
    is_held,
    last_bids,
    lock_with_work,
    require,
    require_consent,
    require_fit,
)


class OfferLapsed(WrongState):
    """The time of an offer is over."""

    code = "offer_lapsed"
    rule = citations.SECOND_CHANCE
    message = _("这份要约已经过期。")


@transaction.atomic(durable=True)
def offer_second_chance(
    *,
    actor: User,
    lot_id: int,
    paddle_id: int,
    days: int | None = None,
    consignor_agrees: bool = False,
) -> SecondChance:
    """Offer the lot to an underbidder at his own last bid, for so many days.

    Raises `NotAllowed`, `WrongState` (no cancelled contract, work given back), `DomainError`
    offer_open, `Unfit` (no bid, barred, suspended, in default), `NeedsConsent`, `Invalid` (days).
    """
    lot = lock_with_work(lot_id)
    require(actor, "auctions.settle_lot", lot)
    if lot.state != LotState.DEFAULTED or not is_held(lot):
        raise WrongState(
            _("原成交合同书面解除以后、作品退还以前，才能给第二次机会。"),
            rule=citations.SECOND_CHANCE,
        )
    now = db_now()
    if lot.second_chances.filter(state=OfferState.OPEN, open_until__gt=now).exists():
        raise DomainError(
            _("已有一份第二次机会待答复。"), code="offer_open", rule=citations.SECOND_CHANCE
        )
    for late in lot.second_chances.filter(state=OfferState.OPEN):
        _end(late, OfferState.LAPSED, actor=None)
    length = _days(days)
    amount = last_bids(lot).get(paddle_id)
    if amount is None:
        raise Unfit(_("他在这件拍品上没有有效的出价。"), code="no_bid")
    require_fit(lot, paddle_id)
    agreed = require_consent(lot, amount, consignor_agrees=consignor_agrees)
    made = SecondChance.objects.create(
        default=lot.defaults.latest("pk"), lot=lot, paddle_id=paddle_id, amount_minor=amount,
        is_below_reserve=agreed, offered_by=actor, offered_at=now,
        open_until=now + timedelta(days=length),
    )  # fmt: skip
    record_event(
        actor=actor, action="second_chance.offered", subject=made,
        after={"state": made.state, "open_until": made.open_until},
        lot=lot.pk, paddle=made.paddle.number, with_consent=agreed,
    )  # fmt: skip
    return made


@transaction.atomic(durable=True)
def accept_second_chance(*, actor: User, offer_id: int) -> Lot:
    """Buy at one's own last bid: a contract is made. Repeated, it changes nothing.

    Raises `NotAllowed`, `WrongState` (answered), `OfferLapsed`, `Unfit`.
    """
    offer, lot = _locked(actor, offer_id)
    if offer.state == OfferState.ACCEPTED:
        return lot
    now = _require_open(offer)
    if lot.state != LotState.DEFAULTED or not is_held(lot):
        raise WrongState()
    require_fit(lot, offer.paddle_id)
    offer.state, offer.answered_at = OfferState.ACCEPTED, now
    offer.save(update_fields=["state", "answered_at"])
    award(
        lot, offer.paddle, offer.amount_minor, AwardedBy.SECOND_CHANCE, at=now, actor=actor,
        offer=offer.pk,
    )  # fmt: skip
    return lot


@transaction.atomic(durable=True)
def refuse_second_chance(*, actor: User, offer_id: int) -> SecondChance:
    """Refuse, without consequence. Raises `NotAllowed`, `WrongState`, `OfferLapsed`."""
    offer, _lot = _locked(actor, offer_id)
    if offer.state == OfferState.REFUSED:
        return offer
    _require_open(offer)
    _end(offer, OfferState.REFUSED, actor=actor)
    return offer


def due_second_chances() -> list[int]:
    """Open offers whose time is over."""
    late = SecondChance.objects.filter(state=OfferState.OPEN, open_until__lte=db_now())
    return list(late.order_by("pk").values_list("pk", flat=True))


@transaction.atomic(durable=True)
def lapse_second_chance(*, offer_id: int) -> None:
    """Note that an offer was not answered in time; safe to repeat."""
    lot_id = SecondChance.objects.filter(pk=offer_id).values_list("lot", flat=True).get()
    lock_with_work(lot_id)
    offer = SecondChance.objects.get(pk=offer_id)
    if offer.state == OfferState.OPEN and offer.open_until <= db_now():
        _end(offer, OfferState.LAPSED, actor=None)


def _locked(actor: User, offer_id: int) -> tuple[SecondChance, Lot]:
    lot_id = SecondChance.objects.filter(pk=offer_id).values_list("lot", flat=True).first()
    if lot_id is None:
        raise WrongState()
    lot = lock_with_work(lot_id)
    offer = SecondChance.objects.select_related("paddle").get(pk=offer_id)
    if not actor.has_perm("auctions.use_paddle", offer.paddle):
        raise NotAllowed()
    return offer, lot


def _require_open(offer: SecondChance) -> datetime:
    now = db_now()
    if offer.state == OfferState.LAPSED or (
        offer.state == OfferState.OPEN and offer.open_until <= now
    ):
        raise OfferLapsed()
    if offer.state != OfferState.OPEN:
        raise WrongState(_("这份要约已经答复过。"), rule=citations.SECOND_CHANCE)
    return now


def _end(offer: SecondChance, state: str, *, actor: User | None) -> None:
    offer.state, offer.answered_at = state, db_now()
    offer.save(update_fields=["state", "answered_at"])
    record_event(
        actor=actor, action=f"second_chance.{state}", subject=offer,
        before={"state": OfferState.OPEN}, after={"state": state},
        lot=offer.lot_id, paddle=offer.paddle.number,
    )  # fmt: skip


def _days(days: int | None) -> int:
    if days is None:
        return int(rulebook.get(citations.SECOND_CHANCE_DAYS))
    most = rulebook.get(citations.SECOND_CHANCE_MOST)
    if not 1 <= days <= most:
        words = _("第二次机会开放1到%(most)d天。") % {"most": most}
        raise Invalid(fields={"days": words}, rule=citations.SECOND_CHANCE_MOST)
    return days
