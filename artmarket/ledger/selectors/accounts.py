"""Accounts and their lines, newest first on pages, from the oldest on statements."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Sum, When

from artmarket.accounts.models import User
from artmarket.accounts.permissions import parties_of
from artmarket.core.money import Money

from ..models import Account, Entry, Transfer


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of an account: by how much it changed the balance, and what it was after it."""

    transfer: Transfer
    change: Money
    balance: Money

    @property
    def entry(self) -> Entry:
        return self.transfer.entry

    @property
    def other(self) -> Account:
        """The account on the other side."""
        transfer: Any = self.transfer
        return transfer.debit if transfer.signed_of == transfer.credit_id else transfer.credit


def own_accounts(user: User) -> QuerySet[Account]:
    """The accounts of everybody for whom this person acts, his own first; one query."""
    return (
        Account.objects.filter(party__in=parties_of(user))
        .select_related("party")
        .order_by(F("party__user").asc(nulls_last=True), "party", "purpose", "currency")
    )


def has_accounts(user: User) -> bool:
    """Whether money of anybody for whom he acts ever stood in the books; one query."""
    return own_accounts(user).exists()


def accounts(*, purpose: str = "", currency: str = "", q: str = "") -> QuerySet[Account]:
    """All accounts, by purpose, currency, and part of the party's name; one query."""
    found = Account.objects.select_related("party").order_by("purpose", "currency", "pk")
    if purpose:
        found = found.filter(purpose=purpose)
    if currency:
        found = found.filter(currency=currency)
    if q.strip():
        found = found.filter(Q(party__name__icontains=q.strip()) | Q(gateway=q.strip()))
    return found


def lines(
    account: Account, *, since: date | None = None, until: date | None = None
) -> QuerySet[Transfer]:
    """What moved the account in these days, oldest first, each with its signed amount."""
    sign = 1 if account.side == "debit" else -1
    found = Transfer.objects.filter(Q(debit=account) | Q(credit=account))
    if since:
        found = found.filter(entry__booked_on__gte=since)
    if until:
        found = found.filter(entry__booked_on__lte=until)
    signed = Case(
        When(debit=account, then=sign * F("amount_minor")),
        default=-sign * F("amount_minor"),
        output_field=BigIntegerField(),
    )
    return (
        found.annotate(signed=signed)
        .select_related("entry", "debit__party", "credit__party")
        .order_by("entry__booked_on", "pk")
    )


def newest_first(rows: QuerySet[Transfer]) -> QuerySet[Transfer]:
    """The same lines for a page."""
    return rows.order_by("-entry__booked_on", "-pk")


def balance_at(account: Account, day: date | None) -> int:
    """What the account held before this day (None: what all its lines sum up to)."""
    rows = lines(account)
    if day is not None:
        rows = rows.filter(entry__booked_on__lt=day)
    return int(rows.order_by().aggregate(total=Sum("signed"))["total"] or 0)


def balance_after(account: Account, day: date | None) -> int:
    """What the account held at the end of this day (None: now)."""
    rows = lines(account, until=day).order_by()
    return int(rows.aggregate(total=Sum("signed"))["total"] or 0)


def with_balances(
    account: Account, rows: Iterable[Any], *, opening: int
) -> Iterator[StatementLine]:
    """Lines from the oldest, each with the balance after it."""
    balance = opening
    for row in rows:
        balance += row.signed
        yield _line(account, row, balance)


def page_with_balances(
    account: Account, rows: QuerySet[Transfer], page: Any, *, closing: int
) -> list[StatementLine]:
    """The lines of one page, newest first; `closing` is the balance after the newest of all."""
    newer = page.start_index() - 1
    passed = rows[:newer].aggregate(total=Sum("signed"))["total"] if newer > 0 else 0
    balance = closing - int(passed or 0)
    found = []
    for row in page.object_list:
        found.append(_line(account, row, balance))
        balance -= row.signed
    return found


def entry_with_lines(pk: int) -> Entry | None:
    """One entry with its lines and both sides; two queries."""
    return (
        Entry.objects.filter(pk=pk)
        .select_related("actor", "corrects", "corrected_by")
        .prefetch_related("transfers__debit__party", "transfers__credit__party")
        .first()
    )


def _line(account: Account, row: Any, balance: int) -> StatementLine:
    row.signed_of = account.pk
    return StatementLine(row, Money(row.signed, account.currency), Money(balance, account.currency))
