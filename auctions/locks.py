"""Named getters of the locks of a sale, in their order: sale, paddle, lot."""

from collections.abc import Iterable
from typing import TypeVar

from artmarket.core.errors import WrongState
from artmarket.core.locks import Rank, lock_rows, locked
from artmarket.core.statements import Compiled

from .models import Lot, Paddle, Sale

M = TypeVar("M")


def lock_sale(*, pk: int) -> Sale:
    """The sale, fresh, under its lock; `WrongState` when it is gone."""
    return _only(lock_rows(Sale.objects.all(), rank=Rank.SALE, pks=[pk]))


def lock_paddles(*, pks: Iterable[int]) -> list[Paddle]:
    """Paddles whose leads are counted together, in the order of their keys."""
    return lock_rows(Paddle.objects.all(), rank=Rank.PADDLE, pks=pks)


def lock_lot(*, pk: int) -> Lot:
    """The lot, fresh, under its lock, with its sale."""
    return _only(lock_lots(pks=[pk]))


def lock_lots(*, pks: Iterable[int]) -> list[Lot]:
    """Lots with their sales, in the order of their keys."""
    return lock_rows(_lots, rank=Rank.LOT, pks=pks)


_lots = Compiled(Lot, lambda pks: locked(Lot.objects.select_related("sale"), pks))


def _only(rows: list[M]) -> M:
    if not rows:
        raise WrongState()
    return rows[0]
