"""Bidders register for a sale: identified, the conditions accepted in their version, approved.

Whoever may not bid is refused here, and again at each bid; the attempt is recorded. Auction rules
§8, §9.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts import gates
from artmarket.accounts.models import Party, User
from artmarket.accounts.permissions import parties_of
from artmarket.accounts.services.parties import party_of
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event
from artmarket.core.money import MAX_MINOR

from .. import citations, rule_books
from ..enums import (
    PADDLE_MOVES,
    Bar,
    DepositKind,
    HighValueState,
    PaddleState,
    SaleState,
)  # fmt: skip
from ..locks import lock_paddles, lock_sale
from ..models import Deposit, Paddle, Power, Sale
from ..selectors.bars import Of, bar_case, barred_lots
from ..selectors.registration import deposit_due, deposit_of, powers_in_force
from .admission import DepositDue, admit_by_rule, allowed_limit, covers_high_value
from .relations import Declared, keep_declared

MAX_NOTE = 300
NOBODY: Final = 0  # no row has this key
_OF_HOUSE = _("拍卖企业及其工作人员、平台工作人员不得竞买。")
_WORDS: Final[dict[str, Text]] = {
    Bar.HOUSE: _OF_HOUSE,
    Bar.STAFF: _OF_HOUSE,
    Bar.RELATED: _("与拍卖企业或其工作人员有关联关系的人不得竞买。"),
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a bidder says when he registers: the limit he asks for (smallest unit), whether he
    wants to bid on high-value lots, and to whom he is close."""

    limit_minor: int | None = None
    wants_high_value: bool = False
    relations: Sequence[Declared] = ()


class ConditionsChanged(DomainError):
    """The page showed another version of the conditions of sale than the sale has."""

    code = "conditions_not_accepted"
    status = 422
    rule = citations.CONDITIONS
    message = _("请先阅读并同意这场拍卖会的拍卖规则。")


class Barred(NotAllowed):
    """Somebody who may not bid in this sale at all; `data["bar"]` says why."""

    code = "barred"
    rule = citations.BARS


def register_paddle(
    *,
    actor: User,
    sale_id: int,
    conditions_id: int | None,
    party_id: int | None = None,
    wishes: Wishes | None = None,
) -> Paddle:
    """Register for an announced sale: for oneself, for a party one acts for, or with a power.

    `conditions_id` is the version that was accepted. The next free number is drawn under the lock
    of the sale; the deposit due is laid down; a rule of the sale may approve at once. Raises
    `NotAllowed` (another's party), `Barred`, `NotIdentified`, `ConditionsChanged`, `Invalid`
    (limit, relations), `WrongState` (not announced, over), `DomainError` already_registered.
    """
    wishes = wishes or Wishes()
    try:
        return _register(
            actor=actor, sale_id=sale_id, conditions_id=conditions_id, party_id=party_id,
            wishes=wishes,
        )  # fmt: skip
    except Barred as refusal:
        _note_barred(
            actor=actor, sale_id=sale_id, party_id=party_id, wishes=wishes,
            bar=refusal.data["bar"],
        )  # fmt: skip
        raise


@transaction.atomic(durable=True)
def _register(
    *, actor: User, sale_id: int, conditions_id: int | None, party_id: int | None, wishes: Wishes
) -> Paddle:
    sale = lock_sale(pk=sale_id)
    party, power = _party(actor, sale, party_id)
    if sale.state != SaleState.ANNOUNCED:
        raise WrongState(_("这场拍卖会现在不接受竞买登记。"))
    if conditions_id is None or conditions_id != sale.conditions_id:
        raise ConditionsChanged()
    last = sale.paddles.aggregate(last=models.Max("number"))["last"]
    try:
        with transaction.atomic():
            paddle = Paddle.objects.create(
                sale=sale, party=party, user=actor, number=(last or 100) + 1, power=power,
                conditions_id=conditions_id, state=PaddleState.PENDING,
                bid_limit_minor=_wished_limit(sale, power, wishes),
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError(_("已经登记过这场拍卖会。"), code="already_registered") from error
    keep_declared(actor=actor, party=party, sale=sale, declared=wishes.relations)
    _require_admissible(paddle)
    _require_identified(actor, party, power)
    deposits = _lay_down_deposits(paddle, wishes)
    record_event(
        actor=actor, action="paddle.registered", subject=paddle,
        after={
            "state": paddle.state, "number": paddle.number, "bid_limit": paddle.bid_limit_minor,
            "high_value": paddle.high_value,
        },
        sale=sale.pk, conditions=conditions_id, power=power and power.pk,
        deposits={deposit.kind: deposit.due_minor for deposit in deposits},
        barred_lots=barred_lots(paddle),
    )  # fmt: skip
    admit_by_rule(paddle)
    return paddle


@transaction.atomic(durable=True)
def _note_barred(
    *, actor: User, sale_id: int, party_id: int | None, wishes: Wishes, bar: str
) -> None:
    """Keep a refused attempt and what was declared with it: asking again does not undo it."""
    sale = lock_sale(pk=sale_id)
    party, _power = _party(actor, sale, party_id)
    keep_declared(actor=actor, party=party, sale=sale, declared=wishes.relations)
    record_event(
        actor=actor, action="sale.registration_barred", subject=sale, after={"bar": bar},
        party=party.pk, cites=citations.BARS,
    )  # fmt: skip


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

    Raises `NotAllowed` (not of this house, his own paddle), `WrongState`, `Invalid`, and where it
    approves `DepositDue`.
    """
    paddle = _decidable(actor, paddle_id)
    if bid_limit_minor is not None and not 0 < bid_limit_minor <= MAX_MINOR:
        raise Invalid(fields={"bid_limit": _("额度要大于零；不限就留空。")})
    if state != paddle.state and state not in PADDLE_MOVES.get(paddle.state, frozenset()):
        raise WrongState()
    if state in (PaddleState.REFUSED, PaddleState.SUSPENDED) and not note.strip():
        raise Invalid(fields={"note": _("请写明理由，登记人会看到。")})
    if state == PaddleState.APPROVED:
        bid_limit_minor = allowed_limit(paddle, bid_limit_minor)
    before: dict[str, Any] = {"state": paddle.state, "bid_limit": paddle.bid_limit_minor}
    paddle.state, paddle.bid_limit_minor, paddle.decided_rule = state, bid_limit_minor, None
    paddle.note, paddle.decided_by, paddle.decided_at = note.strip()[:MAX_NOTE], actor, db_now()
    paddle.save(
        update_fields=[
            "state", "bid_limit_minor", "note", "decided_by", "decided_rule", "decided_at",
        ]
    )  # fmt: skip
    record_event(
        actor=actor, action="paddle.decided", subject=paddle, before=before,
        after={"state": paddle.state, "bid_limit": paddle.bid_limit_minor}, note=paddle.note,
    )  # fmt: skip
    return paddle


@transaction.atomic(durable=True)
def decide_high_value(*, actor: User, paddle_id: int, state: str) -> Paddle:
    """Let a paddle in to the high-value lots of its sale, or not.

    Raises `NotAllowed`, `WrongState` (not asked for, the registration itself not approved),
    `DepositDue`.
    """
    paddle = _decidable(actor, paddle_id)
    if paddle.high_value == HighValueState.NONE or state not in (
        HighValueState.APPROVED,
        HighValueState.REFUSED,
    ):
        raise WrongState()
    if state == HighValueState.APPROVED:
        if paddle.state != PaddleState.APPROVED:
            raise WrongState(_("先通过竞买登记，再批准高价值拍品。"))
        if not covers_high_value(paddle):
            raise DepositDue(_("高价值拍品的保证金还没有到账。"))
    before, paddle.high_value = paddle.high_value, state
    paddle.save(update_fields=["high_value"])
    record_event(
        actor=actor, action="paddle.high_value", subject=paddle, before={"high_value": before},
        after={"high_value": state},
    )  # fmt: skip
    return paddle


@transaction.atomic(durable=True)
def wish_limit(*, actor: User, paddle_id: int, limit_minor: int) -> Paddle:
    """A bidder asks for another limit, where the deposit follows from it: what is due follows.

    The limit of an approved paddle stays until the house decides. Raises `NotAllowed`, `Invalid`,
    `WrongState` (another rule, refused, the sale over).
    """
    rows = lock_paddles(pks=[paddle_id])
    if not rows or not actor.has_perm("auctions.use_paddle", rows[0]):
        raise NotAllowed()
    paddle, sale = rows[0], rows[0].sale
    waits = paddle.state in (PaddleState.PENDING, PaddleState.APPROVED)
    if (
        not waits
        or sale.state != SaleState.ANNOUNCED
        or rule_books.deposit_of(sale).basis != "limit"
    ):
        raise WrongState()
    limit = _wished_limit(sale, paddle.power, Wishes(limit_minor))
    due = deposit_due(sale, paddle.party, paddle.user, limit)
    deposit = deposit_of(paddle)
    if deposit is None:
        raise WrongState()
    before, deposit.due_minor = deposit.due_minor, due
    deposit.save(update_fields=["due_minor"])
    if paddle.state == PaddleState.PENDING:
        paddle.bid_limit_minor = limit
        paddle.save(update_fields=["bid_limit_minor"])
    record_event(
        actor=actor, action="paddle.limit_wished", subject=paddle, before={"due": before},
        after={"due": due}, limit=limit,
    )  # fmt: skip
    admit_by_rule(paddle)
    return paddle


def _decidable(actor: User, paddle_id: int) -> Paddle:
    rows = lock_paddles(pks=[paddle_id])
    if not rows:
        raise WrongState()
    paddle = rows[0]
    if not actor.has_perm("auctions.decide_paddle", paddle) or paddle.user_id == actor.pk:
        raise NotAllowed()
    return paddle


def _party(actor: User, sale: Sale, party_id: int | None) -> tuple[Party, Power | None]:
    """For whom one bids, and the power of attorney where it is somebody else."""
    if not actor.is_active:
        raise NotAllowed()
    if party_id is None:
        return party_of(actor), None
    party = parties_of(actor).filter(pk=party_id).first()
    if party is not None:
        return party, None
    power = powers_in_force(sale, actor).filter(principal=party_id).first()
    if power is None or power.principal is None:
        raise NotAllowed(_("你不能替这个权利人登记竞买。"), rule=citations.POWER)
    return power.principal, power


def _wished_limit(sale: Sale, power: Power | None, wishes: Wishes) -> int | None:
    limit = wishes.limit_minor
    if limit is not None and not 0 < limit <= MAX_MINOR:
        raise Invalid(fields={"limit": _("额度要大于零；不限就留空。")})
    if power is not None:
        if limit is not None and limit > power.amount_minor:
            words = _("不能超过授权委托书的金额%(amount)s。") % {"amount": power.amount}
            raise Invalid(fields={"limit": words}, rule=citations.POWER)
        limit = power.amount_minor if limit is None else limit
    if limit is None and rule_books.deposit_of(sale).basis == "limit":
        raise Invalid(fields={"limit": _("保证金按额度计算，要填写额度。")}, rule=citations.DEPOSIT)
    return limit


def _require_admissible(paddle: Paddle) -> None:
    """The bars that hold for every lot; those of single lots are asked at each bid."""
    case = bar_case(Of(NOBODY, paddle.sale.house_id, NOBODY, NOBODY))
    bar = Paddle.objects.filter(pk=paddle.pk).annotate(bar=case).values_list("bar", flat=True).get()
    if bar:
        raise Barred(_WORDS[bar], bar=bar)


def _require_identified(actor: User, party: Party, power: Power | None) -> None:
    """The bidder and for whom he bids; not a principal whose paper the house verified."""
    gates.require_identity(actor, rule=citations.IDENTITY)
    if party.organisation is not None:
        gates.require_identity(party.organisation, rule=citations.IDENTITY)
    elif power is not None and party.user is not None:
        gates.require_identity(party.user, rule=citations.IDENTITY)


def _lay_down_deposits(paddle: Paddle, wishes: Wishes) -> list[Deposit]:
    """What is due by the rule of the sale; nothing is written where nothing is due."""
    sale = paddle.sale
    rule = rule_books.deposit_of(sale)
    due = {DepositKind.ENTRY: deposit_due(sale, paddle.party, paddle.user, paddle.bid_limit_minor)}
    if wishes.wants_high_value and rule.high_value:
        paddle.high_value = HighValueState.ASKED
        paddle.save(update_fields=["high_value"])
        due[DepositKind.HIGH_VALUE] = rule.high_value.amount
    return [
        Deposit.objects.create(
            paddle=paddle, kind=kind, rule=sale.deposit, currency=sale.currency, due_minor=amount
        )
        for kind, amount in due.items()
        if amount and sale.deposit
    ]
