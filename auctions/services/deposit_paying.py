"""A bidder pays his deposit through a gateway: held on a card, charged, or by transfer.

One payment of a deposit is open at a time; what nevertheless comes twice goes back by itself
(`deposit_money.take_in`). The gateway is called after the commit, by `start_payment`. Holds run
out: where a sale lasts longer than a hold, the money is taken at once, or in time. Auction rules
§8.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.ledger.gateways import BANK, STRIPE, offered
from artmarket.ledger.models import Payment
from artmarket.ledger.payments.enums import OPEN_PAYMENTS, PaymentState
from artmarket.ledger.payments.locks import lock_payment
from artmarket.ledger.services.payments import ask_payment, cancel_payment, capture_payment

from .. import citations
from ..enums import MovementKind, PaddleState, SaleState
from ..models import Deposit, DepositMovement, Lot, Sale
from . import deposit_money as money
from .admission import admit_by_rule
from .deposits import OVER, owes

HOLD: Final = "hold"  # frozen on a card, at the gateway of `STRIPE`
_AT: Final = {HOLD: STRIPE, STRIPE: STRIPE, BANK: BANK}
_WAITS: Final = (PaddleState.PENDING, PaddleState.APPROVED)


def ways(sale: Sale) -> list[str]:
    """How the deposit of a sale can be paid here besides at the desk: `hold`, `stripe`, `bank`."""
    found = offered(sale.currency)
    if not can_hold(sale):
        return found
    # In CNY the page has wallets too, which cannot hold; elsewhere a second way would be the same.
    return [HOLD, *(way for way in found if way != STRIPE or sale.currency == "CNY")]


def can_hold(sale: Sale) -> bool:
    """Whether a hold that is made now stands until the sale is over, with time to take it."""
    end = _last_end(sale)
    if end is None or STRIPE not in offered(sale.currency, is_hold=True):
        return False
    return end <= db_now() + _life()


def _life() -> timedelta:
    """How long a hold is left to stand."""
    return timedelta(days=rulebook.get(citations.DEPOSIT_HOLD_DAYS)) - timedelta(
        hours=rulebook.get(citations.DEPOSIT_HOLD_SPARE)
    )


def _last_end(sale: Sale) -> datetime | None:
    return sale.lots.aggregate(last=Max("ends_at"))["last"] or sale.closes_at


@transaction.atomic(durable=True)
def pay_deposit(*, actor: User, deposit_id: int, way: str) -> Payment:
    """Ask for what is missing of a deposit by one of `ways`; start the payment after the commit.

    The same way again, while nobody has paid it, is the same payment; another way takes its place.
    Raises `NotAllowed` (not the party that bids), `WrongState` (all is there, nothing taken any
    more), `Invalid` (way), `GatewayNotOffered`.
    """
    paddle, deposit = money.fresh(deposit_id)
    if paddle is None or deposit is None or not actor.has_perm("auctions.pay_deposit", paddle):
        raise NotAllowed()
    if money.take_in(deposit):
        admit_by_rule(paddle)
    if paddle.sale.state != SaleState.ANNOUNCED or paddle.state not in _WAITS:
        raise WrongState(_("这笔保证金已经不再收。"), rule=citations.DEPOSIT)
    if not deposit.missing_minor:
        raise WrongState(_("这笔保证金已经到账，不用再付。"), rule=citations.DEPOSIT)
    if way not in ways(paddle.sale):
        raise Invalid(fields={"way": _("请选一种付款方式。")}, rule=citations.DEPOSIT)
    for standing in money.payments_of(deposit).filter(state__in=OPEN_PAYMENTS, wish=""):
        is_same = (standing.gateway, standing.is_hold) == (_AT[way], way == HOLD)
        if is_same and standing.amount_minor == deposit.missing_minor:
            return standing
        _drop(standing)
    return ask_payment(
        actor=actor, party=paddle.party, purpose=money.PURPOSE, subject=deposit,
        currency=deposit.currency, amount_minor=deposit.missing_minor, gateway=_AT[way],
        credit_account=money.account_of(deposit), is_hold=way == HOLD,
        key=f"deposit:{deposit.pk}:{money.payments_of(deposit).count() + 1}",
    )  # fmt: skip


def _drop(payment: Payment) -> bool:
    """Cancel a payment that nobody has paid; one that somebody just did is left."""
    locked = lock_payment(pk=payment.pk)
    if locked.wish or locked.state not in OPEN_PAYMENTS:
        return False
    cancel_payment(actor=None, payment_id=payment.pk)
    return True


# ------------------------------------------------------------------ what became of it


def take_in_payment(payment: Payment) -> None:
    """A payment changed: write what it did to its deposit, and admit who has paid all of it.

    Called by the books after their commit, any number of times.
    """
    if payment.subject_kind == Deposit._meta.label_lower:
        _take_in(deposit_id=int(payment.subject_id))


@transaction.atomic(durable=True)
def _take_in(*, deposit_id: int) -> bool:
    paddle, deposit = money.fresh(deposit_id)
    if paddle is None or deposit is None or not money.take_in(deposit):
        return False
    if paddle.sale.state == SaleState.ANNOUNCED:
        admit_by_rule(paddle)
    return True


# ------------------------------------------------------------------ duties


def due_for_capture(limit: int = 500) -> list[int]:
    """Deposits with a hold that runs out soon, or of somebody who owes a price."""
    holds = DepositMovement.objects.filter(
        deposit=OuterRef("pk"), kind=MovementKind.FROZEN, payment__wish="",
        payment__state=PaymentState.AUTHORISED,
    )  # fmt: skip
    old = Exists(holds.filter(at__lte=db_now() - _life()))
    bought = Lot.objects.filter(winner=OuterRef("paddle"), sale__state__in=OVER)
    rows = Deposit.objects.filter(Exists(holds)).filter(
        old | Exists(bought) | Q(paddle__defaults__isnull=False)
    )
    rows = rows.exclude(paddle__state=PaddleState.REFUSED)
    return list(rows.distinct().order_by("pk").values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def capture_hold(*, deposit_id: int) -> bool:
    """Have a hold taken while its deposit is needed; False where it is to be set free instead."""
    paddle, deposit = money.fresh(deposit_id)
    if paddle is None or deposit is None or paddle.state == PaddleState.REFUSED:
        return False
    if paddle.sale.state in OVER and not owes(paddle):
        return False
    done = False
    for payment in money.payments_of(deposit).filter(state=PaymentState.AUTHORISED, wish=""):
        locked = lock_payment(pk=payment.pk)
        if locked.state == PaymentState.AUTHORISED and not locked.wish:
            capture_payment(actor=None, payment_id=payment.pk)
            done = True
    return done


def due_for_dropping(limit: int = 500) -> list[int]:
    """Payments that nobody made, of deposits that are not taken any more."""
    over = Deposit.objects.filter(
        Q(paddle__sale__state__in=OVER) | Q(paddle__state=PaddleState.REFUSED)
    ).annotate(key=Cast("pk", models.CharField()))
    rows = Payment.objects.filter(
        purpose=money.PURPOSE, subject_kind=Deposit._meta.label_lower, wish="",
        state__in=OPEN_PAYMENTS, subject_id__in=over.values("key"),
    )  # fmt: skip
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def drop_payment(*, payment_id: int) -> bool:
    """Do not take a deposit any more that nobody paid in time."""
    payment = Payment.objects.get(pk=payment_id)
    paddle, deposit = money.fresh(int(payment.subject_id))
    if paddle is None or deposit is None:
        return False
    if paddle.sale.state not in OVER and paddle.state != PaddleState.REFUSED:
        return False
    return _drop(payment)
