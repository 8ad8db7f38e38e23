"""Notices from the event table's tail: who was outbid, leads, won, lost, was answered.

Never within a bid's transaction. The place in the table moves in the transaction that writes the
notices, so a job that is killed repeats and loses nothing. Nobody learns another's maximum: only
the public price is kept.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from django.db import transaction

from artmarket.core.models import Event
from artmarket.core.tail import Place, advance

from ..enums import LIVE_LOTS, BidResult, LotEventKind, LotState, PaddleState, ReservePolicy
from ..models import (
    Bid,
    Consignment,
    Lot,
    LotEvent,
    NoticeKind,
    NoticePlace,
    Paddle,
    Sale,
    Watch,
)
from ..selectors.notices import opinions_of_authorship
from . import aftermath, settlement
from .making import News, write
from .people import about, interested, lot_of, people_of

PLACE: Final = "notices"
STRETCH: Final = 500
_ANSWERS: Final = ("consignment.proposed", "consignment.ended")


def tell_news() -> str:
    """Read the tail until nothing settled is left; the duty and the tests call this."""
    told = 0
    while (made := _stretch()) is not None:
        told += made
    return f"told {told}"


@transaction.atomic(durable=True)
def _stretch() -> int | None:
    """One stretch of settled events; None when there is none."""
    row = _locked_place()
    place, keys = advance(Place(row.done, row.upto, row.horizon))
    if not keys:
        row.done, row.upto, row.horizon = place.done, place.upto, place.horizon
        row.save()
        return None
    last = min(keys[-1], keys[0] + STRETCH - 1)
    events = Event.objects.filter(pk__gte=keys[0], pk__lte=last, action__in=_TELLERS)
    made = write(news for event in events.order_by("pk") for news in _TELLERS[event.action](event))
    row.done, row.upto, row.horizon = last, keys[-1], 0
    row.save()
    return made


def _locked_place() -> NoticePlace:
    if not NoticePlace.objects.filter(name=PLACE).exists():
        # The first time: what happened before there were notices is nobody's news.
        last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        NoticePlace.objects.get_or_create(name=PLACE, defaults={"done": last, "upto": last})
    return NoticePlace.objects.select_for_update().get(name=PLACE)


# ------------------------------------------------------------------ bids


def _of_bids(event: Event) -> Iterator[News]:
    """Who leads by this event, and who does no longer."""
    lot = lot_of(event.object_id)
    price, upto = event.after.get("price"), event.after.get("sequence")
    if lot is None or lot.sale.is_sealed or price is None or upto is None:
        return  # a sealed bid, or one left before the opening: in silence
    since = _first_of(lot, upto, len(event.data.get("paddles", [])))
    led, waited = _before(lot, since)
    facts = {"price": price, "ask": event.after.get("ask")}
    leader = _leader(lot, upto)
    first = leader.paddle.user_id if leader else None
    is_news = leader and ((leader.number or 0) >= since or first not in led)
    if first and is_news and not _house_may_lead(lot, event):
        yield about(lot, event, first, NoticeKind.LEADING, facts)
    for user_id in sorted((led | waited) - {first}):
        yield about(lot, event, user_id, NoticeKind.OUTBID, facts)


def _first_of(lot: Lot, upto: int, count: int) -> int:
    """The number of an event's first bid: its own are the last ones up to its sequence."""
    accepted = Bid.objects.filter(lot=lot, result=BidResult.ACCEPTED, number__lte=upto)
    numbers = accepted.order_by("-number").values_list("number", flat=True)[:count]
    return min((number for number in numbers if number), default=upto + 1)


def _before(lot: Lot, since: int) -> tuple[set[int], set[int]]:
    """Who led before; and, at the opening, before which nobody does, who left a maximum."""
    earlier = Bid.objects.counting().filter(lot=lot, number__lt=since)
    last = earlier.order_by("-number").values_list("number", flat=True).first()
    if last is None:
        return set(), set()
    opened = LotEvent.objects.filter(lot=lot, kind=LotEventKind.OPENED)
    if opened.filter(sequence__gt=last).exists():
        return set(), set(earlier.order_by().values_list("paddle__user", flat=True).distinct())
    leader = _leader(lot, since - 1)
    return ({leader.paddle.user_id} if leader else set()), set()


def _leader(lot: Lot, upto: int) -> Bid | None:
    """The highest maximum up to a number, the earlier of equal ones: as `engine.best_two` says.

    One row, however many bids the lot has.
    """
    bids = Bid.objects.counting().filter(lot=lot, number__lte=upto).select_related("paddle")
    return bids.order_by("-maximum_minor", "number").first()


def _house_may_lead(lot: Lot, event: Event) -> bool:
    answers = (ReservePolicy.HOUSE, ReservePolicy.HALF_STEP)
    return lot.sale.reserve_policy in answers and not event.after.get("reserve_met")


def _of_void(event: Event) -> Iterator[News]:
    """A bid was declared void: whoever leads now is told that he does."""
    lot = lot_of(event.object_id)
    if lot is None or lot.sale.is_sealed or event.after.get("price") is None:
        return
    if lot.leader and lot.state == LotState.OPEN and not lot.house_leads:
        facts = {"price": event.after["price"], "ask": event.after.get("ask")}
        yield about(lot, event, lot.leader.user_id, NoticeKind.LEADING, facts)


# ------------------------------------------------------------------ ends


def _of_close(event: Event) -> Iterator[News]:
    """The winner, and everybody else who bid or follows the lot."""
    lot = lot_of(event.object_id)
    if lot is None:
        return
    facts = {"price": event.after.get("hammer"), "state": event.after.get("state")}
    winner = lot.winner.user_id if lot.winner else None
    if winner is not None:
        yield about(lot, event, winner, NoticeKind.WON, facts)
    for user_id in sorted(interested(lot) - {winner}):
        yield about(lot, event, user_id, NoticeKind.LOST, facts)


def _of_withdrawal(event: Event) -> Iterator[News]:
    lot = lot_of(event.object_id)
    if lot is None or lot.sale.announced_at is None or event.data.get("sale_cancelled"):
        return  # of a cancelled sale everybody is told once
    for user_id in sorted(interested(lot)):
        yield about(
            lot, event, user_id, NoticeKind.WITHDRAWN, {"reason": lot.withdrawal_reason}
        )  # fmt: skip


# ------------------------------------------------------------------ answers


def _of_paddle(event: Event) -> Iterator[News]:
    """A registration was decided; a change of its limit alone says nothing new."""
    paddle = Paddle.objects.filter(pk=event.object_id).first()
    state = event.after.get("state")
    if paddle is None or state in (event.before.get("state"), PaddleState.PENDING):
        return
    yield News(
        paddle.user_id,
        NoticeKind.PADDLE,
        f"event:{event.pk}",
        sale_id=paddle.sale_id,
        facts={"state": state, "number": paddle.number, "note": event.data.get("note", "")},
    )


def _of_consignment(event: Event) -> Iterator[News]:
    """The house answered: its terms, or that it does not take the work, or that it ends."""
    row = Consignment.objects.select_related("party").filter(pk=event.object_id).first()
    if row is None:
        return
    for user_id in sorted(people_of(row.party) - {event.actor_id}):
        yield News(
            user_id,
            NoticeKind.CONSIGNMENT,
            f"event:{event.pk}",
            consignment_id=row.pk,
            facts={"state": event.after.get("state", "")},
        )


def _of_announcement(event: Event) -> Iterator[News]:
    """Works of a maker in a new sale: told once to each who follows him, however many they are."""
    sale = Sale.objects.filter(pk=event.object_id, announced_at__isnull=False).first()
    if sale is None:
        return
    lots = {lot.work_id: lot for lot in sale.lots.filter(state__in=LIVE_LOTS)}
    works: dict[int, set[int]] = defaultdict(set)
    for artist_id, work_id in (
        opinions_of_authorship().filter(work__in=lots).values_list("artist", "work")
    ):
        works[artist_id].add(work_id)
    for watch in Watch.objects.filter(artist__in=works).select_related("artist").order_by("pk"):
        artist = watch.artist
        assert artist is not None  # noqa: S101 - just asked for
        found = sorted((lots[work] for work in works[artist.pk]), key=lambda lot: lot.number)
        yield News(
            watch.user_id,
            NoticeKind.MAKER,
            f"sale:{sale.pk}:artist:{artist.pk}",
            sale_id=sale.pk,
            lot_id=found[0].pk if len(found) == 1 else None,
            facts={
                "artist": artist.pk,
                "name": artist.name,
                "name_en": artist.name_en,
                "lots": [lot.number for lot in found],
            },
        )


_TELLERS: Final[dict[str, Callable[[Event], Iterator[News]]]] = {
    "lot.bids": _of_bids,
    "lot.bid_voided": _of_void,
    "lot.closed": _of_close,
    "lot.withdrawn": _of_withdrawal,
    "paddle.decided": _of_paddle,
    **aftermath.TELLERS,
    **settlement.TELLERS,
    "sale.announced": _of_announcement,
    **dict.fromkeys(_ANSWERS, _of_consignment),
}
