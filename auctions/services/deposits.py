"""Deposits at the house's desk: received against a receipt, released, returned.

A short amount is kept as a part of what is due; more than is due, or another currency, is refused.
Nothing goes back that did not come, and a deposit is never kept because its bidder was suspended.
Payment gateways stand outside. Auction rules §8.
"""

from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core import calendars
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.core.money import Money

from .. import citations, rule_books
from ..engine.deposits import Term
from ..enums import LIVE_LOTS, MovementKind, PaddleState, SaleState
from ..locks import lock_paddles
from ..models import BuyerDefault, Deposit, DepositMovement, Lot, Paddle, Sale
from .admission import admit_by_rule

MAX_REFERENCE = 80
MAX_NOTE = 200
_OVER = (SaleState.ENDED, SaleState.CANCELLED)


class ReferenceUsed(DomainError):
    """The receipt or transfer stands on record already."""

    code = "reference_used"
    rule = citations.DEPOSIT
    message = _("这个凭证号已经用过。")
    hint = _("请核对凭证；同一笔款只记一次。")


@transaction.atomic(durable=True)
def confirm_deposit(
    *,
    actor: User,
    deposit_id: int,
    amount_minor: int,
    currency: str,
    reference: str,
    note: str = "",
) -> Deposit:
    """Record money that came in; with the whole deposit a rule of the sale may approve the bidder.

    `reference` is the number of the receipt, once for a house. Raises `NotAllowed`, `WrongState`
    (the sale over, the registration refused), `Invalid` (amount, currency, reference),
    `ReferenceUsed`.
    """
    paddle, deposit = _locked(actor, deposit_id)
    if paddle.sale.state != SaleState.ANNOUNCED or paddle.state == PaddleState.REFUSED:
        raise WrongState(_("这笔保证金已经不再收。"))
    if currency != deposit.currency:
        words = _("这场拍卖会以%(c)s计价。") % {"c": deposit.currency}
        raise Invalid(fields={"currency": words}, rule=citations.DEPOSIT)
    if not 0 < amount_minor <= deposit.missing_minor:
        words = _("还应交%(missing)s；多收的请退回付款人，不要记在这里。") % {
            "missing": Money(deposit.missing_minor, deposit.currency)
        }
        raise Invalid(fields={"amount": words}, rule=citations.DEPOSIT)
    _move(deposit, MovementKind.RECEIVED, amount_minor, actor=actor, reference=reference, note=note)
    admit_by_rule(paddle)
    return deposit


@transaction.atomic(durable=True)
def return_deposit(
    *, actor: User, deposit_id: int, amount_minor: int, reference: str, note: str = ""
) -> Deposit:
    """Record money that went back. Raises `NotAllowed`, `WrongState` (nothing to return),
    `Invalid` (more than is to be returned), `ReferenceUsed`."""
    _paddle, deposit = _locked(actor, deposit_id)
    if not deposit.outstanding_minor:
        raise WrongState(_("这笔保证金没有待退的款。"))
    if not 0 < amount_minor <= deposit.outstanding_minor:
        words = _("待退%(sum)s，不能多退。") % {
            "sum": Money(deposit.outstanding_minor, deposit.currency)
        }
        raise Invalid(fields={"amount": words}, rule=citations.DEPOSIT_RETURN)
    _move(deposit, MovementKind.RETURNED, amount_minor, actor=actor, reference=reference, note=note)
    return deposit


@transaction.atomic(durable=True)
def release_deposit(*, actor: User, deposit_id: int, note: str) -> Deposit:
    """The desk gives free what it holds of a bidder who bought something, once he has paid.

    Raises `NotAllowed`, `WrongState` (the sale not over, nothing held), `Invalid` (no reason).
    """
    paddle, deposit = _locked(actor, deposit_id)
    if not note.strip():
        raise Invalid(fields={"note": _("请写明理由。")})
    if paddle.sale.state not in _OVER or not deposit.held_minor:
        raise WrongState()
    _release(deposit, paddle.sale, actor=actor, base=db_now(), note=note)
    return deposit


def due_for_release(limit: int = 500) -> list[int]:
    """Deposits that are held although the sale is over and their bidder bought nothing, or his
    registration was refused. That of a defaulter stays until the desk gives it free."""
    held = Deposit.objects.filter(received_minor__gt=F("released_minor"))
    over = Q(paddle__sale__state__in=_OVER) & ~Q(paddle__in=_buyers().values("winner"))
    over &= ~Q(paddle__in=BuyerDefault.objects.values("paddle"))
    rows = held.filter(over | Q(paddle__state=PaddleState.REFUSED)).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def release_ended(*, deposit_id: int) -> bool:
    """Make a deposit one that is to be returned; False where it is not time. Safe to call again."""
    paddle, deposit = _fresh(deposit_id)
    if deposit is None or paddle is None or not deposit.held_minor:
        return False
    sale = paddle.sale
    if paddle.state == PaddleState.REFUSED:
        base = db_now()
    elif sale.state in _OVER and not _has_bought(paddle):
        base = sale.ended_at or db_now()
    else:
        return False
    _release(deposit, sale, actor=None, base=base)
    return True


def return_by(sale: Sale, base: datetime) -> datetime:
    """Until when a deposit goes back: by the rule of the sale, else by that of the platform.

    Working days run to the end of the last one, in Shanghai.
    """
    term = rule_books.deposit_of(sale).term
    if term is None:
        term = Term(working_days=rulebook.get(citations.DEPOSIT_RETURN))
    if term.hours:
        return base + timedelta(hours=term.hours)
    day = base.astimezone(SHANGHAI).date()
    last = calendars.add_days(calendars.china(), day, term.working_days, "working")
    return datetime.combine(last + timedelta(days=1), time(), tzinfo=SHANGHAI)


def _has_bought(paddle: Paddle) -> bool:
    """Whether he owes, or owed, a price: a default does not free him."""
    return _buyers().filter(winner=paddle).exists() or paddle.defaults.exists()


def _buyers() -> QuerySet[Lot]:
    """Lots that somebody bought."""
    return Lot.objects.filter(winner__isnull=False).exclude(state__in=LIVE_LOTS)


def _locked(actor: User, deposit_id: int) -> tuple[Paddle, Deposit]:
    """The deposit, fresh, under the lock of its paddle; nobody handles his own."""
    paddle, deposit = _fresh(deposit_id)
    if paddle is None or deposit is None:
        raise WrongState()
    if not actor.has_perm("auctions.handle_deposit", paddle) or paddle.user_id == actor.pk:
        raise NotAllowed()
    return paddle, deposit


def _fresh(deposit_id: int) -> tuple[Paddle | None, Deposit | None]:
    paddle_id = Deposit.objects.filter(pk=deposit_id).values_list("paddle", flat=True).first()
    rows = lock_paddles(pks=[] if paddle_id is None else [paddle_id])
    if not rows:
        return None, None
    return rows[0], Deposit.objects.get(pk=deposit_id)


def _release(
    deposit: Deposit, sale: Sale, *, actor: User | None, base: datetime, note: str = ""
) -> None:
    deposit.return_by = return_by(sale, base)
    deposit.save(update_fields=["return_by"])
    _move(deposit, MovementKind.RELEASED, deposit.held_minor, actor=actor, note=note)


_SUMS = {
    MovementKind.RECEIVED: "received_minor",
    MovementKind.RELEASED: "released_minor",
    MovementKind.RETURNED: "returned_minor",
}


def _move(
    deposit: Deposit,
    kind: MovementKind,
    amount_minor: int,
    *,
    actor: User | None,
    reference: str = "",
    note: str = "",
) -> None:
    """Write one movement and its sum."""
    reference = " ".join(reference.split())
    if kind != MovementKind.RELEASED and not 0 < len(reference) <= MAX_REFERENCE:
        raise Invalid(fields={"reference": _("请填写凭证号。")}, rule=citations.DEPOSIT)
    column = _SUMS[kind]
    before = {column: getattr(deposit, column)}
    setattr(deposit, column, before[column] + amount_minor)
    try:
        with transaction.atomic():
            DepositMovement.objects.create(
                deposit=deposit, house_id=deposit.paddle.sale.house_id, kind=kind,
                amount_minor=amount_minor, reference=reference, note=note.strip()[:MAX_NOTE],
                by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise ReferenceUsed() from error
    deposit.save(update_fields=[column])
    record_event(
        actor=actor, action=f"deposit.{kind}", subject=deposit, before=before,
        after={column: getattr(deposit, column)}, paddle=deposit.paddle_id, reference=reference,
    )  # fmt: skip
