"""What everybody may know of a lot while it is sold: read for the live streams.

Never a maximum, never the reserve. Of a sealed lot only its hours are told until the hammer falls:
its sequence would give away how many bids there are; so would that of a lot not open yet.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from ..enums import LIVE_LOTS, SOLD_LOTS, LotState, SaleFormat, SaleState
from ..models import Lot

LIVE = "live"
_COLUMNS = (
    "pk", "sale_id", "state", "sequence", "price_minor", "ask_minor", "bid_count", "reserve_met",
    "ends_at", "hammer_minor", "sale__opens_at", "sale__format", "sale__currency",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LotFacts:
    """The public standing of one lot; amounts in the smallest unit of `currency`.

    `state` is `live` until the hammer falls: whether bidding has begun or is over is told by the
    hours and the clock, not by a row that somebody's bid changes.
    """

    lot: int
    sale: int
    state: str
    sequence: int
    price: int | None
    ask: int | None
    bids: int | None
    reserve_met: bool
    opens_at: datetime | None
    ends_at: datetime | None
    currency: str

    @property
    def rank(self) -> tuple[bool, int, float]:
        """Grows with every public change: the greater of two is the newer."""
        ends_at = self.ends_at.timestamp() if self.ends_at else 0.0
        return self.state != LIVE, self.sequence, ends_at


def facts_of_lot(lot_id: int) -> list[LotFacts] | None:
    """The facts of one lot; None while it is a draft, or unknown. One query."""
    return _facts(Q(pk=lot_id)) or None


def facts_of_sale(sale_id: int) -> list[LotFacts] | None:
    """The facts of a sale's lots by number; None while it is a draft, or unknown. One query."""
    return _facts(Q(sale=sale_id)) or None


def facts_of_watched(
    lots: Iterable[int] | None, *, watched_lots: Collection[int], watched_sales: Collection[int]
) -> list[LotFacts]:
    """Those of these lots (None: of all) that somebody watches, by themselves or by their sale."""
    wanted = Q(pk__in=watched_lots) | Q(sale__in=watched_sales)
    return _facts(wanted if lots is None else wanted & Q(pk__in=lots))


def _facts(wanted: Q) -> list[LotFacts]:
    public = Lot.objects.filter(wanted, sale__announced_at__isnull=False)
    public = public.exclude(state=LotState.DRAFT).exclude(sale__state=SaleState.DRAFT)
    return [_fact(*row) for row in public.order_by("number").values_list(*_COLUMNS)]


def _fact(
    pk: int,
    sale: int,
    state: str,
    sequence: int,
    price: int | None,
    ask: int | None,
    bids: int,
    reserve_met: bool,
    ends_at: datetime | None,
    hammer: int | None,
    opens_at: datetime | None,
    sale_format: str,
    currency: str,
) -> LotFacts:
    hidden = state in LIVE_LOTS and (
        sale_format == SaleFormat.SEALED or state == LotState.ANNOUNCED
    )
    asks = state in LIVE_LOTS and sale_format != SaleFormat.SEALED
    return LotFacts(
        lot=pk,
        sale=sale,
        state=LIVE if state in LIVE_LOTS else LotState.SOLD if state in SOLD_LOTS else state,
        sequence=0 if hidden else sequence,
        price=hammer if state in SOLD_LOTS else None if hidden else price,
        ask=ask if asks else None,
        bids=None if hidden else bids,
        reserve_met=reserve_met and not hidden,
        opens_at=opens_at,
        ends_at=ends_at,
        currency=currency,
    )
