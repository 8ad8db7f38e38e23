"""Score the bidders of lots that are over, from the bids that count alone.

Each lot is a transaction under the lock of its sale: the scores of a paddle and a consignor are
made anew from all their lots of the sale, so that repeating it, or two processes at once, end in
the same rows. Reads no maximum and no amount of a bid.
"""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

from django.db import transaction

from artmarket import rulebook
from artmarket.accounts.models import Membership, Party
from artmarket.core.clock import db_now

from .. import citations
from ..engine import shilling
from ..enums import CLOSED_LOTS, LotState
from ..locks import lock_sale
from ..models import Bid, Lot, Paddle, Sale, ScoredLot, ShillScore
from .origins import Mark, keep_traces, marks_of, people_of, shared

AT_ONCE: Final = 200
OVER: Final = tuple(state for state in CLOSED_LOTS if state != LotState.WITHDRAWN)


def lots_to_score(limit: int = AT_ONCE) -> list[int]:
    """Lots that are over and whose bidders were not scored yet, the earliest first."""
    rows = Lot.objects.filter(state__in=OVER, scored__isnull=True)
    return list(rows.order_by("closed_at", "pk").values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def score_lot(*, lot_id: int) -> int:
    """Score every bidder of one lot that is over; returns how many, 0 when it was done before."""
    sale_id, seller_id = Lot.objects.values_list("sale", "consignor").get(pk=lot_id)
    sale = lock_sale(pk=sale_id)
    lot = Lot.objects.get(pk=lot_id)
    if lot.state not in OVER or ScoredLot.objects.filter(lot=lot).exists():
        return 0
    bidders = Bid.objects.counting().filter(lot=lot).values("paddle")
    paddles = list(Paddle.objects.filter(pk__in=bidders).select_related("party").order_by("pk"))
    if paddles:
        _write(sale, Party.objects.get(pk=seller_id), paddles)
    ScoredLot.objects.create(lot=lot)
    return len(paddles)


def _write(sale: Sale, seller: Party, paddles: list[Paddle]) -> None:
    auctions = _auctions(Lot.objects.filter(sale=sale, state__in=OVER))
    now, versions = db_now(), _versions()
    links = _Links(sale, seller)
    for paddle in paddles:
        bidder = str(paddle.user_id)
        joined = Bid.objects.counting().filter(paddle__user=paddle.user_id).values("lot")
        conduct = shilling.Conduct(
            bidder=bidder,
            seller=str(seller.pk),
            own=[a for a in auctions if a.seller == str(seller.pk) and a.bids_of(bidder)],
            concurrent=auctions,
            history=_auctions(Lot.objects.filter(pk__in=joined, state__in=OVER)),
        )
        found = shilling.features(conduct)
        shared_with = links.of(paddle)
        ShillScore.objects.update_or_create(
            paddle=paddle,
            seller=seller,
            defaults={
                "permille": shilling.permille(
                    shilling.score(found, rulebook.get(citations.SIGNAL_WEIGHTS))
                ),
                "features": {name: shilling.permille(value) for name, value in found.items()},
                "links": shared_with,
                "names_house": links.is_of_house(shared_with),
                "lot_count": len(conduct.own),
                "history_count": len(conduct.history),
                "rules": versions,
                "at": now,
            },
        )


def _auctions(lots: Iterable[Lot]) -> list[shilling.Auction]:
    """Lots that are over, with the bids that count; the person behind a paddle is the bidder."""
    rows = {lot.pk: lot for lot in Lot.objects.filter(pk__in=[lot.pk for lot in lots])
            .select_related("sale", "winner")}  # fmt: skip
    placed: dict[int, list[shilling.Placed]] = defaultdict(list)
    bids = Bid.objects.counting().filter(lot__in=rows).order_by("number")
    for lot_id, user, at in bids.values_list("lot", "paddle__user", "received_at"):
        placed[lot_id].append(shilling.Placed(str(user), at))
    found = []
    for lot in rows.values():
        opens_at, ends_at = lot.sale.opens_at, lot.ends_at
        if opens_at is None or ends_at is None:  # a lot that is over has both
            continue
        opening = Fraction(lot.opening_minor, lot.estimate_low_minor or lot.opening_minor)
        found.append(
            shilling.Auction(
                str(lot.consignor_id), opens_at, ends_at, tuple(placed[lot.pk]), opening,
                str(lot.winner.user_id) if lot.winner else None,
            )
        )  # fmt: skip
    return found


def _versions() -> dict[str, int]:
    rules = (citations.SIGNAL_WEIGHTS, citations.SIGNAL_THRESHOLD)
    return {rule: rulebook.cite(rule).version for rule in rules}


class _Links:
    """What the bidders on a consignor's lots share with him, the house, and one another."""

    def __init__(self, sale: Sale, seller: Party) -> None:
        bids = Bid.objects.counting().filter(
            lot__sale=sale, lot__consignor=seller, lot__state__in=OVER
        )
        rows = Paddle.objects.filter(pk__in=bids.values("paddle")).select_related("party")
        self.paddles = list(rows.order_by("number"))
        self.people = people_of([seller, *(paddle.party for paddle in self.paddles)])
        self.seller = self.people[seller.pk]
        held = Membership.objects.filter(organisation=sale.house_id, ended_at__isnull=True)
        self.house = set(held.values_list("user", flat=True))
        everybody = {*self.seller, *self.house}.union(*(self._of(p) for p in self.paddles))
        keep_traces(everybody, db_now())
        self.marks: dict[int, set[Mark]] = marks_of(everybody)

    def _of(self, paddle: Paddle) -> set[int]:
        """Who bids, and whom he bids for."""
        return {paddle.user_id, *self.people[paddle.party_id]}

    def of(self, paddle: Paddle) -> list[dict[str, Any]]:
        """The links of one paddle: with whom, and the kinds of what they share."""
        own = self._of(paddle)
        found: list[tuple[str, int | None, set[int]]] = [
            ("seller", None, self.seller),
            ("house", None, self.house),
        ]
        found += [("paddle", p.number, self._of(p)) for p in self.paddles if p != paddle]
        return [
            {"with": who, "number": number, "kinds": kinds}
            for who, number, people in found
            if (kinds := shared(own, people, self.marks))
        ]

    def is_of_house(self, found: list[dict[str, Any]]) -> bool:
        """Whether the bidder is linked with the house's people, or they consigned the lots."""
        return bool(self.seller & self.house) or any(row["with"] == "house" for row in found)
