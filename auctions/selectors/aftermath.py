"""What follows the hammer, as the house, the bidder and the public read it; reads only.

The house sees the last bid of an underbidder once the first contract is cancelled: it offers at it.
The reserve leaves these functions for nobody but the house.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from artmarket import rulebook
from artmarket.accounts.models import Party, User
from artmarket.core.calendars import CalendarNotCovered
from artmarket.core.clock import db_now
from artmarket.core.errors import Text
from artmarket.core.money import Money

from .. import citations
from ..engine.claims import Claim, claim
from ..enums import SOLD_LOTS, LotState, OfferState
from ..models import AfterSaleOffer, BuyerDefault, Lot, LotCorrection, Paddle, SecondChance
from ..services.aftermath import floor_of, last_bids, unfit
from ..services.terms_of_payment import due_on
from .bidders import bidders_of

SHOWN_ROWS = 200


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """A cancelled contract and what its buyer owes, in the currency of the sale."""

    default: BuyerDefault
    price: Money
    buyer_commission: Money
    seller_commission: Money
    shortfall: Money | None
    total: Money


def claims_of(lot: Lot) -> list[ClaimShown]:
    """The claims on every contract of the lot that was cancelled; each is counted for itself."""
    rows = lot.defaults.select_related("paddle__party", "by").order_by("pk")
    found = list(rows)
    resold = resold_at(lot) if found else None
    currency = lot.sale.currency
    shown = []
    for row in found:
        owed = _claim(row, resold)
        shortfall = None if owed.shortfall is None else Money(owed.shortfall, currency)
        shown.append(
            ClaimShown(
                row,
                Money(row.hammer_minor, currency),
                Money(owed.buyer_commission, currency),
                Money(owed.seller_commission, currency),
                shortfall,
                Money(owed.total, currency),
            )
        )
    return shown


def _claim(row: BuyerDefault, resold: int | None) -> Claim:
    return claim(
        hammer=row.hammer_minor, buyer_commission=row.buyer_commission_minor,
        seller_commission=row.seller_commission_minor, resold_at=resold,
    )  # fmt: skip


def resold_at(lot: Lot) -> int | None:
    """At what price a work was sold again for its consignor: in this lot, or in a later one."""
    if lot.state in SOLD_LOTS:
        return lot.hammer_minor
    later = Lot.objects.filter(
        work=lot.work_id, consignor=lot.consignor_id, pk__gt=lot.pk, state__in=SOLD_LOTS,
        sale__currency=lot.sale.currency,
    )  # fmt: skip
    return later.order_by("closed_at").values_list("hammer_minor", flat=True).first()


def payment_due(lot: Lot) -> date | None:
    """The last day of payment of a sold lot; None where its holidays are not announced yet."""
    try:
        return due_on(lot).rolled
    except CalendarNotCovered:
        return None


@dataclass(frozen=True, slots=True)
class Underbidder:
    """Somebody to whom a lot could be offered: at which price, or why not."""

    paddle: Paddle
    amount: Money
    is_below_reserve: bool
    reason: Text


def underbidders(lot: Lot) -> list[Underbidder]:
    """Those whose bids count, best first, without who is in default; none while it is sold."""
    if lot.state != LotState.DEFAULTED:
        return []
    amounts = last_bids(lot)
    gone = set(lot.defaults.values_list("paddle", flat=True))
    found = bidders_of(lot, paddles=[pk for pk in amounts if pk not in gone], keys=[""])
    rows = []
    for pk, bidder in found.items():
        refusal = unfit(lot, bidder)
        rows.append(
            Underbidder(
                bidder.paddle,
                Money(amounts[pk], lot.sale.currency),
                amounts[pk] < floor_of(lot),
                str(refusal) if refusal else "",
            )
        )
    return sorted(rows, key=lambda row: (-row.amount.minor, row.paddle.number))


def chances_of_lot(lot: Lot) -> list[dict[str, Any]]:
    """Every second chance that was given, newest first."""
    rows = lot.second_chances.select_related("paddle").order_by("-pk")
    return [_offer_row(row, lot.sale.currency) for row in rows]


def offers_for_lot(lot: Lot) -> list[dict[str, Any]]:
    """Every offer after the sale, the best open ones first, for the house."""
    rows = sorted(
        lot.after_sale_offers.select_related("paddle__party"),
        key=lambda row: (row.state != OfferState.OPEN, -row.amount_minor, row.pk),
    )
    return [
        _offer_row(row, lot.sale.currency) | {"needs_consent": row.amount_minor < floor_of(lot)}
        for row in rows
    ]


def _offer_row(row: SecondChance | AfterSaleOffer, currency: str) -> dict[str, Any]:
    return {
        "offer": row,
        "amount": Money(row.amount_minor, currency),
        "is_open": row.state == OfferState.OPEN,
    }


# ------------------------------------------------------------------ the bidder's own


def chances_of(user: User) -> QuerySet[SecondChance]:
    """Second chances given to a person, open ones first."""
    rows = SecondChance.objects.filter(paddle__user=user)
    return _open_first(rows.select_related("lot__sale", "lot__work", "paddle"))


def offers_of(user: User) -> QuerySet[AfterSaleOffer]:
    """What a person offered after sales, open ones first."""
    rows = AfterSaleOffer.objects.filter(paddle__user=user)
    return _open_first(rows.select_related("lot__sale", "lot__work", "paddle"))


def _open_first(rows: Any) -> Any:
    waits = Count("pk", filter=Q(state=OfferState.OPEN))
    return rows.annotate(waits=waits).order_by("-waits", "-pk")


def defaults_of(user: User) -> QuerySet[BuyerDefault]:
    """The defaults of a person that are still counted, newest first."""
    rows = _counted().filter(paddle__user=user).select_related("lot__sale", "lot__work")
    return rows.order_by("-pk")


def open_offer_of(lot: Lot, paddle_id: int) -> AfterSaleOffer | None:
    """The offer of a paddle that waits for its answer."""
    return lot.after_sale_offers.filter(paddle=paddle_id, state=OfferState.OPEN).first()


# ------------------------------------------------------------------ strikes


def defaults_by(paddles: Iterable[Paddle]) -> dict[int, int]:
    """How often each bidder, or the party he bids for, did not pay; in all sales; two queries.

    It is shown to whoever decides on a registration; nothing follows from it by itself.
    """
    rows = list(paddles)
    by_user = _tally("paddle__user", {row.user_id for row in rows})
    by_party = _tally("paddle__party", {row.party_id for row in rows})
    return {row.pk: max(by_user.get(row.user_id, 0), by_party.get(row.party_id, 0)) for row in rows}


def count_defaults(party: Party, user: User) -> int:
    """How often a person, or the party he would bid for, did not pay; one query."""
    return _counted().filter(Q(paddle__party=party) | Q(paddle__user=user)).count()


def _tally(column: str, keys: set[int]) -> dict[int, int]:
    rows = _counted().filter(**{f"{column}__in": keys}).order_by()
    return dict(rows.values_list(column).annotate(n=Count("pk")))


def _counted() -> QuerySet[BuyerDefault]:
    years: int = rulebook.get(citations.DEFAULT_COUNTS_YEARS)
    return BuyerDefault.objects.filter(at__gt=db_now() - timedelta(days=round(years * 365.25)))


# ------------------------------------------------------------------ corrections


def corrections_of(lot: Lot) -> list[LotCorrection]:
    """The corrections of a lot, newest first."""
    return list(lot.corrections.order_by("-pk")[:SHOWN_ROWS])
