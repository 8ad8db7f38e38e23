"""Prove what follows a release: suspense from resale rights, claims in the books from recourses.

Reads only. Part of `manage.py audit_ledger` and of `manage.py audit_auctions`.
"""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import F, Sum

from artmarket.ledger.audit import Fault
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Payout, Transfer
from artmarket.ledger.payments.enums import OutgoingState

from .models import Recourse, RecourseReceipt, ResaleRight, Settlement
from .settlement_enums import ResaleState

Key = tuple[str, str]


def rights_hold() -> Iterator[Fault]:
    """Resale rights whose money does not stand where their state says."""
    in_suspense = moved(Purpose.SUSPENSE, Settlement._meta.label_lower)
    for right in ResaleRight.objects.order_by("pk").iterator(chunk_size=1000):
        key = (str(right.settlement_id), right.currency)
        waits = right.amount_minor if right.state == ResaleState.WAITING else 0
        found = in_suspense.pop(key, 0)
        if found != waits:
            yield Fault("resale rights", f"settlement {key[0]}", f"{found}, waiting {waits}")
        if right.state == ResaleState.NAMED and not _is_asked(right):
            yield Fault("resale rights", f"settlement {key[0]}", "named, and no payout")
    for (settlement, currency), found in sorted(in_suspense.items()):
        if found:
            yield Fault(
                "resale rights", f"settlement {settlement}", f"{found} {currency}, unlisted"
            )


def _is_asked(right: ResaleRight) -> bool:
    """Somebody asked for the payout of all of it, whatever became of it."""
    rows = Payout.objects.filter(
        subject_kind=right._meta.label_lower, subject_id=str(right.pk), party=right.holder_id
    )
    alive = rows.exclude(state=OutgoingState.FAILED)
    paid = alive.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    return rows.filter(amount_minor=right.amount_minor).exists() and paid <= right.amount_minor


def recourses_hold() -> Iterator[Fault]:
    """Recourses that do not stand in the books as they are written, or not paid what came in."""
    claimed = moved(Purpose.RECEIVABLE, Recourse._meta.label_lower)
    given = moved(Purpose.GUARANTEE, Recourse._meta.label_lower)
    came = dict(
        RecourseReceipt.objects.order_by().values_list("recourse").annotate(s=Sum("credited_minor"))
    )
    for row in Recourse.objects.order_by("pk").iterator(chunk_size=1000):
        where, key = f"recourse {row.pk}", (str(row.pk), row.currency)
        for name, found, said in (
            ("claimed", -claimed.pop(key, 0), row.open_minor),
            ("given to the fund", given.pop(key, 0), row.paid_minor),
            ("came", came.get(row.pk, 0), row.paid_minor),
        ):
            if found != said:
                yield Fault("recourses", where, f"{name} {found}, it says {said}")
    for rows in (claimed, given):
        for (pk, currency), found in sorted(rows.items()):
            if found:
                yield Fault("recourses", f"recourse {pk}", f"{found} {currency}, and no such row")
    yield from _unequal_contra()


def _unequal_contra() -> Iterator[Fault]:
    """What stands against the claims, in each currency."""
    sums = Recourse.objects.order_by().values_list("currency")
    owed = dict(sums.annotate(sum=Sum(F("amount_minor") - F("paid_minor"))))
    rows = Account.objects.filter(purpose=Purpose.RECOURSE).values_list("currency", "balance_minor")
    balances = dict(rows)
    for currency in sorted({*owed, *balances}):
        if owed.get(currency, 0) != balances.get(currency, 0):
            words = f"{balances.get(currency, 0)}, owed {owed.get(currency, 0)}"
            yield Fault("recourses", f"against the claims in {currency}", words)


def moved(purpose: Purpose, subject_kind: str) -> dict[Key, int]:
    """Credits less debits of accounts of a purpose by entries about things of a kind.

    By the key of the thing and the currency; two queries.
    """
    found: dict[Key, int] = defaultdict(int)
    for side, sign in (("credit", 1), ("debit", -1)):
        rows = Transfer.objects.filter(
            **{f"{side}__purpose": purpose, "entry__subject_kind": subject_kind}
        )
        sums = rows.order_by().values_list("entry__subject_id", "currency")
        for pk, currency, total in sums.annotate(sum=Sum("amount_minor")):
            found[pk, currency] += sign * int(total)
    return found


def faults() -> Iterator[str]:
    """Both, in words, for `audit_auctions`."""
    for fault in (*rights_hold(), *recourses_hold()):
        yield f"{fault.check}: {fault.where}: {fault.words}"
