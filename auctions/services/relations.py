"""Who is close to a consignor or to a house's people: declared by the bidder, or entered.

A relation bars from the lots of that consignor, or from all lots of that house, until it is ended
with a reason; nothing is deleted. 拍卖法 22, 30, 37; auction rules §9.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Party, User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from .. import citations
from ..enums import RelationKind
from ..locks import lock_paddles
from ..models import Paddle, Relation, Sale

MAX_NOTE = 200
MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Declared:
    """A relation to the house's people, or to the consignor of a lot, told by its number."""

    kind: str
    lot_number: int | None = None
    note: str = ""


def keep_declared(*, actor: User, party: Party, sale: Sale, declared: Sequence[Declared]) -> None:
    """Keep what a bidder declares, inside the caller's transaction; what is known stays.

    Raises `Invalid` (unknown kind or lot).
    """
    for one in declared:
        _keep(actor=actor, party=party, sale=sale, declared=one, is_declared=True)


@transaction.atomic(durable=True)
def enter_relation(*, actor: User, paddle_id: int, declared: Declared) -> Relation:
    """The house or an operator writes down whom a registered bidder is close to.

    Raises `NotAllowed`, `Invalid` (unknown kind or lot, on record already).
    """
    paddle = _paddle(actor, paddle_id)
    made = _keep(
        actor=actor, party=paddle.party, sale=paddle.sale, declared=declared, is_declared=False
    )
    if made is None:
        raise Invalid(fields={"kind": _("这项关系已经记下。")})
    return made


@transaction.atomic(durable=True)
def end_relation(*, actor: User, paddle_id: int, relation_id: int, reason: str) -> Relation:
    """End a relation that was wrong or is over. Raises `NotAllowed`, `WrongState`, `Invalid`."""
    paddle = _paddle(actor, paddle_id)
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明理由。")})
    row = Relation.objects.live().filter(pk=relation_id, party=paddle.party_id).first()
    if row is None:
        raise WrongState()
    row.ended_at, row.ended_by, row.end_reason = db_now(), actor, reason.strip()[:MAX_REASON]
    row.save(update_fields=["ended_at", "ended_by", "end_reason"])
    record_event(
        actor=actor, action="relation.ended", subject=row, before={"kind": row.kind},
        reason=row.end_reason,
    )  # fmt: skip
    return row


def _paddle(actor: User, paddle_id: int) -> Paddle:
    rows = lock_paddles(pks=[paddle_id])
    if not rows:
        raise WrongState()
    if not actor.has_perm("auctions.enter_relation", rows[0]) or rows[0].user_id == actor.pk:
        raise NotAllowed()
    return rows[0]


def _keep(
    *, actor: User, party: Party, sale: Sale, declared: Declared, is_declared: bool
) -> Relation | None:
    """The new row; None where the same is on record."""
    if declared.kind not in RelationKind.values:
        raise Invalid(fields={"kind": _("请从列表中选择。")})
    to = _other_side(sale, declared.lot_number)
    try:
        with transaction.atomic():
            row = Relation.objects.create(
                party=party, kind=declared.kind, sale=sale, is_declared=is_declared, by=actor,
                note=declared.note.strip()[:MAX_NOTE], **to,
            )  # fmt: skip
    except IntegrityError:
        return None
    record_event(
        actor=actor, action="relation.entered", subject=row,
        after={"kind": row.kind, "declared": is_declared}, party=party.pk, sale=sale.pk,
        lot=declared.lot_number, cites=citations.BARS,
    )  # fmt: skip
    return row


def _other_side(sale: Sale, lot_number: int | None) -> dict[str, Any]:
    if lot_number is None:
        return {"house": sale.house}
    lot = sale.lots.filter(number=lot_number).first()
    if lot is None:
        words = _("这场拍卖会没有拍品%(n)d。") % {"n": lot_number}
        raise Invalid(fields={"lots": words})
    return {"other_id": lot.consignor_id}
