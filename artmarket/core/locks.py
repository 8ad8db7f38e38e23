"""Row locks in one fixed order: party, work, sale, lot, loan, account, picture.

Two calls that take locks in different orders can wait for each other for ever. Every lock is
therefore taken through `lock_rows`, by the apps' named getters (`catalog.locks.lock_work`), and a
rank below one already held raises at once, in every test that passes that way.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, TypeVar

from django.conf import settings
from django.db import OperationalError, connection, models, transaction

from .errors import Busy

M = TypeVar("M", bound=models.Model)


class Rank(IntEnum):
    """The global order; take smaller before larger."""

    PARTY = 10
    WORK = 20
    SALE = 30
    LOT = 40
    LOAN = 50
    ACCOUNT = 60
    PICTURE = 70


class LockOrderError(AssertionError):
    """A programming error: a lock was asked for out of order."""


class _Held:
    """A marker among the transaction's on-commit callbacks: it goes with commit and rollback."""

    def __init__(self, rank: Rank) -> None:
        self.rank = rank

    def __call__(self) -> None:
        """Nothing to do at commit: the marker only had to live as long as the lock."""


def lock_rows(queryset: "models.QuerySet[M]", *, rank: Rank, pks: Iterable[int]) -> list[M]:
    """Lock the rows with these primary keys, in the order of their keys, and return them fresh.

    Needs an open transaction. Raises `Busy` when a lock is not got within
    `settings.LOCK_TIMEOUT_MS`, `LockOrderError` on a rank below one already held.
    """
    if not connection.in_atomic_block:
        raise LockOrderError("a lock needs a transaction")
    _check_order(rank)
    with busy_on_timeout():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('lock_timeout', %s, true)", [f"{settings.LOCK_TIMEOUT_MS}ms"]
                )
        rows = queryset.filter(pk__in=list(pks)).order_by("pk")
        if connection.features.has_select_for_update:
            rows = rows.select_for_update(of=("self",), no_key=True)
        return list(rows)


def _check_order(rank: Rank) -> None:
    current = set(connection.savepoint_ids)
    callbacks: Any = connection.run_on_commit
    for savepoints, callback, _robust in callbacks:
        if isinstance(callback, _Held) and set(savepoints) <= current and rank < callback.rank:
            raise LockOrderError(f"{rank.name} asked for while {callback.rank.name} is held")
    transaction.on_commit(_Held(rank))


@contextmanager
def busy_on_timeout():
    """Turn the engines' lock time-outs and deadlocks into `Busy`."""
    try:
        yield
    except OperationalError as error:
        words = str(error).lower()
        if any(
            w in words
            for w in ("lock timeout", "deadlock", "database is locked", "could not obtain lock")
        ):
            raise Busy() from error
        raise
