"""Bidders register for a sale: identified, the conditions accepted in their version, approved.

Whoever may not bid is refused here, and again at each bid. Auction rules §8, §9.
"""

from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts import gates
from artmarket.accounts.enums import STAFF_ROLES
from artmarket.accounts.models import Party, User
from artmarket.accounts.permissions import parties_of
from artmarket.accounts.services.parties import party_of
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.core.money import MAX_MINOR

from .. import citations
from ..enums import PADDLE_MOVES, PaddleState, SaleState
from ..locks import lock_paddles, lock_sale
from ..models import Paddle, Sale

MAX_NOTE = 300


class ConditionsChanged(DomainError):
    """The page showed another version of the conditions of sale than the sale has."""

    code = "conditions_not_accepted"
    status = 422
    rule = citations.CONDITIONS
    message = _("请先阅读并同意这场拍卖会的拍卖规则。")


@transaction.atomic(durable=True)
def register_paddle(
    *, actor: User, sale_id: int, conditions_id: int | None, party_id: int | None = None
) -> Paddle:
    """Register for an announced sale, for oneself or for a party one acts for.

    `conditions_id` is the version that was accepted. The next free number is drawn under the lock
    of the sale. Raises `NotAllowed` (another's party, the house's own people), `NotIdentified`,
    `ConditionsChanged`, `WrongState` (not announced, over), `DomainError` already_registered.
    """
    sale = lock_sale(pk=sale_id)
    party = _party(actor, party_id)
    if sale.state != SaleState.ANNOUNCED:
        raise WrongState(_("这场拍卖会现在不接受竞买登记。"))
    if conditions_id is None or conditions_id != sale.conditions_id:
        raise ConditionsChanged()
    _check_bidder(actor, party, sale)
    last = sale.paddles.aggregate(last=models.Max("number"))["last"]
    try:
        with transaction.atomic():
            paddle = Paddle.objects.create(
                sale=sale, party=party, user=actor, number=(last or 100) + 1,
                conditions_id=conditions_id, state=PaddleState.PENDING,
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError(_("已经登记过这场拍卖会。"), code="already_registered") from error
    record_event(
        actor=actor, action="paddle.registered", subject=paddle,
        after={"state": paddle.state, "number": paddle.number}, sale=sale.pk,
        conditions=conditions_id,
    )  # fmt: skip
    return paddle


@transaction.atomic(durable=True)
def decide_paddle(
    *,
    actor: User,
    paddle_id: int,
    state: str,
    bid_limit_minor: int | None = None,
    note: str = "",
) -> Paddle:
    """Approve, refuse or suspend a registration, and set its bid limit.

    Raises `NotAllowed` (not of this house, his own paddle), `WrongState`, `Invalid`.
    """
    rows = lock_paddles(pks=[paddle_id])
    if not rows:
        raise WrongState()
    paddle = rows[0]
    if not actor.has_perm("auctions.decide_paddle", paddle) or paddle.user_id == actor.pk:
        raise NotAllowed()
    if bid_limit_minor is not None and not 0 < bid_limit_minor <= MAX_MINOR:
        raise Invalid(fields={"bid_limit": _("额度要大于零；不限就留空。")})
    if state != paddle.state and state not in PADDLE_MOVES.get(paddle.state, frozenset()):
        raise WrongState()
    if state in (PaddleState.REFUSED, PaddleState.SUSPENDED) and not note.strip():
        raise Invalid(fields={"note": _("请写明理由，登记人会看到。")})
    before: dict[str, Any] = {"state": paddle.state, "bid_limit": paddle.bid_limit_minor}
    paddle.state, paddle.bid_limit_minor = state, bid_limit_minor
    paddle.note, paddle.decided_by, paddle.decided_at = note.strip()[:MAX_NOTE], actor, db_now()
    paddle.save(update_fields=["state", "bid_limit_minor", "note", "decided_by", "decided_at"])
    record_event(
        actor=actor, action="paddle.decided", subject=paddle, before=before,
        after={"state": paddle.state, "bid_limit": paddle.bid_limit_minor}, note=paddle.note,
    )  # fmt: skip
    return paddle


def _party(actor: User, party_id: int | None) -> Party:
    if not actor.is_active:
        raise NotAllowed()
    if party_id is None:
        return party_of(actor)
    party = parties_of(actor).filter(pk=party_id).first()
    if party is None:
        raise NotAllowed(_("你不能替这个权利人登记竞买。"))
    return party


def _check_bidder(actor: User, party: Party, sale: Sale) -> None:
    """The bidder and who bids for him are identified; the house and the platform stay out."""
    of_house = sale.house.memberships.filter(user=actor, ended_at__isnull=True).exists()
    if of_house or party.organisation_id == sale.house_id or actor.has_role(*STAFF_ROLES):
        raise NotAllowed(
            _("拍卖企业及其工作人员、平台工作人员不得竞买。"), code="barred", rule=citations.BARS
        )
    gates.require_identity(actor, rule=citations.IDENTITY)
    if party.organisation is not None:
        gates.require_identity(party.organisation, rule=citations.IDENTITY)
