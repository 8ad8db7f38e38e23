"""Notices of what follows the hammer: defaults, second chances, offers, corrections, cancellations.

A second chance and an offer are between two: nobody else is told before the lot is sold, and no
notice holds an amount that is not public.
"""

from collections.abc import Callable, Iterator
from typing import Final

from artmarket.core.models import Event

from ..enums import AwardedBy
from ..models import AfterSaleOffer, BuyerDefault, Lot, NoticeKind, Sale, SecondChance, Watch
from .making import News
from .people import about, bidders, lot_of, people_of, people_of_house

_OFFERS: Final[dict[str, type[SecondChance] | type[AfterSaleOffer]]] = {
    AwardedBy.SECOND_CHANCE.value: SecondChance,
    AwardedBy.AFTER_SALE.value: AfterSaleOffer,
}


def _of_default(event: Event) -> Iterator[News]:
    """The buyer, by the reason that was written; and the consignor."""
    lot = lot_of(event.object_id)
    row = BuyerDefault.objects.filter(pk=event.data.get("default")).select_related("paddle").first()
    if lot is None or row is None:
        return
    buyer = {"to": "buyer", "reason": row.reason, "price": row.hammer_minor}
    yield about(lot, event, row.paddle.user_id, NoticeKind.DEFAULTED, buyer)
    for user_id in sorted(people_of(lot.consignor) - {row.paddle.user_id}):
        yield about(lot, event, user_id, NoticeKind.DEFAULTED, {"to": "consignor"})


def _of_release(event: Event) -> Iterator[News]:
    lot = lot_of(event.object_id)
    if lot is None:
        return
    for user_id in sorted(people_of(lot.consignor)):
        facts = {"to": "consignor", "released": event.data.get("reason", "")}
        yield about(lot, event, user_id, NoticeKind.DEFAULTED, facts)


def _of_chance(event: Event) -> Iterator[News]:
    """The underbidder is told of the offer, the house of the answer."""
    row = SecondChance.objects.filter(pk=event.object_id).select_related("paddle").first()
    lot = lot_of(row.lot_id) if row else None
    if row is None or lot is None:
        return
    state = event.after.get("state")
    if event.action == "second_chance.offered":
        facts = {"state": state, "until": event.after.get("open_until")}
        yield about(lot, event, row.paddle.user_id, NoticeKind.CHANCE, facts)
        return
    for user_id in sorted(people_of_house(lot.sale.house)):
        facts = {"state": state, "to": "house", "paddle": row.paddle.number}
        yield about(lot, event, user_id, NoticeKind.CHANCE, facts)


def _of_offer(event: Event) -> Iterator[News]:
    """The house is told of an offer, the bidder of its end."""
    row = AfterSaleOffer.objects.filter(pk=event.object_id).select_related("paddle").first()
    lot = lot_of(row.lot_id) if row else None
    if row is None or lot is None:
        return
    state = event.after.get("state")
    if event.action == "after_sale.offered":
        for user_id in sorted(people_of_house(lot.sale.house)):
            facts = {"state": state, "to": "house", "paddle": row.paddle.number}
            yield about(lot, event, user_id, NoticeKind.AFTER_SALE, facts)
        return
    yield about(lot, event, row.paddle.user_id, NoticeKind.AFTER_SALE, {"state": state})


def _of_award(event: Event) -> Iterator[News]:
    """The buyer, the house where he answered it, and the consignor."""
    lot = lot_of(event.object_id)
    model = _OFFERS.get(event.data.get("by", ""))
    if lot is None or model is None:
        return
    row = model.objects.filter(pk=event.data.get("offer")).select_related("paddle").get()
    buyer = row.paddle.user_id
    kind = NoticeKind.CHANCE if model is SecondChance else NoticeKind.AFTER_SALE
    facts = {"state": "accepted", "price": event.after.get("hammer")}
    yield about(lot, event, buyer, kind, facts)
    told = {buyer}
    if model is SecondChance:
        for user_id in sorted(people_of_house(lot.sale.house) - told):
            yield about(lot, event, user_id, kind, facts | {"to": "house"})
    for user_id in sorted(people_of(lot.consignor) - told):
        yield about(lot, event, user_id, kind, facts | {"to": "consignor"})


def _of_correction(event: Event) -> Iterator[News]:
    """Those who bid on the lot, and those who follow it."""
    lot = lot_of(event.object_id)
    if lot is None:
        return
    followers = set(Watch.objects.filter(lot=lot).values_list("user", flat=True))
    for user_id in sorted(bidders(lot) | followers):
        facts = {"reason": event.data.get("reason", "")}
        yield about(lot, event, user_id, NoticeKind.CORRECTED, facts)


def _of_cancellation(event: Event) -> Iterator[News]:
    """Everybody who registered, follows or consigned, once; of a draft only the consignors."""
    sale = Sale.objects.filter(pk=event.object_id).first()
    if sale is None:
        return
    lots = Lot.objects.filter(sale=sale, withdrawal_reason=sale.cancel_reason)
    told = set[int]()
    for lot in lots.select_related("consignor"):
        told |= people_of(lot.consignor)
    if sale.announced_at is not None:
        told |= set(sale.paddles.values_list("user", flat=True))
        watches = Watch.objects.filter(sale=sale) | Watch.objects.filter(lot__sale=sale)
        told |= set(watches.values_list("user", flat=True))
    for user_id in sorted(told):
        yield News(
            user_id, NoticeKind.CANCELLED, f"event:{event.pk}", sale_id=sale.pk,
            facts={"reason": sale.cancel_reason},
        )  # fmt: skip


TELLERS: Final[dict[str, Callable[[Event], Iterator[News]]]] = {
    "lot.defaulted": _of_default,
    "lot.released": _of_release,
    "lot.awarded": _of_award,
    "lot.corrected": _of_correction,
    "sale.cancelled": _of_cancellation,
    **dict.fromkeys(
        ("second_chance.offered", "second_chance.refused", "second_chance.lapsed"), _of_chance
    ),
    **dict.fromkeys(
        ("after_sale.offered", "after_sale.refused", "after_sale.lapsed"), _of_offer
    ),
}  # fmt: skip
