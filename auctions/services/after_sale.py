"""Offers after the sale: a bidder of the sale offers a price for a lot that was not sold.

One offer wins, under the lock of the work and the lot, and only while the work is free: its lock is
taken anew. The reserve is told to nobody. Auction rules §1, §6; 拍卖法 50.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.core.money import MAX_MINOR, Money
from catalog.enums import EncumbranceKind
from catalog.services import encumbrances

from .. import citations, rule_books
from ..enums import UNSOLD_LOTS, AwardedBy, ConsignmentState, OfferState, SaleState
from ..locks import lock_lot
from ..models import AfterSaleOffer, Lot, Paddle, Sale
from .aftermath import award, lock_with_work, require, require_consent, require_fit
from .consignments import require_owner


class WindowOver(WrongState):
    """Offers for lots of this sale are not taken any more."""

    code = "window_over"
    rule = citations.AFTER_SALE_DAYS
    message = _("会后出价的期限已经过了。")


def window_end(sale: Sale) -> datetime | None:
    """Until when offers are taken and accepted; None while the sale has not ended."""
    if sale.ended_at is None:
        return None
    days: int = rulebook.get(citations.AFTER_SALE_DAYS)
    return sale.ended_at + timedelta(days=days)


def takes_offers(lot: Lot, now: datetime) -> bool:
    """Whether an offer can be made: not sold, in time, the work still under contract."""
    end = window_end(lot.sale)
    return (
        lot.state in UNSOLD_LOTS
        and lot.sale.state in (SaleState.ANNOUNCED, SaleState.ENDED)
        and (end is None or now < end)
        and lot.consignment.state == ConsignmentState.CONTRACTED
    )


def least_offer(lot: Lot) -> int:
    """The smallest step of the sale's ladder."""
    ladder = rule_books.ladder(lot.sale.ladder_id, rule_books.parts_of(lot.sale.currency))
    return min((step for _start, step in ladder.rows), default=ladder.step_at(0))


@transaction.atomic(durable=True)
def make_offer(
    *, actor: User, lot_id: int, paddle_id: int, amount: int, currency: str
) -> AfterSaleOffer:
    """Offer an amount in the smallest unit; it replaces one's earlier offer, binds to the end.

    The same amount again is the same offer. Raises `NotAllowed` (not his paddle), `WrongState`
    (sold, contract ended), `WindowOver`, `Unfit`, `Invalid` (currency, amount).
    """
    lot = lock_lot(pk=lot_id)
    paddle = Paddle.objects.filter(pk=paddle_id, sale=lot.sale_id).first()
    if paddle is None or not actor.has_perm("auctions.use_paddle", paddle):
        raise NotAllowed(_("这不是你在这场拍卖会的号牌。"))
    now = db_now()
    _require_window(lot, now)
    require_fit(lot, paddle_id)
    if currency != lot.sale.currency:
        raise Invalid(fields={"currency": _("这场拍卖会以%(c)s计价。") % {"c": lot.sale.currency}})
    least = least_offer(lot)
    if not least <= amount <= MAX_MINOR:
        words = _("金额至少%(least)s。") % {"least": Money(least, currency)}
        raise Invalid(fields={"amount": words}, rule=citations.AFTER_SALE)
    earlier = lot.after_sale_offers.filter(paddle=paddle, state=OfferState.OPEN).first()
    if earlier is not None:
        if earlier.amount_minor == amount:
            return earlier
        _end(earlier, OfferState.REPLACED, now, actor=actor)
    made = AfterSaleOffer.objects.create(
        lot=lot, paddle=paddle, amount_minor=amount, offered_by=actor, offered_at=now
    )
    record_event(
        actor=actor, action="after_sale.offered", subject=made, after={"state": made.state},
        lot=lot.pk, paddle=paddle.number,
    )  # fmt: skip
    return made


@transaction.atomic(durable=True)
def accept_offer(*, actor: User, offer_id: int, consignor_agrees: bool = False) -> Lot:
    """Sell at one offer; the others are refused. Repeated, it changes nothing.

    Raises `NotAllowed`, `WrongState` (answered, sold, contract ended), `WindowOver`, `Unfit`,
    `NeedsConsent`, `Encumbered` (with what lies on the work since when).
    """
    offer, lot = _locked(actor, offer_id)
    if offer.state == OfferState.ACCEPTED:
        return lot
    now = db_now()
    if offer.state != OfferState.OPEN:
        raise WrongState(_("这次出价已经有了结果。"), rule=citations.AFTER_SALE)
    _require_window(lot, now)
    require_fit(lot, offer.paddle_id)
    agreed = require_consent(lot, offer.amount_minor, consignor_agrees=consignor_agrees)
    encumbrances.require_free(lot.work)
    require_owner(lot.work, lot.consignor)
    lot.encumbrance = encumbrances.take(
        actor=actor, work_id=lot.work_id, kind=EncumbranceKind.SALE,
        reference=f"sale {lot.sale_id}", holder=None,
    )  # fmt: skip
    offer.is_below_reserve = agreed
    offer.state, offer.answered_by, offer.answered_at = OfferState.ACCEPTED, actor, now
    offer.save(update_fields=["state", "is_below_reserve", "answered_by", "answered_at"])
    award(
        lot, offer.paddle, offer.amount_minor, AwardedBy.AFTER_SALE, at=now, actor=actor,
        offer=offer.pk, with_consent=agreed,
    )  # fmt: skip
    for other in lot.after_sale_offers.filter(state=OfferState.OPEN):
        _end(other, OfferState.REFUSED, now, actor=actor)
    return lot


@transaction.atomic(durable=True)
def refuse_offer(*, actor: User, offer_id: int) -> AfterSaleOffer:
    """The house does not take an offer. Raises `NotAllowed`, `WrongState`."""
    offer, _lot = _locked(actor, offer_id)
    if offer.state == OfferState.REFUSED:
        return offer
    if offer.state != OfferState.OPEN:
        raise WrongState(_("这次出价已经有了结果。"), rule=citations.AFTER_SALE)
    _end(offer, OfferState.REFUSED, db_now(), actor=actor)
    return offer


def due_offers() -> list[int]:
    """Open offers whose sale takes none any more."""
    days: int = rulebook.get(citations.AFTER_SALE_DAYS)
    late = AfterSaleOffer.objects.filter(
        state=OfferState.OPEN, lot__sale__ended_at__lte=db_now() - timedelta(days=days)
    )
    return list(late.order_by("pk").values_list("pk", flat=True))


@transaction.atomic(durable=True)
def lapse_offer(*, offer_id: int) -> None:
    """Note that an offer was not answered in time; safe to repeat."""
    lot = lock_lot(pk=AfterSaleOffer.objects.values_list("lot", flat=True).get(pk=offer_id))
    offer = AfterSaleOffer.objects.get(pk=offer_id)
    now, end = db_now(), window_end(lot.sale)
    if offer.state == OfferState.OPEN and end is not None and end <= now:
        _end(offer, OfferState.LAPSED, now, actor=None)


def _require_window(lot: Lot, now: datetime) -> None:
    if lot.state not in UNSOLD_LOTS:
        raise WrongState(_("只有没有成交的拍品才能会后出价。"), rule=citations.AFTER_SALE)
    end = window_end(lot.sale)
    if end is not None and end <= now:
        raise WindowOver()
    if not takes_offers(lot, now):
        raise WrongState(_("这件作品的委托已经结束，不能再成交。"), rule=citations.AFTER_SALE)


def _locked(actor: User, offer_id: int) -> tuple[AfterSaleOffer, Lot]:
    lot_id = AfterSaleOffer.objects.filter(pk=offer_id).values_list("lot", flat=True).first()
    if lot_id is None:
        raise WrongState()
    lot = lock_with_work(lot_id)
    require(actor, "auctions.sell_after", lot)
    return AfterSaleOffer.objects.select_related("paddle").get(pk=offer_id), lot


def _end(offer: AfterSaleOffer, state: str, at: datetime, *, actor: User | None) -> None:
    offer.state, offer.answered_by, offer.answered_at = state, actor, at
    offer.save(update_fields=["state", "answered_by", "answered_at"])
    record_event(
        actor=actor, action=f"after_sale.{state}", subject=offer,
        before={"state": OfferState.OPEN}, after={"state": state},
        lot=offer.lot_id, paddle=offer.paddle.number,
    )  # fmt: skip
