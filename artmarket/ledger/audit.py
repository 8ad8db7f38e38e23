"""Prove the books from their lines: every balance, floor, digest, side and closed month.

Reads only. Other modules add what they can prove by `register_check`: that a gateway's account
holds what the gateway reports.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from artmarket.core.models import Event

from .enums import side_of
from .models import Account, Entry, Period
from .selectors.trial import sums_by_account, totals_at
from .services.posting import content_of, lines_of

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold: the kind of the check, where, and how."""

    check: str
    where: str
    words: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


Check = Callable[[], Iterable[Fault]]
_further: dict[str, Check] = {}


def register_check(name: str, check: Check) -> None:
    """Add a check by name (again: replace it); called in `AppConfig.ready`.

    It is run within one reading transaction and yields a `Fault` for whatever does not hold.
    """
    _further[name] = check


def audit() -> Iterator[Fault]:
    """Every fault of the books as they stand at one moment."""
    with one_moment():
        for check in (unequal_balances, broken_floors, unequal_sides, broken_entries,
                      missing_events, changed_periods, *_further.values()):  # fmt: skip
            yield from check()


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction that sees one state of the database; the caller's own is left as it is."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def unequal_balances() -> Iterator[Fault]:
    """Accounts whose balance is not the sum of their lines."""
    sums = sums_by_account()
    rows = Account.objects.order_by("pk").values_list("pk", "balance_minor")
    for pk, balance in rows.iterator(chunk_size=CHUNK):
        counted = sums.get(pk, 0)
        if balance != counted:
            yield Fault("balance", f"account {pk}", f"stored {balance}, from its lines {counted}")


def broken_floors() -> Iterator[Fault]:
    """Accounts below their floor."""
    rows = Account.objects.filter(balance_minor__lt=F("floor_minor")).order_by("pk")
    for row in rows:
        yield Fault("floor", f"account {row.pk}", f"{row.balance_minor} is below {row.floor_minor}")


def unequal_sides() -> Iterator[Fault]:
    """Currencies in which what we have and spent is not what we owe and earned."""
    sides: dict[str, dict[str, int]] = {}
    rows = Account.objects.values_list("currency", "purpose", "balance_minor")
    for currency, purpose, balance in rows.iterator(chunk_size=CHUNK):
        by_side = sides.setdefault(currency, {"debit": 0, "credit": 0})
        by_side[side_of(purpose)] += balance
    for currency, total in sorted(sides.items()):
        if total["debit"] != total["credit"]:
            yield Fault("sides", currency, f"debit {total['debit']}, credit {total['credit']}")


def broken_entries() -> Iterator[Fault]:
    """Entries without lines, with lines of another currency, or not as they were written."""
    rows = Entry.objects.select_related("corrects").order_by("pk")
    rows = rows.prefetch_related("transfers__debit", "transfers__credit")
    for entry in rows.iterator(chunk_size=CHUNK):
        where = f"entry {entry.pk}"
        lines = lines_of(entry)
        if not lines:
            yield Fault("lines", where, "it moves nothing")
        for row in entry.transfers.all():
            if {row.debit.currency, row.credit.currency} != {row.currency}:
                yield Fault("currency", where, f"transfer {row.pk} is not of its accounts")
        corrects = entry.corrects.key if entry.corrects else ""
        if content_of(entry, lines, corrects).digest() != entry.digest:
            yield Fault("digest", where, f"{entry.key} is not what was written")


def missing_events() -> Iterator[Fault]:
    """Every entry was told once in the event log, and nothing else was."""
    told = Event.objects.filter(action="ledger.posted").count()
    entries = Entry.objects.count()
    if told != entries:
        yield Fault("events", "ledger.posted", f"{entries} entries, {told} events")


def changed_periods() -> Iterator[Fault]:
    """Closed months whose trial balance is not what was kept."""
    for period in Period.objects.order_by("month"):
        counted = totals_at(period.month)
        for name, value in counted.items():
            if period.totals.get(name) != value:
                yield Fault("period", str(period), f"{name} differ from what was kept")
