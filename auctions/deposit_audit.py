"""Prove the deposits: their sums from their movements, and the books' DEPOSIT accounts from them.

Reads only. Part of `manage.py audit_auctions`, and of `manage.py audit_ledger` for the accounts of
those who deposited something.
"""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Sum

from artmarket.ledger.audit import Fault
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Payment, Refund
from artmarket.ledger.payments.enums import OutgoingState

from .enums import MovementKind
from .models import Deposit, DepositMovement
from .services.deposit_money import SUMS

Key = tuple[int | None, str]
_ALIVE = (OutgoingState.ASKED, OutgoingState.SENT, OutgoingState.DONE)


def deposit_faults() -> Iterator[str]:
    """All that does not hold of deposits and of the accounts that keep them."""
    yield from _unequal_sums()
    yield from _more_than_paid()
    for key, held, balance in _unequal_accounts():
        yield f"deposits of party {key[0]}: {balance} {key[1]}, the deposits hold {held}"


def accounts_hold() -> Iterator[Fault]:
    """DEPOSIT accounts of bidders that do not hold their deposits, for `audit_ledger`."""
    parties = set(Deposit.objects.values_list("paddle__party", flat=True))
    for key, held, balance in _unequal_accounts():
        if key[0] in parties:
            yield Fault("deposits", f"party {key[0]} {key[1]}", f"{balance}, deposits {held}")


def _unequal_sums() -> Iterator[str]:
    """Deposits whose sums are not those of their movements."""
    made: dict[tuple[int, str], int] = defaultdict(int)
    rows = DepositMovement.objects.order_by().values("deposit", "kind")
    for row in rows.annotate(sum=Sum("amount_minor")):
        column, sign = SUMS[row["kind"]]
        made[row["deposit"], column] += sign * row["sum"]
    columns = sorted({column for column, _sign in SUMS.values()})
    for deposit in Deposit.objects.order_by("pk").iterator(chunk_size=1000):
        for column in columns:
            stored, moved = getattr(deposit, column), made[deposit.pk, column]
            if stored != moved:
                yield f"deposit {deposit.pk}: {column} {stored}, its movements {moved}"


def _more_than_paid() -> Iterator[str]:
    """Payments of which a deposit counts more than they brought."""
    rows = DepositMovement.objects.filter(kind=MovementKind.RECEIVED, payment__isnull=False)
    sums = rows.order_by().values("payment", "payment__reference", "payment__received_minor")
    for row in sums.annotate(sum=Sum("amount_minor")):
        if row["sum"] > row["payment__received_minor"]:
            yield (
                f"payment {row['payment__reference']}: it brought "
                f"{row['payment__received_minor']}, its deposit counts {row['sum']}"
            )


def _unequal_accounts() -> Iterator[tuple[Key, int, int]]:
    """Whose account does not hold what his deposits should have there; both amounts.

    What came for deposits, less what went or goes back, into a price, or is kept.
    """
    held: dict[Key, int] = defaultdict(int)
    of_deposits = {"credit_account__purpose": Purpose.DEPOSIT}
    came = Payment.objects.filter(**of_deposits).order_by()
    for row in came.values("credit_account__party", "currency").annotate(s=Sum("received_minor")):
        held[row["credit_account__party"], row["currency"]] += row["s"]
    back = Refund.objects.filter(from_account__purpose=Purpose.DEPOSIT, state__in=_ALIVE)
    for row in (
        back.order_by().values("from_account__party", "currency").annotate(s=Sum("amount_minor"))
    ):
        held[row["from_account__party"], row["currency"]] -= row["s"]
    used = DepositMovement.objects.filter(
        payment__isnull=False, kind__in=(MovementKind.APPLIED, MovementKind.KEPT)
    ).order_by()
    for row in used.values("deposit__paddle__party", "deposit__currency").annotate(
        s=Sum("amount_minor")
    ):
        held[row["deposit__paddle__party"], row["deposit__currency"]] -= row["s"]
    rows = Account.objects.filter(purpose=Purpose.DEPOSIT)
    balances = {(row.party_id, row.currency): row.balance_minor for row in rows}
    for key in sorted({*held, *balances}, key=str):
        if held.get(key, 0) != balances.get(key, 0):
            yield key, held.get(key, 0), balances.get(key, 0)
