"""Row locks in one fixed order: party, work, case, sale, paddle, lot, room, programme, quota,
booking, loan, account, picture, status list of certificates.

Two calls that take locks in different orders can wait for each other for ever. Every lock is
therefore taken through `lock_rows`, by the apps' named getters (`catalog.locks.lock_work`), and a
rank below one already held raises at once, in every test that passes that way.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, TypeVar

from django.db import OperationalError, connection, models, transaction

from .errors import Busy
from .statements import Compiled

M = TypeVar("M", bound=models.Model)


class Rank(IntEnum):
    """The global order; take smaller before larger."""

    PARTY = 10
    WORK = 20
    CASE = 25
    SALE = 30
    PADDLE = 35
    LOT = 40
    ROOM = 43
    PROGRAMME = 44
    QUOTA = 46
    BOOKING = 48
    LOAN = 50
    ACCOUNT = 60
    PICTURE = 70
    STATUS = 80


class LockOrderError(AssertionError):
    """A programming error: a lock was asked for out of order."""


class _Held:
    """A marker among the transaction's on-commit callbacks: it goes with commit and rollback."""

    def __init__(self, rank: Rank, rows: frozenset[tuple[str, int]]) -> None:
        self.rank, self.rows = rank, rows

    def __call__(self) -> None:
        """Nothing to do at commit: the marker only had to live as long as the lock."""


def lock_rows(
    queryset: "models.QuerySet[M] | Compiled[M]", *, rank: Rank, pks: Iterable[int]
) -> list[M]:
    """Lock the rows with these primary keys, in the order of their keys, and return them fresh.

    A compiled query is one of `locked(queryset, pks)`. Needs an open transaction. Raises `Busy`
    when a lock is not got in time (LOCK_TIMEOUT_MS, which every connection begins with),
    `LockOrderError` on a rank below one already held.
    """
    if not connection.in_atomic_block:
        raise LockOrderError("a lock needs a transaction")
    wanted = list(pks)
    label = queryset.model._meta.label_lower
    _check_order(rank, frozenset((label, pk) for pk in wanted))
    with busy_on_timeout():
        if isinstance(queryset, Compiled):
            return queryset(pks=wanted)
        return list(locked(queryset, wanted))


def locked(queryset: "models.QuerySet[M]", pks: list[int]) -> "models.QuerySet[M]":
    """The query that takes the locks, in the order of the keys; engines without row locks read."""
    rows = queryset.filter(pk__in=pks).order_by("pk")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",), no_key=True)
    return rows


def _check_order(rank: Rank, rows: frozenset[tuple[str, int]]) -> None:
    current = set(connection.savepoint_ids)
    callbacks: Any = connection.run_on_commit
    held = [
        callback
        for savepoints, callback, _robust in callbacks
        if isinstance(callback, _Held) and set(savepoints) <= current
    ]
    highest = max((mark.rank for mark in held), default=rank)
    # Whoever holds these rows already waits for nobody when he reads them again.
    if rank < highest and not rows <= frozenset().union(*(mark.rows for mark in held)):
        raise LockOrderError(f"{rank.name} asked for while {highest.name} is held")
    transaction.on_commit(_Held(rank, rows))


@contextmanager
def busy_on_timeout():
    """Turn the engines' lock time-outs and deadlocks into `Busy`."""
    try:
        yield
    except OperationalError as error:
        if is_timeout(error):
            raise Busy() from error
        raise


def is_timeout(error: BaseException) -> bool:
    """Whether an engine gave up waiting for somebody else's lock."""
    words = str(error).lower()
    return isinstance(error, OperationalError) and any(
        sign in words
        for sign in ("lock timeout", "deadlock", "database is locked", "could not obtain lock")
    )
