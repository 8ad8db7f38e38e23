"""The money of a deposit: what its payments brought, what is frozen, what goes back by which way.

Everything here runs under the lock of the paddle. The books hold the money (DEPOSIT of the party);
the rows of the deposit and its movements are what the sale reads, and follow from the payments. A
refund goes back to its payment and nowhere else. Auction rules §8.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.events import record_event
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.gateways import DESK
from artmarket.ledger.locks import lock_accounts
from artmarket.ledger.models import Account, Payment, Refund
from artmarket.ledger.payments.enums import OPEN_PAYMENTS, OutgoingState, PaymentState
from artmarket.ledger.payments.locks import lock_payment
from artmarket.ledger.services.outgoing import in_transit
from artmarket.ledger.services.payments import ask_refund, cancel_payment
from artmarket.ledger.services.receipts import clearing

from .. import citations
from ..enums import MovementKind
from ..locks import lock_paddles
from ..models import Deposit, DepositMovement, Paddle

PURPOSE: Final = "deposit"
MAX_REFERENCE: Final = 80
MAX_NOTE: Final = 200
_Kind = MovementKind
# Which sum of a deposit a movement changes, and how.
SUMS: Final[dict[str, tuple[str, int]]] = {
    _Kind.RECEIVED: ("received_minor", 1),
    _Kind.RELEASED: ("released_minor", 1),
    _Kind.RETURNED: ("returned_minor", 1),
    _Kind.BOUNCED: ("returned_minor", -1),
    _Kind.FROZEN: ("frozen_minor", 1),
    _Kind.FREED: ("frozen_minor", -1),
    _Kind.APPLIED: ("applied_minor", 1),
    _Kind.KEPT: ("kept_minor", 1),
}


class ReferenceUsed(DomainError):
    """The receipt or transfer stands on record already."""

    code = "reference_used"
    rule = citations.DEPOSIT
    message = _("这个凭证号已经用过。")
    hint = _("请核对凭证；同一笔款只记一次。")


def fresh(deposit_id: int) -> tuple[Paddle | None, Deposit | None]:
    """A deposit under the lock of its paddle, read after the lock."""
    paddle_id = Deposit.objects.filter(pk=deposit_id).values_list("paddle", flat=True).first()
    rows = lock_paddles(pks=[] if paddle_id is None else [paddle_id])
    if not rows:
        return None, None
    deposit = Deposit.objects.get(pk=deposit_id)
    deposit.paddle = rows[0]
    return rows[0], deposit


def payments_of(deposit: Deposit) -> QuerySet[Payment]:
    """What was asked for a deposit, by whatever way, in order."""
    return Payment.objects.asked_for(PURPOSE, deposit).order_by("pk")


def account_of(deposit: Deposit) -> Account:
    """Where the money of a deposit stands: with whom it is bid for."""
    return account(
        purpose=Purpose.DEPOSIT, currency=deposit.currency, party=deposit.paddle.party
    )  # fmt: skip


def move(
    deposit: Deposit,
    kind: MovementKind,
    amount_minor: int,
    *,
    actor: User | None,
    reference: str = "",
    note: str = "",
    payment: Payment | None = None,
) -> None:
    """Write one movement and its sum. Raises `Invalid` (no reference), `ReferenceUsed`."""
    reference = " ".join(reference.split())
    if kind != _Kind.RELEASED and not 0 < len(reference) <= MAX_REFERENCE:
        raise Invalid(fields={"reference": _("请填写凭证号。")}, rule=citations.DEPOSIT)
    column, sign = SUMS[kind]
    before = {column: getattr(deposit, column)}
    setattr(deposit, column, before[column] + sign * amount_minor)
    try:
        with transaction.atomic():
            DepositMovement.objects.create(
                deposit=deposit, house_id=deposit.paddle.sale.house_id, kind=kind,
                amount_minor=amount_minor, reference=reference, note=note.strip()[:MAX_NOTE],
                by=actor, payment=payment,
            )  # fmt: skip
    except IntegrityError as error:
        raise ReferenceUsed() from error
    deposit.save(update_fields=[column])
    record_event(
        actor=actor, action=f"deposit.{kind}", subject=deposit, before=before,
        after={column: getattr(deposit, column)}, paddle=deposit.paddle_id, reference=reference,
    )  # fmt: skip


def moved(deposit: Deposit) -> dict[tuple[int | None, str], int]:
    """The sums of the movements by payment and kind."""
    rows = deposit.movements.order_by().values("payment", "kind").annotate(sum=Sum("amount_minor"))
    return {(row["payment"], row["kind"]): row["sum"] for row in rows}


def in_hand(deposit: Deposit) -> list[tuple[Payment | None, int]]:
    """What is held of each payment and may be released, applied or kept; the oldest first.

    What was recorded before there were books comes without a payment, before the others.
    """
    return _left(deposit, (_Kind.RECEIVED,), (_Kind.RELEASED, _Kind.APPLIED, _Kind.KEPT))


def outstanding(deposit: Deposit) -> list[tuple[Payment | None, int]]:
    """What of each payment is to go back and did not yet."""
    return _left(deposit, (_Kind.RELEASED, _Kind.BOUNCED), (_Kind.RETURNED,))


def _left(
    deposit: Deposit, more: Iterable[str], less: Iterable[str]
) -> list[tuple[Payment | None, int]]:
    sums, plus, minus = moved(deposit), set(more), set(less)
    left: dict[int | None, int] = {}
    for (payment_id, kind), amount in sums.items():
        sign = (kind in plus) - (kind in minus)
        left[payment_id] = left.get(payment_id, 0) + sign * amount
    known = Payment.objects.in_bulk([pk for pk in left if pk is not None])
    keys = sorted((pk for pk, amount in left.items() if amount > 0), key=lambda pk: pk or 0)
    return [(None if pk is None else known[pk], left[pk]) for pk in keys]


# ------------------------------------------------------------------ what payments brought


def take_in(deposit: Deposit) -> bool:
    """Write what the payments of a deposit did since it was last asked; whether there was anything.

    What is more than is due goes back at once, and payments that are not needed any more are
    cancelled: two ways may be paid at the same moment.
    """
    before, spare = _sums(deposit), {}
    for payment in payments_of(deposit):
        held = deposit.held_minor
        _take(deposit, payment, moved(deposit))
        over = deposit.held_minor - max(held, deposit.due_minor)
        if deposit.held_minor > held and over > 0:
            spare[payment.pk] = over
    if not deposit.missing_minor:
        cancel_open(deposit, spare)
    for held_of, amount in in_hand(deposit):
        if held_of and spare.get(held_of.pk):
            release_of(deposit, held_of, min(amount, spare[held_of.pk]), actor=None)
    send_back(deposit, actor=None)
    return _sums(deposit) != before


def _sums(deposit: Deposit) -> list[int]:
    return [getattr(deposit, column) for column in sorted({name for name, _s in SUMS.values()})]


def _take(deposit: Deposit, payment: Payment, sums: dict[tuple[int | None, str], int]) -> None:
    """One payment: frozen or freed, received, returned."""

    def so_far(kind: str) -> int:
        return sums.get((payment.pk, kind), 0)

    is_frozen = payment.state == PaymentState.AUTHORISED
    frozen = so_far(_Kind.FROZEN) - so_far(_Kind.FREED)
    write = partial(move, deposit, actor=payment.created_by, payment=payment)
    if frozen and not is_frozen:
        write(_Kind.FREED, frozen, reference=payment.reference)
    more = payment.received_minor - so_far(_Kind.RECEIVED)
    if more > 0:
        number = deposit.movements.filter(payment=payment, kind=_Kind.RECEIVED).count()
        reference = f"{payment.reference}/{number + 1}" if number else payment.reference
        write(_Kind.RECEIVED, more, reference=reference)
    if is_frozen and not frozen:
        write(_Kind.FROZEN, payment.amount_minor, reference=payment.reference)
    if payment.gateway != DESK:  # the desk records what it gave back itself
        _take_refunds(deposit, payment)


def _take_refunds(deposit: Deposit, payment: Payment) -> None:
    """Refunds that arrived, and those that came back after they had."""
    own = deposit.movements.filter(payment=payment)
    back = set(own.filter(kind=_Kind.RETURNED).values_list("reference", flat=True))
    bounced = set(own.filter(kind=_Kind.BOUNCED).values_list("reference", flat=True))
    for row in refunds_of(deposit, payment):
        is_back = row.reference in back
        if row.state == OutgoingState.DONE and not is_back:
            kind = _Kind.RETURNED
        elif row.state == OutgoingState.FAILED and is_back and row.reference not in bounced:
            kind = _Kind.BOUNCED
        else:
            continue
        move(
            deposit, kind, row.amount_minor, actor=row.asked_by, reference=row.reference,
            payment=payment,
        )  # fmt: skip


def refunds_of(deposit: Deposit, payment: Payment) -> QuerySet[Refund]:
    """Those out of the deposit; what went into a price goes back out of another account."""
    return payment.refunds.filter(from_account=account_of(deposit)).order_by("pk")


def cancel_open(deposit: Deposit, spare: Mapping[int, int] | None = None) -> int:
    """Do not take what nobody has paid yet, and set free the holds that are `spare` as a whole (by
    their payment, so much); how many."""
    count = 0
    for payment in payments_of(deposit).filter(wish=""):
        is_spare = (spare or {}).get(payment.pk) == payment.amount_minor
        if payment.state not in (
            *OPEN_PAYMENTS, *([PaymentState.AUTHORISED] if is_spare else []),
        ):  # fmt: skip
            continue
        locked = lock_payment(pk=payment.pk)
        if not locked.wish and locked.state == payment.state:
            cancel_payment(actor=None, payment_id=payment.pk)
            count += 1
    return count


# ------------------------------------------------------------------ what goes back


def release_of(
    deposit: Deposit, payment: Payment | None, amount: int, *, actor: User | None, note: str = ""
) -> None:
    """A part of what is held is to go back."""
    move(deposit, _Kind.RELEASED, amount, actor=actor, note=note, payment=payment)


def set_free(deposit: Deposit) -> bool:
    """Have the holds on cards cancelled; what is being taken is refunded once it came."""
    done = False
    for payment in payments_of(deposit).filter(state=PaymentState.AUTHORISED, wish=""):
        locked = lock_payment(pk=payment.pk)
        if locked.state == PaymentState.AUTHORISED and not locked.wish:
            cancel_payment(actor=None, payment_id=payment.pk)
            done = True
    return done


def send_back(deposit: Deposit, *, actor: User | None, also_failed: bool = False) -> int:
    """Ask the gateways to refund what is to go back and was not asked for yet; how many.

    The desk hands its money out itself. A refund that failed is repeated only when a person says
    so (`also_failed`): else it would be asked for for ever.
    """
    parts = to_send(deposit, also_failed=also_failed)
    lock_money(deposit, [payment for payment, _amount in parts])
    for payment, amount in parts:
        refund(deposit, payment, amount, actor=actor)
    return len(parts)


def to_send(deposit: Deposit, *, also_failed: bool = False) -> list[tuple[Payment, int]]:
    """What is to go back by a gateway or the bank, and was not asked for."""
    parts = []
    for payment, amount in outstanding(deposit):
        if payment is None or payment.gateway == DESK:
            continue
        rows = refunds_of(deposit, payment)
        if not also_failed and rows.filter(state=OutgoingState.FAILED).exists():
            continue
        under_way = sum(
            row.amount_minor
            for row in rows
            if row.state in (OutgoingState.ASKED, OutgoingState.SENT)
        )
        if amount > under_way:
            parts.append((payment, amount - under_way))
    return parts


def lock_money(
    deposit: Deposit, payments: Iterable[Payment], others: Iterable[Account] = ()
) -> None:
    """The payments in their order, then all accounts that their refund moves, and `others`."""
    found = sorted(payments, key=lambda row: row.pk)
    for payment in found:
        lock_payment(pk=payment.pk)
    if found:
        moved_by = [account_of(deposit), *others]
        moved_by += [
            way(row.gateway, row.currency) for row in found for way in (in_transit, clearing)
        ]
        lock_accounts(pks={row.pk for row in moved_by})


def refund(deposit: Deposit, payment: Payment, amount: int, *, actor: User | None) -> Refund:
    """Ask for one refund; its key counts those of the payment, under the lock of the paddle."""
    return ask_refund(
        actor=actor, payment_id=payment.pk, amount_minor=amount,
        from_account=account_of(deposit),
        key=f"deposit:{deposit.pk}:{payment.pk}:{payment.refunds.count() + 1}",
        reason=str(deposit.paddle.sale.title)[:200] or payment.reference,
    )  # fmt: skip
