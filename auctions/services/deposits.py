"""Deposits at the house's desk: received against a receipt, released, returned.

A short amount is kept as a part of what is due; more than is due, or another currency, is refused.
Nothing goes back that did not come, and only where it came from: what the desk took, the desk hands
out; what a gateway took is refunded there. A deposit is never kept because its bidder was
suspended. Every amount is booked (`deposit_money`). Auction rules §8.
"""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core import calendars
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.money import Money
from artmarket.ledger.gateways import DESK
from artmarket.ledger.models import Payment
from artmarket.ledger.payments.enums import PaymentState
from artmarket.ledger.payments.locks import lock_payment
from artmarket.ledger.services.outgoing import confirm_locked
from artmarket.ledger.services.payments import ask_payment
from artmarket.ledger.services.receipts import Arrival, book

from .. import citations, rule_books
from ..engine.deposits import Term
from ..enums import LIVE_LOTS, LotState, MovementKind, PaddleState, SaleState
from ..models import BuyerDefault, Deposit, DepositMovement, Lot, Paddle, Sale
from . import deposit_money as money
from .admission import admit_by_rule
from .deposit_money import MAX_NOTE, MAX_REFERENCE, PURPOSE, ReferenceUsed, move

__all__ = ["MAX_NOTE", "MAX_REFERENCE", "ReferenceUsed"]
OVER = (SaleState.ENDED, SaleState.CANCELLED)
_PAID = (LotState.SETTLED, LotState.RESCINDED)


@transaction.atomic(durable=True)
def confirm_deposit(
    *,
    actor: User,
    deposit_id: int,
    amount_minor: int,
    currency: str,
    reference: str,
    note: str = "",
    is_cash: bool = False,
) -> Deposit:
    """Record money that came in, and book it; with the whole deposit a rule of the sale may approve
    the bidder.

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
    if amount_minor == deposit.missing_minor:
        money.cancel_open(deposit)  # nobody shall pay it a second time
    payment = ask_payment(
        actor=actor, party=paddle.party, purpose=PURPOSE, subject=deposit, currency=currency,
        amount_minor=amount_minor, gateway=DESK, credit_account=money.account_of(deposit),
        key=f"deposit:{deposit.pk}:{money.payments_of(deposit).count() + 1}",
    )  # fmt: skip
    move(
        deposit, MovementKind.RECEIVED, amount_minor, actor=actor, reference=reference, note=note,
        payment=payment,
    )  # fmt: skip
    arrival = Arrival(
        gateway=DESK, reference=slip(paddle.sale, "in", reference), currency=currency,
        amount_minor=amount_minor, payer_name=paddle.party.name, is_cash=is_cash,
    )  # fmt: skip
    book(actor=actor, payment=lock_payment(pk=payment.pk), arrival=arrival)
    admit_by_rule(paddle)
    return deposit


def slip(sale: Sale, way: str, reference: str) -> str:
    """The number of a receipt of a house, as the books know it: other houses have their own."""
    return f"{sale.house_id}/{way}/{' '.join(reference.split())}"


@transaction.atomic(durable=True)
def return_deposit(
    *, actor: User, deposit_id: int, amount_minor: int, reference: str, note: str = ""
) -> Deposit:
    """Record money that the desk handed back; what a gateway took goes back there by itself.

    Raises `NotAllowed`, `WrongState` (nothing to return here), `Invalid` (more than is to be
    returned), `ReferenceUsed`."""
    _paddle, deposit = _locked(actor, deposit_id)
    parts = at_desk(deposit)
    most = sum(amount for _payment, amount in parts)
    if not most:
        raise WrongState(_("这笔保证金在柜台没有待退的款。"))
    if not 0 < amount_minor <= most:
        words = _("待退%(sum)s，不能多退。") % {"sum": Money(most, deposit.currency)}
        raise Invalid(fields={"amount": words}, rule=citations.DEPOSIT_RETURN)
    _hand_out(deposit, parts, amount_minor, actor=actor, reference=reference, note=note)
    return deposit


def at_desk(deposit: Deposit) -> list[tuple[Payment | None, int]]:
    """What is to be handed out at the desk, by the payments with which it was taken there."""
    return [
        (payment, amount)
        for payment, amount in money.outstanding(deposit)
        if payment is None or payment.gateway == DESK
    ]


def _hand_out(
    deposit: Deposit, parts: list[tuple[Payment | None, int]], left: int, *, actor: User,
    reference: str, note: str,
) -> None:  # fmt: skip
    reference = " ".join(reference.split())
    money.lock_money(deposit, [payment for payment, _amount in parts if payment])
    for number, (payment, amount) in enumerate(parts, start=1):
        part = min(amount, left)
        left -= part
        if not part:
            return
        name = reference if number == 1 else f"{reference}/{number}"
        move(
            deposit, MovementKind.RETURNED, part, actor=actor, reference=name, note=note,
            payment=payment,
        )  # fmt: skip
        if payment is not None:
            row = money.refund(deposit, payment, part, actor=actor)
            name = slip(deposit.paddle.sale, "out", name)
            confirm_locked(actor=actor, row=row, bank_reference=name)


@transaction.atomic(durable=True)
def release_deposit(*, actor: User, deposit_id: int, note: str) -> Deposit:
    """The desk gives free what is held of a bidder who bought something; what a gateway took, or
    holds, goes back by it.

    Raises `NotAllowed`, `WrongState` (the sale not over, nothing held), `Invalid` (no reason).
    """
    paddle, deposit = _locked(actor, deposit_id)
    if not note.strip():
        raise Invalid(fields={"note": _("请写明理由。")})
    if paddle.sale.state not in OVER or not deposit.held_minor:
        raise WrongState()
    _release(deposit, paddle.sale, actor=actor, base=db_now(), note=note)
    return deposit


def to_refund_again(deposit: Deposit) -> bool:
    """Whether a gateway refused a refund, or sent it back, and no other is under way."""
    return bool(money.to_send(deposit, also_failed=True)) and not money.to_send(deposit)


@transaction.atomic(durable=True)
def refund_again(*, actor: User, deposit_id: int) -> Deposit:
    """Ask once more for refunds that a gateway refused. Raises `NotAllowed`, `WrongState`."""
    _paddle, deposit = _locked(actor, deposit_id)
    if not money.send_back(deposit, actor=actor, also_failed=True):
        raise WrongState(_("没有要重新退的款。"))
    return deposit


def due_for_release(limit: int = 500) -> list[int]:
    """Deposits that are held although the sale is over and their bidder owes nothing of it, or his
    registration was refused. That of a defaulter stays until it is decided what he owes."""
    taken = F("released_minor") + F("applied_minor") + F("kept_minor")
    frozen = DepositMovement.objects.filter(
        deposit=OuterRef("pk"), kind=MovementKind.FROZEN, payment__wish="",
        payment__state=PaymentState.AUTHORISED,
    )  # fmt: skip
    held = Deposit.objects.filter(Q(received_minor__gt=taken) | Exists(frozen))
    over = Q(paddle__sale__state__in=OVER) & ~Q(paddle__in=_owing().values("winner"))
    over &= ~Q(paddle__in=BuyerDefault.objects.values("paddle"))
    rows = held.filter(over | Q(paddle__state=PaddleState.REFUSED)).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def release_ended(*, deposit_id: int) -> bool:
    """Send a deposit back: a hold is set free, money refunded to its payment, what the desk took is
    to be handed out. False where it is not time, or nothing is left. Safe to call again."""
    paddle, deposit = money.fresh(deposit_id)
    if deposit is None or paddle is None or not deposit.held_minor:
        return False
    sale = paddle.sale
    if paddle.state == PaddleState.REFUSED:
        base = db_now()
    elif sale.state in OVER and not owes(paddle):
        base = (None if _has_bought(paddle) else sale.ended_at) or db_now()
    else:
        return False
    return _release(deposit, sale, actor=None, base=base)


def return_by(sale: Sale, base: datetime) -> datetime:
    """Until when a deposit goes back: by the rule of the sale, else by that of the platform.

    Working days run to the end of the last one, in Shanghai.
    """
    term = term_of(sale)
    if term.hours:
        return base + timedelta(hours=term.hours)
    day = base.astimezone(SHANGHAI).date()
    last = calendars.add_days(calendars.china(), day, term.working_days, "working")
    return datetime.combine(last + timedelta(days=1), time(), tzinfo=SHANGHAI)


def term_of(sale: Sale) -> Term:
    """Within which time a deposit goes back."""
    own = rule_books.deposit_of(sale).term
    return own or Term(working_days=rulebook.get(citations.DEPOSIT_RETURN))


def owes(paddle: Paddle) -> bool:
    """Whether he owes a price, or did not pay one: a default does not free him."""
    return _owing().filter(winner=paddle).exists() or paddle.defaults.exists()


def _has_bought(paddle: Paddle) -> bool:
    return Lot.objects.filter(winner=paddle).exclude(state__in=LIVE_LOTS).exists()


def _owing() -> QuerySet[Lot]:
    """Lots that somebody bought and did not pay yet."""
    rows = Lot.objects.filter(winner__isnull=False)
    return rows.exclude(state__in=(*LIVE_LOTS, *_PAID))


def _locked(actor: User, deposit_id: int) -> tuple[Paddle, Deposit]:
    """The deposit, fresh, under the lock of its paddle; nobody handles his own."""
    paddle, deposit = money.fresh(deposit_id)
    if paddle is None or deposit is None:
        raise WrongState()
    if not actor.has_perm("auctions.handle_deposit", paddle) or paddle.user_id == actor.pk:
        raise NotAllowed()
    return paddle, deposit


def release_rest(deposit: Deposit, *, actor: User) -> bool:
    """Send back what is left of a locked deposit after a default was settled."""
    return _release(deposit, deposit.paddle.sale, actor=actor, base=db_now())


def _release(
    deposit: Deposit, sale: Sale, *, actor: User | None, base: datetime, note: str = ""
) -> bool:
    """Whether anything was set free or released now."""
    done = money.set_free(deposit)
    parts = money.in_hand(deposit)
    if parts:
        deposit.return_by = return_by(sale, base)
        deposit.save(update_fields=["return_by"])
    for payment, amount in parts:
        money.release_of(deposit, payment, amount, actor=actor, note=note)
    money.send_back(deposit, actor=actor)
    return done or bool(parts)
