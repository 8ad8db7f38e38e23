"""Named getters of the locks of the books; accounts come last of all that money moves with.

Every posting also holds the books open, together with all others; closing a month waits for those
that are under way and keeps out new ones until it is done. The books come before the accounts.
"""

from collections.abc import Iterable
from typing import Final

from django.db import connection

from artmarket.core.errors import WrongState
from artmarket.core.locks import LockOrderError, Rank, busy_on_timeout, lock_rows

from .models import Account

# A number of our own among the database's advisory locks.
_BOOKS: Final = 0x6C65646765


def lock_accounts(*, pks: Iterable[int]) -> dict[int, Account]:
    """Accounts, fresh, in the order of their keys, with the books held open.

    Whoever posts several entries in one transaction locks all their accounts with one call first:
    two such transactions would otherwise wait for each other. Raises `Busy`, `WrongState` (gone).
    """
    wanted = set(pks)
    _books("pg_advisory_xact_lock_shared")
    rows = lock_rows(Account.objects.all(), rank=Rank.ACCOUNT, pks=sorted(wanted))
    if len(rows) != len(wanted):
        raise WrongState()
    return {row.pk: row for row in rows}


def lock_books() -> None:
    """The books for oneself: nobody posts until the transaction ends. Raises `Busy`."""
    _books("pg_advisory_xact_lock")


def _books(function: str) -> None:
    """SQLite has one writer at a time anyway."""
    if not connection.in_atomic_block:
        raise LockOrderError("a lock needs a transaction")
    if connection.vendor == "postgresql":
        with busy_on_timeout(), connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_BOOKS])
