"""Notices of a settlement: the buyer, the seller and the house, each of the steps that concern him.

Nobody is told of his own act. Amounts are told only to the side whose they are.
"""

from collections.abc import Callable, Iterator
from typing import Final

from artmarket.core.models import Event

from ..models import NoticeKind, Settlement
from ..settlement_enums import Side, StepKind
from .making import News
from .people import about, lot_of, people_of, people_of_house

HOUSE: Final = "house"
_ALL: Final = (Side.BUYER, Side.SELLER, HOUSE)
# Who is told of which step.
CONCERNS: Final[dict[StepKind, tuple[str, ...]]] = {
    StepKind.INVOICED: (Side.BUYER,),
    StepKind.PLANNED: (Side.BUYER,),
    StepKind.CHARGED: (Side.BUYER,),
    StepKind.PAID: (Side.BUYER, HOUSE),
    StepKind.DISPATCHED: (Side.BUYER,),
    StepKind.DELIVERED: _ALL,
    StepKind.COLLECTED: _ALL,
    StepKind.ACCEPTED: (Side.SELLER, HOUSE),
    StepKind.LAPSED: _ALL,
    StepKind.CLAIMED: (Side.SELLER, HOUSE),
    StepKind.ANSWERED: (Side.BUYER,),
    StepKind.WITHDRAWN: (Side.SELLER, HOUSE),
    StepKind.REJECTED: _ALL,
    StepKind.REDUCED: _ALL,
    StepKind.UPHELD: _ALL,
    StepKind.RELEASED: _ALL,
    StepKind.REFUNDED: _ALL,
    StepKind.CANCELLED: (Side.BUYER,),
}
_OWN_AMOUNT: Final = {
    StepKind.INVOICED: "total", StepKind.CHARGED: "amount", StepKind.PAID: "amount",
    StepKind.REDUCED: "amount", StepKind.REFUNDED: "amount",
}  # fmt: skip


def _of_step(event: Event) -> Iterator[News]:
    row = Settlement.objects.select_related("invoice__buyer", "invoice__paddle", "seller").filter(
        pk=event.object_id
    ).first()  # fmt: skip
    lot = lot_of(row.lot_id) if row else None
    if row is None or lot is None:
        return
    kind = StepKind(event.action.partition(".")[2])
    is_undone = kind == StepKind.REFUNDED
    owed = {of.side: of.amount_minor for of in row.recourses.all()} if is_undone else {}
    people = {
        Side.BUYER: {row.invoice.paddle.user_id} | people_of(row.invoice.buyer),
        Side.SELLER: people_of(row.seller),
        HOUSE: people_of_house(lot.sale.house),
    }
    told = {event.actor_id}
    for side in CONCERNS[kind]:
        facts = _facts(event, kind, side)
        for user_id in sorted(people[side] - told):
            yield about(lot, event, user_id, NoticeKind.SETTLEMENT, facts | _owes(side, owed))
        told |= people[side]


def _facts(event: Event, kind: StepKind, side: str) -> dict[str, object]:
    facts: dict[str, object] = {
        "step": kind.value, "to": side, "settlement": int(event.object_id),
    }  # fmt: skip
    if side == Side.BUYER and kind in _OWN_AMOUNT:
        facts["amount"] = event.data.get(_OWN_AMOUNT[kind])
    if side == Side.SELLER and kind == StepKind.RELEASED:
        facts["amount"] = event.data.get("seller")
    for name in ("due_on", "until", "carrier", "tracking"):
        if name in event.data and (side == Side.BUYER or name == "until"):
            facts[name] = event.data[name]
    return facts


def _owes(side: str, owed: dict[str, int]) -> dict[str, object]:
    """What a side has to give back of a sale that was undone after its release."""
    return {"owes": owed[side]} if side in owed else {}


TELLERS: Final[dict[str, Callable[[Event], Iterator[News]]]] = {
    f"settlement.{kind.value}": _of_step for kind in CONCERNS
}
