"""Compare a gateway's movements with the clearing account; list what differs, repair nothing.

Every movement of the gateway names one entry by its key (`key_of`), every entry on the clearing
account must have its movement. Fees are the one thing booked here: only the gateway knows them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from ..books import account
from ..enums import Purpose
from ..gateways import BANK, gateway
from ..gateways.base import Movement
from ..models import (
    Account,
    GatewayMovement,
    ReconciliationDifference,
    ReconciliationRun,
    StatementLine,
    Transfer,
)
from ..payments.enums import DifferenceKind
from .posting import Leg, post
from .receipts import clearing, entry_key

FIRST_DAYS: Final = 30
OVERLAP: Final = timedelta(days=3)
SETTLING: Final = timedelta(minutes=10)
SKEW: Final = timedelta(minutes=1)
FEE: Final = "fee"
BY_SOURCE: Final = frozenset({"charge", "payment", "refund", "payment_refund", "transfer"})
CAME_BACK: Final = frozenset({"refund_failure", "payment_failure_refund"})


def key_of(gateway_name: str, movement: Movement) -> str:
    """The key of the entry that books a movement."""
    if movement.kind in BY_SOURCE:
        return entry_key(gateway_name, movement.source)
    if movement.kind in CAME_BACK:
        return entry_key(gateway_name, f"{movement.source}:failed")
    return entry_key(gateway_name, movement.movement_id)


def reconcile(
    *, gateway_name: str, until: datetime | None = None, settling: timedelta = SETTLING
) -> ReconciliationRun:
    """Ask the gateway for its movements since shortly before the last run, and compare.

    The last `settling` is left to the next run: its messages may be on their way. Called outside a
    transaction. Raises `GatewayError`.
    """
    end = until or db_now() - settling
    last = ReconciliationRun.objects.filter(gateway=gateway_name).first()
    since = last.until - OVERLAP if last else end - timedelta(days=FIRST_DAYS)
    if gateway_name == BANK:
        booked = list(_bank_lines(since, end))
    else:
        movements = gateway(gateway_name).movements(since, end)
        booked = [(each, key_of(gateway_name, each)) for each in movements]
    return _compare(gateway_name, since, end, booked)


def _bank_lines(since: datetime, until: datetime) -> Iterator[tuple[Movement, str]]:
    """The lines of statements that were taken in; one without an entry has no key in the books."""
    rows = StatementLine.objects.filter(imported_at__gte=since, imported_at__lt=until)
    for row in rows.select_related("entry").order_by("pk"):
        movement = Movement(
            movement_id=row.digest, kind="line", source=row.bank_reference,
            currency=row.currency, amount_minor=row.amount_minor, fee_minor=0,
            created=row.imported_at,
        )  # fmt: skip
        yield movement, row.entry.key if row.entry else entry_key(BANK, f"no-entry:{row.pk}")


@transaction.atomic(durable=True)
def _compare(
    gateway_name: str, since: datetime, until: datetime, booked: list[tuple[Movement, str]]
) -> ReconciliationRun:
    run = ReconciliationRun.objects.create(
        gateway=gateway_name, since=since, until=until, movements=len(booked)
    )
    _keep(gateway_name, booked)
    _book_fees(gateway_name, [movement for movement, _key in booked])
    found = 0
    for kind, reference, currency, at_gateway, in_books in _differences(run):
        row, is_new = ReconciliationDifference.objects.get_or_create(
            gateway=gateway_name, kind=kind, reference=reference,
            defaults={
                "run": run, "last_run": run, "currency": currency,
                "gateway_minor": at_gateway, "books_minor": in_books,
            },
        )  # fmt: skip
        found += is_new
        if not is_new:
            row.last_run = run
            row.save(update_fields=["last_run"])
    run.found, run.totals = found, totals(gateway_name)
    run.save(update_fields=["found", "totals"])
    record_event(
        actor=None, action="reconciliation.run", subject=run,
        after={"found": found, "movements": run.movements}, totals=run.totals,
    )  # fmt: skip
    return run


def _keep(gateway_name: str, booked: Iterable[tuple[Movement, str]]) -> None:
    GatewayMovement.objects.bulk_create(
        [
            GatewayMovement(
                gateway=gateway_name, movement_id=m.movement_id, kind=m.kind, source=m.source,
                entry_key=key, currency=m.currency,
                amount_minor=m.amount_minor, fee_minor=m.fee_minor, created=m.created,
            )
            for m, key in booked
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _book_fees(gateway_name: str, movements: Iterable[Movement]) -> None:
    """A fee is cost of the platform; one that is given back (negative) lessens it."""
    for movement in movements:
        if not movement.fee_minor:
            continue
        cost = account(purpose=Purpose.EXPENSE, currency=movement.currency)
        cash = clearing(gateway_name, movement.currency)
        debit, credit = (cost, cash) if movement.fee_minor > 0 else (cash, cost)
        post(
            actor=None, key=entry_key(gateway_name, f"{FEE}:{movement.movement_id}"),
            kind="gateway.fee",
            legs=[Leg(debit=debit, credit=credit, amount_minor=abs(movement.fee_minor))],
        )  # fmt: skip


Difference = tuple[DifferenceKind, str, str, int, int]


def _differences(run: ReconciliationRun) -> list[Difference]:
    """What does not agree in the run's time, in both directions."""
    found: list[Difference] = []
    rows = GatewayMovement.objects.filter(
        gateway=run.gateway, created__gte=run.since, created__lt=run.until
    )
    booked = booked_by_key(run.gateway, {row.entry_key for row in rows})
    for row in rows:
        in_books = booked.get((row.entry_key, row.currency))
        if in_books is None:
            found.append(
                (DifferenceKind.NOT_BOOKED, row.movement_id, row.currency, row.amount_minor, 0)
            )
        elif in_books != row.amount_minor:
            found.append(
                (
                    DifferenceKind.OTHER_AMOUNT, row.movement_id, row.currency,
                    row.amount_minor, in_books,
                )
            )  # fmt: skip
    return found + _not_at_gateway(run)


def _not_at_gateway(run: ReconciliationRun) -> list[Difference]:
    accounts = _clearing_accounts(run.gateway)
    moved: dict[tuple[str, str], int] = defaultdict(int)
    for name, sign in (("debit", 1), ("credit", -1)):
        rows = Transfer.objects.filter(
            **{f"{name}__in": accounts},
            entry__posted_at__gte=run.since, entry__posted_at__lt=run.until - SKEW,
        )  # fmt: skip
        for key, currency, amount in rows.values_list("entry__key", "currency", "amount_minor"):
            moved[key, currency] += sign * amount
    keys = {key for key, _currency in moved}
    known = set(
        GatewayMovement.objects.filter(gateway=run.gateway, entry_key__in=keys).values_list(
            "entry_key", flat=True
        )
    )
    prefix = entry_key(run.gateway, f"{FEE}:")
    return [
        (DifferenceKind.NOT_AT_GATEWAY, key, currency, 0, amount)
        for (key, currency), amount in sorted(moved.items())
        if key not in known and not key.startswith(prefix)
    ]


def booked_by_key(gateway_name: str, keys: set[str]) -> dict[tuple[str, str], int]:
    """What entries of these keys moved on the clearing accounts, by key and currency, signed."""
    accounts = _clearing_accounts(gateway_name)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for name, sign in (("debit", 1), ("credit", -1)):
        rows = Transfer.objects.filter(**{f"{name}__in": accounts}, entry__key__in=keys)
        for key, currency, amount in rows.values_list("entry__key", "currency", "amount_minor"):
            sums[key, currency] += sign * amount
    return dict(sums)


def _clearing_accounts(gateway_name: str) -> list[int]:
    rows = Account.objects.filter(purpose=Purpose.CLEARING, gateway=gateway_name)
    return list(rows.values_list("pk", flat=True))


def totals(gateway_name: str) -> dict[str, dict[str, int]]:
    """Over all time and by currency: the gateway's movements less fees, and the books."""
    rows = GatewayMovement.objects.filter(gateway=gateway_name).values("currency")
    at_gateway = {
        row["currency"]: row["amount"] - row["fees"]
        for row in rows.annotate(amount=Sum("amount_minor"), fees=Sum("fee_minor")).order_by()
    }
    in_books = dict(
        Account.objects.filter(purpose=Purpose.CLEARING, gateway=gateway_name).values_list(
            "currency", "balance_minor"
        )
    )
    return {
        currency: {"gateway": at_gateway.get(currency, 0), "books": in_books.get(currency, 0)}
        for currency in sorted({*at_gateway, *in_books})
    }


@transaction.atomic(durable=True)
def close_difference(*, actor: User, difference_id: int, note: str) -> ReconciliationDifference:
    """A person found the reason, and says it; the books are put right by an entry of their own.

    Raises `NotAllowed`, `WrongState` (closed), `Invalid` (no words).
    """
    if not actor.has_perm("ledger.handle_payments"):
        raise NotAllowed()
    words = note.strip()[:300]
    if not words:
        raise Invalid(fields={"note": _("请写明差异的原因和处理。")})
    rows = ReconciliationDifference.objects.filter(pk=difference_id, closed_at__isnull=True)
    if not rows.update(closed_at=db_now(), closed_by=actor, note=words):
        raise WrongState()
    row = ReconciliationDifference.objects.get(pk=difference_id)
    record_event(actor=actor, action="reconciliation.closed", subject=row, after={"note": words})
    return row
