"""Powers of attorney (授权委托书): handed in, confirmed or verified, revoked, run out.

An agent hands in the paper and names his principal, whose account is told to nobody: the principal
with an account confirms for himself, and only where there is none does the house verify the paper.
The agent then registers; the principal buys. Once a power ends the paddle is suspended, and the
decision on bids asks for its days by itself. Bids made before stand (拍卖法 36). Auction rules §8.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts import gates
from artmarket.accounts.enums import OrganisationKind, PartyKind
from artmarket.accounts.models import Membership, Organisation, Party, User
from artmarket.accounts.services.parties import party_of, party_of_organisation
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.core.money import MAX_MINOR
from media.models import Document
from media.services.documents import clear_untied_documents, receive_tied_document

from .. import citations
from ..enums import POWER_MOVES, PaddleState, PowerState, SaleState
from ..locks import lock_paddles, lock_sale
from ..models import Paddle, Power
from ..selectors.registration import has_account

PURPOSE = "power"
MAX_REASON = 300
MAX_NAME = 160


@dataclass(frozen=True, slots=True)
class PowerTerms:
    """What the paper says: the principal with his address, the amount in the smallest unit of the
    sale, and the first and the last day."""

    kind: str
    name: str
    email: str
    amount_minor: int
    first_day: date
    last_day: date


def hand_in_power(*, actor: User, sale_id: int, terms: PowerTerms, file: Any, name: str) -> Power:
    """An identified agent hands in the paper for one announced sale.

    The file is kept first and tied in a transaction of its own; one that cannot be tied is deleted
    again. Raises `NotIdentified`, `WrongState`, `Invalid`, and the refusals of `media`.
    """
    gates.require_identity(actor, rule=citations.IDENTITY)
    return receive_tied_document(
        actor=actor, file=file, name=name, purpose=PURPOSE,
        tie=lambda paper: _tie(actor=actor, sale_id=sale_id, terms=terms, document=paper),
    )  # fmt: skip


@transaction.atomic(durable=True)
def confirm_power(*, actor: User, power_id: int) -> Power:
    """The principal says that it is so. Raises `NotAllowed`, `NotIdentified`, `WrongState`."""
    power = _locked(power_id)
    if not actor.has_perm("auctions.confirm_power", power):
        raise NotAllowed()
    _require_move(power, PowerState.IN_FORCE)
    power.principal = _principal(actor, power)
    power.confirmed_by = actor
    return _begin(actor, power)


@transaction.atomic(durable=True)
def verify_power(*, actor: User, power_id: int) -> Power:
    """The house has seen the paper of a principal without an account.

    Raises `NotAllowed`, `WrongState` (a principal with an account confirms himself).
    """
    power = _locked(power_id)
    _require_desk(actor, power)
    _require_move(power, PowerState.IN_FORCE)
    if has_account(power):
        raise WrongState(_("授权人在平台有账户，要由他本人确认。"), rule=citations.POWER)
    power.principal = Party.objects.create(kind=power.principal_kind, name=power.principal_name)
    power.verified_by = actor
    return _begin(actor, power)


@transaction.atomic(durable=True)
def refuse_power(*, actor: User, power_id: int, reason: str) -> Power:
    """The principal or the house does not accept a paper that waits, with the reason.

    Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    power = _locked(power_id)
    if not actor.has_perm("auctions.confirm_power", power):
        _require_desk(actor, power)
    return _end(actor, power, PowerState.REFUSED, reason)


@transaction.atomic(durable=True)
def revoke_power(*, actor: User, power_id: int, reason: str) -> Power:
    """The principal, the agent or the house ends a power: the paddle bids no more from here on.

    Bids made before stand. Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    power = _locked(power_id)
    if power.agent_id != actor.pk and not actor.has_perm("auctions.confirm_power", power):
        _require_desk(actor, power)
    return _end(actor, power, PowerState.REVOKED, reason)


def ended_powers(limit: int = 500) -> list[int]:
    """Paddles that are approved although the power behind them has run out."""
    rows = Paddle.objects.filter(
        state=PaddleState.APPROVED, sale__state=SaleState.ANNOUNCED,
        power__valid_until__lte=db_now(),
    )  # fmt: skip
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def suspend_ended(*, paddle_id: int) -> bool:
    """Suspend a paddle whose power has run out; safe to call again."""
    rows = lock_paddles(pks=[paddle_id])
    power = rows[0].power if rows else None
    if power is None or power.valid_until > db_now():
        return False
    return _suspend(None, rows[0], str(_("授权委托书已到期")))


def clear_untied() -> int:
    """Delete papers that a crash left without a power, a day old or more."""
    return clear_untied_documents(purpose=PURPOSE, owner="power")


@transaction.atomic(durable=True)
def _tie(*, actor: User, sale_id: int, terms: PowerTerms, document: Document) -> Power:
    sale = lock_sale(pk=sale_id)
    if sale.state != SaleState.ANNOUNCED:
        raise WrongState(_("这场拍卖会现在不接受竞买登记。"))
    _check_terms(actor, terms)
    power = Power.objects.create(
        sale=sale, agent=actor, principal_kind=terms.kind,
        principal_name=" ".join(terms.name.split()), principal_email=terms.email.strip().lower(),
        amount_minor=terms.amount_minor, valid_from=_start_of(terms.first_day),
        valid_until=_start_of(terms.last_day + timedelta(days=1)), document=document,
    )  # fmt: skip
    record_event(
        actor=actor, action="power.handed_in", subject=power,
        after={"state": power.state, "amount": power.amount_minor, "until": power.valid_until},
        sale=sale.pk, sha256=document.sha256,
    )  # fmt: skip
    return power


def _check_terms(actor: User, terms: PowerTerms) -> None:
    errors: dict[str, Any] = {}
    if terms.kind not in PartyKind.values:
        errors["kind"] = _("请从列表中选择。")
    if not 0 < len(" ".join(terms.name.split())) <= MAX_NAME:
        errors["name"] = _("名称要有1到160个字。")
    if terms.email.strip().lower() == actor.email.lower():
        errors["email"] = _("填授权人的邮箱，不是你自己的。")
    if not 0 < terms.amount_minor <= MAX_MINOR:
        errors["amount"] = _("金额要大于零。")
    if terms.last_day < terms.first_day or _start_of(terms.last_day) <= _yesterday():
        errors["last_day"] = _("最后一天要在第一天以后，并且还没有过。")
    if errors:
        raise Invalid(fields=errors, rule=citations.POWER)


def _yesterday() -> datetime:
    return db_now() - timedelta(days=1)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def _locked(power_id: int) -> Power:
    """The power, fresh, under the lock of its sale: registrations read it under the same."""
    sale_id = Power.objects.filter(pk=power_id).values_list("sale", flat=True).first()
    if sale_id is None:
        raise WrongState()
    lock_sale(pk=sale_id)
    return Power.objects.select_related("sale__house", "agent").get(pk=power_id)


def _require_desk(actor: User, power: Power) -> None:
    if not actor.has_perm("auctions.verify_power", power) or power.agent_id == actor.pk:
        raise NotAllowed()


def _require_move(power: Power, state: PowerState) -> None:
    if state not in POWER_MOVES.get(power.state, frozenset()):
        raise WrongState()


def _principal(actor: User, power: Power) -> Party:
    """The confirming person himself, or the organisation of that name that he administers."""
    if power.principal_kind == PartyKind.PERSON:
        gates.require_identity(actor, rule=citations.IDENTITY)
        return party_of(actor)
    administered = Membership.objects.administering().filter(user=actor)
    found = Organisation.objects.filter(
        pk__in=administered.values("organisation"), name=power.principal_name
    ).first()
    if found is None:
        raise NotAllowed(_("你不是这个单位的管理员。"), rule=citations.POWER)
    if found.kind == OrganisationKind.AUCTION_HOUSE and found.pk == power.sale.house_id:
        raise NotAllowed(code="barred", rule=citations.BARS)
    gates.require_identity(found, rule=citations.IDENTITY)
    return party_of_organisation(found)


def _begin(actor: User, power: Power) -> Power:
    power.state, power.begun_at = PowerState.IN_FORCE, db_now()
    power.save(update_fields=["state", "begun_at", "principal", "confirmed_by", "verified_by"])
    record_event(
        actor=actor, action="power.begun", subject=power, before={"state": PowerState.WAITING},
        after={"state": power.state, "principal": power.principal_id},
        confirmed=power.confirmed_by_id is not None,
    )  # fmt: skip
    return power


def _end(actor: User, power: Power, state: PowerState, reason: str) -> Power:
    _require_move(power, state)
    words = reason.strip()[:MAX_REASON]
    if not words:
        raise Invalid(fields={"reason": _("请写明理由。")})
    paddle_id = Paddle.objects.filter(power=power).values_list("pk", flat=True).first()
    rows = lock_paddles(pks=[] if paddle_id is None else [paddle_id])
    before, power.state = power.state, state
    power.ended_at, power.ended_by, power.reason = db_now(), actor, words
    power.save(update_fields=["state", "ended_at", "ended_by", "reason"])
    record_event(
        actor=actor, action=f"power.{state}", subject=power, before={"state": before},
        after={"state": state}, reason=words,
    )  # fmt: skip
    for paddle in rows:
        _suspend(actor, paddle, str(_("授权委托书已撤销")))
    return power


def _suspend(actor: User | None, paddle: Paddle, note: str) -> bool:
    if paddle.state != PaddleState.APPROVED:
        return False
    paddle.state, paddle.note, paddle.decided_at = PaddleState.SUSPENDED, note, db_now()
    paddle.decided_by, paddle.decided_rule = actor, None
    paddle.save(update_fields=["state", "note", "decided_at", "decided_by", "decided_rule"])
    record_event(
        actor=actor, action="paddle.decided", subject=paddle,
        before={"state": PaddleState.APPROVED, "bid_limit": paddle.bid_limit_minor},
        after={"state": paddle.state, "bid_limit": paddle.bid_limit_minor}, note=note,
        cites=citations.POWER,
    )  # fmt: skip
    return True
